package quality_test

import (
	"fmt"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"minyi/survey/quality"
)

// measures are the sums behind the table of targets.
type measures struct {
	positive, negative map[string][]float64 // scores by kind
	flagged, count     map[string]float64
	before, after      float64 // bias of attacked units, coached left out
	clean, cleanUnits  float64
	unitHit, unitMiss  []float64
	auc                map[string][]float64 // per survey
	caught             []float64            // true positives at 1 % false positives, per survey
}

func newMeasures() *measures {
	return &measures{
		positive: map[string][]float64{}, negative: map[string][]float64{},
		flagged: map[string]float64{}, count: map[string]float64{}, auc: map[string][]float64{},
	}
}

func attackKinds() []string {
	return []string{"staff", "staff on mobile data", "proxy", "bot", "copy", "coached"}
}

// area under the ROC curve, ties counted half.
func area(positive, negative []float64) float64 {
	if len(positive) == 0 || len(negative) == 0 {
		return math.NaN()
	}
	n := slices.Clone(negative)
	slices.Sort(n)
	var sum float64
	for _, x := range positive {
		lo, _ := slices.BinarySearch(n, x)
		hi, _ := slices.BinarySearch(n, math.Nextafter(x, math.Inf(1)))
		sum += float64(lo) + float64(hi-lo)/2
	}
	return sum / float64(len(positive)) / float64(len(n))
}

func average(x []float64) float64 {
	var sum, n float64
	for _, v := range x {
		if !math.IsNaN(v) {
			sum += v
			n++
		}
	}
	return sum / n
}

// add reviews one made-up survey.
func (m *measures) add(tb testing.TB, seed uint64, heavy bool) {
	tb.Helper()
	s, labels, w := makeSurvey(seed, heavy)
	report, err := quality.Review(s)
	if err != nil {
		tb.Fatal(err)
	}
	score := map[string][]float64{}
	var honest, attacks []float64
	for i, f := range report.Findings {
		label := labels[i]
		score[label] = append(score[label], f.Score)
		m.count[label]++
		if f.Flag {
			m.flagged[label]++
		}
		if math.IsNaN(f.Score) || math.IsInf(f.Score, 0) || f.ID != s.Responses[i].ID {
			tb.Fatalf("seed %d: response %s has score %v", seed, f.ID, f.Score)
		}
		switch {
		case !slices.Contains(attackKinds(), label):
			honest = append(honest, f.Score)
		case label != "coached":
			attacks = append(attacks, f.Score)
		}
	}
	m.auc["all"] = append(m.auc["all"], area(attacks, honest))
	for _, kind := range attackKinds() {
		m.auc[kind] = append(m.auc[kind], area(score[kind], honest))
	}
	m.auc["all staff"] = append(m.auc["all staff"], area(append(score["staff"], score["staff on mobile data"]...), honest))
	slices.Sort(honest)
	limit := honest[len(honest)*99/100]
	caught := 0.0
	for _, x := range attacks {
		if x > limit {
			caught++
		}
	}
	if len(attacks) > 0 {
		m.caught = append(m.caught, caught/float64(len(attacks)))
	}
	m.addUnits(s, labels, w, report)
}

