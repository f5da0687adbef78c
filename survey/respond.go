package survey

import (
	"context"
	"errors"
	"time"

	"minyi/indicators/fault"
	"minyi/survey/invite"
	"minyi/survey/questionnaire"
)

const maxKey = 64 // characters of a form's own key

// Open returns the form behind a link. It refuses with token.unknown (not made
// here), survey.notyet (parameter opens) and poster.notyet (parameter from). With
// token.spent (a one-time link that was used), survey.closed and poster.over
// (parameter to) and poster.full it returns the form as well, so that a form sent
// again can be read once more.
func (s *Service) Open(_ context.Context, token string) (*Form, error) {
	l, batch, t, err := s.link(token)
	if err != nil {
		return nil, err
	}
	form := &Form{
		SurveyID: l.survey.ID, UnitCode: string(l.survey.Unit), UnitName: l.survey.UnitName, Channel: channel(batch), Audience: l.survey.Audience,
		Questionnaire: l.paper, Version: l.survey.Paper.Hash, Rehearsal: l.survey.Rehearsal,
		Again:  l.survey.Again && batch.Kind == invite.OneTime,
		Closes: l.ends, DraftDays: l.survey.Terms.drafts(), Notice: s.Notice, TraceDays: l.traceDays(),
	}
	err = l.takes(batch, s.Now())
	switch {
	case err != nil && early(err):
		return nil, err
	case err != nil:
		return form, err
	case s.full(t.Survey, batch):
		return form, errPosterFull()
	case batch.Kind == invite.OneTime && s.Intake.Spent(t.Survey, t.Serial) && s.revisable(l, batch, t):
		form.Answered = true
	case batch.Kind == invite.OneTime && s.Intake.Spent(t.Survey, t.Serial):
		return form, fault.New(fault.Conflict, "token.spent")
	}
	return form, nil
}

// early reports whether a refusal says that the time has not come yet.
func early(err error) bool {
	return errors.Is(err, fault.New(fault.Closed, "survey.notyet")) || errors.Is(err, fault.New(fault.Closed, "poster.notyet"))
}

// Submit keeps one answer and returns once it is on disk. A resend with the same
// key, attempt and content gets the same receipt; with other content it is refused
// with submission.changed and changes nothing, and an attempt whose commitment was
// opened as a check with commitment.spoiled. An answer that was screened out or
// refused spends the link like any other.
func (s *Service) Submit(ctx context.Context, in Submission) (Receipt, error) {
	l, batch, t, err := s.submitted(in)
	if err != nil {
		return Receipt{}, err
	}
	e := s.arrival(l, batch, t, in)
	outcome, err := s.Intake.Put(ctx, e)
	if err != nil {
		if errors.Is(err, fault.New(fault.Closed, "survey.closed")) {
			err = l.survey.over() // closed while the form was under way
		}
		return Receipt{}, err
	}
	return Receipt{
		Code: e.Commitment.Code(), Commitment: e.Commitment, Disposition: outcome,
		SurveyID: l.survey.ID, UnitName: l.survey.UnitName, Rehearsal: l.survey.Rehearsal,
	}, nil
}

// arrival is a submission as the intake takes it.
func (s *Service) arrival(l *live, batch invite.Batch, t invite.Token, in Submission) Entry {
	now := s.Now()
	e := Entry{
		Survey: t.Survey, Serial: t.Serial, OneTime: batch.Kind == invite.OneTime,
		Admit: l.takes(batch, now), Revise: s.mark(l, batch, t), Cap: batch.Cap, Draft: s.draftOf(t, in.Draft),
		Record: Record{
			Batch: batch.Number, Outcome: in.Sheet.Disposition, English: in.Lang == "en",
			Day: day(now), Answers: l.paper.Pack(in.Sheet), Comment: l.paper.PackTexts(in.Sheet),
			Trace: l.wave.pack(in.Trace, t.Survey, len(l.paper.Questions())),
		},
	}
	if e.OneTime {
		e.Record.Cell, e.Limit = l.cells.find(l.paper, in.Sheet)
		if e.Record.Cell == 0 && in.Sheet.Disposition == questionnaire.ScreenedOut {
			e.Record.Cell, e.Limit = l.cells.given(l.paper, in.Given)
		}
	}
	e.Key = s.formKey.mac(t, in.Key)
	c := s.seal(l, batch, in, e.Record.Comment)
	c.into(&e)
	e.Content = s.contentKey.mac(t, string(e.Record.Answers), in.Lang, string(c.commitment[:]))
	return e
}

// takes is the refusal of an answer through a batch at that moment, nil when it
// is welcome.
func (l *live) takes(b invite.Batch, now time.Time) error {
	if l.survey.State != Open || now.Before(l.opens) || !now.Before(l.ends) {
		if err := l.survey.Takes(now); err != nil {
			return err
		}
	}
	return l.survey.takesAt(b, now)
}

// traceDays is how long traces are kept after the close; 0 where none are.
func (l *live) traceDays() int {
	if l.wave == nil {
		return 0
	}
	return l.survey.Terms.traces()
}

// link finds what a token leads to. All that is wrong with it is token.unknown.
func (s *Service) link(token string) (*live, invite.Batch, invite.Token, error) {
	t, err := s.Signer.Parse(token)
	if err != nil {
		return nil, invite.Batch{}, t, err
	}
	l, ok := s.byNumber(t.Survey)
	if !ok {
		return nil, invite.Batch{}, t, invite.Unknown()
	}
	batch, ok := l.survey.Batches.Find(t.Serial)
	if !ok {
		return nil, invite.Batch{}, t, invite.Unknown()
	}
	return l, batch, t, nil
}

func channel(b invite.Batch) Channel {
	if b.Kind == invite.Poster {
		return Poster
	}
	return Sampled
}

// day counts the days since 1970-01-01 in Asia/Shanghai: as coarse a time as the
// fieldwork's curve needs.
func day(t time.Time) int32 {
	const eastward, seconds = 8 * 60 * 60, 24 * 60 * 60 // as roster.Shanghai has it
	return int32((t.Unix() + eastward) / seconds)
}
