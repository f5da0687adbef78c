package tabulate_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"minyi/survey/frame"
	"minyi/survey/tabulate"
)

const (
	benchItems  = 12
	benchStrata = 81
	benchPSUs   = 40 // of a stratum
)

// made is a survey of n people, made up from a seed, as columns: 12 items from 1 to
// 5 with 不清楚 and 不想回答, 81 strata of 40 PSUs, three margins, some insiders.
func made(n int) tabulate.Survey {
	chance := rand.New(rand.NewPCG(uint64(n), 12))
	s := tabulate.Survey{Population: 7_000_000, Margins: []frame.Margin{
		margin(frame.Sex, frame.Cell{Category: "male", Parts: 51}, frame.Cell{Category: "female", Parts: 49}),
		margin(frame.Residence, frame.Cell{Category: "town", Parts: 65}, frame.Cell{Category: "village", Parts: 35}),
		margin(frame.Age, frame.Cell{Category: "15-59", Parts: 83}, frame.Cell{Category: "60+", Parts: 17}),
	}}
	p := &s.Sampled
	p.N = n
	for h := range benchStrata {
		for u := range benchPSUs {
			p.Units = append(p.Units, tabulate.Unit{Stratum: fmt.Sprint(h), PSU: fmt.Sprint(u), Weight: 3 + float64(h%7)})
		}
	}
	column := func(size int) []uint8 {
		out := make([]uint8, n)
		for i := range out {
			out[i] = uint8(chance.IntN(size))
		}
		return out
	}
	p.Sex = tabulate.Category{Code: column(2), Names: []string{"male", "female"}}
	p.Residence = tabulate.Category{Code: column(2), Names: []string{"town", "village"}}
	p.Age = tabulate.Category{Code: column(3), Names: []string{"15-59", "60+", ""}}
	for k := range benchItems {
		s.Items = append(s.Items, scale(fmt.Sprintf("q%02d", k)))
		p.Points = append(p.Points, tabulate.Points{Code: column(8), Of: []int{1, 2, 3, 4, 5, 98, 99, 0}})
	}
	p.Insider, p.Of = make([]bool, n), make([]int32, n)
	for i := range n {
		p.Insider[i], p.Of[i] = chance.IntN(50) == 0, int32(chance.IntN(len(p.Units)))
	}
	return s
}

// BenchmarkTabulate makes all tables of 100,000 and of 1,000,000 people, with and
// without those who work for the body, from columns. What bounds it: a third of the
// processor time is dealing out and adding up the rows (stats/design), a sixth the
// intervals of Korn and Graubard, which do not grow, a sixth the two composites' values
// person by person.
func BenchmarkTabulate(b *testing.B) {
	for _, n := range []int{100_000, 1_000_000} {
		s := made(n)
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := s.Tabulate(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// Columns say what the same people say one by one, whatever the order of people.
func TestColumnsSayWhatPeopleSay(t *testing.T) {
	if testing.Short() {
		t.Skip("one goroutine drives it")
	}
	t.Parallel()
	const n = 5000
	s := made(n)
	in := tabulate.Input{Items: s.Items, Population: s.Population, Margins: s.Margins, Fieldwork: tabulate.Fieldwork{Invited: 2 * n, Complete: n}}
	s.Fieldwork = in.Fieldwork
	p := &s.Sampled
	for i := range n {
		unit := p.Units[p.Of[i]]
		one := tabulate.Response{
			Stratum: unit.Stratum, PSU: unit.PSU, Weight: unit.Weight, Insider: p.Insider[i],
			Sex: p.Sex.Names[p.Sex.Code[i]], Residence: p.Residence.Names[p.Residence.Code[i]], Age: p.Age.Names[p.Age.Code[i]],
		}
		for _, item := range p.Points {
			one.Points = append(one.Points, item.Of[item.Code[i]])
		}
		in.Sampled = append(in.Sampled, one)
	}
	columns, err := s.Tabulate()
	if err != nil {
		t.Fatal(err)
	}
	want := text(t, columns)
	if columns.WithoutInsiders == nil || columns.Weighting.Margins == nil {
		t.Fatal("got no table without insiders, or no margins")
	}
	if got := text(t, run(t, in)); got != want {
		t.Errorf("people one by one: got\n%s\nwant\n%s", got, want)
	}
	slices.Reverse(in.Sampled)
	if got := text(t, run(t, in)); got != want {
		t.Errorf("in the other order: got\n%s\nwant\n%s", got, want)
	}
}

// Columns that do not fit the people are refused.
func TestColumnsThatDoNotFitAreRefused(t *testing.T) {
	t.Parallel()
	for name, spoil := range map[string]func(p *tabulate.Sheets){
		"an item too few":      func(p *tabulate.Sheets) { p.Points = p.Points[1:] },
		"a short item":         func(p *tabulate.Sheets) { p.Points[0].Code = p.Points[0].Code[1:] },
		"too many codes":       func(p *tabulate.Sheets) { p.Points[0].Of = make([]int, 256) },
		"a short category":     func(p *tabulate.Sheets) { p.Age.Code = nil },
		"a short mark":         func(p *tabulate.Sheets) { p.Insider = nil },
		"people of no unit":    func(p *tabulate.Sheets) { p.Of = p.Of[1:] },
		"a unit that is not":   func(p *tabulate.Sheets) { p.Of[3] = int32(len(p.Units)) },
		"a unit below nothing": func(p *tabulate.Sheets) { p.Of[3] = -1 },
	} {
		s := made(50)
		spoil(&s.Sampled)
		if _, err := s.Tabulate(); err == nil {
			t.Errorf("%s: got no error", name)
		}
	}
}
