package application_test

import (
	"bytes"
	"crypto/sha256"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"minyi/indicators"
	"minyi/indicators/application"
	"minyi/indicators/evidence"
	"minyi/indicators/roster"
)

// blobs counts the files that the evidence holds.
func (w *world) blobs() (n int) {
	w.t.Helper()
	err := filepath.WalkDir(filepath.Join(w.dir, "evidence"), func(_ string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			n++
		}
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return n
}

// parts lets the world take files that come in parts, by a wall clock of its own.
func (w *world) parts(wall func() time.Time) {
	w.service.Uploads, w.service.Wall = w.store, wall
}

func TestC80OneFileProvesSeveralIndicatorsAndIsStoredOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	k, ctx := w.start(plain, roster.Comprehensive), t.Context()
	other := w.start(lawful, roster.Comprehensive)
	wants(t, w.service.Attach(ctx, plain, k, application.Placing{Indicators: []indicators.Number{"1"}}, "a.pdf", pdf("a")), "")
	wants(t, w.service.Attach(ctx, plain, k, application.Placing{Indicators: []indicators.Number{"2"}}, "b.pdf", pdf("b")), "")
	// Another unit has the same file: neither learns of it, and no byte lies twice.
	wants(t, w.service.Attach(ctx, lawful, other, application.Placing{Indicators: []indicators.Number{"9"}}, "c.pdf", pdf("a")), "")
	d := w.own(plain, k)
	a, b := d.Exhibits[0].ID, d.Exhibits[1].ID
	wants(t, w.service.Share(ctx, plain, k, []application.ExhibitID{a}, []indicators.Number{"2", "3"}), "")
	wants(t, w.service.Share(ctx, plain, k, []application.ExhibitID{a}, []indicators.Number{"999"}), "claim.unknown")
	wants(t, w.service.Share(ctx, plain, k, nil, []indicators.Number{"2"}), "exhibit.none")
	wants(t, w.service.Share(ctx, lawful, k, []application.ExhibitID{a}, []indicators.Number{"2"}), "dossier.unknown")
	d = w.own(plain, k)
	if got := d.Exhibits[0].Indicators; !slices.Equal(got, []indicators.Number{"1", "2", "3"}) {
		t.Errorf("got %v", got)
	}
	if got := d.ExhibitsOf("2"); len(got) != 2 || got[0].ID != a || got[1].ID != b {
		t.Errorf("indicator 2: got %v", got)
	}
	if got := w.blobs(); got != 2 {
		t.Errorf("got %d files in the store, want 2", got)
	}
	theirs := w.own(lawful, other).Exhibits[0]
	if theirs.File.Name != "c.pdf" || len(theirs.Indicators) != 1 {
		t.Errorf("the other unit's exhibit changed: %+v", theirs)
	}
}

func TestExhibitsAreNamedOrderedTakenOutAndPutBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	k, ctx := w.start(plain, roster.Comprehensive), t.Context()
	for _, name := range []string{"a.pdf", "b.pdf", "c.pdf"} {
		wants(t, w.service.Attach(ctx, plain, k, application.Placing{Indicators: []indicators.Number{"1", "2"}}, name, pdf(name)), "")
	}
	names := func() (out []string) {
		for _, e := range w.own(plain, k).Exhibits {
			out = append(out, e.File.Name)
		}
		return out
	}
	ids := map[string]application.ExhibitID{}
	for _, e := range w.own(plain, k).Exhibits {
		ids[e.File.Name] = e.ID
	}
	wants(t, w.service.Move(ctx, plain, k, ids["c.pdf"], true), "")
	wants(t, w.service.Move(ctx, plain, k, ids["a.pdf"], true), "") // the first stays
	if got := names(); !slices.Equal(got, []string{"a.pdf", "c.pdf", "b.pdf"}) {
		t.Errorf("order: got %v", got)
	}
	labels := application.Labels{Name: "2019年台账", Caption: "全年台账", Placing: application.Placing{Indicators: []indicators.Number{"5"}, Dated: roster.On(2019, time.May, 1)}}
	wants(t, w.service.Relabel(ctx, plain, k, ids["b.pdf"], 0, labels), "")
	wants(t, w.service.Relabel(ctx, plain, k, ids["b.pdf"], 0, labels), "dossier.conflict") // a colleague saw it before
	labels.Name, labels.Caption = "..\u202e", strings.Repeat("长", 61)
	wants(t, w.service.Relabel(ctx, plain, k, ids["b.pdf"], 1, labels), "text.long")
	e, err := w.own(plain, k).Exhibit(ids["b.pdf"])
	if err != nil || e.File.Name != "2019年台账.pdf" || e.Caption != "全年台账" || e.Dated != roster.On(2019, time.May, 1) {
		t.Errorf("got %+v, %v", e, err)
	}
	wants(t, w.service.Detach(ctx, plain, k, ids["a.pdf"], "1"), "")
	wants(t, w.service.Detach(ctx, plain, k, ids["a.pdf"], "2"), "")
	wants(t, w.service.Detach(ctx, plain, k, ids["c.pdf"], ""), "")
	d := w.own(plain, k)
	if len(d.Exhibits) != 1 || len(d.Bin) != 2 {
		t.Fatalf("got %d exhibits and %d in the bin, want 1 and 2", len(d.Exhibits), len(d.Bin))
	}
	if _, _, err := w.service.OwnExhibit(ctx, plain, k, ids["c.pdf"]); err == nil {
		t.Error("what was taken out is still sent")
	}
	wants(t, w.service.Restore(ctx, plain, k, ids["c.pdf"]), "")
	wants(t, w.service.Restore(ctx, plain, k, ids["c.pdf"]), "exhibit.unknown")
	if got := w.own(plain, k).ExhibitsOf("1"); len(got) != 1 || got[0].File.Name != "c.pdf" {
		t.Errorf("after putting it back: got %v", got)
	}
}

