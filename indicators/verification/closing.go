package verification

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"minyi/indicators"
	"minyi/indicators/access"
	"minyi/indicators/application"
	"minyi/indicators/evaluation"
	"minyi/indicators/fault"
	"minyi/indicators/naming"
	"minyi/indicators/roster"
	"minyi/indicators/scorebook"
)

// Outcome is how a visit ended.
type Outcome string

// The outcomes.
const (
	Confirmed Outcome = "confirmed"
	Corrected Outcome = "corrected" // confirmed with corrections
	Refuted   Outcome = "refuted"   // not confirmed
)

// Tally counts what was found: Checked items, of which Confirmed were as claimed,
// Differs had another value and Kept of these still keep their thresholds.
type Tally struct{ Checked, Confirmed, Differs, Kept, Open int }

// Tally counts the findings of a visit.
func (v *Visit) Tally(lines []evaluation.Line, cal indicators.Calendar) (t Tally) {
	for _, p := range v.Items {
		switch v.Result(p.Item) {
		case "":
			t.Open++
			continue
		case AsClaimed:
			t.Confirmed++
		case Differs:
			t.Differs++
			if v.keeps(p.Item, lines, cal) {
				t.Kept++
			}
		case NotFound:
		}
		t.Checked++
	}
	return t
}

// keeps reports whether the values that the team typed keep every threshold.
func (v *Visit) keeps(item Item, lines []evaluation.Line, cal indicators.Calendar) bool {
	n := slices.IndexFunc(lines, func(l evaluation.Line) bool { return l.Item == item })
	if n < 0 || len(lines[n].Indicator.Thresholds) == 0 {
		return false
	}
	thresholds := lines[n].Indicator.Thresholds
	for _, j := range indicators.JudgeAll(thresholds, v.Entries(item, len(thresholds)), cal) {
		if !j.Inapplicable && (!j.Known || j.Fails()) {
			return false
		}
	}
	return true
}

// good is how many items count as confirmed under the round's rule.
func (t Tally) good(rule roster.VerifyRule) int {
	if rule == roster.VerifyKept {
		return t.Confirmed + t.Kept
	}
	return t.Confirmed
}

// Mark is the share of the checked items that count as confirmed, times full marks,
// in hundredths, a half rounded up.
func (t Tally) Mark(rule roster.VerifyRule) indicators.Mark {
	if t.Checked == 0 {
		return 0
	}
	full, n := int64(indicators.Hundred), int64(t.Checked)
	return indicators.Mark((2*full*int64(t.good(rule)) + n) / (2 * n))
}

// Outcome follows from the findings: confirmed where all are as claimed; not
// confirmed where fewer than the share count; else confirmed with corrections.
func (t Tally) Outcome(s roster.Settings) Outcome {
	switch {
	case t.Confirmed == t.Checked:
		return Confirmed
	case int64(t.good(s.VerifyRule))*int64(indicators.Whole) < int64(t.Checked)*int64(s.VerifyFloor):
		return Refuted
	}
	return Corrected
}

// Lacks says what keeps a visit from being closed.
func (v *Visit) Lacks(t evaluation.Terms, now time.Time) error {
	var list fault.List
	if v.Closed() {
		return closed()
	}
	v.lacksPlan(&list, t.Round.Settings.Evaluation, now)
	v.lacksFindings(&list, t.Lines(), t.Calendar)
	v.lacksNames(&list, t.Round.Settings.Signers())
	return list.Err()
}

func (v *Visit) lacksPlan(list *fault.List, window roster.Window, now time.Time) {
	if len(v.Active()) == 0 {
		list.Add(fault.New(fault.Invalid, "verification.team_missing").At("team"))
	} else if _, ok := v.Leader(); !ok {
		list.Add(fault.New(fault.Invalid, "verification.leader_missing").At("team"))
	}
	for _, m := range v.Active() {
		if m.Interest == Undeclared {
			list.Add(fault.New(fault.Conflict, "verification.undeclared", "name", m.Name).At("team"))
		}
	}
	switch {
	case v.Date.IsZero():
		list.Add(fault.New(fault.Invalid, "verification.date_missing").At("date"))
	case !v.late(window, now) && (v.Date.Before(window.From) || window.To.Before(v.Date)):
		list.Add(fault.New(fault.Invalid, "verification.date_window", "from", window.From.String(), "to", window.To.String()).At("date"))
	case v.Date.Start().After(now):
		list.Add(fault.New(fault.Invalid, "verification.date_future").At("date"))
	}
}

