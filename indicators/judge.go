package indicators

import "time"

// Calendar counts working days. Days are moments at midnight UTC.
type Calendar interface {
	// Workdays returns how many working days lie after from, up to and with to:
	// the first day is not counted (民法典第二百零一条). known is false where the
	// holidays of one of the years are not known; then the count goes by weekends
	// only.
	Workdays(from, to time.Time) (days int, known bool)
}

// Judgement is what an entry says of a threshold. It never decides: the verdict
// is the unit's and then the assessor's. Where neither Known nor Inapplicable,
// nothing readable was entered or the limit itself is missing.
type Judgement struct {
	Known        bool // the entry could be compared
	Meets        bool // only where Known
	Warns        bool // Known and not met, but 一般, 原则上 or 有条件的: only a warning
	Inapplicable bool // a rate of nothing: the threshold does not apply
	NoLimit      bool // the outside figure of the year was not entered yet
	Weekends     bool // working days counted by weekends only: the year's holidays are not known
	Value        Mark // the compared value in hundredths of the unit, never rounded across the limit; 0 for a day
	On           time.Time
}

// Fails reports whether the threshold is firmly missed: known, not met and not
// softened by the notice's own words.
func (j Judgement) Fails() bool { return j.Known && !j.Meets && !j.Warns }

// Judge compares an entry with the threshold (C102 to C136). Rates are compared
// as integers: part · 100 % against limit · whole; a whole of 0 makes the
// threshold inapplicable. Of a figure and its parts the parts count. A day is in
// time up to and with the last day of its year. Lengths do not count the first
// day. cal may be nil where no working days are asked for.
func (t Threshold) Judge(e Entry, cal Calendar) Judgement {
	if e.Empty() || e.Check(t) != nil {
		return Judgement{}
	}
	asks := t.Asks()
	if t.Form == FormOutside {
		return Judgement{NoLimit: true, Inapplicable: asks == AskRate && e.nothing()}
	}
	j := t.compare(e, asks, cal)
	j.Warns = j.Known && !j.Meets && t.Soft != Firm
	return j
}

func (t Threshold) compare(e Entry, asks Ask, cal Calendar) Judgement {
	switch {
	case asks == AskDay:
		return t.judgeDay(e)
	case asks == AskRate && e.Whole != "":
		return t.judgeRate(e)
	case asks.Length() && e.From != "":
		return t.judgeLength(e, asks, cal)
	}
	return t.judgeFigure(e)
}

// JudgeAll judges the thresholds of one indicator, each with the entry at its
// place. A threshold whose entry is missing or empty takes that of another with
// the same name (the lower and the upper limit of one time, C108).
func JudgeAll(thresholds []Threshold, entries []Entry, cal Calendar) []Judgement {
	out := make([]Judgement, len(thresholds))
	for i, t := range thresholds {
		out[i] = t.Judge(entryOf(thresholds, entries, i), cal)
	}
	return out
}

func entryOf(thresholds []Threshold, entries []Entry, at int) Entry {
	if at < len(entries) && !entries[at].Empty() {
		return entries[at]
	}
	for i, e := range entries {
		if i < len(thresholds) && thresholds[i].Name == thresholds[at].Name && !e.Empty() {
			return e
		}
	}
	return Entry{}
}

func (e Entry) nothing() bool {
	whole, err := ParseMark(e.Whole)
	return err == nil && whole == 0
}

func (t Threshold) judgeFigure(e Entry) Judgement {
	v, err := ParseMark(e.Figure)
	if err != nil {
		return Judgement{}
	}
	return Judgement{Known: true, Meets: t.Meets(v), Value: v}
}

func (t Threshold) judgeDay(e Entry) Judgement {
	on, err := time.Parse(entryDay, e.On)
	if err != nil {
		return Judgement{}
	}
	return Judgement{Known: true, Meets: t.MeetsDay(int(on.Month()), on.Day()), On: on}
}

func (t Threshold) judgeRate(e Entry) Judgement {
	if e.nothing() {
		return Judgement{Inapplicable: true}
	}
	part, errPart := ParseMark(e.Part)
	whole, errWhole := ParseMark(e.Whole)
	if errPart != nil || errWhole != nil {
		return Judgement{}
	}
	return t.ratio(int64(part)*int64(Hundred), int64(whole))
}

// ratio compares num/den hundredths of the unit with the limit, in integers. The
// value that is shown is cut towards the missed side, so that 99.996 % never
// reads as 100.00.
func (t Threshold) ratio(num, den int64) Judgement {
	limit := int64(t.Value) * den
	j := Judgement{Known: true, Value: Mark(num / den)}
	switch t.Op {
	case AtLeast:
		j.Meets = num >= limit
	case AtMost:
		j.Meets = num <= limit
		j.Value = Mark((num + den - 1) / den)
	case Equal:
		j.Meets = num == limit
	}
	return j
}

func (t Threshold) judgeLength(e Entry, asks Ask, cal Calendar) Judgement {
	form := entryDay
	if asks == AskHours {
		form = entryMoment
	}
	from, errFrom := time.Parse(form, e.From)
	to, errTo := time.Parse(form, e.To)
	if errFrom != nil || errTo != nil {
		return Judgement{}
	}
	const unit, minutes = 100, 60
	switch asks {
	case AskHours:
		return t.ratio(int64(to.Sub(from)/time.Minute)*unit, minutes)
	case AskWorkdays:
		if cal == nil {
			return Judgement{}
		}
		days, known := cal.Workdays(from, to)
		v := Mark(days) * unit
		return Judgement{Known: true, Meets: t.Meets(v), Value: v, Weekends: !known}
	case AskDays, AskFigure, AskRate, AskDay:
	}
	v := Mark(to.Sub(from)/(24*time.Hour)) * unit
	return Judgement{Known: true, Meets: t.Meets(v), Value: v}
}
