package agreement

import (
	"strings"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators"
	"minyi/indicators/application"
	"minyi/indicators/evaluation"
	"minyi/indicators/fault"
	"minyi/web/login"
	"minyi/web/view"
)

// DossierPage is one dossier: what it awaits, its sheets side by side, problems,
// opinions, closing and corrections.
type DossierPage struct {
	view.Frame
	X       *evaluation.Comparison
	ID      application.ID
	Name    string
	Tab     string
	Lines   []DossierLine
	Spoken  []SpokenRow // what the assessors wrote on each heading
	Despite string      // as typed
	Mark    string
	Reason  string
}

// DossierLine is one item with what each sheet says of it.
type DossierLine struct {
	evaluation.Line
	Verdicts []evaluation.Verdict
	Apart    bool
}

// SpokenRow is one opinion by each sheet.
type SpokenRow struct {
	Heading string
	Texts   []string
}

func base(k application.Key) string { return Board + "/dossiers/" + string(k.ID()) }

func key(c *fiber.Ctx) (application.Key, error) {
	k, err := application.ParseID(c.Params("dossier"))
	if err != nil {
		return k, fault.New(fault.NotFound, "dossier.unknown")
	}
	return k, nil
}

// Dossier shows one dossier.
func (d *Door) Dossier(c *fiber.Ctx) error {
	page, err := d.dossier(c)
	if err != nil {
		return err
	}
	return d.pages.Render(c, "dossier", page)
}

func (d *Door) dossier(c *fiber.Ctx) (*DossierPage, error) {
	k, err := key(c)
	if err != nil {
		return nil, err
	}
	x, err := d.Evaluations.Compare(c.UserContext(), login.Actor(c), k)
	if err != nil {
		return nil, err
	}
	page := &DossierPage{X: x, ID: k.ID(), Name: d.name(c, k.Unit), Tab: "board"}
	if len(x.Sheets) == 0 {
		return page, nil
	}
	for _, l := range x.Terms.Lines() {
		page.Lines = append(page.Lines, lineOf(l, x.Sheets))
	}
	for _, h := range x.Terms.Headings() {
		row := SpokenRow{Heading: h.Name}
		said := false
		for _, a := range x.Sheets {
			said = said || a.Sheet.Opinions[h.Opinion] != ""
			row.Texts = append(row.Texts, a.Sheet.Opinions[h.Opinion])
		}
		if said {
			page.Spoken = append(page.Spoken, row)
		}
	}
	whole := SpokenRow{Heading: d.say(c, "agreement.overall")}
	for _, a := range x.Sheets {
		whole.Texts = append(whole.Texts, a.Sheet.Opinion)
	}
	page.Spoken = append(page.Spoken, whole)
	return page, nil
}

// lineOf puts what the sheets say of an item side by side; it stands out where
// they lie a fifth of the full marks apart or only one says that it does not
// apply.
func lineOf(l evaluation.Line, sheets []evaluation.Assignment) DossierLine {
	const fifth = 5
	out := DossierLine{Line: l}
	low, high, excused := l.Full, indicators.Mark(0), 0
	for _, a := range sheets {
		v := a.Sheet.Verdicts[l.Item]
		out.Verdicts = append(out.Verdicts, v)
		if v.Excused {
			excused++
			continue
		}
		low, high = min(low, v.Mark), max(high, v.Mark)
	}
	out.Apart = excused > 0 && excused < len(sheets) || excused == 0 && (high-low)*fifth > l.Full
	return out
}

// step does one step on a dossier and shows its page, again where it was refused.
func (d *Door) step(c *fiber.Ctx, done string, do func(k application.Key) error) error {
	k, err := key(c)
	if err != nil {
		return err
	}
	if err := do(k); err != nil {
		page, failed := d.dossier(c)
		if failed != nil {
			return failed
		}
		page.Despite, page.Mark, page.Reason = c.FormValue("despite"), c.FormValue("mark"), c.FormValue("reason")
		return d.pages.Again(c, err, "dossier", page)
	}
	return view.See(c, base(k), done)
}

// Close ends the evaluation of a dossier: field despite, why it is closed with
// open problems.
func (d *Door) Close(c *fiber.Ctx) error {
	return d.step(c, "agreement.closed", func(k application.Key) error {
		_, err := d.Evaluations.Close(c.UserContext(), login.Actor(c), k, c.FormValue("despite"))
		return err
	})
}

// Correct proposes another mark for what is closed: fields mark and reason.
func (d *Door) Correct(c *fiber.Ctx) error {
	return d.step(c, "agreement.proposed", func(k application.Key) error {
		mark, err := indicators.ParseMark(c.FormValue("mark"))
		if err != nil {
			return fault.New(fault.Invalid, "correction.mark").At("mark")
		}
		return d.Evaluations.ProposeCorrection(c.UserContext(), login.Actor(c), k, mark, c.FormValue("reason"))
	})
}

// Answer confirms or refuses a correction: field word, "yes" or "no".
func (d *Door) Answer(c *fiber.Ctx) error {
	return d.step(c, "agreement.answered", func(k application.Key) error {
		word := strings.TrimSpace(c.FormValue("word"))
		if word != "yes" && word != "no" {
			return fault.New(fault.Invalid, "request.invalid")
		}
		return d.Evaluations.AnswerCorrection(c.UserContext(), login.Actor(c), k, c.Params("correction"), word == "yes")
	})
}
