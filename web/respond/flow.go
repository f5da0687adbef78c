package respond

import (
	"minyi/indicators/fault"
	"minyi/survey/questionnaire"
)

// The buttons: values of the hidden field _do. The last three carry what they
// are for behind the colon.
const (
	doNext   = "next"
	doBack   = "back"
	doReview = "review"
	doShow   = "show"
	doSend   = "send"
	doAudit  = "audit" // open the commitment instead
	doSave   = "save"  // by the script, without a page

	doChange = "change:"
	doLang   = "lang:"
	doSize   = "size:"
)

// flow is the way through the paper as one form shows it: which questions apply
// is the paper's word; the door adds the pages behind the last question.
type flow struct{ route *questionnaire.Route }

// question returns the question shown, consent for an unknown id.
func (f flow) question(id string) questionnaire.Question {
	one, ok := f.route.Question(id)
	if !ok {
		one, _ = f.route.Question(f.route.First())
	}
	return one
}

// first reports whether an id leads to the first page.
func (f flow) first(id string) bool { return f.question(id).ID == f.route.First() }

// after returns where to go when the question shown is answered: the next
// question, or the review at the end. The answer must be sound.
func (f flow) after(id string, toReview bool) (string, error) {
	id = f.question(id).ID
	if refusal := f.route.Refusal(id); refusal != nil {
		return "", fault.List{refusal}
	}
	if toReview {
		return f.toReview(), nil
	}
	if next := f.route.Next(id); next != "" {
		return next, nil
	}
	return review, nil
}

// before returns where "back" leads: the question before, from the review page
// the last one that applies.
func (f flow) before(id string) string {
	if id != review {
		id = f.question(id).ID
	}
	if previous := f.route.Previous(id); previous != "" {
		return previous
	}
	return f.route.First()
}

// toReview returns the review, or the question that must be answered first.
func (f flow) toReview() string {
	if id := f.route.Missing(); id != "" {
		return id
	}
	return review
}
