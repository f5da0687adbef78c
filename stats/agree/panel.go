package agree

import (
	"fmt"
	"math"
)

// Score is one scorer's score of one unit; both are positions from 0.
type Score struct {
	Unit, Scorer int
	Value        float64
}

// Panel is a set of scores: not every scorer scores every unit.
type Panel struct {
	Units, Scorers int
	Scores         []Score
}

// check refuses what no model can be fitted to: positions that do not exist,
// values that are no numbers, units or scorers without a score.
func (p Panel) check() error {
	units, scorers := make([]int, max(p.Units, 0)), make([]int, max(p.Scorers, 0))
	for i, s := range p.Scores {
		if err := p.sound(i, s); err != nil {
			return err
		}
		units[s.Unit]++
		scorers[s.Scorer]++
	}
	for k, n := range append(units, scorers...) {
		switch {
		case n == 0 && k < p.Units:
			return errorf("agree.empty", fmt.Sprintf("unit %d", k), "nobody has scored it")
		case n == 0:
			return errorf("agree.empty", fmt.Sprintf("scorer %d", k-p.Units), "has scored nothing")
		}
	}
	if p.Units < 2 || p.Scorers < 2 {
		return errorf("agree.shape", "", "%d units and %d scorers, two of each are needed", p.Units, p.Scorers)
	}
	return nil
}

func (p Panel) sound(i int, s Score) error {
	at := fmt.Sprintf("score %d", i+1)
	if s.Unit < 0 || s.Unit >= p.Units || s.Scorer < 0 || s.Scorer >= p.Scorers {
		return errorf("agree.position", at, "unit %d or scorer %d does not exist", s.Unit, s.Scorer)
	}
	if math.IsNaN(s.Value) || math.IsInf(s.Value, 0) {
		return errorf("agree.value", at, "%v is no score", s.Value)
	}
	return nil
}

// Connected reports whether every unit can be compared with every other through
// scorers that they share. Without that, severity and quality cannot be told
// apart.
func (p Panel) Connected() bool {
	parent := make([]int, p.Units+p.Scorers)
	for i := range parent {
		parent[i] = i
	}
	var find func(int) int
	find = func(i int) int {
		if parent[i] != i {
			parent[i] = find(parent[i])
		}
		return parent[i]
	}
	parts := len(parent)
	for _, s := range p.Scores {
		if a, b := find(s.Unit), find(p.Units+s.Scorer); a != b {
			parent[a] = b
			parts--
		}
	}
	return parts == 1
}

// equal reports whether all scores are the same.
func (p Panel) equal() bool {
	for _, s := range p.Scores {
		if s.Value != p.Scores[0].Value {
			return false
		}
	}
	return true
}

// Means returns each unit's mean score, NaN for a unit without one.
func (p Panel) Means() []float64 {
	sums, counts := make([]float64, p.Units), make([]float64, p.Units)
	for _, s := range p.Scores {
		sums[s.Unit] += s.Value
		counts[s.Unit]++
	}
	for i := range sums {
		sums[i] /= counts[i]
	}
	return sums
}

// Ranges returns for each unit its largest less its smallest score: beyond a set
// threshold the unit goes to a further scorer.
func (p Panel) Ranges() []float64 {
	low, high := make([]float64, p.Units), make([]float64, p.Units)
	for i := range low {
		low[i], high[i] = math.Inf(1), math.Inf(-1)
	}
	for _, s := range p.Scores {
		low[s.Unit], high[s.Unit] = min(low[s.Unit], s.Value), max(high[s.Unit], s.Value)
	}
	for i := range high {
		if high[i] -= low[i]; math.IsInf(high[i], 0) {
			high[i] = math.NaN()
		}
	}
	return high
}

// Standardised returns each unit's mean of scores that are standardised within
// their scorer (standard deviation with n-1). A scorer whose scores do not vary is
// agree.variance.
func (p Panel) Standardised() ([]float64, error) {
	if err := p.check(); err != nil {
		return nil, err
	}
	mean, sd, n := make([]float64, p.Scorers), make([]float64, p.Scorers), make([]float64, p.Scorers)
	for _, s := range p.Scores {
		mean[s.Scorer] += s.Value
		n[s.Scorer]++
	}
	for i := range mean {
		mean[i] /= n[i]
	}
	for _, s := range p.Scores {
		d := s.Value - mean[s.Scorer]
		sd[s.Scorer] += d * d
	}
	for i := range sd {
		if sd[i] = math.Sqrt(sd[i] / (n[i] - 1)); !(sd[i] > 0) {
			return nil, errorf("agree.variance", fmt.Sprintf("scorer %d", i), "the scores do not vary")
		}
	}
	out, counts := make([]float64, p.Units), make([]float64, p.Units)
	for _, s := range p.Scores {
		out[s.Unit] += (s.Value - mean[s.Scorer]) / sd[s.Scorer]
		counts[s.Unit]++
	}
	for i := range out {
		out[i] /= counts[i]
	}
	return out, nil
}
