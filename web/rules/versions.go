package rules

import (
	"bytes"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators"
	"minyi/indicators/fault"
	"minyi/indicators/roster"
	"minyi/indicators/rulebook"
	"minyi/web/view"
)

// ComparePage shows two versions side by side.
type ComparePage struct {
	Base
	From, To string // "2020.1"
	All      []VersionRow
	Before   *VersionRow
	After    *VersionRow
	Changes  []ChangeRow
}

// VersionRow is one version of one round.
type VersionRow struct {
	Key string
	roster.SchemeVersion
}

// ChangeRow is a difference in words.
type ChangeRow struct {
	Where, What   string // heading or indicator; what of it
	Link          string
	Kind          string
	Before, After string
}

// Compare shows what two versions set differently.
func (d *Door) Compare(c *fiber.Ctx) error {
	r, err := d.round(c)
	if err != nil {
		return err
	}
	p := &ComparePage{Base: d.base(r)}
	if p.All, err = d.versions(c); err != nil {
		return err
	}
	if len(p.All) == 0 {
		return d.pages.Render(c, "compare", p)
	}
	newest := len(p.All) - 1
	p.From, p.To = c.Query("from", p.All[max(0, newest-1)].Key), c.Query("to", p.All[newest].Key)
	for i := range p.All {
		if p.All[i].Key == p.From {
			p.Before = &p.All[i]
		}
		if p.All[i].Key == p.To {
			p.After = &p.All[i]
		}
	}
	if p.Before == nil || p.After == nil {
		return fault.New(fault.NotFound, "scheme.none")
	}
	p.Changes, err = d.changes(c, p.Before.Scheme, p.After.Scheme)
	if err != nil {
		return err
	}
	return d.pages.Render(c, "compare", p)
}

// versions returns all versions of all rounds, oldest first.
func (d *Door) versions(c *fiber.Ctx) (out []VersionRow, err error) {
	rounds, err := d.Roster.Rounds(c.UserContext())
	if err != nil {
		return nil, err
	}
	for n := len(rounds) - 1; n >= 0; n-- {
		all, err := d.Roster.Schemes(c.UserContext(), rounds[n].Year)
		if err != nil {
			return nil, err
		}
		for _, v := range all {
			out = append(out, VersionRow{fmt.Sprintf("%d.%d", rounds[n].Year, v.Scheme.Version), v})
		}
	}
	return out, nil
}

func (d *Door) changes(c *fiber.Ctx, a, b indicators.Scheme) ([]ChangeRow, error) {
	before, err := rulebook.Of(a)
	if err != nil {
		return nil, err
	}
	after, err := rulebook.Of(b)
	if err != nil {
		return nil, err
	}
	first, err := rulebook.Fields(a.Edition)
	if err != nil {
		return nil, err
	}
	second, err := rulebook.Fields(b.Edition)
	if err != nil {
		return nil, err
	}
	return d.rows(c, rulebook.Compare(rulebook.Union(first, second), before, after)), nil
}

func (d *Door) rows(c *fiber.Ctx, changes []rulebook.Change) (out []ChangeRow) {
	words := d.words(view.LangOf(c))
	for _, x := range changes {
		row := ChangeRow{
			What: words.Write["part."+string(x.Field.Part)], Kind: x.Kind(),
			Before: d.shown(words, x.Field, x.Before), After: d.shown(words, x.Field, x.After),
		}
		switch system := words.Write["sheet."+string(x.Field.System)]; {
		case x.Field.Number != "":
			row.Where = system + " " + string(x.Field.Number)
			row.Link = home + "/" + string(x.Field.System) + "/" + string(x.Field.Number)
		case x.Field.Part == rulebook.Level:
			row.Where = system + " " + x.Field.Key
		default:
			row.Where = words.Write["field."+x.Field.Name]
		}
		out = append(out, row)
	}
	return out
}

// shown writes a value of a field for people.
func (d *Door) shown(words rulebook.Words, f rulebook.Field, text string) string {
	switch f.Part {
	case rulebook.Method:
		if word, ok := words.Write["method."+text]; ok {
			return word
		}
	case rulebook.Applies:
		var out []string
		for code := range strings.SplitSeq(text, ",") {
			if word, ok := words.Write["applies."+code]; ok {
				out = append(out, word)
			}
		}
		return strings.Join(out, "、")
	case rulebook.Instrument, rulebook.Level:
		if text != "" {
			return text + "%"
		}
	case rulebook.Goal, rulebook.Cap, rulebook.Criterion, rulebook.Full, rulebook.Limits, rulebook.Why:
	}
	return text
}

