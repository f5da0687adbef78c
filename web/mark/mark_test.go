package mark_test

import (
	"bytes"
	"encoding/csv"
	"encoding/xml"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"minyi/survey/typeset"
	"minyi/web/mark"
)

func made() mark.Mark {
	return mark.Mark{
		Serial: "E-0123456789", Reader: "li", Purpose: `核对 "权重", <b>`, At: time.Date(2020, 9, 15, 1, 0, 0, 0, time.UTC), Sheet: "取得说明",
		Lines: []string{"取得人：li（评估工作处）· 编号：E-0123456789", `用途：核对 "权重", <b>`},
	}
}

// The rows that were there are there, and the lines are rows for who knows no comments,
// and nothing for who does.
func TestS45AMarkedTableIsStillATable(t *testing.T) {
	t.Parallel()
	const table = "\ufeffname,value,note\r\n\"a, b\",1,\"he said \"\"no\"\"\"\r\n"
	file, err := mark.New().File("text/csv; charset=utf-8", []byte(table), made())
	if err != nil || !strings.HasPrefix(string(file), table) {
		t.Fatalf("got %q, %v, want the table in front", file, err)
	}
	strict, err := csv.NewReader(bytes.NewReader(file)).ReadAll()
	if err != nil || len(strict) != 4 || !strings.Contains(strict[2][0], "E-0123456789") || !strings.Contains(strict[3][0], "用途：核对 ”权重”， <b>") {
		t.Errorf("strict: got %q, %v", strict, err)
	}
	knowing := csv.NewReader(bytes.NewReader(file))
	knowing.Comment = '#'
	if rows, err := knowing.ReadAll(); err != nil || len(rows) != 2 || rows[1][2] != `he said "no"` {
		t.Errorf("with comments: got %q, %v, want the two rows", rows, err)
	}
}

func TestS45AMarkedPictureIsStillAPicture(t *testing.T) {
	t.Parallel()
	const picture = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 100.5" width="640" height="100.5" role="img"><title>x</title></svg>` + "\n"
	file, err := mark.New().File("image/svg+xml", []byte(picture), made())
	if err != nil {
		t.Fatal(err)
	}
	var root struct {
		Box  string   `xml:"viewBox,attr"`
		Said string   `xml:"metadata"`
		Text []string `xml:"text"`
	}
	if err := xml.Unmarshal(file, &root); err != nil {
		t.Fatal(err)
	}
	m := made()
	if root.Box != "0 0 640 136.5" || len(root.Text) != 2 || root.Text[1] != m.Lines[1] || !strings.HasPrefix(root.Said, "E-0123456789 li 2020-09-15T01:00:00Z") {
		t.Errorf("got %+v", root)
	}
}

func TestS45AMarkedPageSaysForWhom(t *testing.T) {
	t.Parallel()
	file, err := mark.New().File("text/html; charset=utf-8", []byte("<html><head><title>x</title></head><body><p>y</p></body></html>"), made())
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`<meta name="identifier" content="E-0123456789">`, "E-0123456789</small>", `<meta name="description" content="核对 &#34;权重&#34;, &lt;b&gt;">`, "<p>y</p><footer>", "</footer></body></html>"} {
		if !strings.Contains(string(file), want) {
			t.Errorf("no %q in %s", want, file)
		}
	}
}

func TestS45WhatCannotBeMarkedIsNotSent(t *testing.T) {
	t.Parallel()
	for kind, file := range map[string]string{
		"application/pdf": "%PDF-1.6\n", "image/svg+xml": "<svg/>", "text/html": "<p>", "application/zip": "PK", "text/csv": "",
		"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "PK",
	} {
		if got, err := mark.New().File(kind, []byte(file), made()); err == nil {
			t.Errorf("%s: got %q, want an error", kind, got)
		}
	}
}

// document is a file of two pages by the writer of all our PDF files.
func document(t *testing.T) []byte {
	t.Helper()
	font, err := typeset.LoadFont()
	if err != nil {
		t.Fatal(err)
	}
	const width, height = 210 * typeset.MM, 297 * typeset.MM
	var out bytes.Buffer
	doc, canvas, used := typeset.NewDocument(&out), typeset.NewCanvas(font, height), make([]bool, font.Glyphs())
	for _, text := range []string{"第一页", "second page"} {
		canvas.Text(20*typeset.MM, 20*typeset.MM, typeset.Style{Size: 4 * typeset.MM}, text)
		packed, err := typeset.Pack(canvas.Bytes())
		if err := errors.Join(err, doc.Page(width, height, packed)); err != nil {
			t.Fatal(err)
		}
		canvas.Reset()
	}
	canvas.Used(used)
	if err := doc.Finish(typeset.About{Title: "排序", Lang: "zh-CN"}, font, used); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// What others read from a marked PDF file: the lines below the text of each page, whose
// it is, and no damage.
func TestPrintS45MarkedFilesAreReadBackByOthers(t *testing.T) {
	t.Parallel()
	before := document(t)
	file, err := mark.New().File("application/pdf", before, made())
	if err != nil || !bytes.HasPrefix(file, before) {
		t.Fatalf("%v, or what was there has changed", err)
	}
	path := filepath.Join(t.TempDir(), "marked.pdf")
	if err := os.WriteFile(path, file, 0o600); err != nil {
		t.Fatal(err)
	}
	text := judged(t, "pdftotext", path, "-")
	pages := strings.Split(strings.TrimSuffix(text, "\f"), "\f")
	if len(pages) != 2 {
		t.Fatalf("got %d pages: %q", len(pages), text)
	}
	for n, want := range []string{"第一页", "second page"} {
		if !strings.Contains(pages[n], want) || !strings.Contains(pages[n], "编号：E-0123456789") || !strings.Contains(pages[n], `用途：核对 "权重", <b>`) {
			t.Errorf("page %d: got %q", n+1, pages[n])
		}
	}
	about := judged(t, "pdfinfo", path)
	for _, want := range []string{"排序", "li\n", "E-0123456789", "Pages:           2"} {
		if !strings.Contains(about, want) {
			t.Errorf("no %q in\n%s", want, about)
		}
	}
	judged(t, "qpdf", "--check", path)
}

// judged runs an independent reader; where it is missing the test is skipped, and fails
// under MINYI_PRINT.
func judged(t *testing.T, name string, args ...string) string {
	t.Helper()
	if _, err := exec.LookPath(name); err != nil {
		if os.Getenv("MINYI_PRINT") != "" {
			t.Fatalf("%s is missing", name)
		}
		t.Skipf("%s is not installed", name)
	}
	var wrong bytes.Buffer
	cmd := exec.CommandContext(t.Context(), name, args...)
	cmd.Stderr = &wrong
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %v\n%s%s", name, err, out, wrong.String())
	}
	return string(out)
}
