package sample

import (
	"fmt"
	"math"
)

// Stratum is one stratum of a two-stage draw: the sizes (people) of its PSUs.
type Stratum struct {
	Name  string
	Sizes []float64
}

// Plan says how many PSUs to draw in a stratum and how many people to take each
// time that a PSU is drawn.
type Plan struct {
	PSUs int
	Take int
}

// DrawnPSU is a PSU of the sample: its index in the stratum, how often it was
// drawn (a large one may be drawn more than once), and the people to take.
type DrawnPSU struct {
	Index, Hits, Take int
}

// Drawn is the sample of one stratum. Everyone in the stratum has the inclusion
// probability Probability = n_h/N_h and the design Weight N_h/n_h.
type Drawn struct {
	PSUs                []DrawnPSU
	Population          float64 // N_h
	Size                int     // n_h
	Probability, Weight float64
}

// Stratified draws PSUs in every stratum with probability proportional to size,
// systematically, and an equal take in each (Särndal and others 1992, section
// 4.5, a self-weighting two-stage design). It fails on a plan of another length,
// on a stratum without people, and on a PSU that is smaller than what would be
// taken from it.
func Stratified(strata []Stratum, plans []Plan, seed uint64) ([]Drawn, error) {
	if len(plans) != len(strata) {
		return nil, errorf("sample.length", "", "%d plans for %d strata", len(plans), len(strata))
	}
	out := make([]Drawn, len(strata))
	for h := range strata {
		d, err := drawStratum(&strata[h], plans[h], seed, uint64(h)+1)
		if err != nil {
			return nil, err
		}
		out[h] = d
	}
	return out, nil
}

func drawStratum(s *Stratum, p Plan, seed, stream uint64) (Drawn, error) {
	if p.PSUs < 1 || p.Take < 1 {
		return Drawn{}, errorf("sample.plan", s.Name, "%d PSUs of %d people; both must be at least 1", p.PSUs, p.Take)
	}
	d := Drawn{Size: p.PSUs * p.Take}
	for i, size := range s.Sizes {
		if !(size >= 0) || math.IsInf(size, 0) {
			return Drawn{}, errorf("sample.measure", fmt.Sprintf("%s, PSU %d", s.Name, i+1), "the size is %v", size)
		}
		d.Population += size
	}
	if !(d.Population > 0) {
		return Drawn{}, errorf("sample.empty", s.Name, "the stratum has no people")
	}
	step := d.Population / float64(p.PSUs)
	next, sum := generator(seed, stream).Float64()*step, 0.0
	for i, size := range s.Sizes {
		sum += size
		hits := 0
		for next < sum && len(d.PSUs) <= p.PSUs {
			hits++
			next += step
		}
		if hits == 0 {
			continue
		}
		if float64(hits*p.Take) > size {
			return Drawn{}, errorf("sample.small", fmt.Sprintf("%s, PSU %d", s.Name, i+1),
				"it has %v people, fewer than the %d to take; join it to a neighbour", size, hits*p.Take)
		}
		d.PSUs = append(d.PSUs, DrawnPSU{Index: i, Hits: hits, Take: hits * p.Take})
	}
	d.Probability = float64(d.Size) / d.Population
	d.Weight = d.Population / float64(d.Size)
	return d, nil
}

// Allocation spreads a sample over strata.
type Allocation int

// Proportional gives shares by population; Equal the same to each; Neyman by
// population times standard deviation; Power by population^q (Bankier 1988) with
// q = 1/2.
const (
	Proportional Allocation = iota + 1
	Equal
	Neyman
	Power
)

// Allocate spreads n over strata with the given populations, at least floor in each
// (or all of it, where a stratum has fewer) and never more than its population,
// rounded by largest remainders so that the parts sum to n. spread holds the
// standard deviations for Neyman and is not read else. It fails for an n that the
// strata cannot hold or the floors exceed, on a population that is not positive, on
// a negative spread or one of another length, and for an unknown allocation.
func Allocate(n int, population, spread []float64, how Allocation, floor int) ([]int, error) {
	score, err := scores(population, spread, how)
	if err != nil {
		return nil, err
	}
	return spreadOver(n, population, score, floor)
}

// maxSpread bounds a sample that is spread over strata.
const maxSpread = 10_000_000

// spreadOver spreads n in proportion to the scores, between the floor and the
// population of each stratum.
func spreadOver(n int, population, score []float64, floor int) ([]int, error) {
	if n > maxSpread {
		return nil, errorf("sample.size", "n", "%d are to be spread; more than %d is no sample", n, maxSpread)
	}
	low, high, sumLow, sumHigh := make([]int, len(score)), make([]int, len(score)), 0, 0
	for h, size := range population {
		high[h] = int(math.Min(size, float64(n)))
		low[h] = min(max(floor, 0), high[h])
		sumLow += low[h]
		sumHigh += high[h]
	}
	if n < sumLow || n > sumHigh {
		return nil, errorf("sample.size", "n", "%d cannot be spread: the strata need at least %d and hold %d", n, sumLow, sumHigh)
	}
	return fill(n, score, low, high), nil
}

func scores(population, spread []float64, how Allocation) ([]float64, error) {
	if how < Proportional || how > Power {
		return nil, errorf("sample.allocation", "", "the allocation is not known")
	}
	if how == Neyman && len(spread) != len(population) {
		return nil, errorf("sample.length", "", "%d standard deviations for %d strata", len(spread), len(population))
	}
	out := make([]float64, len(population))
	for h, size := range population {
		if !(size > 0) || math.IsInf(size, 0) {
			return nil, errorf("sample.measure", fmt.Sprintf("stratum %d", h+1), "the population is %v", size)
		}
		deviation := 1.0
		if how == Neyman {
			deviation = spread[h]
		}
		out[h] = how.score(size, deviation)
		if !(out[h] >= 0) || math.IsInf(out[h], 0) {
			return nil, errorf("sample.spread", fmt.Sprintf("stratum %d", h+1), "the standard deviation is %v", deviation)
		}
	}
	return out, nil
}

// score is what a stratum's part of the sample is proportional to.
func (a Allocation) score(size, deviation float64) float64 {
	switch a {
	case Equal:
		return 1
	case Power:
		return math.Sqrt(size)
	case Neyman:
		return size * deviation
	default:
		return size
	}
}

// fill gives every stratum its floor and hands out the rest one by one, each to
// the stratum that is furthest below its share among those with room.
func fill(n int, score []float64, low, high []int) []int {
	out := append([]int(nil), low...)
	total, left := 0.0, n
	for h := range out {
		total += score[h]
		left -= out[h]
	}
	if total > 0 {
		for h := range out {
			want := min(int(float64(n)*score[h]/total), high[h])
			if more := min(want-out[h], left); more > 0 {
				out[h] += more
				left -= more
			}
		}
	}
	for ; left > 0; left-- {
		best := -1
		for h := range out {
			if out[h] < high[h] && (best < 0 || behind(score[h], out[h]) > behind(score[best], out[best])) {
				best = h
			}
		}
		out[best]++
	}
	return out
}

// behind is the claim of a stratum on the next place (Webster's divisor).
func behind(score float64, got int) float64 { return score / (float64(got) + 0.5) }
