package pack

import (
	"math"
	"slices"

	"minyi/survey/release"
	"minyi/survey/result"
	"minyi/survey/tabulate"
)

// Basis is what every published figure of a survey is computed from: sums and spreads,
// and what is fact and no estimate. A table is nil where too few people are behind it.
type Basis struct {
	Least           int                `json:"least"` // fewest answers behind a figure, and in a cell or group
	Sampled         *tabulate.Footing  `json:"sampled"`
	WithoutInsiders *tabulate.Footing  `json:"without_insiders"`
	AllAnswers      *tabulate.Footing  `json:"all_answers"` // with what the review left out
	Posters         []Poster           `json:"posters"`
	Weights         Weights            `json:"weights"`
	Fieldwork       tabulate.Fieldwork `json:"fieldwork"`
}

// Poster counts the poster answers to an item: those on its scale, the satisfied among
// them, and the sum of their points. Of too few nothing is left but the name.
type Poster struct {
	ID        string `json:"id"`
	N         int    `json:"n"`
	Satisfied int    `json:"satisfied"`
	Points    int    `json:"points"`
}

// Weights are the number of the weights, their sum and the sum of their squares; zero
// where too few people have one.
type Weights struct {
	N       int            `json:"n"`
	Sum     tabulate.Exact `json:"sum"`
	Squares tabulate.Exact `json:"squares"`
}

// Figures are the published figures: estimates with their certainty, shares of the
// posters, design effect of the weights, rates of response.
type Figures struct {
	Sampled         *tabulate.Table       `json:"sampled"`
	WithoutInsiders *tabulate.Table       `json:"without_insiders"`
	AllAnswers      *tabulate.Table       `json:"all_answers"`
	Posters         []tabulate.PosterItem `json:"posters"`
	WeightSum       tabulate.Number       `json:"weight_sum"`
	KishDeff        tabulate.Number       `json:"kish_deff"`
	KishN           tabulate.Number       `json:"kish_n"`
	Rates           tabulate.Rates        `json:"rates"`
}

// Figures computes the figures, by the code that made them.
func (b *Basis) Figures() *Figures {
	f := &Figures{
		Sampled: table(b.Sampled), WithoutInsiders: table(b.WithoutInsiders), AllAnswers: table(b.AllAnswers),
		Posters: []tabulate.PosterItem{}, Rates: b.Fieldwork.Rates(),
		WeightSum: unknown(), KishDeff: unknown(), KishN: unknown(),
	}
	for _, p := range b.Posters {
		f.Posters = append(f.Posters, p.item())
	}
	if w := b.Weights; w.N > 0 {
		f.WeightSum = tabulate.Number(w.Sum)
		f.KishDeff = tabulate.Number(tabulate.Exact(w.N) * w.Squares / w.Sum / w.Sum)
		f.KishN = tabulate.Number(w.Sum / w.Squares * w.Sum)
	}
	return f
}

func table(f *tabulate.Footing) *tabulate.Table {
	if f == nil {
		return nil
	}
	t := f.Table()
	return &t
}

func unknown() tabulate.Number { return tabulate.Number(math.NaN()) }

func (p *Poster) item() tabulate.PosterItem {
	out := tabulate.PosterItem{ID: p.ID, N: p.N, Satisfied: unknown(), Mean: unknown()}
	if n := float64(p.N); n > 0 {
		out.Satisfied, out.Mean = tabulate.Number(float64(p.Satisfied)/n), tabulate.Number(float64(p.Points)/n)
	}
	return out
}

// NewBasis makes the basis of a result: the official table in cells and groups, those
// beside it as sums over everybody, so that no cell tells by subtraction of the few by
// whom two tables differ. all is the table with the answers that the review left out,
// nil where there is none. What fewer than least answers are behind is left out, with
// as many others as result.Line says, so that the composites do not give it away.
func NewBasis(g *tabulate.Ground, all *tabulate.Table, least int) (*Basis, error) {
	r := g.Result
	b := &Basis{Least: least, Fieldwork: r.Fieldwork, Posters: []Poster{}}
	if r.Sampled.N >= least {
		f, err := g.Footing(least, few(r.Sampled.Items, least), func(counts []int) []bool { return line(counts, least) })
		if err != nil {
			return nil, err
		}
		b.Sampled = f
		b.WithoutInsiders, b.AllAnswers = beside(&r.Sampled, r.WithoutInsiders, least), beside(&r.Sampled, all, least)
		w := r.Weighting
		b.Weights = Weights{N: r.Sampled.N, Sum: tabulate.Exact(w.Sum), Squares: tabulate.Exact(w.Sum * w.Sum / w.KishN)}
	}
	for _, p := range r.Posters {
		one := Poster{ID: p.ID}
		if p.N >= least {
			n := float64(p.N)
			one = Poster{ID: p.ID, N: p.N, Satisfied: int(math.Round(n * float64(p.Satisfied))), Points: int(math.Round(n * float64(p.Mean)))}
		}
		b.Posters = append(b.Posters, one)
	}
	return b, nil
}

