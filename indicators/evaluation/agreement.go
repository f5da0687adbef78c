package evaluation

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"minyi/indicators"
	"minyi/indicators/application"
	"minyi/indicators/roster"
	"minyi/stats/agree"
)

// LeastPairs is from how many dossiers with two sheets a coefficient may be read:
// below it the interval is about as wide as the scale.
const LeastPairs = 10

// Classes is into how many equal classes of the share of full marks a mark falls
// for kappa.
const Classes = 5

// draws of the bootstrap about alpha, and its seed.
const (
	draws = 1000
	seed  = 20200901
)

// Why a coefficient is not given, as text keys "agreement.why.<code>".
const (
	whyFew    = "few"    // fewer than LeastPairs dossiers
	whyFlat   = "flat"   // the marks do not vary
	whyPanels = "panels" // needs the same assessors for every dossier
)

// Figure is one coefficient with its interval, where it may be read.
type Figure struct {
	Known   bool
	Why     string // code of why not
	Value   float64
	Limited bool // there is an interval
	Low     float64
	High    float64
}

func figure(v float64, l agree.Limits) Figure {
	f := Figure{Known: true, Value: v}
	if !math.IsNaN(l.Low) && !math.IsNaN(l.High) {
		f.Limited, f.Low, f.High = true, l.Low, l.High
	}
	return f
}

// Agreement is how far the first assessors agree on one thing: the total, a
// heading or an indicator. Sheets of arbiters stay out, as they are called only
// where the first disagree. All figures rest on the share of full marks.
type Agreement struct {
	System   indicators.System // empty for the total of a track and on the single track
	Heading  string            // empty but for a heading
	Item     Item              // empty but for an item
	Dossiers int               // with two sheets or more
	Pairs    int               // of sheets
	Split    int               // pairs in which one says that it does not apply and the other marks it
	Apart    float64           // mean distance of two sheets, share of full marks
	Kappa    Figure            // quadratic weights, Classes equal classes; each pair counted both ways, as assessors are exchangeable
	One      Figure            // ICC(1): of one sheet, every dossier with assessors of its own
	Two      Figure            // ICC(2,k): of the mean of the sheets, leniency counted as error
	Three    Figure            // ICC(3): of one sheet, leniency left out; the same assessors for every dossier
	Alpha    Figure            // Krippendorff's, interval metric
}

// measure is one value of one thing by dossier and assessor.
type measure map[application.Key]map[string]float64

func (m measure) put(k application.Key, assessor string, v float64) {
	if m[k] == nil {
		m[k] = map[string]float64{}
	}
	m[k][assessor] = v
}

// table is a measure as rows of dossiers with at least two values, in order.
type table struct {
	dossiers  []application.Key
	assessors []string // all that occur, in order
	values    []map[string]float64
}

func (m measure) table() table {
	var t table
	for k, of := range m {
		if len(of) > 1 {
			t.dossiers = append(t.dossiers, k)
		}
	}
	slices.SortFunc(t.dossiers, func(a, b application.Key) int { return strings.Compare(string(a.ID()), string(b.ID())) })
	for _, k := range t.dossiers {
		t.values = append(t.values, m[k])
		for a := range m[k] {
			if !slices.Contains(t.assessors, a) {
				t.assessors = append(t.assessors, a)
			}
		}
	}
	slices.Sort(t.assessors)
	return t
}

// pairs calls fn with every pair of values of a dossier.
func (t table) pairs(fn func(a, b float64)) {
	for _, of := range t.values {
		list := inOrder(of)
		for i := range list {
			for _, b := range list[i+1:] {
				fn(list[i], b)
			}
		}
	}
}

// inOrder returns a dossier's values by the names of their assessors.
func inOrder(of map[string]float64) []float64 {
	names := make([]string, 0, len(of))
	for a := range of {
		names = append(names, a)
	}
	slices.Sort(names)
	out := make([]float64, len(names))
	for n, a := range names {
		out[n] = of[a]
	}
	return out
}

// crossed reports whether every dossier has a value of every assessor.
func (t table) crossed() bool {
	return !slices.ContainsFunc(t.values, func(of map[string]float64) bool { return len(of) != len(t.assessors) })
}

