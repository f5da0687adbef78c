package export

import (
	"fmt"
	"io"
	"time"

	"github.com/xuri/excelize/v2"
)

// The sheets of a workbook.
const (
	dataSheet = "data"
	bookSheet = "codebook"
)

// XLSX writes a workbook: the rows on the sheet data, the variables and their
// values on the sheet codebook, which also says for whom, when and why. Texts are
// typed as texts, so that no spreadsheet calculates them (S24).
func XLSX(w io.Writer, d *Dataset) (err error) {
	f := excelize.NewFile()
	defer func() {
		if closed := f.Close(); err == nil {
			err = closed
		}
	}()
	if err := f.SetSheetName("Sheet1", dataSheet); err != nil {
		return fmt.Errorf("export: workbook: %w", err)
	}
	if _, err := f.NewSheet(bookSheet); err != nil {
		return fmt.Errorf("export: workbook: %w", err)
	}
	at := d.Study.Reading.At.UTC().Format(time.RFC3339)
	err = f.SetDocProps(&excelize.DocProperties{
		Title: d.Study.Title.In(d.Study.Lang), Creator: d.Study.Reading.Reader, Description: d.Study.Read.In(d.Study.Lang),
		Subject: d.Study.ID, Created: at, Modified: at, LastModifiedBy: d.Study.Software,
	})
	if err != nil {
		return fmt.Errorf("export: properties: %w", err)
	}
	if err := d.dataSheet(f); err != nil {
		return err
	}
	if err := d.bookSheet(f); err != nil {
		return err
	}
	return f.Write(w)
}

func (d *Dataset) dataSheet(f *excelize.File) error {
	out, err := f.NewStreamWriter(dataSheet)
	if err != nil {
		return fmt.Errorf("export: sheet: %w", err)
	}
	day, err := f.NewStyle(&excelize.Style{CustomNumFmt: ptr("yyyy-mm-dd")})
	if err != nil {
		return fmt.Errorf("export: style: %w", err)
	}
	if err := out.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return fmt.Errorf("export: sheet: %w", err)
	}
	line := make([]any, len(d.Variables))
	for i, v := range d.Variables {
		line[i] = v.Name
	}
	n := 1
	if err := out.SetRow("A1", line); err != nil {
		return err
	}
	err = d.Rows(func(row []Cell) error {
		n++
		for i, cell := range row {
			line[i] = d.Variables[i].typed(cell, day)
		}
		return out.SetRow(fmt.Sprintf("A%d", n), line)
	})
	if err != nil {
		return err
	}
	return out.Flush()
}

// typed is a cell as a workbook takes it.
func (v *Variable) typed(cell Cell, day int) any {
	switch {
	case cell.Empty:
		return nil
	case v.Kind == Text:
		return cell.Text
	case v.Kind == Date:
		return excelize.Cell{StyleID: day, Value: dayTime(cell.Number)}
	}
	return cell.Number
}

func ptr(s string) *string { return &s }

func (d *Dataset) bookSheet(f *excelize.File) error {
	out, err := f.NewStreamWriter(bookSheet)
	if err != nil {
		return fmt.Errorf("export: sheet: %w", err)
	}
	if err := d.codebook(rowsInto(out)); err != nil {
		return err
	}
	return out.Flush()
}

// rowsInto writes line after line into a sheet, from its top.
func rowsInto(out *excelize.StreamWriter) func([]string) error {
	n := 0
	return func(line []string) error {
		n++
		cells := make([]any, len(line))
		for i, text := range line {
			cells[i] = text
		}
		return out.SetRow(fmt.Sprintf("A%d", n), cells)
	}
}

// codebook gives the lines of the codebook: the study, then a line a variable and
// a line a labelled value.
func (d *Dataset) codebook(fn func([]string) error) error {
	for _, line := range d.Study.lines() {
		if err := fn([]string{line}); err != nil {
			return err
		}
	}
	if err := fn([]string{"name", "kind", "level", "value", "missing", "label_zh", "label_en", "question_zh", "question_en"}); err != nil {
		return err
	}
	for i := range d.Variables {
		v := &d.Variables[i]
		kind := [...]string{"numeric", "text", "date"}[v.Kind]
		if err := fn([]string{v.Name, kind, v.Level.String(), "", "", v.Label.Zh, v.Label.En, v.Question.Zh, v.Question.En}); err != nil {
			return err
		}
		for _, l := range v.Labels {
			missing := ""
			if l.Missing {
				missing = "missing"
			}
			if err := fn([]string{v.Name, "", "", v.value(l), missing, l.Text.Zh, l.Text.En}); err != nil {
				return err
			}
		}
	}
	return nil
}
