package evaluation

import (
	"errors"
	"math"
	"slices"
	"strings"

	"minyi/indicators"
	"minyi/indicators/application"
	"minyi/indicators/fault"
	"minyi/indicators/roster"
	"minyi/stats/agree"
)

// LeastUnits is how many dossiers an assessor must have read before anything is
// said of the leniency.
const LeastUnits = 3

// level is that of all intervals here.
const level = 0.95

// Why no leniency can be told, as text keys "agreement.refused.<code>".
const (
	tooFew      = "few_units"   // fewer than two assessors have read LeastUnits dossiers
	unconnected = "unconnected" // some assessors share no dossier with the others
	noFreedom   = "no_freedom"  // as many parameters as sheets: no error can be told
)

// Leniency is how much more than others an assessor gives, in marks.
type Leniency struct {
	Assessor    string
	Institution string
	Units       int             // dossiers
	Mean        indicators.Mark // of the totals as marked
	Known       bool            // false with fewer than LeastUnits dossiers, and where there is no model
	Effect      float64         // least squares: above 0 is more lenient than others
	SE          float64
	Low, High   float64 // 95 %, by Student's t
	Mixed       bool    // the mixed model could be had
	Shrunk      float64 // best linear unbiased prediction, REML
	ShrunkSE    float64
}

// Model is total = mean + dossier + assessor + error over the submitted sheets of
// one track that count: by least squares, which corrections are made with as they
// can be checked by hand, and by REML, which the errors of raw marks come from.
// Sheets of assessors with fewer than LeastUnits dossiers stay out of it.
type Model struct {
	Refused                      string // code of why there is none, else empty
	Sheets, Units                int
	Sigma                        float64 // of the error, least squares
	DF                           int
	Mixed                        bool    // REML could be had
	VarUnit, VarScorer, VarError float64 // by REML, in squared marks
	Leniency                     []Leniency
	unitSE                       map[application.Key]float64
	between                      map[pair]float64  // covariance of adjusted means
	residual                     map[place]float64 // in sigma
}

// place is a sheet.
type place struct {
	dossier  application.Key
	assessor string
}

// panel is the sheets as numbers.
type panel struct {
	agree.Panel
	dossiers  []application.Key
	assessors []string
	sheets    []SheetState
}

// panelOf lays out the sheets of all assessors with at least LeastUnits dossiers.
func panelOf(sheets []SheetState) panel {
	read := map[string]int{}
	for _, s := range sheets {
		read[s.Assessor]++
	}
	var p panel
	for _, s := range sheets {
		if read[s.Assessor] < LeastUnits {
			continue
		}
		unit, scorer := slices.Index(p.dossiers, s.Dossier), slices.Index(p.assessors, s.Assessor)
		if unit < 0 {
			unit, p.dossiers = len(p.dossiers), append(p.dossiers, s.Dossier)
		}
		if scorer < 0 {
			scorer, p.assessors = len(p.assessors), append(p.assessors, s.Assessor)
		}
		p.sheets = append(p.sheets, s)
		p.Scores = append(p.Scores, agree.Score{Unit: unit, Scorer: scorer, Value: inMarks(s.Total)})
	}
	p.Units, p.Scorers = len(p.dossiers), len(p.assessors)
	return p
}

// refused says why no model can be had of the panel, whatever its marks.
func (p panel) refused() string {
	switch {
	case p.Scorers < 2 || p.Units < 2:
		return tooFew
	case !p.Connected():
		return unconnected
	case len(p.Scores) <= p.Units+p.Scorers-1:
		return noFreedom
	}
	return ""
}

// NewModel fits the model to the sheets of one track; where three sheets of a
// dossier are there, to those that the rule counts.
func NewModel(sheets []SheetState, rule roster.ThreeSheets) *Model {
	return newModel(sheets, rule, true)
}

// newModel leaves the mixed model out where only residuals are asked for.
func newModel(sheets []SheetState, rule roster.ThreeSheets, mixed bool) *Model {
	var counted []SheetState
	for _, of := range byDossier(submitted(sheets)) {
		counted = append(counted, counting(of, rule)...)
	}
	p := panelOf(counted)
	m := &Model{Refused: p.refused(), Sheets: len(p.Scores), Units: p.Units, Leniency: lenienciesOf(counted)}
	if m.Refused != "" {
		return m
	}
	ls, err := agree.LeastSquares(p.Panel)
	if err != nil {
		m.Refused = unconnected
		return m
	}
	m.take(p, ls)
	if !mixed {
		return m
	}
	if fit, err := agree.REML(p.Panel); err == nil {
		m.mix(p, fit)
	}
	return m
}

