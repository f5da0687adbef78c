package indicators

import (
	"time"

	"minyi/indicators/fault"
)

// Entry is what a person entered for one threshold, as it was typed. Which of
// its fields count is the threshold's Ask: a figure; part and whole of a rate,
// or the percentage itself; one day; or a first and a last day (for hours, with
// the time of day), or the length itself as a figure. An empty entry is allowed
// everywhere and means that nothing is known yet.
type Entry struct {
	Figure string `json:"figure,omitempty"` // in the threshold's unit, for example "30" or "95.5"
	Part   string `json:"part,omitempty"`   // numerator of a rate
	Whole  string `json:"whole,omitempty"`  // denominator of a rate; 0 makes the threshold inapplicable
	On     string `json:"on,omitempty"`     // the day, "2020-01-31"
	From   string `json:"from,omitempty"`   // first day; for hours "2020-01-31T08:00"
	To     string `json:"to,omitempty"`     // last day, in the form of From
}

// Empty reports whether nothing was entered.
func (e Entry) Empty() bool { return e == Entry{} }

// Ask says what a threshold wants to be entered.
type Ask string

// What a threshold may want.
const (
	AskFigure   Ask = "figure"   // Figure
	AskRate     Ask = "rate"     // Part and Whole, or Figure as a percentage
	AskDay      Ask = "day"      // On
	AskDays     Ask = "days"     // From and To, or Figure
	AskWorkdays Ask = "workdays" // From and To, or Figure
	AskHours    Ask = "hours"    // From and To with the time of day, or Figure
)

// Units that decide what is asked for.
const (
	unitPercent  = "%"
	unitDays     = "日"
	unitWorkdays = "工作日"
	unitHours    = "小时"
)

// Asks returns what the threshold wants to be entered.
func (t Threshold) Asks() Ask {
	switch {
	case t.Form == FormDate:
		return AskDay
	case t.Unit == unitPercent, t.Form == FormOutside && t.Unit == "":
		return AskRate
	case t.Unit == unitDays:
		return AskDays
	case t.Unit == unitWorkdays:
		return AskWorkdays
	case t.Unit == unitHours:
		return AskHours
	}
	return AskFigure
}

// Length reports whether the threshold is about the time between two moments.
func (a Ask) Length() bool { return a == AskDays || a == AskWorkdays || a == AskHours }

const (
	entryDay    = "2006-01-02"
	entryMoment = "2006-01-02T15:04"
)

// Check returns what keeps the entry from being read for the threshold: a figure
// that is none (entry.figure), a day that is none (date.form), half of a pair
// (entry.half), a part above its whole (entry.part), a last day before the first
// (entry.reversed). The fields are named figure, part, whole, on, from and to.
func (e Entry) Check(t Threshold) error {
	var list fault.List
	asks := t.Asks()
	switch {
	case asks == AskDay:
		e.checkTime(&list, "on", e.On, entryDay)
	case asks == AskRate:
		e.checkFigure(&list, "figure", e.Figure)
		e.checkRate(&list)
	case asks.Length():
		e.checkFigure(&list, "figure", e.Figure)
		e.checkLength(&list, asks)
	default:
		e.checkFigure(&list, "figure", e.Figure)
	}
	return list.Err()
}

func (e Entry) checkFigure(list *fault.List, field, text string) Mark {
	if text == "" {
		return 0
	}
	m, err := ParseMark(text)
	if err != nil {
		list.Add(fault.New(fault.Invalid, "entry.figure", "value", clip(text)).At(field))
	}
	return m
}

func (e Entry) checkTime(list *fault.List, field, text, form string) time.Time {
	if text == "" {
		return time.Time{}
	}
	at, err := time.Parse(form, text)
	if err != nil {
		list.Add(fault.New(fault.Invalid, "date.form").At(field))
	}
	return at
}

func (e Entry) checkRate(list *fault.List) {
	before := len(*list)
	part, whole := e.checkFigure(list, "part", e.Part), e.checkFigure(list, "whole", e.Whole)
	switch {
	case len(*list) > before || e.Part == "" && e.Whole == "":
	case e.Part == "":
		if whole != 0 { // nothing of nothing needs no numerator
			list.Add(fault.New(fault.Invalid, "entry.half").At("part"))
		}
	case e.Whole == "":
		list.Add(fault.New(fault.Invalid, "entry.half").At("whole"))
	case part > whole:
		list.Add(fault.New(fault.Invalid, "entry.part").At("part"))
	}
}

func (e Entry) checkLength(list *fault.List, asks Ask) {
	form := entryDay
	if asks == AskHours {
		form = entryMoment
	}
	before := len(*list)
	from, to := e.checkTime(list, "from", e.From, form), e.checkTime(list, "to", e.To, form)
	switch {
	case len(*list) > before || e.From == "" && e.To == "":
	case e.From == "":
		list.Add(fault.New(fault.Invalid, "entry.half").At("from"))
	case e.To == "":
		list.Add(fault.New(fault.Invalid, "entry.half").At("to"))
	case to.Before(from):
		list.Add(fault.New(fault.Invalid, "entry.reversed").At("to"))
	}
}
