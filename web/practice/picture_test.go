package practice_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"image"
	"image/jpeg"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators/access"
	"minyi/indicators/evidence"
	"minyi/indicators/evidence/preview"
	"minyi/indicators/fault"
	"minyi/web/practice"
	"minyi/web/view"
)

// shelf is a library with one published picture, as it was handed in.
type shelf struct {
	practice.Library
	raw []byte
}

type kept struct{ *bytes.Reader }

func (kept) Close() error { return nil }

func (s shelf) File(_ context.Context, _ access.Actor, _, digest string) (evidence.File, io.ReadSeekCloser, error) {
	if digest != strings.Repeat("a", 64) {
		return evidence.File{}, nil, fault.New(fault.NotFound, "practice.unknown")
	}
	f := evidence.File{Digest: evidence.Digest(digest), Name: "大厅.jpeg", Kind: evidence.JPEG, Size: int64(len(s.raw))}
	return f, kept{bytes.NewReader(s.raw)}, nil
}

// noted is a photo as a phone takes it: its maker and owner, and a place of 38.4872 N,
// 106.2309 E (Exif 2.3, 4.6.5 and 4.6.6).
func noted(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, 80, 60)), nil); err != nil {
		t.Fatal(err)
	}
	order, data := binary.BigEndian, []byte{}
	const head, ifd, gps = 8, 8 + 2 + 3*12 + 4, 8 + 2 + 3*12 + 4 + 2 + 4*12 + 4
	entry := func(tag, kind uint16, count, value uint32) []byte {
		return order.AppendUint32(order.AppendUint32(order.AppendUint16(order.AppendUint16(nil, tag), kind), count), value)
	}
	put := func(more []byte) uint32 { at := gps + len(data); data = append(data, more...); return uint32(at) }
	degrees := func(d, m, s uint32) (out []byte) {
		for _, n := range []uint32{d, 1, m, 1, s, 100} {
			out = order.AppendUint32(out, n)
		}
		return out
	}
	tiff := order.AppendUint32([]byte("MM\x00\x2a"), head)
	tiff = order.AppendUint16(tiff, 3)
	tiff = append(tiff, entry(0x010f, 2, 11, put([]byte("SecretMake\x00")))...)
	tiff = append(tiff, entry(0x013b, 2, 13, put([]byte("SecretPerson\x00")))...)
	tiff = append(tiff, entry(0x8825, 4, 1, ifd)...)
	tiff = order.AppendUint32(tiff, 0)
	tiff = order.AppendUint16(tiff, 4)
	tiff = append(tiff, entry(1, 2, 2, 'N'<<24)...)
	tiff = append(tiff, entry(2, 5, 3, put(degrees(38, 29, 1392)))...)
	tiff = append(tiff, entry(3, 2, 2, 'E'<<24)...)
	tiff = append(tiff, entry(4, 5, 3, put(degrees(106, 13, 5124)))...)
	tiff = order.AppendUint32(tiff, 0)
	notes := append(append([]byte("Exif\x00\x00"), tiff...), data...)
	segment := append([]byte{0xff, 0xe1, byte((len(notes) + 2) >> 8), byte(len(notes) + 2)}, notes...)
	return bytes.Join([][]byte{b.Bytes()[:2], segment, b.Bytes()[2:]}, nil)
}

// served is the picture as a stranger gets it.
func served(t *testing.T, raw []byte) (head http.Header, body []byte) {
	t.Helper()
	texts, err := view.LoadTexts()
	if err != nil {
		t.Fatal(err)
	}
	previews, err := preview.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	door, err := practice.New(practice.Config{Library: shelf{raw: raw}, Pictures: previews, Texts: texts})
	if err != nil {
		t.Fatal(err)
	}
	app := fiber.New(fiber.Config{Immutable: true})
	app.Get("/practices/:practice/files/:digest", door.File)
	for range 2 { // made, and as it is kept
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/practices/1/files/"+strings.Repeat("a", 64), nil)
		answer, err := app.Test(r, -1)
		if err != nil {
			t.Fatal(err)
		}
		body, err = io.ReadAll(answer.Body)
		if err = errors.Join(err, answer.Body.Close()); err != nil || answer.StatusCode != http.StatusOK {
			t.Fatalf("got %d, %v", answer.StatusCode, err)
		}
		head = answer.Header
	}
	return head, body
}

// TestS35APublishedPictureDoesNotSayWhereAndByWhomItWasTaken: what a unit hands in goes
// to everybody as its pixels alone.
func TestS35APublishedPictureDoesNotSayWhereAndByWhomItWasTaken(t *testing.T) {
	t.Parallel()
	raw := noted(t)
	head, body := served(t, raw)
	if got := head.Get(fiber.HeaderContentDisposition); !strings.HasPrefix(got, "attachment;") || !strings.HasSuffix(got, ".jpg") {
		t.Errorf("it is saved as %q", got)
	}
	for _, secret := range []string{"Exif", "Secret"} {
		if !bytes.Contains(raw, []byte(secret)) || bytes.Contains(body, []byte(secret)) {
			t.Errorf("%s: in what was handed in %t, in what is sent %t", secret, bytes.Contains(raw, []byte(secret)), bytes.Contains(body, []byte(secret)))
		}
	}
	if _, err := jpeg.Decode(bytes.NewReader(body)); err != nil {
		t.Error(err)
	}
}

// exiftool asks Phil Harvey's program what a file says of itself, by groups of notes.
func exiftool(t *testing.T, name string, text []byte) string {
	t.Helper()
	at, err := exec.LookPath("exiftool")
	if err != nil {
		if os.Getenv("MINYI_READERS") != "" {
			t.Fatal("exiftool is missing (Debian: libimage-exiftool-perl)")
		}
		t.Skip("exiftool is not installed")
	}
	file := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(file, text, 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.CommandContext(t.Context(), at, "-a", "-G1", "-s", "-u", "--System:all", "--ExifTool:all", file).CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return string(out)
}

// TestReadersS35FindNothingInAPublishedPictureButItsPixels: exiftool reads place, maker
// and owner in what was handed in, and of what is sent no more than how a JPEG is built.
func TestReadersS35FindNothingInAPublishedPictureButItsPixels(t *testing.T) {
	t.Parallel()
	raw := noted(t)
	before := exiftool(t, "before.jpg", raw)
	for _, want := range []string{"GPSPosition", "SecretMake", "SecretPerson"} {
		if !strings.Contains(before, want) {
			t.Errorf("exiftool does not find %s in what was handed in:\n%s", want, before)
		}
	}
	_, body := served(t, raw)
	for line := range strings.Lines(exiftool(t, "after.jpg", body)) {
		if !strings.HasPrefix(line, "[File]") && !strings.HasPrefix(line, "[Composite]     ImageSize") && !strings.HasPrefix(line, "[Composite]     Megapixels") && !strings.HasPrefix(line, "[JFIF]") {
			t.Errorf("it still says: %s", line)
		}
	}
}
