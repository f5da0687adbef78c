package invite_test

import (
	"errors"
	"testing"

	"minyi/indicators/fault"
	"minyi/survey/invite"
)

func TestBatchesHoldTheSerialsTheyIssued(t *testing.T) {
	t.Parallel()
	var bs invite.Batches
	var err error
	for _, b := range []invite.Batch{
		{Kind: invite.OneTime, Count: 20, Stratum: "urban", PSU: "u1"},
		{Kind: invite.Poster, Count: 1, Place: "hall"},
		{Kind: invite.OneTime, Count: 5, Stratum: "rural", PSU: "r1"},
	} {
		if bs, err = bs.Issue(b); err != nil {
			t.Fatal(err)
		}
	}
	cases := map[string]struct {
		serial uint32
		number uint32
		ok     bool
	}{
		"none before the first": {0, 0, false},
		"first":                 {1, 1, true},
		"last of the first":     {20, 1, true},
		"poster":                {21, 2, true},
		"first of the third":    {22, 3, true},
		"last":                  {26, 3, true},
		"never issued":          {27, 0, false},
	}
	for name, c := range cases {
		got, ok := bs.Find(c.serial)
		if ok != c.ok || got.Number != c.number {
			t.Errorf("%s: got batch %d, %v; want %d, %v", name, got.Number, ok, c.number, c.ok)
		}
	}
	if got, want := bs.Issued(invite.OneTime), 25; got != want {
		t.Errorf("one-time links: got %d, want %d", got, want)
	}
}

func TestBatchesRefuseWhatTheyCannotHold(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		batch invite.Batch
		code  string
	}{
		"empty":           {invite.Batch{Kind: invite.OneTime}, "invite.count"},
		"too many":        {invite.Batch{Kind: invite.OneTime, Count: invite.MaxSerial + 1}, "invite.count"},
		"two on a poster": {invite.Batch{Kind: invite.Poster, Count: 2}, "invite.poster"},
	}
	for name, c := range cases {
		if _, err := (invite.Batches{}).Issue(c.batch); !errors.Is(err, fault.New(fault.Invalid, c.code)) {
			t.Errorf("%s: got %v, want %s", name, err, c.code)
		}
	}
}
