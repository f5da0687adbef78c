package quality_test

import (
	"testing"
)

// bound is what a measure must not cross.
type bound struct {
	name  string
	got   float64
	limit float64
	least bool
}

// TestHeldOutSurveysStayWithinBounds: made-up surveys that no rule was tuned on.
// The bounds of harm to honest people are the design's targets, stricter over all
// of them; the others guard against a step back and are looser than the targets
// where eight surveys are too few to show them (BenchmarkTargets over a hundred
// does) or where that shows a miss: staff.
func TestHeldOutSurveysStayWithinBounds(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("long work in one goroutine, which the race detector cannot judge")
	}
	for _, heavy := range []bool{false, true} {
		m := newMeasures()
		const surveys = 8
		for k := range uint64(surveys) {
			m.add(t, heldOutSeed+1000+k, heavy)
		}
		delighted, caught := .03, .80
		if heavy {
			delighted, caught = .10, .75
		}
		for _, b := range []bound{
			{"area, all but coached", average(m.auc["all"]), .94, true},
			{"area, proxy", average(m.auc["proxy"]), .98, true},
			{"area, bot", average(m.auc["bot"]), .98, true},
			{"area, staff", average(m.auc["all staff"]), .90, true},
			{"area, copy", average(m.auc["copy"]), .78, true},
			{"area, coached", average(m.auc["coached"]), .88, true},
			{"true positives at 1 % false", average(m.caught), caught, true},
			{"area of the unit alarm", average(m.auc["unit"]), .90, true},
			{"flagged, honest", m.honestRate(), .015, false},
			{"flagged, kiosk", m.rate("kiosk"), .03, false},
			{"flagged, office", m.rate("office"), .03, false},
			{"flagged, assisted", m.rate("assisted"), .03, false},
			{"flagged, household", m.rate("household"), .05, false},
			{"flagged, delighted", m.rate("delighted"), delighted, false},
			{"flagged, village", m.rate("village"), .06, false},
			{"bias left in attacked units", m.after / m.before, .50, false},
			{"bias of clean units", m.clean / m.cleanUnits, .006, false},
		} {
			if b.least && b.got < b.limit || !b.least && b.got > b.limit || b.got != b.got {
				t.Errorf("heavy %v, %s: got %.4f, bound %.3f", heavy, b.name, b.got, b.limit)
			}
		}
	}
}
