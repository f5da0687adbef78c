package survey

import (
	"cmp"
	"slices"

	"minyi/indicators/roster"
)

// Logged is a survey that has a public log of its commitments, as everybody may know
// it.
type Logged struct {
	Number    uint16
	ID        ID
	Round     int
	Unit      roster.UnitCode
	UnitName  Text
	Audience  Audience
	Rehearsal bool
}

// Logs returns the surveys whose fieldwork has begun, the newest round first, by unit.
func (s *Service) Logs() (out []Logged) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	for _, l := range s.live {
		sv := l.survey
		if sv.State == Planned {
			continue
		}
		out = append(out, Logged{
			Number: sv.Number, ID: sv.ID, Round: sv.Round, Unit: sv.Unit, UnitName: sv.UnitName,
			Audience: sv.Audience, Rehearsal: sv.Rehearsal,
		})
	}
	slices.SortFunc(out, func(a, b Logged) int {
		return cmp.Or(cmp.Compare(b.Round, a.Round), cmp.Compare(a.Unit, b.Unit), cmp.Compare(a.Audience, b.Audience))
	})
	return out
}
