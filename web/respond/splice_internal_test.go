package respond

import (
	"bytes"
	"os"
	"strings"
	"testing"
)

// parts are a page of the size of the longest, with its golden copy's words.
func parts(t testing.TB) (head, mid, tail []byte) {
	t.Helper()
	page, err := os.ReadFile("testdata/zh-CN/all.html")
	if err != nil {
		t.Fatal(err)
	}
	at := bytes.Index(page, []byte(`action="`)) + len(`action="`)
	end := bytes.Index(page, []byte("</form>"))
	return page[:at], page[at+40 : end], page[end:]
}

func TestSplicedPagesUnpackToWhatWasPacked(t *testing.T) {
	t.Parallel()
	head, mid, tail := parts(t)
	for _, c := range []coding{plain, gzipped, brotlied} {
		r, err := pack(c, head, mid, tail, 27)
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
			want := string(head) + address + afterAddress + string(mid) + end + string(tail)
			if string(got) != want {
				t.Errorf("coding %d, end of %d bytes: the page differs", c, len(end))
			}
		}
		t.Logf("coding %d: %d bytes", c, len(r.splice(nil, strings.Repeat("A", 27), nil)))
	}
}

func BenchmarkSplice(b *testing.B) {
	head, mid, tail := parts(b)
	for name, c := range map[string]coding{"plain": plain, "gzip": gzipped, "brotli": brotlied} {
		r, err := pack(c, head, mid, tail, 27)
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
			_, _ = pack(brotlied, head, mid, tail, 27)
		}
	})
}