func TestC83DatesAreAskedForWhereTheyAreMissing(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	k, ctx := w.start(plain, roster.Single), t.Context()
	for _, name := range []string{"a.pdf", "b.pdf"} {
		wants(t, w.service.Attach(ctx, plain, k, application.Placing{Attachment: application.Media}, name, pdf(name)), "")
	}
	open := w.own(plain, k).Undated()
	if len(open) != 2 {
		t.Fatalf("got %d without a date, want 2", len(open))
	}
	wants(t, w.service.Date(ctx, plain, k, map[application.ExhibitID]roster.Date{open[0].ID: roster.On(2020, time.August, 12)}), "exhibit.future")
	wants(t, w.service.Date(ctx, plain, k, map[application.ExhibitID]roster.Date{
		open[0].ID: roster.On(2020, time.August, 9), open[1].ID: roster.On(2020, time.May, 1),
	}), "")
	d, terms, err := w.service.Own(ctx, plain, k)
	if err != nil || len(d.Undated()) != 0 {
		t.Fatalf("got %d without a date, %v", len(d.Undated()), err)
	}
	if !d.Exhibits[0].Late(terms.Round) || d.Exhibits[1].Late(terms.Round) {
		t.Errorf("got %v, want only the first marked as made after the round opened", d.Exhibits)
	}
}

// send is a piece of a file from an offset on.
func send(body []byte, at int64) evidence.Piece {
	sum := sha256.Sum256(body[at:])
	return evidence.Piece{At: at, Most: int64(len(body)) - at, From: bytes.NewReader(body[at:]), Sum: sha256.New(), Want: sum[:]}
}

func TestAFileInPartsBecomesAnExhibitOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	wall := at("2026-01-01 00:00:00")
	w.parts(func() time.Time { return wall })
	k, ctx := w.start(plain, roster.Comprehensive), t.Context()
	w.start(lawful, roster.Comprehensive)
	place := application.Placing{Indicators: []indicators.Number{"1"}, Dated: roster.On(2020, time.May, 1)}
	body := []byte("%PDF-1.4\n%" + strings.Repeat("minutes ", 2000) + "\n%%EOF")
	u, err := w.service.BeginUpload(ctx, plain, k, place, "报告.pdf", int64(len(body)))
	wants(t, err, "")
	half := send(body[:5000], 0)
	u, err = w.service.Receive(ctx, plain, k, u.ID, half)
	if err != nil || u.Received != 5000 || u.Done {
		t.Fatalf("got %+v, %v, want 5000 bytes", u, err)
	}
	_, err = w.service.OwnUpload(ctx, lawful, k, u.ID)
	wants(t, err, "dossier.unknown")
	_, err = w.service.OwnUpload(ctx, lawful, key(lawful, roster.Comprehensive), u.ID)
	wants(t, err, "upload.unknown") // another unit cannot tell it from one that never was
	_, err = w.service.Receive(ctx, plain, k, u.ID, send(body, 4000))
	wants(t, err, "upload.offset")
	if list, err := w.service.Unfinished(ctx, plain, k); err != nil || len(list) != 1 || list[0].Received != 5000 {
		t.Errorf("unfinished: got %+v, %v", list, err)
	}
	u, err = w.service.Receive(ctx, plain, k, u.ID, send(body, 5000))
	if err != nil || !u.Done {
		t.Fatalf("got %+v, %v, want it done", u, err)
	}
	u, err = w.service.OwnUpload(ctx, plain, k, u.ID) // the answer was lost: the browser asks again
	if err != nil || !u.Done || u.Received != u.Size {
		t.Errorf("got %+v, %v", u, err)
	}
	d := w.own(plain, k)
	if len(d.Exhibits) != 1 || d.Exhibits[0].File.Name != "报告.pdf" || d.Exhibits[0].Dated != place.Dated || w.blobs() != 1 {
		t.Errorf("got %+v and %d files in the store", d.Exhibits, w.blobs())
	}
	if got := w.trail("exhibit.attach"); len(got) != 1 || got[0].After != string(d.Exhibits[0].File.Digest) {
		t.Errorf("trail: got %v", got)
	}
}

