package evaluation

import (
	"strings"

	"minyi/indicators"
	"minyi/indicators/application"
	"minyi/indicators/fault"
	"minyi/indicators/roster"
)

// Claim returns the unit's own claim on a line; nothing on the single track.
func (t Terms) Claim(l Line) application.Claim { return t.Dossier.Claims[l.Indicator.Number] }

// Contradicts reports whether a mark differs so much from the claim that it
// needs a reason: claimed met and below the round's share of full marks, claimed
// unmet and at or above it, claimed not applicable and marked. Where assessors
// do not see the claims, every mark below the share needs one, so that the
// question tells nothing.
func (t Terms) Contradicts(l Line, v Verdict) bool {
	if !v.Given || !l.Needed || t.Dossier.Track == roster.Single {
		return false
	}
	whole := int64(indicators.Whole)
	below := int64(v.Mark)*whole < int64(l.Full)*int64(t.Round.Settings.ReasonBelow)
	if !t.Round.Settings.ShowSelfMarks {
		return below
	}
	switch t.Claim(l).Verdict {
	case application.Met:
		return below
	case application.Unmet:
		return !below && l.Full > 0
	case application.Inapplicable:
		return true
	}
	return false
}

// Excusable reports whether a line may be left without a mark because the
// indicator does not apply: the unit claims so, or the assessor entered a rate
// of nothing.
func (t Terms) Excusable(l Line, v Verdict) bool {
	if !l.Needed || t.Dossier.Track == roster.Single {
		return false
	}
	return t.Claim(l).Verdict == application.Inapplicable || t.nothing(l, v)
}

func (t Terms) nothing(l Line, v Verdict) bool {
	for _, j := range indicators.JudgeAll(l.Indicator.Thresholds, v.Values, t.Calendar) {
		if j.Inapplicable {
			return true
		}
	}
	return false
}

// Reasoned reports whether a verdict needs a reason: always for a criterion
// (C21), for bonus and penalty marks, where an indicator is excused that the unit
// did not call inapplicable, and where the mark contradicts the claim.
func (t Terms) Reasoned(l Line, v Verdict) bool {
	switch {
	case v.Excused:
		return t.Claim(l).Verdict != application.Inapplicable
	case !v.Given:
		return false
	case t.Dossier.Track == roster.Single:
		return true
	case !l.Needed:
		return v.Mark > 0
	}
	return t.Contradicts(l, v)
}

const longestProof = 300

// check refuses a cell that the sheet cannot take: an unknown item, a mark out
// of range, an excuse without ground, a value that cannot be read, text too long.
func (t Terms) check(c Cell) error {
	var list fault.List
	if t.opinion(c.Item) {
		checkText(&list, string(c.Item), c.Text, longestOpinion)
		return list.Err()
	}
	l, ok := t.Line(c.Item)
	if !ok {
		return fault.New(fault.Invalid, "sheet.item")
	}
	n, v := string(c.Item), c.Verdict
	switch {
	case v.Given && (v.Mark < 0 || v.Mark > l.Full):
		list.Add(outOfRange(l))
	case v.Excused && (v.Given || !t.Excusable(l, v)):
		list.Add(fault.New(fault.Invalid, "mark.excused", "number", n).At("na-" + n))
	}
	checkText(&list, "reason-"+n, v.Reason, longestReason)
	checkText(&list, "note-"+n, v.Note, longestReason)
	checkText(&list, "proof-"+n, v.Proof, longestProof)
	checkValues(&list, l, v.bare().Values)
	return list.Err()
}

// checkValues names the fields figure-N-I and so on, thresholds counted from 0.
func checkValues(list *fault.List, l Line, values []indicators.Entry) {
	if len(values) > len(l.Indicator.Thresholds) {
		list.Add(fault.New(fault.Invalid, "sheet.item"))
		return
	}
	for i, e := range values {
		for _, r := range fault.All(e.Check(l.Indicator.Thresholds[i])) {
			list.Add(r.At(r.Field + "-" + string(l.Item) + "-" + itoa(i)))
		}
	}
}