func (v *Visit) lacksFindings(list *fault.List, lines []evaluation.Line, cal indicators.Calendar) {
	if len(v.Items) == 0 {
		list.Add(fault.New(fault.Invalid, "verification.items_missing").At("items"))
	}
	if t := v.Tally(lines, cal); t.Open > 0 {
		list.Add(fault.New(fault.Invalid, "verification.open_items", "count", fmt.Sprint(t.Open)).At("items"))
	}
	for _, p := range v.Items {
		found := v.Result(p.Item)
		silent := v.Fields[FieldOf(p.Item, "remark")] == ""
		if found == NotFound && silent || found == Differs && silent && !v.Typed(p.Item) {
			list.Add(fault.New(fault.Invalid, "verification.remark", "number", string(p.Item)).At(FieldOf(p.Item, "remark")))
		}
	}
	if v.Fields[Words] == "" {
		list.Add(fault.New(fault.Invalid, "verification.opinion_missing").At(Words))
	}
	if len(v.Clashes) > 0 {
		list.Add(fault.New(fault.Conflict, "verification.clashes", "count", fmt.Sprint(len(v.Clashes))))
	}
}

// lacksNames wants the leader's signature and as many as the round asks, at most
// everybody's.
func (v *Visit) lacksNames(list *fault.List, need int) {
	if leader, ok := v.Leader(); ok && !v.Signed(leader.ID) {
		list.Add(fault.New(fault.Conflict, "verification.leader_unsigned", "name", leader.Name).At("sign"))
	}
	need = min(need, len(v.Active()))
	if have := len(v.Valid()); have < need {
		list.Add(fault.New(fault.Conflict, "verification.signatures", "have", fmt.Sprint(have), "need", fmt.Sprint(need)).At("sign"))
	}
}

// Close closes the record, seals it with the service's key and files its finding
// (C85). A filing that was cut short is made up by closing again.
func (s *Service) Close(ctx context.Context, by access.Actor, k application.Key) (*Visit, error) {
	v, err := s.Visit(ctx, by, k)
	if err != nil {
		return nil, err
	}
	if err := s.standsBack(ctx, by, v); err != nil {
		return nil, err
	}
	terms, err := s.terms(ctx, k)
	if err != nil {
		return nil, err
	}
	if !v.Closed() {
		if _, err := s.mayWrite(ctx, by, k); err != nil {
			return nil, err
		}
		entry := s.entry(by, "verification.close", k, "")
		v, err = s.Store.UpdateVisit(ctx, k, entry, func(v *Visit, _ *naming.Proceeding) error {
			if err := v.close(terms, s.Key, by.Name, s.now()); err != nil {
				return err
			}
			entry.After = fmt.Sprintf(`{"outcome":%q,"seal":%q}`, v.Outcome, v.Seal.Digest)
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	if err := s.file(ctx, by, v); err != nil {
		return v, err
	}
	return v, s.settle(ctx, v, v.Team)
}

// file files the finding, as a correction where the visit was opened again.
func (s *Service) file(ctx context.Context, by access.Actor, v *Visit) error {
	if v.Mark == nil {
		return unknown()
	}
	detail, err := json.Marshal(struct {
		Outcome Outcome `json:"outcome"`
		Members int     `json:"members"`
		Checks  int     `json:"checks"`
	}{v.Outcome, len(v.Active()), len(v.Items)})
	if err != nil {
		return fmt.Errorf("verification: %w", err)
	}
	f := scorebook.Finding{
		Key:     scorebook.Key{Round: v.Round, Unit: v.Unit, Instrument: scorebook.Verification, Track: v.Track},
		Project: v.Project, Mark: *v.Mark, Digest: v.Seal.Digest, Detail: detail,
	}
	n := len(v.Reopenings)
	if n == 0 {
		return s.Book.File(ctx, by, f)
	}
	err = s.Book.Refile(ctx, by, f, v.Reopenings[n-1].Reason)
	if slices.ContainsFunc(fault.All(err), func(r *fault.Refusal) bool { return r.Code == "finding.none" }) {
		return s.Book.File(ctx, by, f)
	}
	return err
}

// Said are the field's words without blanks around them.
func (v *Visit) Said(field Field) string { return strings.TrimSpace(v.Fields[field]) }
