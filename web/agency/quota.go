package agency

import (
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators/fault"
	"minyi/survey"
	"minyi/survey/questionnaire"
	"minyi/web/login"
	"minyi/web/view"
)

// QuotaPage sets the quota of a survey: first the questions that it crosses, then
// a limit for each combination of their answers.
type QuotaPage struct {
	view.Frame
	ID      survey.ID
	Name    string
	Planned bool
	Set     bool     // there is a quota
	Slots   []Slot   // where a question is chosen
	Late    []string // questions that somebody may be screened out before
	Example []string // questions that may be chosen
	Heads   []string // the chosen questions
	Cells   []QuotaRow
}

// Slot is one place for a question.
type Slot struct {
	Number    int
	Questions []SlotChoice
}

// SlotChoice is one question that may be chosen.
type SlotChoice struct {
	ID, Text string
	Chosen   bool
	Late     bool // somebody may be screened out before it is asked
}

// QuotaRow is one combination with its limit, empty where there is none, and what
// came back in it.
type QuotaRow struct {
	Number int
	Labels []string
	Limit  string
	survey.CellCount
}

// Quota shows the quota of a survey.
func (d *Door) Quota(c *fiber.Ctx) error {
	chosen := strata(c.Query)
	page, err := d.quotaPage(c, chosen, nil)
	if err != nil && fault.KindOf(err) == fault.Invalid && len(chosen) > 0 {
		shown, other := d.quotaPage(c, nil, nil)
		if other != nil {
			return other
		}
		return d.pages.Again(c, err, "quota", shown)
	}
	if err != nil {
		return err
	}
	return d.pages.Render(c, "quota", page)
}

// strata reads which questions were chosen, in order.
func strata(value func(string, ...string) string) (out []string) {
	for slot := range survey.MaxStrata {
		if one := value("strata_" + strconv.Itoa(slot+1)); one != "" {
			out = append(out, one)
		}
	}
	return out
}

// quotaPage shows the questions that were chosen or, where none were, those of
// the quota; typed are limits by the number of their combination.
func (d *Door) quotaPage(c *fiber.Ctx, chosen []string, typed map[int]string) (*QuotaPage, error) {
	work, err := d.surveys.Fieldwork(c.UserContext(), login.Actor(c), id(c))
	if err != nil {
		return nil, err
	}
	paper, err := work.Survey.Paper.Questionnaire()
	if err != nil {
		return nil, err
	}
	sv := work.Survey
	page := &QuotaPage{ID: sv.ID, Name: in(c, sv.UnitName), Planned: sv.State == survey.Planned, Set: sv.Quota != nil}
	if len(chosen) == 0 && sv.Quota != nil {
		chosen = sv.Quota.Questions
	}
	lang := string(view.LangOf(c))
	page.slots(paper, chosen, lang)
	if len(chosen) == 0 {
		return page, nil
	}
	return page, page.cross(paper, work, chosen, typed, lang)
}

func (p *QuotaPage) slots(paper *questionnaire.Questionnaire, chosen []string, lang string) {
	late, strata := survey.Late(paper), survey.Strata(paper)
	for i := range survey.MaxStrata {
		slot := Slot{Number: i + 1}
		for _, one := range strata {
			choice := SlotChoice{one.ID, one.Text.In(lang), i < len(chosen) && chosen[i] == one.ID, slices.Contains(late, one.ID)}
			if choice.Chosen && choice.Late {
				p.Late = append(p.Late, one.ID+" "+choice.Text)
			}
			slot.Questions = append(slot.Questions, choice)
		}
		p.Slots = append(p.Slots, slot)
	}
	const enough = 2 // questions to show what is meant
	for _, one := range strata[:min(len(strata), enough)] {
		p.Example = append(p.Example, one.ID+" "+one.Text.In(lang))
	}
}

// Crossing names questions of this paper that could be crossed.
func (p *QuotaPage) Crossing() string { return strings.Join(p.Example, " × ") }

// LateNames names the chosen questions that somebody may be screened out before.
func (p *QuotaPage) LateNames() string { return strings.Join(p.Late, " · ") }

