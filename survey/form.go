package survey

import (
	"time"

	"minyi/survey/questionnaire"
)

// Text is one text in the two languages of the service.
type Text struct {
	Zh string
	En string
}

// In returns the text in the language lang ("zh-CN" or "en"); Chinese where the
// language is unknown or has no text.
func (t Text) In(lang string) string {
	if lang == "en" && t.En != "" {
		return t.En
	}
	return t.Zh
}

// Channel is the way in which a link reached the resident. It decides whether an
// answer enters the official estimate: only those of the drawn sample do.
type Channel string

// The channels.
const (
	Sampled Channel = "sampled" // a one-time link of the drawn sample
	Poster  Channel = "poster"  // an open link, for comments and early warning
)

// Form is what a resident sees behind a link: whose survey it is and what is
// asked. The placeholders of the questionnaire are filled in for the unit.
type Form struct {
	SurveyID      ID
	UnitCode      string
	UnitName      Text
	Channel       Channel
	Audience      Audience // whom it asks
	Questionnaire *questionnaire.Questionnaire
	Version       string    // content hash of the published questionnaire, hexadecimal
	Trial         bool      // nothing is kept, and every page says so
	Rehearsal     bool      // the people of this round are made up, and every page says so
	Again         bool      // a one-time link may answer again until the end: the last answer counts
	Answered      bool      // this one has answered, and may again
	Closes        time.Time // end of the fieldwork on the programme's clock, UTC
	DraftDays     int       // how long an abandoned draft is kept
	Notice        string    // version of the privacy notice in force; empty where none is named
	TraceDays     int       // how long after the close what the review of quality needs is kept; 0: nothing is
}