func (m *Model) take(p panel, ls *agree.Additive) {
	m.Sigma, m.DF = ls.Sigma, ls.DF
	m.unitSE, m.residual = map[application.Key]float64{}, map[place]float64{}
	m.between = map[pair]float64{}
	for u, k := range p.dossiers {
		m.unitSE[k] = ls.SE[u]
		for v, other := range p.dossiers {
			m.between[pair{k, other}] = ls.Between[u][v]
		}
	}
	for i, s := range p.sheets {
		if ls.Sigma > 0 {
			m.residual[place{s.Dossier, s.Assessor}] = math.Abs(ls.Residual[i]) / ls.Sigma
		}
	}
	limits := ls.SeverityLimits(level)
	for n := range m.Leniency {
		l := &m.Leniency[n]
		if j := slices.Index(p.assessors, l.Assessor); j >= 0 {
			l.Known, l.Effect, l.SE, l.Low, l.High = true, ls.Severity[j], ls.SeveritySE[j], limits[j].Low, limits[j].High
		}
	}
}

func (m *Model) mix(p panel, mixed *agree.Mixed) {
	m.Mixed, m.VarUnit, m.VarScorer, m.VarError = true, mixed.VarUnit, mixed.VarScorer, mixed.VarError
	for n := range m.Leniency {
		l := &m.Leniency[n]
		if j := slices.Index(p.assessors, l.Assessor); j >= 0 {
			l.Mixed, l.Shrunk, l.ShrunkSE = true, mixed.Scorer[j], mixed.ScorerSE[j]
		}
	}
}

// lenienciesOf lists the assessors with what they gave as it stands.
func lenienciesOf(sheets []SheetState) []Leniency {
	sums := map[string]*Leniency{}
	var out []Leniency
	for _, s := range sheets {
		l := sums[s.Assessor]
		if l == nil {
			l = &Leniency{Assessor: s.Assessor, Institution: s.Institution}
			sums[s.Assessor] = l
		}
		l.Units++
		l.Mean += s.Total
	}
	for _, l := range sums {
		l.Mean = indicators.Round(l.Mean.Rat().Quo(l.Mean.Rat(), indicators.Mark(l.Units).Rat()))
		out = append(out, *l)
	}
	slices.SortFunc(out, func(a, b Leniency) int { return strings.Compare(a.Assessor, b.Assessor) })
	return out
}

// effect returns the estimated leniency of an assessor.
func (m *Model) effect(assessor string) (float64, bool) {
	for _, l := range m.Leniency {
		if l.Assessor == assessor && l.Known {
			return l.Effect, true
		}
	}
	return 0, false
}

// Residual returns how far a sheet lies from what the model expects of it, in
// standard deviations of the error; ok is false where it is not in the model.
func (m *Model) Residual(k application.Key, assessor string) (sigmas float64, ok bool) {
	sigmas, ok = m.residual[place{k, assessor}]
	return sigmas, ok
}

// improve adds to a result what the model knows: the corrected mark, and a
// standard error that rests on all sheets. Where the round's rules say so, the
// corrected mark counts. A sheet whose leniency nobody knows stands as it is, and
// carries the whole variance between assessors.
func (m *Model) improve(r *Result, counted []SheetState, correct bool) {
	if r.Refused = m.Refused; r.Refused != "" {
		return
	}
	sum, known := 0.0, 0
	for _, s := range counted {
		effect, ok := m.effect(s.Assessor)
		if ok {
			known++
		}
		sum += inMarks(s.Total) - effect
	}
	k, unknown := float64(len(counted)), float64(len(counted)-known)
	se, fitted := m.unitSE[r.Dossier]
	if known == 0 || !fitted || unknown > 0 && !m.Mixed {
		r.Refused = tooFew
		return
	}
	absolute := m.VarScorer + m.VarError
	r.Corrected = markOf(sum / k)
	switch {
	case correct:
		r.Mark, r.Adjusted, r.SEFrom = r.Corrected, true, FromAdjusted
		r.vary((float64(known*known)*se*se + unknown*absolute) / (k * k))
	case m.Mixed:
		r.SEFrom = FromAbsolute
		r.vary(absolute / k)
	}
}

// inMarks and markOf are the border at which totals become numbers and numbers
// marks.
func inMarks(m indicators.Mark) float64 { return float64(m) / 100 }

func markOf(v float64) indicators.Mark {
	return indicators.Mark(min(max(math.Round(v*100), 0), float64(indicators.Hundred)))
}

// submitted returns the submitted sheets that count.
func submitted(all []SheetState) []SheetState {
	return slices.DeleteFunc(slices.Clone(all), func(s SheetState) bool { return !s.Counts() || !s.Submitted() })
}

