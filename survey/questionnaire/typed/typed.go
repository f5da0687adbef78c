// Package typed reads numbers and dates as people type them: with digits of
// either width, Chinese punctuation, a sign in words or a date in 年月日. It
// knows no question and no bounds, and it guesses nothing: what could be read in
// two ways is not read at all.
package typed

import (
	"strconv"
	"strings"
)

// One is the number 1 in the unit of this package, millionths: numbers are
// integers everywhere, so that 0.1 is 0.1.
const One = 1_000_000

// The limits of what is read.
const (
	MaxDecimals = 6  // digits behind the point
	maxInteger  = 12 // digits before it
	maxLength   = 60 // characters typed
)

// Number reads a decimal number and returns it in millionths, with the number of
// digits typed behind the point. It takes １２, -3.5, 负3, 1,200 and 1，200; a
// comma is only ever a separator of thousands. unit (may be empty) is dropped
// from the end, as in 12岁.
func Number(s string, units ...string) (millionths int64, decimals int, ok bool) {
	if len(s) > 4*maxLength {
		return 0, 0, false
	}
	s, negative := sign(bare(plain(s), units))
	whole, fraction, pointed := strings.Cut(s, ".")
	whole, ok = ungrouped(whole)
	if !ok || len(whole) > maxInteger || !digits(whole) {
		return 0, 0, false
	}
	if pointed && (fraction == "" || len(fraction) > MaxDecimals || !digits(fraction)) {
		return 0, 0, false
	}
	n, err := strconv.ParseInt(whole+fraction+strings.Repeat("0", MaxDecimals-len(fraction)), 10, 64)
	if err != nil {
		return 0, 0, false
	}
	if negative {
		n = -n
	}
	return n, len(fraction), true
}

// FormatNumber writes millionths as a plain decimal without zeros at the end:
// the one spelling under which a number is kept.
func FormatNumber(millionths int64) string {
	var b strings.Builder
	n := uint64(millionths)
	if millionths < 0 {
		b.WriteByte('-')
		n = -n
	}
	b.WriteString(strconv.FormatUint(n/One, 10))
	if rest := n % One; rest != 0 {
		fraction := strconv.FormatUint(One+rest, 10)[1:]
		b.WriteString("." + strings.TrimRight(fraction, "0"))
	}
	return b.String()
}

// bare drops a unit from the end.
func bare(s string, units []string) string {
	for _, unit := range units {
		if unit = plain(unit); unit != "" {
			s = strings.TrimSpace(strings.TrimSuffix(s, unit))
		}
	}
	return s
}

func sign(s string) (string, bool) {
	for _, minus := range []string{"-", "负"} {
		if rest, ok := strings.CutPrefix(s, minus); ok {
			return strings.TrimSpace(rest), true
		}
	}
	return strings.TrimPrefix(s, "+"), false
}

// ungrouped takes separators out of the thousands; false where they do not stand
// between groups of three.
func ungrouped(s string) (string, bool) {
	groups := strings.Split(s, ",")
	for i, g := range groups {
		if i > 0 && len(g) != 3 || len(groups) > 1 && i == 0 && (g == "" || len(g) > 3) {
			return "", false
		}
	}
	return strings.Join(groups, ""), true
}

func digits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

// plain turns characters of full width and Chinese punctuation into their ASCII
// forms and takes white space from the ends.
func plain(s string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		switch r {
		case '　', '\u00a0', '\t':
			return ' '
		case '。', '．', '｡':
			return '.'
		case '，', '、', '､':
			return ','
		case '－', '−', '–', '—', '‐', '‑':
			return '-'
		}
		if r >= '！' && r <= '～' { // the full-width forms of ! to ~
			return r - '！' + '!'
		}
		return r
	}, s))
}
