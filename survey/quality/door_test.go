package quality_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"minyi/survey/quality"
)

// plainSurvey is people of mixed views without paradata, in batches of links.
func plainSurvey(people, batches int) *quality.Survey {
	chance := rand.New(rand.NewPCG(8, 9))
	s := &quality.Survey{RightAnswer: quality.NoAnswer, Issued: map[string]int{}}
	for j := range 8 {
		s.Items = append(s.Items, quality.Item{ID: fmt.Sprintf("q%02d", j)})
	}
	for i := range people {
		x := quality.Response{ID: fmt.Sprint(i), Unit: "u", Channel: "prob", Attention: quality.NoAnswer, Batch: fmt.Sprint(i % batches)}
		for range s.Items {
			x.Answers = append(x.Answers, int8(1+chance.IntN(5)))
		}
		s.Responses = append(s.Responses, x)
	}
	return s
}

func marked(t *testing.T, s *quality.Survey, code quality.Code) (out []int) {
	t.Helper()
	report, err := quality.Review(s)
	if err != nil {
		t.Fatal(err)
	}
	for i, f := range report.Findings {
		if slices.Contains(f.Rules, code) {
			out = append(out, i)
		}
	}
	return out
}

func TestDoorsSignsScoreUnlessMostHaveThem(t *testing.T) {
	t.Parallel()
	s := plainSurvey(40, 4)
	s.Responses[3].Signs = quality.SignHoneypot | quality.SignReplayed
	s.Responses[7].Signs = quality.SignWorked // too little to be named
	for i := range 30 {
		s.Responses[i].Signs |= quality.SignFast // a fast paper, or a clock that fails
	}
	if got, want := marked(t, s, quality.Door), []int{3}; !slices.Equal(got, want) {
		t.Errorf("got %v marked, want %v", got, want)
	}
	for i := range 25 {
		s.Responses[i].Signs &^= quality.SignFast
	}
	if got, want := marked(t, s, quality.Door), []int{3, 25, 26, 27, 28, 29}; !slices.Equal(got, want) {
		t.Errorf("once few have it: got %v marked, want %v", got, want)
	}
}

func TestOverFilledBatchStandsOut(t *testing.T) {
	t.Parallel()
	s := plainSurvey(120, 12)
	for b := range 12 {
		s.Issued[fmt.Sprint(b)] = 30 // ten of thirty came back
	}
	for i := range 120 {
		if i%12 != 5 && i >= 102 {
			s.Responses[i].Batch = "5"
		}
	}
	got := marked(t, s, quality.OverFill)
	if len(got) == 0 {
		t.Fatal("nothing is marked")
	}
	for _, i := range got {
		if s.Responses[i].Batch != "5" {
			t.Errorf("response %d of batch %s is marked", i, s.Responses[i].Batch)
		}
	}
	s.Issued = nil
	if got := marked(t, s, quality.OverFill); len(got) != 0 {
		t.Errorf("without counts of links: got %v marked", got)
	}
}
