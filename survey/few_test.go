package survey_test

import (
	"testing"

	"minyi/survey"
	"minyi/survey/invite"
)

// Places with one or two sheets of any kind are counted; two batches of one place
// are one place, and posters are none.
func TestPlacesWithFewSheetsAreCounted(t *testing.T) {
	t.Parallel()
	batch := func(kind invite.Kind, psu string, c survey.Counts) survey.BatchCounts {
		return survey.BatchCounts{Batch: invite.Batch{Kind: kind, Stratum: "城镇", PSU: psu}, Counts: c}
	}
	f := &survey.Fieldwork{Batches: []survey.BatchCounts{
		batch(invite.OneTime, "none", survey.Counts{Links: 10}),
		batch(invite.OneTime, "one", survey.Counts{Refused: 1}),
		batch(invite.OneTime, "two", survey.Counts{Complete: 1}),
		batch(invite.OneTime, "two", survey.Counts{ScreenedOut: 1}),
		batch(invite.OneTime, "three", survey.Counts{Complete: 2, Partial: 1}),
		batch(invite.Poster, "", survey.Counts{Complete: 1}),
	}}
	if got, want := f.Few(), (survey.Few{Places: 2, Alone: 1}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}
