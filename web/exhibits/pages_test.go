package exhibits_test

import (
	"archive/zip"
	"bytes"
	"image"
	"image/jpeg"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"minyi/indicators/application"
	"minyi/indicators/evidence"
	"minyi/indicators/roster"
)

func photo(t testing.TB, width, height int) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, width, height)), nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func docx(t *testing.T, text string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	e, err := w.Create("word/document.xml")
	if err == nil {
		_, err = io.WriteString(e, `<w:document xmlns:w="w"><w:body><w:p><w:r><w:t>`+text+`</w:t></w:r></w:p></w:body></w:document>`)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// idOf is the id of the exhibit of that name.
func (h *house) idOf(name string) string {
	h.t.Helper()
	for _, e := range h.stored("640105").Exhibits {
		if e.File.Name == name {
			return string(e.ID)
		}
	}
	h.t.Fatalf("no exhibit %q", name)
	return ""
}

func TestC80AFormWithoutScriptTakesManyFilesAndSaysWhichItCannot(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	c := h.client("xixia")
	fields := map[string]string{"indicator": "1、2", "dated": "2020-05-01"}
	c.upload(fields).want(t, http.StatusUnprocessableEntity, `value="1、2"`, "请选择一个要上传的文件")
	c.upload(fields, sentFile{"a.pdf", pdf("a")}, sentFile{"b.jpg", photo(t, 30, 20)}).want(t, http.StatusSeeOther)
	c.upload(fields, sentFile{"c.pdf", pdf("c")}, sentFile{"d.html", []byte("<script>")}, sentFile{"e.pdf", []byte("MZ")}).
		want(t, http.StatusUnprocessableEntity, "“d.html”是网页、脚本或程序", "“e.pdf”的内容不是它所标明的", `value="1、2"`, "c.pdf")
	if got := h.stored("640105").Exhibits; len(got) != 3 {
		t.Errorf("got %d exhibits, want 3", len(got))
	}
	c.get(desk+"/exhibits").want(t, 200, "每个文件最多 50 MB", "最多 600 个文件、共 8 GB", "已用 3 个")
	// One of them for further indicators, a caption, another place in the order, away and back.
	c.act(desk+"/exhibits/share", map[string]string{"pick-" + h.idOf("a.pdf"): "yes", "also": "5，9"}).want(t, http.StatusSeeOther)
	c.act(desk+"/exhibits/share", map[string]string{"also": "5"}).want(t, http.StatusUnprocessableEntity, "请先勾选已上传的材料")
	edit := desk + "/exhibits/" + h.idOf("b.jpg") + "/edit"
	c.get(edit).want(t, 200, `value="b.jpg"`, "/preview")
	form := map[string]string{"seen": "0", "name": "现场", "caption": "办事大厅", "dated": "2020-07-20", "indicator": "3"}
	c.act(edit, form).want(t, http.StatusSeeOther)
	c.act(edit, form).want(t, http.StatusConflict, "同事已保存过", "办事大厅")
	c.get(desk+"/exhibits").want(t, 200, "现场.jpg", "办事大厅", "轮次开启后形成") // C83
	c.act(desk+"/exhibits/"+h.idOf("c.pdf")+"/move", map[string]string{"to": "up"}).want(t, http.StatusSeeOther)
	gone := h.idOf("a.pdf")
	c.act(desk+"/exhibits/"+gone+"/remove", nil).want(t, http.StatusSeeOther)
	c.get(desk+"/exhibits").want(t, 200, "删去的材料", "a.pdf")
	c.act(desk+"/exhibits/"+gone+"/restore", nil).want(t, http.StatusSeeOther)
	var names []string
	for _, e := range h.stored("640105").Exhibits {
		names = append(names, e.File.Name)
	}
	if got := strings.Join(names, " "); got != "c.pdf 现场.jpg a.pdf" {
		t.Errorf("got %q", got)
	}
}

func TestC83TheFormAsksForMissingDates(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	c := h.client("xixia")
	c.upload(map[string]string{"indicator": "1"}, sentFile{"a.pdf", pdf("a")}, sentFile{"b.pdf", pdf("b")}).want(t, http.StatusSeeOther)
	a, b := h.idOf("a.pdf"), h.idOf("b.pdf")
	c.get(desk+"/exhibits").want(t, 200, "请填写材料形成日期", "dated-"+a, "dated-"+b)
	c.act(desk+"/exhibits/dates", map[string]string{"dated-" + a: "2020-13-01"}).want(t, http.StatusUnprocessableEntity)
	c.act(desk+"/exhibits/dates", map[string]string{"dated-" + a: "2020-07-05", "dated-" + b: ""}).want(t, http.StatusSeeOther)
	e := h.stored("640105").Exhibits
	if e[0].Dated.String() != "2020-07-05" || !e[1].Dated.IsZero() {
		t.Errorf("got %s and %s", e[0].Dated, e[1].Dated)
	}
}

func TestS33PreviewsRunNothingAndStandOnlyInOurFrames(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	c, other, office := h.client("xixia"), h.client("yinchuan"), h.client("office")
	evil := "&lt;script&gt;alert(1)&lt;/script&gt;"
	c.upload(map[string]string{"indicator": "1"}, sentFile{"a.pdf", pdf("a")}, sentFile{"b.jpg", photo(t, 2000, 1000)},
		sentFile{"c.docx", docx(t, evil)}, sentFile{"d.csv", []byte("a,\"<img src=x onerror=alert(1)>\"\n")}, sentFile{"e.ofd", ofd(t)}).want(t, http.StatusSeeOther)
	says := map[string]string{
		"a.pdf": `type="application/pdf"`, "b.jpg": `<img class="one"`, "c.docx": evil, "d.csv": "&lt;img src=x onerror=alert(1)&gt;", "e.ofd": "不能在浏览器里预览",
	}
	for name, text := range says {
		path := desk + "/exhibits/" + h.idOf(name)
		got := c.get(path + "/preview")
		policy := got.header.Get("Content-Security-Policy")
		if got.status != 200 || !strings.Contains(got.body, text) || !strings.Contains(policy, "frame-ancestors 'self'") || !strings.Contains(policy, "default-src 'none'") ||
			strings.Contains(policy, "script-src") || strings.Contains(got.body, "<script") || strings.Contains(got.body, "onerror=alert(1)>") {
			t.Errorf("%s: got %d, policy %q\n%s", name, got.status, policy, got.body)
		}
		file := c.get(path)
		if !strings.HasPrefix(file.header.Get("Content-Disposition"), "attachment") || file.header.Get("X-Content-Type-Options") != "nosniff" ||
			!strings.Contains(file.header.Get("Content-Security-Policy"), "sandbox") {
			t.Errorf("%s: file sent with %v", name, file.header)
		}
		for _, end := range []string{"", "/preview", "/preview/content", "/thumbnail", "/edit"} {
			other.get(path+end).want(t, http.StatusNotFound)
		}
		filed := "/office/dossiers/2020-640105-comprehensive/exhibits/" + h.idOf(name) + "/preview"
		office.get(filed).want(t, http.StatusNotFound) // a draft is nobody's but the unit's
	}
	shown := c.get(desk + "/exhibits/" + h.idOf("b.jpg") + "/preview/content")
	small, _, err := image.DecodeConfig(strings.NewReader(shown.body))
	if err != nil || small.Width != 1600 || small.Height != 800 || shown.header.Get("Content-Type") != "image/jpeg" {
		t.Errorf("picture: got %+v, %v, %v", small, err, shown.header)
	}
	content := c.get(desk + "/exhibits/" + h.idOf("a.pdf") + "/preview/content")
	if content.body != string(pdf("a")) || content.header.Get("Content-Type") != "application/pdf" ||
		!strings.Contains(content.header.Get("Content-Security-Policy"), "default-src 'none'") {
		t.Errorf("PDF: got %q with %v", content.body, content.header)
	}
	c.get(desk+"/exhibits/"+h.idOf("c.docx")+"/preview/content").want(t, http.StatusNotFound)
	// Once it is filed, the office reads it too.
	k := application.Key{Round: 2020, Unit: "640105", Track: roster.Comprehensive}
	h.file(k)
	got := office.get("/office/dossiers/2020-640105-comprehensive/exhibits/" + h.idOf("c.docx") + "/preview")
	got.want(t, 200, "c.docx")
	c.get("/office/dossiers/2020-640105-comprehensive/exhibits/"+h.idOf("c.docx")).want(t, http.StatusForbidden)
}

func ofd(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	if _, err := w.Create("OFD.xml"); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestAReaderOfALostOrChangedFileGetsAClearPage(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	c := h.client("xixia")
	c.upload(map[string]string{"indicator": "1"}, sentFile{"a.pdf", pdf("a")}, sentFile{"b.pdf", pdf("b")}).want(t, http.StatusSeeOther)
	place := func(name string) (string, string) {
		for _, e := range h.stored("640105").Exhibits {
			if e.File.Name == name {
				return filepath.Join(h.dir, "evidence", string(e.File.Digest[:2]), string(e.File.Digest[2:])), desk + "/exhibits/" + string(e.ID)
			}
		}
		return "", ""
	}
	lost, lostAt := place("a.pdf")
	changed, changedAt := place("b.pdf")
	if err := os.Remove(lost); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(changed, pdf("z"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, end := range []string{"", "/preview", "/preview/content"} {
		c.get(lostAt+end).want(t, http.StatusNotFound, "在服务器上找不到了")
		c.get(changedAt+end).want(t, http.StatusConflict, "与上传时不一致")
	}
	c.get(desk+"/exhibits").want(t, 200, "a.pdf")
	// The same file chosen again mends it.
	c.upload(map[string]string{"indicator": "1"}, sentFile{"a.pdf", pdf("a")}).want(t, http.StatusSeeOther)
	c.get(lostAt).want(t, 200)
	if bad, err := h.folder.Check(t.Context(), []evidence.Digest{h.stored("640105").Exhibits[0].File.Digest}); err != nil || len(bad) != 0 {
		t.Errorf("got %v, %v", bad, err)
	}
}
