package weight

import (
	"fmt"
	"math"
)

// Cells sorts the rows into the cells of a cross-classification. Code holds the
// cell of each row (0 … len(Totals)-1), Totals the population count of each
// cell, Names how a person calls it ("sex=female, age=60+").
type Cells struct {
	Code   []int32
	Totals []float64
	Names  []string
}

func (c *Cells) name(k int32) string {
	if int(k) < len(c.Names) {
		return c.Names[k]
	}
	return fmt.Sprintf("cell %d", k+1)
}

// Poststratify scales the weights of every cell to its total: w·N_c / Σ_c w
// (Holt and Smith 1979, JRSS A 142, 33-46). It fails on a row outside every
// cell, on a cell without weight whose total is not zero, and on a total that
// is negative or not finite.
func Poststratify(w []float64, cells Cells) ([]float64, error) {
	sums, err := cellSums(w, &cells)
	if err != nil {
		return nil, err
	}
	for k, sum := range sums {
		if sum == 0 && cells.Totals[k] != 0 {
			return nil, Errorf("weight.empty_cell", cells.name(int32(k)),
				"no respondent stands for the %v people of this cell; join it to a neighbouring cell", cells.Totals[k])
		}
	}
	out := make([]float64, len(w))
	for i, v := range w {
		if k := cells.Code[i]; sums[k] != 0 {
			out[i] = v * (cells.Totals[k] / sums[k])
		}
	}
	return out, nil
}

// cellSums adds the weights of each cell after checking totals and codes.
func cellSums(w []float64, c *Cells) ([]float64, error) {
	if len(c.Code) != len(w) {
		return nil, Errorf("weight.length", "", "%d cell codes for %d weights", len(c.Code), len(w))
	}
	for k, t := range c.Totals {
		if math.IsNaN(t) || math.IsInf(t, 0) || t < 0 {
			return nil, Errorf("weight.bad_total", c.name(int32(k)), "the total is %v; give a population count", t)
		}
	}
	sums := make([]float64, len(c.Totals))
	for i, k := range c.Code {
		if k < 0 || int(k) >= len(sums) {
			return nil, Errorf("weight.no_cell", fmt.Sprintf("row %d", i+1),
				"the row belongs to no cell of the totals; give its cell a total or fill in the missing value")
		}
		sums[k] += w[i]
	}
	return sums, nil
}

// Classes sorts the rows into nonresponse adjustment classes.
type Classes = Cells

// AdjustNonresponse moves the weight of those who did not answer to those who
// did, class by class: w·Σ_c w / Σ_{c, answered} w for respondents and 0 for
// the others (Little and Rubin 2002, section 3.3). Totals of the classes are
// not read. A class whose people all failed to answer is an error.
func AdjustNonresponse(w []float64, answered []bool, classes Classes) ([]float64, error) {
	if len(answered) != len(w) {
		return nil, Errorf("weight.length", "", "%d response marks for %d weights", len(answered), len(w))
	}
	all, err := cellSums(w, &classes)
	if err != nil {
		return nil, err
	}
	got := make([]float64, len(all))
	for i, k := range classes.Code {
		if answered[i] {
			got[k] += w[i]
		}
	}
	for k, sum := range got {
		if sum == 0 && all[k] != 0 {
			return nil, Errorf("weight.empty_class", classes.name(int32(k)),
				"nobody of this class answered; join it to a neighbouring class")
		}
	}
	out := make([]float64, len(w))
	for i, k := range classes.Code {
		if answered[i] && got[k] != 0 {
			out[i] = w[i] * (all[k] / got[k])
		}
	}
	return out, nil
}
