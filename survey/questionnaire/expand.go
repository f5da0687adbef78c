package questionnaire

import (
	"slices"
	"strconv"
	"strings"

	"minyi/survey/questionnaire/typed"
)

const (
	appearanceLong = "multiline" // XLSForm's word
	rowMark        = "{row}"     // where the stem of a grid takes the words of a row
)

// part is one section with its items.
type part struct {
	section Section
	items   []Item
}

// parts lists the sections in the order of the paper.
func (f *Form) parts() []part {
	out := []part{
		{Consent, []Item{f.Consent}},
		{Screening, f.Screening},
		{Items, f.Items},
		{Background, f.Background},
		{Integrity, f.Integrity},
	}
	if f.Open != nil {
		out = append(out, part{Open, []Item{*f.Open}})
	}
	return out
}

// expanded returns the form with each grid as its single items and each scale
// with all its points. The author's form, and so its hash, is left as it is.
func (f *Form) expanded() Form {
	out := *f
	out.Scales = map[string]Scale{}
	for name, s := range f.Scales {
		out.Scales[name] = s.spelled()
	}
	out.Consent = last(singles(Consent, []Item{f.Consent}))
	out.Screening, out.Items = singles(Screening, f.Screening), singles(Items, f.Items)
	out.Background, out.Integrity = singles(Background, f.Background), singles(Integrity, f.Integrity)
	if f.Open != nil {
		open := last(singles(Open, []Item{*f.Open}))
		out.Open = &open
	}
	return out
}

func last(items []Item) Item { return items[len(items)-1] }

// singles replaces grids by their rows: whole sentences, made of the stem with
// the words of the row in the place of {row}. Before what is sensitive it puts the
// question whether that may be asked, and in the random order keeps it there.
func singles(s Section, items []Item) []Item {
	var out []Item
	for _, it := range items {
		it.when = listed(it.Relevant)
		if it.Sensitive != "" && s != Consent && s != Open {
			consent, when := it.guarded()
			out = append(out, consent)
			it.when = append(it.when, when)
			it.WithPrevious = s == Items
		}
		if it.Type != Grid || len(it.Rows) == 0 {
			out = append(out, it)
			continue
		}
		for _, r := range it.Rows {
			out = append(out, it.single(r))
		}
	}
	return out
}

func (it Item) single(r Row) Item {
	one := it
	one.ID, one.grid, one.Rows, one.Type = r.ID, it.ID, nil, Single
	if it.Scale != "" {
		one.Type = ScaleOf
	}
	one.Text = Text{
		Zh: strings.ReplaceAll(it.Text.Zh, rowMark, r.Text.Zh),
		En: strings.ReplaceAll(it.Text.En, rowMark, r.Text.En),
	}
	one.when = append(slices.Clone(it.when), listed(r.Relevant)...)
	one.PrimaryIndicator, one.Indicators, one.MapsTo = r.PrimaryIndicator, r.Indicators, r.MapsTo
	return one
}

func listed(rule string) []string {
	if rule == "" {
		return nil
	}
	return []string{rule}
}

// spelled lists the points of a scale that only names its ends: the number, and
// the words of the end behind the first and the last.
func (s Scale) spelled() Scale {
	if s.To <= s.From || s.To-s.From > maxChoices || len(s.Points) > 0 {
		return s
	}
	all := len(s.ValidCodes) == 0
	for code := s.From; code <= s.To; code++ {
		n := strconv.Itoa(code)
		p := Point{Code: code, Text: Text{Zh: n, En: n}}
		switch code {
		case s.From:
			p.Text = Text{Zh: n + " " + s.Low.Zh, En: n + " " + s.Low.En}
		case s.To:
			p.Text = Text{Zh: n + " " + s.High.Zh, En: n + " " + s.High.En}
		}
		s.Points = append(s.Points, p)
		if all {
			s.ValidCodes = append(s.ValidCodes, code)
		}
	}
	return s
}

// scaleBase is 1 for a scale with the point 0: a cell of 0 is no answer.
func scaleBase(s Scale) byte {
	for _, p := range s.Points {
		if p.Code == 0 {
			return 1
		}
	}
	return 0
}

// choices lists what may be ticked for an item, in the order of the paper.
func (f *Form) choices(it Item) []Choice {
	switch it.Type {
	case ScaleOf:
		return f.Scales[it.Scale].choices()
	case Area:
		var out []Choice
		for _, a := range f.Areas {
			out = append(out, Choice{Code: a.Code, Text: a.Text})
		}
		return append(out, optionChoices(it, it.ExtraOptions)...)
	default:
		return optionChoices(it, it.Options)
	}
}

func (s Scale) choices() []Choice {
	var out []Choice
	for _, p := range s.Points {
		out = append(out, Choice{Code: strconv.Itoa(p.Code), Text: p.Text})
	}
	inTurn := []Reason{DontKnow, NoAnswer, NotApplicable}
	for i, p := range s.NonSubstantive {
		if p.Reason == "" {
			p.Reason = inTurn[min(i, len(inTurn)-1)]
		}
		out = append(out, Choice{Code: strconv.Itoa(p.Code), Text: p.Text, NonSubstantive: true, Reason: p.Reason})
	}
	return out
}

// optionChoices makes choices of options. One that is not substantive cannot
// stand beside others where several may be chosen.
func optionChoices(it Item, options []Option) []Choice {
	var out []Choice
	for _, o := range options {
		apart := o.Reason != ""
		out = append(out, Choice{
			Code: o.Code, Text: o.Text, Ends: o.Action == actionEnd, Flag: o.Flag, Margin: o.Margin,
			Exclusive: o.Exclusive || apart && it.Type == Multiple, NonSubstantive: apart, Reason: o.Reason,
		})
	}
	return out
}

// rangeOf reads the bounds of a number or a date; nil for other types. An error
// is the name of the field at fault.
func rangeOf(it Item) (*Range, error) {
	if it.Type != Number && it.Type != Date {
		return nil, nil
	}
	if it.Decimals < 0 || it.Decimals > maxDecimals {
		return nil, fieldError("decimals")
	}
	r := &Range{Decimals: it.Decimals, Unit: it.Unit, step: 1}
	read, write := typed.Date, typed.FormatDate
	if it.Type == Number {
		read, write = plainNumber, typed.FormatNumber
		r.step = typed.One
		for range it.Decimals {
			r.step /= 10
		}
	}
	return r.between(it, read, write)
}

// between reads both bounds in the way of the type.
func (r *Range) between(it Item, read func(string) (int64, bool), write func(int64) string) (*Range, error) {
	var ok bool
	if r.low, ok = read(string(it.Min)); !ok || r.low%r.step != 0 {
		return nil, fieldError("min")
	}
	if r.high, ok = read(string(it.Max)); !ok || r.high%r.step != 0 || r.high < r.low || (r.high-r.low)/r.step >= maxSteps {
		return nil, fieldError("max")
	}
	r.Min, r.Max = write(r.low), write(r.high)
	return r, nil
}

func plainNumber(s string) (int64, bool) {
	n, _, ok := typed.Number(s)
	return n, ok
}

// fieldError names the field of an item that cannot be read.
type fieldError string

// Error returns the name of the field.
func (e fieldError) Error() string { return string(e) }

// Spelled returns the points of a scale, also of one that names its ends only.
func (s Scale) Spelled() []Point { return s.spelled().Points }
