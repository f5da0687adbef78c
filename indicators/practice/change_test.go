package practice_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"minyi/indicators/practice"
)

// TestChangesJoinToBothTexts cuts random texts and joins the parts again.
func TestChangesJoinToBothTexts(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(1, 2))
	text := func() string {
		letters := []rune("政务服务大厅ab。\n")
		out := make([]rune, rng.IntN(30))
		for i := range out {
			out[i] = letters[rng.IntN(len(letters))]
		}
		return string(out)
	}
	for range 300 {
		a, b := text(), text()
		before, after, kept := "", "", 0
		for _, c := range practice.Changes(a, b) {
			if !c.New {
				before += c.Text
			}
			if !c.Gone {
				after += c.Text
			}
			if !c.New && !c.Gone {
				kept += len([]rune(c.Text))
			}
		}
		if before != a || after != b {
			t.Fatalf("%q to %q: joined %q and %q", a, b, before, after)
		}
		if want := longestCommon([]rune(a), []rune(b)); kept < want {
			t.Errorf("%q to %q: kept %d characters, the longest common subsequence has %d", a, b, kept, want)
		}
	}
	got := fmt.Sprint(practice.Changes("一窗受理，网上可办。", "一窗受理，全程网办。"))
	if want := "[{一窗受理， false false} {网上可 false true} {全程网 true false} {办。 false false}]"; got != want && !strings.Contains(got, "网 false false") {
		t.Errorf("got %s, want %s or with 网 kept", got, want)
	}
}

// longestCommon is the length by the plain recurrence, the judge.
func longestCommon(a, b []rune) int {
	row := make([]int, len(b)+1)
	for _, x := range a {
		last := 0
		for j, y := range b {
			was := row[j+1]
			if x == y {
				row[j+1] = last + 1
			} else {
				row[j+1] = max(row[j+1], row[j])
			}
			last = was
		}
	}
	return row[len(b)]
}
