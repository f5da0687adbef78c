package tabulate

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"

	"minyi/stats/estimate"
)

// Exact is a number in full: what is computed from it is the same wherever it was
// read. What is not a number is null.
type Exact float64

// MarshalJSON writes the shortest text of the number, or null.
func (e Exact) MarshalJSON() ([]byte, error) {
	if v := float64(e); !math.IsNaN(v) && !math.IsInf(v, 0) {
		return json.Marshal(v)
	}
	return []byte("null"), nil
}

// UnmarshalJSON reads what MarshalJSON wrote.
func (e *Exact) UnmarshalJSON(text []byte) error {
	var v *float64
	if err := json.Unmarshal(text, &v); err != nil {
		return fmt.Errorf("tabulate: a number: %w", err)
	}
	*e = Exact(math.NaN())
	if v != nil {
		*e = Exact(*v)
	}
	return nil
}

// Footing is all that the figures of a table are computed from: sums over people, and
// for the standard errors totals over the drawn units. No figure of a Table comes from
// anything else, so that whoever has the footing can make the table again. DF are the
// degrees of freedom over all its people, Kish the design effect of the weights, at
// least 1.
type Footing struct {
	People    int           `json:"people"`
	DF        Exact         `json:"df"`
	Kish      Exact         `json:"kish_deff"`
	Cells     []Cell        `json:"cells,omitempty"`  // none: all people are one
	Groups    []Group       `json:"groups,omitempty"` // none: the squares stand in Rest
	Items     []ItemFooting `json:"items"`
	Apart     Apart         `json:"apart,omitzero"`
	Index     Spread        `json:"index"`
	Satisfied Spread        `json:"satisfied"`
}

// Cell is a group of people by what the weights were brought to: the categories by
// variable, several where neighbours were merged.
type Cell map[string][]string

// Group is a group of drawn units of one stratum, or of whole strata that are too
// small alone. Factor is n/(n-1) of the stratum's n units.
type Group struct {
	Strata []string `json:"strata"`
	Units  int      `json:"units"`
	Factor Exact    `json:"factor"`
}

// Sums are those of one item in one cell: the answers on its scale and all answers to
// it, counted and by weight. Points is the sum of weight times point.
type Sums struct {
	N             int   `json:"n"`
	All           int   `json:"all"`
	On            Exact `json:"weight"`
	Satisfied     Exact `json:"satisfied"`
	Points        Exact `json:"points"`
	Whole         Exact `json:"weight_all"`
	DontKnow      Exact `json:"dont_know"`
	NoAnswer      Exact `json:"no_answer"`
	NotApplicable Exact `json:"not_applicable"`
}

// Spread is what the variance of a figure is made of: for each group the total of the
// linearized values of its people, after the calibration, and the rest, which is the
// spread of the units inside the groups.
type Spread struct {
	DF     Exact   `json:"df"`
	Totals []Exact `json:"totals,omitempty"`
	Rest   Exact   `json:"rest"`
}

// ItemFooting is an item: its lowest and highest point, the sums of each cell (or one
// for all people), and the spreads of its figures. Scatter is the sum of weight times
// the squared distance of the point from the mean. Of a hidden item nothing is left but
// its name.
type ItemFooting struct {
	ID            string  `json:"id"`
	Indicator     string  `json:"indicator,omitempty"`
	Hidden        bool    `json:"hidden,omitempty"`
	Low           int     `json:"low"`
	High          int     `json:"high"`
	Applies       bool    `json:"applies"` // everybody: it has no answer 'does not apply'
	Sums          []Sums  `json:"sums,omitempty"`
	Scatter       Exact   `json:"scatter"`
	ShareSpread   Spread  `json:"satisfied_spread,omitzero"`
	MeanSpread    Spread  `json:"mean_spread,omitzero"`
	DontKnow      Spread  `json:"dont_know_spread,omitzero"`
	NoAnswer      Spread  `json:"no_answer_spread,omitzero"`
	NotApplicable *Spread `json:"not_applicable_spread,omitempty"`
}

// Apart is what the hidden items that somebody answered add to the composites, all of
// them together: how many they are, and the sums of their places on the index and of
// their shares satisfied. Withheld says that there are no composites.
type Apart struct {
	Items     int   `json:"items"`
	Index     Exact `json:"index"`
	Satisfied Exact `json:"satisfied"`
	Withheld  bool  `json:"withheld,omitempty"`
}

