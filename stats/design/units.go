package design

import "minyi/stats/weight"

// Units are the units of the first stage of sampling: which one each row lies in, and
// the stratum of each.
type Units struct {
	Of      []int32 // row to unit
	Stratum []int32 // unit to stratum
}

// Units returns the units of the first stage. The slices belong to the design and must
// not be changed. It fails for a replicate design and for one of several stages.
func (d *Design) Units() (Units, error) {
	if d.rep != nil || len(d.stages) != 1 {
		return Units{}, weight.Errorf("design.units", "", "only a design of one stage without replicates has the totals of its units")
	}
	return Units{Of: d.stages[0].unit, Stratum: d.stages[0].group}, nil
}

// UnitTotals sums linearized values by unit of the first stage, after every adjustment
// of the weights: what Covariance takes the spread of. It fails where Units does, and
// on another length than the design's.
func (d *Design) UnitTotals(z []float64) ([]float64, error) {
	if _, err := d.Units(); err != nil {
		return nil, err
	}
	if len(z) != d.n {
		return nil, weight.Errorf("design.length", "", "%d linearized values for %d rows", len(z), d.n)
	}
	for _, a := range d.adjust {
		next, err := a.residual(z)
		if err != nil {
			return nil, err
		}
		z = next
	}
	return d.stages[0].totals([][]float64{z}), nil
}
