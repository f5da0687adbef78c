package result_test

import (
	"testing"

	"minyi/survey/result"
	"minyi/survey/tabulate"
)

// counted is a table of items that so many answered.
func counted(people int, answers ...int) tabulate.Table {
	t := tabulate.Table{N: people, Index: tabulate.Estimate{Est: 80, N: people}}
	for k, n := range answers {
		t.Items = append(t.Items, tabulate.ItemTable{ID: string(rune('a' + k)), Indicator: "84", Satisfied: tabulate.Estimate{Est: 0.8, N: n}})
	}
	return t
}

// TestTwoTablesDoNotTellOfTheFewByWhichTheyDiffer leaves out what subtraction would
// give away.
func TestTwoTablesDoNotTellOfTheFewByWhichTheyDiffer(t *testing.T) {
	t.Parallel()
	official := counted(100, 100, 90, 80, 70)
	cases := []struct {
		name  string
		other tabulate.Table
		want  string // the items kept; empty for no table
	}{
		{"the same people", counted(100, 100, 90, 80, 70), "abcd"},
		{"nine fewer people", counted(91, 91, 81, 71, 61), ""},
		{"nine more people", counted(109, 109, 99, 89, 79), ""},
		{"ten fewer people", counted(90, 90, 80, 70, 60), "abcd"},
		{"of twenty fewer, four answered one item: another goes along", counted(80, 80, 86, 65, 52), "ad"},
		{"of twenty fewer, nobody answered one item", counted(80, 80, 90, 60, 50), "abcd"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got := result.Beside(official, &c.other, 10)
			if got == nil || c.want == "" {
				if got != nil || c.want != "" {
					t.Fatalf("got %v, want the items %q", got, c.want)
				}
				return
			}
			kept := ""
			for _, item := range got.Items {
				if result.Kept(item) {
					kept += item.ID
				} else if item.Satisfied.Est.Known() || item.Mean.Est.Known() || item.AtLeast.Known() {
					t.Errorf("%s is hidden but has a figure: %+v", item.ID, item)
				}
			}
			if kept != c.want || !got.Index.Est.Known() {
				t.Errorf("got the items %q and index %v, want %q with the index", kept, got.Index.Est, c.want)
			}
		})
	}
	if got := result.Beside(official, nil, 10); got != nil {
		t.Errorf("no other table: got %v", got)
	}
}
