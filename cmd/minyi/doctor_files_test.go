package main

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"minyi/indicators"
	"minyi/indicators/access"
	"minyi/indicators/application"
	"minyi/indicators/audit"
	"minyi/indicators/evaluation"
	"minyi/indicators/evidence"
)

// With 3,000 files doctor finds the one that was taken away
// by hand and the one that was changed, reads each file once, and holds no more
// than their names.
func TestDoctorFindsLostAndChangedEvidenceAmongThreeThousandFiles(t *testing.T) { // alone: it counts what the whole program allocates
	h := houseOfFiles(t)
	const files = 3000
	places := manyFiles(t, h, files)
	if err := os.Remove(places[7]); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(places[2900], []byte("%PDF-1.4 something else"), 0o600); err != nil {
		t.Fatal(err)
	}
	dir := h.dir
	if err := h.Close(); err != nil {
		t.Fatal(err)
	}
	var out, progress bytes.Buffer
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	err := doctor(t.Context(), dir, &out, &progress)
	runtime.ReadMemStats(&after)
	if !errors.As(err, new(exitError)) {
		t.Errorf("got %v, want status 1", err)
	}
	name := func(n int) string { return filepath.Base(filepath.Dir(places[n])) + filepath.Base(places[n]) }
	for _, want := range []string{"evidence " + name(7) + ": missing", "evidence " + name(2900) + ": altered"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is not in\n%s", want, out.String())
		}
	}
	if got := strings.Count(out.String(), "evidence "); got != 2 {
		t.Errorf("got %d files named, want 2", got)
	}
	if got := strings.Count(progress.String(), "\n"); got != files/100 || !strings.Contains(progress.String(), "evidence: 3000 / 3000") {
		t.Errorf("progress: got %d lines: %.100s", got, progress.String())
	}
	if got, most := (after.TotalAlloc-before.TotalAlloc)/files, uint64(64<<10); got > most {
		t.Errorf("got %d bytes allocated a file, want at most %d", got, most)
	}
}

// manyFiles gives the draft so many small files, straight into the store, and
// returns where they lie.
func manyFiles(t *testing.T, h *house, n int) (places []string) {
	t.Helper()
	all := make([]application.Exhibit, 0, n)
	for i := range n {
		body := fmt.Appendf(nil, "%%PDF-1.4\n%% %d\n%%%%EOF\n", i)
		sum := sha256.Sum256(body)
		digest := hex.EncodeToString(sum[:])
		place := filepath.Join(h.dir, evidenceFolder, digest[:2], digest[2:])
		if err := errors.Join(os.MkdirAll(filepath.Dir(place), 0o700), os.WriteFile(place, body, 0o600)); err != nil {
			t.Fatal(err)
		}
		f := evidence.File{Digest: evidence.Digest(digest), Name: fmt.Sprintf("%d.pdf", i), Kind: evidence.PDF, Size: int64(len(body))}
		all = append(all, application.Exhibit{ID: application.ExhibitID(newID()), File: f, Indicators: []indicators.Number{"1"}})
		places = append(places, place)
	}
	k := filesKey()
	entry := &audit.Entry{Actor: "test", Action: "test"}
	err := h.programme.UpdateDossier(t.Context(), k, entry, func(d *application.Dossier) error { d.Exhibits = all; return nil })
	if err != nil {
		t.Fatal(err)
	}
	return places
}

// The scan of a contract with an institution is evidence too (C27).
func TestDoctorMissesALostScanOfAContract(t *testing.T) {
	t.Parallel()
	h := houseOfFiles(t)
	office := access.Actor{Name: "office", Role: access.Office}
	house := evaluation.Institution{Name: "某大学", Kind: evaluation.Research, Contract: "合同〔2020〕1号", Round: 2020}
	if err := h.evaluation.AddInstitution(t.Context(), office, house); err != nil {
		t.Fatal(err)
	}
	all, err := h.evaluation.Institutions(t.Context(), office, 2020)
	if err != nil || len(all) != 1 {
		t.Fatalf("got %d institutions, %v", len(all), err)
	}
	scan := strings.NewReader("%PDF-1.4\n% contract\n%%EOF\n")
	if err := h.evaluation.AttachScan(t.Context(), office, 2020, house.Name, all[0].Version, "contract.pdf", scan); err != nil {
		t.Fatal(err)
	}
	wrong, err := h.examine(t.Context(), io.Discard)
	if err != nil || len(wrong) != 0 {
		t.Fatalf("untouched: got %v, %v", wrong, err)
	}
	digests, err := h.evaluation.ScanDigests(t.Context(), 2020)
	if err != nil || len(digests) != 1 {
		t.Fatalf("got %v, %v, want one scan", digests, err)
	}
	digest := string(digests[0])
	if err := os.Remove(filepath.Join(h.dir, evidenceFolder, digest[:2], digest[2:])); err != nil {
		t.Fatal(err)
	}
	wrong, err = h.examine(t.Context(), io.Discard)
	if want := "evidence " + digest + ": missing"; err != nil || len(wrong) != 1 || wrong[0] != want {
		t.Errorf("got %v, %v, want %s", wrong, err, want)
	}
}
