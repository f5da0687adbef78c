package analysis_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"strconv"
	"testing"

	"minyi/stats/analysis"
)

// The yardstick job: n respondents of 27 areas, three strata an area with 40
// PSUs each, design weights; calibrated by the raking distance to four margins
// (27, 6, 2 and 5 categories); for every area and each of 12 items the share
// satisfied with its linearized (GREG) standard error and interval.
//
// What bounds it (profile of 1,000,000 rows, one process on two cores): half of
// the time goes into cutting the CSV text (71 MB) into cells and looking them
// up, a tenth each into reading the weights and numbering PSUs; each of the 12
// items then costs two passes over compact columns, bound by scattered adds into
// tables of 3,240 PSUs and 1,620 cells by 27 areas. The solve is nothing.
const (
	bigAreas, bigTypes, bigPSUs, bigItems = 27, 3, 40, 12
	bigSeed                               = 20200915
)

// bigSurvey writes the data as CSV text.
func bigSurvey(n int) []byte {
	source := rand.New(rand.NewPCG(bigSeed, 1))
	out := append([]byte{}, "id,area,stratum,psu,w,age,sex,edu"...)
	for k := range bigItems {
		out = fmt.Appendf(out, ",q%d", k+1)
	}
	for i := range n {
		area, kind, psu := source.IntN(bigAreas), source.IntN(bigTypes), source.IntN(bigPSUs)
		mood := 3 + 0.4*float64(area%5-2) + 0.3*float64(psu%3-1)
		out = fmt.Appendf(out, "\n%d,A%02d,S%02d,P%04d,%.8f,g%d,%c,e%d", i+1, area+1, area*bigTypes+kind+1,
			(area*bigTypes+kind)*bigPSUs+psu+1, 5+40*source.Float64(), source.IntN(6), "FM"[source.IntN(2)], source.IntN(5))
		for range bigItems {
			out = append(out, ',')
			switch draw := source.Float64(); {
			case draw < 0.03:
				out = append(out, '9')
			case draw > 0.02 && draw < 0.05:
			default:
				point := min(5, max(1, int(mood+source.NormFloat64()+0.5)))
				out = strconv.AppendInt(out, int64(point), 10)
			}
		}
	}
	return append(out, '\n')
}

// bigAnalysis writes the analysis file. The totals lean away from the sample a
// little, so that the calibration has something to do.
func bigAnalysis(n int) []byte {
	levels := map[string][]string{"age": nil, "sex": {"F", "M"}, "edu": nil, "area": nil}
	for k := range 6 {
		levels["age"] = append(levels["age"], fmt.Sprintf("g%d", k))
	}
	for k := range 5 {
		levels["edu"] = append(levels["edu"], fmt.Sprintf("e%d", k))
	}
	for k := range bigAreas {
		levels["area"] = append(levels["area"], fmt.Sprintf("A%02d", k+1))
	}
	population := 25 * float64(n)
	columns := map[string]any{"w": column("number"), "stratum": column("string"), "psu": column("string")}
	totals := map[string]float64{"(Intercept)": population}
	for name, list := range levels {
		columns[name] = map[string]any{"type": "factor", "levels": list}
		for k, level := range list[1:] {
			totals[name+"="+level] = population / float64(len(list)) * (1 + 0.1*(float64(k%2)-0.5))
		}
	}
	var derive, requests []any
	for k := range bigItems {
		q, t := fmt.Sprintf("q%d", k+1), fmt.Sprintf("t%d", k+1)
		columns[q] = column("number")
		derive = append(derive, map[string]any{"name": t, "when": map[string]any{"var": q, "op": "in", "value": []int{4, 5}}})
		requests = append(requests, map[string]any{
			"kind": "by", "var": t, "by": []string{"area"}, "stat": "mean", "na_rm": true,
			"domain": []any{map[string]any{"var": q, "op": "<=", "value": 5}},
		})
	}
	text, err := json.Marshal(map[string]any{
		"format": 1, "id": "big", "data": "survey", "columns": columns, "derive": derive, "estimates": requests,
		"design": map[string]any{"type": "taylor", "ids": []string{"psu"}, "strata": []string{"stratum"}, "weights": "w", "nest": true},
		"steps": []any{map[string]any{
			"op": "calibrate", "method": "raking", "intercept": true, "terms": []string{"area", "age", "sex", "edu"},
			"totals": totals, "epsilon": 1e-10, "max_iter": 100,
		}},
	})
	if err != nil {
		panic(err)
	}
	return text
}

func column(kind string) map[string]any { return map[string]any{"type": kind} }

func runBig(tb testing.TB, text, data []byte) *analysis.Document {
	tb.Helper()
	file, err := analysis.Parse(bytes.NewReader(text))
	if err != nil {
		tb.Fatal(err)
	}
	document := analysis.Run(file, func(string) (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(data)), nil })
	if document.Failed() {
		tb.Fatalf("got errors: %+v", document.Error)
	}
	return document
}

func BenchmarkBigSurvey(b *testing.B) {
	for _, n := range []int{100_000, 1_000_000} {
		text, data := bigAnalysis(n), bigSurvey(n)
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			b.SetBytes(int64(len(data)))
			b.ReportAllocs()
			for b.Loop() {
				runBig(b, text, data)
			}
		})
	}
}

// The shortcut by sums says what the spelled-out linearization of one area as a
// domain says.
func TestTheShortcutOfTheBigSurveyEqualsTheLongWay(t *testing.T) {
	t.Parallel()
	text, data := bigAnalysis(3000), bigSurvey(3000)
	var long map[string]any
	if err := json.Unmarshal(text, &long); err != nil {
		t.Fatal(err)
	}
	var requests []any
	for g := range bigAreas {
		requests = append(requests, map[string]any{"kind": "mean", "vars": []string{"t3"}, "na_rm": true, "domain": []any{
			map[string]any{"var": "q3", "op": "<=", "value": 5},
			map[string]any{"var": "area", "op": "==", "value": fmt.Sprintf("A%02d", g+1)},
		}})
	}
	long["estimates"] = requests
	short, spelled := runBig(t, text, data), runBig(t, raw(t, long), data)
	for _, field := range []string{"est", "se"} {
		all := list[float64](t, raw(t, short.Estimates[2].Fields[field]))
		for g, entry := range spelled.Estimates {
			want := list[float64](t, raw(t, entry.Fields[field]))[0]
			if d := all[g] - want; d > 1e-12 || d < -1e-12 {
				t.Errorf("%s[%d]: got %v, want %v", field, g, all[g], want)
			}
		}
	}
}

// The same bits whatever the order in which goroutines run.
func TestTheBigSurveyIsTheSameEveryTime(t *testing.T) {
	t.Parallel()
	text, data := bigAnalysis(2000), bigSurvey(2000)
	first := string(raw(t, runBig(t, text, data)))
	for range 3 {
		if again := string(raw(t, runBig(t, text, data))); again != first {
			t.Fatal("two runs differ")
		}
	}
}
