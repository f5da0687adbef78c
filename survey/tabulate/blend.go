package tabulate

import (
	"slices"
	"strconv"

	"minyi/indicators/fault"
	"minyi/stats/design"
	"minyi/stats/weight"
	"minyi/survey/frame"
)

// Blending says what a blended table rests on: how many poster answers of how many
// places entered it, and the weight of the sample in the mixture.
//
// Method: the odds p/(1-p) of being a poster answer rather than a resident are fitted
// by a logistic regression on sex, residence and age over both sources, the poster
// answers with the weight 1 and the sample with its weights, which stand for the
// population; the pseudo-weight of a poster answer is (1-p)/p (Elliott and Valliant
// 2017, Statistical Science 32, 249-264, section 3; with the sample weighted as Wang,
// Valliant and Li 2021, Statistics in Medicine 40, 5237-5250, have it). Both sources
// are brought to the population and mixed, λ·sample + (1-λ)·posters, with λ the
// sample's part of Kish's effective numbers (O'Muircheartaigh and Pedlow 2002), which
// no answer to a scored item enters.
//
// Assumption: among residents of the same sex, residence and age those who answer a
// poster think as the others do, and every such group could have met a poster. The
// data cannot show that it holds.
//
// Variance: the delete-one-PSU jackknife over the PSUs of the sample and the places of
// the posters (Rust and Rao 1996), with the fit, the pseudo-weights and the
// calibration done again on each replicate; λ and the nonresponse adjustment stay. A
// stratum with one PSU left joins the first one that has more.
type Blending struct {
	Method  Blend  `json:"method"`
	Posters int    `json:"posters"`
	Places  int    `json:"places"`
	Lambda  Number `json:"lambda"`
}

// Limits of a blend.
const (
	PosterStratum = "(posters)" // the stratum of the poster answers
	maxJackknife  = 400         // replicates
	maxReplicated = 1 << 25     // rows times replicates
	leastPlaces   = 2
)

// mixture is a pooled sample: the sampled people first, then those of the posters.
type mixture struct {
	sheets *Sheets
	first  int // how many are of the sample
	model  *weight.Model
	lambda float64
}

// Pooled returns the survey as its plan wants it: where that blends, with the poster
// answers behind the sampled ones, which the tables then count among the sampled. It
// is refused with weigh.blend_places without two places that answers came from.
func (s Survey) Pooled() (Survey, error) {
	if s.Plan.Blend == NoBlend || s.mixed > 0 || s.Sampled.N == 0 {
		return s, nil
	}
	if err := s.check(); err != nil {
		return s, err
	}
	return s.pool()
}

// pool puts the poster answers behind the sampled ones.
func (s *Survey) pool() (Survey, error) {
	out, places := *s, map[string]bool{}
	if len(s.Posters.Of) != s.Posters.N {
		return out, fault.New(fault.Invalid, "tabulate.points")
	}
	from, to := &s.Posters, &out.Sampled
	to.Units = slices.Clone(to.Units)
	at := make([]int32, len(from.Units))
	for u, unit := range from.Units {
		at[u] = int32(len(to.Units))
		to.Units = append(to.Units, Unit{Stratum: PosterStratum, PSU: unit.PSU})
	}
	to.Of = slices.Clone(to.Of)
	for _, u := range from.Of {
		to.Of = append(to.Of, at[u])
		places[from.Units[u].PSU] = true
	}
	if len(places) < leastPlaces {
		return out, fault.New(fault.Conflict, "weigh.blend_places", "places", strconv.Itoa(len(places)), "least", strconv.Itoa(leastPlaces))
	}
	to.Points = slices.Clone(to.Points)
	for k := range to.Points {
		to.Points[k].Code, to.Points[k].Of = appended(to.Points[k].Code, to.Points[k].Of, from.Points[k].Code, from.Points[k].Of)
	}
	to.Others = slices.Clone(to.Others)
	for k := range to.Others {
		to.Others[k].Category = to.Others[k].with(from.Others[k].Category)
	}
	to.Sex, to.Residence, to.Age = to.Sex.with(from.Sex), to.Residence.with(from.Residence), to.Age.with(from.Age)
	to.Insider = slices.Concat(to.Insider, from.Insider)
	out.mixed, to.N = to.N, to.N+from.N
	return out, nil
}

func (c Category) with(more Category) Category {
	c.Code, c.Names = appended(c.Code, c.Names, more.Code, more.Names)
	return c
}

// appended joins two columns of codes.
func appended[V comparable](code []uint8, values []V, more []uint8, theirs []V) ([]uint8, []V) {
	values, to := slices.Clone(values), make([]uint8, len(theirs))
	for k, v := range theirs {
		at := slices.Index(values, v)
		if at < 0 {
			at = len(values)
			values = append(values, v)
		}
		to[k] = uint8(at)
	}
	out := make([]uint8, 0, len(code)+len(more))
	out = append(out, code...)
	for _, k := range more {
		out = append(out, to[k])
	}
	return out, values
}

// blend mixes both sources and makes the replicates; base are the weights of the
// sample.
func (w *weighing) blend(in *Survey, r *Result) error {
	m := &mixture{sheets: w.sheets, first: in.mixed}
	var err error
	if m.model, err = m.covariates(); err != nil {
		return err
	}
	base := slices.Clone(w.base)
	for range m.sheets.N - m.first {
		base = append(base, 1)
	}
	full, err := m.weights(base, w.population)
	if err != nil {
		return err
	}
	spec, df, err := m.jackknife(base, w.population)
	if err != nil {
		return err
	}
	spec.Weights, spec.Combined, spec.MSE, spec.Scale = full, true, true, 1
	if w.start, err = design.NewReplicate(spec); err != nil {
		return err
	}
	r.df = &df
	places := map[int32]bool{}
	for _, u := range m.sheets.Of[m.first:] {
		places[u] = true
	}
	w.blending = &Blending{Method: Pseudo, Posters: m.sheets.N - m.first, Places: len(places), Lambda: Number(m.lambda)}
	return nil
}

