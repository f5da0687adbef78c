package frame_test

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"minyi/indicators/fault"
	"minyi/survey/frame"
)

// town is a small frame: one stratum of PSUs of different sizes.
func town(t *testing.T, rows ...string) frame.Frame {
	t.Helper()
	f, err := frame.ReadCSV(strings.NewReader("stratum,psu,size\n" + strings.Join(rows, "\n") + "\n"))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// chiSquare is the sum of (seen-want)²/want.
func chiSquare(seen map[string]int, want map[string]float64) (sum float64) {
	for key, w := range want {
		sum += (float64(seen[key]) - w) * (float64(seen[key]) - w) / w
	}
	return sum
}

// Critical values of chi-square at 0.1 %, from R 4.2.2: qchisq(0.999, c(5, 9)).
const (
	chi5 = 20.51501
	chi9 = 27.87716
)

// Over many seeds PSUs come as often as First says. The draw is of few from many, so
// that the numbers of hits are nearly independent; what is left makes the statistic
// smaller, not larger.
func TestPSUsAreDrawnAsOftenAsTheirChanceSays(t *testing.T) {
	t.Parallel()
	f := town(t, "r,a,10", "r,b,20", "r,c,30", "r,d,40", "r,e,50", "r,f,60")
	for _, how := range frame.Selections() {
		const runs = 12_000
		seen, want := map[string]int{}, map[string]float64{}
		for seed := range uint64(runs) {
			s, err := f.Draw(frame.Plan{Seed: seed, Links: 4, PerPSU: 2, Selection: how})
			if err != nil {
				t.Fatal(err)
			}
			h := s.Strata[0]
			for _, p := range h.PSUs {
				seen[p.Code] += p.Hits
			}
			for _, p := range f.Strata[0].PSUs {
				c := h.First(frame.DrawnPSU{PSU: p})
				want[p.Code] = runs * float64(c.Part) / float64(c.Whole)
			}
		}
		if got := chiSquare(seen, want); got > chi5 {
			t.Errorf("%q: chi-square %.1f, want below %.1f: %v against %v", how, got, chi5, seen, want)
		}
	}
}

// Everybody of a list is as likely as Person says: PSUs by size with a fixed take
// give all of a stratum the same chance, equal chances of PSUs do not.
func TestPeopleAreDrawnAsOftenAsTheirChanceSays(t *testing.T) {
	t.Parallel()
	sizes := []int{10, 20, 30}
	f := town(t, "r,p0,10", "r,p1,20", "r,p2,30")
	f.People = &frame.People{Count: 60, Hash: "x"}
	for _, how := range frame.Selections() {
		const runs, take = 8_000, 5
		seen, want := map[string]int{}, map[string]float64{}
		for seed := range uint64(runs) {
			s, err := f.Draw(frame.Plan{Seed: seed, Links: 2 * take, PerPSU: take, Selection: how})
			if errors.Is(err, fault.New(fault.Invalid, "draw.lonely")) {
				seen["p2/0"] += 0 // both drawings on the largest: no variance, refused
				continue
			}
			if err != nil {
				t.Fatal(err)
			}
			for _, p := range s.Strata[0].PSUs {
				order := frame.Order(s.FrameHash, seed, "r", p.Code, int(p.Size))
				for _, k := range order[:p.Links] {
					seen[fmt.Sprintf("%s/%d", p.Code, k*10/int(p.Size))]++ // by tenths of the PSU's list
				}
				c := s.Strata[0].Person(p)
				if how == frame.SRS {
					want[p.Code] = runs * float64(c.Part) / float64(c.Whole)
				}
			}
		}
		for i, size := range sizes {
			code := fmt.Sprintf("p%d", i)
			total, tenths := 0, map[string]float64{}
			for k := range 10 {
				total += seen[fmt.Sprintf("%s/%d", code, k)]
			}
			for k := range 10 {
				tenths[fmt.Sprintf("%s/%d", code, k)] = float64(total) / 10
			}
			if got := chiSquare(seen, tenths); got > chi9 {
				t.Errorf("%q %s: chi-square %.1f over the list, want below %.1f", how, code, got, chi9)
			}
			if w := want[code]; how == frame.SRS && math.Abs(float64(total)/float64(size)-w) > 4*math.Sqrt(w) {
				t.Errorf("%s: a person came %.0f times, want %.0f", code, float64(total)/float64(size), w)
			}
		}
	}
}

// A list without PSUs is drawn in random groups; everybody has n/N.
func TestAListWithoutPSUsIsDrawnInGroups(t *testing.T) {
	t.Parallel()
	f := frame.Frame{
		Strata: []frame.Stratum{{Name: "a", PSUs: []frame.PSU{{Size: 400}}}, {Name: "b", PSUs: []frame.PSU{{Size: 100}}}},
		People: &frame.People{Count: 500, Hash: "x", Flat: true},
	}
	s, err := f.Draw(frame.Plan{Seed: 3, Links: 200, PerPSU: 20, Reserve: 5})
	if err != nil {
		t.Fatal(err)
	}
	if a := s.Strata[0]; a.Links != 160 || len(a.PSUs) != 8 || a.PSUs[7].Code != "G008" || s.Chance("a", "G001") != frame.NewChance(160, 400) {
		t.Errorf("got %+v, chance %v", a, s.Chance("a", "G001"))
	}
	if !f.Redraws(s) {
		t.Error("the draw cannot be redone")
	}
	if _, err := f.Draw(frame.Plan{Links: 200, PerPSU: 4}); !errors.Is(err, fault.New(fault.Invalid, "draw.few")) {
		t.Errorf("groups of 4: got %v, want draw.few", err)
	}
	if _, err := f.Draw(frame.Plan{Links: 480, PerPSU: 20, Reserve: 5}); !errors.Is(err, fault.New(fault.Invalid, "draw.room")) {
		t.Errorf("no room for the reserve: got %v, want draw.room", err)
	}
}

// The allocations are those of stats/sample, whose tests have R's numbers; here a
// case that can be done by hand: 40 drawings over 1,000, 2,000 and 5,000 people.
func TestAllotSpreadsAsThePlanSays(t *testing.T) {
	t.Parallel()
	var rows []string
	for name, total := range map[string]int{"a": 1000, "b": 2000, "c": 5000} {
		for i := range 50 {
			rows = append(rows, fmt.Sprintf("%s,%s%02d,%d", name, name, i, total/50))
		}
	}
	f := town(t, rows...)
	cases := map[string]struct {
		plan frame.Plan
		want string
	}{
		"proportional": {frame.Plan{}, "[5 10 25]"},
		"equal":        {frame.Plan{Split: frame.Equal}, "[14 13 13]"},
		"Neyman, sd of 0.3, 0.5, 0.5": {
			frame.Plan{Split: frame.Neyman, Expected: map[string]int{"a": 10, "b": 50, "c": 50}}, "[3 11 26]", // 300 : 1000 : 2500
		},
		"square root":           {frame.Plan{Split: frame.Power, Power: 50}, "[9 12 19]"}, // 31.6 : 44.7 : 70.7
		"exponent 0 is equal":   {frame.Plan{Split: frame.Power}, "[14 13 13]"},
		"a floor of 80 links":   {frame.Plan{Floor: 80}, "[8 10 22]"}, // 8 each, then up to the share of 10, the rest to the last
		"PSUs of equal chances": {frame.Plan{Selection: frame.SRS}, "[5 10 25]"},
	}
	for name, c := range cases {
		c.plan.Links, c.plan.PerPSU = 400, 10
		got, err := f.Allot(c.plan)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		n, total := []int{}, 0
		for _, one := range got {
			n, total = append(n, one.Drawings), total+one.Links
		}
		if fmt.Sprint(n) != c.want || total != 400 {
			t.Errorf("%s: got %v, want %s", name, n, c.want)
		}
	}
}

func TestEachDomainHasItsOwnSize(t *testing.T) {
	t.Parallel()
	f := town(t, "x1,a,500", "x1,b,500", "x2,c,900", "x2,d,900", "y1,e,5000", "y1,f,5000")
	for i := range f.Strata {
		f.Strata[i].Domain = f.Strata[i].Name[:1]
	}
	s, err := f.Draw(frame.Plan{Seed: 1, PerPSU: 10, Domains: map[string]int{"x": 100, "y": 40}})
	if err != nil {
		t.Fatal(err)
	}
	if got := s.Strata[0].Links + s.Strata[1].Links; got != 100 || s.Strata[2].Links != 40 {
		t.Errorf("got %d and %d, want 100 and 40", got, s.Strata[2].Links)
	}
	if _, err := f.Draw(frame.Plan{PerPSU: 10, Domains: map[string]int{"x": 100}}); !errors.Is(err, fault.New(fault.Invalid, "draw.domain")) {
		t.Errorf("a domain without a size: got %v, want draw.domain", err)
	}
}

// With equal chances of PSUs a person's chance is (m/M)·(links/size), exactly; the
// weights of all who are drawn then add up to the population in the mean.
func TestWeightsOfEqualChancesAddUpInTheMean(t *testing.T) {
	t.Parallel()
	f := town(t, "r,a,10", "r,b,20", "r,c,30", "r,d,40")
	sum, runs := 0.0, 6000
	for seed := range uint64(runs) {
		s, err := f.Draw(frame.Plan{Seed: seed, Links: 10, PerPSU: 5, Selection: frame.SRS})
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range s.Strata[0].PSUs {
			c := s.Chance("r", p.Code)
			if want := frame.NewChance(2*5, 4*p.Size); c != want {
				t.Fatalf("%s: got %v, want %v", p.Code, c, want)
			}
			sum += float64(p.Links) * float64(c.Whole) / float64(c.Part)
		}
	}
	// The population is 100; a draw's sum has a standard deviation of 25.8, the mean's is 0.33.
	if got := sum / float64(runs); math.Abs(got-100) > 4*0.34 {
		t.Errorf("got %.2f, want 100", got)
	}
}

func TestTheReserveIsReleasedInOrderAndKeepsChancesEqual(t *testing.T) {
	t.Parallel()
	f := villages(t)
	s, err := f.Draw(frame.Plan{Seed: 9, Links: 400, PerPSU: 10, Reserve: 8})
	if err != nil {
		t.Fatal(err)
	}
	before := s.Links()
	issues, err := s.Release(frame.Wave{Stratum: "rural", Each: 5}, true)
	if err != nil {
		t.Fatal(err)
	}
	links := 0
	for _, one := range issues {
		links += one.Links
	}
	rural, _ := s.Stratum("rural")
	if links != 5*rural.Drawings || s.Links() != before+links || rural.Spare != 3 || s.Waves[0].Links != links {
		t.Errorf("got %d links, %+v", links, s.Waves)
	}
	if got, want := s.Chance("rural", rural.PSUs[0].Code), frame.NewChance(int64(15*rural.Drawings), rural.Population); got != want {
		t.Errorf("chance: got %v, want %v", got, want)
	}
	for name, w := range map[string]frame.Wave{
		"reserve.none": {Stratum: "rural", Each: 4}, "reserve.unknown": {Stratum: "sea", Each: 1}, "draw.few": {Stratum: "urban", Each: 4},
	} {
		if _, err := s.Release(w, true); !errors.Is(err, fault.New(fault.Invalid, name)) {
			t.Errorf("got %v, want %s", err, name)
		}
	}
	if !f.Redraws(s) {
		t.Error("the sample with its released reserve cannot be redone")
	}
	s.Strata[0].PSUs[0].Code = "another"
	if f.Redraws(s) {
		t.Error("a changed PSU passes the check")
	}
}

// The seed follows from three things that are open; the value was made by
// printf 'minyi/seed/v1\nf\np\n07 11' | sha256sum (coreutils 9.1).
func TestTheSeedIsThatOfTheAnnouncement(t *testing.T) {
	t.Parallel()
	if got, want := frame.SeedOf("f", "p", "07 11"), uint64(0x10f1c39e8fb96563); got != want {
		t.Errorf("got %#x, want %#x", got, want)
	}
	a, b := frame.Plan{Links: 5, PerPSU: 1}, frame.Plan{Links: 5, PerPSU: 1, Seed: 9, Number: "x"}
	if a.Digest() != b.Digest() || a.Digest() == (frame.Plan{Links: 6, PerPSU: 1}).Digest() {
		t.Error("the digest is that of the plan without seed and number")
	}
}

// Sizes by the formulas that stats/sample cites (its tests have R's numbers), with
// the design effect 1 + 9·0.02 = 1.18 and half of the links answered:
// margin: z²·0.16·1.18/0.03² = 805.9, of 100,000 people 799.4;
// threshold: 1.18·((1.6449·0.4 + 0.8416·0.3571)/0.05)² = 433.0;
// budget: 100,000/(500 + 10·50) = 100 PSUs; cheapest take √(500/50·0.98/0.02) = 22.
func TestTargetsGiveTheSizesOfTheirFormulas(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		change func(*frame.Target)
		people int64
		want   string // answers, links, PSUs, per PSU
	}{
		"margin":    {func(*frame.Target) {}, 100_000, "800 1600 80 20"},
		"threshold": {func(g *frame.Target) { g.Goal, g.Expected = frame.ForThreshold, 8500 }, 0, "434 880 44 20"},
		"budget": {func(g *frame.Target) {
			g.Goal, g.Budget, g.PerPSU, g.PerAnswer = frame.ForBudget, 100_000, 500, 50
		}, 1_000_000, "1000 2000 100 20"},
		"budget, cheapest": {func(g *frame.Target) {
			g.Goal, g.Budget, g.PerPSU, g.PerAnswer, g.Take = frame.ForBudget, 100_000, 500, 50, 0
		}, 1_000_000, "1364 2728 62 44"},
		"given": {func(g *frame.Target) { g.Goal = frame.AsGiven }, 1_000_000, "400 800 40 20"},
	}
	for name, c := range cases {
		target := frame.UsualTarget()
		c.change(&target)
		size, err := target.Size(c.people)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got := fmt.Sprintf("%d %d %d %d", size.Answers, size.Links, size.PSUs, size.PerPSU); got != c.want {
			t.Errorf("%s: got %s, want %s", name, got, c.want)
		}
	}
}

