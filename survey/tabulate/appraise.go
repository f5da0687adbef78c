package tabulate

import (
	"math"
	"slices"

	"minyi/indicators/fault"
	"minyi/stats/weight"
)

// Appraisal is what a plan does to the weights and to the standard errors. It holds
// no estimate: a plan is chosen by how sure it makes the figures, never by the
// figures.
type Appraisal struct {
	Weighting Weighting
	N         int     // answers
	Rounds    []Round // of the calibration; none without one
	MinG      Number  // smallest and largest final weight over that before the margins
	MaxG      Number
	Margins   []MarginView
	Histogram []Bin
	Trimming  [2]Number // the limits, times the mean; NaN for none
	Choices   []Choice
	Notes     []string
}

// Round says how many rounds the calibration took until no margin missed by more
// than Epsilon, relative to 1 + its people, and what was missed then.
type Round struct {
	Epsilon, Misfit Number
	Iterations      int
}

// MarginView is a margin before and after: shares of all.
type MarginView struct {
	Name, Variable, Source string
	Cells                  []CellView
}

// CellView is a category: its answers, their share, its share under the weights
// before the margins and after all, and that of the population.
type CellView struct {
	Category                     string
	N                            int
	Plain, Before, After, Target Number
}

// Bin counts the weights from Low up to High, in multiples of their mean.
type Bin struct {
	Low, High Number
	N         int
}

// Choice is what one way of weighting does: its name, Kish's design effect and
// effective number, the range of the weights over their mean, and the standard
// errors of the index, of the share satisfied over all items and of each item. Refusal
// says why it cannot be done; then there are no numbers.
type Choice struct {
	Name             string
	Plan             Plan
	KishDeff, KishN  Number
	Min, Max         Number
	Index, Satisfied Number
	Items            []Number
	Refusal          error
}

// The names of the choices that stand beside the plan.
const (
	ChosenChoice     = "plan"
	HouseChoice      = "house"
	BaseChoice       = "base"
	AdjustedChoice   = "adjusted"
	RakingChoice     = "raking"
	LinearChoice     = "linear"
	LogitChoice      = "logit"
	TrimmedChoice    = "trimmed"
	UnblendedChoice  = "unblended"
	logitLow         = 30 // per cent, of the choice that is shown for comparison
	logitHigh        = 300
	trimmedLow       = 30
	trimmedHigh      = 300
	histogramBins    = 20
	firstEpsilon     = 1e-1
	epsilonStep      = 1e-2
	misfitsDisplayed = 5
)

// Appraise tries the plan of the survey and shows it beside other choices. It refuses
// what Tabulate refuses; a survey without answers with weigh.no_answers.
func (s Survey) Appraise() (*Appraisal, error) {
	if err := s.check(); err != nil {
		return nil, err
	}
	if s.Sampled.N == 0 {
		return nil, fault.New(fault.Conflict, "weigh.no_answers")
	}
	pooled, err := s.Pooled()
	if err != nil {
		return nil, err
	}
	r := &Result{}
	w, err := r.steps(&pooled)
	if err != nil {
		return nil, err
	}
	out := &Appraisal{N: pooled.Sampled.N, Rounds: w.rounds(), Trimming: w.limits()}
	if _, err = r.weigh(&pooled); err != nil {
		return nil, err
	}
	out.Weighting, out.Notes = r.Weighting, r.Notes
	out.compare(w)
	out.Histogram = histogram(w.final.Weights())
	for _, c := range s.choices() {
		out.Choices = append(out.Choices, s.choose(c))
	}
	return out, nil
}

// rounds asks the calibration for ever smaller misfits, and says what each cost.
func (w *weighing) rounds() (out []Round) {
	if w.model == nil {
		return nil
	}
	epsilon := firstEpsilon
	for range misfitsDisplayed {
		fit, err := weight.Calibrate(w.start.Weights(), w.model, w.calibration(epsilon))
		if err != nil {
			return out
		}
		out = append(out, Round{Epsilon: Number(epsilon), Misfit: Number(fit.Misfit), Iterations: fit.Iterations})
		epsilon *= epsilonStep
	}
	return out
}

// limits are those of the trimming, times the mean.
func (w *weighing) limits() (out [2]Number) {
	for k, percent := range []int{w.plan.Trim.Low, w.plan.Trim.High} {
		if out[k] = nan(); percent > 0 {
			out[k] = Number(percent) / hundred
		}
	}
	return out
}

// compare fills in the margins before and after, and the range of what was changed.
func (a *Appraisal) compare(w *weighing) {
	before, after := w.start.Weights(), w.final.Weights()
	a.MinG, a.MaxG = Number(math.Inf(1)), Number(math.Inf(-1))
	for i, v := range after {
		g := Number(v / before[i])
		a.MinG, a.MaxG = min(a.MinG, g), max(a.MaxG, g)
	}
	for _, m := range w.margins {
		a.Margins = append(a.Margins, m.view(before, after))
	}
}

