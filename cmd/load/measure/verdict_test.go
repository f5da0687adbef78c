package measure_test

import (
	"math"
	"testing"

	"minyi/cmd/load/measure"
)

// Ratios are taken within a round, and the median over the rounds counts: one
// round on a busy machine changes nothing.
func TestRatiosAreMediansOfTurnsInTheSameRound(t *testing.T) {
	t.Parallel()
	var turns []measure.Turn
	for round, c := range []struct{ door, none float64 }{{30_000, 100_000}, {6_000, 20_000}, {50_000, 100_000}} {
		turns = append(turns,
			measure.Turn{Who: measure.Door, Conns: 64, Round: round, Rate: c.door, P99: 5, CPU: 35, Peak: 100 + float64(round)},
			measure.Turn{Who: measure.None, Conns: 64, Round: round, Rate: c.none, CPU: 10})
	}
	want := map[string]struct {
		got     float64
		verdict measure.Verdict
	}{
		"none64": {0.3, measure.Floor}, "p99at64": {5, measure.Goal}, "cpu": {3.5, measure.Floor}, "memory": {102, measure.Goal},
	}
	rows := measure.Judge(turns)
	if len(rows) != len(want) {
		t.Errorf("got %d rows, want %d: what was not measured is left out", len(rows), len(want))
	}
	for _, row := range rows {
		w, ok := want[row.Key]
		if !ok || math.Abs(row.Got-w.got) > 1e-9 || row.Verdict != w.verdict {
			t.Errorf("%s: got %v %s, want %v %s", row.Key, row.Got, row.Verdict, w.got, w.verdict)
		}
	}
}

func TestAServiceSlowedByWhatItHoldsIsUnderTheFloor(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		full float64
		want measure.Verdict
	}{{95, measure.Goal}, {85, measure.Floor}, {70, measure.Under}, {110, measure.Goal}} {
		rows := measure.Judge([]measure.Turn{
			{Who: measure.Door, Conns: 64, Rate: 100}, {Who: measure.Full, Conns: 64, Rate: c.full},
		})
		found := false
		for _, row := range rows {
			if row.Key == "stored" {
				found = true
				if row.Verdict != c.want {
					t.Errorf("%v of 100: got %s, want %s", c.full, row.Verdict, c.want)
				}
			}
		}
		if !found {
			t.Errorf("%v of 100: no row", c.full)
		}
	}
}
