package survey_test

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"minyi/indicators/access"
	"minyi/indicators/fault"
	"minyi/indicators/scorebook"
	"minyi/survey"
	"minyi/survey/export"
	"minyi/survey/release"
)

func words(zh, en string) map[string]survey.Text {
	return map[string]survey.Text{survey.OnLimits: {Zh: zh, En: en}}
}

// corrected is a released survey with a proposed correction.
func (h *house) corrected(t *testing.T, reason string) *survey.Survey {
	t.Helper()
	id := h.answered(t, 20)
	h.release(t, id)
	if _, err := h.Write(t.Context(), agent(), id, 0, words("样本只含有手机号的居民。", "Only residents with a telephone.")); err != nil {
		t.Fatal(err)
	}
	sv, err := h.Correct(t.Context(), agent(), id, reason)
	if err != nil {
		t.Fatal(err)
	}
	return sv
}

func TestACorrectionIsANewReleaseAndTheOldOneStays(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	sv := h.corrected(t, "补充说明")
	id, first, digest := sv.ID, sv.Draft.Digest, sv.Correction.Digest
	if err := h.EndRound(t.Context(), agent(), 2020); err != nil {
		t.Fatal(err)
	}
	if out, err := h.Released(t.Context(), officer(), id); err != nil || out.Draft.Digest != first || !out.InForce() {
		t.Fatalf("while it is proposed the office reads %v, %v, want the first release", out, err)
	}
	for _, by := range []access.Actor{agent(), other()} {
		if _, err := h.Approve(t.Context(), by, id, digest); err != nil {
			t.Fatal(err)
		}
	}
	out, err := h.Released(t.Context(), officer(), id)
	if err != nil || out.Draft.Digest != digest || out.Document.Revision != 2 || out.Document.Supersedes != first || out.Document.Reason != "补充说明" {
		t.Fatalf("got %+v, %v, want the correction, naming what it supersedes and why", out, err)
	}
	old, err := h.Revision(t.Context(), officer(), id, 1)
	if err != nil || old.Draft.Digest != first || old.InForce() || release.Digest(old.Draft.Document) != first {
		t.Errorf("the first release: got %+v, %v, want it readable and superseded", old, err)
	}
	if f := h.finding(t); f.Version != 2 || f.Digest != digest || f.Reason != "补充说明" {
		t.Errorf("finding: got %+v, want version 2 with the reason", f)
	}
	versions, err := h.first.FindingVersions(t.Context(), scorebook.Key{Round: 2020, Unit: "640200", Instrument: scorebook.Survey})
	if err != nil || len(versions) != 2 || versions[0].Digest != first {
		t.Errorf("got %d versions in the book, %v, want both", len(versions), err)
	}
	h.restart(t)
	if out, err := h.Revision(t.Context(), officer(), id, 1); err != nil || out.Draft.Digest != first {
		t.Errorf("after a restart: got %+v, %v", out, err)
	}
}

func TestACorrectionNeedsTwoAccountsAReasonAndADifference(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id := h.answered(t, 20)
	_, err := h.Correct(t.Context(), agent(), id, "理由")
	refused(t, "before the release", err, "survey.state")
	h.release(t, id)
	_, err = h.Correct(t.Context(), agent(), id, "理由")
	refused(t, "nothing differs", err, "release.unchanged")
	_, err = h.Correct(t.Context(), agent(), id, " \n")
	refused(t, "no reason", err, "reason.needed")
	_, err = h.Correct(t.Context(), agent(), id, strings.Repeat("长", 501))
	refused(t, "a long reason", err, "words.long")
	_, err = h.Correct(t.Context(), officer(), id, "理由")
	refused(t, "the office", err, "access.role")
	if _, err := h.Write(t.Context(), agent(), id, 0, words("限", "limits")); err != nil {
		t.Fatal(err)
	}
	sv, err := h.Correct(t.Context(), agent(), id, "理由")
	if err != nil {
		t.Fatal(err)
	}
	if sv, err = h.Approve(t.Context(), other(), id, sv.Correction.Digest); err != nil || sv.Correction == nil {
		t.Fatalf("after one approval: got %v, want still proposed", err)
	}
	_, err = h.Approve(t.Context(), other(), id, sv.Correction.Digest)
	refused(t, "the same account twice", err, "release.twice")
	if f := h.finding(t); f.Version != 1 {
		t.Errorf("with one approval the book has version %d, want 1", f.Version)
	}
	if sv, err = h.Withdraw(t.Context(), agent(), id); err != nil || sv.Correction != nil || sv.State != survey.Released {
		t.Errorf("withdraw: got %v, want the release as before", err)
	}
	_, err = h.Withdraw(t.Context(), agent(), id)
	refused(t, "withdraw again", err, "release.none")
}

