package survey

import (
	"minyi/indicators/fault"
	"minyi/indicators/scorebook"
)

// Audience says whom a survey asks. Surveys of different audiences share the
// taking in of answers and nothing else: the verbs of one do not know the other's,
// so that no table, rate, rank or release can mix them.
type Audience string

// The audiences.
const (
	OfResidents Audience = ""         // a sample of the residents (C31)
	OfDeputies  Audience = "deputies" // all deputies and committee members whose suggestions the unit handled (C122)
)

// instrument is where the finding is filed.
func (a Audience) instrument() scorebook.Instrument {
	if a == OfDeputies {
		return scorebook.Deputies
	}
	return scorebook.Survey
}

// action names what was done, for the trail.
func (a Audience) action(verb string) string {
	if a == OfDeputies {
		return "deputies." + verb
	}
	return "survey." + verb
}

// asks refuses with survey.unknown a survey of another audience.
func (s *Survey) asks(who Audience) error {
	if s.Audience != who {
		return fault.New(fault.NotFound, "survey.unknown")
	}
	return nil
}

// Place is what a survey is the only one of in its round (C31): the unit, once for
// each audience.
func (s *Survey) Place() string {
	if s.Audience == OfResidents {
		return string(s.Unit)
	}
	return string(s.Unit) + "/" + string(s.Audience)
}
