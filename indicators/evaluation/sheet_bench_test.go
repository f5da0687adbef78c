package evaluation_test

import (
	"testing"

	"minyi/indicators"
	"minyi/indicators/access"
	"minyi/indicators/application"
	"minyi/indicators/evaluation"
)

// benchItems go round over the whole sheet.
const benchItems = 90

// BenchmarkPutOneItem saves one indicator a time on a sheet that is marked
// already, as a fast assessor does, and reports how much the trail grows with
// each.
func BenchmarkPutOneItem(b *testing.B) {
	w := newWorld(b, nil)
	w.assign(wide, first)
	w.submitDraft(first, wide)
	lines := w.linesOf(first, wide)[:benchItems]
	versions := w.sheet(first, wide).Versions
	before := w.trailBytes()
	b.ResetTimer()
	for n := range b.N {
		l := lines[n%benchItems]
		c := evaluation.Cell{Item: l.Item, Version: versions[l.Item], Verdict: evaluation.Verdict{
			Given: true, Mark: indicators.Mark(1 + n%999), Reason: "佐证材料齐全，与申报一致",
		}}
		a, err := w.service.Put(b.Context(), first, wide, c)
		if err != nil {
			b.Fatal(err)
		}
		versions[l.Item] = a.Cell.Version
	}
	b.StopTimer()
	b.ReportMetric(float64(w.trailBytes()-before)/float64(b.N), "trail-B/op")
}

// submitDraft saves a whole sheet and leaves it open.
func (w *world) submitDraft(who access.Actor, k application.Key) {
	w.t.Helper()
	wants(w.t, w.save(who, k, w.cells(who, k, 90)), "")
}

func (w *world) linesOf(who access.Actor, k application.Key) []evaluation.Line {
	w.t.Helper()
	work, err := w.service.Open(w.t.Context(), who, k)
	if err != nil {
		w.t.Fatal(err)
	}
	return work.Terms.Lines()
}

// trailBytes is the text of the whole trail.
func (w *world) trailBytes() (n int) {
	w.t.Helper()
	const all = 1 << 20
	entries, err := w.store.Trail(w.t.Context(), 0, all)
	if err != nil {
		w.t.Fatal(err)
	}
	for _, e := range entries {
		n += len(e.Before) + len(e.After) + len(e.Object) + len(e.Actor) + len(e.Reason) + len(e.Action) + len(e.Hash) + len(e.Prev)
	}
	return n
}
