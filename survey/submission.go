package survey

import (
	"minyi/survey/questionnaire"
)

// Submission is one filled-in form as it comes from a door. The sheet carries
// its disposition and the variant in which the paper was shown.
type Submission struct {
	Token string // the link's token as it was typed or scanned
	Key   string // the form's own key: a resend carries the same one; 1 to 64 characters
	Sheet questionnaire.Sheet
	Lang  string // "zh-CN" or "en": the language in which the form was shown
}

// Receipt is what the resident gets once the answer is on disk.
type Receipt struct {
	Code        string // ten characters of Crockford base32; finds, but proves nothing
	Disposition questionnaire.Disposition
	SurveyID    ID
	UnitName    Text
	Rehearsal   bool
}
