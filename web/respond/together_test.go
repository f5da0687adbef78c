package respond_test

import (
	"fmt"
	"slices"
	"sync"
	"testing"
)

// S29: values kept past a request are copies, whatever other requests do.
func TestS29ManyFormsAtOnceAreStoredAsTheyWereSent(t *testing.T) {
	h := open(t)
	const people = 200
	var want []string
	var all sync.WaitGroup
	for i := range people {
		text := fmt.Sprintf("第%03d位居民的意见", i)
		want = append(want, text)
		form := filledAll(h, h.poster)
		form.Set("o1", text)
		form.Set("q01", fmt.Sprint(1+i%5))
		all.Go(func() { h.status(h.post("/q/"+h.poster, form), 200) })
	}
	all.Wait()
	got, err := h.store.Comments(t.Context(), 1)
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("texts: got %d, want %d different ones:\n%q", len(got), len(want), got)
	}
	points := map[int]int{}
	for _, s := range h.kept() {
		points[h.paper.Point(s, "q01")]++
	}
	for point := 1; point <= 5; point++ {
		if points[point] != people/5 {
			t.Errorf("answers with point %d: got %d, want %d", point, points[point], people/5)
		}
	}
}

func TestOneFormSentManyTimesAtOnceIsOneAnswer(t *testing.T) {
	h := open(t)
	form := filledAll(h, h.oneTime[2])
	var all sync.WaitGroup
	bodies := make([]string, 16)
	for i := range bodies {
		all.Go(func() {
			p := h.post("/q/"+h.oneTime[2], form)
			h.status(p, 200)
			bodies[i] = p.body
		})
	}
	all.Wait()
	for _, body := range bodies {
		if body != bodies[0] {
			t.Error("two receipts of one form differ")
		}
	}
	if got := len(h.kept()); got != 1 {
		t.Errorf("stored: got %d, want 1", got)
	}
}