// addUnits takes biases (mean of the items worded towards the top) and alarms.
func (m *measures) addUnits(s *quality.Survey, labels []string, w *world, report *quality.Report) {
	var hit, miss []float64
	for u, p := range w.units {
		var all, honest, kept [2]float64
		for i, x := range s.Responses {
			if x.Unit != p.code {
				continue
			}
			var sum, n float64
			for j, v := range x.Answers {
				if v > 0 && !w.reversed[j] {
					sum += float64(v)
					n++
				}
			}
			if n == 0 {
				continue
			}
			add := func(to *[2]float64) { to[0], to[1] = to[0]+sum/n, to[1]+1 }
			add(&all)
			if !slices.Contains(attackKinds(), labels[i]) {
				add(&honest)
			}
			if !report.Findings[i].Flag {
				add(&kept)
			}
		}
		truth := honest[0] / honest[1]
		switch p.attack {
		case "":
			m.clean += math.Abs(kept[0]/kept[1] - truth)
			m.cleanUnits++
			miss = append(miss, report.Units[u].Score)
		case "coached":
			hit = append(hit, report.Units[u].Score)
		default:
			m.before += math.Abs(all[0]/all[1] - truth)
			m.after += math.Abs(kept[0]/kept[1] - truth)
			hit = append(hit, report.Units[u].Score)
		}
	}
	m.unitHit, m.unitMiss = append(m.unitHit, hit...), append(m.unitMiss, miss...)
	m.auc["unit"] = append(m.auc["unit"], area(hit, miss))
}

// rate is the share of flagged responses of the kinds.
func (m *measures) rate(kinds ...string) float64 {
	var flagged, count float64
	for _, k := range kinds {
		flagged += m.flagged[k]
		count += m.count[k]
	}
	return flagged / count
}

func (m *measures) honestRate() float64 {
	return m.rate("honest", "delighted", "household", "kiosk", "assisted", "office", "village")
}

// table prints the measures beside their targets.
func (m *measures) table() string {
	var b strings.Builder
	row := func(name string, got float64, target string) {
		fmt.Fprintf(&b, "%-34s %7.4f  %s\n", name, got, target)
	}
	row("AUC, all but coached", average(m.auc["all"]), ">= .97")
	for _, k := range []string{"all staff", "staff", "staff on mobile data", "proxy", "bot", "copy", "coached"} {
		target, named := map[string]string{"copy": ">= .80", "coached": ">= .90", "staff": "", "staff on mobile data": ""}[k]
		if !named {
			target = ">= .98"
		}
		row("AUC, "+k, average(m.auc[k]), target)
	}
	row("true positives at 1 % false", average(m.caught), ">= .80 mild, .75 heavy")
	row("flagged, all honest together", m.honestRate(), "<= .02")
	for _, k := range []string{"honest", "kiosk", "office", "assisted", "household", "delighted", "village"} {
		row("flagged, "+k, m.rate(k), map[string]string{"household": "<= .05", "delighted": "<= .03 (.10 heavy)", "village": "none set", "honest": ""}[k]+map[bool]string{true: "<= .03"}[k == "kiosk" || k == "office" || k == "assisted"])
	}
	for _, k := range attackKinds() {
		row("flagged, "+k, m.rate(k), "")
	}
	row("bias left in attacked units", m.after/m.before, "<= .30")
	row("bias of clean units", m.clean/m.cleanUnits, "<= .006")
	row("AUC of the unit alarm", average(m.auc["unit"]), ">= .95")
	return b.String()
}

// The seeds: the rules were tuned on the first, and are reported on the second.
const (
	tuningSeed  = 1
	heldOutSeed = 100001
)

// BenchmarkTargets prints the table of targets, measured on surveys that no rule
// was tuned on: go test -run xxx -bench Targets -benchtime 1x ./survey/quality.
// MINYI_QUALITY_SURVEYS sets how many (40), MINYI_QUALITY_SEED the first seed.
func BenchmarkTargets(b *testing.B) {
	surveys, first := 40, heldOutSeed
	if n, err := strconv.Atoi(os.Getenv("MINYI_QUALITY_SURVEYS")); err == nil {
		surveys = n
	}
	if n, err := strconv.Atoi(os.Getenv("MINYI_QUALITY_SEED")); err == nil {
		first = n
	}
	for b.Loop() {
		for _, heavy := range []bool{false, true} {
			m := newMeasures()
			for k := range surveys {
				m.add(b, uint64(first+k), heavy)
			}
			fmt.Printf("\n%d surveys from seed %d, heavy attack: %v\n%s", surveys, first, heavy, m.table())
		}
	}
}
