package library

import (
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators/fault"
	"minyi/survey/questionnaire"
	"minyi/web/view"
)

// QuestionPage edits one question.
type QuestionPage struct {
	Bench
	Old     string // the id under which the question is stored
	Item    questionnaire.Item
	Stored  *questionnaire.Item // as stored, where somebody else has changed it meanwhile
	Section string
	Scales  []string
	Types   []questionnaire.Type
	Parts   []string
	Roles   []questionnaire.Role
	Reasons []questionnaire.Reason
	Kinds   []questionnaire.Kind
	Later   []string // ids that an option may jump to
}

// Is reports whether the question has one of the types.
func (p *QuestionPage) Is(types ...string) bool {
	for _, t := range types {
		if string(p.Item.Type) == t {
			return true
		}
	}
	return false
}

// Options are those of the question: of an area question the ones beside the areas.
func (p *QuestionPage) Options() []questionnaire.Option {
	if p.Item.Type == questionnaire.Area {
		return p.Item.ExtraOptions
	}
	return p.Item.Options
}

// Ends reports whether an option may end the paper.
func (p *QuestionPage) Ends() bool {
	return (p.Section == "consent" || p.Section == "screening") && p.Is("single", "area")
}

// Applies reports whether only units of that system are asked the question.
func (p *QuestionPage) Applies(system string) bool {
	for _, s := range p.Item.AppliesTo {
		if s == system {
			return true
		}
	}
	return false
}

// Listed is the indicators as they are typed.
func (p *QuestionPage) Listed() string { return strings.Join(p.Item.Indicators, " ") }

func (d *Door) questionPage(c *fiber.Ctx, old string) (*QuestionPage, error) {
	b, err := d.bench(c)
	if err != nil {
		return nil, err
	}
	form, err := b.Paper.Draft()
	if err != nil {
		return nil, err
	}
	it, s := form.Find(old)
	if it == nil {
		return nil, fault.New(fault.NotFound, "paper.question", "question", old)
	}
	page := &QuestionPage{Bench: b, Old: old, Item: *it, Section: s.String(), Types: types(), Scales: scaleNames(form)}
	page.Shown = old
	if len(it.Rows) > 0 {
		page.Shown = it.Rows[0].ID
	}
	for _, s := range questionnaire.Sections() {
		page.Parts = append(page.Parts, s.String())
	}
	page.Roles = []questionnaire.Role{
		"", questionnaire.RoleAge, questionnaire.RoleArea, questionnaire.RoleTime, questionnaire.RoleInsider,
		questionnaire.RoleSex, questionnaire.RoleResidence, questionnaire.RoleContact, questionnaire.RoleCoached,
	}
	page.Kinds = questionnaire.Kinds()
	page.Reasons = []questionnaire.Reason{"", questionnaire.DontKnow, questionnaire.NoAnswer, questionnaire.NotApplicable}
	for s := questionnaire.Screening; s <= questionnaire.Open; s++ {
		for _, one := range form.Part(s) {
			page.Later = append(page.Later, one.ID)
		}
	}
	return page, nil
}

// Question shows one question to be edited.
func (d *Door) Question(c *fiber.Ctx) error {
	page, err := d.questionPage(c, c.Params("question"))
	if err != nil {
		return err
	}
	return d.pages.Render(c, "question", page)
}

// SaveQuestion saves what was typed, with what the pressed button does to it: every
// button of the form saves, so that none loses anything.
func (d *Door) SaveQuestion(c *fiber.Ctx) error {
	old := c.Params("question")
	typed := typedQuestion{value: func(name string) string { return strings.ReplaceAll(c.FormValue(name), "\r\n", "\n") }}
	var it questionnaire.Item
	_, err := d.save(c, func(f *questionnaire.Form) error {
		stored, s := f.Find(old)
		if stored == nil {
			return fault.New(fault.NotFound, "paper.question", "question", old)
		}
		it = typed.item(*stored)
		if other, _ := f.Find(it.ID); it.ID != old && other != nil {
			return fault.New(fault.Invalid, "questionnaire.id_twice", "question", it.ID).At("id")
		}
		if !questionnaire.WellFormed(it.ID) {
			return fault.New(fault.Invalid, "questionnaire.id", "question", it.ID).At("id")
		}
		typed.press(&it, f)
		fit(&it, f)
		*stored = it
		typed.place(f, it.ID, s)
		return nil
	})
	if err == nil {
		return view.See(c, at(id(c), "/questions/"+it.ID)+"#"+typed.spot(), "")
	}
	page, shown := d.questionPage(c, old)
	if shown != nil {
		return err
	}
	now := page.Item
	page.Theirs, page.Item = changed(err), typed.item(page.Item)
	page.Stored = &now
	return d.pages.Again(c, err, "question", page)
}

