package quality_test

import (
	"encoding/csv"
	"os"
	"slices"
	"testing"

	"minyi/survey/quality"
)

// toy reads the small labelled sample: 405 responses of 3 units.
func toy(t *testing.T, options quality.Options) (*quality.Survey, map[string]string) {
	t.Helper()
	in, err := os.Open("testdata/toy_responses.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	s, err := quality.Read(in, options)
	if err != nil {
		t.Fatal(err)
	}
	truth, err := os.Open("testdata/toy_truth.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer truth.Close()
	rows, err := csv.NewReader(truth).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	labels := map[string]string{}
	for _, row := range rows[1:] {
		labels[row[0]] = row[1]
	}
	return s, labels
}

// TestLabelledSample: who made the sample (a phone with twenty tokens, a script at
// night, edited copies, a registered kiosk with eighteen honest people) is known.
func TestLabelledSample(t *testing.T) {
	t.Parallel()
	s, labels := toy(t, quality.Options{Right: quality.NoAnswer})
	report, err := quality.Review(s)
	if err != nil {
		t.Fatal(err)
	}
	scores, flagged := map[string][]float64{}, map[string]float64{}
	for i, f := range report.Findings {
		kind := labels[f.ID]
		scores[kind] = append(scores[kind], f.Score)
		if f.Flag {
			flagged[kind]++
		}
		if s.Responses[i].Mode == "kiosk" && f.Flag {
			t.Errorf("%s answered at the kiosk and is flagged by %v", f.ID, f.Rules)
		}
	}
	for kind, least := range map[string]float64{"proxy": .99, "bot": .99, "copy": .98} {
		if got := area(scores[kind], scores["honest"]); got < least {
			t.Errorf("area under the curve of %s: got %.3f, want at least %.2f", kind, got, least)
		}
		if got := flagged[kind] / float64(len(scores[kind])); got < .95 {
			t.Errorf("%s flagged: got %.2f, want at least .95", kind, got)
		}
	}
	if got := flagged["honest"] / float64(len(scores["honest"])); got > .02 {
		t.Errorf("honest flagged: got %.3f, want at most .02", got)
	}
	if got, want := report.Reversed, []string{"q05"}; !slices.Equal(got, want) {
		t.Errorf("reversed items: got %v, want %v", got, want)
	}
	if got, want := report.Right, int8(2); got != want {
		t.Errorf("right answer of the attention item: got %d, want %d", got, want)
	}
}
