package result

import (
	"errors"
	"math"

	"minyi/stats/estimate"
	"minyi/stats/regress"
	"minyi/stats/weight"
	"minyi/survey/tabulate"
)

// Importance is the picture of importance and performance: how well each item fares, and how much it
// does for the outcome, the share of the outcome's variance that the items explain
// and that is the item's own (relative weights, Johnson 2000). CutX and CutY part
// strong from weak items: the means over the items (Martilla and James 1977).
//
// It tells what goes together in the answers, not what would follow from a change.
type Importance struct {
	Outcome string          `json:"outcome"`
	Items   []Driver        `json:"items"`
	R2      tabulate.Number `json:"r2"`
	N       int             `json:"n"`       // answered the outcome and every item
	Missing int             `json:"missing"` // did not, and are left out
	CutX    tabulate.Number `json:"cut_performance"`
	CutY    tabulate.Number `json:"cut_importance"`
	LeftOut []string        `json:"left_out"` // items that too few answered
	Why     string          `json:"why"`      // a code where there is no picture, such as "few"
}

// Driver is one item. Corner says where it lies.
type Driver struct {
	ID          string            `json:"id"`
	Performance tabulate.Estimate `json:"performance"` // mean on its scale, over all who answered it
	Importance  tabulate.Estimate `json:"importance"`  // share of the variance explained
	Beta        tabulate.Number   `json:"beta"`        // coefficient in standard deviations
	P           tabulate.Number   `json:"p"`           // of the coefficient
	Corner      Corner            `json:"corner"`
}

// Corner is a quarter of the picture.
type Corner string

// The corners: much depends on it and it fares badly, much and well, little and
// badly, little and well.
const (
	Improve  Corner = "improve"
	Keep     Corner = "keep"
	Wait     Corner = "wait"
	Overdone Corner = "overdone"
)

// answeredBy is the share of people who must have answered an item for it to be in
// the regression, which leaves out everybody who skipped any; perDriver is how many
// complete answers there must be for each item that explains.
const (
	answeredBy = 0.5
	perDriver  = 5 // complete answers for each item explained by
)

// Importance makes the picture for an outcome, by the items that at least half of
// the people answered. Where there are too few answers Why says so and there are no
// items.
func (s *Sample) Importance(outcome string, least int) (*Importance, error) {
	y, ok := s.item(outcome)
	if !ok || s.n == 0 {
		return nil, nil //nolint:nilnil // no such item; the caller shows none
	}
	out := &Importance{Outcome: outcome, LeftOut: []string{}, Items: []Driver{}}
	g := s.grouped(s.everybody())
	var which []int
	var items []estimate.Variable
	for k := range s.items {
		switch v := s.column(k); {
		case k == y:
		case float64(g.answers(k, 0, v.Points)) < answeredBy*float64(s.n):
			out.LeftOut = append(out.LeftOut, s.items[k].ID)
		default:
			which, items = append(which, k), append(items, v)
		}
	}
	if len(items) < 2 {
		out.Why = "items"
		return out, nil
	}
	if err := s.drive(out, s.column(y), items); err != nil {
		return refused(out, err)
	}
	if out.N < max(least, perDriver*len(items)) {
		out.Items, out.Why = []Driver{}, "few"
		return out, nil
	}
	return out, s.perform(out, g, which)
}

// refused turns data that no regression fits into a picture without items.
func refused(out *Importance, err error) (*Importance, error) {
	var wrong *weight.Error
	if errors.As(err, &wrong) {
		out.Items, out.Why = []Driver{}, "none"
		return out, nil
	}
	return nil, wrap("importance", err)
}

// drive fills in what the items do for the outcome.
func (s *Sample) drive(out *Importance, y estimate.Variable, items []estimate.Variable) error {
	o := estimate.Options{Level: tabulate.Level, DropMissing: true}
	found, err := regress.FindDrivers(s.design, y, items, o)
	if err != nil {
		return err
	}
	shares, err := regress.RelativeWeights(s.design, y, items, o)
	if err != nil {
		return err
	}
	out.R2, out.N, out.Missing = tabulate.Number(found.R2), found.N, found.Missing
	for k, one := range found.Items {
		out.Items = append(out.Items, Driver{
			ID: one.Name, Beta: tabulate.Number(one.Beta), P: tabulate.Number(one.P),
			Importance: tabulate.Estimate{
				Est: tabulate.Number(shares.Est[k]), SE: tabulate.Number(shares.SE[k]), Low: tabulate.Number(shares.Low[k]),
				High: tabulate.Number(shares.High[k]), DF: tabulate.Number(shares.DF), Deff: tabulate.Number(math.NaN()), N: found.N,
			},
		})
	}
	return nil
}

// perform fills in how the items fare, on a common scale from 0 to 100, and parts
// them into corners.
func (s *Sample) perform(out *Importance, g *grouped, which []int) error {
	for i, k := range which {
		cells, err := s.cells(k, g)
		if err != nil {
			return err
		}
		out.Items[i].Performance = spread(cells[0].Mean, &s.items[k])
		out.CutX += out.Items[i].Performance.Est / tabulate.Number(len(which))
		out.CutY += out.Items[i].Importance.Est / tabulate.Number(len(which))
	}
	for i := range out.Items {
		one := &out.Items[i]
		strong, matters := one.Performance.Est >= out.CutX, one.Importance.Est >= out.CutY
		one.Corner = map[[2]bool]Corner{
			{false, true}: Improve, {true, true}: Keep, {false, false}: Wait, {true, false}: Overdone,
		}[[2]bool{strong, matters}]
	}
	return nil
}

// spread puts a mean on 0 to 100.
func spread(e tabulate.Estimate, of *tabulate.Item) tabulate.Estimate {
	low, high := span(of)
	by := tabulate.Number(100 / float64(max(high-low, 1)))
	from := tabulate.Number(low)
	e.Est, e.Low, e.High, e.SE = (e.Est-from)*by, (e.Low-from)*by, (e.High-from)*by, e.SE*by
	return e
}
