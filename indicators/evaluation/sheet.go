package evaluation

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"minyi/indicators"
	"minyi/indicators/application"
	"minyi/indicators/fault"
	"minyi/indicators/roster"
)

// Item names what is marked: an indicator's number ("1", "A1") on the
// comprehensive track, a criterion ("innovative") on the single one (C21).
type Item string

// Verdict is what an assessor finds on one item. Given is false while the mark
// is open; Excused accepts the unit's claim that the indicator does not apply.
type Verdict struct {
	Given   bool            `json:"given"`
	Mark    indicators.Mark `json:"mark"`
	Excused bool            `json:"excused"`
	Reason  string          `json:"reason"`
}

// settled reports whether the item has its verdict.
func (v Verdict) settled() bool { return v.Given || v.Excused }

// Sheet is one assessor's score sheet for one dossier. Edits counts its
// savings; Total is set when it is submitted.
type Sheet struct {
	Edits       int              `json:"edits"`
	Verdicts    map[Item]Verdict `json:"verdicts"`
	Opinion     string           `json:"opinion"`
	SubmittedAt time.Time        `json:"submitted_at"`
	Scheme      int              `json:"scheme"` // version of the scheme that Total was made with
	Total       indicators.Mark  `json:"total"`
	Digest      string           `json:"digest"` // of the submitted sheet, hex SHA-256
}

// Submitted reports whether the sheet is closed.
func (s *Sheet) Submitted() bool { return !s.SubmittedAt.IsZero() }

// Terms are what a sheet is measured by.
type Terms struct {
	application.Terms
	Scheme  indicators.Scheme
	Dossier *application.Dossier
}

// Line is one item of the sheet: what it is, its full marks, and whether it
// must be marked. Bonus and penalty items may stay open.
type Line struct {
	Item      Item
	Indicator indicators.Indicator // zero on the single track
	Full      indicators.Mark
	Needed    bool
}

// Lines returns the items of the sheet in the order of the notice.
func (t Terms) Lines() []Line {
	var out []Line
	if t.Dossier.Track == roster.Single {
		for _, c := range indicators.Criteria() {
			out = append(out, Line{Item: Item(c), Full: t.Scheme.Criteria[c], Needed: true})
		}
		return out
	}
	weights := t.Scheme.Systems[t.Catalogue.System]
	items := weights.Items
	for _, i := range t.Applicable {
		if weights.Fed(i) {
			continue // a survey gives its mark, and no assessor sees it (C29)
		}
		out = append(out, Line{Item: Item(i.Number), Indicator: i, Full: items[i.Number].Full, Needed: true})
	}
	for _, i := range t.Catalogue.Additional() {
		out = append(out, Line{Item: Item(i.Number), Indicator: i, Full: items[i.Number].Full})
	}
	return out
}

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

// excusable reports whether a line may be left without a mark because the
// indicator does not apply.
func (t Terms) excusable(l Line) bool {
	return l.Needed && t.Dossier.Track == roster.Comprehensive && t.Claim(l).Verdict == application.Inapplicable
}

// Entry is what is saved: verdicts on some or all items and the opinion.
type Entry struct {
	Verdicts map[Item]Verdict
	Opinion  string
}

// Save keeps verdicts in a draft. seen is the count of edits that the form was
// made from. A mark out of range, an unknown item and an excuse that the unit
// did not claim are refused; then nothing is kept.
func (s *Sheet) Save(t Terms, seen int, e Entry) error {
	if s.Submitted() {
		return fault.New(fault.Conflict, "sheet.submitted")
	}
	if s.Edits != seen {
		return fault.New(fault.Conflict, "sheet.conflict")
	}
	if err := e.check(t); err != nil {
		return err
	}
	if s.Verdicts == nil {
		s.Verdicts = map[Item]Verdict{}
	}
	for item, v := range e.Verdicts {
		if v == (Verdict{}) {
			delete(s.Verdicts, item)
			continue
		}
		s.Verdicts[item] = v
	}
	s.Opinion = e.Opinion
	s.Edits++
	return nil
}

