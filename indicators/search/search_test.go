package search_test

import (
	"strings"
	"testing"

	"minyi/indicators/fault"
	"minyi/indicators/search"
)

// TestPiecesOfAQuery: what a text has to hold, cut by hand.
func TestPiecesOfAQuery(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"银川":          "银川",
		"兴庆区":         "兴庆区",
		"银川执法":        "银川 执法",
		"行政执法公示":      "行政 执法 公示",
		"行政执法监督厅":     "行政 执法 监督 督厅",
		" 执法  案卷 ":    "执法 案卷",
		"indicator84": "indicator84",
		"第84项":        "第 84 项",
		"ＡＢＣ":         "abc",
		"":            "",
	} {
		q, err := search.Parse(text)
		if got := strings.Join(q.Pieces(), " "); err != nil || got != want {
			t.Errorf("%q: got %q, %v, want %q", text, got, err, want)
		}
	}
	if _, err := search.Parse(strings.Repeat("长", 101)); fault.KindOf(err) != fault.Invalid {
		t.Errorf("101 characters: got %v", err)
	}
}

// TestWhoHoldsTheQuery: 4 for the same text, 3 for one that begins so, 2 for one that
// holds it, 1 for one with every piece, 0 otherwise.
func TestWhoHoldsTheQuery(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		query, texts string
		want         int
	}{
		{"银川市", "银川市", 4},
		{"银川", "银川市", 3},
		{"庆区", "银川市兴庆区", 2},
		{"银川执法", "银川市综合行政执法局", 1},
		{"执法 银川", "银川市|行政执法案卷.pdf", 1},
		{"银川执法", "吴忠市综合行政执法局", 0},
		{"REPORT", "2020 report.pdf", 2},
		{"a_b", "axb", 0},
	} {
		q, err := search.Parse(c.query)
		if err != nil {
			t.Fatal(err)
		}
		if got := q.Score(strings.Split(c.texts, "|")...); got != c.want {
			t.Errorf("%s in %s: got %d, want %d", c.query, c.texts, got, c.want)
		}
	}
}