// Table makes the figures. Hidden items are as those that nobody answered.
func (f *Footing) Table() Table {
	out := Table{N: f.People, Items: make([]ItemTable, len(f.Items))}
	used, index, share := f.Apart.Items, float64(f.Apart.Index), float64(f.Apart.Satisfied)
	for k := range f.Items {
		item := &f.Items[k]
		sum := item.sum()
		out.Items[k] = f.item(item, &sum)
		if sum.N > 0 {
			used++
			index += item.place(&sum)
			share += float64(sum.Satisfied / sum.On)
		}
	}
	out.Index, out.Satisfied = unknown(), unknown()
	if used > 0 && !f.Apart.Withheld {
		out.Index = f.composite(index/float64(used), &f.Index, hundred)
		out.Satisfied = f.composite(share/float64(used), &f.Satisfied, 1)
	}
	return out
}

// sum adds the cells.
func (i *ItemFooting) sum() (all Sums) {
	for k := range i.Sums {
		all.add(&i.Sums[k])
	}
	return all
}

func (s *Sums) add(more *Sums) {
	s.N, s.All = s.N+more.N, s.All+more.All
	s.On, s.Satisfied, s.Points = s.On+more.On, s.Satisfied+more.Satisfied, s.Points+more.Points
	s.Whole, s.DontKnow, s.NoAnswer = s.Whole+more.Whole, s.DontKnow+more.DontKnow, s.NoAnswer+more.NoAnswer
	s.NotApplicable += more.NotApplicable
}

// place is the mean on 0 to 100.
func (i *ItemFooting) place(sum *Sums) float64 {
	return hundred * (float64(sum.Points/sum.On) - float64(i.Low)) / float64(i.High-i.Low)
}

// item is the row of an item.
func (f *Footing) item(i *ItemFooting, sum *Sums) ItemTable {
	if i.Hidden {
		return emptyItem(&Item{ID: i.ID, Indicator: i.Indicator}, i.Applies)
	}
	out := ItemTable{ID: i.ID, Indicator: i.Indicator, WithIndex: nan()}
	p := float64(sum.Satisfied / sum.On)
	out.Satisfied = f.share(p, float64(sum.On), float64(sum.Satisfied), &i.ShareSpread, sum.N)
	low, _ := estimate.KornGraubard(p, f.se(&i.ShareSpread, p), float64(i.ShareSpread.DF), float64(sum.N), float64(f.Kish), 2*Level-1)
	out.AtLeast = Number(low) // the lower end of the two-sided interval at this level
	out.Mean = f.plain(float64(sum.Points/sum.On), &i.MeanSpread, sum.N, float64(i.Scatter/sum.On))
	out.Mean.Low, out.Mean.High = max(out.Mean.Low, Number(i.Low)), min(out.Mean.High, Number(i.High))
	apart := func(part Exact, s *Spread) Estimate {
		return f.share(float64(part/sum.Whole), float64(sum.Whole), float64(part), s, sum.All)
	}
	out.DontKnow, out.NoAnswer = apart(sum.DontKnow, &i.DontKnow), apart(sum.NoAnswer, &i.NoAnswer)
	if !i.Applies {
		one := unknown()
		if i.NotApplicable != nil {
			one = apart(sum.NotApplicable, i.NotApplicable)
		}
		out.NotApplicable = &one
	}
	return out
}

// share is an estimated share with Korn and Graubard's interval.
func (f *Footing) share(p, mass, part float64, s *Spread, n int) Estimate {
	squares := part*(1-p)*(1-p) + (mass-part)*p*p
	out := f.plain(p, s, n, squares/mass)
	low, high := estimate.KornGraubard(p, f.se(s, p), float64(s.DF), float64(n), float64(f.Kish), Level)
	out.Low, out.High = Number(low), Number(high)
	return out
}

// plain is an estimate with its t interval and its design effect: the variance over
// that of simple random sampling with replacement of as many answers, S²/n (Kish 1965,
// section 8.2). Without degrees of freedom a standard error of 0 would be a false
// promise: it is not defined.
func (f *Footing) plain(est float64, s *Spread, n int, scatter float64) Estimate {
	se, df, count := f.se(s, est), float64(s.DF), float64(n)
	low, high := estimate.Limits(est, se, df, Level)
	out := Estimate{
		Est: Number(est), SE: Number(se), Low: Number(low), High: Number(high), DF: Number(df), N: n,
		Deff: Number(f.variance(s) / (scatter * count / (count - 1) / count)),
	}
	if !(df > 0) {
		out.SE, out.Deff = nan(), nan()
	}
	return out
}

