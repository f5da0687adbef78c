package audit_test

import (
	"errors"
	"testing"
	"time"

	"minyi/indicators/audit"
)

func chain(n int) []audit.Entry {
	var out []audit.Entry
	var last audit.Entry
	at := time.Date(2020, 9, 15, 1, 0, 0, 123456789, time.UTC)
	for range n {
		last = audit.Seal(audit.Entry{
			At: at, Actor: "li", Role: "office", Action: "round.open", Object: "round/2020", After: `{"quota":5}`,
		}, last)
		out = append(out, last)
	}
	return out
}

func TestCheckFindsWhatWasDoneToAnEntry(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name string
		edit func([]audit.Entry) []audit.Entry
		want string
		seq  int64
	}{
		{"whole", func(e []audit.Entry) []audit.Entry { return e }, "", 0},
		{"actor changed", func(e []audit.Entry) []audit.Entry { e[1].Actor = "wang"; return e }, "changed", 2},
		{"reason added", func(e []audit.Entry) []audit.Entry { e[2].Reason = "x"; return e }, "changed", 3},
		{"text moved between fields", func(e []audit.Entry) []audit.Entry {
			e[0].Action, e[0].Object = "round.openround", "/2020"
			return e
		}, "changed", 1},
		{"time changed", func(e []audit.Entry) []audit.Entry { e[3].At = e[3].At.Add(time.Hour); return e }, "changed", 4},
		{"missing", func(e []audit.Entry) []audit.Entry { return append(e[:1], e[2:]...) }, "missing", 2},
		{"reordered", func(e []audit.Entry) []audit.Entry { e[1], e[2] = e[2], e[1]; return e }, "missing", 2},
		{"doubled", func(e []audit.Entry) []audit.Entry { e[2] = e[1]; return e }, "reordered", 2},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			err := audit.Check(c.edit(chain(4)))
			var broken *audit.Break
			switch {
			case c.want == "" && err != nil:
				t.Fatalf("got %v, want no break", err)
			case c.want != "" && !errors.As(err, &broken):
				t.Fatalf("got %v, want a break", err)
			case c.want != "" && (broken.What != c.want || broken.Seq != c.seq):
				t.Fatalf("got %d %s, want %d %s", broken.Seq, broken.What, c.seq, c.want)
			}
		})
	}
}
