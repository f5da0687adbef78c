package monitor

import (
	"cmp"
	"math"
	"slices"
	"strconv"

	"minyi/stats/weight"
)

// Representativity is the R-indicator of Schouten, Cobben and Bethlehem (2009, Survey
// Methodology 35, 101-113): R = 1 - 2·S(ρ), with S the design-weighted standard
// deviation of the response propensities ρ of everybody invited, by a logistic model of
// what the frame knows of them. 1 means that all groups answer alike. Bias is the
// largest bias that the mean of a variable explained by the model may have, in its
// standard deviations: (1 - R)/(2·ρ̄), their equation 12. SE is that of the delete-one
// jackknife over the PSUs within strata (Wolter 2007, section 4.5); the limits are
// R ± 1.96·SE, held within 0 and 1. The indicator of a small sample is too low, since
// chance differences count as differences.
type Representativity struct {
	R, SE, Low, High float64
	Rate             float64 // design-weighted response rate
	Bias             float64
	Variables        []string // of the model: stratum, size
	Groups           []Group
	PSUs             int
}

// Group is one group of the model: a stratum, and a size class 1 to 3 of its PSUs (0
// where size is not in the model), with its observed and fitted response.
type Group struct {
	Stratum  string
	Class    int
	Eligible int
	Answered int
	Fitted   float64
}

// What the model can know of everybody invited.
const (
	ByStratum = "stratum"
	BySize    = "size"
)

// cell sums the links of one group of the model.
type cell struct {
	stratum, class  int32
	mass, got       float64 // design weights of the eligible links, and of those that answered
	eligible, count int
}

// response is the data of the indicator.
type response struct {
	strata []string
	cells  []cell
	of     []int // place to its cell, -1 for none
	places []Place
	sized  bool
}

// Represent computes the R-indicator of a sample: by stratum and size where each
// replicate of the jackknife has an estimate, else by stratum. SE and limits are NaN
// where they cannot be had. It returns false where the model knows nothing that differs
// between people, or where a group of it answered wholly or not at all, so that its
// propensity has no finite estimate.
func Represent(places []Place) (out *Representativity, ok bool) {
	for _, sized := range []bool{true, false} {
		data := newResponse(places, sized)
		if len(data.cells) < 2 {
			continue
		}
		fitted, fits := data.fit(data.cells)
		if !fits {
			continue
		}
		se := data.jackknife()
		if ok && math.IsNaN(se) {
			break
		}
		out, ok = data.describe(fitted), true
		out.SE = se
		const z = 1.959963984540054
		out.Low, out.High = max(out.R-z*se, 0), min(out.R+z*se, 1)
		if !math.IsNaN(se) {
			break
		}
	}
	return out, ok
}

// Certain reports whether the indicator has a standard error.
func (r *Representativity) Certain() bool { return !math.IsNaN(r.SE) }

// newResponse sorts the places into the groups of the model.
func newResponse(places []Place, sized bool) *response {
	const leastPSUs = 12
	r := &response{places: places, of: make([]int, len(places)), sized: sized && len(places) >= leastPSUs}
	classes := sizeClasses(places)
	strata, cells := map[string]int32{}, map[[2]int32]int{}
	for i, p := range places {
		r.of[i] = -1
		if p.Eligible() == 0 || !(p.Weight > 0) {
			continue
		}
		h, ok := strata[p.Stratum]
		if !ok {
			h = int32(len(strata))
			strata[p.Stratum] = h
			r.strata = append(r.strata, p.Stratum)
		}
		key := [2]int32{h, 0}
		if r.sized {
			key[1] = classes[i]
		}
		at, ok := cells[key]
		if !ok {
			at = len(r.cells)
			cells[key] = at
			r.cells = append(r.cells, cell{stratum: key[0], class: key[1]})
		}
		r.of[i] = at
		r.cells[at].add(p, 1)
	}
	return r
}

// dust is what taking a PSU out of its cell may leave behind: a link weighs 1 at least.
const dust = 1e-6

func (c *cell) add(p Place, times float64) {
	c.mass += times * p.Weight * float64(p.Eligible())
	c.got += times * p.Weight * float64(p.Answered())
	c.eligible += p.Eligible()
	c.count += p.Answered()
}

// sizeClasses are the thirds of the PSUs by size, smallest first; those of equal size
// are in one class.
func sizeClasses(places []Place) []int32 {
	const thirds = 3
	order := make([]int, len(places))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(places[a].Size, places[b].Size) })
	out := make([]int32, len(places))
	for k, i := range order {
		out[i] = int32(k * thirds / len(order))
		if k > 0 && places[i].Size == places[order[k-1]].Size {
			out[i] = out[order[k-1]]
		}
	}
	return out
}

