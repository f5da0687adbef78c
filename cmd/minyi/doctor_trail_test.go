package main

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"minyi/indicators/audit"
)

// acts are entries of the survey half, one a call, of which some are events.
func acts() []string {
	return []string{"survey.create", "survey.draw", "survey.open", "survey.read", "survey.close", "survey.read", "survey.approve", "survey.read"}
}

// houseWithEvents is a house in whose survey half something happened, and that has
// given its events to the public log since. It is closed.
func houseWithEvents(t *testing.T) *house {
	t.Helper()
	h := newHouse(t)
	for _, action := range acts() {
		e := audit.Entry{At: testNow(), Actor: "agency1", Role: "agency", Action: action, Object: "survey/1", Reason: "x", After: `{"n":1}`}
		if err := h.survey.Record(t.Context(), e); err != nil {
			t.Fatal(err)
		}
	}
	if err := h.events.Tend(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := h.Close(); err != nil {
		t.Fatal(err)
	}
	return h
}

const (
	sqlNoTriggers = `DROP TRIGGER trail_is_append_only_update; DROP TRIGGER trail_is_append_only_delete; DROP TRIGGER trail_is_append_only_insert`
	sqlTriggers   = `SELECT sql FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = 'trail'`
	sqlAnew       = `INSERT INTO trail (half, seq, at, actor, role, action, object, outcome, reason, before, after, prev, hash)
		VALUES ('survey', $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`
)

// forge does to a half's trail what somebody does who has the file and the program:
// he takes the triggers away, writes the trail with a chain made anew, and puts the
// triggers back; the figures of the tables follow, as it is the program that writes.
func forge(t *testing.T, dir string, change func([]audit.Entry) []audit.Entry) {
	t.Helper()
	d, err := openSurveyHalf(t.Context(), filepath.Join(dir, surveyFile))
	if err != nil {
		t.Fatal(err)
	}
	entries, err := d.Trail(t.Context(), 0, 100)
	if err != nil {
		t.Fatal(err)
	}
	entries = change(entries)
	if err := errors.Join(d.Write(t.Context(), func(tx *sql.Tx) error { return rewrite(t.Context(), tx, entries) }), d.Close()); err != nil {
		t.Fatal(err)
	}
}

func triggersOf(ctx context.Context, tx *sql.Tx) (out []string, err error) {
	rows, err := tx.QueryContext(ctx, sqlTriggers)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var text string
		if err := rows.Scan(&text); err != nil {
			return nil, err
		}
		out = append(out, text)
	}
	return out, rows.Err()
}

func rewrite(ctx context.Context, tx *sql.Tx, entries []audit.Entry) error {
	triggers, err := triggersOf(ctx, tx)
	if err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, sqlNoTriggers+`; DELETE FROM trail`); err != nil {
		return err
	}
	var last audit.Entry
	for _, e := range entries {
		last = audit.Seal(e, last)
		if _, err := tx.ExecContext(ctx, sqlAnew, last.Seq, last.At.UnixMilli(), last.Actor, last.Role, last.Action, last.Object,
			last.Outcome, last.Reason, last.Before, last.After, last.Prev, last.Hash); err != nil {
			return err
		}
	}
	for _, text := range triggers {
		if _, err := tx.ExecContext(ctx, text); err != nil {
			return err
		}
	}
	return nil
}

// What the chain of a trail cannot show the log of events shows: its leaves are
// signed, and whoever writes the file writes none of them (S49). Every way to change
// the trail is named, also where the chain was made anew and the figures of the
// tables fit.
func TestS49DoctorFindsATrailThatWasMadeAnew(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		change func([]audit.Entry) []audit.Entry
		want   []string
	}{
		{"nothing", func(e []audit.Entry) []audit.Entry { return e }, nil},
		{"an entry changed", func(e []audit.Entry) []audit.Entry { e[2].Actor = "somebody"; return e }, []string{"trail of survey: entry 3 was changed", "entry 8 was changed"}},
		{"an entry that is no event changed", func(e []audit.Entry) []audit.Entry { e[5].Reason = ""; return e }, []string{"entry 7 was changed", "entry 8 was changed"}},
		{"an entry taken out", func(e []audit.Entry) []audit.Entry { return slices.Delete(e, 3, 4) }, []string{"entry 8 was missing", "entry 5 was changed"}},
		{"an entry put in", func(e []audit.Entry) []audit.Entry { return slices.Insert(e, 1, e[0]) }, []string{"entry 2 was changed", "entry 8 was changed"}},
		{"two entries swapped", func(e []audit.Entry) []audit.Entry { e[3], e[4] = e[4], e[3]; return e }, []string{"entry 5 was changed", "entry 4 of survey is not what the entry makes (unfed)"}},
		{"the end cut off", func(e []audit.Entry) []audit.Entry { return e[:6] }, []string{"entry 7 was missing", "entry 8 was missing"}},
		{"all cut off", func([]audit.Entry) []audit.Entry { return nil }, []string{"entry 2 was missing", "entry 8 was missing"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			h := houseWithEvents(t)
			forge(t, h.dir, c.change)
			out := diagnose(t, h.dir, c.want == nil)
			for _, want := range c.want {
				if !strings.Contains(out, want) {
					t.Errorf("%q is not in\n%s", want, out)
				}
			}
			if strings.Contains(out, "trail: entry") || strings.Contains(out, "table") {
				t.Errorf("the chain and the figures fit, and still show it:\n%s", out)
			}
		})
	}
}

// diagnose runs doctor and says what it printed.
func diagnose(t *testing.T, dir string, well bool) string {
	t.Helper()
	var out bytes.Buffer
	err := doctor(t.Context(), dir, &out, io.Discard)
	if well != (err == nil) {
		t.Errorf("got %v, want well %v\n%s", err, well, out.String())
	}
	return out.String()
}

// The public logs stand on their own: whoever changes a leaf, a hash, a checkpoint or
// the key is found, and so is whoever takes an event out of what the programme keeps.
func TestS49DoctorFindsWhatWasDoneToALog(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, file, edit, want string }{
		{"a leaf", surveyFile, `UPDATE ledger_tile SET hashes = CAST(zeroblob(32) || substr(hashes, 33) AS BLOB) WHERE level = -1`, "log events: its leaves do not make the tree"},
		{"a hash", surveyFile, `UPDATE ledger_tile SET hashes = CAST(zeroblob(32) || substr(hashes, 33) AS BLOB) WHERE level = 0`, "log events: its stored hashes do not make the tree"},
		{"the size", surveyFile, `UPDATE ledger_log SET size = size - 1`, "log events: "},
		{"the checkpoint", surveyFile, `UPDATE ledger_checkpoint SET note = CAST(replace(CAST(note AS TEXT), 'minyi', 'mimyi') AS BLOB)`, "is not signed by the keys of this folder"},
		{"an event", programmeFile, `DROP TRIGGER event_never_goes; DELETE FROM event WHERE action = 'survey.open'`, "is accounted for by nothing here"},
		{"an event's hash", programmeFile, `DROP TRIGGER event_never_changes; UPDATE event SET hash = 'x' WHERE action = 'survey.open'`, "entry 3 was changed"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			h := houseWithEvents(t)
			edit(t, filepath.Join(h.dir, c.file), c.edit)
			if out := diagnose(t, h.dir, false); !strings.Contains(out, c.want) {
				t.Errorf("%q is not in\n%s", c.want, out)
			}
		})
	}
}
