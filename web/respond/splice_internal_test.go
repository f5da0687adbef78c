package respond

import (
	"bytes"
	"os"
	"strings"
	"testing"
)

// parts are a page of the size of the longest, with its golden copy's words.
func parts(t testing.TB) cut {
	t.Helper()
	page, err := os.ReadFile("testdata/zh-CN/all.html")
	if err != nil {
		t.Fatal(err)
	}
	at := bytes.Index(page, []byte(`action="`)) + len(`action="`)
	end := bytes.Index(page, []byte("</form>"))
	return cut{head: page[:at], mid: page[at+40 : end], tail: page[end:], gap: 27, after: afterAddress}
}

func TestSplicedPagesUnpackToWhatWasPacked(t *testing.T) {
	t.Parallel()
	page := parts(t)
	for _, c := range []coding{plain, gzipped, brotlied} {
		r, err := pack(c, quick, page)
		if err != nil {
			t.Fatal(err)
		}
		if r.coding != c {
			t.Errorf("coding %d: packed as %d", c, r.coding)
		}
		for _, end := range []string{"", "x", strings.Repeat("末", 2000), `<input type="hidden" name="_form" value="a.b.c">`} {
			address := "/q/0123456789ABCDEFGHJKMNPQ"
			got, err := unpack(c, r.splice(nil, address, []byte(end)))
			if err != nil {
				t.Fatalf("coding %d: %v", c, err)
			}
			want := string(page.head) + address + afterAddress + string(page.mid) + end + string(page.tail)
			if string(got) != want {
				t.Errorf("coding %d, end of %d bytes: the page differs", c, len(end))
			}
		}
		t.Logf("coding %d: %d bytes", c, len(r.splice(nil, strings.Repeat("A", 27), nil)))
	}
}

func BenchmarkSplice(b *testing.B) {
	page := parts(b)
	for name, c := range map[string]coding{"plain": plain, "gzip": gzipped, "brotli": brotlied} {
		r, err := pack(c, quick, page)
		if err != nil {
			b.Fatal(err)
		}
		var out []byte
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				out = r.splice(out[:0], "/q/0123456789ABCDEFGHJKMNPQ", []byte("end"))
			}
		})
	}
	b.Run("make", func(b *testing.B) {
		for b.Loop() {
			_, _ = pack(brotlied, best, page)
		}
	})
}
