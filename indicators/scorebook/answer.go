package scorebook

import "minyi/indicators"

// Asked is an item of a survey in the words of its paper, with the indicator that it
// feeds, if any.
type Asked struct {
	Item      string `json:"item"`
	Zh        string `json:"zh"`
	En        string `json:"en"`
	Indicator string `json:"indicator,omitempty"`
	// Mark is the weighted mean of what the answers count, 0.00 to 100.00; the survey's
	// mark is the mean of its items'.
	Mark indicators.Mark `json:"mark"`
	N    int             `json:"n"` // answers that count
}

// Answer is how often an answer was given to an item of a survey and with which
// weight: what the survey's mark was made of, down to the last response that can be
// told without telling who gave it. Where so few gave it that no figure may be told,
// Few is set and the figures are 0.
type Answer struct {
	Item   string          `json:"item"`
	Point  int             `json:"point"`
	Zh     string          `json:"zh,omitempty"`
	En     string          `json:"en,omitempty"`
	N      int             `json:"n"`
	Weight indicators.Mark `json:"weight"` // sum of the weights, in hundredths of a person
	Mark   indicators.Mark `json:"mark"`   // that the answer counts, 0.00 to 100.00
	Counts bool            `json:"counts"` // in the mark; not so 'do not know', 'no answer'
	Few    bool            `json:"few,omitempty"`
}

// Behind is what stands behind a survey's mark: the survey by its id, what it asked
// and who answered what.
type Behind struct {
	Survey  string   `json:"survey"`
	N       int      `json:"n"`
	Asked   []Asked  `json:"asked"`
	Answers []Answer `json:"answers"`
}

// Behind reads what stands behind a survey's mark; nothing where the finding tells
// nothing.
func (f Finding) Behind() (out Behind, err error) { err = f.read(&out); return out, err }

// Of returns the answers to an item.
func (b Behind) Of(item string) (out []Answer) {
	for _, a := range b.Answers {
		if a.Item == item {
			out = append(out, a)
		}
	}
	return out
}
