package deflate_test

import (
	"bytes"
	"compress/flate"
	"io"
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"minyi/web/respond/deflate"
)

// unpacked reads back what was packed behind before.
func unpacked(t *testing.T, before, packed []byte) []byte {
	t.Helper()
	r := flate.NewReaderDict(bytes.NewReader(packed), before)
	out, err := io.ReadAll(r)
	if err != nil {
		t.Fatalf("unpack: %v", err)
	}
	return out
}

// closed ends a stream with an empty stored block.
func closed(before, text []byte) []byte {
	return append(deflate.Append(nil, before, text, true), 0, 0, 0xff, 0xff)
}

func TestWhatIsPackedIsUnpacked(t *testing.T) {
	t.Parallel()
	chance := rand.New(rand.NewPCG(1, 2))
	noise := make([]byte, 70000)
	for i := range noise {
		noise[i] = byte(chance.Uint32())
	}
	for _, c := range []struct {
		name         string
		before, text string
	}{
		{"nothing", "", ""},
		{"one byte", "", "x"},
		{"two bytes", "", "xy"},
		{"one letter many times", "", strings.Repeat("a", 100000)},
		{"noise", "", string(noise)},
		{"a match behind what went before", "满意度调查", "满意度调查和满意度"},
		{"every byte once", "", every()},
		{"farther than matches reach", strings.Repeat("b", 40000) + "end", "end" + strings.Repeat("c", 40000) + "end"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := unpacked(t, []byte(c.before), closed([]byte(c.before), []byte(c.text))); string(got) != c.text {
				t.Errorf("unpacked %d bytes that differ from the %d packed", len(got), len(c.text))
			}
		})
	}
}

func every() string {
	all := make([]byte, 256)
	for i := range all {
		all[i] = byte(i)
	}
	return string(all)
}

func TestPagesAreSmallerThanByTheStandardLibrary(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"zh-CN/first.html", "en/first.html", "zh-CN/all.html"} {
		page, err := os.ReadFile("../testdata/" + name)
		if err != nil {
			t.Fatal(err)
		}
		var usual bytes.Buffer
		w, err := flate.NewWriter(&usual, flate.BestCompression)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(page); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		got := len(closed(nil, page))
		t.Logf("%s: %d bytes, by the standard library %d", name, got, usual.Len())
		if limit := usual.Len() * 985 / 1000; got > limit {
			t.Errorf("%s: got %d bytes, want at most %d", name, got, limit)
		}
	}
}

func FuzzPack(f *testing.F) {
	f.Add([]byte("before"), []byte("before and after"))
	f.Fuzz(func(t *testing.T, before, text []byte) {
		if got := unpacked(t, before, closed(before, text)); !bytes.Equal(got, text) {
			t.Errorf("packed %q, unpacked %q", text, got)
		}
	})
}

func BenchmarkPack(b *testing.B) {
	page, err := os.ReadFile("../testdata/zh-CN/first.html")
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		closed(nil, page)
	}
}
