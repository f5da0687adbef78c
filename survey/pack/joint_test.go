package pack_test

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"

	"minyi/survey/pack"
	"minyi/survey/release"
	"minyi/survey/result"
	"minyi/survey/tabulate"
)

// person is where somebody belongs by every way at once; people of one place are one
// unknown number of the attack.
type person [5]string

func ways() []string {
	return []string{result.Sex, result.Age, result.AgeAsked, result.Residence, result.Stratum}
}

// attack is what is known of the counts of one item (or of all people): every published
// count is an equation over the same unknowns.
type attack struct {
	places []person
	truth  []float64
	a      [][]float64
	b      []float64
	hidden []secret

	crossed int // crossings that are shown
}

// secret is a count that is not shown.
type secret struct {
	name string
	of   []float64
}

// sum is the row of the people that a rule names.
func (k *attack) sum(of func(person) bool) (row []float64, n float64) {
	row = make([]float64, len(k.places))
	for i, p := range k.places {
		if of(p) {
			row[i], n = 1, n+k.truth[i]
		}
	}
	return row, n
}

// know adds a published count, which must be the true one: else the attack is wrong.
func (k *attack) know(t *testing.T, name string, n int, of func(person) bool) {
	t.Helper()
	row, truth := k.sum(of)
	if float64(n) != truth {
		t.Fatalf("%s: %d is published, the sum is %v: the attack is wrong", name, n, truth)
	}
	k.a, k.b = append(k.a, row), append(k.b, truth)
}

// seek adds a hidden count that somebody is behind.
func (k *attack) seek(name string, of func(person) bool) {
	if row, n := k.sum(of); n > 0 {
		k.hidden = append(k.hidden, secret{name, row})
	}
}

// is names the people of a group of a way.
func is(way, category string) func(person) bool {
	at := slices.Index(ways(), way)
	return func(p person) bool { return at < 0 || p[at] == category }
}

// scattered is a survey with many small groups.
func scattered(seed uint64, n int) tabulate.Input {
	in, dice := made(seed, n, 0, 0, n*3/4), rand.New(rand.NewPCG(seed, 2))
	in.Others, in.Posters = []string{"s1"}, nil
	for i := range in.Sampled {
		r := &in.Sampled[i]
		r.Residence = []string{"urban", "urban", "rural"}[dice.IntN(3)]
		asked := min(dice.IntN(5), dice.IntN(6))
		r.Age, r.Others = []string{"15-59", "15-59", "15-59", "60-64", "65+"}[asked], []string{strconv.Itoa(asked)}
		if dice.IntN(12) == 0 {
			r.Sex = ""
		}
		r.Stratum = "h" + strconv.Itoa(min(dice.IntN(3), dice.IntN(4)))
		r.Weight = 100
	}
	in.Margins[1].Cells = in.Margins[1].Cells[:3:3]
	for k, name := range []string{"15-59", "60-64", "65+"} {
		in.Margins[1].Cells[k].Category = name
	}
	return in
}

// surveyed is one of few answers, or, of an odd seed, of more.
func surveyed(seed uint64) tabulate.Input { return scattered(seed, 45+int(seed)*(12+100*int(seed%2))) }

// counted are the people of each place of whom a rule is true.
func counted(in tabulate.Input, of func(tabulate.Response) bool) *attack {
	k, at := &attack{}, map[person]int{}
	for _, r := range in.Sampled {
		p := person{r.Sex, r.Age, r.Others[0], r.Residence, r.Stratum}
		i, ok := at[p]
		if !ok {
			i = len(k.places)
			at[p] = i
			k.places, k.truth = append(k.places, p), append(k.truth, 0)
		}
		if of(r) {
			k.truth[i]++
		}
	}
	return k
}

// published is what is read of a survey: the signed document, the pack, and the tables
// by groups.
type published struct {
	in     tabulate.Input
	basis  *pack.Basis
	signed *release.Document
	sample *result.Sample
	tables []*result.Table
}

func publish(t *testing.T, in tabulate.Input) published {
	t.Helper()
	zip, _ := sealed(t, in)
	files, err := pack.Open(zip)
	if err != nil {
		t.Fatal(err)
	}
	out := published{in: in, basis: &pack.Basis{}}
	if err := json.Unmarshal(files[pack.BasisFile], out.basis); err != nil {
		t.Fatal(err)
	}
	if out.signed, err = release.Parse(files[pack.ReleaseFile]); err != nil {
		t.Fatal(err)
	}
	s, err := in.Columns()
	if err != nil {
		t.Fatal(err)
	}
	if out.sample, err = result.NewSample(s, "s1"); err != nil {
		t.Fatal(err)
	}
	for _, way := range append(ways(), result.Everybody) {
		table, err := out.sample.By(way, least)
		if err != nil {
			t.Fatal(err)
		}
		out.tables = append(out.tables, table)
	}
	return out
}

