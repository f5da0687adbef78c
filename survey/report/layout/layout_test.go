package layout_test

import (
	"bytes"
	"errors"
	"testing"

	"minyi/survey/report"
	"minyi/survey/report/layout"
	"minyi/survey/report/sample"
)

// set sets the sample report in a language.
func set(t *testing.T, lang string, change func(*report.Report)) (*report.Report, []byte) {
	t.Helper()
	q := sample.Paper(t)
	d := sample.Document(t, q, 300, 40)
	r := report.Compose(sample.Source(t, q, &d, lang))
	if change != nil {
		change(r)
	}
	var file bytes.Buffer
	if err := layout.Write(&file, r, "缺字："); err != nil {
		t.Fatal(err)
	}
	return r, file.Bytes()
}

func TestTheSameReportHasTheSameBytes(t *testing.T) {
	t.Parallel()
	_, a := set(t, "zh-CN", nil)
	_, b := set(t, "zh-CN", nil)
	if !bytes.Equal(a, b) || !bytes.HasPrefix(a, []byte("%PDF-1.6")) {
		t.Error("the two files differ")
	}
}

type full struct{}

var errFull = errors.New("disk full")

func (full) Write([]byte) (int, error) { return 0, errFull }

func TestAWriterThatRefusesEndsIt(t *testing.T) {
	t.Parallel()
	q := sample.Paper(t)
	d := sample.Document(t, q, 300, 0)
	if err := layout.Write(full{}, report.Compose(sample.Source(t, q, &d, "en")), ""); !errors.Is(err, errFull) {
		t.Errorf("got %v, want the writer's own error", err)
	}
}
