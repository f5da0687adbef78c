package questionnaire_test

import (
	"strings"
	"testing"

	"minyi/survey/questionnaire"
)

func shown(q *questionnaire.Questionnaire, v questionnaire.Variant) []string {
	var out []string
	for _, one := range q.Order(v) {
		if one.Section == questionnaire.Items {
			out = append(out, one.ID)
		}
	}
	return out
}

func TestOrderKeepsSectionsAndTheOverallItemFirst(t *testing.T) {
	t.Parallel()
	q := filled(t)
	if got, want := q.Variants(), 44; got != want {
		t.Fatalf("variants: got %d, want %d", got, want)
	}
	for v := 0; v < q.Variants(); v++ {
		var ids []string
		for _, one := range q.Order(questionnaire.Variant(v)) {
			ids = append(ids, one.ID)
		}
		line := strings.Join(ids, " ")
		if !strings.HasPrefix(line, "consent s1 s2 s3 s4 q01 ") || !strings.HasSuffix(line, " b1 b2 b3 i1 o1") {
			t.Errorf("variant %d: %s", v, line)
		}
		seen := map[string]bool{}
		for _, id := range ids {
			seen[id] = true
		}
		if len(seen) != 22 || len(ids) != 22 {
			t.Errorf("variant %d shows %d questions, %d different, want 22", v, len(ids), len(seen))
		}
	}
}

// Williams (1949): each item equally often in each place, and each item equally
// often right after each other one. 11 items: 22 rows, so twice each.
func TestOrderIsAWilliamsDesign(t *testing.T) {
	t.Parallel()
	q := filled(t)
	place, after := map[string]int{}, map[string]int{}
	for v := 0; v < q.Variants(); v += 2 {
		row := shown(q, questionnaire.Variant(v))[1:]
		for i, id := range row {
			place[id+string(rune('a'+i))]++
			if i > 0 {
				after[row[i-1]+">"+id]++
			}
		}
	}
	if len(place) != 11*11 || len(after) != 11*10 {
		t.Fatalf("got %d places and %d neighbours, want 121 and 110", len(place), len(after))
	}
	for key, n := range place {
		if n != 2 {
			t.Errorf("%s: %d times, want 2", key, n)
		}
	}
	for key, n := range after {
		if n != 2 {
			t.Errorf("%s: %d times, want 2", key, n)
		}
	}
}

func TestHalfTheVariantsReverseTheScaleAndKeepNoOpinionLast(t *testing.T) {
	t.Parallel()
	q := filled(t)
	reversed := 0
	for v := 0; v < q.Variants(); v++ {
		for _, one := range q.Order(questionnaire.Variant(v)) {
			if one.ID != "q07" {
				continue
			}
			var codes []string
			for _, c := range one.Choices {
				codes = append(codes, c.Code)
			}
			switch got := strings.Join(codes, " "); got {
			case "1 2 3 4 5 98 99":
				reversed++
			case "5 4 3 2 1 98 99":
			default:
				t.Errorf("variant %d: %s", v, got)
			}
		}
	}
	if want := q.Variants() / 2; reversed != want {
		t.Errorf("reversed: got %d, want %d", reversed, want)
	}
}

func TestSeedsSpreadEvenlyOverVariants(t *testing.T) {
	t.Parallel()
	q := filled(t)
	const draws = 44_000
	count := make([]int, q.Variants())
	for seed := uint64(0); seed < draws; seed++ {
		count[q.VariantOf(seed)]++
	}
	chi2 := 0.0
	for _, n := range count {
		d := float64(n - draws/44)
		chi2 += d * d / (draws / 44)
	}
	if chi2 > 77.4 { // chi-square with 43 degrees of freedom, upper 0.001 point 77.42
		t.Errorf("chi-square over variants: got %.1f, want at most 77.4", chi2)
	}
}
