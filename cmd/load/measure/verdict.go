package measure

import (
	"fmt"
	"slices"
	"strings"
)

// String is a turn in one line.
func (t Turn) String() string {
	var failed []string
	for what, n := range t.Errors {
		failed = append(failed, fmt.Sprintf("%s: %d", what, n))
	}
	slices.Sort(failed)
	return fmt.Sprintf("%-12s %4d  %8.0f/s  p50 %7.2f  p99 %7.2f  p999 %7.2f ms  cpu %6.1f µs  rss %5.0f MiB  %s",
		t.Who, t.Conns, t.Rate, t.P50, t.P99, t.P999, t.CPU, t.Peak, strings.Join(failed, ", "))
}

// median of a figure over the rounds; 0 where nothing was measured.
func median(turns []Turn, who Contender, conns int, figure func(Turn) float64) float64 {
	var all []float64
	for _, t := range turns {
		if t.Who == who && (conns == 0 || t.Conns == conns) {
			all = append(all, figure(t))
		}
	}
	return middle(all)
}

func middle(all []float64) float64 {
	if len(all) == 0 {
		return 0
	}
	slices.Sort(all)
	half := len(all) / 2
	if len(all)%2 == 1 {
		return all[half]
	}
	return (all[half-1] + all[half]) / 2
}

// ratio is the median over the rounds of one contender's figure against
// another's in the same round.
func ratio(turns []Turn, who, against Contender, conns int, figure func(Turn) float64) float64 {
	var all []float64
	for _, a := range turns {
		for _, b := range turns {
			if a.Who == who && b.Who == against && a.Conns == conns && b.Conns == conns && a.Round == b.Round && figure(b) > 0 {
				all = append(all, figure(a)/figure(b))
			}
		}
	}
	return middle(all)
}

// Verdict says how a figure stands.
type Verdict string

// The verdicts.
const (
	Goal  Verdict = "goal"  // reached
	Floor Verdict = "floor" // between floor and goal: a profile must say why
	Under Verdict = "under" // not done
)

// Row is one target and what was measured for it.
type Row struct {
	Key     string  `json:"key"`
	Got     float64 `json:"got"`
	Goal    float64 `json:"goal"`
	Floor   float64 `json:"floor"`
	Most    bool    `json:"at_most"` // the figure must not exceed the goal; else it must reach it
	Verdict Verdict `json:"verdict"`
}

func (r Row) judged() Row {
	reaches := func(limit float64) bool {
		if r.Most {
			return r.Got <= limit
		}
		return r.Got >= limit
	}
	switch {
	case reaches(r.Goal):
		r.Verdict = Goal
	case reaches(r.Floor):
		r.Verdict = Floor
	default:
		r.Verdict = Under
	}
	return r
}

// few and many are the numbers of connections that the targets name.
const (
	few  = 64
	many = 512
)

// The processor time of a submission was set as 30 and 40 µs where the handler
// without database took 9.8: as a ratio it holds on any machine.
const cpuNone, cpuGoal, cpuFloor = 9.8, 30.0, 40.0

// Judge holds the medians against the targets; what was not measured is left
// out.
func Judge(turns []Turn) []Row {
	rate := func(t Turn) float64 { return t.Rate }
	p99 := func(t Turn) float64 { return t.P99 }
	cpu := func(t Turn) float64 { return t.CPU }
	peak := func(t Turn) float64 { return t.Peak }
	var slower float64
	full := ratio(turns, Full, Door, few, rate)
	if full > 0 {
		slower = max(0, 100*(1-full))
	}
	all := []Row{
		{Key: "none64", Got: ratio(turns, Door, None, few, rate), Goal: 0.35, Floor: 0.28},
		{Key: "none512", Got: ratio(turns, Door, None, many, rate), Goal: 0.50, Floor: 0.38},
		{Key: "each64", Got: ratio(turns, Door, Each, few, rate), Goal: 8, Floor: 5},
		{Key: "p99at64", Got: median(turns, Door, few, p99), Goal: 10, Floor: 10, Most: true},
		{Key: "cpu", Got: ratio(turns, Door, None, few, cpu), Goal: cpuGoal / cpuNone, Floor: cpuFloor / cpuNone, Most: true},
		{Key: "memory", Got: worst(turns, Door, peak), Goal: 128, Floor: 128, Most: true},
		{Key: "page64", Got: ratio(turns, Page, None, few, rate), Goal: 0.9, Floor: 0.7},
		{Key: "open", Got: median(turns, Open, 0, p99), Goal: 4, Floor: 20, Most: true},
		{Key: "sealed", Got: ratio(turns, Door, Bare, few, rate), Goal: 0.85, Floor: 0.85},
		{Key: "sealed.cpu", Got: ratio(turns, Door, Bare, few, cpu), Goal: 1.15, Floor: 1.15, Most: true},
		{Key: "memory.stored", Got: worst(turns, Full, peak), Goal: 128, Floor: 128, Most: true},
		{Key: "stored", Got: slower, Goal: 10, Floor: 20, Most: true},
		{Key: "pocketbase64", Got: ratio(turns, Door, PocketBase, few, rate), Goal: 9, Floor: 6.5},
		{Key: "pocketbase512", Got: ratio(turns, Door, PocketBase, many, rate), Goal: 11, Floor: 8},
		{Key: "pocketbase64.p99", Got: ratio(turns, PocketBase, Door, few, p99), Goal: 14, Floor: 8},
		{Key: "pocketbase512.p99", Got: ratio(turns, PocketBase, Door, many, p99), Goal: 20, Floor: 12},
		{Key: "pocketbase.cpu", Got: ratio(turns, PocketBase, Door, few, cpu), Goal: 12, Floor: 9},
	}
	var out []Row
	for _, r := range all {
		if r.Got != 0 || r.Key == "stored" && full > 0 {
			out = append(out, r.judged())
		}
	}
	return out
}

func worst(turns []Turn, who Contender, figure func(Turn) float64) float64 {
	most := 0.0
	for _, t := range turns {
		if t.Who == who {
			most = max(most, figure(t))
		}
	}
	return most
}
