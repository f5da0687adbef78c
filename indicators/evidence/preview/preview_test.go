package preview_test

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"

	"minyi/indicators/evidence"
	"minyi/indicators/evidence/preview"
	"minyi/indicators/fault"
)

func open(t *testing.T) *preview.Maker {
	t.Helper()
	m, err := preview.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	return m
}

type file struct{ *bytes.Reader }

func (file) Close() error { return nil }

// corner is a picture that is black but for a white upper left quarter.
func corner(width, height int) image.Image {
	m := image.NewGray(image.Rect(0, 0, width, height))
	for y := range height / 2 {
		for x := range width / 2 {
			m.SetGray(x, y, color.Gray{Y: 255})
		}
	}
	return m
}

// turned is a JPEG file with the tag Orientation (Exif 2.3, 4.6.4) and a place
// (GPS) in its notes, in either order of bytes.
func turned(t *testing.T, m image.Image, how byte, little bool) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, m, nil); err != nil {
		t.Fatal(err)
	}
	tiff := "MM\x00\x2a\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00" + string(how) + "\x00\x00\x00\x00\x00\x00"
	if little {
		tiff = "II\x2a\x00\x08\x00\x00\x00\x01\x00\x12\x01\x03\x00\x01\x00\x00\x00" + string(how) + "\x00\x00\x00\x00\x00\x00\x00"
	}
	notes := "Exif\x00\x00" + tiff + "GPS 38.4872 N"
	return bytes.Join([][]byte{b.Bytes()[:2], {0xff, 0xe1, 0, byte(len(notes) + 2)}, []byte(notes), b.Bytes()[2:]}, nil)
}

// Where the white corner of a picture lies once it is upright: the table of the
// eight orientations in Exif 2.3, 4.6.4 (row 0 and column 0 of the stored picture
// are the named sides of the visible one).
func TestS35PicturesAreUprightSmallAndWithoutNotes(t *testing.T) {
	t.Parallel()
	for how, want := range map[byte]string{
		0: "left top", 1: "left top", 2: "right top", 3: "right bottom", 4: "left bottom",
		5: "left top", 6: "right top", 7: "right bottom", 8: "left bottom", 9: "left top",
	} {
		for _, little := range []bool{false, true} {
			t.Run(fmt.Sprintf("%d %t", how, little), func(t *testing.T) {
				t.Parallel()
				m := open(t)
				raw := turned(t, corner(400, 200), how, little)
				f := evidence.File{Digest: evidence.Digest(strings.Repeat("a", 64)), Kind: evidence.JPEG}
				out, err := m.Picture(t.Context(), f, 100, func() (io.ReadSeekCloser, error) { return file{bytes.NewReader(raw)}, nil })
				if err != nil {
					t.Fatal(err)
				}
				if bytes.Contains(out, []byte("GPS")) || bytes.Contains(out, []byte("Exif")) {
					t.Error("the camera's notes are still there")
				}
				got, err := jpeg.Decode(bytes.NewReader(out))
				if err != nil {
					t.Fatal(err)
				}
				size := got.Bounds().Size()
				if wide := how < 5 || how > 8; wide && size != image.Pt(100, 50) || !wide && size != image.Pt(50, 100) {
					t.Errorf("got %v", size)
				}
				if at := whiteCorner(got); at != want {
					t.Errorf("the corner is %s, want %s", at, want)
				}
				again, err := m.Picture(t.Context(), f, 100, func() (io.ReadSeekCloser, error) { return nil, errors.New("asked again") })
				if err != nil || !bytes.Equal(again, out) {
					t.Errorf("the second time: %v", err)
				}
			})
		}
	}
}

func whiteCorner(m image.Image) string {
	size := m.Bounds().Size()
	for name, at := range map[string]image.Point{
		"left top": {X: 5, Y: 5}, "right top": {X: size.X - 6, Y: 5}, "left bottom": {X: 5, Y: size.Y - 6}, "right bottom": {X: size.X - 6, Y: size.Y - 6},
	} {
		if r, _, _, _ := m.At(at.X, at.Y).RGBA(); r > 0x8000 {
			return name
		}
	}
	return "nowhere"
}

