package questionnaire_test

import (
	"testing"

	"minyi/survey/questionnaire"
)

// TestC122TheDeputiesFormAsksForIndicator72 in both languages; only its first item
// measures it, and no item measures another indicator.
func TestC122TheDeputiesFormAsksForIndicator72(t *testing.T) {
	t.Parallel()
	q, err := questionnaire.Parse(questionnaire.Deputies())
	if err != nil {
		t.Fatal(err)
	}
	if q.ID() != "deputies" || q.Number() != 1 {
		t.Errorf("got %s version %d", q.ID(), q.Number())
	}
	for n, one := range q.Scored() {
		want := ""
		if n == 0 {
			want = "72"
		}
		if got := q.PrimaryIndicator(one.ID); got != want {
			t.Errorf("%s measures %q, want %q", one.ID, got, want)
		}
	}
	for _, one := range q.Questions() {
		if one.Text.Zh == "" || one.Text.En == "" {
			t.Errorf("%s has no text in one language", one.ID)
		}
	}
}
