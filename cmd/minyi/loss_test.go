package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"minyi/cmd/internal/speech"
	"minyi/indicators/audit"
	"minyi/indicators/db"
	"minyi/web/view"
)

// told runs a command and returns what it says, and why it failed, in English.
func told(t *testing.T, texts *view.Texts, args ...string) (said string, failed error) {
	t.Helper()
	root := rootCommand()
	args = append(args, "--lang", "en")
	speech.Fill(root, texts, speech.Lang(speech.Chosen(args)))
	var out bytes.Buffer
	root.SetOut(&out)
	root.SetErr(&out)
	root.SetArgs(args)
	failed = root.ExecuteContext(t.Context())
	return out.String(), failed
}

// An older copy of a half is sound in itself. Doctor names it all the same and says
// what is missing and what to do, and nobody serves it, until the loss is accepted with
// a reason, which stands in the trail.
func TestF15AnOlderHalfIsNamedAndNotServed(t *testing.T) {
	t.Parallel()
	texts, err := view.LoadTexts()
	if err != nil {
		t.Fatal(err)
	}
	h := houseWithEvents(t)
	path := filepath.Join(h.dir, surveyFile)
	older := filepath.Join(t.TempDir(), surveyFile)
	if err := db.Snapshot(t.Context(), path, older); err != nil {
		t.Fatal(err)
	}
	d, err := openSurveyHalf(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if err := d.Record(t.Context(), audit.Entry{At: testNow(), Actor: "agency1", Role: "agency", Action: "survey.read", Object: "survey/1"}); err != nil {
			t.Fatal(err)
		}
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(older, path); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"doctor"}, {"serve", "--listen", "127.0.0.1:0"}, {"migrate", "apply"}} {
		_, failed := told(t, texts, append(args, "--data", h.dir)...)
		for _, want := range []string{surveyFile + " is older", "3 transactions are missing", "3 entries of the trail and 0 answers", "--accept-loss"} {
			if failed == nil || !strings.Contains(failed.Error(), want) {
				t.Errorf("%v: got %v, want %q in it", args, failed, want)
			}
		}
	}
	for _, args := range [][]string{{"doctor", "--accept-loss", "the disk is gone"}, {"doctor"}} {
		if said, failed := told(t, texts, append(args, "--data", h.dir)...); failed != nil || said != "ok\n" {
			t.Errorf("%v: got %q, %v", args, said, failed)
		}
	}
	if d, err = openSurveyHalf(t.Context(), path); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = d.Close() }()
	found, err := d.FindTrail(t.Context(), "data/"+surveyFile, 10)
	if err != nil || len(found) != 1 || found[0].Action != "data.loss" || found[0].Reason != "the disk is gone" {
		t.Errorf("got %+v, %v, want one entry with the reason", found, err)
	}
}