// agreement computes the figures of one measure. m may hold the variance
// components of totals, for assessors who did not all read the same dossiers.
func (t table) agreement(m *Model) Agreement {
	a := Agreement{Dossiers: len(t.dossiers)}
	sum := 0.0
	t.pairs(func(x, y float64) {
		a.Pairs++
		sum += math.Abs(x - y)
	})
	if a.Pairs > 0 {
		a.Apart = sum / float64(a.Pairs)
	}
	if a.Dossiers < LeastPairs {
		few := Figure{Why: whyFew}
		a.Kappa, a.One, a.Two, a.Three, a.Alpha = few, few, few, few, few
		return a
	}
	a.Kappa, a.Alpha = t.kappa(), t.alpha()
	a.One, a.Two, a.Three = t.intraclass(m)
	return a
}

func (t table) kappa() Figure {
	var x, y []float64
	t.pairs(func(a, b float64) { x, y = append(x, classOf(a), classOf(b)), append(y, classOf(b), classOf(a)) })
	categories := make([]float64, Classes)
	for n := range categories {
		categories[n] = float64(n)
	}
	k, err := agree.Kappa(x, y, categories, agree.Quadratic)
	if err != nil {
		return Figure{Why: reasonOf(err)}
	}
	return Figure{Known: true, Value: k}
}

// classOf is the class of a share of full marks: [0, 20 %), …, [80 %, 100 %].
func classOf(share float64) float64 {
	const slack = 1e-9 // shares are quotients: 0.6 must not fall below its class
	return min(max(math.Floor(share*Classes+slack), 0), Classes-1)
}

func (t table) alpha() Figure {
	x := make([][]float64, len(t.assessors))
	for j, name := range t.assessors {
		for _, of := range t.values {
			v, ok := of[name]
			if !ok {
				v = math.NaN()
			}
			x[j] = append(x[j], v)
		}
	}
	a, limits, err := agree.AlphaLimits(x, level, draws, seed)
	if err != nil {
		return Figure{Why: reasonOf(err)}
	}
	return figure(a, limits)
}

// intraclass returns ICC(1), ICC(2,k) and ICC(3). Where assessors differ from
// dossier to dossier, the first comes from the sheets as they are, the second from
// the variance components of the model where there are any, the third does not
// exist.
func (t table) intraclass(m *Model) (one, two, three Figure) {
	k := len(t.assessors)
	for _, of := range t.values {
		k = min(k, len(of))
	}
	x := make([][]float64, len(t.values))
	for n, of := range t.values {
		x[n] = inOrder(of)[:k]
	}
	icc, err := agree.Intraclass(x)
	if err != nil {
		none := Figure{Why: reasonOf(err)}
		return none, none, none
	}
	limits, err := agree.IntraclassLimits(x, level)
	if err != nil {
		none := Figure{Why: reasonOf(err)}
		return none, none, none
	}
	one = figure(icc.One1, limits.One1)
	if t.crossed() {
		return one, figure(icc.TwoK, limits.TwoK), figure(icc.Three1, limits.Three1)
	}
	two, three = Figure{Why: whyPanels}, Figure{Why: whyPanels}
	if m != nil && m.Mixed {
		two = Figure{Known: true, Value: m.VarUnit / (m.VarUnit + (m.VarScorer+m.VarError)/float64(k))}
	}
	return one, two, three
}

// Pair is the totals of a dossier's first two sheets, for pictures.
type Pair struct {
	Dossier application.Key
	Names   [2]string
	Totals  [2]indicators.Mark
}

// TrackAgreement is what the office reads of one track.
type TrackAgreement struct {
	Track    roster.Track
	Model    *Model      // over the sheets that count
	Total    Agreement   // of the totals
	Headings []Agreement // by system, in the order of the notice
	Items    []Agreement // those furthest apart first
	Pairs    []Pair
	Results  []Result // of the dossiers whose sheets are all there: both numbers, closed or not
}

