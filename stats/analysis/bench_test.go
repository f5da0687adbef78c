package analysis_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"os"
	"runtime"
	"strconv"
	"syscall"
	"testing"

	"minyi/stats/analysis"
	"minyi/stats/estimate"
	"minyi/stats/weight"
)

// analysis writes the analysis file of the yardstick.
func (y *yardstick) analysis() []byte {
	columns := map[string]any{"w": column("number"), "stratum": column("string"), "psu": column("string")}
	terms := []string{}
	for _, m := range y.margins {
		columns[m.name] = map[string]any{"type": "factor", "levels": m.levels}
		terms = append(terms, m.name)
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
			"op": "calibrate", "method": "raking", "intercept": true, "terms": terms,
			"totals": y.totals(), "epsilon": 1e-10, "max_iter": 100,
		}},
	})
	if err != nil {
		panic(err)
	}
	return text
}

func column(kind string) map[string]any { return map[string]any{"type": kind} }

// columns are the data in memory, one byte a code.
func (y *yardstick) columns() estimate.Survey {
	n := len(y.rows)
	s := estimate.Survey{
		Weights: make([]float64, n), Strata: make([]int32, n), PSU: make([]int32, n), Group: make([]uint8, n), Groups: bigAreas,
	}
	weights := make([]float64, len(y.weights))
	for k, v := range y.weights {
		weights[k], _ = strconv.ParseFloat(strconv.FormatFloat(v, 'g', 10, 64), 64)
	}
	codes := [3][]uint8{make([]uint8, n), make([]uint8, n), make([]uint8, n)}
	answers := make([][]uint8, bigItems)
	for k := range answers {
		answers[k] = make([]uint8, n)
	}
	for i, r := range y.rows {
		s.Weights[i], s.Strata[i], s.PSU[i], s.Group[i] = weights[r.stratum], int32(r.stratum), int32(r.psu), uint8(r.area)
		codes[0][i], codes[1][i], codes[2][i] = uint8(r.age), uint8(r.sex), uint8(r.edu)
		for k, answer := range r.answers {
			answers[k][i] = answer & 15
		}
	}
	s.Margins = append(s.Margins, weight.Term{Name: "area", Small: s.Group, Levels: y.margins[0].levels})
	for k, m := range y.margins[1:] {
		s.Margins = append(s.Margins, weight.Term{Name: m.name, Small: codes[k], Levels: m.levels})
	}
	for _, column := range answers {
		s.Items = append(s.Items, estimate.Item{Code: column, Value: []float64{math.NaN(), 0, 0, 0, 1, 1}})
	}
	return s
}

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

func runColumns(tb testing.TB, s estimate.Survey, totals map[string]float64) []*estimate.Estimates {
	tb.Helper()
	out, err := estimate.CalibratedItems(s, totals, weight.Control{Epsilon: 1e-10, MaxIter: 100}, estimate.Options{})
	if err != nil {
		tb.Fatal(err)
	}
	return out
}

// The yardstick job from its CSV text (72 MB for 1,000,000 rows): calibrate by the
// raking distance to four margins (27, 6, 2 and 5 categories), then for every area
// and each of 12 items the share satisfied with linearized (GREG) standard error.
//
// What bounds it (profile): half of the processor time goes into cutting rows into
// cells and looking the cells up, on all processors; a tenth into joining the
// chunks, most of it the codes of PSUs and strata; a third is the job from columns
// below. Reading the file is a fiftieth.
func BenchmarkBigSurvey(b *testing.B) {
	for _, n := range []int{100_000, 1_000_000} {
		y := newYardstick(n)
		text, data := y.analysis(), y.csv()
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			b.SetBytes(int64(len(data)))
			b.ReportAllocs()
			for b.Loop() {
				runBig(b, text, data)
			}
		})
	}
}

