package tabulate

import (
	"fmt"
	"slices"
	"strconv"

	"minyi/indicators/fault"
	"minyi/stats/design"
	"minyi/stats/weight"
)

// weighing is a weighting on its way: what each step of a plan left.
type weighing struct {
	plan       *Plan
	sheets     *Sheets
	population float64
	base       []float64      // of the sampled answers, after the nonresponse adjustment
	start      *design.Design // after the nonresponse adjustment, scaled to the population
	margins    []*fitted
	classes    []Class
	model      *weight.Model // of the margins; nil without
	totals     []float64
	before     *design.Design // before the trimming
	final      *design.Design
	trimmed    int
	blending   *Blending
}

// planned makes the weights of a plan that is not the house's own. Nothing is left
// out silently: what cannot be done is refused with what to do about it.
func (r *Result) planned(in *Survey) (*design.Design, error) {
	w, err := r.steps(in)
	if err != nil {
		return nil, err
	}
	s := weight.Summarize(w.final.Weights())
	plan := in.Plan
	r.Weighting = Weighting{
		Population: Number(w.population), Margins: []Margin{}, Plan: &plan, Trimmed: w.trimmed, Classes: w.classes, Blend: w.blending,
		Sum: Number(s.Sum), Min: Number(s.Min), Max: Number(s.Max), KishDeff: Number(s.KishDeff), KishN: Number(s.KishNeff),
	}
	for _, m := range w.margins {
		r.Weighting.Margins = append(r.Weighting.Margins, m.Margin)
	}
	if len(w.margins) == 0 {
		r.note("tabulate.note.design_weights_only")
	}
	r.noteMargins(r.Weighting.Margins)
	r.note("tabulate.note.planned")
	if w.blending != nil {
		r.note("tabulate.note.blended")
	}
	return w.final, nil
}

// steps runs through the plan. The house's own leaves out what cannot be met.
func (r *Result) steps(in *Survey) (*weighing, error) {
	if err := in.Plan.Check(); err != nil {
		return nil, err
	}
	w := &weighing{plan: &in.Plan, sheets: &in.Sampled, population: in.Population}
	if err := w.begin(r, in); err != nil {
		return nil, err
	}
	if err := w.fit(in); err != nil {
		return nil, err
	}
	var err error
	if w.before, err = w.calibrate(w.start); err != nil && !in.Plan.Custom() {
		w.margins, w.model = nil, nil
		w.before, err = w.calibrate(w.start)
	}
	if err != nil {
		return nil, refusal(err)
	}
	if w.final, err = w.trim(w.before); err != nil {
		return nil, refusal(err)
	}
	if low := slices.Min(w.final.Weights()); !(low > 0) {
		return nil, fault.New(fault.Conflict, "weigh.negative")
	}
	return w, nil
}

// fit sorts the people into the margins.
func (w *weighing) fit(in *Survey) error {
	if w.plan.Method == NoMargins {
		return nil
	}
	for _, t := range in.targets() {
		f, err := t.fit(w.sheets, w.start.Weights(), w.population)
		if err != nil && in.Plan.Custom() {
			return err
		}
		if err == nil {
			w.margins = append(w.margins, f)
		}
	}
	return nil
}

// begin makes the base weights, adjusts them for nonresponse and scales them to the
// population.
func (w *weighing) begin(r *Result, in *Survey) error {
	units, classes, err := newReached(&in.Sampled, in.Plan.Base).adjust(in.Plan.Nonresponse)
	if err != nil {
		return err
	}
	w.classes = classes
	if in.mixed > 0 {
		return refusal(w.mix(in, r, units))
	}
	based := *in
	based.Sampled.Units = slices.Clone(in.Sampled.Units)
	for u := range units {
		based.Sampled.Units[u].Weight = units[u]
	}
	if w.start, err = r.drawn(&based); err != nil {
		return refusal(err)
	}
	w.people(r, w.start.Weights())
	if w.start, err = w.start.Scale(w.population); err != nil {
		return fmt.Errorf("tabulate: scale the weights: %w", err)
	}
	return nil
}

