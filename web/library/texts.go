package library

import (
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators/fault"
	"minyi/survey/questionnaire"
	"minyi/web/view"
)

// TextsPage is every text of the questionnaire, both languages side by side.
type TextsPage struct {
	Bench
	Rows    []TextRow
	Missing int
}

// TextRow is one text; Long where it takes several lines.
type TextRow struct {
	questionnaire.Place
	Number int
	Long   bool
	Now    *questionnaire.Text // as stored, where it differs from what was typed and another person saved meanwhile
}

// Lacks reports whether a language is missing.
func (r TextRow) Lacks() bool { return r.Text.Zh == "" || r.Text.En == "" }

func (d *Door) textsPage(c *fiber.Ctx) (*TextsPage, error) {
	b, err := d.bench(c)
	if err != nil {
		return nil, err
	}
	form, err := b.Paper.Draft()
	if err != nil {
		return nil, err
	}
	page := &TextsPage{Bench: b}
	const line = 60 // characters that a field of one line shows
	for n, p := range places(form) {
		row := TextRow{Place: p, Number: n, Long: len([]rune(p.Text.Zh)) > line || len(p.Text.En) > 2*line}
		if page.Rows = append(page.Rows, row); row.Lacks() {
			page.Missing++
		}
	}
	return page, nil
}

func places(f *questionnaire.Form) []questionnaire.Place { return append(f.Texts(), f.ScaleTexts()...) }

// Translate shows all texts to be translated.
func (d *Door) Translate(c *fiber.Ctx) error {
	page, err := d.textsPage(c)
	if err != nil {
		return err
	}
	return d.pages.Render(c, "texts", page)
}

// SaveTranslation saves all texts. Each field says which text it is, so that a text that
// has gone meanwhile cannot land at another.
func (d *Door) SaveTranslation(c *fiber.Ctx) error {
	typed := readTexts(c)
	_, err := d.save(c, func(f *questionnaire.Form) error {
		for _, p := range places(f) {
			if t, ok := typed[key(p)]; ok {
				*p.Text = t
			}
		}
		return nil
	})
	if err == nil {
		return view.See(c, at(id(c), "/texts"), "paper.save")
	}
	page, shown := d.textsPage(c)
	if shown != nil {
		return shown
	}
	page.Theirs = changed(err)
	for i, row := range page.Rows {
		if t, ok := typed[key(row.Place)]; ok && t != *row.Text {
			now := *row.Text
			page.Rows[i].Text, page.Rows[i].Now = &t, &now
		}
	}
	return d.pages.Again(c, err, "texts", page)
}

func key(p questionnaire.Place) string { return p.Question + "\n" + p.Part }

// readTexts reads what was typed, by where it belongs.
func readTexts(c *fiber.Ctx) map[string]questionnaire.Text {
	out := map[string]questionnaire.Text{}
	const most = 20000
	value := func(n int, field string) string {
		return strings.TrimSpace(strings.ReplaceAll(c.FormValue("t"+strconv.Itoa(n)+"_"+field), "\r\n", "\n"))
	}
	for n := range min(number(c.FormValue("texts")), most) {
		place := c.FormValue("t" + strconv.Itoa(n) + "_at")
		question, part, _ := strings.Cut(place, "|")
		out[question+"\n"+part] = questionnaire.Text{Zh: value(n, "zh"), En: value(n, "en")}
	}
	return out
}

// Where says where a text stands, as the form carries it.
func (r TextRow) Where() string { return r.Question + "|" + r.Part }

// Kind is the first word of the part: "option", "row", "text", …
func (r TextRow) Kind() string {
	kind, _, _ := strings.Cut(r.Part, " ")
	return kind
}

// Code is what the part names: the option's code, the row's id.
func (r TextRow) Code() string {
	_, code, _ := strings.Cut(r.Part, " ")
	return code
}

// refOf reads which version an address names: "draft" or a number.
func refOf(word string) (int, error) {
	if word == "draft" {
		return 0, nil
	}
	if n := number(word); n > 0 {
		return n, nil
	}
	return 0, fault.New(fault.NotFound, "paper.unknown")
}
