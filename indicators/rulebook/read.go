package rulebook

import (
	"bytes"
	"errors"
	"math/big"
	"slices"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"minyi/indicators"
	"minyi/indicators/fault"
)

// MaxBytes is the largest workbook that is read; unpacked it may be ten times as
// large.
const (
	MaxBytes    = 4 << 20
	maxUnpacked = 10 * MaxBytes
	maxRows     = 2000
	longestCell = 4000 // characters
)

// Place is where a field stands in a workbook.
type Place struct {
	Sheet string
	Row   int    // from 1
	Cell  string // "G12"
}

// Mistake is what is wrong at a place. The sheet alone is named where no cell can
// be.
type Mistake struct {
	Place
	Refusal *fault.Refusal
}

// Book is a workbook as it was read: the form that it holds, from which scheme it
// was taken, and where each field stands.
type Book struct {
	Label
	Form  Form
	where map[string]Place
	bad   []Mistake
	sheet string // of the general settings
}

// Mistakes returns what is wrong with the workbook itself, then each refusal of
// err at the place of its field.
func (b *Book) Mistakes(err error) []Mistake {
	out := append([]Mistake(nil), b.bad...)
	fields, _ := Fields(b.Edition) // read already, so it is known
	known := map[string]bool{}
	for _, f := range fields {
		known[f.Name] = true
	}
	for _, r := range fault.All(err) {
		field := r.Field
		if r.Code == "scheme.method_unknown" {
			field += ".method"
		}
		place, ok := b.where[field]
		switch {
		case ok && slices.ContainsFunc(b.bad, func(m Mistake) bool { return m.Place == place && m.Refusal.Code == "book.formula" }):
			continue // what a formula shows is not judged
		case ok:
		case known[field]:
			continue // its row is not there, which is said already
		default:
			place = Place{Sheet: b.sheet}
		}
		out = append(out, Mistake{Place: place, Refusal: r})
	}
	return out
}

// Read reads a workbook that Write wrote and people changed. Rows are found by
// the code in their first column, wherever they stand; columns stay where they
// are. It refuses with book.form what is no such workbook, with book.large what is
// too large. What is wrong with single cells is gathered in the book: a formula
// (book.formula), a row that is missing, there twice or unknown (book.missing,
// book.twice, book.unknown).
func Read(data []byte, words Words) (*Book, error) {
	if len(data) > MaxBytes {
		return nil, fault.New(fault.TooLarge, "book.large", "max", strconv.Itoa(MaxBytes>>20)).At("file")
	}
	none := fault.New(fault.Invalid, "book.form").At("file")
	file, err := excelize.OpenReader(bytes.NewReader(data), excelize.Options{
		UnzipSizeLimit: maxUnpacked, UnzipXMLSizeLimit: maxUnpacked, RawCellValue: true,
	})
	if err != nil {
		return nil, none
	}
	r := scan{file: file, words: words, book: &Book{Form: Form{}, where: map[string]Place{}}}
	err = r.all()
	if closed := file.Close(); err == nil && closed != nil {
		return nil, none
	}
	var refusal *fault.Refusal
	switch {
	case errors.As(err, &refusal):
		return nil, err
	case err != nil:
		return nil, none
	}
	return r.book, nil
}

type scan struct {
	file  *excelize.File
	words Words
	book  *Book
}

func (r *scan) all() error {
	sheets := map[string]string{}
	for _, name := range r.file.GetSheetList() {
		sheets["sheet."+r.words.read("sheet.", name)] = name
	}
	name, ok := sheets[general]
	if !ok {
		return fault.New(fault.Invalid, "book.sheet", "sheet", r.words.write(general)).At("file")
	}
	if err := r.general(name); err != nil {
		return err
	}
	for _, s := range indicators.Systems() {
		name, ok := sheets[systemSheet(s)]
		if !ok {
			return fault.New(fault.Invalid, "book.sheet", "sheet", r.words.write(systemSheet(s))).At("file")
		}
		c, err := indicators.Load(r.book.Edition, s)
		if err != nil {
			return err
		}
		if err := r.system(name, c); err != nil {
			return err
		}
	}
	return nil
}

// rows calls fn for each row below the heading whose first cell is not empty.
func (r *scan) rows(sheet string, fn func(row int, cells []string)) error {
	rows, err := r.file.GetRows(sheet)
	if err != nil {
		return err
	}
	if len(rows) > maxRows {
		return fault.New(fault.TooLarge, "book.rows", "sheet", short(sheet)).At("file")
	}
	for n, cells := range rows {
		if n > 0 && len(cells) > 0 && strings.TrimSpace(cells[0]) != "" {
			fn(n+1, cells)
		}
	}
	return nil
}

