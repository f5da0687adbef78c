package respond

import (
	"reflect"
	"strings"
	"testing"

	"github.com/valyala/fasthttp"
)

// FuzzFieldsAreReadAsTheServerReadsThem holds the door's reader of forms against
// the server's own.
func FuzzFieldsAreReadAsTheServerReadsThem(f *testing.F) {
	for _, body := range []string{
		"", "&", "=", "a", "a&", "a=", "=b", "a=b=c", "&&a=1&&", "a+b=c+d", "a%20=%E5%A5%BD", "a=%", "a=%4", "a=%4g&b=%zz%41",
		"_form=x&_form=y&q01=5&q01=4&_=1", "a=%26%3d&%61=2", strings.Repeat("q=1&", 500),
	} {
		f.Add(body)
	}
	var used rooms
	f.Fuzz(func(t *testing.T, body string) {
		if strings.Contains(body, "%+") {
			t.Skip("a + that ends a text behind a % stays a + there, and there only")
		}
		var args fasthttp.Args
		args.ParseBytes([]byte(body))
		answers, meta := map[string][]string{}, map[string][]string{}
		for key, value := range args.All() {
			to := answers
			if strings.HasPrefix(string(key), "_") {
				to = meta
			}
			to[string(key)] = append(to[string(key)], string(value))
		}
		got := used.take()
		defer used.put(got)
		got.read([]byte(body))
		if !reflect.DeepEqual(got.answers, answers) || !reflect.DeepEqual(got.meta, meta) {
			t.Errorf("%q: got %v and %v, want %v and %v", body, got.answers, got.meta, answers, meta)
		}
	})
}

func BenchmarkFields(b *testing.B) {
	body := []byte("_form=0190e2a8-0000-7000-8000-000000000000.qgodg0.CdaW8DHXwhCE5CyB-L5q5g&_view=all&_lang=zh-CN&consent=yes" +
		"&s1=18-29&s2=640104&s3=ge6m&s4=yes&q01=5&q02=4&q03=98&q04=1&q05=2&q06=3&q07=4&q08=5&q09=1&q10=2&q11=3&q12=4" +
		"&b1=male&b2=rural&b3=service&i1=no&o1=" + strings.Repeat("%E5%A5%BD", 50))
	var used rooms
	for b.Loop() {
		f := used.take()
		f.read(body)
		used.put(f)
	}
}
