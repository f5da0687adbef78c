package export

import (
	"bytes"
	"fmt"
	"time"

	"github.com/xuri/excelize/v2"
)

// Mark is for whom, when and what for a workbook was taken: Lines in words, which stand
// on a sheet of their own, and the properties of the file. Serial is what the copy is
// called.
type Mark struct {
	Sheet, Reader, Serial, Purpose string
	Lines                          []string
	At                             time.Time
}

// MarkXLSX puts a mark into a workbook: a sheet behind the others, and the core
// properties. The other sheets stay as they are.
func MarkXLSX(book []byte, m Mark) (out []byte, err error) {
	f, err := excelize.OpenReader(bytes.NewReader(book))
	if err != nil {
		return nil, fmt.Errorf("export: open a workbook: %w", err)
	}
	defer func() {
		if closed := f.Close(); err == nil {
			err = closed
		}
	}()
	if _, err := f.NewSheet(m.Sheet); err != nil {
		return nil, fmt.Errorf("export: sheet: %w", err)
	}
	for n, line := range m.Lines {
		if err := f.SetCellStr(m.Sheet, fmt.Sprintf("A%d", n+1), line); err != nil {
			return nil, fmt.Errorf("export: mark: %w", err)
		}
	}
	const wide = 100
	if err := f.SetColWidth(m.Sheet, "A", "A", wide); err != nil {
		return nil, fmt.Errorf("export: mark: %w", err)
	}
	at := m.At.UTC().Format(time.RFC3339)
	err = f.SetDocProps(&excelize.DocProperties{Creator: m.Reader, LastModifiedBy: m.Reader, Identifier: m.Serial, Description: m.Purpose, Keywords: m.Serial, Created: at, Modified: at})
	if err != nil {
		return nil, fmt.Errorf("export: properties: %w", err)
	}
	var file bytes.Buffer
	if err := f.Write(&file); err != nil {
		return nil, fmt.Errorf("export: workbook: %w", err)
	}
	return file.Bytes(), nil
}