// view is the margin under the weights before and after.
func (f *fitted) view(before, after []float64) MarginView {
	out := MarginView{Name: f.name, Variable: f.Variable, Source: f.Source}
	sums := make([][2]float64, len(f.Cells))
	all, people := [2]float64{}, 0.0
	for i, k := range f.code {
		sums[k][0] += before[i]
		sums[k][1] += after[i]
		all[0] += before[i]
		all[1] += after[i]
	}
	for _, c := range f.Cells {
		people += float64(c.Total)
	}
	for k, c := range f.Cells {
		out.Cells = append(out.Cells, CellView{
			Category: c.Category, N: c.N, Plain: over(float64(c.N), float64(len(f.code))),
			Before: over(sums[k][0], all[0]), After: over(sums[k][1], all[1]), Target: over(float64(c.Total), people),
		})
	}
	return out
}

// histogram counts the weights in bins of equal width between the least and the
// greatest.
func histogram(w []float64) []Bin {
	s := weight.Summarize(w)
	mean := s.Sum / float64(len(w))
	low, high := s.Min/mean, s.Max/mean
	if high-low < 1e-9 {
		return []Bin{{Low: Number(low), High: Number(high), N: len(w)}}
	}
	step := (high - low) / histogramBins
	out := make([]Bin, histogramBins)
	for k := range out {
		out[k].Low, out[k].High = Number(low+step*float64(k)), Number(low+step*float64(k+1))
	}
	for _, v := range w {
		out[min(histogramBins-1, int((v/mean-low)/step))].N++
	}
	return out
}

// choices are the plan and what stands beside it; what is the same as another is
// shown once.
func (s *Survey) choices() []Choice {
	p, bare := s.Plan, s.Plan
	bare.Trim, bare.Low, bare.High = Trim{}, 0, 0
	vary := func(name string, change func(*Plan)) Choice {
		plan := bare
		change(&plan)
		return Choice{Name: name, Plan: plan}
	}
	all := []Choice{
		{Name: ChosenChoice, Plan: p},
		{Name: HouseChoice},
		{Name: BaseChoice, Plan: Plan{Base: p.Base, Method: NoMargins}},
		vary(AdjustedChoice, func(q *Plan) { q.Method, q.Blend = NoMargins, NoBlend }),
		vary(RakingChoice, func(q *Plan) { q.Method = Raking }),
		vary(LinearChoice, func(q *Plan) { q.Method = Linear }),
		vary(LogitChoice, func(q *Plan) { q.Method, q.Low, q.High = Logit, logitLow, logitHigh }),
		vary(TrimmedChoice, func(q *Plan) { q.Trim = Trim{Low: trimmedLow, High: trimmedHigh, Strict: true} }),
		vary(UnblendedChoice, func(q *Plan) { *q = p; q.Blend = NoBlend }),
	}
	var out []Choice
	for _, c := range all {
		same := slices.ContainsFunc(out, func(o Choice) bool { return o.Plan.same(&c.Plan) })
		if !same || c.Name == ChosenChoice || c.Name == HouseChoice {
			out = append(out, c)
		}
	}
	return out
}

// same reports whether two plans make the same weights.
func (p *Plan) same(o *Plan) bool {
	key := func(q *Plan) [8]any {
		return [8]any{q.Base, q.Nonresponse.Method, label(q.Nonresponse.By), q.Nonresponse.Classes, q.Method, [2]int{q.Low, q.High}, q.Trim, q.Blend}
	}
	targets := func(a, b Target) bool { return a.Name == b.Name && a.Key() == b.Key() }
	return key(p) == key(o) && slices.Equal(p.Without, o.Without) && slices.EqualFunc(p.Targets, o.Targets, targets)
}

// choose tabulates under a choice and keeps nothing but what it does to the standard
// errors.
func (s Survey) choose(c Choice) Choice {
	s.Plan = c.Plan
	r, err := s.Tabulate()
	if err != nil {
		c.Refusal = err
		return c
	}
	mean := r.Weighting.Sum / Number(r.Sampled.N)
	c.KishDeff, c.KishN, c.Min, c.Max = r.Weighting.KishDeff, r.Weighting.KishN, r.Weighting.Min/mean, r.Weighting.Max/mean
	c.Index, c.Satisfied = r.Sampled.Index.SE, r.Sampled.Satisfied.SE
	for _, item := range r.Sampled.Items {
		c.Items = append(c.Items, item.Satisfied.SE)
	}
	return c
}
