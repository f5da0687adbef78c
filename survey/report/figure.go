package report

import (
	"strconv"

	"minyi/survey/tabulate"
)

// none stands where a figure is not defined.
const none = "—"

func percent(n tabulate.Number) string { return percentOf(n, 1) }

func percentOf(n tabulate.Number, digits int) string {
	if !n.Known() {
		return none
	}
	return strconv.FormatFloat(100*float64(n), 'f', digits, 64) + "%"
}

func decimal(n tabulate.Number) string {
	if !n.Known() {
		return none
	}
	return strconv.FormatFloat(float64(n), 'f', 2, 64)
}

// between writes an interval.
func between(low, high tabulate.Number, write func(tabulate.Number) string) string {
	if !low.Known() || !high.Known() {
		return none
	}
	return write(low) + " – " + write(high)
}

// grouped writes a whole number with its thousands apart.
func grouped(n int64) string {
	text := strconv.FormatInt(n, 10)
	for i := len(text) - 3; i > 0 && text[i-1] != '-'; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}

func count(n int) string { return grouped(int64(n)) }

// least is how many answers must be behind a figure that is shown.
func (w *writer) least() int {
	if w.Document.Least > 0 {
		return w.Document.Least
	}
	return usualLeast
}

// few reports whether fewer answers than that, but some, are behind a figure.
func (w *writer) few(n int) bool { return n > 0 && n < w.least() }

// shown is a figure, or the sign for a hidden one where too few answers are
// behind it.
func (w *writer) shown(n int, text string) string {
	if w.few(n) {
		return w.Words("report.hidden")
	}
	return text
}

// behind is the number of answers, written so that a small one is not told.
func (w *writer) behind(n int) string {
	if w.few(n) {
		return w.Words("report.few", "n", strconv.Itoa(w.least()))
	}
	return count(n)
}