// byDossier groups sheets, dossiers in the order of their keys.
func byDossier(all []SheetState) [][]SheetState {
	groups := map[application.Key][]SheetState{}
	for _, s := range all {
		groups[s.Dossier] = append(groups[s.Dossier], s)
	}
	keys := make([]application.Key, 0, len(groups))
	for k := range groups {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, func(a, b application.Key) int { return strings.Compare(string(a.ID()), string(b.ID())) })
	out := make([][]SheetState, 0, len(keys))
	for _, k := range keys {
		slices.SortFunc(groups[k], func(a, b SheetState) int { return strings.Compare(a.Assessor, b.Assessor) })
		out = append(out, groups[k])
	}
	return out
}

// Dispute says why a dossier needs an arbiter.
type Dispute struct {
	Range    indicators.Mark // of the totals, where it is above the setting
	Items    []Item          // on which marks lie further apart than the setting
	Assessor string          // whose sheet lies far from what the model expects
	Sigmas   float64
}

// Needed reports whether anything calls for an arbiter.
func (d Dispute) Needed() bool { return d.Range > 0 || len(d.Items) > 0 || d.Assessor != "" }

// dispute looks at the first assessors' sheets of one dossier. Nothing is said
// before all of them are submitted.
func dispute(of []SheetState, s roster.Settings, full fullMarks, m *Model) Dispute {
	var d Dispute
	if _, err := complete(slices.DeleteFunc(slices.Clone(of), func(a SheetState) bool { return a.Arbiter }), s); err != nil {
		return d
	}
	sheets := firsts(of)
	if r := rangeOf(sheets); r > s.ArbitrationAbove {
		d.Range = r
	}
	if s.ArbitrationItem > 0 {
		d.Items = itemsApart(sheets, s.ArbitrationItem, full)
	}
	if s.ArbitrationResidual > 0 && m != nil {
		for _, a := range sheets {
			if far, ok := m.Residual(a.Dossier, a.Assessor); ok && far > inMarks(s.ArbitrationResidual) && far > d.Sigmas {
				d.Assessor, d.Sigmas = a.Assessor, far
			}
		}
	}
	return d
}

// fullMarks returns the full marks of an item of a dossier.
type fullMarks func(k application.Key, item Item) indicators.Mark

// itemsApart returns the items on which two sheets lie further apart than a share
// of the full marks, and those that one excuses and another marks. A bonus or
// penalty item that a sheet leaves open counts as 0 there.
func itemsApart(sheets []SheetState, share indicators.Share, full fullMarks) []Item {
	seen := map[Item]bool{}
	var out []Item
	for _, s := range sheets {
		for item := range s.Marks {
			if !seen[item] && itemApart(sheets, item, int64(share)*int64(full(s.Dossier, item))) {
				out = append(out, item)
			}
			seen[item] = true
		}
	}
	slices.SortFunc(out, compareItems)
	return out
}

// itemApart compares the marks of one item; most is in hundredths times Whole.
func itemApart(sheets []SheetState, item Item, most int64) bool {
	excused := 0
	var marks []indicators.Mark
	for _, s := range sheets {
		if mark := s.Marks[item]; mark == Excused {
			excused++
		} else {
			marks = append(marks, mark)
		}
	}
	if excused > 0 {
		return len(marks) > 0
	}
	return int64(slices.Max(marks)-slices.Min(marks))*int64(indicators.Whole) > most
}

// compareItems orders items as the notice does: 1, 2, 10, A1.
func compareItems(a, b Item) int {
	if len(a) != len(b) && !strings.HasPrefix(string(a), "A") && !strings.HasPrefix(string(b), "A") {
		return len(a) - len(b)
	}
	return strings.Compare(string(a), string(b))
}

// refusal is what closing says of a dossier that needs an arbiter.
func (d Dispute) refusal(s roster.Settings) error {
	switch {
	case d.Range > 0:
		return fault.New(fault.Conflict, "evaluation.arbitration", "most", s.ArbitrationAbove.String())
	case len(d.Items) > 0:
		return fault.New(fault.Conflict, "evaluation.arbitration_items", "items", joined(d.Items), "most", s.ArbitrationItem.String())
	case d.Assessor != "":
		return fault.New(fault.Conflict, "evaluation.arbitration_residual", "assessor", d.Assessor, "most", s.ArbitrationResidual.String())
	}
	return nil
}

func joined(items []Item) string {
	out := make([]string, len(items))
	for n, i := range items {
		out[n] = string(i)
	}
	return strings.Join(out, "、")
}

// reasonOf turns what stats refuses into a code of ours.
func reasonOf(err error) string {
	var e *agree.Error
	if errors.As(err, &e) && e.Code == "agree.variance" {
		return "flat"
	}
	return "shape"
}
