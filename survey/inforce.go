package survey

import (
	"context"

	"minyi/indicators/access"
	"minyi/indicators/fault"
	"minyi/indicators/roster"
	"minyi/survey/questionnaire"
)

// ReleasedOf is Released for the residents' survey of a unit in a round, with the
// questionnaire that they saw. It is refused with release.none where no result was
// released.
func (s *Service) ReleasedOf(ctx context.Context, by access.Actor, round int, unit roster.UnitCode) (*Release, *questionnaire.Questionnaire, error) {
	for _, sv := range s.all() {
		if sv.Round != round || sv.Unit != unit || sv.State != Released {
			continue
		}
		out, err := s.Released(ctx, by, sv.ID)
		if err != nil {
			return nil, nil, err
		}
		l, err := s.get(sv.ID)
		if err != nil {
			return nil, nil, err
		}
		return out, l.paper, nil
	}
	return nil, nil, fault.New(fault.NotFound, "release.none")
}
