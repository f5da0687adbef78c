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
	doSave   = "save" // by the script, without a page

	doChange = "change:"
	doLang   = "lang:"
	doSize   = "size:"
)

// flow is the way through the paper as one form shows it: pure, and the same
// whatever order the fields came in.
type flow struct {
	order   []questionnaire.Question
	answers map[string][]string
}

// index returns the place of a question, 0 (consent) for an unknown id.
func (f flow) index(id string) int {
	for i := range f.order {
		if f.order[i].ID == id {
			return i
		}
	}
	return 0
}

// question returns the question shown, consent for an unknown id.
func (f flow) question(id string) questionnaire.Question { return f.order[f.index(id)] }

// ended returns the id of the question that ended the paper, empty when none
// has. The order of the paper decides, not that of the fields.
func (f flow) ended() string {
	for _, one := range f.order {
		if codes, refusal := one.Read(f.answers[one.ID]); refusal == nil && one.EndedBy(codes) {
			return one.ID
		}
	}
	return ""
}

// missing returns the id of the first required question without an answer
// before the end of the paper; empty when there is none.
func (f flow) missing() string {
	for _, one := range f.order {
		codes, refusal := one.Read(f.answers[one.ID])
		if refusal != nil && refusal.Code == "answer.required" {
			return one.ID
		}
		if one.EndedBy(codes) {
			return ""
		}
	}
	return ""
}

// after returns where to go when the question shown is answered: the next
// question, or the review at the end. The answer must be sound.
func (f flow) after(id string, toReview bool) (string, error) {
	i := f.index(id)
	codes, refusal := f.order[i].Read(f.answers[f.order[i].ID])
	if refusal != nil {
		return "", fault.List{refusal}
	}
	if f.order[i].EndedBy(codes) {
		return review, nil
	}
	if toReview {
		return f.toReview(), nil
	}
	if i+1 == len(f.order) {
		return review, nil
	}
	return f.order[i+1].ID, nil
}

// before returns where "back" leads: the question before, from the review page
// the question that ended the paper or else the last one.
func (f flow) before(id string) string {
	if id == review {
		if ended := f.ended(); ended != "" {
			return ended
		}
		return f.order[len(f.order)-1].ID
	}
	if i := f.index(id); i > 0 {
		return f.order[i-1].ID
	}
	return f.order[0].ID
}

// toReview returns the review, or the question that must be answered first.
func (f flow) toReview() string {
	if id := f.missing(); id != "" {
		return id
	}
	return review
}

// total returns how many numbered questions there are.
func (f flow) total() int { return len(f.order) - 1 }
