package survey

import (
	"context"
	"errors"
	"unicode/utf8"

	"minyi/indicators/fault"
	"minyi/survey/invite"
	"minyi/survey/ledger"
)

// MostAttempts is how many commitments one form may have opened as a check.
const MostAttempts = 9

// Challenge is a commitment opened: what its resident asked to see instead of
// casting it. The answer behind it is not counted.
type Challenge struct {
	Origin     string
	Commitment ledger.Commitment
	Salt       string // hexadecimal
	Row        string // byte for byte as committed to
	Blind      string // hexadecimal, of the digest of the texts; empty where there are none
	Texts      string // as they were written
}

// Commit returns the commitment to an answer, before anybody has decided whether
// it is cast or opened as a check. It stores nothing, and of one form, attempt and
// content it is always the same. An attempt that was opened is passed over: the
// attempt that the commitment belongs to comes with it. It refuses with
// token.unknown, submission.key and, after MostAttempts, commitment.most.
func (s *Service) Commit(_ context.Context, in Submission) (ledger.Commitment, int, error) {
	l, batch, _, err := s.submitted(in)
	if err != nil {
		return ledger.Commitment{}, 0, err
	}
	texts := l.paper.PackTexts(in.Sheet)
	for ; in.Attempt <= MostAttempts; in.Attempt++ {
		c := s.seal(l, batch, in, texts).commitment
		if !s.Intake.Spoiled(l.survey.Number, c) {
			return c, in.Attempt, nil
		}
	}
	return ledger.Commitment{}, 0, errMost()
}

func errMost() error { return fault.New(fault.TooMany, "commitment.most") }

// submitted finds what a submission leads to, and refuses a key or an attempt that
// no form of ours has.
func (s *Service) submitted(in Submission) (*live, invite.Batch, invite.Token, error) {
	if n := utf8.RuneCountInString(in.Key); n == 0 || n > maxKey || !utf8.ValidString(in.Key) {
		return nil, invite.Batch{}, invite.Token{}, fault.New(fault.Invalid, "submission.key")
	}
	if in.Attempt < 0 || in.Attempt > MostAttempts {
		return nil, invite.Batch{}, invite.Token{}, errMost()
	}
	return s.link(in.Token)
}

// Audit opens the commitment to an answer instead of casting it: the commitment
// goes into the log as spoiled, and what it was made of is returned, also to whoever
// asks a second time. It refuses with commitment.cast once the answer has come
// (what was cast is never opened to anybody but the examiners), with
// commitment.most after MostAttempts of one form or too many on one link in a day,
// and as Submit does.
func (s *Service) Audit(ctx context.Context, in Submission) (Challenge, error) {
	l, batch, t, err := s.submitted(in)
	if err != nil {
		return Challenge{}, err
	}
	if in.Attempt == MostAttempts {
		return Challenge{}, errMost()
	}
	texts := l.paper.PackTexts(in.Sheet)
	c := s.seal(l, batch, in, texts)
	now := s.Now()
	if !s.Intake.Spoiled(t.Survey, c.commitment) {
		if err := s.guard.audit(t, batch.Kind, now); err != nil {
			return Challenge{}, err
		}
	}
	err = s.Intake.Spoil(ctx, Spoiled{
		Survey: t.Survey, Serial: t.Serial, OneTime: batch.Kind == invite.OneTime, Key: s.formKey.mac(t, in.Key),
		Admit: l.takes(batch, now), Revise: s.mark(l, batch, t), Day: day(now), Commitment: c.commitment, Salt: c.salt[:], Row: c.row,
	})
	if errors.Is(err, fault.New(fault.Closed, "survey.closed")) {
		err = l.survey.over()
	}
	if err != nil {
		return Challenge{}, err
	}
	return c.challenge(s.origin(l.survey)), nil
}

// Received returns the survey whose answers on disk have a commitment that may not
// be in the log's list yet; false where there is none. With the list and the log
// itself it says for which commitments a promise may be given.
func (s *Service) Received(c ledger.Commitment) (ID, bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	for number, l := range s.live {
		if s.Intake.Waits(number, c) {
			return l.survey.ID, true
		}
	}
	return "", false
}