// take keeps a cell as a field. A formula is not taken: what it shows was
// calculated by another program, of numbers that nobody here has seen.
func (r *scan) take(field, sheet string, row int, column string, cells []string) {
	at := Place{Sheet: sheet, Row: row, Cell: column + strconv.Itoa(row)}
	if _, twice := r.book.where[field]; twice {
		r.wrong(at, "book.twice")
		return
	}
	r.book.where[field] = at
	if formula, err := r.file.GetCellFormula(sheet, at.Cell); err != nil || formula != "" {
		r.wrong(at, "book.formula")
	}
	text, n := "", int(column[0]-'A')
	if n < len(cells) {
		text = plain(cells[n])
	}
	if len([]rune(text)) > longestCell {
		r.wrong(at, "words.long")
		text = ""
	}
	r.book.Form[field] = text
}

func (r *scan) wrong(at Place, code string) {
	r.book.bad = append(r.book.bad, Mistake{Place: at, Refusal: fault.New(fault.Invalid, code, "cell", at.Cell)})
}

func (r *scan) general(sheet string) error {
	wanted := map[string]bool{}
	r.book.sheet = sheet
	err := r.rows(sheet, func(row int, cells []string) { r.generalRow(sheet, row, cells) })
	if err != nil {
		return err
	}
	fields, err := Fields(r.book.Edition)
	if err != nil {
		return fault.New(fault.Invalid, "book.edition").At("file")
	}
	for _, f := range fields {
		wanted[f.Name] = f.Number == ""
		if _, there := r.book.where[f.Name]; f.Number == "" && !there && f.Part != Goal { // workbooks of before have no goalposts
			r.book.bad = append(r.book.bad, Mistake{
				Place: Place{Sheet: sheet}, Refusal: fault.New(fault.Invalid, "book.missing", "key", f.Name),
			})
		}
	}
	for name, at := range r.book.where {
		if !wanted[name] {
			r.wrong(at, "book.unknown")
			delete(r.book.Form, name)
		}
	}
	return nil
}

func (r *scan) generalRow(sheet string, row int, cells []string) {
	const value = "C"
	key, text := strings.TrimSpace(cells[0]), ""
	if len(cells) > 2 {
		text = strings.TrimSpace(cells[2])
	}
	switch key {
	case "round":
		r.book.Round, _ = strconv.Atoi(text) // 0 is no round
	case "version":
		r.book.Version, _ = strconv.Atoi(text) // 0 is no version
	case "edition":
		r.book.Edition = indicators.Edition(text)
	default:
		r.take(key, sheet, row, value, cells)
	}
}

func (r *scan) system(sheet string, c *indicators.Catalogue) error {
	err := r.rows(sheet, func(row int, cells []string) {
		number := indicators.Number(strings.TrimSpace(cells[0]))
		if _, ok := c.Find(number); !ok {
			r.wrong(Place{Sheet: sheet, Row: row, Cell: "A" + strconv.Itoa(row)}, "book.unknown")
			return
		}
		name := itemName(c.System, number)
		if _, twice := r.book.where[name]; twice {
			r.wrong(Place{Sheet: sheet, Row: row, Cell: "A" + strconv.Itoa(row)}, "book.twice")
			return
		}
		r.item(sheet, row, name, cells)
	})
	if err != nil {
		return err
	}
	for _, i := range c.Indicators {
		if _, ok := r.book.where[itemName(c.System, i.Number)]; !ok {
			r.book.bad = append(r.book.bad, Mistake{
				Place: Place{Sheet: sheet}, Refusal: fault.New(fault.Invalid, "book.missing", "key", string(i.Number)),
			})
		}
	}
	return nil
}

func (r *scan) item(sheet string, row int, name string, cells []string) {
	for _, column := range []string{"G", "H", "I", "J", "K"} {
		part, field := readColumns()[column], name
		if part != Full {
			field += "." + string(part)
		}
		r.take(field, sheet, row, column, cells)
		switch text := r.book.Form[field]; part {
		case Method:
			r.book.Form[field] = r.words.read("method.", text)
		case Applies:
			r.book.Form[field] = r.codes(text)
		case Instrument, Goal, Cap, Criterion, Level, Full, Limits, Why:
		}
	}
}

func (r *scan) codes(text string) string {
	var out []string
	for _, word := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(",，、;\n", r) }) {
		out = append(out, r.words.read("applies.", word))
	}
	return strings.Join(out, ",")
}

// plain is a cell's text; a number with the noise of binary fractions, as
// spreadsheets store them, is written with its two decimals.
func plain(text string) string {
	text = strings.TrimSpace(text)
	_, decimals, dotted := strings.Cut(text, ".")
	if !dotted || len(decimals) <= 2 || len(text) > 40 || strings.ContainsAny(text, "eE") {
		return text
	}
	x, ok := new(big.Rat).SetString(text)
	if !ok {
		return text
	}
	const places, noise = 2, 1_000_000_000
	near, ok := new(big.Rat).SetString(x.FloatString(places))
	if !ok || new(big.Rat).Sub(x, near).Abs(new(big.Rat).Sub(x, near)).Cmp(big.NewRat(1, noise)) > 0 {
		return text
	}
	return near.FloatString(places)
}
