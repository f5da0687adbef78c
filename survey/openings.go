package survey

import (
	"cmp"
	"context"
	"encoding/hex"
	"fmt"

	"minyi/indicators/fault"
	"minyi/survey/ledger"
	"minyi/survey/questionnaire"
)

// NoLeaf is the index of an opening whose commitment is not in the log yet.
const NoLeaf = -1

// Openings calls fn for each commitment of a survey with what opens it: those of
// answers that were re-filed, in an order that tells nothing, of those that were
// answered again, then those that were opened as a check. The row is made anew from what is stored, so that a changed
// answer no longer fits its leaf; of texts that were erased the digest stands in for
// them. Until the review is over every answer is Cast; then one that counts is
// Counted, every other Excluded for a reason: one of Exclusions, or of a survey that
// published none "review" with the number of the act behind it.
// Answers from before there were commitments have none. It reads answers: who may
// ask, and the entry in the trail, are the caller's.
func (s *Service) Openings(ctx context.Context, id ID, fn func(ledger.Opening) error) error {
	s.mu.RLock()
	l := s.live[s.byID[id]]
	s.mu.RUnlock()
	if l == nil || l.survey.ID != id {
		return fault.New(fault.NotFound, "survey.unknown")
	}
	out, err := s.Store.ExcludedBy(ctx, id)
	if err != nil {
		return err
	}
	acts, err := s.Store.Acts(ctx, id)
	if err != nil {
		return err
	}
	leaves, err := s.Store.Leaves(ctx, l.survey.Number)
	if err != nil {
		return err
	}
	o := opener{l: l, origin: s.origin(l.survey), out: out, reasons: l.survey.reasonsOf(acts), leaves: leaves, fn: fn}
	if err := s.Store.Kept(ctx, l.survey.Number, o.answer); err != nil {
		return err
	}
	if err := s.Store.Superseded(ctx, l.survey.Number, o.superseded); err != nil {
		return err
	}
	return s.Store.Spoils(ctx, l.survey.Number, o.spoiled)
}

// opener makes the openings of one survey.
type opener struct {
	l       *live
	origin  string
	out     map[int64]int  // excluded by the review, with the act
	reasons map[int]string // by act
	leaves  map[ledger.Commitment]int64
	fn      func(ledger.Opening) error
}

func (o *opener) answer(response int64, r Record) error {
	if len(r.Proof) == 0 {
		return nil
	}
	salt, row, err := o.l.reopen(r)
	if err != nil {
		return fmt.Errorf("survey: open an answer: %w", err)
	}
	state, reason := o.state(response, r.Outcome)
	return o.open(salt, row, state, reason)
}

// superseded opens an answer in whose place another came.
func (o *opener) superseded(r Record) error {
	salt, row, err := o.l.reopen(r)
	if err != nil {
		return fmt.Errorf("survey: open an answer: %w", err)
	}
	return o.open(salt, row, ledger.Superseded, "")
}

func (o *opener) spoiled(s Spoiled) error { return o.open(s.Salt, s.Row, ledger.Spoiled, "") }

func (o *opener) open(salt, row []byte, state ledger.State, reason string) error {
	if len(salt) != ledger.SaltSize {
		return fmt.Errorf("survey: open an answer: a salt of %d bytes", len(salt))
	}
	one := ledger.Opening{Index: NoLeaf, Salt: hex.EncodeToString(salt), Row: row, State: state, Reason: reason}
	if at, ok := o.leaves[ledger.Commit(o.origin, [ledger.SaltSize]byte(salt), row)]; ok {
		one.Index = at
	}
	return o.fn(one)
}

// state is what became of an answer.
func (o *opener) state(response int64, outcome questionnaire.Disposition) (ledger.State, string) {
	if o.l.survey.Audience == OfResidents && !o.l.survey.Reviewed() || o.l.survey.State == Open {
		return ledger.Cast, ""
	}
	if act, ok := o.out[response]; ok {
		return ledger.Excluded, cmp.Or(o.reasons[act], fmt.Sprintf("review %d", act))
	}
	if !outcome.InScope() {
		return ledger.Excluded, outcome.String()
	}
	return ledger.Counted, ""
}

// reopen makes the row of a stored answer as it was committed to, by what is
// stored.
func (l *live) reopen(r Record) (salt, row []byte, err error) {
	sheet, err := l.paper.Unpack(r.Answers, "")
	if err != nil {
		return nil, nil, err
	}
	batch, ok := l.survey.Batches.Number(r.Batch)
	if !ok || len(r.Proof) < ledger.SaltSize {
		return nil, nil, fault.New(fault.Invalid, "sheet.damaged")
	}
	digest := hex.EncodeToString(r.Proof[ledger.SaltSize:])
	if r.Comment != "" {
		var blind [ledger.BlindSize]byte
		copy(blind[:], r.Blind)
		digest = ledger.TextDigest(blind, r.Comment)
	}
	return r.Proof[:ledger.SaltSize], l.row(batch, sheet, digest), nil
}