func (e Entry) check(t Terms) error {
	var list fault.List
	known := 0
	for _, l := range t.Lines() {
		v, ok := e.Verdicts[l.Item]
		if !ok {
			continue
		}
		known++
		n := string(l.Item)
		switch {
		case v.Given && (v.Mark < 0 || v.Mark > l.Full):
			list.Add(outOfRange(l))
		case v.Excused && (v.Given || !t.excusable(l)):
			list.Add(fault.New(fault.Invalid, "mark.excused", "number", n).At("na-" + n))
		}
		checkText(&list, "reason-"+n, v.Reason, longestReason)
	}
	if known != len(e.Verdicts) {
		list.Add(fault.New(fault.Invalid, "sheet.item"))
	}
	checkText(&list, "opinion", e.Opinion, longestOpinion)
	return list.Err()
}

func outOfRange(l Line) *fault.Refusal {
	n := string(l.Item)
	return fault.New(fault.Invalid, "mark.range", "number", n, "full", l.Full.String()).At("mark-" + n)
}

// Gaps returns everything that keeps the sheet from being submitted: items
// without a verdict (C28), reasons that are missing, the opinion.
func (s *Sheet) Gaps(t Terms) fault.List {
	var list fault.List
	var open []string
	for _, l := range t.Lines() {
		v := s.Verdicts[l.Item]
		n := string(l.Item)
		switch {
		case l.Needed && !v.settled():
			open = append(open, n)
		case strings.TrimSpace(v.Reason) == "" && t.reasoned(l, v):
			list.Add(fault.New(fault.Invalid, "mark.reason", "number", n).At("reason-" + n))
		}
	}
	if len(open) > 0 {
		list.Add(fault.New(fault.Invalid, "sheet.missing", "count", itoa(len(open)), "numbers", strings.Join(open, "、")).
			At("mark-" + open[0]))
	}
	if strings.TrimSpace(s.Opinion) == "" {
		list.Add(fault.New(fault.Invalid, "sheet.opinion").At("opinion"))
	}
	return list
}

// reasoned reports whether a verdict needs a reason: always for a criterion
// (C21), for bonus and penalty marks, and where it contradicts the claim.
func (t Terms) reasoned(l Line, v Verdict) bool {
	return v.Given && (t.Dossier.Track == roster.Single || !l.Needed && v.Mark > 0) || t.Contradicts(l, v)
}

// Submit closes a complete sheet with its total by the round's scheme.
func (s *Sheet) Submit(t Terms, now time.Time) error {
	if s.Submitted() {
		return fault.New(fault.Conflict, "sheet.submitted")
	}
	if err := s.Gaps(t).Err(); err != nil {
		return err
	}
	total, err := s.score(t)
	if err != nil {
		return err
	}
	s.Total, s.Scheme, s.SubmittedAt = total, t.Scheme.Version, now.UTC().Truncate(time.Millisecond)
	s.Digest = ""
	raw, err := json.Marshal(s)
	if err != nil {
		return fmt.Errorf("sheet: %w", err)
	}
	sum := sha256.Sum256(raw)
	s.Digest = hex.EncodeToString(sum[:])
	return nil
}

func (s *Sheet) score(t Terms) (indicators.Mark, error) {
	if t.Dossier.Track == roster.Single {
		marks := map[indicators.Criterion]indicators.Mark{}
		for item, v := range s.Verdicts {
			marks[indicators.Criterion(item)] = v.Mark
		}
		return indicators.ScoreSingle(t.Scheme, marks)
	}
	marks := map[indicators.Number]indicators.Mark{}
	var applicable []indicators.Number
	for _, l := range t.Lines() {
		v := s.Verdicts[l.Item]
		if l.Needed && !v.Excused {
			applicable = append(applicable, l.Indicator.Number)
		}
		if v.Given {
			marks[l.Indicator.Number] = v.Mark
		}
	}
	return indicators.Score(t.Scheme, t.Catalogue, applicable, marks)
}

func itoa(n int) string { return strconv.Itoa(n) }
