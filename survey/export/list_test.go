package export_test

import (
	"bytes"
	"slices"
	"testing"

	"github.com/xuri/excelize/v2"

	"minyi/survey/export"
)

// The judge is excelize's reader: a text that looks like a formula or a number is
// read back as the text that it was.
func TestListKeepsTexts(t *testing.T) {
	t.Parallel()
	lines := [][]string{{"phone", "message"}, {"013800000001", "=1+1"}, {"+8613800000002", "【测评】{link}"}}
	var file bytes.Buffer
	err := export.List(&file, "list", func(fn func([]string) error) error {
		for _, line := range lines {
			if err := fn(line); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	book, err := excelize.OpenReader(&file)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := book.GetRows("list")
	if err != nil || len(rows) != len(lines) {
		t.Fatalf("got %v, %v", rows, err)
	}
	for i := range lines {
		if !slices.Equal(rows[i], lines[i]) {
			t.Errorf("line %d: got %v, want %v", i, rows[i], lines[i])
		}
	}
	if formula, err := book.GetCellFormula("list", "B2"); err != nil || formula != "" {
		t.Errorf("a formula: %q, %v", formula, err)
	}
}
