package monitor

import (
	"math"

	"minyi/survey/frame"
	"minyi/survey/tabulate"
)

// Balance compares those of the sample who answered with the census, variable by
// variable.
type Balance struct {
	Variable string
	Source   string
	Rows     []BalanceRow
	Unknown  int // answers without the variable: they are in no share
}

// BalanceRow is one category: the design-weighted share of the answers, its linearized
// standard error (PSUs within strata, with replacement), the share of the census, and
// the difference with 95 % limits (±1.96 SE) in the same unit.
type BalanceRow struct {
	Category              string
	N                     int
	Share, SE, Census     float64
	Difference, Low, High float64
}

// Far reports whether chance alone does not explain the difference.
func (r BalanceRow) Far() bool { return r.Low > 0 || r.High < 0 }

// Balances compares the answers of a sample with the published margins. Answers of a
// batch without a weight are left out.
func Balances(s *tabulate.Sheets, margins []frame.Margin) (out []Balance) {
	for _, m := range margins {
		var of tabulate.Category
		switch m.Variable {
		case frame.Sex:
			of = s.Sex
		case frame.Residence:
			of = s.Residence
		case frame.Age:
			of = s.Age
		}
		out = append(out, balance(s, of, m))
	}
	return out
}

func balance(s *tabulate.Sheets, of tabulate.Category, m frame.Margin) Balance {
	b := Balance{Variable: m.Variable, Source: m.Source}
	place, parts := map[string]int{}, int64(0)
	for k, c := range m.Cells {
		place[c.Category] = k
		parts += c.Parts
	}
	codes, n := make([]int, s.N), make([]int, len(m.Cells))
	for i := range codes {
		codes[i] = -1
		if !(s.Units[s.Of[i]].Weight > 0) || of.Code == nil {
			continue
		}
		k, ok := place[of.Names[of.Code[i]]]
		if !ok {
			b.Unknown++
			continue
		}
		codes[i] = k
		n[k]++
	}
	for k, c := range m.Cells {
		share, se := mean(s, codes, k)
		row := BalanceRow{Category: c.Category, N: n[k], Share: share, SE: se, Census: float64(c.Parts) / float64(parts)}
		const z = 1.959963984540054
		row.Difference = row.Share - row.Census
		row.Low, row.High = row.Difference-z*row.SE, row.Difference+z*row.SE
		b.Rows = append(b.Rows, row)
	}
	return b
}

// mean is the Hájek share of a category among those who have one, with its linearized
// standard error; a stratum with one PSU adds its square about zero, the mean of all.
func mean(s *tabulate.Sheets, codes []int, category int) (share, se float64) {
	mass, sum := 0.0, 0.0
	for i, k := range codes {
		if k >= 0 {
			w := s.Units[s.Of[i]].Weight
			mass += w
			if k == category {
				sum += w
			}
		}
	}
	share = sum / mass
	totals := make([]float64, len(s.Units))
	used := make([]bool, len(s.Units))
	for i, k := range codes {
		if k < 0 {
			continue
		}
		u, y := s.Of[i], 0.0
		if k == category {
			y = 1
		}
		used[u] = true
		totals[u] += s.Units[u].Weight * (y - share) / mass
	}
	strata := map[string][]float64{}
	for u, unit := range s.Units {
		if used[u] {
			strata[unit.Stratum] = append(strata[unit.Stratum], totals[u])
		}
	}
	return share, math.Sqrt(between(strata))
}

func between(strata map[string][]float64) (total float64) {
	for _, z := range strata {
		n, mean := float64(len(z)), 0.0
		if len(z) == 1 {
			total += z[0] * z[0]
			continue
		}
		for _, v := range z {
			mean += v / n
		}
		for _, v := range z {
			total += n / (n - 1) * (v - mean) * (v - mean)
		}
	}
	return total
}
