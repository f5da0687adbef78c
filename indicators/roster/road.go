package roster

import (
	"slices"

	"minyi/indicators/fault"
)

// Proposer says who may propose the candidates; the notice says "the office" of all
// steps alike. OfficeProposes is that of rounds that name none.
type Proposer string

// Who may propose.
const (
	OfficeProposes Proposer = "office"
	TeamProposes   Proposer = "team" // the on-site team too
)

// Proposers returns them in the order of forms.
func Proposers() []Proposer { return []Proposer{OfficeProposes, TeamProposes} }

// Road are the settings of the way from the ranking to the names, on which the
// notice says nothing. Rounds from before they were settings have the usual ones:
// two people stand behind the candidates and the names.
type Road struct {
	Proposer        Proposer `json:"proposer,omitempty"`  // C34: who may propose the candidates
	CandidatesAlone bool     `json:"candidates_alone"`    // C34: one person of the office decides on the candidates
	NoticeSecond    bool     `json:"notice_second"`       // C35: a second person confirms the public notice
	NamingAlone     bool     `json:"naming_alone"`        // C36: one person of the office decides on the names
	MediaLeast      int      `json:"media_least"`         // C35: news media of the region that must have carried the notice
	ObjectionDays   int      `json:"objection_days"`      // C36: working days to answer an objection
	ObjectionKeep   int      `json:"objection_keep_days"` // C36: days after the naming window in which what people wrote is kept
}

// UsualRoad are the settings of rounds that name none.
func UsualRoad() Road {
	const days, keep = 10, 365
	return Road{Proposer: OfficeProposes, MediaLeast: 1, ObjectionDays: days, ObjectionKeep: keep}
}

// Road returns the settings of the way to the names, the usual ones where the round
// says nothing.
func (s Settings) Road() Road {
	out, usual := s.ToNames, UsualRoad()
	if out.Proposer == "" {
		out.Proposer = usual.Proposer
	}
	if out.MediaLeast == 0 {
		out.MediaLeast = usual.MediaLeast
	}
	if out.ObjectionDays == 0 {
		out.ObjectionDays = usual.ObjectionDays
	}
	if out.ObjectionKeep == 0 {
		out.ObjectionKeep = usual.ObjectionKeep
	}
	return out
}

// check adds what keeps the settings from being used, by form field.
func (r Road) check(list *fault.List) {
	for _, f := range []struct {
		field             string
		value, least, top int
	}{
		{"media_least", r.MediaLeast, 1, 10},
		{"objection_days", r.ObjectionDays, 1, 90},
		{"objection_keep_days", r.ObjectionKeep, 30, 3650},
	} {
		if f.value < f.least || f.value > f.top {
			list.Add(fault.New(fault.Invalid, "round.setting_range").At(f.field))
		}
	}
	if !slices.Contains(Proposers(), r.Proposer) {
		list.Add(fault.New(fault.Invalid, "round.choice").At("proposer"))
	}
}
