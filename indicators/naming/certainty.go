package naming

import (
	"math"

	"minyi/indicators"
	"minyi/indicators/roster"
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

// certainties works out the certainty of every table.
func certainties(r Ranking) ([]Certainty, error) {
	out := make([]Certainty, 0, len(r.Tables))
	for _, t := range r.Tables {
		c := Certainty{Track: t.Track, Group: t.Group}
		for _, row := range t.Rows {
			se, known := spread(row)
			total := points(row.Total)
			c.Rows = append(c.Rows, Sureness{Unit: row.Unit, Known: known && row.Ranked, SE: se, Low: max(0, total-z95*se), High: min(100, total+z95*se)})
		}
		out = append(out, c)
	}
	return out, nil
}