// item is the attack on the answers to one item.
func (p published) item(t *testing.T, k int) *attack {
	t.Helper()
	of := counted(p.in, func(r tabulate.Response) bool { return slices.Contains(p.in.Items[k].Valid, r.Points[k]) })
	everybody := is(result.Everybody, "")
	if n := p.signed.Result.Sampled.Items[k].Satisfied.N; n > 0 {
		of.know(t, "the signed document", n, everybody)
	}
	for _, table := range p.tables {
		for _, c := range table.Items[k].Cells {
			of.cell(t, c, is(table.Way, c.Category), table.Way)
		}
	}
	if f := p.basis.Sampled; f != nil && len(f.Items[k].Sums) > 1 {
		for c, sums := range f.Items[k].Sums {
			of.know(t, fmt.Sprintf("cell %d of the pack", c), sums.N, in(f.Cells[c]))
		}
	}
	p.crossings(t, k, of)
	return of
}

// crossed are the pairs of ways that can be crossed.
func crossed() [][2]string {
	return [][2]string{{result.Sex, result.Age}, {result.Sex, result.Residence}, {result.Residence, result.Age}}
}

// crossings adds what all crossings of an item show, and seeks every small count by two
// and by three ways, shown or not.
func (p published) crossings(t *testing.T, k int, of *attack) {
	t.Helper()
	for _, pair := range crossed() {
		table, err := p.sample.Cross(p.in.Items[k].ID, pair[0], pair[1], least)
		if err != nil {
			t.Fatal(err)
		}
		if !table.Withheld {
			of.crossed++
		}
		for r, row := range table.Cells {
			for c, cell := range row {
				both := tabulate.Cell{pair[0]: table.Firsts[r], pair[1]: table.Seconds[c]}
				of.know(t, fmt.Sprint("crossing ", both), cell.N, in(both))
				if cell.N > 0 && cell.N < least {
					t.Errorf("item %d: %d people stand in a cell of a crossing: %v", k, cell.N, both)
				}
			}
		}
	}
	seen := map[string]bool{}
	for _, one := range of.places {
		for _, names := range [][]string{{result.Sex, result.Age}, {result.Sex, result.Residence}, {result.Residence, result.Age}, {result.Sex, result.Age, result.Residence}} {
			cell := tabulate.Cell{}
			for _, name := range names {
				cell[name] = []string{one[slices.Index(ways(), name)]}
			}
			name := fmt.Sprint(cell)
			if _, n := of.sum(in(cell)); n > 0 && n < least && !seen[name] {
				seen[name] = true
				of.seek(name, in(cell))
			}
		}
	}
}

func (k *attack) cell(t *testing.T, c result.Cell, of func(person) bool, name string) {
	t.Helper()
	if name += " " + c.Category; c.Hidden == result.Shown {
		k.know(t, name, c.N, of)
	} else {
		k.seek(name, of)
	}
}

// in names the people of a merged cell of the pack.
func in(c tabulate.Cell) func(person) bool {
	return func(p person) bool {
		for variable, names := range c {
			if at := slices.Index(ways(), variable); !slices.Contains(names, p[at]) {
				return false
			}
		}
		return true
	}
}

// people is the attack on how many of each group took part: what the signed document
// says of the margins, and what the tables say beside the index. Only groups of few are
// a secret; others are hidden for what an item would tell.
func (p published) people(t *testing.T) *attack {
	t.Helper()
	of := counted(p.in, func(tabulate.Response) bool { return true })
	of.know(t, "the signed document", p.signed.Result.Sampled.N, is(result.Everybody, ""))
	for _, m := range p.signed.Result.Weighting.Margins {
		for _, c := range m.Cells {
			if c.N > 0 {
				of.know(t, "margin "+m.Variable+" "+c.Category, c.N, is(m.Variable, c.Category))
			}
			if c.Category == "" && c.Total.Known() { // the share of as many people of one weight
				n := float64(c.Total/p.signed.Result.Weighting.Population) * float64(p.signed.Result.Sampled.N)
				of.know(t, "total of margin "+m.Variable, int(math.Round(n)), is(m.Variable, ""))
			}
		}
	}
	for _, table := range p.tables {
		for _, row := range table.Index {
			name, group := "people by "+table.Way+" "+row.Category, is(table.Way, row.Category)
			if row.Hidden == result.Shown {
				of.know(t, name, row.People, group)
			} else if _, n := of.sum(group); n < least {
				of.seek(name, group)
			}
		}
	}
	return of
}

