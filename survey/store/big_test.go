package store_test

import (
	"database/sql"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"path/filepath"
	"runtime/debug"
	"testing"
	"time"

	"minyi/stats/estimate"
	"minyi/stats/weight"
	"minyi/survey/store"
)

// The big survey, as the benchmark of stats/analysis has it: 27 areas of three
// strata with 40 PSUs each, four margins, 12 items. A batch is a PSU.
const (
	bigAreas, bigStrata, bigPSUs, bigItems = 27, 81, 3240, 12
	bigSize                                = 31 // bytes of an answer, as of the default paper
	bigAge, bigSex, bigEdu                 = 5, 6, 7
	bigItem                                = 8 // the first item's byte
)

func bigMargins() map[string]int { return map[string]int{"age": 6, "sex": 2, "edu": 5} }

// stuffBig stores n answers to the big survey, made up from a seed, with comments
// of 450 letters.
func stuffBig(b *testing.B, path string, n int) {
	b.Helper()
	d, err := sql.Open("sqlite", "file:"+path+"?_pragma=synchronous(OFF)&_journal_mode=WAL")
	if err != nil {
		b.Fatal(err)
	}
	tx, err := d.BeginTx(b.Context(), nil)
	if err != nil {
		b.Fatal(err)
	}
	put, err := tx.PrepareContext(b.Context(), `INSERT INTO response (id, survey, batch, outcome, cell, english, day, answers, comment)
		VALUES ($1, 1, $2, 1, 0, 0, 18500, $3, $4)`)
	if err != nil {
		b.Fatal(err)
	}
	defer func() {
		if err := put.Close(); err != nil {
			b.Error(err)
		}
	}()
	chance, text := rand.New(rand.NewPCG(uint64(n), 27)), letters(commentLetters)
	for i := range n {
		answers := make([]byte, bigSize)
		answers[0], answers[1] = 1, 1
		answers[bigAge], answers[bigSex], answers[bigEdu] = byte(chance.IntN(6)), byte(chance.IntN(2)), byte(chance.IntN(5))
		for k := range bigItems {
			answers[bigItem+k] = byte(chance.IntN(7)) // 0 none, 6 do not know
		}
		if _, err := put.ExecContext(b.Context(), int64(i)*7+1, 1+chance.IntN(bigPSUs), answers, text); err != nil {
			b.Fatal(err)
		}
	}
	if err := errors.Join(tx.Commit(), d.Close()); err != nil {
		b.Fatal(err)
	}
}

// readBig reads the columns of the big survey.
func readBig(b *testing.B, in *store.Intake) estimate.Survey {
	b.Helper()
	s := estimate.Survey{Groups: bigAreas}
	which := []int{bigAge, bigSex, bigEdu}
	for k := range bigItems {
		which = append(which, bigItem+k)
	}
	codes := make([][]uint8, len(which))
	err := in.Columns(1, bigSize, which, func(batches []uint32, columns [][]byte) error {
		for k, column := range columns {
			codes[k] = append(codes[k], column...)
		}
		for _, batch := range batches {
			psu := int32(batch) - 1
			stratum := psu / (bigPSUs / bigStrata)
			s.PSU, s.Strata = append(s.PSU, psu), append(s.Strata, stratum)
			s.Group = append(s.Group, uint8(stratum/(bigStrata/bigAreas)))
			s.Weights = append(s.Weights, 4+float64(stratum%9))
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	s.Margins = []weight.Term{{Name: "area", Small: s.Group, Levels: levels(bigAreas)}}
	for k, name := range []string{"age", "sex", "edu"} {
		s.Margins = append(s.Margins, weight.Term{Name: name, Small: codes[k], Levels: levels(bigMargins()[name])})
	}
	for _, column := range codes[3:] {
		s.Items = append(s.Items, estimate.Item{Code: column, Value: []float64{math.NaN(), 0, 0, 0, 1, 1}})
	}
	return s
}

func levels(n int) (out []string) {
	for k := range n {
		out = append(out, fmt.Sprint(k))
	}
	return out
}

// bigTotals are margins that the answers miss by up to a tenth.
func bigTotals() map[string]float64 {
	const population = 7_200_000
	out := map[string]float64{"(Intercept)": population}
	share := func(name string, n int) {
		for k := 1; k < n; k++ {
			out[fmt.Sprintf("%s=%d", name, k)] = population / float64(n) * (1 + 0.1*math.Sin(float64(k)))
		}
	}
	share("area", bigAreas)
	for name, n := range bigMargins() {
		share(name, n)
	}
	return out
}

func jobBig(b *testing.B, s estimate.Survey, totals map[string]float64) {
	b.Helper()
	out, err := estimate.CalibratedItems(s, totals, weight.Control{Epsilon: 1e-10, MaxIter: 100}, estimate.Options{})
	if err != nil {
		b.Fatal(err)
	}
	if got := out[0].SE[0]; !(got > 0) {
		b.Fatalf("got the standard error %v", got)
	}
}

// BenchmarkBigSurveyFromDisk is the big survey from a database that was just
// opened, the file in the system's page cache: open, read 1,000,000 answers, take
// their columns, rake to four margins, estimate 12 items in 27 areas with
// linearized variance. Beside it stands what of it is the job of stats, and how
// much the whole is of that.
func BenchmarkBigSurveyFromDisk(b *testing.B) {
	for _, n := range []int{100_000, million} {
		path, totals := filepath.Join(b.TempDir(), "survey.db"), bigTotals()
		h := open(b, path)
		h.close(b)
		stuffBig(b, path, n)
		debug.FreeOSMemory()
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			var opened, read, job, used time.Duration
			for b.Loop() {
				before, start := cpu(b), time.Now()
				h := open(b, path)
				opened += time.Since(start)
				start = time.Now()
				s := readBig(b, h.intake)
				read += time.Since(start)
				start = time.Now()
				jobBig(b, s, totals)
				job += time.Since(start)
				b.StopTimer()
				used += cpu(b) - before
				h.close(b)
				b.StartTimer()
			}
			per := func(d time.Duration) float64 { return float64(d.Microseconds()) / 1e3 / float64(b.N) }
			b.ReportMetric(per(opened), "ms-open")
			b.ReportMetric(per(read), "ms-columns")
			b.ReportMetric(per(job), "ms-job")
			b.ReportMetric(per(used), "cpu-ms/op")
			b.ReportMetric(float64(opened+read+job)/float64(job), "times-the-job")
		})
	}
}
