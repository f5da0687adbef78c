package evidence_test

import (
	"bytes"
	"compress/zlib"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"unicode/utf16"

	"golang.org/x/text/encoding/simplifiedchinese"

	"minyi/indicators/evidence"
	"minyi/indicators/fault"
)

// objects is a PDF file with these objects, as they lie.
func objects(list ...string) []byte {
	return []byte("%PDF-1.7\n" + strings.Join(list, "\nendobj\n") + "\nendobj\ntrailer\n<</Root 1 0 R>>\n%%EOF\n")
}

// packedObjects is an object stream (ISO 32000-1, 7.5.7) with this text.
func packedObjects(t *testing.T, dict, text string) string {
	t.Helper()
	var b bytes.Buffer
	w := zlib.NewWriter(&b)
	if _, err := w.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return fmt.Sprintf("5 0 obj\n<<%s/Length %d>>\nstream\r\n%s\nendstream", dict, b.Len(), b.String())
}

func refusals(t *testing.T, cases map[string]struct {
	file string
	body []byte
	code string
},
) {
	t.Helper()
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			folder, dir := open(t, evidence.DefaultLimits())
			_, err := folder.Put(t.Context(), c.file, bytes.NewReader(c.body))
			if c.code == "" {
				if err != nil {
					t.Errorf("got %v, want it taken", err)
				}
				return
			}
			if !errors.Is(err, fault.New(fault.Invalid, c.code)) {
				t.Errorf("got %v, want %s", err, c.code)
			}
			if left := files(t, dir); len(left) > 0 {
				t.Errorf("left behind: %v", left)
			}
		})
	}
}

func TestS31RefusesPDFThatActsWhereverItHidesIt(t *testing.T) {
	t.Parallel()
	const script = "1 0 obj\n<</OpenAction<</S/JavaScript/JS(app.alert(1))>>>>"
	const stored = "/Type/ObjStm/N 1/First 4/Filter/FlateDecode"
	long := strings.Repeat("% a comment that moves what follows\n", 2000)
	refusals(t, map[string]struct {
		file string
		body []byte
		code string
	}{
		"plain":                     {"a.pdf", objects("1 0 obj\n<</Type/Catalog/Pages 2 0 R>>"), ""},
		"outline and packed text":   {"a.pdf", objects("1 0 obj\n<</First 3 0 R>>", packedObjects(t, "/Filter/FlateDecode", "BT (text) Tj ET")), ""},
		"packed objects":            {"a.pdf", objects(packedObjects(t, stored, "2 0 <</Type/Page>>")), ""},
		"a link":                    {"a.pdf", objects("1 0 obj\n<</S/URI/URI(https://example.org)>>"), ""},
		"script":                    {"a.pdf", objects(script), "evidence.unsafe.active"},
		"script far inside":         {"a.pdf", objects(long, script), "evidence.unsafe.active"},
		"script with escapes":       {"a.pdf", objects(strings.Replace(script, "/JavaScript", "/J#61v#61Script", 1)), "evidence.unsafe.active"},
		"script in packed objects":  {"a.pdf", objects(packedObjects(t, stored, "1 0 "+script)), "evidence.unsafe.active"},
		"script in unnamed objects": {"a.pdf", objects(packedObjects(t, "/N 1/First 4/Filter/FlateDecode", "1 0 "+script)), "evidence.unsafe.active"},
		"script inside a string":    {"a.pdf", objects("1 0 obj\n(" + script + ")"), "evidence.unsafe.active"},
		"program":                   {"a.pdf", objects("1 0 obj\n<</S/Launch/F(cmd.exe)>>"), "evidence.unsafe.active"},
		"form that is sent":         {"a.pdf", objects("1 0 obj\n<</S/SubmitForm/F(http://x)>>"), "evidence.unsafe.active"},
		"file inside":               {"a.pdf", objects("1 0 obj\n<</Names<</EmbeddedFiles 3 0 R>>>>"), "evidence.unsafe.attached"},
		"locked":                    {"a.pdf", objects("1 0 obj\n<</Encrypt 9 0 R>>"), "evidence.unsafe.locked"},
		"objects packed twice":      {"a.pdf", objects(packedObjects(t, "/Type/ObjStm/N 1/First 4/Filter[/ASCIIHexDecode/FlateDecode]", "x")), "evidence.unsafe.unreadable"},
		"objects packed wrongly":    {"a.pdf", objects("5 0 obj\n<<" + stored + ">>\nstream\nnot zlib\nendstream"), "evidence.unsafe.unreadable"},
		"an archive behind it":      {"a.pdf", append(objects("1 0 obj\n<<>>"), container(t, map[string]string{"a.txt": "x"})...), "evidence.unsafe.polyglot"},
	})
}

