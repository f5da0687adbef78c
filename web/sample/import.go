package sample

import (
	"bytes"
	"encoding/csv"
	"errors"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators/fault"
	"minyi/survey"
	"minyi/survey/frame/listing"
	"minyi/survey/job"
	"minyi/web/login"
	"minyi/web/view"
)

// How much the page of an import shows, and from how many rows on an import is work
// for the background.
const (
	mostMistakes = 100
	longImport   = 5_000
	mostCells    = 12
)

// ImportPage shows a file that waits: which column is which, its first rows, and
// its mistakes.
type ImportPage struct {
	Base
	File     *survey.Preview
	Columns  []ColumnField
	Mistakes []string
	Strata   []StratumRow
	More     int // strata that are not shown
	PSUs     int
	People   int64
	Skip     bool
	Typed    listing.Kind
}

// ColumnField is the choice of a column for a role.
type ColumnField struct {
	Role    listing.Role
	Needed  bool
	Choices []ColumnChoice
}

// ColumnChoice is one column to choose; -1 is none.
type ColumnChoice struct {
	At     int
	Head   string
	Chosen bool
}

// Left is how many mistakes are not shown.
func (p *ImportPage) Left() int { return max(0, p.File.Reading.Total-len(p.Mistakes)) }

// Good is how many rows have no mistake.
func (p *ImportPage) Good() int { return p.File.Reading.Rows - p.File.Reading.Bad }

// Kinds are what a list may name.
func (p *ImportPage) Kinds() []string { return kinds() }

// Upload takes a file and goes on to its page.
func (d *Door) Upload(c *fiber.Ctx) error {
	kind, known := listing.ParseKind(c.FormValue("kind"))
	err := d.uploaded(c, kind, known)
	if err == nil {
		return d.next(c)
	}
	return d.step(c, err, "", func(p *HomePage) { p.Kind = string(kind) })
}

// next goes on to the page of the file that waits.
func (d *Door) next(c *fiber.Ctx) error {
	to := at(id(c), "/import")
	return view.See(c, to, "")
}

func (d *Door) uploaded(c *fiber.Ctx, kind listing.Kind, known bool) error {
	if !known {
		return fault.New(fault.Invalid, "listing.kind").At("kind")
	}
	head, err := c.FormFile("file")
	if err != nil || head.Size == 0 {
		return fault.New(fault.Invalid, "listing.file").At("file")
	}
	file, err := head.Open()
	if err != nil {
		return fault.New(fault.Invalid, "listing.file").At("file")
	}
	defer func() { _ = file.Close() }() // was only read
	return d.Surveys.Uploading(c.UserContext(), login.Actor(c), id(c), head.Filename, kind, file)
}

func (d *Door) importPage(c *fiber.Ctx) (*ImportPage, error) {
	work, err := d.Surveys.Fieldwork(c.UserContext(), login.Actor(c), id(c))
	if err != nil {
		return nil, err
	}
	pre, err := d.Surveys.Uploaded(c.UserContext(), login.Actor(c), id(c))
	if err != nil {
		return nil, err
	}
	p := &ImportPage{Base: base(c, work), File: pre, Typed: pre.Kind}
	p.columns()
	if pre.Reading == nil {
		return p, nil
	}
	lang := view.LangOf(c)
	for _, m := range pre.Reading.Mistakes[:min(len(pre.Reading.Mistakes), mostMistakes)] {
		p.Mistakes = append(p.Mistakes, d.Texts.Refusal(lang, m.Refusal()))
	}
	home := &HomePage{}
	home.frame(pre.Frame)
	p.Strata, p.More, p.PSUs, p.People = home.Strata, home.More, home.PSUs, home.People
	return p, nil
}

func (p *ImportPage) columns() {
	for _, r := range p.File.Kind.Roles() {
		f := ColumnField{Role: r, Needed: p.File.Kind.Needs(r)}
		chosen, ok := p.File.Mapping[r]
		for i, head := range p.File.Heads {
			if head == "" {
				head = strconv.Itoa(i + 1)
			}
			f.Choices = append(f.Choices, ColumnChoice{At: i, Head: head, Chosen: ok && chosen == i})
		}
		p.Columns = append(p.Columns, f)
	}
}

// Import shows the file that waits.
func (d *Door) Import(c *fiber.Ctx) error {
	p, err := d.importPage(c)
	if err != nil {
		return err
	}
	if p.File.Wrong != nil {
		return d.pages.Again(c, p.File.Wrong, "import", p)
	}
	return d.pages.Render(c, "import", p)
}

