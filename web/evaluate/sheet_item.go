package evaluate

import (
	"time"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators"
	"minyi/indicators/evaluation"
	"minyi/indicators/fault"
	"minyi/web/login"
	"minyi/web/view"
)

// Told is the answer to one item that the script sent.
type Told struct {
	State    string            `json:"state"` // kept, clash, wrong or refused
	Version  int               `json:"version"`
	At       string            `json:"at,omitempty"`     // when it was stored
	Fields   fields            `json:"fields,omitempty"` // as they are stored, where that differs from what was sent
	Problems map[string]string `json:"problems,omitempty"`
	Lacks    []evaluation.Lack `json:"lacks"`
	Settled  bool              `json:"settled"`
	Excuse   bool              `json:"excuse"` // the item may be called not applicable
	Judged   []Judged          `json:"judged,omitempty"`
	Total    string            `json:"total,omitempty"`
}

// Judged is what a value that was found says of its threshold.
type Judged struct {
	State string `json:"state"` // met, unmet, warns, na or none
	Text  string `json:"text"`
}

// Item keeps one item of the sheet for the script, which sends the fields of the
// form that belong to it, and answers in JSON.
func (d *Door) Item(c *fiber.Ctx) error {
	k, err := keyOf(c)
	if err != nil {
		return err
	}
	f, err := read(c, sheetField())
	if err != nil {
		return err
	}
	item := evaluation.Item(c.Params("item"))
	cell, err := f.cell(item)
	if err != nil {
		return d.refused(c, "wrong", err, Told{})
	}
	a, err := d.service.Put(c.UserContext(), login.Actor(c), k, cell)
	told := d.told(c, a)
	switch {
	case err == nil:
		told.State = "kept"
		return c.JSON(d.total(c, a, told))
	case fault.KindOf(err) == fault.Invalid:
		return d.refused(c, "wrong", err, told)
	case a.Cell.Version != cell.Version:
		told.Fields = fields{}
		told.Fields.put(a.Cell)
		return d.refused(c, "clash", err, told)
	}
	return d.refused(c, "refused", err, told)
}

// refused answers with the words of each refusal; an error that is none goes on
// to the error handler.
func (d *Door) refused(c *fiber.Ctx, state string, err error, told Told) error {
	kind := fault.KindOf(err)
	if kind == 0 {
		return err
	}
	told.State, told.Problems = state, map[string]string{}
	for _, r := range fault.All(err) {
		told.Problems[r.Field] = d.texts.Refusal(view.LangOf(c), r)
	}
	return c.Status(view.FormStatus(kind)).JSON(told)
}

func (d *Door) told(c *fiber.Ctx, a evaluation.Answer) Told {
	told := Told{Version: a.Cell.Version, Lacks: []evaluation.Lack{}}
	if !a.Cell.At.IsZero() {
		told.At = view.DateTime(view.LangOf(c), a.Cell.At)
	}
	if a.Terms.Dossier == nil {
		return told
	}
	l, ok := a.Terms.Line(a.Cell.Item)
	if !ok {
		if a.Terms.Needs(a.Cell.Item) && blank(a.Cell.Text) {
			told.Lacks = append(told.Lacks, evaluation.LacksOpinion)
		}
		return told
	}
	told.Lacks = append(told.Lacks, a.Terms.Lacks(l, a.Cell.Verdict)...)
	told.Settled = a.Cell.Verdict.Given || a.Cell.Verdict.Excused
	told.Excuse = a.Terms.Excusable(l, a.Cell.Verdict)
	for _, j := range indicators.JudgeAll(l.Indicator.Thresholds, a.Cell.Verdict.Values, a.Terms.Calendar) {
		state := JudgeState(j)
		told.Judged = append(told.Judged, Judged{state, d.texts.Say(view.LangOf(c), "sheet.judged."+state, nil)})
	}
	return told
}

// total adds the total so far where the round shows it.
func (d *Door) total(c *fiber.Ctx, a evaluation.Answer, told Told) Told {
	if !a.Terms.Round.Settings.ShowOwnTotal {
		return told
	}
	w, err := d.open(c)
	if err != nil {
		return told
	}
	if total, known := w.Assignment.Sheet.Running(w.Terms); known {
		told.Total = total.String()
	}
	return told
}

// JudgeState names what a value says of its threshold: met, unmet, warns, na or
// none.
func JudgeState(j indicators.Judgement) string {
	switch {
	case j.Inapplicable:
		return "na"
	case !j.Known:
		return "none"
	case j.Meets:
		return "met"
	case j.Warns:
		return "warns"
	}
	return "unmet"
}

// State is the sheet as it is stored, for a script that wants to know whether
// another window has changed it, or whether its session still lasts.
type State struct {
	Who   string                     `json:"who"` // account that is signed in
	CSRF  string                     `json:"csrf"`
	Open  bool                       `json:"open"`
	Items map[evaluation.Item]fields `json:"items"`
}

// State answers with the sheet as it is stored.
func (d *Door) State(c *fiber.Ctx) error {
	w, err := d.open(c)
	if err != nil {
		return err
	}
	s := State{Who: login.Actor(c).Name, CSRF: view.VisitorOf(c).Token(), Items: map[evaluation.Item]fields{}}
	if w.Terms.Dossier == nil {
		return c.JSON(s)
	}
	s.Open = !w.Assignment.Sheet.Submitted() && open(w, d.service.Now())
	for _, item := range allItems(w.Terms) {
		if cell := w.Assignment.Sheet.Cell(item); cell.Version > 0 {
			s.Items[item] = fields{}
			s.Items[item].put(cell)
		}
	}
	return c.JSON(s)
}

func open(w *evaluation.Work, now time.Time) bool {
	return w.Terms.Round.Settings.Evaluation.Open(now)
}