// trackAgreement computes everything of one track. of are its submitted sheets,
// open ones left out; book says what an item is.
func trackAgreement(track roster.Track, of []SheetState, s roster.Settings, book itemBook) TrackAgreement {
	out := TrackAgreement{Track: track, Model: NewModel(of, s.Sheets())}
	early := firsts(of)
	total := measure{}
	for _, sheets := range byDossier(early) {
		for _, a := range sheets {
			total.put(a.Dossier, a.Assessor, inMarks(a.Total)/inMarks(indicators.Hundred))
		}
		if len(sheets) > 1 {
			out.Pairs = append(out.Pairs, Pair{
				Dossier: sheets[0].Dossier, Names: [2]string{sheets[0].Assessor, sheets[1].Assessor},
				Totals: [2]indicators.Mark{sheets[0].Total, sheets[1].Total},
			})
		}
	}
	out.Total = total.table().agreement(NewModel(early, s.Sheets()))
	out.Headings, out.Items = details(early, book)
	return out
}

// item names an indicator of a system.
type item struct {
	system indicators.System
	number Item
}

// itemBook says what items are: their full marks, system and heading.
type itemBook struct {
	full    fullMarks
	system  func(k application.Key) indicators.System
	heading func(s indicators.System, i Item) string // empty for what has none
}

// details computes the figures of headings and items.
func details(sheets []SheetState, book itemBook) (headings, items []Agreement) {
	byItem, byHeading := map[item]measure{}, map[string]measure{}
	split := map[item]map[application.Key][2]int{} // marked and excused
	names := map[string]Agreement{}
	for _, s := range sheets {
		system := book.system(s.Dossier)
		sums := map[string][2]float64{}
		for number, mark := range s.Marks {
			full, i := book.full(s.Dossier, number), item{system, number}
			if byItem[i] == nil {
				byItem[i], split[i] = measure{}, map[application.Key][2]int{}
			}
			count := split[i][s.Dossier]
			if mark == Excused {
				count[1]++
				split[i][s.Dossier] = count
				continue
			}
			count[0]++
			split[i][s.Dossier] = count
			if full == 0 {
				continue
			}
			byItem[i].put(s.Dossier, s.Assessor, inMarks(mark)/inMarks(full))
			if h := book.heading(system, number); h != "" {
				sums[h] = [2]float64{sums[h][0] + inMarks(mark), sums[h][1] + inMarks(full)}
			}
		}
		for h, sum := range sums {
			key := string(system) + "\x00" + h
			if byHeading[key] == nil {
				byHeading[key], names[key] = measure{}, Agreement{System: system, Heading: h}
			}
			byHeading[key].put(s.Dossier, s.Assessor, sum[0]/sum[1])
		}
	}
	return headingsOf(byHeading, names, firstItems(byItem, book)), itemsOf(byItem, split)
}

// firstItems returns the first item under each heading, which tells the order of
// the notice.
func firstItems(by map[item]measure, book itemBook) map[string]Item {
	out := map[string]Item{}
	for i := range by {
		key := string(i.system) + book.heading(i.system, i.number)
		if first, ok := out[key]; !ok || compareItems(i.number, first) < 0 {
			out[key] = i.number
		}
	}
	return out
}

func headingsOf(by map[string]measure, names map[string]Agreement, first map[string]Item) (out []Agreement) {
	for key, m := range by {
		a := m.table().agreement(nil)
		a.System, a.Heading = names[key].System, names[key].Heading
		out = append(out, a)
	}
	slices.SortFunc(out, func(a, b Agreement) int {
		return cmp.Or(strings.Compare(string(a.System), string(b.System)), compareItems(first[string(a.System)+a.Heading], first[string(b.System)+b.Heading]))
	})
	return out
}

// itemsOf sorts items by how far two sheets lie apart, furthest first.
func itemsOf(by map[item]measure, split map[item]map[application.Key][2]int) (out []Agreement) {
	for i, m := range by {
		a := m.table().agreement(nil)
		a.System, a.Item = i.system, i.number
		for _, count := range split[i] {
			a.Split += count[0] * count[1]
		}
		if a.Pairs > 0 || a.Split > 0 {
			out = append(out, a)
		}
	}
	slices.SortFunc(out, func(a, b Agreement) int {
		return cmp.Or(cmp.Compare(b.Apart, a.Apart), cmp.Compare(b.Split, a.Split),
			strings.Compare(string(a.System), string(b.System)), compareItems(a.Item, b.Item))
	})
	return out
}
