package survey_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"minyi/survey"
	"minyi/survey/invite"
)

// BenchmarkReview measures what a reviewer of 10,000 answers through posters waits
// for: the board made, read again after a restart, the list narrowed, the evidence of
// one answer; then an exclusion of a hundred, and both results.
func BenchmarkReview(b *testing.B) {
	const answers = 10_000
	took := map[string]time.Duration{}
	step := func(name string, do func() error) {
		start := time.Now()
		if err := do(); err != nil {
			b.Fatalf("%s: %v", name, err)
		}
		took[name] += time.Since(start)
	}
	for range b.N {
		h := newHouse(b)
		h.reviewing = true
		id := h.crowd(b, answers)
		if _, err := h.Close(b.Context(), agent(), id); err != nil {
			b.Fatal(err)
		}
		var board *survey.Board
		read := func() (err error) {
			board, err = h.Board(b.Context(), agent(), id)
			return err
		}
		step("board", read)
		step("again", read)
		chance := rand.New(rand.NewPCG(1, 2))
		step("evidence", func() error {
			_, err := board.Proof(board.Rows[chance.IntN(len(board.Rows))].Response)
			return err
		})
		st, err := h.Decided(b.Context(), agent(), id)
		if err != nil {
			b.Fatal(err)
		}
		step("list", func() error {
			if n := len(board.Pick(survey.Pick{Channel: survey.Sampled, Sort: "time"}, st)); n == 0 {
				return fmt.Errorf("nothing of %v", invite.OneTime)
			}
			return nil
		})
		var out []int64
		for _, row := range board.Rows[:100] {
			out = append(out, row.Response)
		}
		sv, err := h.ProposeAct(b.Context(), agent(), id, survey.Proposal{Kind: survey.Exclude, Reason: "x", Responses: out})
		if err != nil {
			b.Fatal(err)
		}
		step("exclude", func() error {
			_, err := h.DecideAct(b.Context(), other(), id, sv.Review.Acts, survey.ActConfirmed, "")
			return err
		})
		h.endReview(b, id)
		step("results", func() error {
			_, err := h.WithAndWithout(b.Context(), agent(), id)
			return err
		})
	}
	for name, d := range took {
		b.ReportMetric(float64(d.Microseconds())/1000/float64(b.N), "ms-"+name)
	}
}