// composite is an average over the items, on 0 to top.
func (f *Footing) composite(est float64, s *Spread, top float64) Estimate {
	se, df := f.se(s, est), float64(s.DF)
	if !(df > 0) {
		return Estimate{Est: Number(est), SE: nan(), Low: nan(), High: nan(), Deff: nan(), DF: Number(df), N: f.People}
	}
	low, high := estimate.Limits(est, se, df, Level)
	return Estimate{
		Est: Number(est), SE: Number(se), DF: Number(df), Deff: nan(), N: f.People,
		Low: Number(math.Max(0, low)), High: Number(math.Min(top, high)),
	}
}

// se is the standard error; NaN where the estimate or the variance is not known.
func (f *Footing) se(s *Spread, est float64) float64 {
	v := f.variance(s)
	if math.IsNaN(v) || math.IsNaN(est) {
		return math.NaN()
	}
	return math.Sqrt(math.Max(0, v))
}

// variance adds the spread between the groups to the rest:
//
//	Σ over strata of n/(n-1) · Σ over groups of m·(T/m - ΣT/n)² + rest
//
// with m units in a group of total T, and n in the stratum. With the rest, the spread
// of the units' totals inside the groups, this is the variance of design.Covariance by
// the law of the analysis of variance.
func (f *Footing) variance(s *Spread) float64 {
	return f.between(s.Totals) + float64(s.Rest)
}

// between is the part of the variance between the groups; 0 without totals.
func (f *Footing) between(totals []Exact) (sum float64) {
	for from := 0; from < len(totals) && from < len(f.Groups); {
		to := from + 1
		for to < len(f.Groups) && to < len(totals) && f.Groups[to].Strata[0] == f.Groups[from].Strata[0] {
			to++
		}
		all, units := 0.0, 0
		for g := from; g < to; g++ {
			all, units = all+float64(totals[g]), units+f.Groups[g].Units
		}
		for g := from; g < to && to-from > 1; g++ {
			m := float64(f.Groups[g].Units)
			off := float64(totals[g])/m - all/float64(units)
			sum += float64(f.Groups[g].Factor) * m * off * off
		}
		from = to
	}
	return sum
}

// Suppress returns the footing without the hidden items, whose part of the composites
// is one sum.
func (f *Footing) Suppress(hidden []bool) *Footing {
	out := *f
	out.Items = make([]ItemFooting, len(f.Items))
	for k := range f.Items {
		item := f.Items[k]
		if item.NotApplicable != nil {
			own := *item.NotApplicable
			item.NotApplicable = &own
		}
		out.Items[k] = item
		if k >= len(hidden) || !hidden[k] {
			continue
		}
		if sum := item.sum(); sum.N > 0 {
			out.Apart.Items++
			out.Apart.Index += Exact(item.place(&sum))
			out.Apart.Satisfied += sum.Satisfied / sum.On
		}
		out.Items[k] = ItemFooting{
			ID: item.ID, Indicator: item.Indicator, Hidden: true, Low: item.Low, High: item.High, Applies: item.Applies, Scatter: Exact(math.NaN()),
		}
	}
	return &out
}

// Withhold takes the composites out, with what the hidden items add to them.
func (f *Footing) Withhold() {
	f.Apart, f.Index, f.Satisfied = Apart{Withheld: true}, Spread{}, Spread{}
}

// Sound reports whether a footing that was read has the shape of one: sums for each
// cell, or for everybody, and totals for each group, or none.
func (f *Footing) Sound() bool {
	for _, g := range f.Groups {
		if len(g.Strata) == 0 || g.Units < 1 {
			return false
		}
	}
	for k := range f.Items {
		i := &f.Items[k]
		if n := len(i.Sums); n > 1 && n != len(f.Cells) || n == 0 != i.Hidden || i.High <= i.Low {
			return false
		}
		if !f.fit(&i.ShareSpread, &i.MeanSpread, &i.DontKnow, &i.NoAnswer, i.NotApplicable) {
			return false
		}
	}
	return f.fit(&f.Index, &f.Satisfied)
}

// fit reports whether spreads have a total a group, or none.
func (f *Footing) fit(all ...*Spread) bool {
	return !slices.ContainsFunc(all, func(s *Spread) bool {
		return s != nil && len(s.Totals) > 0 && len(s.Totals) != len(f.Groups)
	})
}
