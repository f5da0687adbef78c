package export

import (
	"fmt"
	"io"

	"github.com/xuri/excelize/v2"
)

// List writes a workbook of one sheet of texts: lines calls fn for each line, the
// heads first. Texts are typed as texts, so that no spreadsheet calculates them
// (S24).
func List(w io.Writer, sheet string, lines func(fn func([]string) error) error) (err error) {
	f := excelize.NewFile()
	defer func() {
		if closed := f.Close(); err == nil {
			err = closed
		}
	}()
	if err := f.SetSheetName("Sheet1", sheet); err != nil {
		return fmt.Errorf("export: workbook: %w", err)
	}
	out, err := f.NewStreamWriter(sheet)
	if err != nil {
		return fmt.Errorf("export: sheet: %w", err)
	}
	if err := out.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return fmt.Errorf("export: sheet: %w", err)
	}
	if err := lines(rowsInto(out)); err != nil {
		return err
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("export: sheet: %w", err)
	}
	return f.Write(w)
}
