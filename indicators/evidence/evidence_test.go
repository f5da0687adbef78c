package evidence_test

import (
	"archive/zip"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"image"
	"image/jpeg"
	"image/png"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"minyi/indicators/evidence"
	"minyi/indicators/fault"
)

func open(t *testing.T, limits evidence.Limits) (*evidence.Folder, string) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "evidence")
	f, err := evidence.Open(dir, limits)
	if err != nil {
		t.Fatal(err)
	}
	return f, dir
}

func pdf(text string) []byte { return []byte("%PDF-1.4\n% " + text + "\n%%EOF\n") }

func picture(t *testing.T, kind evidence.Kind, width, height int) []byte {
	t.Helper()
	var b bytes.Buffer
	img := image.NewGray(image.Rect(0, 0, width, height))
	err := png.Encode(&b, img)
	if kind == evidence.JPEG {
		b.Reset()
		err = jpeg.Encode(&b, img, nil)
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func container(t *testing.T, entries map[string]string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for name, text := range entries {
		e, err := w.Create(name)
		if err == nil {
			_, err = io.WriteString(e, text)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// files lists what lies in the folder.
func files(t *testing.T, dir string) []string {
	t.Helper()
	var out []string
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			out = append(out, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestS31AcceptsTheListedKindsByContentUnderTheirDigest(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		body []byte
		kind evidence.Kind
	}{
		"报告.pdf":    {pdf("a"), evidence.PDF},
		"photo.JPG": {picture(t, evidence.JPEG, 20, 10), evidence.JPEG},
		"scan.jpeg": {picture(t, evidence.JPEG, 10, 10), evidence.JPEG},
		"seal.png":  {picture(t, evidence.PNG, 10, 10), evidence.PNG},
		"a.docx":    {container(t, map[string]string{"[Content_Types].xml": "<a/>", "word/document.xml": "<b/>"}), evidence.DOCX},
		"a.xlsx":    {container(t, map[string]string{"[Content_Types].xml": "<a/>", "xl/workbook.xml": "<b/>"}), evidence.XLSX},
		"a.ofd":     {container(t, map[string]string{"OFD.xml": "<ofd/>"}), evidence.OFD},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			folder, dir := open(t, evidence.DefaultLimits())
			got, err := folder.Put(t.Context(), name, bytes.NewReader(c.body))
			if err != nil {
				t.Fatal(err)
			}
			sum := sha256.Sum256(c.body)
			want := evidence.File{Digest: evidence.Digest(hex.EncodeToString(sum[:])), Name: name, Kind: c.kind, Size: int64(len(c.body))}
			if got != want {
				t.Errorf("got %+v, want %+v", got, want)
			}
			r, err := folder.Read(t.Context(), got.Digest)
			if err != nil {
				t.Fatal(err)
			}
			defer r.Close()
			if back, err := io.ReadAll(r); err != nil || !bytes.Equal(back, c.body) {
				t.Errorf("read back %d bytes, %v, want the %d that were put", len(back), err, len(c.body))
			}
			if _, err := folder.Put(t.Context(), "other "+name, bytes.NewReader(c.body)); err != nil {
				t.Error(err)
			}
			if n := len(files(t, dir)); n != 1 {
				t.Errorf("got %d files, want the same bytes once", n)
			}
		})
	}
}

func TestS31RefusesWhatIsNotWhatItClaimsAndKeepsNothing(t *testing.T) {
	t.Parallel()
	exe := append([]byte("MZ\x90\x00\x03\x00"), make([]byte, 200)...)
	docx := container(t, map[string]string{"word/document.xml": "<b/>"})
	for name, c := range map[string]struct {
		file string
		body []byte
		code string
	}{
		"html named pdf":          {"a.pdf", []byte("<!DOCTYPE html><html><script>alert(1)</script>"), "evidence.mismatch"},
		"exe named docx":          {"a.docx", exe, "evidence.mismatch"},
		"exe named jpg":           {"a.jpg", exe, "evidence.mismatch"},
		"html before a pdf":       {"a.pdf", append([]byte("<html>"), pdf("x")...), "evidence.mismatch"},
		"png named jpg":           {"a.jpg", picture(t, evidence.PNG, 3, 3), "evidence.mismatch"},
		"png cut in its header":   {"a.png", picture(t, evidence.PNG, 3, 3)[:12], "evidence.mismatch"},
		"docx named xlsx":         {"a.xlsx", docx, "evidence.mismatch"},
		"zip named docx":          {"a.docx", container(t, map[string]string{"a.txt": "x"}), "evidence.mismatch"},
		"docx cut short":          {"a.docx", docx[:len(docx)-30], "evidence.mismatch"},
		"svg":                     {"a.svg", []byte("<svg/>"), "evidence.kind.active"},
		"zip":                     {"a.zip", docx, "evidence.kind.archive"},
		"no extension":            {"pdf", pdf("x"), "evidence.kind"},
		"double extension":        {"a.pdf.exe", pdf("x"), "evidence.kind.active"},
		"empty":                   {"a.pdf", nil, "evidence.empty"},
		"macro":                   {"a.docx", container(t, map[string]string{"word/document.xml": "<b/>", "word/vbaProject.bin": "x"}), "evidence.unsafe.active"},
		"S34 archive in archive":  {"a.docx", container(t, map[string]string{"word/document.xml": "<b/>", "x.zip": "x"}), "evidence.unsafe.nested"},
		"S34 archive, other name": {"a.docx", container(t, map[string]string{"word/document.xml": "<b/>", "x.bin": string(docx)}), "evidence.unsafe.nested"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			folder, dir := open(t, evidence.DefaultLimits())
			_, err := folder.Put(t.Context(), c.file, bytes.NewReader(c.body))
			if !errors.Is(err, fault.New(fault.Invalid, c.code)) {
				t.Errorf("got %v, want %s", err, c.code)
			}
			if left := files(t, dir); len(left) > 0 {
				t.Errorf("left behind: %v", left)
			}
		})
	}
}

// endless counts how much was asked of it.
type endless struct{ given int64 }

func (e *endless) Read(b []byte) (int, error) {
	e.given += int64(len(b))
	return len(b), nil
}

func TestS31StopsReadingAtTheLimit(t *testing.T) {
	t.Parallel()
	limits := evidence.DefaultLimits()
	limits.File = 1 << 20
	folder, dir := open(t, limits)
	rest := &endless{}
	_, err := folder.Put(t.Context(), "a.pdf", io.MultiReader(bytes.NewReader(pdf("big")), rest))
	if !errors.Is(err, fault.New(fault.TooLarge, "evidence.toolarge")) {
		t.Errorf("got %v, want evidence.toolarge", err)
	}
	if rest.given > 2<<20 {
		t.Errorf("read %d bytes past a limit of %d", rest.given, limits.File)
	}
	unlike := &endless{}
	if _, err := folder.Put(t.Context(), "a.pdf", unlike); !errors.Is(err, fault.New(fault.Invalid, "evidence.mismatch")) {
		t.Errorf("got %v, want evidence.mismatch", err)
	}
	if unlike.given > 8<<10 {
		t.Errorf("read %d bytes of a file whose beginning was wrong", unlike.given)
	}
	if left := files(t, dir); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
	exact := append(pdf("exact"), make([]byte, limits.File)...)[:limits.File]
	if _, err := folder.Put(t.Context(), "a.pdf", bytes.NewReader(exact)); err != nil {
		t.Errorf("a file of exactly the limit: %v", err)
	}
}

func TestS34RefusesBombs(t *testing.T) {
	t.Parallel()
	many := map[string]string{"word/document.xml": "<b/>"}
	for i := range 20 {
		many[fmt.Sprintf("e%d.xml", i)] = "x"
	}
	limits := evidence.DefaultLimits()
	limits.Entries, limits.Pixels = 20, 100
	for name, c := range map[string]struct {
		file string
		body []byte
		code string
	}{
		"ratio":   {"a.docx", container(t, map[string]string{"word/document.xml": strings.Repeat("a", 5<<20)}), "evidence.unsafe.unpacked"},
		"entries": {"a.docx", container(t, many), "evidence.unsafe.entries"},
		"pixels":  {"a.png", picture(t, evidence.PNG, 101, 1), "evidence.unsafe.pixels"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			folder, dir := open(t, limits)
			if _, err := folder.Put(t.Context(), c.file, bytes.NewReader(c.body)); !errors.Is(err, fault.New(fault.Invalid, c.code)) {
				t.Errorf("got %v, want %s", err, c.code)
			}
			if left := files(t, dir); len(left) > 0 {
				t.Errorf("left behind: %v", left)
			}
		})
	}
}

func TestS34DoesNotBelieveADeclaredSize(t *testing.T) {
	t.Parallel()
	folder, dir := open(t, evidence.DefaultLimits())
	body := container(t, map[string]string{"word/document.xml": strings.Repeat("a", 5<<20)})
	// The central directory says 4 bytes; the entry gives 5 MiB.
	at := bytes.LastIndex(body, []byte("PK\x01\x02"))
	copy(body[at+24:], []byte{4, 0, 0, 0})
	if _, err := folder.Put(t.Context(), "a.docx", bytes.NewReader(body)); !errors.Is(err, fault.New(fault.Invalid, "evidence.unsafe.unpacked")) {
		t.Errorf("got %v, want evidence.unsafe.unpacked", err)
	}
	if left := files(t, dir); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestS32TheNameIsOnlyText(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"../../etc/passwd.pdf":            "passwd.pdf",
		`C:\secret\a.pdf`:                 "a.pdf",
		"a\x00b.pdf":                      "ab.pdf",
		"a\u202efdp.pdf":                  "afdp.pdf",
		"a\r\nSet-Cookie: x.pdf":          "aSet-Cookie x.pdf",
		"bad\xffutf.pdf":                  "badutf.pdf",
		strings.Repeat("长", 300) + ".pdf": strings.Repeat("长", 116) + ".pdf",
		".pdf":                            "pdf",
		"con":                             "con",
	} {
		if got := evidence.CleanName(name); got != want {
			t.Errorf("%q: got %q, want %q", name, got, want)
		}
	}
	folder, dir := open(t, evidence.DefaultLimits())
	if _, err := folder.Put(t.Context(), "../../../outside.pdf", bytes.NewReader(pdf("x"))); err != nil {
		t.Fatal(err)
	}
	if out := files(t, filepath.Dir(dir)); len(out) != 1 || !strings.HasPrefix(out[0], dir) {
		t.Errorf("files outside the folder: %v", out)
	}
}

func TestReadRefusesWhatWasAlteredAndCheckNamesIt(t *testing.T) {
	t.Parallel()
	folder, dir := open(t, evidence.DefaultLimits())
	var digests []evidence.Digest
	for _, text := range []string{"whole", "altered", "missing"} {
		f, err := folder.Put(t.Context(), text+".pdf", bytes.NewReader(pdf(text)))
		if err != nil {
			t.Fatal(err)
		}
		digests = append(digests, f.Digest)
	}
	place := func(d evidence.Digest) string { return filepath.Join(dir, string(d[:2]), string(d[2:])) }
	raw, err := os.ReadFile(place(digests[1]))
	if err != nil {
		t.Fatal(err)
	}
	raw[len(raw)/2] ^= 1
	if err := errors.Join(os.WriteFile(place(digests[1]), raw, 0o600), os.Remove(place(digests[2]))); err != nil {
		t.Fatal(err)
	}
	if _, err := folder.Read(t.Context(), digests[1]); !errors.Is(err, fault.New(fault.Unavailable, "evidence.altered")) {
		t.Errorf("got %v, want evidence.altered", err)
	}
	if _, err := folder.Read(t.Context(), digests[2]); !errors.Is(err, fault.New(fault.Unavailable, "evidence.missing")) {
		t.Errorf("got %v, want evidence.missing", err)
	}
	for _, bad := range []evidence.Digest{"", "../../etc/passwd", evidence.Digest(strings.ToUpper(string(digests[0])))} {
		if _, err := folder.Read(t.Context(), bad); !errors.Is(err, fault.New(fault.NotFound, "evidence.unknown")) {
			t.Errorf("%q: got %v, want evidence.unknown", bad, err)
		}
	}
	got, err := folder.Check(t.Context(), digests)
	if err != nil {
		t.Fatal(err)
	}
	want := []evidence.Problem{{digests[1], "altered"}, {digests[2], "missing"}}
	if len(got) != 2 || got[0] != want[0] || got[1] != want[1] {
		t.Errorf("got %v, want %v", got, want)
	}
	if _, err := folder.Put(t.Context(), "altered.pdf", bytes.NewReader(pdf("altered"))); err != nil {
		t.Fatal(err)
	}
	if got, err := folder.Check(t.Context(), digests[:2]); err != nil || len(got) != 0 {
		t.Errorf("after putting the file again: got %v, %v, want nothing wrong", got, err)
	}
}

func TestAnUploadCutShortLeavesNothing(t *testing.T) {
	t.Parallel()
	folder, dir := open(t, evidence.DefaultLimits())
	broken := errors.New("connection reset")
	cut := io.MultiReader(bytes.NewReader(append(pdf("x"), make([]byte, 9000)...)), readerFunc(func([]byte) (int, error) { return 0, broken }))
	if _, err := folder.Put(t.Context(), "a.pdf", cut); !errors.Is(err, broken) {
		t.Errorf("got %v, want %v", err, broken)
	}
	ctx, stop := context.WithCancel(t.Context())
	stop()
	if _, err := folder.Put(ctx, "a.pdf", bytes.NewReader(pdf("x"))); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want context.Canceled", err)
	}
	if left := files(t, dir); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
	part := filepath.Join(dir, "incoming", "old.part")
	if err := os.WriteFile(part, []byte("half"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := folder.Sweep(time.Now().Add(-time.Hour)); err != nil || len(files(t, dir)) != 1 {
		t.Errorf("a fresh part was swept away: %v", err)
	}
	if err := folder.Sweep(time.Now().Add(time.Hour)); err != nil || len(files(t, dir)) != 0 {
		t.Errorf("an old part was left: %v", err)
	}
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(b []byte) (int, error) { return f(b) }
