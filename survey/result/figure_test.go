package result_test

import (
	"encoding/json"
	"math"
	"strings"
	"testing"

	"minyi/survey/result"
	"minyi/survey/tabulate"
)

func TestGroupsHaveTheNumbersOfR(t *testing.T) {
	t.Parallel()
	want, s := fromR(t), sampled(t)
	for _, way := range []string{result.Sex, result.Age, result.Residence, result.Stratum} {
		table, err := s.By(way, 1)
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range table.Items {
			for _, c := range row.Cells {
				at := way + "/" + c.Category + "/" + row.ID
				for name, e := range map[string]tabulate.Estimate{"m": c.Mean, "s": c.Satisfied, "1": c.Points[0], "d": c.DontKnow} {
					near(t, at+"/"+name+"/est", e.Est, want)
					near(t, at+"/"+name+"/se", e.SE, want)
				}
				near(t, way+"/"+c.Category+"/df", c.Mean.DF, want)
			}
			at := way + "/" + row.ID
			near(t, at+"/F", row.Test.F, want)
			near(t, at+"/df", row.Test.DF, want)
			near(t, at+"/ddf", row.Test.DDF, want)
			near(t, at+"/p", row.Test.P, want)
		}
		for _, row := range table.Index {
			near(t, way+"/"+row.Category+"/index/est", row.Index.Est, want)
			near(t, way+"/"+row.Category+"/index/se", row.Index.SE, want)
		}
	}
}

// The table of all has the numbers of the official table, which others have judged.
func TestTheTableOfAllIsTheOfficialOne(t *testing.T) {
	t.Parallel()
	official, err := madeSurvey().Tabulate()
	if err != nil {
		t.Fatal(err)
	}
	table, err := sampled(t).By(result.Everybody, 10)
	if err != nil {
		t.Fatal(err)
	}
	same := func(name string, got, want tabulate.Estimate) {
		t.Helper()
		for k, pair := range [][2]tabulate.Number{{got.Est, want.Est}, {got.SE, want.SE}, {got.Low, want.Low}, {got.High, want.High}} {
			if math.Abs(float64(pair[0]-pair[1])) > 1e-10 {
				t.Errorf("%s, number %d: got %v, the official table has %v", name, k, pair[0], pair[1])
			}
		}
		if got.N != want.N {
			t.Errorf("%s: %d answers, the official table has %d", name, got.N, want.N)
		}
	}
	for k, row := range table.Items {
		item := official.Sampled.Items[k]
		same(item.ID+" satisfied", row.Cells[0].Satisfied, item.Satisfied)
		same(item.ID+" mean", row.Cells[0].Mean, item.Mean)
		same(item.ID+" don't know", row.Cells[0].DontKnow, item.DontKnow)
	}
	same("index", table.Index[0].Index, official.Sampled.Index)
	same("share", table.Index[0].Satisfied, official.Sampled.Satisfied)
}

// A least number above the smallest group hides it; its numbers, and the place of
// its row in the index, are nowhere in the JSON.
func TestAHiddenCellHasNoNumbers(t *testing.T) {
	t.Parallel()
	s := sampled(t)
	open, err := s.By(result.Residence, 1)
	if err != nil {
		t.Fatal(err)
	}
	smallest := math.MaxInt
	for _, c := range open.Items[0].Cells {
		smallest = min(smallest, c.N)
	}
	closed, err := s.By(result.Residence, smallest+1)
	if err != nil {
		t.Fatal(err)
	}
	hidden := 0
	for k, row := range closed.Items {
		for c, cell := range row.Cells {
			if cell.Hidden == result.Shown {
				continue
			}
			hidden++
			text, err := json.Marshal(cell)
			if err != nil {
				t.Fatal(err)
			}
			numbers := strings.NewReplacer("0", "", "null", "").Replace(string(text))
			if strings.ContainsAny(numbers, "123456789") || cell.N != 0 {
				t.Errorf("%s, %s: %s", row.ID, cell.Category, text)
			}
			if open.Items[k].Cells[c].Mean.Est.Known() == cell.Mean.Est.Known() {
				t.Errorf("%s, %s: the mean is as known as before", row.ID, cell.Category)
			}
			if closed.Index[c].Hidden == result.Shown {
				t.Errorf("%s, %s: the index is shown where an item is hidden", row.ID, cell.Category)
			}
		}
	}
	if hidden < 2 {
		t.Errorf("%d cells are hidden, want at least 2: the test looks at nothing", hidden)
	}
}

func TestACrossingPutsGroupsTogetherUntilNoneIsSmall(t *testing.T) {
	t.Parallel()
	shown := 0
	for _, least := range []int{3, 10, 25} {
		cross, err := sampled(t).Cross("q1", result.Sex, result.Residence, least)
		if err != nil {
			t.Fatal(err)
		}
		turned, err := sampled(t).Cross("q1", result.Residence, result.Sex, least)
		if err != nil || turned.Withheld != cross.Withheld || len(turned.Cells) != len(cross.Cols) {
			t.Fatalf("%d: turned: got %+v, %v", least, turned, err)
		}
		for r, row := range cross.Cells {
			n := 0
			for k, c := range row {
				n += c.N
				shown++
				if c.N > 0 && c.N < least || c.Hidden != result.Shown || turned.Cells[k][r].N != c.N {
					t.Errorf("least %d: a cell is of %d answers, turned of %d", least, c.N, turned.Cells[k][r].N)
				}
			}
			if cross.Rows[r].N != n {
				t.Errorf("row %d: the cells add up to %d, the total is %d", r, n, cross.Rows[r].N)
			}
		}
	}
	if shown < 4 {
		t.Errorf("%d cells are shown: nothing to judge", shown)
	}
	for _, other := range []string{result.Sex, result.Stratum, result.AgeAsked, "shoes"} {
		if none, err := sampled(t).Cross("q1", result.Sex, other, 10); none != nil || err != nil {
			t.Errorf("sex by %s: got %v, %v, want no table", other, none, err)
		}
	}
	if none, err := sampled(t).Cross("q1", result.Sex, result.Residence, people); err != nil || !none.Withheld || len(none.Cells) > 0 {
		t.Errorf("too few: got %+v, %v, want it withheld", none, err)
	}
}
