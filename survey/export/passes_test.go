package export_test

import (
	"io"
	"testing"

	"minyi/survey/export"
)

func TestPassesIsHowOftenTheRowsAreRead(t *testing.T) {
	t.Parallel()
	for _, f := range export.Formats() {
		p := &export.Package{Data: made(), Texts: &export.Dataset{Rows: func(func([]export.Cell) error) error { return nil }}, Analysis: &export.Analysis{}, Name: "x"}
		passes := 0
		rows := p.Data.Rows
		p.Data.Rows = func(fn func([]export.Cell) error) error {
			passes++
			return rows(fn)
		}
		if err := p.Write(io.Discard, f); err != nil {
			t.Fatal(err)
		}
		if got := f.Passes(); got != passes {
			t.Errorf("%s: got %d, the rows are read %d times", f, got, passes)
		}
	}
}