// DoImport does what its button says: reads the file anew under other columns,
// imports it, or throws it away.
func (d *Door) DoImport(c *fiber.Ctx) error {
	by, ctx := login.Actor(c), c.UserContext()
	if c.FormValue("do") == "discard" {
		if err := d.Surveys.DiscardUpload(ctx, by, id(c)); err != nil {
			return err
		}
		return view.See(c, at(id(c), ""), "sample.discard")
	}
	kind, known := listing.ParseKind(c.FormValue("kind"))
	if !known {
		return fault.New(fault.Invalid, "listing.kind").At("kind")
	}
	if err := d.Surveys.MapUpload(ctx, by, id(c), kind, mapped(c, kind)); err != nil {
		return err
	}
	if c.FormValue("do") != "accept" {
		return d.next(c)
	}
	done, err := d.accept(c, c.FormValue("skip") == "yes")
	if err == nil {
		return view.See(c, at(id(c), ""), done)
	}
	p, shown := d.importPage(c)
	if shown != nil {
		return err
	}
	p.Skip = c.FormValue("skip") == "yes"
	return d.pages.Again(c, err, "import", p)
}

// mapped reads which column is which.
func mapped(c *fiber.Ctx, kind listing.Kind) listing.Mapping {
	m := listing.Mapping{}
	for _, r := range kind.Roles() {
		if at, err := strconv.Atoi(c.FormValue("column_" + string(r))); err == nil && at >= 0 {
			m[r] = at
		}
	}
	return m
}

// accept imports the file, a long one in the background; done is the word for it.
func (d *Door) accept(c *fiber.Ctx, skip bool) (done string, err error) {
	by, ctx := login.Actor(c), c.UserContext()
	pre, err := d.Surveys.Uploaded(ctx, by, id(c))
	if err != nil {
		return "", err
	}
	switch {
	case pre.Wrong != nil:
		return "", pre.Wrong
	case pre.Reading.Bad > 0 && !skip:
		return "", fault.New(fault.Invalid, "listing.mistakes", "rows", strconv.Itoa(pre.Reading.Bad)).At("skip")
	case pre.Reading.Bad == pre.Reading.Rows:
		return "", fault.New(fault.Invalid, "listing.nothing").At("file")
	case d.Jobs == nil || pre.Rows < longImport:
		_, err = d.Surveys.AcceptUpload(ctx, by, id(c), skip, nil)
		return "survey.frame", err
	}
	_, err = d.Jobs.Add(ctx, by, job.Order{
		Kind: importKind, Survey: string(id(c)), Key: importKind + "/" + string(id(c)), Args: importArgs{Skip: skip}, Back: at(id(c), ""),
	})
	return "sample.importing", err
}

// Errors sends all mistakes as a CSV file.
func (d *Door) Errors(c *fiber.Ctx) error {
	p, err := d.Surveys.Uploaded(c.UserContext(), login.Actor(c), id(c))
	if err != nil {
		return err
	}
	if p.Wrong != nil {
		return p.Wrong
	}
	lang := view.LangOf(c)
	say := func(key string) string { return d.Texts.Say(lang, "sample.errors."+key, nil) }
	return sendCSV(c, "errors.csv", []string{say("row"), say("column"), say("what")}, func(write func(...string) error) error {
		for _, m := range p.Reading.Mistakes {
			if err := write(strconv.Itoa(m.Row), m.Column, d.Texts.Refusal(lang, m.Refusal())); err != nil {
				return err
			}
		}
		return nil
	})
}

// Example sends a short list as agencies may upload it.
func (d *Door) Example(c *fiber.Ctx) error {
	kind, known := listing.ParseKind(c.Params("kind"))
	if !known {
		return fiber.ErrNotFound
	}
	head, rows := listing.Example(kind)
	return sendCSV(c, string(kind)+".csv", head, func(write func(...string) error) error {
		var errs []error
		for _, row := range rows {
			errs = append(errs, write(row...))
		}
		return errors.Join(errs...)
	})
}

// sendCSV sends a table for spreadsheets: with the mark by which Excel knows UTF-8,
// and with cells made inert that would be calculated (S24).
func sendCSV(c *fiber.Ctx, name string, head []string, rows func(write func(...string) error) error) error {
	var file bytes.Buffer
	file.WriteString("\ufeff")
	out := csv.NewWriter(&file)
	write := func(cells ...string) error {
		for i, cell := range cells {
			if strings.ContainsAny(cell[:min(1, len(cell))], "=+-@\t\r") {
				cells[i] = "'" + cell
			}
		}
		return out.Write(cells)
	}
	err := errors.Join(write(head...), rows(write))
	out.Flush()
	if err := errors.Join(err, out.Error()); err != nil {
		return err
	}
	c.Set(fiber.HeaderCacheControl, "no-store")
	return view.SendFile(c, name, "text/csv; charset=utf-8", int64(file.Len()), &file)
}

// Cells are the cells of a row as the preview shows them.
func (p *ImportPage) Cells(row []string) []string { return row[:min(len(row), mostCells)] }

// Shown are the headings that the preview shows.
func (p *ImportPage) Shown() []string { return p.File.Heads[:min(len(p.File.Heads), mostCells)] }
