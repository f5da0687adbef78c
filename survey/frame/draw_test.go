package frame_test

import (
	"errors"
	"fmt"
	"math"
	"reflect"
	"strings"
	"testing"

	"minyi/indicators/fault"
	"minyi/survey/frame"
)

func villages(t *testing.T) frame.Frame {
	t.Helper()
	var b strings.Builder
	b.WriteString("stratum,psu,size\n")
	for i := range 40 {
		fmt.Fprintf(&b, "rural,v%02d,%d\n", i, 100+37*i)
	}
	for i := range 25 {
		fmt.Fprintf(&b, "urban,c%02d,%d\n", i, 4000-100*i)
	}
	f, err := frame.ReadCSV(strings.NewReader(b.String()))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestDrawIsReproducibleFromSeedAndFrame(t *testing.T) {
	t.Parallel()
	f := villages(t)
	plan := frame.Plan{Seed: 2020, Links: 400, PerPSU: 10}
	a, err := f.Draw(plan)
	if err != nil {
		t.Fatal(err)
	}
	b, err := f.Draw(plan)
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(a, b) {
		t.Error("two draws with one seed differ")
	}
	plan.Seed++
	if c, err := f.Draw(plan); err != nil || reflect.DeepEqual(a.Strata, c.Strata) {
		t.Errorf("another seed: got the same sample, %v", err)
	}
	if a.FrameHash != f.Hash() {
		t.Errorf("frame hash: got %s, want %s", a.FrameHash, f.Hash())
	}
}

func TestDrawAllocatesByPopulationAndKeepsTheCounts(t *testing.T) {
	t.Parallel()
	f := villages(t)
	s, err := f.Draw(frame.Plan{Seed: 1, Links: 400, PerPSU: 10})
	if err != nil {
		t.Fatal(err)
	}
	for _, h := range s.Strata {
		hits, links := 0, 0
		for _, p := range h.PSUs {
			hits, links = hits+p.Hits, links+p.Links
		}
		if hits != h.Drawings || links != h.Links || links != 10*hits {
			t.Errorf("%s: got %d hits and %d links, want %d and %d", h.Name, hits, links, h.Drawings, h.Links)
		}
		want := float64(s.Links()) * float64(h.Population) / float64(f.Population())
		if math.Abs(float64(h.Links)-want) > 10 {
			t.Errorf("%s: got %d links, want about %.1f", h.Name, h.Links, want)
		}
	}
}

// Madow's inclusion probability is drawings*size/population for every PSU; over
// 20,000 seeds the mean number of hits has a standard error below 0.0036.
func TestDrawIsProportionalToSize(t *testing.T) {
	t.Parallel()
	f, err := frame.ReadCSV(strings.NewReader("stratum,psu,size\nr,a,10\nr,b,20\nr,c,30\nr,d,140\n"))
	if err != nil {
		t.Fatal(err)
	}
	const runs = 20_000
	hits := map[string]int{}
	for seed := range uint64(runs) {
		s, err := f.Draw(frame.Plan{Seed: seed, Links: 3, PerPSU: 1})
		if errors.Is(err, fault.New(fault.Invalid, "draw.lonely")) {
			hits["d"] += 3 // all three drawings fell on the largest: refused for want of a variance
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range s.Strata[0].PSUs {
			hits[p.Code] += p.Hits
		}
	}
	for code, size := range map[string]float64{"a": 10, "b": 20, "c": 30, "d": 140} {
		got, want := float64(hits[code])/runs, 3*size/200
		if math.Abs(got-want) > 5*0.0036 {
			t.Errorf("%s: got %.4f hits a draw, want %.4f", code, got, want)
		}
	}
}

func TestDrawRefusesWhatCannotBeEstimated(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		csv  string
		plan frame.Plan
		code string
	}{
		"one PSU in a stratum":    {"stratum,psu,size\na,p1,10\nb,p2,10\nb,p3,10\n", frame.Plan{Links: 4, PerPSU: 1}, "draw.lonely"},
		"a PSU too small":         {"stratum,psu,size\na,p1,10\na,p2,3\n", frame.Plan{Links: 4, PerPSU: 4}, "draw.small"},
		"no links":                {"stratum,psu,size\na,p1,10\na,p2,10\n", frame.Plan{PerPSU: 1}, "draw.links"},
		"none a PSU":              {"stratum,psu,size\na,p1,10\na,p2,10\n", frame.Plan{Links: 1}, "draw.perpsu"},
		"more links than people":  {"stratum,psu,size\na,p1,10\na,p2,10\n", frame.Plan{Links: 30, PerPSU: 5}, "draw.links"},
		"too many for one survey": {"stratum,psu,size\na,p1,10\na,p2,10\n", frame.Plan{Links: frame.MaxLinks + 1, PerPSU: 5}, "draw.links"},
	}
	for name, c := range cases {
		f, err := frame.ReadCSV(strings.NewReader(c.csv))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := f.Draw(c.plan); !errors.Is(err, fault.New(fault.Invalid, c.code)) {
			t.Errorf("%s: got %v, want %s", name, err, c.code)
		}
	}
}
