package result_test

import (
	"math"
	"testing"

	"minyi/survey/result"
)

func TestVerdictFollowsTheLimits(t *testing.T) {
	t.Parallel()
	s := sampled(t)
	open, err := s.By(result.Everybody, 1)
	if err != nil {
		t.Fatal(err)
	}
	share := float64(open.Items[1].Cells[0].Satisfied.Est)
	for _, c := range []struct {
		threshold float64
		want      string
	}{{share - 0.2, "met"}, {share, "undecided"}, {share + 0.2, "not_met"}} {
		v, err := s.Verdict("84", c.threshold, 10)
		if err != nil {
			t.Fatal(err)
		}
		met, not := float64(v.Low) >= c.threshold, float64(v.High) < c.threshold
		if v.Says != c.want || met != (c.want == "met") || not != (c.want == "not_met") || math.Abs(float64(v.Share)-share) > 1e-12 {
			t.Errorf("threshold %.3f: got %+v, want %s", c.threshold, v, c.want)
		}
	}
	if v, err := s.Verdict("84", 0.8, people); err != nil || v.Hidden != result.Small || v.Share.Known() {
		t.Errorf("fewer than the least: got %+v, %v, want it hidden", v, err)
	}
	if v, err := s.Verdict("1", 0.8, 10); v != nil || err != nil {
		t.Errorf("an indicator that no item feeds: got %+v, %v, want none", v, err)
	}
}

func TestImportancePartsTheItems(t *testing.T) {
	t.Parallel()
	s := sampled(t)
	got, err := s.Importance("q3", 10)
	if err != nil {
		t.Fatal(err)
	}
	if len(got.Items) != 2 || got.Why != "" {
		t.Fatalf("got %+v, want q1 and q2", got)
	}
	sum := 0.0
	for _, one := range got.Items {
		sum += float64(one.Importance.Est)
		if !(one.Importance.Low < one.Importance.Est && one.Importance.Est < one.Importance.High) {
			t.Errorf("%s: %+v, want limits about the importance", one.ID, one.Importance)
		}
		strong, matters := one.Performance.Est >= got.CutX, one.Importance.Est >= got.CutY
		want := result.Wait
		switch {
		case strong && matters:
			want = result.Keep
		case matters:
			want = result.Improve
		case strong:
			want = result.Overdone
		}
		if one.Corner != want {
			t.Errorf("%s lies in %s, want %s", one.ID, one.Corner, want)
		}
	}
	if math.Abs(sum-1) > 1e-12 {
		t.Errorf("the shares add up to %v, want 1", sum)
	}
	if few, err := s.Importance("q3", people); err != nil || few.Why != "few" || len(few.Items) != 0 {
		t.Errorf("too few: got %+v, %v", few, err)
	}
}

func TestReliabilityIsThatOfR(t *testing.T) {
	t.Parallel()
	s := sampled(t)
	got, err := s.Reliability(10)
	if err != nil {
		t.Fatal(err)
	}
	near(t, "alpha", got.Alpha.Est, fromR(t))
	if len(got.Items) != 3 || !(got.Alpha.Low < got.Alpha.Est && got.Alpha.Est < got.Alpha.High) || !got.Omega.Est.Known() {
		t.Errorf("got %+v, want three items, limits and omega", got)
	}
	if few, err := s.Reliability(people); err != nil || few.Why != "few" || few.Alpha.Est.Known() || few.N != 0 {
		t.Errorf("too few: got %+v, %v", few, err)
	}
}
