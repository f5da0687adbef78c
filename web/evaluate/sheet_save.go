package evaluate

import (
	"errors"
	"maps"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators/evaluation"
	"minyi/indicators/fault"
	"minyi/web/login"
	"minyi/web/view"
)

// Save keeps what stands in the form, item by item, and with do=check goes on to
// the summary. Where that cannot be, it shows what was typed, and what another
// window has stored meanwhile.
func (d *Door) Save(c *fiber.Ctx) error {
	w, err := d.open(c)
	if err != nil {
		return err
	}
	if w.Terms.Dossier == nil {
		return view.See(c, base(w.Assignment.Dossier), "")
	}
	f, err := read(c, sheetField())
	if err != nil {
		return err
	}
	if f["do"] != "save" && f["do"] != "check" {
		return fault.New(fault.Invalid, "request.invalid")
	}
	var saved evaluation.Saved
	cells, err := f.cells()
	if err == nil {
		saved, err = d.service.Save(c.UserContext(), login.Actor(c), w.Assignment.Dossier, cells)
	}
	if err != nil {
		return d.again(c, f, saved, err)
	}
	if f["do"] == "check" {
		return view.See(c, base(w.Assignment.Dossier)+"/submit", "")
	}
	return view.See(c, base(w.Assignment.Dossier)+shown(f["level"]), "evaluate.saved")
}

// shown is the query of the heading that was shown alone.
func shown(level string) string {
	if n, err := strconv.Atoi(level); err == nil && n > 0 {
		return "?level=" + strconv.Itoa(n)
	}
	return ""
}

// again shows the sheet once more with what was typed. The versions are those of
// now, so that whoever saves once more has seen both.
func (d *Door) again(c *fiber.Ctx, f fields, saved evaluation.Saved, err error) error {
	w, failed := d.open(c)
	if failed != nil {
		return failed
	}
	fresh := stored(w)
	theirs := map[evaluation.Item]fields{}
	for _, cell := range saved.Clashes {
		theirs[cell.Item] = fields{}
		theirs[cell.Item].put(cell)
	}
	typed := maps.Clone(fresh)
	for name, value := range f {
		if _, version := seenItem(name); !version {
			typed[name] = value
		}
	}
	typed["seen"] = fresh["seen"]
	page, failed := d.sheet(c, w, f["level"], typed, theirs)
	if failed != nil {
		return failed
	}
	return d.pages.Again(c, err, "sheet", page)
}

// seenItem reports whether a field is the version of an item.
func seenItem(name string) (item string, is bool) {
	const prefix = "seen-"
	if len(name) <= len(prefix) || name[:len(prefix)] != prefix {
		return "", false
	}
	return name[len(prefix):], true
}

// SummaryPage is what the assessor reads before the sheet is closed.
type SummaryPage struct {
	*SheetPage
	Missing []MissingLevel
}

// MissingLevel is a heading with what it still lacks.
type MissingLevel struct {
	Level
	Missing []evaluation.Gap
}

// Summary shows what is missing, and the button that closes the sheet where
// nothing is.
func (d *Door) Summary(c *fiber.Ctx) error {
	page, err := d.summary(c)
	if err != nil {
		return err
	}
	if page == nil {
		return view.See(c, "/evaluate/"+c.Params("dossier"), "")
	}
	return d.pages.Render(c, "submit", page)
}

// summary is nil where there is nothing to submit.
func (d *Door) summary(c *fiber.Ctx) (*SummaryPage, error) {
	w, err := d.open(c)
	if err != nil || w.Terms.Dossier == nil || w.Assignment.Sheet.Submitted() {
		return nil, err
	}
	sheet, err := d.sheet(c, w, "", stored(w), nil)
	if err != nil {
		return nil, err
	}
	page := &SummaryPage{SheetPage: sheet}
	gaps := w.Assignment.Sheet.Missing(w.Terms)
	for _, l := range sheet.Levels {
		row := MissingLevel{Level: l}
		for _, g := range gaps {
			if g.Item != evaluation.Overall && g.Level == l.Name {
				row.Missing = append(row.Missing, g)
			}
		}
		page.Missing = append(page.Missing, row)
	}
	return page, nil
}

// Submit closes the sheet: field seen.
func (d *Door) Submit(c *fiber.Ctx) error {
	k, err := keyOf(c)
	if err != nil {
		return err
	}
	f, err := read(c, func(name string) bool { return name == "seen" })
	if err != nil {
		return err
	}
	seen, err := strconv.Atoi(f["seen"])
	if err != nil {
		return fault.New(fault.Invalid, "request.invalid")
	}
	if err := d.service.Submit(c.UserContext(), login.Actor(c), k, seen); err != nil {
		page, failed := d.summary(c)
		if failed != nil || page == nil {
			return errors.Join(failed, err)
		}
		return d.pages.Again(c, err, "submit", page)
	}
	return view.See(c, base(k), "evaluate.submitted")
}
