package evaluate

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators"
	"minyi/indicators/evaluation"
	"minyi/indicators/fault"
	"minyi/web/view"
)

// fields are a form's fields, each there once at most. The sheet's are named
// after the items: mark-5, na-5, reason-5, note-5, proof-A1, for the threshold at
// place 0 figure-5-0, part-5-0, whole-5-0, on-5-0, from-5-0 and to-5-0, for the
// opinions opinion and opinion-3, and for each item seen-5, the version that the
// form was made from.
type fields map[string]string

// read reads a form; unknown fields and those that come twice are refused.
func read(c *fiber.Ctx, known func(name string) bool) (fields, error) {
	form, err := view.ReadForm(c, known)
	return fields(form), err
}

const (
	itemName  = `(A?\d{1,3}|[a-z]{5,12})`
	valuePart = `figure|part|whole|on|from|to`
)

func sheetField() func(string) bool {
	return regexp.MustCompile(`^(seen|do|level|opinion(-\d{1,2})?|seen-opinion(-\d{1,2})?|(seen|mark|na|reason|note|proof)-` + itemName +
		`|(` + valuePart + `)-` + itemName + `-\d{1,2})$`).MatchString
}

// items returns the items that the form speaks of, opinions last.
func (f fields) items() []evaluation.Item {
	found := map[evaluation.Item]bool{}
	for name := range f {
		kind, rest, _ := strings.Cut(name, "-")
		switch {
		case kind == string(evaluation.Overall):
			found[evaluation.Item(name)] = true
		case rest != "" && !strings.HasPrefix(rest, string(evaluation.Overall)):
			item, _, _ := strings.Cut(rest, "-")
			found[evaluation.Item(item)] = true
		}
	}
	out := make([]evaluation.Item, 0, len(found))
	for item := range found {
		out = append(out, item)
	}
	slices.SortFunc(out, func(a, b evaluation.Item) int {
		if len(a) != len(b) {
			return len(a) - len(b)
		}
		return strings.Compare(string(a), string(b))
	})
	return out
}

// cells reads the items of the form; marks that are no numbers are refused
// together, each at its field.
func (f fields) cells() ([]evaluation.Cell, error) {
	var out []evaluation.Cell
	var wrong fault.List
	for _, item := range f.items() {
		c, err := f.cell(item)
		wrong = append(wrong, fault.All(err)...)
		out = append(out, c)
	}
	return out, wrong.Err()
}

func (f fields) cell(item evaluation.Item) (evaluation.Cell, error) {
	n := string(item)
	c := evaluation.Cell{Item: item}
	c.Version, _ = strconv.Atoi(f["seen-"+n]) // none is version 0: never said before
	if strings.HasPrefix(n, string(evaluation.Overall)) {
		c.Text = f[n]
		return c, nil
	}
	c.Verdict = evaluation.Verdict{Excused: f["na-"+n] == "yes", Reason: f["reason-"+n], Note: f["note-"+n], Proof: f["proof-"+n]}
	if !blank(f["mark-"+n]) {
		m, err := indicators.ParseMark(f["mark-"+n])
		if err != nil {
			var list fault.List
			for _, r := range fault.All(err) {
				list.Add(r.At("mark-" + n))
			}
			return c, list.Err()
		}
		c.Verdict.Given, c.Verdict.Mark = true, m
	}
	const most = 8 // no indicator has more thresholds
	for place := range most {
		c.Verdict.Values = append(c.Verdict.Values, f.value(n, place))
	}
	return c, nil
}

// value reads what was found for one threshold.
func (f fields) value(item string, place int) indicators.Entry {
	at := func(part string) string { return strings.TrimSpace(f[part+"-"+item+"-"+strconv.Itoa(place)]) }
	return indicators.Entry{Figure: at("figure"), Part: at("part"), Whole: at("whole"), On: at("on"), From: at("from"), To: at("to")}
}

// put writes a stored item as the form's fields.
func (f fields) put(c evaluation.Cell) {
	n, v := string(c.Item), c.Verdict
	f["seen-"+n] = strconv.Itoa(c.Version)
	if strings.HasPrefix(n, string(evaluation.Overall)) {
		f[n] = c.Text
		return
	}
	f["mark-"+n], f["na-"+n] = "", ""
	if v.Given {
		f["mark-"+n] = v.Mark.String()
	}
	if v.Excused {
		f["na-"+n] = "yes"
	}
	f["reason-"+n], f["note-"+n], f["proof-"+n] = v.Reason, v.Note, v.Proof
	for i, e := range v.Values {
		for part, text := range map[string]string{
			"figure": e.Figure, "part": e.Part, "whole": e.Whole, "on": e.On, "from": e.From, "to": e.To,
		} {
			if text != "" {
				f[part+"-"+n+"-"+strconv.Itoa(i)] = text
			}
		}
	}
}

// stored writes a stored sheet as its form's fields.
func stored(w *evaluation.Work) fields {
	s := &w.Assignment.Sheet
	f := fields{"seen": strconv.Itoa(s.Edits)}
	for _, item := range allItems(w.Terms) {
		f.put(s.Cell(item))
	}
	return f
}

// allItems returns every item of a sheet, opinions included.
func allItems(t evaluation.Terms) []evaluation.Item {
	var out []evaluation.Item
	for _, l := range t.Lines() {
		out = append(out, l.Item)
	}
	for _, h := range t.Headings() {
		out = append(out, h.Opinion)
	}
	return append(out, evaluation.Overall)
}

func blank(s string) bool { return strings.TrimSpace(s) == "" }
