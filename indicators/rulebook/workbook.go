package rulebook

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"minyi/indicators"
)

// Words are the words of a workbook. Write gives the word of a code in the
// language of the file. Read gives the code of a word in any language, by the
// code's area and the word ("method.查阅材料"). A code or a word that they do not
// know stands for itself. Codes are "sheet.general",
// "sheet.SYSTEM", "head.COLUMN", "field.NAME", "method.METHOD", "applies.KIND",
// "applies.rule-making" and "kind.KIND".
type Words struct {
	Write map[string]string
	Read  map[string]string
}

func (w Words) write(code string) string {
	if word, ok := w.Write[code]; ok {
		return word
	}
	return code
}

func (w Words) read(area, word string) string {
	word = strings.TrimSpace(word)
	if code, ok := w.Read[area+word]; ok {
		return strings.TrimPrefix(code, area)
	}
	return strings.TrimPrefix(word, area)
}

// Label says of which scheme a workbook is.
type Label struct {
	Round   int
	Version int
	Edition indicators.Edition
}

const general = "sheet.general"

func systemSheet(s indicators.System) string { return "sheet." + string(s) }

// The columns of a system's sheet; those from full on are read back.
func columns() []string {
	return []string{"number", "level1", "level2", "text", "restored", "kind", "full", "method", "limits", "applies", "why"}
}

// readColumns are the columns that are read back, from G on.
func readColumns() map[string]Part {
	return map[string]Part{"G": Full, "H": Method, "I": Limits, "J": Applies, "K": Why}
}

// Write writes a scheme as a workbook: a sheet of shares and caps, and one of
// indicators for each system. Every text is typed as a text, so that no
// spreadsheet calculates it; lists of methods are offered for choice.
func Write(w io.Writer, label Label, form Form, words Words) (err error) {
	book := excelize.NewFile()
	defer func() {
		if closed := book.Close(); err == nil {
			err = closed
		}
	}()
	style, err := newStyles(book)
	if err != nil {
		return err
	}
	p := printer{book: book, words: words, form: form, style: style}
	if err := book.SetSheetName("Sheet1", words.write(general)); err != nil {
		return fmt.Errorf("rulebook: workbook: %w", err)
	}
	if err := p.general(label); err != nil {
		return err
	}
	for _, s := range indicators.Systems() {
		c, err := indicators.Load(label.Edition, s)
		if err != nil {
			return err
		}
		if err := p.system(c); err != nil {
			return err
		}
	}
	return book.Write(w)
}

type styles struct{ head, text, open int }

func newStyles(book *excelize.File) (s styles, err error) {
	const grey, pale, asText = "E8ECF0", "FFFBE6", 49 // 49: the number format @ of texts
	for _, one := range []struct {
		into  *int
		style excelize.Style
	}{
		{&s.head, excelize.Style{Font: &excelize.Font{Bold: true}, Fill: fill(grey), NumFmt: asText}},
		{&s.text, excelize.Style{NumFmt: asText, Alignment: &excelize.Alignment{WrapText: true, Vertical: "top"}}},
		{&s.open, excelize.Style{NumFmt: asText, Fill: fill(pale), Alignment: &excelize.Alignment{WrapText: true, Vertical: "top"}}},
	} {
		if *one.into, err = book.NewStyle(&one.style); err != nil {
			return s, fmt.Errorf("rulebook: style: %w", err)
		}
	}
	return s, nil
}

func fill(colour string) excelize.Fill {
	return excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{colour}}
}

type printer struct {
	book  *excelize.File
	words Words
	form  Form
	style styles
}

// row writes texts into a row; those from open on may be changed by people.
func (p *printer) row(sheet string, row, open int, texts ...string) error {
	for i, text := range texts {
		cell, err := excelize.CoordinatesToCellName(i+1, row)
		if err != nil {
			return fmt.Errorf("rulebook: cell: %w", err)
		}
		style := p.style.text
		switch {
		case row == 1:
			style = p.style.head
		case i >= open:
			style = p.style.open
		}
		if err := p.book.SetCellStr(sheet, cell, text); err != nil {
			return fmt.Errorf("rulebook: cell: %w", err)
		}
		if err := p.book.SetCellStyle(sheet, cell, cell, style); err != nil {
			return fmt.Errorf("rulebook: cell: %w", err)
		}
	}
	return nil
}

