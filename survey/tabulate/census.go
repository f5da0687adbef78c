package tabulate

import (
	"fmt"
	"slices"

	"minyi/indicators/fault"
	"minyi/stats/estimate"
)

// Census is a survey of everybody on a list: nothing is drawn, and the only
// weighting is that who did not answer is taken to be as those who did. Answers
// are counted by item and point; a point of an item that is not on its scale (不清楚,
// 不想回答) counts as no opinion.
type Census struct {
	Items     []Item
	Answers   [][]int // a sheet that takes part each, one point an item; 0: no answer
	Fieldwork Fieldwork
	Least     int // fewest answers behind a figure that is shown
}

// CensusItem is what a census says of one item. Of is for how many people the
// share speaks: those of the list who belong to it and have not said that they have
// no opinion. The limits are exact (estimate.FiniteShare), over Of. Where fewer than
// the least answered, Hidden stands alone with N.
type CensusItem struct {
	ID        string `json:"id"`
	Indicator string `json:"indicator,omitempty"`
	N         int    `json:"n"` // on the scale
	Hidden    bool   `json:"hidden,omitempty"`
	Satisfied int    `json:"satisfied"`
	Of        int    `json:"of"`
	Est       Number `json:"est"`
	Low       Number `json:"low"` // 95 %
	High      Number `json:"high"`
	AtLeast   Number `json:"at_least"` // lower bound of a one-sided 95 % interval
	NoOpinion int    `json:"no_opinion"`
}

// CensusResult is the result of a census, with the rates of AAPOR.
type CensusResult struct {
	Fieldwork Fieldwork    `json:"fieldwork"`
	Rates     Rates        `json:"rates"`
	Items     []CensusItem `json:"items"`
}

// The levels of the two-sided interval and of that whose lower end is the one-sided
// 95 % bound.
const (
	censusLevel   = 0.95
	censusAtLeast = 0.90
)

// Count makes the result. It refuses with tabulate.fieldwork counts that exceed the
// list, with tabulate.points a sheet that does not fit the items.
func (c Census) Count() (*CensusResult, error) {
	if err := c.Fieldwork.check(); err != nil {
		return nil, err
	}
	out := &CensusResult{Fieldwork: c.Fieldwork, Rates: c.Fieldwork.Rates()}
	for i, item := range c.Items {
		one, err := c.item(i, item)
		if err != nil {
			return nil, err
		}
		out.Items = append(out.Items, one)
	}
	return out, nil
}

func (c Census) item(i int, item Item) (CensusItem, error) {
	out := CensusItem{ID: item.ID, Indicator: item.Indicator, Est: nan(), Low: nan(), High: nan(), AtLeast: nan()}
	for _, sheet := range c.Answers {
		if len(sheet) != len(c.Items) {
			return out, fault.New(fault.Invalid, "tabulate.points")
		}
		switch point := sheet[i]; {
		case slices.Contains(item.Valid, point):
			out.N++
			if slices.Contains(item.Satisfied, point) {
				out.Satisfied++
			}
		case point != 0:
			out.NoOpinion++
		}
	}
	if out.N < max(c.Least, 1) {
		return CensusItem{ID: item.ID, Indicator: item.Indicator, N: out.N, Hidden: true, Est: nan(), Low: nan(), High: nan(), AtLeast: nan()}, nil
	}
	out.Of = c.Fieldwork.Invited - c.Fieldwork.ScreenedOut - out.NoOpinion
	low, high, err := estimate.FiniteShare(out.Of, out.N, out.Satisfied, censusLevel)
	if err != nil {
		return out, fmt.Errorf("tabulate: census item %s: %w", item.ID, err)
	}
	atLeast, _, err := estimate.FiniteShare(out.Of, out.N, out.Satisfied, censusAtLeast)
	if err != nil {
		return out, fmt.Errorf("tabulate: census item %s: %w", item.ID, err)
	}
	of := float64(out.Of)
	out.Est = Number(float64(out.Satisfied) / float64(out.N))
	out.Low, out.High, out.AtLeast = Number(float64(low)/of), Number(float64(high)/of), Number(float64(atLeast)/of)
	return out, nil
}
