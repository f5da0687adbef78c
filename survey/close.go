package survey

import (
	"context"

	"minyi/indicators/access"
)

// Close ends the fieldwork of a survey for good. Answers under way are stored
// first; afterwards the order in which answers came is forgotten.
func (s *Service) Close(ctx context.Context, by access.Actor, id ID) (*Survey, error) {
	if err := by.Require(access.Agency); err != nil {
		return nil, err
	}
	return s.end(ctx, by, OfResidents, id)
}

func (s *Service) end(ctx context.Context, by access.Actor, who Audience, id ID) (*Survey, error) {
	s.closing.Lock()
	defer s.closing.Unlock()
	l, err := s.getOf(who, id)
	if err != nil {
		return nil, err
	}
	if err := l.survey.in(Open); err != nil {
		return nil, err
	}
	number := l.survey.Number
	if err := s.Intake.Seal(ctx, number); err != nil {
		return nil, err
	}
	sv, err := s.updateOf(ctx, who, id, s.entry(by, who.action("close"), id), func(sv *Survey) error { return sv.Stop(s.Now()) })
	if err != nil {
		s.Intake.Unseal(number)
		return nil, err
	}
	return sv, s.rest(ctx, sv)
}

// rest settles a closed survey and ends its log: the last checkpoint is signed before
// anybody may open the data.
func (s *Service) rest(ctx context.Context, sv *Survey) error {
	if err := s.Intake.Settle(ctx, sv.Number); err != nil || s.Ledger == nil {
		return err
	}
	_, err := s.Ledger.Final(ctx, sv)
	return err
}

// settle seals and settles a survey that was closed before.
func (s *Service) settle(ctx context.Context, sv *Survey) error {
	if err := s.Intake.Seal(ctx, sv.Number); err != nil {
		return err
	}
	return s.rest(ctx, sv)
}