// fit returns the propensity of each cell, by a logistic model with the main effects
// of stratum and size class.
func (r *response) fit(cells []cell) ([]float64, bool) {
	var w, y []float64
	var strata, classes []int32
	var at []int
	for k, c := range cells {
		if c.mass < dust {
			continue
		}
		at = append(at, k)
		w, y = append(w, c.mass), append(y, min(max(c.got/c.mass, 0), 1))
		strata, classes = append(strata, c.stratum), append(classes, c.class)
	}
	var terms []weight.Term
	for _, t := range []weight.Term{compact(ByStratum, strata), compact(BySize, classes)} {
		if len(t.Levels) > 1 {
			terms = append(terms, t)
		}
	}
	if len(terms) == 0 {
		return nil, false
	}
	model, err := weight.NewModel(len(w), true, terms)
	if err != nil {
		return nil, false
	}
	fit, err := weight.Regress(weight.Binomial, w, y, model)
	if err != nil {
		return nil, false
	}
	out := make([]float64, len(cells))
	for k, i := range at {
		out[i] = fit.Fitted[k]
	}
	return out, true
}

// compact is a factor with the levels that occur.
func compact(name string, codes []int32) weight.Term {
	seen := map[int32]int32{}
	t := weight.Term{Name: name, Code: make([]int32, len(codes))}
	for i, c := range codes {
		k, ok := seen[c]
		if !ok {
			k = int32(len(seen))
			seen[c] = k
			t.Levels = append(t.Levels, strconv.Itoa(int(k)))
		}
		t.Code[i] = k
	}
	return t
}

// spread is the mean of the propensities, and R.
func spread(cells []cell, fitted []float64) (mean, r float64) {
	mass, sum, square := 0.0, 0.0, 0.0
	for k, c := range cells {
		mass += c.mass
		sum += c.mass * fitted[k]
	}
	mean = sum / mass
	for k, c := range cells {
		square += c.mass * (fitted[k] - mean) * (fitted[k] - mean)
	}
	return mean, 1 - 2*math.Sqrt(square/(mass-1))
}

func (r *response) describe(fitted []float64) *Representativity {
	mean, indicator := spread(r.cells, fitted)
	out := &Representativity{R: indicator, Rate: mean, Bias: (1 - indicator) / (2 * mean)}
	seen := map[int32]bool{}
	for k, c := range r.cells {
		seen[c.class] = true
		class := 0
		if r.sized {
			class = int(c.class) + 1
		}
		out.Groups = append(out.Groups, Group{Stratum: r.strata[c.stratum], Class: class, Eligible: c.eligible, Answered: c.count, Fitted: fitted[k]})
	}
	slices.SortFunc(out.Groups, func(a, b Group) int { return cmp.Or(cmp.Compare(a.Stratum, b.Stratum), cmp.Compare(a.Class, b.Class)) })
	if len(r.strata) > 1 {
		out.Variables = append(out.Variables, ByStratum)
	}
	if len(seen) > 1 {
		out.Variables = append(out.Variables, BySize)
	}
	for _, at := range r.of {
		if at >= 0 {
			out.PSUs++
		}
	}
	return out
}

// jackknife leaves one PSU out at a time and raises the others of its stratum. Strata
// with one PSU are taken together. It is NaN where a replicate has no estimate.
func (r *response) jackknife() float64 {
	members := map[int32][]int{}
	for i, at := range r.of {
		if at >= 0 {
			members[r.cells[at].stratum] = append(members[r.cells[at].stratum], i)
		}
	}
	total := 0.0
	for _, psus := range together(members) {
		n := float64(len(psus))
		values, mean := make([]float64, len(psus)), 0.0
		for k, out := range psus {
			cells := slices.Clone(r.cells)
			for _, i := range psus {
				times := 1 / (n - 1)
				if i == out {
					times = -1
				}
				cells[r.of[i]].add(r.places[i], times)
			}
			fitted, ok := r.fit(cells)
			if !ok {
				return math.NaN()
			}
			_, values[k] = spread(cells, fitted)
			mean += values[k] / n
		}
		for _, v := range values {
			total += (n - 1) / n * (v - mean) * (v - mean)
		}
	}
	return math.Sqrt(total)
}

// together lists the PSUs of each stratum; those that are alone in theirs are one
// stratum, and one that is left alone joins the first.
func together(members map[int32][]int) (out [][]int) {
	var alone []int
	keys := make([]int32, 0, len(members))
	for h := range members {
		keys = append(keys, h)
	}
	slices.Sort(keys)
	for _, h := range keys {
		if len(members[h]) == 1 {
			alone = append(alone, members[h][0])
		} else {
			out = append(out, members[h])
		}
	}
	switch {
	case len(alone) > 1:
		out = append(out, alone)
	case len(alone) == 1 && len(out) > 0:
		out[0] = append(slices.Clone(out[0]), alone[0])
	}
	return out
}
