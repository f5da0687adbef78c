package analysis_test

import (
	"testing"

	"minyi/stats/estimate"
)

// A share asked for without a method has minyi's own interval, also where all answers
// are the same: Clopper and Pearson's limits of 10 of 10 under simple sampling are
// 0.6915 and 1 (their published table, 1934).
func TestAShareWithoutAMethodHasMinyisInterval(t *testing.T) {
	t.Parallel()
	design := `,"design":{"type":"taylor","weights":"w"}`
	for _, request := range []string{`{"kind":"ciprop","var":"y"}`, `{"kind":"ciprop","var":"y","method":"minyi"}`} {
		got := ask(t, yw, fifty(), design, request)[0]
		se, _ := got["se"].(float64)
		low, high := estimate.KornGraubard(0.9, se, 49, 50, 1, 0.95)
		is(t, "low", got["ci_low"], low, 1e-12)
		is(t, "high", got["ci_high"], high, 1e-12)
	}
	same := "y,w,day\n1,2,1\n1,2,1\n1,2,1\n1,2,1\n1,2,1\n1,2,1\n1,2,1\n1,2,1\n1,2,1\n1,2,1\n1,0,1\n,2,1\n"
	got := ask(t, yw, same, design, `{"kind":"ciprop","var":"y","na_rm":true}`)[0]
	is(t, "low of 10 of 10", got["ci_low"], 0.6915, 5e-5)
	is(t, "high of 10 of 10", got["ci_high"], 1, 0)
	// Rows without weight or answer are no answers: the design effect stays 1.
	test := ask(t, yw, same, design, `{"kind":"threshold","var":"y","threshold":0.7,"na_rm":true}`)[0]
	is(t, "one-sided limit of 10 of 10", test["ci_low"], 0.7411, 5e-5)
}