func outOfRange(l Line) *fault.Refusal {
	n := string(l.Item)
	return fault.New(fault.Invalid, "mark.range", "number", n, "full", l.Full.String()).At("mark-" + n)
}

// Lack is what one item lacks before the sheet may be submitted.
type Lack string

// What an item may lack.
const (
	LacksMark    Lack = "mark"    // C28
	LacksReason  Lack = "reason"  // see Terms.Reasoned
	LacksProof   Lack = "proof"   // C67 to C70
	LacksValue   Lack = "value"   // C63
	LacksOpinion Lack = "opinion" // C28
)

// Gap is one thing that keeps the sheet from being submitted.
type Gap struct {
	Item  Item
	Level string // first-level heading; empty for the opinion over all and on the single track
	Lack  Lack
}

// Field is the field of the form in which the gap is closed.
func (g Gap) Field() string {
	switch g.Lack {
	case LacksOpinion:
		return string(g.Item)
	case LacksValue:
		return "reason-" + string(g.Item)
	case LacksMark, LacksReason, LacksProof:
	}
	return string(g.Lack) + "-" + string(g.Item)
}

// Missing returns everything that keeps the sheet from being submitted, in the
// order of the sheet: items without a verdict (C28), reasons, proofs of bonus and
// penalty items, values, and opinions.
func (s *Sheet) Missing(t Terms) []Gap {
	var out []Gap
	for _, l := range t.Lines() {
		for _, lack := range t.Lacks(l, s.Verdicts[l.Item]) {
			out = append(out, Gap{l.Item, l.Indicator.Level1, lack})
		}
	}
	for _, h := range t.Headings() {
		if t.Needs(h.Opinion) && strings.TrimSpace(s.Opinions[h.Opinion]) == "" {
			out = append(out, Gap{h.Opinion, h.Name, LacksOpinion})
		}
	}
	if strings.TrimSpace(s.Opinion) == "" {
		out = append(out, Gap{Overall, "", LacksOpinion})
	}
	return out
}

// Lacks returns what a line lacks with this verdict.
func (t Terms) Lacks(l Line, v Verdict) (out []Lack) {
	silent := strings.TrimSpace(v.Reason) == ""
	if l.Needed && !v.settled() {
		return []Lack{LacksMark}
	}
	if silent && t.Reasoned(l, v) {
		out = append(out, LacksReason)
	}
	if !l.Needed && v.Given && v.Mark > 0 && strings.TrimSpace(v.Proof) == "" {
		out = append(out, LacksProof)
	}
	if v.Given && silent && t.valueless(l, v) {
		out = append(out, LacksValue)
	}
	return out
}

// valueless reports whether an indicator with a number has none, neither of the
// unit nor of the assessor (C63): then a word must say why.
func (t Terms) valueless(l Line, v Verdict) bool {
	return len(l.Indicator.Thresholds) > 0 && len(v.bare().Values) == 0 && len(t.Claimed(l)) == 0
}

// Gaps returns Missing as refusals of the form's fields.
func (s *Sheet) Gaps(t Terms) fault.List {
	var list fault.List
	var open []string
	for _, g := range s.Missing(t) {
		n := string(g.Item)
		switch {
		case g.Lack == LacksMark:
			open = append(open, n)
		case g.Item == Overall:
			list.Add(fault.New(fault.Invalid, "sheet.opinion").At(n))
		case g.Lack == LacksOpinion:
			list.Add(fault.New(fault.Invalid, "sheet.level_opinion", "level", g.Level).At(n))
		case g.Lack == LacksReason:
			list.Add(fault.New(fault.Invalid, "mark.reason", "number", n).At(g.Field()))
		case g.Lack == LacksProof:
			list.Add(fault.New(fault.Invalid, "mark.proof", "number", n).At(g.Field()))
		case g.Lack == LacksValue:
			list.Add(fault.New(fault.Invalid, "mark.value", "number", n).At(g.Field()))
		}
	}
	if len(open) > 0 {
		list.Add(fault.New(fault.Invalid, "sheet.missing", "count", itoa(len(open)), "numbers", strings.Join(open, "、")).
			At("mark-" + open[0]))
	}
	return list
}
