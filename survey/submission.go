package survey

import (
	"minyi/survey/questionnaire"
)

// Submission is one filled-in form as it comes from a door.
type Submission struct {
	Token string // the link's token as it was typed or scanned
	Key   string // the form's own key: a resend carries the same one; 1 to 64 characters
	Sheet questionnaire.Sheet
	Lang  string // "zh-CN" or "en": the language in which the form was shown
	Seed  uint64 // the seed from which the order shown was made
}

// Disposition is what became of one contact, in the sense of the final
// disposition codes of AAPOR's Standard Definitions.
type Disposition uint8

// The dispositions of a stored response.
const (
	Complete    Disposition = 1 // answered to the end
	ScreenedOut Disposition = 2 // not eligible by its own answers
	Refused     Disposition = 3 // would not take part
)

// Receipt is what the resident gets once the answer is on disk.
type Receipt struct {
	Code        string // ten characters of Crockford base32; finds, but proves nothing
	Disposition Disposition
	SurveyID    ID
	UnitName    Text
	Rehearsal   bool
}