// typedQuestion is the form of one question.
type typedQuestion struct{ value func(name string) string }

// text is a text in both languages.
func (t typedQuestion) text(prefix string) questionnaire.Text {
	return questionnaire.Text{Zh: strings.TrimSpace(t.value(prefix + "zh")), En: strings.TrimSpace(t.value(prefix + "en"))}
}

func (t typedQuestion) on(name string) bool { return t.value(name) == "yes" }

// plain is a short text without spaces around it.
func (t typedQuestion) plain(name string) string { return strings.TrimSpace(t.value(name)) }

// item is the stored question with what was typed in the fields that the form had
// for the type shown.
func (t typedQuestion) item(it questionnaire.Item) questionnaire.Item {
	shown := questionnaire.Type(t.value("was"))
	it.ID, it.Type, it.Text = t.plain("id"), questionnaire.Type(t.value("type")), t.text("")
	it.Required, it.Role = t.on("required"), questionnaire.Role(t.value("role"))
	it.Relevant, it.EndIf = t.plain("relevant"), t.plain("end_if")
	it.WithPrevious, it.PrimaryIndicator = t.on("with_previous"), t.plain("primary")
	it.Indicators = strings.Fields(t.value("indicators"))
	it.Sensitive, it.Why = questionnaire.Kind(t.value("sensitive")), t.text("why_")
	it.AppliesTo = nil
	for _, system := range []string{"city-county", "department"} {
		if t.on("applies_" + system) {
			it.AppliesTo = append(it.AppliesTo, system)
		}
	}
	switch shown {
	case questionnaire.ScaleOf, questionnaire.Grid:
		it.Scale, it.Scored = t.value("scale"), t.on("scored")
	case questionnaire.Number, questionnaire.Date:
		it.Min, it.Max = questionnaire.Bound(t.plain("min")), questionnaire.Bound(t.plain("max"))
		it.Decimals, it.Unit = optional(t.value("decimals")), t.text("unit_")
	case questionnaire.Words:
		it.MaxChars, it.Appearance = number(t.value("max_chars")), ""
		if t.on("multiline") {
			it.Appearance = "multiline"
		}
	case questionnaire.Rank:
		it.Places = number(t.value("places"))
	default:
	}
	t.lists(&it, shown)
	return it
}

// lists reads the options and the rows.
func (t typedQuestion) lists(it *questionnaire.Item, shown questionnaire.Type) {
	if shown != questionnaire.ScaleOf {
		options := t.options()
		if shown == questionnaire.Area {
			it.ExtraOptions = options
		} else {
			it.Options = options
		}
	}
	if shown == questionnaire.Grid {
		it.Rows = t.rows(it.Rows)
	}
}

// maxList bounds the options and the rows that a form carries.
const maxList = 300

func (t typedQuestion) options() []questionnaire.Option {
	var out []questionnaire.Option
	for n := range min(number(t.value("options")), maxList) {
		p := "o" + strconv.Itoa(n) + "_"
		o := questionnaire.Option{
			Code: t.plain(p + "code"), Text: t.text(p), Exclusive: t.on(p + "exclusive"),
			Reason: questionnaire.Reason(t.value(p + "reason")), Flag: t.plain(p + "flag"), Margin: t.plain(p + "margin"),
			GoTo: t.value(p + "goto"),
		}
		if t.on(p + "end") {
			o.Action = "end"
		}
		out = append(out, o)
	}
	return out
}

func (t typedQuestion) rows(stored []questionnaire.Row) []questionnaire.Row {
	var out []questionnaire.Row
	for n := range min(number(t.value("rows")), maxList) {
		p := "r" + strconv.Itoa(n) + "_"
		r := questionnaire.Row{}
		if n < len(stored) { // what the form does not show stays
			r = stored[n]
		}
		r.ID, r.Text, r.Relevant = t.plain(p+"id"), t.text(p), t.plain(p+"relevant")
		out = append(out, r)
	}
	return out
}