// Export sends a version as a workbook, the newest where none is named.
func (d *Door) Export(c *fiber.Ctx) error {
	r, err := d.round(c)
	if err != nil {
		return err
	}
	n, _ := strconv.Atoi(c.Query("version")) // 0 is the newest
	scheme, err := d.Roster.SchemeAt(c.UserContext(), r.Year, n)
	if err != nil {
		return err
	}
	form, err := rulebook.Of(*scheme)
	if err != nil {
		return err
	}
	var file bytes.Buffer
	label := rulebook.Label{Round: r.Year, Version: scheme.Version, Edition: scheme.Edition}
	if err := rulebook.Write(&file, label, form, d.words(view.LangOf(c))); err != nil {
		return err
	}
	const media = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	name := fmt.Sprintf("indicators-%d-v%d.xlsx", r.Year, scheme.Version)
	return view.SendFile(c, name, media, int64(file.Len()), &file)
}

// ImportPage shows what a workbook would change, or what is wrong with it.
type ImportPage struct {
	Base
	Version  int
	Name     string
	Mistakes []MistakeRow
	Changes  []ChangeRow
	Clashes  []ChangeRow
	Hidden   []HiddenField
}

// MistakeRow is a mistake of the workbook in words.
type MistakeRow struct {
	rulebook.Place
	Text string
}

// MaxImport is the largest request with a workbook, in bytes.
const MaxImport = rulebook.MaxBytes + 16<<10

// Import reads a workbook and shows what it would change; nothing is saved.
func (d *Door) Import(c *fiber.Ctx) error {
	r, err := d.round(c)
	if err != nil {
		return err
	}
	p := &ImportPage{Base: d.base(r)}
	if p.Locked {
		return d.refused(c, r, fault.New(fault.Closed, "scheme.locked", "from", r.Settings.Evaluation.From.String()))
	}
	data, name, err := upload(c)
	if err != nil {
		return d.refused(c, r, err)
	}
	p.Name = name
	words := d.words(view.LangOf(c))
	book, err := rulebook.Read(data, words)
	if err == nil && book.Edition != r.Edition {
		err = fault.New(fault.Invalid, "book.edition").At("file")
	}
	if err != nil {
		return d.refused(c, r, err)
	}
	if err := d.preview(c, p, book); err != nil {
		return err
	}
	return d.pages.Render(c, "import", p)
}

// refused shows the rule book again with what is wrong with a file.
func (d *Door) refused(c *fiber.Ctx, r *roster.Round, err error) error {
	versions, failed := d.Roster.Schemes(c.UserContext(), r.Year)
	if failed != nil {
		return failed
	}
	form, failed := d.basis(c, r, len(versions))
	if failed != nil {
		return failed
	}
	page, failed := d.book(c, r, form)
	if failed != nil {
		return failed
	}
	return d.pages.Again(c, err, "book", page)
}

func upload(c *fiber.Ctx) ([]byte, string, error) {
	missing := fault.New(fault.Invalid, "book.form").At("file")
	head, err := c.FormFile("file")
	if err != nil || head.Size == 0 {
		return nil, "", missing
	}
	file, err := head.Open()
	if err != nil {
		return nil, "", missing
	}
	data, err := io.ReadAll(io.LimitReader(file, rulebook.MaxBytes+1))
	if closed := file.Close(); err != nil || closed != nil {
		return nil, "", missing
	}
	return data, head.Filename, nil
}

// preview compares the workbook with the newest version. One that was taken from
// an older version is merged with what was changed since.
func (d *Door) preview(c *fiber.Ctx, p *ImportPage, book *rulebook.Book) error {
	versions, err := d.Roster.Schemes(c.UserContext(), p.Round.Year)
	if err != nil {
		return err
	}
	p.Version = len(versions)
	newest, err := d.basis(c, p.Round, p.Version)
	if err != nil {
		return err
	}
	fields, err := rulebook.Fields(p.Round.Edition)
	if err != nil {
		return err
	}
	form := newest.With(book.Form)
	if old := book.Label; old.Round == p.Round.Year && old.Version > 0 && old.Version < p.Version {
		basis, err := d.basis(c, p.Round, old.Version)
		if err != nil {
			return err
		}
		merged, clashes := rulebook.Merge(fields, basis, newest, form)
		p.Clashes = d.rows(c, rulebook.Compare(only(fields, clashes), clashes, merged))
		form = merged
	}
	scheme, err := form.Scheme(p.Round.Edition)
	if err == nil {
		err = scheme.Check()
	}
	for _, m := range book.Mistakes(err) {
		p.Mistakes = append(p.Mistakes, MistakeRow{m.Place, d.Texts.Refusal(view.LangOf(c), m.Refusal)})
	}
	changes := rulebook.Compare(fields, newest, form)
	p.Changes = d.rows(c, changes)
	for _, x := range changes {
		p.Hidden = append(p.Hidden, HiddenField{x.Field.Name, form[x.Field.Name]})
	}
	return nil
}

func only(fields []rulebook.Field, names rulebook.Form) (out []rulebook.Field) {
	for _, f := range fields {
		if _, ok := names[f.Name]; ok {
			out = append(out, f)
		}
	}
	return out
}
