package result

import (
	"errors"
	"math"

	"minyi/stats/estimate"
	"minyi/stats/scale"
	"minyi/stats/weight"
	"minyi/survey/tabulate"
)

// Reliability says how well the items hang together as one scale, over the people
// who answered all of them. Alpha is Cronbach's, Omega McDonald's, both with limits
// that know the design (stats/scale). Why is a code where there is none.
type Reliability struct {
	Alpha   tabulate.Estimate `json:"alpha"`
	Omega   tabulate.Estimate `json:"omega"`
	MeanR   tabulate.Number   `json:"mean_r"` // mean correlation between items
	Items   []ScaleItem       `json:"items"`
	N       int               `json:"n"`
	Missing int               `json:"missing"`
	LeftOut []string          `json:"left_out"` // items that fewer than half answered
	Why     string            `json:"why"`
}

// ScaleItem is what one item does in the scale: its correlation with the sum of the
// others (Rest), the alpha of the others (Without), its loading on the one factor.
type ScaleItem struct {
	ID      string          `json:"id"`
	Mean    tabulate.Number `json:"mean"`
	SD      tabulate.Number `json:"sd"`
	Rest    tabulate.Number `json:"rest"`
	Without tabulate.Number `json:"without"`
	Loading tabulate.Number `json:"loading"`
}

// Reliability measures the scale of all items that at least half of the people
// answered; of fewer than least complete answers nothing is said.
func (s *Sample) Reliability(least int) (*Reliability, error) {
	nothing := unknown()
	out := &Reliability{Alpha: nothing, Omega: nothing, MeanR: nothing.Est, Items: []ScaleItem{}, LeftOut: []string{}}
	if s.n == 0 {
		out.Why = "few"
		return out, nil
	}
	g := s.grouped(s.everybody())
	var items []estimate.Variable
	for k := range s.items {
		v := s.column(k)
		if float64(g.answers(k, 0, v.Points)) < answeredBy*float64(s.n) {
			out.LeftOut = append(out.LeftOut, s.items[k].ID)
			continue
		}
		items = append(items, v)
	}
	if len(items) < 2 {
		out.Why = "items"
		return out, nil
	}
	err := s.measure(out, items, least)
	var wrong *weight.Error
	if errors.As(err, &wrong) {
		return &Reliability{Alpha: nothing, Omega: nothing, MeanR: nothing.Est, Items: []ScaleItem{}, LeftOut: out.LeftOut, Why: "none"}, nil
	}
	return out, err
}

func (s *Sample) measure(out *Reliability, items []estimate.Variable, least int) error {
	o := estimate.Options{Level: tabulate.Level, DropMissing: true}
	summary, err := scale.Items(s.design, items, o)
	if err != nil {
		return err
	}
	if out.N, out.Missing = summary.N, summary.Missing; summary.N < max(least, 2) {
		out.N, out.Missing, out.Why = 0, 0, "few"
		return nil
	}
	alpha, err := scale.Alpha(s.design, items, scale.Log, o)
	if err != nil {
		return err
	}
	out.Alpha, out.MeanR = reliable(alpha), tabulate.Number(summary.MeanR)
	if len(items) > 2 {
		omega, err := scale.Omega(s.design, items, scale.Log, o)
		if err != nil {
			return err
		}
		out.Omega = reliable(&omega.Reliability)
	}
	for _, one := range summary.Items {
		out.Items = append(out.Items, ScaleItem{
			ID: one.Name, Mean: tabulate.Number(one.Mean), SD: tabulate.Number(one.SD), Rest: tabulate.Number(one.Rest),
			Without: tabulate.Number(one.AlphaWithout), Loading: tabulate.Number(one.Loading),
		})
	}
	return nil
}

func reliable(r *scale.Reliability) tabulate.Estimate {
	return tabulate.Estimate{
		Est: tabulate.Number(r.Est), SE: tabulate.Number(r.SE), Low: tabulate.Number(r.Low), High: tabulate.Number(r.High),
		DF: tabulate.Number(r.DF), Deff: tabulate.Number(math.NaN()), N: r.N,
	}
}