func TestTheStatementIsKeptWithEveryVersion(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id := h.answered(t, 20)
	sv := h.propose(t, id)
	d, err := release.Parse(sv.Draft.Document)
	if err != nil {
		t.Fatal(err)
	}
	needed := []string{survey.OnFunding, survey.OnCoverage, survey.OnProcessing, survey.OnLimits}
	if got := d.Method.Missing; !slices.Equal(got, needed) || d.Method.Facts.Sponsor.Zh != "自治区党委依法治区办" {
		t.Errorf("got missing %v of %+v, want %v", got, d.Method.Facts, needed)
	}
	if _, err := h.Write(t.Context(), agent(), id, 0, words("限\r\n制 ", "limits")); err != nil {
		t.Fatal(err)
	}
	_, err = h.Write(t.Context(), other(), id, 0, words("另", "other"))
	refused(t, "over an unseen version", err, "statement.stale")
	_, err = h.Write(t.Context(), other(), id, 1, words(strings.Repeat("长", 2001), ""))
	var list *fault.Refusal
	if !errors.As(err, &list) || list.Code != "statement.long" || list.Field != "limitations_zh" {
		t.Errorf("too long: got %v, want statement.long at limitations_zh", err)
	}
	if sv, err = h.Write(t.Context(), other(), id, 1, words("限\n制", "limits")); err != nil || sv.Statement().Version != 1 {
		t.Errorf("the same words: got version %d, %v, want 1", sv.Statement().Version, err)
	}
	if sv, err = h.Write(t.Context(), other(), id, 1, words("限", "")); err != nil || len(sv.Statements) != 2 || sv.Statements[0].Written[survey.OnLimits].Zh != "限\n制" {
		t.Errorf("a new version: got %+v, %v, want both kept", sv.Statements, err)
	}
}

// testdata/frozen.py takes the digests again by other means: Python 3 with
// sqlite3 on the store, and the final weights from the CSV file of the export.
func TestFrozenDigestsAreThoseOfTheStore(t *testing.T) {
	if testing.Short() {
		t.Skip("one goroutine drives it")
	}
	t.Parallel()
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("no python3 here")
	}
	h := newHouse(t)
	id := h.many(t, 120)
	d, err := release.Parse(h.propose(t, id).Draft.Document)
	if err != nil {
		t.Fatal(err)
	}
	answers := filepath.Join(t.TempDir(), "answers.csv")
	for _, body := range h.taken(t, id, export.AsCSV) {
		if header, _, _ := strings.Cut(string(body), "\n"); !strings.Contains(header, "weight_final") {
			continue
		}
		if err := os.WriteFile(answers, body, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	out, err := exec.CommandContext(t.Context(), python, "testdata/frozen.py", filepath.Join(h.folder, "survey.db"), answers).CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	got, want := []string{d.Data.Digest, d.Data.TextsDigest, d.Weights.Digest}, strings.Fields(string(out))
	if !slices.Equal(got, want) {
		t.Errorf("got %v, another program takes %v", got, want)
	}
	if d.Data.Answers != 129 || d.Weights.N == 0 || d.Weights.N > 120 {
		t.Errorf("got %d answers and %d weights, want 129 and at most 120", d.Data.Answers, d.Weights.N)
	}
}