func TestS31AScriptOnTheEdgeBetweenTwoPiecesIsFound(t *testing.T) {
	t.Parallel()
	folder, _ := open(t, evidence.DefaultLimits())
	for shift := range 140 {
		body := []byte("%PDF-1.4\n%" + strings.Repeat("x", 64<<10-40+shift-70) + "\n1 0 obj<</S/#4aavaScript>>")
		_, err := folder.Put(t.Context(), "a.pdf", bytes.NewReader(body))
		if !errors.Is(err, fault.New(fault.Invalid, "evidence.unsafe.active")) {
			t.Fatalf("shifted by %d: got %v, want evidence.unsafe.active", shift, err)
		}
	}
}

func TestS31RefusesPicturesAndTextThatAreSomethingElseToo(t *testing.T) {
	t.Parallel()
	photo := picture(t, evidence.JPEG, 30, 30)
	national, err := simplifiedchinese.GB18030.NewEncoder().String(strings.Repeat("依法治区办公室关于印发工作要点的通知\n", 4000))
	if err != nil {
		t.Fatal(err)
	}
	behind := func(more string) []byte { return append(bytes.Clone(photo), more...) }
	refusals(t, map[string]struct {
		file string
		body []byte
		code string
	}{
		"page behind a photo":       {"a.jpg", behind("<ScRipt>alert(1)</script>"), "evidence.unsafe.polyglot"},
		"archive behind a photo":    {"a.jpg", append(bytes.Clone(photo), container(t, map[string]string{"a": "x"})...), "evidence.unsafe.polyglot"},
		"moving picture behind one": {"a.jpg", behind("\x00\x00\x00\x18ftypmp42" + strings.Repeat("\x00", 5000)), ""},
		"document inside a photo":   {"a.png", append(picture(t, evidence.PNG, 3, 3), "%PDF-1.4"...), "evidence.mismatch"},
		"photo of another kind":     {"a.jpg", []byte("\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic"), "evidence.kind.heic"},
		"named so":                  {"IMG_0001.HEIC", []byte("\x00\x00\x00\x18ftypheic"), "evidence.kind.heic"},
		"rar":                       {"a.rar", []byte("Rar!\x1a\x07\x00"), "evidence.kind.archive"},
		"7z":                        {"a.7z", []byte("7z\xbc\xaf\x27\x1c"), "evidence.kind.archive"},
		"macros by name":            {"a.docm", nil, "evidence.kind.macro"},
		"text":                      {"a.txt", []byte("会议纪要\n第一项"), ""},
		"text of the standard":      {"a.txt", []byte(national), ""},
		"table":                     {"a.csv", []byte("日期,事项\n2020-01-02,会议\n"), ""},
		"page as text":              {"a.txt", []byte("  <html><body>x"), "evidence.mismatch"},
		"page further in":           {"a.csv", []byte("a,b\n1,<script>alert(1)</script>"), "evidence.unsafe.active"},
		"program as text":           {"a.txt", []byte("#!/bin/sh\nrm -rf /"), "evidence.mismatch"},
		"bytes as text":             {"a.txt", []byte("abc\x00\x01\x02"), "evidence.mismatch"},
		"broken text":               {"a.txt", bytes.Repeat([]byte("\xff\xfe\xff"), 100), "evidence.mismatch"},
	})
}

