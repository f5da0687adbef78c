package respond_test

import (
	"fmt"
	"maps"
	"slices"
	"sync"
	"testing"

	"minyi/survey/questionnaire"
)

// S29: values kept past a request are copies, whatever other requests do. Each form
// comes through a link of its own: from the 300th sheet an hour on a poster asks for
// work before it takes one (DefaultPosterHour), which is no loss.
func TestS29ManyFormsAtOnceAreStoredAsTheyWereSent(t *testing.T) {
	people := 1000
	if testing.Short() {
		people = 200 // with the race detector
	}
	h := openMany(t, questionnaire.Default(), uint32(people))
	form := filledAll(h, h.oneTime[0])
	var want []string
	var all sync.WaitGroup
	for i := range people {
		text := fmt.Sprintf("第%04d位居民的意见", i)
		want = append(want, text)
		own := maps.Clone(form)
		own.Set("o1", text)
		own.Set("q01", fmt.Sprint(1+i%5))
		all.Go(func() {
			link := "/q/" + h.oneTime[i]
			for field, values := range h.get(link).form() {
				own[field] = values
			}
			h.status(h.post(link, own), 200)
		})
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
