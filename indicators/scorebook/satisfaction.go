package scorebook

import (
	"encoding/json"
	"fmt"

	"minyi/indicators"
)

// Satisfaction is what a survey says of one indicator that is a share of
// satisfied people (C129, C122), in hundredths of a percent, never rounded up.
// It stands in the detail of the survey's finding. Few says that so few answered
// that no figure may be shown; the shares are 0 then.
type Satisfaction struct {
	Indicator indicators.Number `json:"indicator"`
	Item      string            `json:"item"` // of the questionnaire
	N         int               `json:"n"`    // answers behind it
	Few       bool              `json:"few,omitempty"`
	Est       indicators.Share  `json:"est"`
	Low       indicators.Share  `json:"low"` // 95 % interval
	High      indicators.Share  `json:"high"`
	AtLeast   indicators.Share  `json:"at_least"` // lower bound of a one-sided 95 % interval

	// SE is the standard error of Est, 0 where none is known; WithMark the covariance of
	// Est with the mark of the same finding, in hundredths of a percent times hundredths
	// of a mark, nil where the finding does not tell it.
	SE       indicators.Share `json:"se,omitempty"`
	WithMark *int64           `json:"with_mark,omitempty"`
}

// Satisfactions reads what a finding says of indicators that surveys feed; none
// where it says nothing.
func (f Finding) Satisfactions() ([]Satisfaction, error) {
	var detail struct {
		Fed []Satisfaction `json:"fed"`
	}
	return detail.Fed, f.read(&detail)
}

// Basis is what one sheet that counts reached, and the total made of it: what
// naming needs to add an indicator that a survey feeds.
type Basis struct {
	Total   indicators.Mark    `json:"total"`
	Reached indicators.Reached `json:"reached"`
}

// Basis reads the sheets behind an evaluation's mark; none where it has no
// headings, as on the single track.
func (f Finding) Basis() ([]Basis, error) {
	var detail struct {
		Basis []Basis `json:"basis"`
	}
	return detail.Basis, f.read(&detail)
}

func (f Finding) read(into any) error {
	if len(f.Detail) == 0 {
		return nil
	}
	if err := json.Unmarshal(f.Detail, into); err != nil {
		return fmt.Errorf("detail of %s: %w", f.Key, err)
	}
	return nil
}