func TestUploadsAreRefusedBeforeTheirBytesAndExpire(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	wall := at("2026-01-01 00:00:00")
	w.parts(func() time.Time { return wall })
	w.service.Allowance = application.Allowance{Files: 2, Bytes: 1000}
	k, ctx := w.start(plain, roster.Comprehensive), t.Context()
	place := application.Placing{Indicators: []indicators.Number{"1"}}
	begin := func(name string, size int64) (application.Upload, error) {
		return w.service.BeginUpload(ctx, plain, k, place, name, size)
	}
	for code, name := range map[string]string{"evidence.kind.archive": "a.zip", "evidence.kind.active": "a.svg", "evidence.empty": "a.pdf"} {
		_, err := begin(name, 0)
		wants(t, err, code)
	}
	_, err := begin("a.pdf", 51<<20)
	wants(t, err, "evidence.toolarge")
	_, err = w.service.BeginUpload(ctx, plain, k, application.Placing{}, "a.pdf", 10)
	wants(t, err, "exhibit.indicator")
	first, err := begin("a.pdf", 600)
	wants(t, err, "")
	_, err = begin("b.pdf", 600) // no room beside the first, although that has not come yet
	wants(t, err, "exhibit.toomany")
	second, err := begin("b.pdf", 300)
	wants(t, err, "")
	_, err = begin("c.pdf", 10)
	wants(t, err, "exhibit.toomany")
	// What is not what its name says is told from its first bytes, and forgotten.
	_, err = w.service.Receive(ctx, plain, k, second.ID, send([]byte("<html>"+strings.Repeat("x", 94)), 0))
	wants(t, err, "evidence.mismatch")
	_, err = w.service.OwnUpload(ctx, plain, k, second.ID)
	wants(t, err, "upload.unknown")
	wants(t, w.service.TendUploads(ctx), "")
	_, err = w.service.OwnUpload(ctx, plain, k, first.ID)
	wants(t, err, "")
	wall = wall.Add(application.UploadTerm)
	_, err = w.service.OwnUpload(ctx, plain, k, first.ID)
	wants(t, err, "upload.expired")
	wall = wall.Add(time.Minute)
	wants(t, w.service.TendUploads(ctx), "")
	if got := w.blobs(); got != 0 {
		t.Errorf("got %d files left", got)
	}
	wall = wall.Add(25 * time.Hour)
	wants(t, w.service.TendUploads(ctx), "")
	_, err = w.service.OwnUpload(ctx, plain, k, first.ID)
	wants(t, err, "upload.unknown")
	w.set("2020-09-30 09:00:00")
	_, err = begin("d.pdf", 10)
	wants(t, err, "dossier.window")
}

// TestC82ASingleProjectHasAReportAndFilesOfThreeKinds files nothing that is longer
// than the notice allows, and takes awards, media and working papers alone.
func TestC82ASingleProjectHasAReportAndFilesOfThreeKinds(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	k, ctx := w.start(plain, roster.Single), t.Context()
	over := func(characters int) bool {
		words := map[application.Part]string{application.Parts(roster.Single)[0]: strings.Repeat("法", characters)}
		wants(t, w.service.SaveReport(ctx, plain, k, w.own(plain, k).Edits[application.Words], words), "")
		d, terms, err := w.service.Own(ctx, plain, k)
		wants(t, err, "")
		return slices.ContainsFunc(d.Checklist(terms), func(g application.Gap) bool { return g.Why.Code == "report.toolong" })
	}
	if over(2000) || !over(2001) {
		t.Error("the report of a single project ends at 2000 characters")
	}
	for n, place := range []struct {
		application.Placing
		code string
	}{
		{application.Placing{Attachment: application.Awards}, ""},
		{application.Placing{Attachment: application.Media}, ""},
		{application.Placing{Attachment: application.WorkingPapers}, ""},
		{application.Placing{Attachment: "photos"}, "exhibit.attachment"},
		{application.Placing{}, "exhibit.attachment"},
		{application.Placing{Indicators: []indicators.Number{"1"}}, "exhibit.attachment"},
	} {
		name := string(rune('a'+n)) + ".pdf"
		wants(t, w.service.Attach(ctx, plain, k, place.Placing, name, pdf(name)), place.code)
	}
	for _, kind := range application.Attachments() {
		of := func(e application.Exhibit) bool { return e.Attachment == kind }
		if got := w.own(plain, k).Exhibits; !slices.ContainsFunc(got, of) || len(got) != 3 {
			t.Errorf("%s: got %d files, want 3 of which one is of the kind", kind, len(got))
		}
	}
}