func packed(t *testing.T, parts map[string]string) *bytes.Reader {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for name, text := range parts {
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
	return bytes.NewReader(b.Bytes())
}

func pixels(t *testing.T) string {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, corner(40, 20)); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// told writes the blocks in one line each.
func told(d *preview.Document) (out []string) {
	for _, b := range d.Blocks {
		switch {
		case b.Heading != "":
			out = append(out, "# "+b.Heading)
		case b.Sheet != "":
			out = append(out, "sheet "+b.Sheet)
		case b.Slide > 0:
			out = append(out, fmt.Sprint("slide ", b.Slide))
		case b.Picture != "":
			out = append(out, "picture")
		case b.Rows != nil:
			out = append(out, fmt.Sprintf("%q", b.Rows))
		default:
			out = append(out, b.Text)
		}
	}
	return out
}

func shows(t *testing.T, kind evidence.Kind, r *bytes.Reader, want ...string) *preview.Document {
	t.Helper()
	d, err := open(t).Document(t.Context(), kind, r, r.Size())
	if err != nil {
		t.Fatal(err)
	}
	if got := told(d); strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	return d
}

func TestADocumentShowsTextTablesAndPictures(t *testing.T) {
	t.Parallel()
	const body = `<w:document xmlns:w="w" xmlns:a="a" xmlns:r="r" xmlns:mc="mc"><w:body>
		<w:p><w:pPr><w:pStyle w:val="Heading1"/></w:pPr><w:r><w:t>工作报告</w:t></w:r></w:p>
		<w:p><w:r><w:t>第一</w:t></w:r><w:r><w:tab/><w:t>项 &lt;b&gt;</w:t></w:r></w:p><w:p/>
		<w:p><w:del><w:r><w:delText>gone</w:delText></w:r></w:del><w:r><w:instrText>HYPERLINK</w:instrText><w:t>kept</w:t></w:r></w:p>
		<mc:AlternateContent><mc:Choice><w:p><w:r><w:t>once</w:t></w:r></w:p></mc:Choice><mc:Fallback><w:p><w:r><w:t>twice</w:t></w:r></w:p></mc:Fallback></mc:AlternateContent>
		<w:tbl><w:tr><w:tc><w:p><w:r><w:t>a</w:t></w:r></w:p></w:tc><w:tc><w:p><w:r><w:t>b</w:t></w:r></w:p><w:p><w:r><w:t>c</w:t></w:r></w:p></w:tc></w:tr><w:tr><w:tc><w:p/></w:tc></w:tr></w:tbl>
		<w:p><w:r><a:blip r:embed="r1"/><a:blip r:embed="r2"/></w:r></w:p></w:body></w:document>`
	d := shows(t, evidence.DOCX, packed(t, map[string]string{
		"word/document.xml": body, "word/media/image1.png": pixels(t),
		"word/_rels/document.xml.rels": `<Relationships><Relationship Id="r1" Target="media/image1.png"/><Relationship Id="r2" Target="http://example.org/x.png" TargetMode="External"/></Relationships>`,
	}), "# 工作报告", "第一 项 <b>", "kept", "once", `[["a" "b\nc"] ["" ""]]`, "picture")
	raw, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(d.Blocks[5].Picture, "data:image/jpeg;base64,"))
	if err != nil {
		t.Fatal(err)
	}
	if m, err := jpeg.DecodeConfig(bytes.NewReader(raw)); err != nil || m.Width != 40 {
		t.Errorf("got %+v, %v, want the picture made anew", m, err)
	}
}

func TestSlidesAreShownInTheirOrder(t *testing.T) {
	t.Parallel()
	slide := func(text string) string {
		return `<p:sld xmlns:p="p" xmlns:a="a"><a:p><a:r><a:t>` + text + `</a:t></a:r></a:p></p:sld>`
	}
	shows(t, evidence.PPTX, packed(t, map[string]string{
		"ppt/presentation.xml":            `<p:presentation xmlns:p="p" xmlns:r="r"><p:sldIdLst><p:sldId id="256" r:id="r9"/><p:sldId id="257" r:id="r2"/></p:sldIdLst></p:presentation>`,
		"ppt/_rels/presentation.xml.rels": `<Relationships><Relationship Id="r2" Target="slides/slide1.xml"/><Relationship Id="r9" Target="/ppt/slides/slide2.xml"/></Relationships>`,
		"ppt/slides/slide1.xml":           slide("second"), "ppt/slides/slide2.xml": slide("first"),
	}), "slide 1", "first", "slide 2", "second")
}

