package analysis_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"

	"minyi/stats/analysis"
)

// longText is a text of several chunks in many spellings of numbers, line ends and
// lengths, its last column quoted or not.
func longText(rows int, quoted bool) []byte {
	source := rand.New(rand.NewPCG(11, 12))
	out := []byte("\xef\xbb\xbfskip,wide,few,f,s,end\r\n")
	mark := map[bool]string{true: `"x"`, false: "x"}[quoted]
	for i := range rows {
		spelled := []string{"1", "1.0", "-2.5e1", "", "0.1", "12345678901234567890", "+3", ".5", "7."}[source.IntN(9)]
		text := []string{"a", "", "twelve bytes", "exactly 15 byte", "more than fifteen bytes", "八个字的文本"}[source.IntN(6)]
		out = fmt.Appendf(out, "%s,%.9f,%s,%s,%s,%s", strings.Repeat("z", source.IntN(40)), 1+source.Float64()*float64(i), spelled,
			[]string{"no", "bachelor"}[source.IntN(2)], text, mark)
		out = append(out, []string{"\n", "\r\n", "\n\n", "\r\n\r\n"}[source.IntN(4)]...)
	}
	return bytes.TrimRight(out, "\r\n")
}

const longAnalysis = `{"format":1,"data":"d","columns":{"wide":{"type":"number"},"few":{"type":"number"},` +
	`"f":{"type":"factor","levels":["no","bachelor"]},"s":{"type":"string"}},"design":{"type":"taylor","weights":"wide"},` +
	`"estimates":[{"kind":"mean","vars":["few"],"na_rm":true},{"kind":"table","vars":["s","f"]},{"kind":"by","var":"few","by":["s"],"na_rm":true}]}`

func runText(t *testing.T, text string, data []byte) *analysis.Document {
	t.Helper()
	file, err := analysis.Parse(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return analysis.Run(file, func(string) (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(data)), nil })
}

// A text with quotes is read row by row, one without eight bytes at a time: the
// answers have the same bits.
func TestTextsWithAndWithoutQuotesReadTheSame(t *testing.T) {
	if testing.Short() {
		t.Skip("one goroutine drives it")
	}
	t.Parallel()
	plain, quoted := runText(t, longAnalysis, longText(60_000, false)), runText(t, longAnalysis, longText(60_000, true))
	if plain.Failed() || quoted.Failed() {
		t.Fatalf("got errors %+v and %+v", plain.Error, quoted.Error)
	}
	got, err := json.Marshal(plain)
	if err != nil {
		t.Fatal(err)
	}
	want, err := json.Marshal(quoted)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// What is wrong in a later chunk is named with its line in the whole text, and of
// two errors the earlier.
func TestErrorsDeepInATextNameTheirLine(t *testing.T) {
	t.Parallel()
	const analysis = `{"format":1,"data":"d","columns":{"y":{"type":"number"}},"design":{"type":"taylor"},"estimates":[]}`
	rows := strings.Repeat("1234,abcdefghijklmnopqrstuvwxyz\n", 100_000) // 3 MiB
	cases := map[string]struct{ tail, code, at string }{
		"a word for a number":     {"x,1\n" + rows + "y,1\n", "data.value", "line 100002, column y"},
		"a ragged row":            {"1\n" + rows + "1\n", "data.ragged", "line 100002"},
		"a row too wide":          {"1,2,3\n", "data.ragged", "line 100002"},
		"a bare quote":            {"1,a\"b\"\n", "data.csv", "line 100002"},
		"a quote left open":       {"1,\"a\n" + rows, "data.csv", "line 200002"},
		"a line over the limit":   {"1," + strings.Repeat("z", 1<<20) + "\n", "data.csv", "line 100001"},
		"a row over the limit":    {"1,\"" + strings.Repeat(strings.Repeat("z", 1<<16)+"\n", 400) + "\"\n", "data.csv", "line 100257"},
		"a number out of reach":   {"1e999,1", "data.value", "line 100002, column y"},
		"an underscore, no value": {"1_0,1", "data.value", "line 100002, column y"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			document := runText(t, analysis, []byte("y,z\n"+rows+c.tail))
			if document.Error == nil || document.Error.Code != c.code || document.Error.At != c.at {
				t.Errorf("got %+v, want %s at %s", document.Error, c.code, c.at)
			}
		})
	}
}
