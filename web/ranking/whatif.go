package ranking

import (
	"strconv"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators"
	"minyi/indicators/fault"
	"minyi/indicators/naming"
	"minyi/indicators/roster"
	"minyi/web/view"
)

// AskedForm is what a what-if asks, as typed.
type AskedForm struct {
	Evaluation, Survey, Verification string
	Bonus, Penalty                   string
	Comprehensive, Single            string
	Note                             string
}

func askedForm(a naming.Asking) AskedForm {
	return AskedForm{
		Evaluation: a.Parts.Evaluation.String(), Survey: a.Parts.Survey.String(), Verification: a.Parts.Verification.String(),
		Bonus: a.BonusCap.String(), Penalty: a.PenaltyCap.String(),
		Comprehensive: strconv.Itoa(a.Comprehensive), Single: strconv.Itoa(a.Single),
	}
}

// readAsked reads the form and gathers what is wrong with it.
func readAsked(c *fiber.Ctx) (f AskedForm, a naming.Asking, err error) {
	var list fault.List
	at := func(field string, err error) {
		for _, r := range fault.All(err) {
			list.Add(r.At(field))
		}
	}
	share := func(field string, typed *string) indicators.Share {
		*typed = c.FormValue(field)
		s, err := indicators.ParseShare(*typed)
		at(field, err)
		return s
	}
	mark := func(field string, typed *string) indicators.Mark {
		*typed = c.FormValue(field)
		m, err := indicators.ParseMark(*typed)
		at(field, err)
		return m
	}
	count := func(field string, typed *string) int {
		*typed = c.FormValue(field)
		n, _ := strconv.Atoi(*typed) // 0 is refused by the service
		return n
	}
	a = naming.Asking{
		Parts: indicators.Parts{
			Evaluation: share("parts.evaluation", &f.Evaluation), Survey: share("parts.survey", &f.Survey),
			Verification: share("parts.verification", &f.Verification),
		},
		BonusCap: mark("bonus_cap", &f.Bonus), PenaltyCap: mark("penalty_cap", &f.Penalty),
		Comprehensive: count("comprehensive", &f.Comprehensive), Single: count("single", &f.Single),
	}
	f.Note = c.FormValue("note")
	return f, a, list.Err()
}

// TrialRow is a what-if of the list.
type TrialRow struct {
	naming.Trial
	Turns []TurnRow
}

// TurnRow is what it does to one table, with names.
type TurnRow struct {
	naming.TableTurn
	In, Out []string
}

// Quiet reports whether no front group would change.
func (t TrialRow) Quiet() bool {
	for _, turn := range t.Turns {
		if len(turn.In)+len(turn.Out) > 0 {
			return false
		}
	}
	return true
}

// Moved counts the units that would have another place.
func (t TrialRow) Moved() (n int) {
	for _, turn := range t.Turns {
		n += turn.Moved
	}
	return n
}

func (d *Door) trialRow(c *fiber.Ctx, t naming.Trial) TrialRow {
	row := TrialRow{Trial: t}
	for _, turn := range t.Turns {
		row.Turns = append(row.Turns, TurnRow{turn, d.names(c, turn.In), d.names(c, turn.Out)})
	}
	return row
}

func (d *Door) trials(c *fiber.Ctx, year int) (out []TrialRow, err error) {
	all, err := d.Naming.Trials(c.UserContext(), actor(c), year)
	for _, t := range all {
		out = append(out, d.trialRow(c, t))
	}
	return out, err
}

func (d *Door) tried(r *roster.Round, id string) string {
	return WhatIf + "/" + id + "?round=" + strconv.Itoa(r.Year)
}

// Try computes a what-if and goes to its page. Fields: the shares, caps and cut-offs,
// and what it is to show.
func (d *Door) Try(c *fiber.Ctx) error {
	page, err := d.ranking(c)
	if err != nil {
		return err
	}
	form, asked, err := readAsked(c)
	if page.Asked = form; err != nil {
		return d.pages.Again(c, err, "ranking", page)
	}
	trial, err := d.Naming.Try(c.UserContext(), actor(c), page.Round.Year, asked, form.Note)
	if err != nil {
		return d.pages.Again(c, err, "ranking", page)
	}
	return view.See(c, d.tried(page.Round, trial.ID), "tried")
}

// Tried shows a what-if that was computed, with the official places beside its own.
func (d *Door) Tried(c *fiber.Ctx) error {
	r, err := d.round(c)
	if err != nil {
		return err
	}
	trial, studies, err := d.Naming.Trial(c.UserContext(), actor(c), r.Year, c.Params("trial"))
	if err != nil {
		return err
	}
	if trial.Runs > 0 {
		return d.studied(c, r, trial, studies)
	}
	row := d.trialRow(c, *trial)
	page := &Page{Round: r, Trial: &row, Asked: askedForm(*trial.Asked)}
	page.Asked.Note = trial.Note
	page.Tables = d.tables(c, trial.Ranking, trial.Certainty, &naming.Proceeding{})
	if trial.Snapshot != "" {
		if page.Snapshot, err = d.Naming.Snapshot(c.UserContext(), actor(c), r.Year, trial.Snapshot); err != nil {
			return err
		}
		page.compare()
	}
	if page.Trials, err = d.trials(c, r.Year); err != nil {
		return err
	}
	return d.pages.Render(c, "trial", page)
}

// compare puts the official place beside the what-if one.
func (p *Page) compare() {
	for n := range p.Tables {
		t := &p.Tables[n]
		t.Compared = true
		for i := range t.Rows {
			t.Rows[i].Compared = true
			if row, ok := p.Snapshot.Ranking.Find(t.Rows[i].Unit, t.Track); ok {
				t.Rows[i].Was = row.Place
			}
		}
		t.split()
	}
}
