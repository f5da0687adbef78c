package evaluation

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
	"minyi/indicators/fault"
	"minyi/indicators/scorebook"
)

// Correction is a change of a closed dossier's mark: proposed by one of the
// office with a reason, and confirmed or refused by another. The result and its
// sheets stay as they are; the scorebook gets a new version of the finding.
type Correction struct {
	ID      string           `json:"id"`
	Dossier application.Key  `json:"dossier"`
	Before  indicators.Mark  `json:"before"`
	Mark    indicators.Mark  `json:"mark"`
	Reason  string           `json:"reason"`
	By      string           `json:"by"`
	At      time.Time        `json:"at"`
	Answer  CorrectionAnswer `json:"-"` // kept beside it
}

// CorrectionAnswer is the second person's.
type CorrectionAnswer struct {
	Confirmed bool      `json:"confirmed"`
	By        string    `json:"by"`
	At        time.Time `json:"at"`
}

// Open reports whether the second person has not answered yet.
func (c Correction) Open() bool { return c.Answer.By == "" }

// ProposeCorrection proposes another mark for a closed dossier, with a reason.
func (s *Service) ProposeCorrection(ctx context.Context, by access.Actor, k application.Key, mark indicators.Mark, reason string) error {
	if err := by.Require(access.Office); err != nil {
		return err
	}
	var list fault.List
	wantWords(&list, "reason", reason, "correction.reason")
	if mark < 0 || mark > indicators.Hundred {
		list.Add(fault.New(fault.Invalid, "correction.mark").At("mark"))
	}
	if err := list.Err(); err != nil {
		return err
	}
	if err := s.recused(ctx, by, k.Round, k.Unit, s.entry(by, "correction.propose", "evaluation/"+string(k.ID()))); err != nil {
		return err
	}
	r, err := s.Store.ResultOf(ctx, k)
	if err != nil {
		return err
	}
	if r == nil {
		return fault.New(fault.Conflict, "correction.not_closed")
	}
	before, err := s.standingMark(ctx, *r)
	if err != nil {
		return err
	}
	if before == mark {
		return fault.New(fault.Invalid, "correction.same").At("mark")
	}
	c := &Correction{
		ID: s.NewID(), Dossier: k, Before: before, Mark: mark, Reason: strings.TrimSpace(reason),
		By: by.Name, At: s.Now().UTC().Truncate(time.Millisecond),
	}
	entry := s.entry(by, "correction.propose", "correction/"+c.ID)
	entry.Reason = c.Reason
	return s.Store.AddCorrection(ctx, c, entry)
}

// standingMark is the mark of a result with its corrections.
func (s *Service) standingMark(ctx context.Context, r Result) (indicators.Mark, error) {
	all, err := s.Store.Corrections(ctx, r.Dossier.Round)
	for _, c := range all {
		if c.Dossier == r.Dossier && c.Answer.Confirmed {
			r.Mark = c.Mark
		}
	}
	return r.Mark, err
}

// corrected reports whether a correction of the dossier stands.
func (s *Service) corrected(ctx context.Context, k application.Key) (bool, error) {
	all, err := s.Store.Corrections(ctx, k.Round)
	return slices.ContainsFunc(all, func(c Correction) bool { return c.Dossier == k && c.Answer.Confirmed }), err
}

// AnswerCorrection confirms or refuses a proposal about a dossier, by another
// person of the office than who made it; a confirmed one is filed as a new version
// of the finding.
func (s *Service) AnswerCorrection(ctx context.Context, by access.Actor, k application.Key, id string, confirm bool) error {
	if err := by.Require(access.Office); err != nil {
		return err
	}
	second, err := by.Second(ctx, s.Store)
	if err != nil {
		return err
	}
	entry := s.entry(by, "correction.answer", "correction/"+id)
	if err := s.recused(ctx, by, k.Round, k.Unit, entry); err != nil {
		return err
	}
	c, err := s.Store.AnswerCorrection(ctx, id, entry, func(c *Correction) error {
		switch {
		case c.Dossier != k:
			return fault.New(fault.NotFound, "correction.unknown")
		case !c.Open():
			return fault.New(fault.Conflict, "correction.answered")
		case access.Fold(c.By) == access.Fold(by.Name):
			return fault.New(fault.Forbidden, "correction.own")
		}
		if err := second.Apart(c.By); err != nil {
			return err
		}
		c.Answer = CorrectionAnswer{Confirmed: confirm, By: by.Name, At: s.Now().UTC().Truncate(time.Millisecond)}
		return nil
	})
	if err != nil || !confirm {
		return err
	}
	return s.refile(ctx, by, *c)
}

// refile puts a confirmed correction into the scorebook. Filing it again changes
// nothing.
func (s *Service) refile(ctx context.Context, by access.Actor, c Correction) error {
	d, _, err := s.Dossiers.Sealed(ctx, c.Dossier)
	if err != nil {
		return err
	}
	r, err := s.Store.ResultOf(ctx, c.Dossier)
	if err != nil {
		return err
	}
	basis, err := s.basis(ctx, c.Dossier, *r)
	if err != nil {
		return err
	}
	f, err := finding(d, *r, basis)
	if err != nil {
		return err
	}
	raw, err := json.Marshal(c)
	if err != nil {
		return fmt.Errorf("correction: %w", err)
	}
	f.Mark, f.Digest = c.Mark, scorebook.Digest(append(raw, r.Digest...))
	return s.Book.Refile(ctx, by, f, c.Reason)
}