// told tries every hidden count: by two answers to all equations that lie as far apart
// as they can. Both are held to the equations, so that the program needs no trust.
func (k *attack) told(t *testing.T, name string) (tried int) {
	t.Helper()
	program := begin(k.a, k.b)
	for _, one := range k.hidden {
		var ends [2]float64
		for e, sign := range []float64{-1, 1} {
			x := program.most(one.of, sign)
			for i, row := range k.a {
				if math.Abs(product(row, x)-k.b[i]) > 1e-6 || slices.Min(x) < -1e-6 {
					t.Fatalf("%s: the program's answer does not fit what is published", name)
				}
			}
			ends[e] = product(one.of, x)
		}
		tried++
		if ends[1]-ends[0] < least-1e-6 {
			t.Errorf("%s: the hidden %v of %s is told as %.1f to %.1f", name, product(one.of, k.truth), one.name, ends[0], ends[1])
		}
	}
	return tried
}

func product(a, b []float64) (sum float64) {
	for i := range a {
		sum += a[i] * b[i]
	}
	return sum
}

// TestS43NoHiddenCountIsToldByAllTablesOfASurveyAtOnce takes every count that is
// published of a survey for an equation over the same unknown numbers of people: the
// signed document, its margins, the merged cells of the pack, the tables by every way and
// all crossings. What a hidden count may be is as wide as the fewest that are shown, and
// so is any small count by two or three ways, whether or not that table is shown.
func TestS43NoHiddenCountIsToldByAllTablesOfASurveyAtOnce(t *testing.T) {
	if testing.Short() {
		t.Skip("one goroutine drives it")
	}
	t.Parallel()
	tried, open := 0, 0
	for seed := range uint64(12) {
		p := publish(t, surveyed(seed))
		tried += p.people(t).told(t, fmt.Sprintf("survey %d, people", seed))
		for k := range p.in.Items {
			of := p.item(t, k)
			tried, open = tried+of.told(t, fmt.Sprintf("survey %d, item %d", seed, k)), open+of.crossed
		}
	}
	if tried < 600 || open < 30 {
		t.Errorf("%d hidden counts were tried beside %d crossings, want many", tried, open)
	}
}

// TestS43TheSignedDocumentHasNoSmallMarginOrClass: what the weights rest on is counted
// too, and is as small as any cell.
func TestS43TheSignedDocumentHasNoSmallMarginOrClass(t *testing.T) {
	t.Parallel()
	b, err := pack.NewBasis(&tabulate.Ground{Result: &tabulate.Result{}}, nil, least)
	if err != nil {
		t.Fatal(err)
	}
	w := tabulate.Weighting{
		Margins: []tabulate.Margin{
			{Variable: "large", Cells: []tabulate.MarginCell{{Category: "a", N: 10, Total: 50}, {Category: "", N: 90, Total: 450}}},
			{Variable: "small", Cells: []tabulate.MarginCell{{Category: "a", N: 9, Total: 50}, {Category: "b", N: 91, Total: 450}}},
			{Variable: "not known", Cells: []tabulate.MarginCell{{Category: "a", N: 91, Total: 455}, {Category: "", N: 9, Total: 45}}},
		},
		Classes: []tabulate.Class{{Name: "1", Invited: 40, Back: 4, Factor: 10}, {Name: "2", Invited: 40, Back: 12, Factor: 3}, {Name: "3", Invited: 40, Back: 20, Factor: 2}},
	}
	d := &release.Document{Result: &tabulate.Result{Weighting: w}}
	b.Fill(d)
	got, err := json.Marshal(struct{ Margins, Classes any }{d.Result.Weighting.Margins, d.Result.Weighting.Classes})
	if err != nil {
		t.Fatal(err)
	}
	want := `{"Margins":[` +
		`{"variable":"large","source":"","status":"","cells":[{"category":"a","total":50,"n":10},{"category":"","total":450,"n":90}]},` +
		`{"variable":"small","source":"","status":"","cells":[{"category":"a","total":50,"n":0},{"category":"b","total":450,"n":0}]},` +
		`{"variable":"not known","source":"","status":"","cells":[{"category":"a","total":null,"n":0},{"category":"","total":null,"n":0}]}],` +
		`"Classes":[{"name":"1","invited":40,"back":0,"factor":null},{"name":"2","invited":40,"back":0,"factor":null},{"name":"3","invited":40,"back":20,"factor":2}]}`
	if string(got) != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if w.Margins[1].Cells[0].N != 9 || w.Classes[0].Back != 4 {
		t.Error("the result itself was changed")
	}
}