func TestAWorkbookShowsItsVisibleSheetsAsTheyAreDisplayed(t *testing.T) {
	t.Parallel()
	book := excelize.NewFile()
	for _, err := range []error{
		book.SetCellValue("Sheet1", "A1", "比例"), book.SetCellValue("Sheet1", "B2", 0.955),
		book.SetCellFormula("Sheet1", "C1", "1+1"),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	style, err := book.NewStyle(&excelize.Style{NumFmt: 10}) // 0.00%
	if err != nil {
		t.Fatal(err)
	}
	if _, err := book.NewSheet("hidden"); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(book.SetCellStyle("Sheet1", "B2", "B2", style), book.SetSheetVisible("hidden", false)); err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := book.Write(&b); err != nil {
		t.Fatal(err)
	}
	shows(t, evidence.XLSX, bytes.NewReader(b.Bytes()), "sheet Sheet1", `[["比例" "" ""] ["" "95.50%" ""]]`)
}

func TestTextAndTablesInEitherEncodingAreCutWhereTheyAreLong(t *testing.T) {
	t.Parallel()
	national, err := simplifiedchinese.GB18030.NewEncoder().String("日期,事项\n2020-01-02,\"会议,\n纪要\"\n")
	if err != nil {
		t.Fatal(err)
	}
	shows(t, evidence.CSV, bytes.NewReader([]byte(national)), `[["日期" "事项"] ["2020-01-02" "会议,\n纪要"]]`)
	shows(t, evidence.TXT, bytes.NewReader([]byte("\ufeff一\r\n二\r\n\r\n三")), "一\n二", "三")
	long := bytes.NewReader(bytes.Repeat([]byte("a,b\n"), 1000))
	if d, err := open(t).Document(t.Context(), evidence.CSV, long, long.Size()); err != nil || !d.Cut || len(d.Blocks[0].Rows) != 300 {
		t.Errorf("got %+v, %v, want 300 rows and a word that there are more", d, err)
	}
}

func TestWhatCannotBeReadIsRefusedAndABombStaysSmall(t *testing.T) {
	t.Parallel()
	m := open(t)
	broken := bytes.NewReader([]byte("PK\x03\x04 not a container"))
	for _, kind := range []evidence.Kind{evidence.DOCX, evidence.PPTX, evidence.XLSX, evidence.PDF} {
		if _, err := m.Document(t.Context(), kind, broken, broken.Size()); !errors.Is(err, fault.New(fault.Invalid, "preview.none")) {
			t.Errorf("%s: got %v, want preview.none", kind, err)
		}
	}
	deep := packed(t, map[string]string{"word/document.xml": strings.Repeat("<w:tbl>", 100_000)})
	if _, err := m.Document(t.Context(), evidence.DOCX, deep, deep.Size()); !errors.Is(err, fault.New(fault.Invalid, "preview.none")) {
		t.Errorf("deep: got %v, want preview.none", err)
	}
	many := packed(t, map[string]string{"word/document.xml": strings.Repeat("<p><t>x</t></p>", 50_000)})
	if d, err := m.Document(t.Context(), evidence.DOCX, many, many.Size()); err != nil || !d.Cut || len(d.Blocks) != 1500 {
		t.Errorf("long: got %d blocks, %v", len(d.Blocks), err)
	}
	ctx, stop := context.WithCancel(t.Context())
	stop()
	f := evidence.File{Digest: evidence.Digest(strings.Repeat("b", 64))}
	if _, err := m.Picture(ctx, f, 10, func() (io.ReadSeekCloser, error) { return file{bytes.NewReader([]byte("x"))}, nil }); err == nil {
		t.Error("no picture was refused")
	}
}