// A decision either way needs at least what each side alone needs.
func TestADecisionNeedsTheLargerOfItsSides(t *testing.T) {
	t.Parallel()
	target := frame.UsualTarget()
	target.Goal, target.Expected, target.Low = frame.ForDecision, 8400, 7700
	both, err := target.Size(0)
	if err != nil {
		t.Fatal(err)
	}
	target.Expected = 8300
	closer, err := target.Size(0)
	if err != nil {
		t.Fatal(err)
	}
	if both.Answers < 1000 || closer.Answers < both.Answers {
		t.Errorf("got %d, and %d for a share closer to the threshold", both.Answers, closer.Answers)
	}
}

func TestTargetsOutOfRangeAreRefusedAtTheirField(t *testing.T) {
	t.Parallel()
	for want, change := range map[string]func(*frame.Target){
		"target.goal (goal)":       func(g *frame.Target) { g.Goal = "none" },
		"target.share (margin)":    func(g *frame.Target) { g.Margin = 0 },
		"target.share (response)":  func(g *frame.Target) { g.Response = 0 },
		"target.above (expected)":  func(g *frame.Target) { g.Goal = frame.ForThreshold },
		"target.below (low)":       func(g *frame.Target) { g.Goal, g.Expected, g.Low = frame.ForDecision, 8500, 8000 },
		"target.take (take)":       func(g *frame.Target) { g.Take = 0 },
		"target.answers (answers)": func(g *frame.Target) { g.Goal, g.Answers = frame.AsGiven, 0 },
		"target.toomany (goal)":    func(g *frame.Target) { g.Margin = 10 },
		"target.money (cost_psu)":  func(g *frame.Target) { g.Goal, g.Budget, g.PerAnswer = frame.ForBudget, 10, 10 },
		"target.never (goal)":      func(g *frame.Target) { g.Goal, g.Budget, g.PerPSU, g.PerAnswer = frame.ForBudget, 10, 10, 10 },
	} {
		target := frame.UsualTarget()
		change(&target)
		if _, err := target.Size(3000); err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}
