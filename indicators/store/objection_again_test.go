package store_test

import (
	"sync"
	"testing"

	"minyi/indicators/naming"
)

// A second press and a form that a bad network sends again, even at the same time, are
// one objection with one code, one entry and one message; other words, another form and
// a form without a mark are objections of their own.
func TestC36AFormThatIsSentAgainIsOneObjection(t *testing.T) {
	t.Parallel()
	o := noticed(t)
	ctx := t.Context()
	o.on(t, "2020-11-07")
	told := len(o.told.posted)
	c := naming.Complaint{Target: target("640100"), Text: "the list of charges is not public", Name: "王", Form: "mark-of-one-form"}
	codes := make([]string, 6)
	var all sync.WaitGroup
	first, err := o.naming.Object(ctx, 2020, c)
	must(t, err)
	for i := range codes {
		all.Go(func() {
			code, err := o.naming.Object(ctx, 2020, c)
			if err != nil {
				t.Error(err)
			}
			codes[i] = code
		})
	}
	all.Wait()
	for _, code := range codes {
		if code != first {
			t.Errorf("sent again: got %q, want %q", code, first)
		}
	}
	list, err := o.naming.Objections(ctx, officer(), 2020)
	if err != nil || len(list) != 1 || len(o.told.posted) != told+1 {
		t.Errorf("got %d objections and %d messages, %v, want 1 of each", len(list), len(o.told.posted)-told, err)
	}
	seen := map[string]bool{first: true}
	for name, other := range map[string]naming.Complaint{
		"other words":    {Target: c.Target, Text: "another", Name: c.Name, Form: c.Form},
		"another form":   {Target: c.Target, Text: c.Text, Name: c.Name, Form: "mark-of-another"},
		"without a name": {Target: c.Target, Text: c.Text, Form: c.Form},
		"no mark":        {Target: c.Target, Text: c.Text, Name: c.Name},
		"no mark again":  {Target: c.Target, Text: c.Text, Name: c.Name},
	} {
		code, err := o.naming.Object(ctx, 2020, other)
		if err != nil || seen[code] {
			t.Errorf("%s: got %q, %v, want a code of its own", name, code, err)
		}
		seen[code] = true
	}
	if state, err := o.naming.State(ctx, first); err != nil || state.State() != naming.Received {
		t.Errorf("the code of the form sent again leads to %+v, %v", state, err)
	}
}