func (p *printer) general(label Label) error {
	sheet, row := p.words.write(general), 1
	put := func(open int, texts ...string) error {
		err := p.row(sheet, row, open, texts...)
		row++
		return err
	}
	const none, value = 3, 2
	lines := [][]string{
		{"key", p.words.write("head.name"), p.words.write("head.value")},
		{"round", p.words.write("head.round"), strconv.Itoa(label.Round)},
		{"version", p.words.write("head.version"), strconv.Itoa(label.Version)},
		{"edition", p.words.write("head.edition"), string(label.Edition)},
	}
	for _, texts := range lines {
		if err := put(none, texts...); err != nil {
			return err
		}
	}
	fields, err := Fields(label.Edition)
	if err != nil {
		return err
	}
	for _, f := range fields {
		if f.Number != "" {
			continue
		}
		name := p.words.write("field." + f.Name)
		if f.Part == Level {
			name = p.words.write(systemSheet(f.System)) + " " + f.Key
		}
		if err := put(value, f.Name, name, p.form[f.Name]); err != nil {
			return err
		}
	}
	return p.layout(sheet, []float64{26, 46, 16}, "A2")
}

func (p *printer) system(c *indicators.Catalogue) error {
	sheet := p.words.write(systemSheet(c.System))
	if _, err := p.book.NewSheet(sheet); err != nil {
		return fmt.Errorf("rulebook: sheet: %w", err)
	}
	head := make([]string, 0, len(columns()))
	for _, column := range columns() {
		head = append(head, p.words.write("head."+column))
	}
	if err := p.row(sheet, 1, 0, head...); err != nil {
		return err
	}
	const open = 6
	for n, i := range c.Indicators {
		name := itemName(c.System, i.Number)
		err := p.row(sheet, n+2, open, string(i.Number), i.Level1, i.Level2, i.Text, i.Restored, p.words.write("kind."+string(i.Kind)),
			p.form[name], p.words.write("method."+p.form[name+".method"]), p.form[name+".limits"],
			p.applies(p.form[name+".applies"]), p.form[name+".why"])
		if err != nil {
			return err
		}
	}
	if err := p.choices(sheet, len(c.Indicators)+1); err != nil {
		return err
	}
	return p.layout(sheet, []float64{8, 24, 24, 70, 24, 10, 10, 14, 44, 26, 30}, "B2")
}

// choices offers the methods in their column.
func (p *printer) choices(sheet string, last int) error {
	v := excelize.NewDataValidation(true)
	v.Sqref = fmt.Sprintf("H2:H%d", last)
	var words []string
	for _, m := range indicators.Methods() {
		words = append(words, p.words.write("method."+string(m)))
	}
	if err := v.SetDropList(words); err != nil {
		return fmt.Errorf("rulebook: choices: %w", err)
	}
	if err := p.book.AddDataValidation(sheet, v); err != nil {
		return fmt.Errorf("rulebook: choices: %w", err)
	}
	return nil
}

func (p *printer) applies(codes string) string {
	var words []string
	for code := range strings.SplitSeq(codes, ",") {
		if code != "" {
			words = append(words, p.words.write("applies."+code))
		}
	}
	return strings.Join(words, "、")
}

func (p *printer) layout(sheet string, widths []float64, corner string) error {
	for i, width := range widths {
		name, err := excelize.ColumnNumberToName(i + 1)
		if err != nil {
			return fmt.Errorf("rulebook: column: %w", err)
		}
		if err := p.book.SetColWidth(sheet, name, name, width); err != nil {
			return fmt.Errorf("rulebook: column: %w", err)
		}
	}
	panes := &excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: corner, ActivePane: "bottomLeft"}
	if corner[0] == 'B' {
		panes.XSplit, panes.ActivePane = 1, "bottomRight"
	}
	if err := p.book.SetPanes(sheet, panes); err != nil {
		return fmt.Errorf("rulebook: panes: %w", err)
	}
	return nil
}