func TestS31RefusesOfficeFilesThatActOrFetch(t *testing.T) {
	t.Parallel()
	docx := func(more map[string]string) []byte {
		more["word/document.xml"] = "<w:document/>"
		return container(t, more)
	}
	relation := func(kind, mode string) map[string]string {
		return map[string]string{"word/_rels/settings.xml.rels": `<Relationships><Relationship Id="r" Type="http://x/relationships/` + kind +
			`" Target="http://example.org/x" TargetMode="` + mode + `"/></Relationships>`}
	}
	refusals(t, map[string]struct {
		file string
		body []byte
		code string
	}{
		"slides":            {"a.pptx", container(t, map[string]string{"ppt/presentation.xml": "<p/>"}), ""},
		"link":              {"a.docx", docx(relation("hyperlink", "External")), ""},
		"remote template":   {"a.docx", docx(relation("attachedTemplate", "External")), "evidence.unsafe.remote"},
		"own template":      {"a.docx", docx(relation("attachedTemplate", "Internal")), ""},
		"macro by its type": {"a.docx", docx(map[string]string{"[Content_Types].xml": `<Types><Override ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"/></Types>`}), "evidence.unsafe.active"},
		"macro by its name": {"a.docx", docx(map[string]string{"word/vbaProject.bin": "x"}), "evidence.unsafe.active"},
		"program renamed":   {"a.docx", docx(map[string]string{"word/media/image1.png": "MZ\x90\x00\x03\x00\x00\x00\x04"}), "evidence.unsafe.active"},
		"object inside":     {"a.docx", docx(map[string]string{"word/embeddings/oleObject1.bin": "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1xxxx"}), "evidence.unsafe.nested"},
		"archive renamed":   {"a.docx", docx(map[string]string{"word/media/image1.png": "PK\x03\x04xxxxxxxx"}), "evidence.unsafe.nested"},
	})
}

// stored is a workbook of Excel 97 with a stream named anew ([MS-CFB] 2.6.1: the
// name in UTF-16, at byte 64 its length with the end).
func stored(t *testing.T, old, name string) []byte {
	t.Helper()
	raw, err := os.ReadFile("testdata/old.xls")
	if err != nil {
		t.Fatal(err)
	}
	at := bytes.Index(raw, wide(old))
	if at < 0 {
		t.Fatalf("no stream %q", old)
	}
	copy(raw[at:at+64], make([]byte, 64))
	copy(raw[at:], wide(name))
	raw[at+64] = byte(len(wide(name)) + 2)
	return raw
}

func wide(s string) (out []byte) {
	for _, u := range utf16.Encode([]rune(s)) {
		out = append(out, byte(u), byte(u>>8))
	}
	return out
}

func TestS31RefusesOldOfficeFilesWithMacros(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile("testdata/old.xls")
	if err != nil {
		t.Fatal(err)
	}
	const summary = "\x05SummaryInformation"
	refusals(t, map[string]struct {
		file string
		body []byte
		code string
	}{
		"workbook":          {"a.xls", raw, ""},
		"named a document":  {"a.doc", raw, "evidence.mismatch"},
		"cut short":         {"a.xls", raw[:600], "evidence.mismatch"},
		"with macros":       {"a.xls", stored(t, summary, "_VBA_PROJECT_CUR"), "evidence.unsafe.active"},
		"with a program":    {"a.xls", stored(t, summary, "\x01Ole10Native"), "evidence.unsafe.active"},
		"locked":            {"a.xls", stored(t, summary, "EncryptedPackage"), "evidence.unsafe.locked"},
		"sheet of macros":   {"a.xls", macroSheet(t, raw), "evidence.unsafe.active"},
		"new and encrypted": {"a.xlsx", raw, "evidence.mismatch"},
	})
}

// macroSheet makes the first sheet of a workbook one of macros ([MS-XLS] 2.4.28).
func macroSheet(t *testing.T, raw []byte) []byte {
	t.Helper()
	out := bytes.Clone(raw)
	for i := 512; i+10 < len(out); i++ {
		if out[i] == 0x85 && out[i+1] == 0 && out[i+3] == 0 && out[i+2] < 60 && out[i+8] == 0 && out[i+9] == 0 {
			out[i+9] = 1
			return out
		}
	}
	t.Fatalf("no sheet in %s", hex.EncodeToString(raw[:8]))
	return nil
}