// covariates is the model of the propensity: sex, residence and age as far as they are
// known. A category that one of the sources lacks joins the commonest of the sample:
// no odds could be told for it.
func (m *mixture) covariates() (*weight.Model, error) {
	var terms []weight.Term
	for _, variable := range []string{frame.Sex, frame.Residence, frame.Age} {
		if t := m.covariate(variable); len(t.Levels) > 1 {
			terms = append(terms, t)
		}
	}
	return weight.NewModel(m.sheets.N, true, terms)
}

// covariate is one variable of the model.
func (m *mixture) covariate(variable string) weight.Term {
	known := m.sheets.category(variable)
	counts := [2][]int{make([]int, len(known.Names)), make([]int, len(known.Names))}
	for i, k := range known.Code {
		counts[source(i >= m.first)][k]++
	}
	t, place, common := weight.Term{Name: variable, Small: make([]uint8, m.sheets.N)}, make([]int, len(known.Names)), -1
	for k, name := range known.Names {
		place[k] = -1
		if counts[0][k] == 0 || counts[1][k] == 0 {
			continue
		}
		place[k] = len(t.Levels)
		t.Levels = append(t.Levels, name)
		if common < 0 || counts[0][k] > counts[0][common] {
			common = k
		}
	}
	if common < 0 {
		return weight.Term{}
	}
	for i, k := range known.Code {
		if place[k] < 0 {
			place[k] = place[common]
		}
		t.Small[i] = uint8(place[k])
	}
	return t
}

// source is 0 for the sample and 1 for the posters.
func source(poster bool) int {
	if poster {
		return 1
	}
	return 0
}

// weights mixes both sources: base are weights of the sample and of the posters, those
// of a replicate with its factors. The first call fixes λ.
func (m *mixture) weights(base []float64, population float64) ([]float64, error) {
	w, y := slices.Clone(base), make([]float64, len(base))
	bring(w[:m.first], population)
	for i := m.first; i < len(y); i++ {
		y[i] = 1
	}
	fit, err := weight.Regress(weight.Binomial, w, y, m.model)
	if err != nil {
		return nil, err
	}
	for i := m.first; i < len(w); i++ {
		if base[i] > 0 {
			w[i] = base[i] * (1 - fit.Fitted[i]) / fit.Fitted[i]
		}
	}
	bring(w[m.first:], population)
	if m.lambda == 0 {
		sample, posters := weight.Summarize(w[:m.first]).KishNeff, weight.Summarize(w[m.first:]).KishNeff
		m.lambda = sample / (sample + posters)
	}
	for i := range w {
		if i < m.first {
			w[i] *= m.lambda
		} else {
			w[i] *= 1 - m.lambda
		}
	}
	return w, nil
}

// bring scales weights to a sum.
func bring(w []float64, total float64) {
	f := total / weight.Summarize(w).Sum
	for i := range w {
		w[i] *= f
	}
}

// jackknife leaves out one PSU at a time.
func (m *mixture) jackknife(base []float64, population float64) (spec design.ReplicateSpec, df float64, err error) {
	stratum, psu, size := m.units()
	replicates := 0
	for _, n := range size {
		replicates += n
	}
	if replicates > maxJackknife || replicates*len(base) > maxReplicated {
		return spec, 0, fault.New(fault.Conflict, "weigh.blend_large", "psus", strconv.Itoa(replicates), "max", strconv.Itoa(maxJackknife))
	}
	of := make([]int, replicates) // the stratum of each PSU
	for i, u := range psu {
		of[u] = stratum[i]
	}
	column := make([]float64, len(base))
	for u, h := range of {
		n := float64(size[h])
		for i, v := range base {
			switch {
			case psu[i] == u:
				column[i] = 0
			case stratum[i] == h:
				column[i] = v * n / (n - 1)
			default:
				column[i] = v
			}
		}
		w, err := m.weights(column, population)
		if err != nil {
			return spec, 0, err
		}
		spec.Columns, spec.RScales = append(spec.Columns, w), append(spec.RScales, (n-1)/n)
	}
	return spec, float64(replicates - len(size)), nil
}

// units numbers the strata and PSUs of the rows; strata of one PSU are one with the
// first that has more.
func (m *mixture) units() (stratum, psu []int, size []int) {
	strata, psus := map[string]int{}, map[[2]string]int{}
	var names []string
	for _, u := range m.sheets.Of {
		unit := m.sheets.Units[u]
		key := [2]string{unit.Stratum, unit.PSU}
		if _, ok := strata[unit.Stratum]; !ok {
			strata[unit.Stratum] = len(names)
			names, size = append(names, unit.Stratum), append(size, 0)
		}
		if _, ok := psus[key]; !ok {
			psus[key] = len(psus)
			size[strata[unit.Stratum]]++
		}
	}
	home := slices.IndexFunc(size, func(n int) bool { return n > 1 }) // the posters have two at least
	to, packed := make([]int, len(size)), []int{}
	for h, n := range size {
		if n > 1 {
			to[h] = len(packed)
			packed = append(packed, n)
		}
	}
	for h, n := range size {
		if n == 1 {
			to[h] = to[home]
			packed[to[home]]++
		}
	}
	for _, u := range m.sheets.Of {
		unit := m.sheets.Units[u]
		stratum, psu = append(stratum, to[strata[unit.Stratum]]), append(psu, psus[[2]string{unit.Stratum, unit.PSU}])
	}
	return stratum, psu, packed
}