// The yardstick job from columns in memory (32 MB for 1,000,000 rows). Besides the
// mean it gives the quickest run and the processor time of a run, which other work on
// the machine disturbs less.
//
// What bounds it at 1,000,000 rows (profile): a third of the processor time is dealing
// the rows out by PSU (16 bytes a row, written to 3,240 places, and twelve columns of
// answers read for it), a fifth adding them up PSU by PSU, a fifth numbering PSUs and
// cells and looking whether each lies in one stratum and area, a tenth weights that are
// checked, copied, summed and multiplied, a tenth memory (44 MB, most of it zeroed to
// be overwritten). All of it grows with the rows and is memory traffic for the most
// part; arithmetic is little of it.
//
// What does not grow is nearly half of 100,000 rows, all in small pieces: the sums of
// 3,240 PSUs and 1,620 cells taken apart into items, the PSUs' model totals centred,
// the variances of 27 areas and 12 items, seven Newton steps on 1,620 cells, tables and
// the collector. So 100,000 rows take more than a tenth of 1,000,000, the more so the
// quicker the rows are.
func BenchmarkBigSurveyColumns(b *testing.B) {
	for _, n := range []int{100_000, 1_000_000} {
		y := newYardstick(n)
		columns, totals := y.columns(), y.totals()
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			b.ReportAllocs()
			quickest, last, before := math.Inf(1), b.Elapsed(), processorTime(b)
			for b.Loop() {
				runColumns(b, columns, totals)
				now := b.Elapsed()
				quickest, last = min(quickest, float64(now-last)), now
			}
			b.ReportMetric(quickest/1e6, "min-ms")
			b.ReportMetric((processorTime(b)-before)/float64(b.N), "cpu-ms/op")
		})
	}
}

// processorTime is the processor time of this process so far, in ms.
func processorTime(tb testing.TB) float64 {
	tb.Helper()
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		tb.Fatal(err)
	}
	return float64(used.Utime.Nano()+used.Stime.Nano()) / 1e6
}

// The numbers of R's package survey 4.5 (testdata/yardstick): estimates to 1e-9,
// standard errors to 1e-8 relative, from the CSV text and from columns.
func TestTheBigSurveyHasTheNumbersOfR(t *testing.T) {
	t.Parallel()
	y := newYardstick(100_000)
	document := runBig(t, y.analysis(), y.csv())
	columns := runColumns(t, y.columns(), y.totals())
	f, err := os.Open("testdata/yardstick/expected_100000.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	records, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if got, want := len(records), 1+bigAreas*bigItems; got != want {
		t.Fatalf("got %d lines, want %d", got, want)
	}
	for k, fields := range records[1:] {
		item, area := k/bigAreas, k%bigAreas
		for c, name := range []string{"est", "se", "ci_low", "ci_high"} {
			want, err := strconv.ParseFloat(fields[2+c], 64)
			if err != nil {
				t.Fatal(err)
			}
			e := columns[item]
			got := list[float64](t, raw(t, document.Estimates[item].Fields[name]))[area]
			direct := [][]float64{e.Est, e.SE, e.Low, e.High}[c][area]
			tolerance := 1e-9
			if name == "se" {
				tolerance = 1e-8 * want
			}
			if math.Abs(got-want) > tolerance || math.Abs(direct-want) > tolerance {
				t.Errorf("%s of %s, item %s: got %v from the text, %v from columns, want %v", name, fields[0], fields[1], got, direct, want)
			}
		}
	}
	if got, want := columns[0].DF, 3159.0; got != want {
		t.Errorf("degrees of freedom: got %v, want %v", got, want)
	}
}

// The shortcut by sums says what the spelled-out linearization of one area as a
// domain says.
func TestTheShortcutOfTheBigSurveyEqualsTheLongWay(t *testing.T) {
	t.Parallel()
	y := newYardstick(9000)
	text, data := y.analysis(), y.csv()
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

// The same bits on one processor and on many, whatever the order in which
// goroutines run. Not parallel: it sets how many processors there are.
func TestTheBigSurveyHasTheSameBitsOnAnyNumberOfProcessors(t *testing.T) {
	y := newYardstick(120_000)
	text, data := y.analysis(), y.csv()
	first := string(raw(t, runBig(t, text, data)))
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	for _, processors := range []int{1, 2, 3, 5} {
		runtime.GOMAXPROCS(processors)
		if again := string(raw(t, runBig(t, text, data))); again != first {
			t.Fatalf("%d processors: other bits", processors)
		}
	}
}
