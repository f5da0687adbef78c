package survey

import (
	"context"

	"minyi/indicators/access"
	"minyi/indicators/roster"
)

// Progress is how far the survey of a unit is, for those who do not run it.
type Progress struct {
	ID      ID
	Unit    roster.UnitCode
	State   State
	Window  roster.Window
	Answers int  // sheets that came back; 0 where Told is false
	Told    bool // so many that their number says nothing of anybody
	Road    Step // the step of the agency's road that is under way
}

// Progress tells the office and the agency how far the residents' surveys of a round
// are: no share, no list, and of the answers their number only, from the smallest
// number on that the survey shows at all (C97).
func (s *Service) Progress(_ context.Context, by access.Actor, round int) ([]Progress, error) {
	if err := by.Require(access.Office, access.Agency); err != nil {
		return nil, err
	}
	var out []Progress
	for _, sv := range s.all() {
		if sv.Round != round {
			continue
		}
		p := Progress{ID: sv.ID, Unit: sv.Unit, State: sv.State, Window: sv.Window, Road: sv.Next().Step}
		f := s.count(sv)
		if n := f.Sampled.Returned() + f.Posters.Returned(); n >= sv.LeastShown() {
			p.Answers, p.Told = n, true
		}
		out = append(out, p)
	}
	return out, nil
}