// people finds how many people the weights stand for.
func (w *weighing) people(r *Result, base []float64) {
	if !positive(w.population) {
		w.population = weight.Summarize(base).Sum
		r.note("tabulate.note.no_population")
	}
}

// mix is begin where the poster answers stand behind the sampled ones.
func (w *weighing) mix(in *Survey, r *Result, units []float64) error {
	for _, u := range w.sheets.Of[:in.mixed] {
		w.base = append(w.base, units[u])
	}
	w.people(r, w.base)
	return w.blend(in, r)
}

// calibrate brings the weights of d to the margins.
func (w *weighing) calibrate(d *design.Design) (*design.Design, error) {
	if len(w.margins) == 0 {
		return d.Scale(w.population)
	}
	if w.plan.Method == Poststratify {
		return w.poststratify(d)
	}
	if w.model == nil {
		if err := w.prepare(); err != nil {
			return nil, err
		}
	}
	return d.Calibrate(w.model, w.calibration(rakingEpsilon))
}

// prepare builds the model of the margins.
func (w *weighing) prepare() error {
	var terms []weight.Term
	totals := map[string]float64{"(Intercept)": w.population}
	for m, f := range w.margins {
		term, people := f.term(strconv.Itoa(m+1) + " " + f.name)
		for k := 1; k < len(people); k++ {
			totals[term.Name+"="+term.Levels[k]] = people[k]
		}
		terms = append(terms, term)
	}
	var err error
	if w.model, err = weight.NewModel(w.start.Rows(), true, terms); err != nil {
		return err
	}
	w.totals, err = w.model.Totals(totals)
	return err
}

// calibration is what is asked of the calibration, to that misfit.
func (w *weighing) calibration(epsilon float64) weight.Calibration {
	c := weight.Calibration{
		Totals: w.totals, Control: weight.Control{Epsilon: epsilon, MaxIter: rakingRounds},
		Method: map[Method]weight.Method{Raking: weight.Raking, Linear: weight.Linear, Logit: weight.Logit}[w.plan.Method],
	}
	if w.plan.Low != 0 || w.plan.High != 0 {
		c.Bounds = weight.Bounds{Low: float64(w.plan.Low) / hundred, High: float64(w.plan.High) / hundred}
	}
	return c
}

// poststratify scales the cells of the one margin.
func (w *weighing) poststratify(d *design.Design) (*design.Design, error) {
	if len(w.margins) != 1 {
		return nil, fault.New(fault.Conflict, "weigh.one_margin", "n", strconv.Itoa(len(w.margins)))
	}
	term, totals := w.margins[0].term(w.margins[0].name)
	cells := weight.Cells{Code: make([]int32, len(term.Small)), Totals: totals, Names: term.Levels}
	for i, k := range term.Small {
		cells.Code[i] = int32(k)
	}
	return d.Poststratify(cells)
}

// trim clips the weights to the limits of the plan, which are multiples of their
// mean, and calibrates again where the plan says so. The variance keeps the
// residuals of the calibration before: it takes the limits as fixed, as R does.
func (w *weighing) trim(d *design.Design) (*design.Design, error) {
	t := w.plan.Trim
	if t == (Trim{}) {
		return d, nil
	}
	low, high := t.limits(d.Weights())
	for _, v := range d.Weights() {
		if v < low || v > high {
			w.trimmed++
		}
	}
	if w.trimmed == 0 {
		return d, nil
	}
	out, err := d.Trim(low, high, t.Strict)
	if err != nil || !t.Again {
		return out, err
	}
	return w.calibrate(out)
}

// limits are the bounds of the weights themselves.
func (t *Trim) limits(w []float64) (low, high float64) {
	s := weight.Summarize(w)
	mean := s.Sum / float64(len(w))
	low, high = mean*float64(t.Low)/hundred, mean*float64(t.High)/hundred
	if t.High == 0 {
		high = max(s.Max, mean)
	}
	if t.Low == 0 {
		low = min(s.Min, mean)
	}
	return low, high
}
