package supervision_test

import (
	"testing"
	"time"

	"minyi/indicators/naming"
	"minyi/indicators/roster"
	"minyi/indicators/supervision"
)

// TestC13TheStandingAsOfADate reads a history by hand: named on 20 December 2020,
// under check from 1 March 2021, valid again from 10 March, under check from 1 May
// and revoked the same day.
func TestC13TheStandingAsOfADate(t *testing.T) {
	t.Parallel()
	r := supervision.Record{Named: naming.Named{Date: roster.On(2020, time.December, 20), Standing: naming.Valid}}
	for n, x := range []struct {
		to   naming.Standing
		from roster.Date
	}{
		{naming.Checked, roster.On(2021, time.March, 1)},
		{naming.Valid, roster.On(2021, time.March, 10)},
		{naming.Checked, roster.On(2021, time.May, 1)},
		{naming.Revoked, roster.On(2021, time.May, 1)},
	} {
		r.Steps = append(r.Steps, supervision.Step{N: n + 1, Standing: x.to, From: x.from})
	}
	for day, want := range map[string]naming.Standing{
		"2020-12-19": "", "2020-12-20": naming.Valid, "2021-02-28": naming.Valid, "2021-03-01": naming.Checked, "2021-03-09": naming.Checked,
		"2021-03-10": naming.Valid, "2021-04-30": naming.Valid, "2021-05-01": naming.Revoked, "2031-01-01": naming.Revoked,
	} {
		on, err := roster.ParseDate(day)
		if err != nil {
			t.Fatal(err)
		}
		if got := r.On(on); got != want {
			t.Errorf("on %s: got %q, want %q", day, got, want)
		}
	}
	if r.Now() != naming.Revoked || r.Latest() != roster.On(2021, time.May, 1) {
		t.Errorf("after all steps: got %s from %s", r.Now(), r.Latest())
	}
}