// cross lists the combinations with their limits and counts.
func (p *QuotaPage) cross(paper *questionnaire.Questionnaire, work *survey.Fieldwork, chosen []string, typed map[int]string, lang string) error {
	crossed, err := survey.Crossed(paper, chosen)
	if err != nil {
		return err
	}
	set := map[string]survey.CellCounts{}
	for _, cell := range work.Cells {
		set[strings.Join(cell.Codes, " ")] = cell
	}
	questions := make([]questionnaire.Question, len(chosen))
	for i, id := range chosen {
		questions[i], _ = paper.Question(id)
		p.Heads = append(p.Heads, questions[i].Text.In(lang))
	}
	same := work.Survey.Quota != nil && strings.Join(work.Survey.Quota.Questions, " ") == strings.Join(chosen, " ")
	for number, codes := range crossed {
		row := QuotaRow{Number: number, Limit: typed[number]}
		if cell, ok := set[strings.Join(codes, " ")]; ok && same {
			row.CellCount = cell.CellCount
			if typed == nil {
				row.Limit = strconv.Itoa(cell.Limit)
			}
		}
		for i, code := range codes {
			choice, _ := questions[i].Choice(code)
			row.Labels = append(row.Labels, choice.Text.In(lang))
		}
		if p.Planned || row.Limit != "" {
			p.Cells = append(p.Cells, row)
		}
	}
	return nil
}

// Counted is how many answers count in the cells of the quota.
func (p *DetailPage) Counted() (n int) {
	for _, c := range p.Cells {
		n += c.Counted
	}
	return n
}

// Limit is how many answers may count in the cells of the quota.
func (p *DetailPage) Limit() (n int) {
	for _, c := range p.Cells {
		n += c.Limit
	}
	return n
}

// FullCells is how many cells of the quota take no more.
func (p *DetailPage) FullCells() (n int) {
	for _, c := range p.Cells {
		if c.Counted >= c.Limit {
			n++
		}
	}
	return n
}

// DraftDays is how many days an abandoned draft is kept.
func (p *DetailPage) DraftDays() int { return p.Survey.DraftDays() }

// TraceDays is how many days after the close the traces are kept.
func (p *DetailPage) TraceDays() int { return p.Survey.TraceDays() }

// SetQuota sets the quota, or takes it away.
func (d *Door) SetQuota(c *fiber.Ctx) error {
	chosen := strata(c.FormValue)
	typed := map[int]string{}
	quota, err := d.typedQuota(c, chosen, typed)
	if err == nil {
		_, err = d.surveys.SetQuota(c.UserContext(), login.Actor(c), id(c), quota)
	}
	if err == nil {
		return view.See(c, at(id(c)), "survey.quota")
	}
	page, shown := d.quotaPage(c, chosen, typed)
	if shown != nil {
		return err
	}
	return d.pages.Again(c, err, "quota", page)
}

// typedQuota reads the limits of the form; nil where the quota is to go.
func (d *Door) typedQuota(c *fiber.Ctx, chosen []string, typed map[int]string) (*survey.Quota, error) {
	if c.FormValue("remove") == "yes" {
		return nil, nil
	}
	work, err := d.surveys.Fieldwork(c.UserContext(), login.Actor(c), id(c))
	if err != nil {
		return nil, err
	}
	paper, err := work.Survey.Paper.Questionnaire()
	if err != nil {
		return nil, err
	}
	crossed, err := survey.Crossed(paper, chosen)
	if err != nil {
		return nil, err
	}
	quota := &survey.Quota{Questions: chosen}
	for number, codes := range crossed {
		text := strings.TrimSpace(c.FormValue("cap_" + strconv.Itoa(number)))
		typed[number] = text
		if text == "" {
			continue
		}
		limit, err := strconv.Atoi(text)
		if err != nil {
			limit = -1 // refused with the words for it
		}
		quota.Cells = append(quota.Cells, survey.Cell{Codes: codes, Limit: limit})
	}
	return quota, nil
}
