package library

import (
	"strings"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators/fault"
	"minyi/survey/library"
	"minyi/survey/questionnaire"
	"minyi/web/login"
	"minyi/web/view"
)

// PaperPage is one questionnaire: its questions in order, what is wrong with it,
// its versions.
type PaperPage struct {
	Bench
	Sections []Section
	Scales   []string
	Mine     bool // the actor proposed what is proposed
	Remarks  []Line
	Editions []EditionRow
}

// Section is one part of the paper with its questions.
type Section struct {
	Name      string
	Questions []questionnaire.Item
	Fixed     bool // consent and the open question: one, where it is
}

// EditionRow is one published version with the address of its trial.
type EditionRow struct {
	library.Edition
	Trial string
}

func (d *Door) paperPage(c *fiber.Ctx) (*PaperPage, error) {
	b, err := d.bench(c)
	if err != nil {
		return nil, err
	}
	page := &PaperPage{Bench: b}
	form, err := b.Paper.Draft()
	if err != nil {
		return nil, err
	}
	for s := questionnaire.Consent; s <= questionnaire.Open; s++ {
		fixed := s == questionnaire.Consent || s == questionnaire.Open
		page.Sections = append(page.Sections, Section{s.String(), form.Part(s), fixed})
	}
	page.Scales = scaleNames(form)
	if p := b.Paper.Proposal; p != nil {
		page.Mine = p.By == login.Actor(c).Name
	}
	for _, r := range b.Paper.Remarks {
		words := d.Texts.Say(view.LangOf(c), "remark."+r.Code, nil)
		page.Remarks = append(page.Remarks, Line{Text: r.Place + ": " + r.Text, Remark: words})
	}
	for _, e := range b.Paper.Editions {
		trial := TrialPath + d.Trials.Token(library.Ref{ID: b.Paper.ID, Number: e.Number})
		page.Editions = append([]EditionRow{{e, trial}}, page.Editions...)
	}
	return page, nil
}

// Paper shows one questionnaire.
func (d *Door) Paper(c *fiber.Ctx) error {
	page, err := d.paperPage(c)
	if err != nil {
		return err
	}
	return d.pages.Render(c, "paper", page)
}

// step goes on after a step, or shows the questionnaire again with what was
// refused.
func (d *Door) step(c *fiber.Ctx, err error, to, done string) error {
	if err == nil {
		return view.See(c, to, done)
	}
	page, shown := d.paperPage(c)
	if shown != nil {
		return shown
	}
	page.Theirs = changed(err)
	return d.pages.Again(c, err, "paper", page)
}

// Arrange adds, moves and removes questions and scales: the button's value says
// what, with what it is done to behind a colon.
func (d *Door) Arrange(c *fiber.Ctx) error {
	what, which, _ := strings.Cut(c.FormValue("do"), ":")
	to := at(id(c), "")
	_, err := d.save(c, func(f *questionnaire.Form) error {
		switch what {
		case "up":
			f.Move(which, -1)
		case "down":
			f.Move(which, 1)
		case "remove":
			f.Remove(which)
		case "unscale":
			delete(f.Scales, which)
		case "scale":
			to = at(id(c), "/scales/"+addScale(f))
			return nil
		case "add":
			added := add(f, which)
			to = at(id(c), "/questions/"+added)
			return nil
		default:
			return fault.New(fault.Invalid, "request.invalid")
		}
		to += "#" + which
		return nil
	})
	return d.step(c, err, to, "paper.save")
}

// save applies a change to the draft, at the version that the form carries.
func (d *Door) save(c *fiber.Ctx, change func(*questionnaire.Form) error) (*library.Paper, error) {
	return d.Papers.Save(c.UserContext(), login.Actor(c), id(c), number(c.FormValue("version")), change)
}

// Rename gives the questionnaire another name.
func (d *Door) Rename(c *fiber.Ctx) error {
	_, err := d.Papers.Rename(c.UserContext(), login.Actor(c), id(c), c.FormValue("name"))
	return d.step(c, err, at(id(c), ""), "paper.save")
}

// Heed takes away the remarks of the import.
func (d *Door) Heed(c *fiber.Ctx) error {
	_, err := d.Papers.Heed(c.UserContext(), login.Actor(c), id(c))
	return d.step(c, err, at(id(c), ""), "")
}

// Propose puts the draft before a second person.
func (d *Door) Propose(c *fiber.Ctx) error {
	_, err := d.Papers.Propose(c.UserContext(), login.Actor(c), id(c))
	return d.step(c, err, at(id(c), ""), "paper.propose")
}

// Withdraw takes the proposal back.
func (d *Door) Withdraw(c *fiber.Ctx) error {
	_, err := d.Papers.Withdraw(c.UserContext(), login.Actor(c), id(c))
	return d.step(c, err, at(id(c), ""), "paper.withdraw")
}

// Approve publishes what was proposed.
func (d *Door) Approve(c *fiber.Ctx) error {
	_, err := d.Papers.Approve(c.UserContext(), login.Actor(c), id(c), c.FormValue("digest"))
	return d.step(c, err, at(id(c), ""), "paper.publish")
}

// Remove deletes a draft that was never published; the box that says so must be
// ticked.
func (d *Door) Remove(c *fiber.Ctx) error {
	var err error = fault.New(fault.Invalid, "paper.confirm").At("sure")
	if c.FormValue("sure") == "yes" {
		err = d.Papers.Remove(c.UserContext(), login.Actor(c), id(c))
	}
	return d.step(c, err, Home, "paper.remove")
}
