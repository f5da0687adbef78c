package survey

import (
	"minyi/survey/ledger"
	"minyi/survey/questionnaire"
)

// Submission is one filled-in form as it comes from a door. The sheet carries
// its disposition and the variant in which the paper was shown.
type Submission struct {
	Token string // the link's token as it was typed or scanned
	Key   string // the form's own key: a resend carries the same one; 1 to 64 characters
	Sheet questionnaire.Sheet
	Lang  string // "zh-CN" or "en": the language in which the form was shown
	Draft string // code of the draft that this answer ends; empty where none was kept
	Trace *Trace // what the review of quality needs; nil where the door kept none

	// Given is what the form of somebody screened out said, by the ids of the
	// questions: the sheet keeps only the screening, and the strata of a quota may
	// have been asked after it. Nothing else is kept of it.
	Given map[string][]string

	// Attempt counts the commitments that this form has had opened as a check, from
	// 0: each attempt has a commitment of its own.
	Attempt int
}

// Receipt is what the resident gets once the answer is on disk. Its disposition
// is the sheet's own, or questionnaire.QuotaFull where the cell of the quota was
// full: such a sheet is kept, its link is spent, and it is not counted.
type Receipt struct {
	Code        string            // ten characters of Crockford base32; finds, but proves nothing
	Commitment  ledger.Commitment // what stands in the public log; zero of a trial
	Disposition questionnaire.Disposition
	SurveyID    ID
	UnitName    Text
	Rehearsal   bool
}
