package survey

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"minyi/indicators/access"
	"minyi/indicators/fault"
	"minyi/survey/questionnaire"
	"minyi/survey/tabulate"
)

// Weighting is how a survey's answers are weighted: the plan in force (the zero one is
// the house's own), a plan that is being made, and what was decided when. Seen is when
// results were first read; a plan decided later says so.
type Weighting struct {
	Plan    tabulate.Plan    `json:"plan,omitzero"`
	Draft   *WeightingDraft  `json:"draft,omitempty"`
	History []WeightingEvent `json:"history,omitempty"` // oldest first
	Seen    time.Time        `json:"seen,omitzero"`
}

// WeightingDraft is a plan that is being made. Imports are distributions from files,
// each with what its columns and values stand for; Proposed is the word of who wants it
// in force, zero while it is worked on.
type WeightingDraft struct {
	Plan     tabulate.Plan `json:"plan"`
	Edited   Approval      `json:"edited"`
	Imports  []Import      `json:"imports,omitempty"`
	Proposed Approval      `json:"proposed,omitzero"`
	Reason   string        `json:"reason,omitempty"`
}

// WeightingEvent is a plan that came into force. Late says that results had been read
// under the plan before.
type WeightingEvent struct {
	Plan      tabulate.Plan `json:"plan"`
	Proposed  Approval      `json:"proposed"`
	Confirmed Approval      `json:"confirmed"`
	Reason    string        `json:"reason"`
	Late      bool          `json:"late,omitempty"`
}

// maxWeightingReason is the longest reason of a plan, in characters.
const maxWeightingReason = 500

// Digest names the plan of a draft: two people who confirm it saw the same.
func (d *WeightingDraft) Digest() string { return planDigest(d.Plan) }

func planDigest(p tabulate.Plan) string {
	text, err := json.Marshal(p)
	if err != nil {
		panic(err) // strings and numbers only
	}
	sum := sha256.Sum256(append([]byte("minyi/weighting/v1\n"), text...))
	return hex.EncodeToString(sum[:])
}

// brief is what the trail keeps of a weighting: the digests of the plans, empty for the
// house's own.
func (w *Weighting) brief() string {
	out := ""
	if w.Plan.Custom() {
		out = planDigest(w.Plan)
	}
	if w.Draft != nil {
		out += " draft " + w.Draft.Digest()
	}
	return strings.TrimSpace(out)
}

// questions are the ids that the plan in force and the draft ask for, beside the
// census variables and the strata.
func (w *Weighting) questions() (out []string) {
	targets := w.Plan.Targets
	if w.Draft != nil {
		targets = slices.Concat(targets, w.Draft.Plan.Targets)
		for _, i := range w.Draft.Imports {
			targets = append(targets, tabulate.Target{Variables: i.variables()})
		}
	}
	for _, t := range targets {
		for _, v := range t.Variables {
			if !slices.Contains(margins(), v) && v != tabulate.Stratum && !slices.Contains(out, v) {
				out = append(out, v)
			}
		}
	}
	return out
}

// category is the category of a sheet on a question with one answer, empty where it is
// not known.
func category(q *questionnaire.Questionnaire, s questionnaire.Sheet, id string) string {
	one, _ := q.Question(id)
	c, ok := one.Choice(q.Code(s, id))
	if !ok || c.Reason != "" {
		return ""
	}
	return c.Code
}

// weighable refuses with survey.state before the close and with review.open before the
// review is closed: whoever weights must know which answers count.
func (s *Survey) weighable() error {
	if s.State != Closed && s.State != Released {
		return fault.New(fault.Conflict, "survey.state", "state", string(s.State))
	}
	return s.reviewed()
}

// EditWeighting changes the draft of the plan, which begins as the plan in force. What
// was proposed of it falls away.
func (s *Survey) EditWeighting(by Approval, change func(*WeightingDraft) error) error {
	if err := s.weighable(); err != nil {
		return err
	}
	d := s.Weighting.Draft
	if d == nil {
		d = &WeightingDraft{Plan: s.Weighting.Plan}
	}
	next := *d
	next.Plan.Targets, next.Imports = slices.Clone(d.Plan.Targets), slices.Clone(d.Imports)
	if err := change(&next); err != nil {
		return err
	}
	if err := next.Plan.Check(); err != nil {
		return err
	}
	next.Edited, next.Proposed, next.Reason = by, Approval{}, ""
	s.Weighting.Draft = &next
	return nil
}

// ProposeWeighting asks for the draft to come into force, for a reason. The house's own
// plan does so at once; any other waits for a second person. It is refused with
// weigh.nodraft, weigh.changed for another digest, and weigh.reason.
func (s *Survey) ProposeWeighting(by Approval, digest, reason string) error {
	if err := s.weighable(); err != nil {
		return err
	}
	d := s.Weighting.Draft
	if d == nil {
		return fault.New(fault.Conflict, "weigh.nodraft")
	}
	if d.Digest() != digest {
		return fault.New(fault.Conflict, "weigh.changed", "by", d.Edited.Account)
	}
	reason = strings.Join(strings.Fields(reason), " ")
	if n := utf8.RuneCountInString(reason); n == 0 || n > maxWeightingReason || !utf8.ValidString(reason) {
		return fault.New(fault.Invalid, "weigh.reason", "max", number(maxWeightingReason)).At("reason")
	}
	next := *d
	next.Proposed, next.Reason = by, reason
	s.Weighting.Draft = &next
	if !next.Plan.Custom() {
		s.enforce(by)
	}
	return nil
}

// ConfirmWeighting is the second person's word on the digest that was shown. It is
// refused with weigh.nodraft, weigh.notproposed, weigh.changed and weigh.self.
func (s *Survey) ConfirmWeighting(by Approval, second access.Second, digest string) error {
	if err := s.weighable(); err != nil {
		return err
	}
	d := s.Weighting.Draft
	switch {
	case d == nil:
		return fault.New(fault.Conflict, "weigh.nodraft")
	case d.Proposed.Account == "":
		return fault.New(fault.Conflict, "weigh.notproposed")
	case d.Digest() != digest:
		return fault.New(fault.Conflict, "weigh.changed", "by", d.Edited.Account)
	case d.Proposed.Account == by.Account:
		return fault.New(fault.Forbidden, "weigh.self")
	}
	if err := second.Apart(d.Proposed.Account); err != nil {
		return err
	}
	s.enforce(by)
	return nil
}

// enforce puts the proposed plan in force. A result that was proposed under the plan
// before falls away; a release stands until its correction is signed.
func (s *Survey) enforce(by Approval) {
	w, d := &s.Weighting, s.Weighting.Draft
	w.History = append(slices.Clone(w.History), WeightingEvent{
		Plan: d.Plan, Proposed: d.Proposed, Confirmed: by, Reason: d.Reason, Late: !w.Seen.IsZero(),
	})
	w.Plan, w.Draft = d.Plan, nil
	if s.State == Released {
		s.Correction = nil
	} else {
		s.Draft = nil
	}
}

// DropWeighting gives the draft up, by whoever; the plan in force stays.
func (s *Survey) DropWeighting() error {
	if s.Weighting.Draft == nil {
		return fault.New(fault.Conflict, "weigh.nodraft")
	}
	s.Weighting.Draft = nil
	return nil
}
