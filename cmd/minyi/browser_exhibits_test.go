package main

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/jpeg"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	walker "minyi/cmd/internal/browser"
	"minyi/indicators"
	"minyi/indicators/access"
	"minyi/indicators/application"
	"minyi/indicators/roster"
)

const filesDesk = "/apply/2020/comprehensive"

// TestBrowserAPhoneUploadsOverALineThatBreaks takes a photo and a document of
// 40 MB with a phone over a line that is cut twice, sees both previews, places
// one file under three more indicators, and looks at the store: every byte once.
func TestBrowserAPhoneUploadsOverALineThatBreaks(t *testing.T) {
	if testing.Short() {
		t.Skip("sends 40 MB with a browser")
	}
	t.Parallel()
	walker.Need(t)
	h := houseOfFiles(t)
	line := cutLine(t, serveHouse(t, h), 12<<20, 25<<20)
	dir := t.TempDir()
	photo, document := filepath.Join(dir, "IMG_0042.jpg"), filepath.Join(dir, "工作报告.pdf")
	for name, body := range map[string][]byte{photo: turnedPhoto(t, 800, 400), document: largePDF(40 << 20)} {
		if err := os.WriteFile(name, body, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	p := walker.Open(t, "http://"+line.address, walker.Options{Screen: walker.Phone(), Script: true})
	p.Go("/login")
	p.Fill("#name", "xixia")
	p.Fill("#password", testPassword)
	p.Press("main form button")
	p.Go(filesDesk + "/exhibits")
	for _, barrier := range p.Barriers() {
		t.Errorf("exhibits: %s", barrier)
	}
	p.Upload("#camera", photo) // waits until the form says what it proves
	p.Upload("#file", document)
	p.Fill("#indicator", "1、2、3")
	p.Click("#upload .actions button")
	p.Wait(".done")
	p.TakeTroubles() // the browser tells of the line that broke
	if got := line.cuts(); got != 2 {
		t.Errorf("the line was cut %d times, want 2", got)
	}
	p.Shot("exhibits-phone")
	if got := p.Width(); got > walker.Phone().Width {
		t.Errorf("the page is %d wide on a screen of %d", got, walker.Phone().Width)
	}
	d := storedFiles(t, h, 2)
	shown := map[string]application.Exhibit{}
	for _, e := range d.Exhibits {
		shown[e.File.Name] = e
	}
	previews(t, p, shown)
	p.Go(filesDesk + "/exhibits")
	p.Click(fmt.Sprintf(`input[name="pick-%s"]`, shown["工作报告.pdf"].ID))
	p.Fill("#also", "10、11、12")
	p.Press("#share button")
	d = storedFiles(t, h, 2)
	for _, n := range []indicators.Number{"10", "11", "12"} {
		if got := d.ExhibitsOf(n); len(got) != 1 || got[0].File.Name != "工作报告.pdf" {
			t.Errorf("indicator %s: got %v", n, got)
		}
	}
}

// previews looks at both: the photo upright, the document in the browser's own
// viewer.
func previews(t *testing.T, p *walker.Page, shown map[string]application.Exhibit) {
	t.Helper()
	p.Go(filesDesk + "/exhibits/" + string(shown["IMG_0042.jpg"].ID) + "/preview")
	if got := walker.Look[string](p, `const i = document.querySelector("img.one"); i.naturalWidth + " x " + i.naturalHeight`); got != "400 x 800" {
		t.Errorf("the photo is shown as %s, want it upright", got)
	}
	p.Shot("exhibits-photo")
	p.Go(filesDesk + "/exhibits/" + string(shown["工作报告.pdf"].ID) + "/preview")
	if !walker.Look[bool](p, `document.querySelector("object.stage").checkVisibility() && !document.querySelector("object.stage p").checkVisibility()`) {
		t.Error("the document is not shown by the browser's viewer")
	}
	p.Shot("exhibits-document")
	for _, barrier := range p.Barriers() {
		t.Errorf("preview: %s", barrier)
	}
	for _, trouble := range p.TakeTroubles() {
		if !strings.Contains(trouble, "chrome-extension://") { // the browser's own viewer
			t.Errorf("preview: %s", trouble)
		}
	}
}

// houseOfFiles is the real service with a draft of one unit.
func houseOfFiles(t *testing.T) *house {
	t.Helper()
	var mu sync.Mutex
	clock := time.Date(2020, 7, 1, 1, 0, 0, 0, time.UTC)
	h, err := build(t.Context(), setup{
		config: config{base: "https://minyi.example"}, dir: t.TempDir(), log: slog.New(slog.DiscardHandler),
		now: func() time.Time { mu.Lock(); defer mu.Unlock(); return clock },
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := h.Close(); err != nil {
			t.Error(err)
		}
	})
	fresh := access.New{Name: "xixia", Role: access.Applicant, Unit: "640105", Password: testPassword}
	if _, err := h.access.Add(t.Context(), access.Command("test"), fresh); err != nil {
		t.Fatal(err)
	}
	_, err = h.roster.OpenRound(t.Context(), access.Actor{Name: "office", Role: access.Office}, roster.NewRound{
		Year: 2020, Edition: indicators.Edition2019, Settings: roster.Defaults(2020),
		Plan: roster.Plan{Number: "宁法办发〔2020〕1号", Date: roster.On(2020, time.June, 1), Basis: "宁法办发〔2019〕39号"},
	})
	if err != nil {
		t.Fatal(err)
	}
	mu.Lock()
	clock = time.Date(2020, 8, 10, 1, 0, 0, 0, time.UTC)
	mu.Unlock()
	unit := access.Actor{Name: "xixia", Role: access.Applicant, Unit: "640105"}
	if err := h.application.Start(t.Context(), unit, filesKey()); err != nil {
		t.Fatal(err)
	}
	return h
}

func filesKey() application.Key {
	return application.Key{Round: 2020, Unit: "640105", Track: roster.Comprehensive}
}

// serveHouse serves on a free port and returns the address.
func serveHouse(t *testing.T, h *house) string {
	t.Helper()
	l, err := listen(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	serveOn(t, h, l)
	return l.Addr().String()
}

// serveOn runs the house until the test ends.
func serveOn(t *testing.T, h *house, l net.Listener) {
	t.Helper()
	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	done := make(chan error, 1)
	go func() { done <- h.run(ctx, l) }()
	t.Cleanup(func() {
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
}

// storedFiles returns the dossier, and checks how many files the store has.
func storedFiles(t *testing.T, h *house, want int) *application.Dossier {
	t.Helper()
	d, err := h.programme.Dossier(t.Context(), filesKey())
	if err != nil {
		t.Fatal(err)
	}
	var blobs []string
	err = filepath.WalkDir(filepath.Join(h.dir, evidenceFolder), func(path string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() && len(e.Name()) == 62 {
			blobs = append(blobs, path)
		}
		return err
	})
	if err != nil || len(blobs) != want || len(d.Exhibits) != want {
		t.Errorf("got %d exhibits and %d files, %v, want %d of each", len(d.Exhibits), len(blobs), err, want)
	}
	digests, err := h.application.Digests(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if bad, err := h.application.Evidence.Check(t.Context(), digests); err != nil || len(bad) > 0 {
		t.Errorf("got %v, %v", bad, err)
	}
	return d
}

// turnedPhoto is a photo whose camera was held upright: its notes say that it is
// to be turned right (Exif 2.3, 4.6.4: Orientation 6).
func turnedPhoto(t *testing.T, width, height int) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, width, height)), nil); err != nil {
		t.Fatal(err)
	}
	tiff := "MM\x00\x2a\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00\x06\x00\x00\x00\x00\x00\x00"
	notes := "Exif\x00\x00" + tiff
	return slicesOf(b.Bytes()[:2], []byte{0xff, 0xe1, 0, byte(len(notes) + 2)}, []byte(notes), b.Bytes()[2:])
}

func slicesOf(pieces ...[]byte) []byte { return bytes.Join(pieces, nil) }

// largePDF is a document of one page and so many bytes (ISO 32000-1, 7.5).
func largePDF(size int) []byte {
	const page = "BT /F1 36 Tf 72 700 Td (Forty megabytes) Tj ET"
	objects := []string{
		"<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>",
		"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
		fmt.Sprintf("<</Length %d>>\nstream\n%s\nendstream", len(page), page),
		"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
		fmt.Sprintf("<</Length %d>>\nstream\n%s\nendstream", size, strings.Repeat("x", size)),
	}
	var out bytes.Buffer
	out.WriteString("%PDF-1.4\n")
	var places []int
	for i, o := range objects {
		places = append(places, out.Len())
		fmt.Fprintf(&out, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	table := out.Len()
	fmt.Fprintf(&out, "xref\n0 %d\n0000000000 65535 f \n", len(objects)+1)
	for _, at := range places {
		fmt.Fprintf(&out, "%010d 00000 n \n", at)
	}
	fmt.Fprintf(&out, "trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n", len(objects)+1, table)
	return out.Bytes()
}

// badLine passes bytes on and cuts every connection when so many have gone up.
type badLine struct {
	address string
	target  string
	mu      sync.Mutex
	sent    int64
	at      []int64 // when it is cut
	done    int
	open    map[net.Conn]bool
}

func cutLine(t *testing.T, target string, at ...int64) *badLine {
	t.Helper()
	l, err := listen(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	b := &badLine{address: l.Addr().String(), target: target, at: at, open: map[net.Conn]bool{}}
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go b.pass(t.Context(), conn)
		}
	}()
	return b
}

func (b *badLine) cuts() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.done
}

func (b *badLine) pass(ctx context.Context, from net.Conn) {
	var d net.Dialer
	to, err := d.DialContext(ctx, "tcp", b.target)
	if err != nil {
		_ = from.Close()
		return
	}
	b.mu.Lock()
	b.open[from], b.open[to] = true, true
	b.mu.Unlock()
	go func() { _, _ = io.Copy(from, to); _ = from.Close() }()
	_, _ = io.Copy(to, io.TeeReader(from, b))
	_ = to.Close()
}

// Write counts what goes up.
func (b *badLine) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.sent += int64(len(p))
	if b.done < len(b.at) && b.sent >= b.at[b.done] {
		b.done++
		for conn := range b.open {
			_ = conn.Close()
		}
		clear(b.open)
	}
	return len(p), nil
}