// few says which items are hidden.
func few(items []tabulate.ItemTable, least int) []bool {
	counts := make([]int, len(items))
	for k := range items {
		counts[k] = items[k].Satisfied.N
	}
	return line(counts, least)
}

// line says which of a list are hidden.
func line(counts []int, least int) []bool {
	out := make([]bool, len(counts))
	for k, why := range result.Line(counts, least) {
		out[k] = why != result.Shown
	}
	return out
}

// beside is the footing of another table as it may stand beside the official one. What
// is hidden there is hidden here: the same answers to another item would stand for
// those that hide it. Where an item is hidden for its own few answers there are no
// composites, since a neighbour's figures are known from the official table.
func beside(official, other *tabulate.Table, least int) *tabulate.Footing {
	kept := result.Beside(*official, other, least)
	if kept == nil || kept.N < least || other.Footing() == nil {
		return nil
	}
	hidden, withhold := few(other.Items, least), false
	for k, too := range few(official.Items, least) {
		hidden[k] = hidden[k] || too
		withhold = withhold || hidden[k]
		hidden[k] = hidden[k] || !result.Kept(kept.Items[k])
	}
	f := other.Footing().Suppress(hidden)
	if withhold {
		f.Withhold()
	}
	return f
}

// Fill puts the figures in the place of those of a document, so that what is signed is
// what the pack gives: the tables without their hidden figures.
func (b *Basis) Fill(d *release.Document) {
	f, r := b.Figures(), *d.Result
	empty := r.Sampled
	empty.Items = make([]tabulate.ItemTable, len(r.Sampled.Items))
	for k, item := range r.Sampled.Items {
		empty.Items[k] = result.Blank(item)
	}
	empty.Index, empty.Satisfied = result.Unknown(), result.Unknown()
	empty.Index.N, empty.Satisfied.N = r.Sampled.N, r.Sampled.N
	if r.Sampled = empty; f.Sampled != nil {
		r.Sampled = *f.Sampled
	}
	if f.Sampled != nil {
		r.Weighting.Sum, r.Weighting.KishDeff, r.Weighting.KishN = f.WeightSum, f.KishDeff, f.KishN
	}
	r.WithoutInsiders, r.Posters, d.AllAnswers = f.WithoutInsiders, f.Posters, f.AllAnswers
	r.Weighting.Margins = margins(r.Weighting.Margins, b.Least)
	r.Weighting.Classes = classes(r.Weighting.Classes, b.Least)
	d.Result = &r
}

// classes are those of the nonresponse adjustment without the answers of the small ones
// and of those that hide them, and without their factors, which tell the same.
func classes(all []tabulate.Class, least int) []tabulate.Class {
	out, counts := slices.Clone(all), make([]int, len(all))
	for k := range all {
		counts[k] = all[k].Back
	}
	for k, hidden := range line(counts, least) {
		if hidden {
			out[k].Back, out[k].Factor = 0, unknown()
		}
	}
	return out
}

// margins are those that the weights were brought to, as they may be published. Where a
// category has fewer than least answers the whole margin has no counts (they are 0), since
// their sum is known; nor has it totals where the category of some is not known, as the
// total of that one follows from their number.
func margins(all []tabulate.Margin, least int) []tabulate.Margin {
	out := slices.Clone(all)
	for k, m := range out {
		if !slices.ContainsFunc(m.Cells, func(c tabulate.MarginCell) bool { return c.N > 0 && c.N < least }) {
			continue
		}
		out[k].Cells = slices.Clone(m.Cells)
		some := slices.ContainsFunc(m.Cells, func(c tabulate.MarginCell) bool { return c.Category == "" })
		for c := range out[k].Cells {
			if out[k].Cells[c].N = 0; some {
				out[k].Cells[c].Total = unknown()
			}
		}
	}
	return out
}

// Published are the figures of a document, as the pack has them.
func Published(d *release.Document, least int) *Figures {
	r := d.Result
	f := &Figures{
		WithoutInsiders: r.WithoutInsiders, AllAnswers: d.AllAnswers, Posters: r.Posters, Rates: r.Rates,
		WeightSum: unknown(), KishDeff: unknown(), KishN: unknown(),
	}
	if r.Sampled.N >= least {
		f.Sampled = &r.Sampled
		f.WeightSum, f.KishDeff, f.KishN = r.Weighting.Sum, r.Weighting.KishDeff, r.Weighting.KishN
	}
	return f
}

// sound reports whether the sums and totals have the shape that the figures are
// computed from.
func (b *Basis) sound() bool {
	for _, f := range []*tabulate.Footing{b.Sampled, b.WithoutInsiders, b.AllAnswers} {
		if f != nil && !f.Sound() {
			return false
		}
	}
	return true
}
