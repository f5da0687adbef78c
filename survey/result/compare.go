package result

import (
	"math"

	"minyi/stats/estimate"
	"minyi/stats/rank"
	"minyi/survey/tabulate"
)

// Difference is one estimate less another that rests on another sample, with its
// standard error, 95 % limits and two-sided test, corrected for the tests beside it
// by Holm and, as the milder rule, by Benjamini and Hochberg.
type Difference struct {
	Est  tabulate.Number `json:"est"`
	SE   tabulate.Number `json:"se"`
	Low  tabulate.Number `json:"low"`
	High tabulate.Number `json:"high"`
	DF   tabulate.Number `json:"df"`
	P    tabulate.Number `json:"p"`
	Holm tabulate.Number `json:"holm"`
	BH   tabulate.Number `json:"bh"`
}

// Subtract compares two estimates from samples drawn apart (stats/estimate.Subtract:
// Welch's test). Without degrees of freedom on either side there are no limits and
// no test.
func Subtract(now, before tabulate.Estimate) (Difference, error) {
	nothing := tabulate.Number(math.NaN())
	got, err := estimate.Subtract(evidence(now), evidence(before), tabulate.Level)
	if err != nil {
		return Difference{}, wrap("difference", err)
	}
	return Difference{
		Est: tabulate.Number(got.Est), SE: tabulate.Number(got.SE), Low: tabulate.Number(got.Low), High: tabulate.Number(got.High),
		DF: tabulate.Number(got.DF), P: tabulate.Number(got.P), Holm: nothing, BH: nothing,
	}, nil
}

func evidence(e tabulate.Estimate) estimate.Evidence {
	return estimate.Evidence{Share: float64(e.Est), SE: float64(e.SE), DF: float64(e.DF)}
}

// Correct corrects the differences for their number.
func Correct(all []*Difference) {
	p := make([]float64, len(all))
	for i, d := range all {
		p[i] = float64(d.P)
	}
	holm, bh := Holm(p), BenjaminiHochberg(p)
	for i, d := range all {
		d.Holm, d.BH = tabulate.Number(holm[i]), tabulate.Number(bh[i])
	}
}

// Standing is one unit among others: its place by an estimate, and the sets of
// places that hold the true one, its own (Own) and with those of all others
// together (All), at 95 %. A unit without a standard error has no sets and is left
// out of the others'.
type Standing struct {
	Place    int  `json:"place"`
	OwnBest  int  `json:"own_best"`
	OwnWorst int  `json:"own_worst"`
	AllBest  int  `json:"all_best"`
	AllWorst int  `json:"all_worst"`
	MayLead  bool `json:"may_lead"` // may be among the best Lead
	Known    bool `json:"known"`
}

// seed makes the same sets of the same estimates on every machine.
const (
	rankSeed  = 84
	rankDraws = 4000
)

// Rank orders units by their estimates, which rest on samples drawn apart, with the
// rank sets of Mogstad, Romano, Shaikh and Wilhelm (2024, Review of Economic
// Studies 91, 476-518; stats/rank), and marks who may be among the best lead.
func Rank(of []tabulate.Estimate, lead int) ([]Standing, error) {
	out := make([]Standing, len(of))
	var x, se []float64
	var at []int
	for i, e := range of {
		if e.Est.Known() && e.SE.Known() && e.SE > 0 {
			x, se, at = append(x, float64(e.Est)), append(se, float64(e.SE)), append(at, i)
		}
	}
	if len(at) < 2 {
		for _, i := range at {
			out[i] = Standing{Place: 1, OwnBest: 1, OwnWorst: 1, AllBest: 1, AllWorst: 1, MayLead: true, Known: true}
		}
		return out, nil
	}
	sigma, draws := rank.Diagonal(se), rank.Draws{Count: rankDraws, Seed: rankSeed}
	own, err := rank.Marginal(x, sigma, tabulate.Level, draws)
	if err != nil {
		return nil, wrap("ranks", err)
	}
	all, err := rank.Simultaneous(x, sigma, tabulate.Level, draws)
	if err != nil {
		return nil, wrap("ranks", err)
	}
	best, err := rank.TauBest(x, sigma, min(max(lead, 1), len(x)), tabulate.Level, draws)
	if err != nil {
		return nil, wrap("ranks", err)
	}
	for k, place := range rank.Point(x) {
		out[at[k]] = Standing{
			Place: place, OwnBest: own.Best[k], OwnWorst: own.Worst[k],
			AllBest: all.Best[k], AllWorst: all.Worst[k], MayLead: best[k], Known: true,
		}
	}
	return out, nil
}
