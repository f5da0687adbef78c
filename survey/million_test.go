package survey_test

import (
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"minyi/survey"
	"minyi/survey/frame"
	"minyi/survey/questionnaire"
)

const sampledCrowd = 90_000

// bigFrame is a frame of 27 strata with 40 PSUs each.
func bigFrame() string {
	var b strings.Builder
	b.WriteString("stratum,psu,name,size\n")
	for h := range 27 {
		for u := range 40 {
			fmt.Fprintf(&b, "s%02d,p%02d-%02d,村,%d\n", h, h, u, 2000+100*((7*u+h)%20))
		}
	}
	return b.String()
}

// crowd is an open survey with n answers that wait to be re-filed, 90,000 of them of
// the sample and the others through a poster: made up from a seed, on the default
// paper.
func (h *house) crowd(b *testing.B, n int) survey.ID {
	b.Helper()
	sv, err := h.Create(b.Context(), agent(), order("640100"))
	if err != nil {
		b.Fatal(err)
	}
	if _, err := h.ImportFrame(b.Context(), agent(), sv.ID, strings.NewReader(bigFrame())); err != nil {
		b.Fatal(err)
	}
	if _, err := h.Draw(b.Context(), agent(), sv.ID, frame.Plan{Seed: 7, Links: frame.MaxLinks - 1000, PerPSU: 90}); err != nil {
		b.Fatal(err)
	}
	if _, err := h.HangPoster(b.Context(), agent(), sv.ID, "政务大厅", nil); err != nil {
		b.Fatal(err)
	}
	if sv, err = h.Start(b.Context(), agent(), sv.ID); err != nil {
		b.Fatal(err)
	}
	packed := handfuls(b, sv)
	h.stop(b)
	d, err := sql.Open("sqlite", "file:"+filepath.Join(h.folder, "survey.db")+"?_pragma=synchronous(OFF)&_journal_mode=WAL")
	if err != nil {
		b.Fatal(err)
	}
	tx, err := d.BeginTx(b.Context(), nil)
	if err != nil {
		b.Fatal(err)
	}
	put, err := tx.PrepareContext(b.Context(), `INSERT INTO intake (survey, batch, outcome, cell, english, day, answers, comment)
		VALUES ($1, $2, 1, 0, 0, 18500, $3, '')`)
	if err != nil {
		b.Fatal(err)
	}
	defer func() {
		if err := put.Close(); err != nil {
			b.Error(err)
		}
	}()
	chance := rand.New(rand.NewPCG(uint64(n), 1))
	poster := len(sv.Batches) - 1
	for i := range n {
		batch := sv.Batches[poster].Number
		if i < sampledCrowd {
			batch = sv.Batches[chance.IntN(poster)].Number
		}
		if _, err := put.ExecContext(b.Context(), sv.Number, batch, packed[chance.IntN(len(packed))]); err != nil {
			b.Fatal(err)
		}
	}
	if err := errors.Join(tx.Commit(), d.Close()); err != nil {
		b.Fatal(err)
	}
	h.start(b)
	return sv.ID
}

// handfuls are different whole sheets, packed.
func handfuls(b *testing.B, sv *survey.Survey) (out [][]byte) {
	b.Helper()
	q, err := sv.Paper.Questionnaire()
	if err != nil {
		b.Fatal(err)
	}
	chance := rand.New(rand.NewPCG(1, 1))
	for range 5000 {
		values := map[string][]string{}
		for _, one := range q.Questions() {
			choice := func() string { return one.Choices[chance.IntN(len(one.Choices))].Code }
			switch {
			case one.Role == questionnaire.RoleSex, one.Role == questionnaire.RoleResidence, one.Section == questionnaire.Items:
				values[one.ID] = []string{choice()}
			case one.Required:
				for _, c := range one.Choices {
					if !c.Ends && c.Flag == "" {
						values[one.ID] = []string{c.Code}
						break
					}
				}
			}
		}
		sheet, err := q.Check(values, 0)
		if err != nil {
			b.Fatal(err)
		}
		out = append(out, q.Pack(sheet))
	}
	return out
}

// BenchmarkCloseAndTabulate closes a survey of so many answers, none of them
// re-filed yet, makes its tables through the service, and proposes its result: how
// long a person waits for each.
func BenchmarkCloseAndTabulate(b *testing.B) {
	for _, n := range []int{100_000, 1_000_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			took := map[string]time.Duration{}
			step := func(name string, do func() error) {
				start := time.Now()
				if err := do(); err != nil {
					b.Fatalf("%s: %v", name, err)
				}
				took[name] += time.Since(start)
			}
			for range b.N {
				b.StopTimer()
				h := newHouse(b)
				id := h.crowd(b, n)
				b.StartTimer()
				step("close", func() error {
					_, err := h.Close(b.Context(), agent(), id)
					return err
				})
				step("tabulate", func() error {
					result, err := h.Tabulate(b.Context(), agent(), id)
					if err == nil && result.Sampled.N+result.PosterN != n {
						err = fmt.Errorf("%d answers", result.Sampled.N+result.PosterN)
					}
					return err
				})
				step("propose", func() error {
					_, err := h.Propose(b.Context(), agent(), id)
					return err
				})
			}
			for name, d := range took {
				b.ReportMetric(float64(d.Milliseconds())/float64(b.N), "ms-"+name)
			}
		})
	}
}
