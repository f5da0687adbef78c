package naming

import (
	"fmt"
	"math"

	"minyi/indicators"
	"minyi/indicators/roster"
	"minyi/stats/rank"
)

// Sureness says how sure one row's total and place are. Totals are in points.
type Sureness struct {
	Unit  roster.UnitCode `json:"unit"`
	Known bool            `json:"known"` // false: no part tells its error, so nothing is said
	SE    float64         `json:"se"`
	Low   float64         `json:"low"` // 95 % interval of the total
	High  float64         `json:"high"`
	Best  int             `json:"best"` // best and worst place that the data allow, jointly 95 %
	Worst int             `json:"worst"`
	Top   float64         `json:"top"` // probability of being in the front group
	// Level names the units whose total the data cannot tell from this one's.
	Level []roster.UnitCode `json:"level"`
}

// Certainty is the certainty of a table's rows, in their order.
type Certainty struct {
	Track roster.Track `json:"track"`
	Group roster.Group `json:"group"`
	Rows  []Sureness   `json:"rows"`
}

const z95 = 1.959963984540054 // 97.5 % point of the normal distribution

// spread returns the standard error of a row's total in points: its parts are
// independent, each with its share renormalised over the parts that are there
// (SE^2 = sum w^2 SE_i^2). Parts that tell no error add none.
func spread(r Row) (se float64, known bool) {
	var whole indicators.Share
	for _, p := range r.Parts {
		if p.Present {
			whole += p.Share
		}
	}
	if whole == 0 {
		return 0, false
	}
	var sum float64
	for _, p := range r.Parts {
		if p.Present && p.Share > 0 && p.SE > 0 {
			w := float64(p.Share) / float64(whole)
			sum += w * w * points(p.SE) * points(p.SE)
			known = true
		}
	}
	return math.Sqrt(sum), known
}

func points(m indicators.Mark) float64 { return float64(m) / 100 }

const (
	coverage = 0.95
	seed     = 1 // of the simulated places: the same findings give the same figures
)

// Certainties works out the certainty of every table: joint rank intervals after
// Klein, Wright and Wieczorek (JRSS C 69, 2020) and the simulated probability of
// being in the front group. The errors of two units are independent, as each has
// a sample of its own. A row whose error nobody knows counts as exact for the
// others and gets no statement of its own.
func Certainties(r Ranking) ([]Certainty, error) {
	out := make([]Certainty, 0, len(r.Tables))
	for _, t := range r.Tables {
		c, err := certainty(t)
		if err != nil {
			return nil, fmt.Errorf("certainty of %s %s: %w", t.Track, t.Group, err)
		}
		out = append(out, c)
	}
	return out, nil
}

func certainty(t Table) (Certainty, error) {
	c := Certainty{Track: t.Track, Group: t.Group, Rows: make([]Sureness, len(t.Rows))}
	var x, se []float64 // ranked rows stand first in a table
	for i, row := range t.Rows {
		c.Rows[i].Unit = row.Unit
		if !row.Ranked {
			continue
		}
		sigma, known := spread(row)
		x, se = append(x, points(row.Total)), append(se, sigma)
		if !known {
			continue
		}
		c.Rows[i].Known, c.Rows[i].SE = true, sigma
		c.Rows[i].Low, c.Rows[i].High = max(0, points(row.Total)-z95*sigma), min(points(indicators.Hundred), points(row.Total)+z95*sigma)
	}
	if len(x) == 0 {
		return c, nil
	}
	sets, z, err := rank.Intervals(x, se, coverage, rank.Independence)
	if err != nil {
		return Certainty{}, err
	}
	chances, err := rank.Probabilities(x, rank.Diagonal(se), min(t.Cut, len(x)), rank.Draws{Seed: seed})
	if err != nil {
		return Certainty{}, err
	}
	for i := range x {
		s := &c.Rows[i]
		if !s.Known {
			continue
		}
		s.Best, s.Worst, s.Top = sets.Best[i], sets.Worst[i], chances.Top[i]
		for j := range x {
			if i != j && math.Abs(x[i]-x[j]) <= z*(se[i]+se[j]) {
				s.Level = append(s.Level, t.Rows[j].Unit)
			}
		}
	}
	return c, nil
}
