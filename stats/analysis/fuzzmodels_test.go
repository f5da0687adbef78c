package analysis_test

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"testing"

	"minyi/stats/analysis"
)

// Whatever answers, weights, strata and clusters a file holds, regressions,
// scales and replicates answer with numbers, or with words for each that is
// missing: never a panic, never a NaN without a word.
func FuzzModels(f *testing.F) {
	f.Add([]byte("0123456789abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"), uint8(0))
	f.Add([]byte("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"), uint8(1))
	f.Add([]byte("\x00\x01\x02\xff\xfe\xfd0a0b0c0d0e1f1g1h1i1j2k2l2m"), uint8(2))
	f.Add([]byte("one two three four five six seven eight nine ten eleven twelve"), uint8(3))
	f.Add([]byte("12"), uint8(4))
	// A loading of 0 among three items; items whose sum does not vary; one row.
	f.Add([]byte("0a710008700008a00008a0000a0X001aaX00"), uint8(0))
	f.Add([]byte("110000$72000007000"), uint8('d'))
	f.Add([]byte("123456"), uint8(0))
	f.Fuzz(func(t *testing.T, raw []byte, pick uint8) {
		first := []string{
			"", `{"op":"replicate","method":"JKn"},`, `{"op":"replicate","method":"bootstrap","replicates":6,"seed":3,"mse":true},`,
			`{"op":"replicate","method":"BRR"},`, `{"op":"replicate","method":"JK1"},`,
		}[int(pick)%5]
		text := strings.Replace(modelsOf, "FIRST", first, 1)
		if pick&64 != 0 {
			text = strings.Replace(text, `"classes":3`, `"classes":0`, 1)
		}
		if pick&128 != 0 {
			text = strings.Replace(text, `"strata":["s"],`, "", 1)
		}
		file, err := analysis.Parse(strings.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		data := csvOf(raw)
		document := analysis.Run(file, func(string) (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(data)), nil })
		for k, entry := range document.Estimates {
			wordless(t, file.Requests[k].Kind, entry)
		}
	})
}

const modelsOf = `{"format":1,"data":"d","columns":{"a":{"type":"number"},"b":{"type":"number"},"c":{"type":"number"},"w":{"type":"number"},"s":{"type":"string"},"p":{"type":"string"}},` +
	`"derive":[{"name":"h","when":{"var":"a","op":">","value":3}}],` +
	`"design":{"type":"taylor","ids":["p"],"strata":["s"],"weights":"w","nest":true,"lonely_psu":"remove"},` +
	`"steps":[FIRST{"op":"propensity","answered":{"var":"c","op":">","value":1},"terms":["b"],"classes":3}],` +
	`"estimates":[{"kind":"response"},{"kind":"glm","y":"a","terms":["b","s"]},{"kind":"glm","y":"h","terms":["c"],"family":"quasibinomial"},` +
	`{"kind":"alpha","items":["a","b","c"],"na_rm":true},{"kind":"omega","items":["a","b","c"],"na_rm":true},{"kind":"items","items":["a","b","c"],"na_rm":true},` +
	`{"kind":"drivers","y":"a","items":["b","c"]}]}`

// csvOf makes six cells of a row out of as many bytes.
func csvOf(raw []byte) string {
	var out strings.Builder
	out.WriteString("a,b,c,w,s,p\n")
	for ; len(raw) >= 6; raw = raw[6:] {
		for _, v := range raw[:3] {
			if v%11 != 10 {
				fmt.Fprint(&out, int(v%11)-2)
			}
			out.WriteByte(',')
		}
		fmt.Fprintf(&out, "%d,s%d,p%d\n", raw[3]%9, raw[4]%2, raw[5]%4)
	}
	return out.String()
}

// wordless fails on a null in an entry that bears no warning.
func wordless(t *testing.T, kind string, entry analysis.Entry) {
	t.Helper()
	text, err := json.Marshal(entry)
	if err != nil {
		t.Fatalf("%s: the entry does not marshal: %v", kind, err)
	}
	if entry.Err == nil && strings.Contains(string(text), "null") && !strings.Contains(string(text), `"code"`) {
		t.Errorf("%s: a null without a word: %s", kind, text)
	}
}
