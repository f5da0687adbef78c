package supervision

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"minyi/indicators"
	"minyi/indicators/access"
	"minyi/indicators/evidence"
	"minyi/indicators/fault"
	"minyi/indicators/naming"
	"minyi/indicators/roster"
)

// Verdict says whether a unit meets an indicator today.
type Verdict string

// The verdicts of a spot check (C43).
const (
	Met           Verdict = "met"
	Unmet         Verdict = "unmet"
	Inapplicable  Verdict = "na"
	mostTeam              = 12
	mostCheckFile         = 100
)

// Verdicts returns the verdicts in the order of forms.
func Verdicts() []Verdict { return []Verdict{Met, Unmet, Inapplicable} }

// Item is what the team found of one indicator.
type Item struct {
	Verdict Verdict            `json:"verdict"`
	Entries []indicators.Entry `json:"entries,omitempty"` // one a threshold, as typed
	Text    string             `json:"text,omitempty"`    // evidence, or why it does not apply
	By      string             `json:"by"`
	At      time.Time          `json:"at"`
}

// Opening is how a check began: its team, days and document.
type Opening struct {
	Team     []string    `json:"team"`
	From     roster.Date `json:"from"`
	To       roster.Date `json:"to"`
	Document string      `json:"document"` // by which the unit was told
	By       string      `json:"by"`
	At       time.Time   `json:"at"`
}

// Order is an order to survey the unit's residents again (C43), and what came of it.
type Order struct {
	N      int       `json:"n"`
	Reason string    `json:"reason"`
	By     string    `json:"by"`
	At     time.Time `json:"at"`

	Survey string    `json:"survey,omitempty"` // address of the survey or its release
	Result string    `json:"result,omitempty"` // what it says
	DoneBy string    `json:"done_by,omitempty"`
	DoneAt time.Time `json:"done_at,omitzero"`
}

// Done reports whether the survey was made.
func (o Order) Done() bool { return o.DoneBy != "" }

// Result is the outcome of a spot check (C43).
type Result string

// The outcomes. ToMend demands measures up to a day, and the check goes on after it.
const (
	Passed Result = "met"
	Failed Result = "failed"
	ToMend Result = "measures"
)

// Results returns the outcomes in the order of forms.
func Results() []Result { return []Result{Passed, ToMend, Failed} }

// Outcome is a proposed outcome of a check, and the decision once a second person
// has confirmed it.
type Outcome struct {
	N         int         `json:"n"`
	Result    Result      `json:"result"`
	Text      string      `json:"text"` // why
	Document  string      `json:"document"`
	Deadline  roster.Date `json:"deadline,omitzero"` // of the measures
	By        string      `json:"by"`
	At        time.Time   `json:"at"`
	Confirmed string      `json:"confirmed,omitempty"`
	Dropped   string      `json:"dropped,omitempty"`
	Why       string      `json:"why,omitempty"` // it was dropped
	EndedAt   time.Time   `json:"ended_at,omitzero"`
}

// Open reports whether the outcome waits for a second person.
func (o Outcome) Open() bool { return o.Confirmed == "" && o.Dropped == "" }

// Check is the spot check of one drawn unit (C43).
type Check struct {
	ID       string                     `json:"id"`
	Year     int                        `json:"year"`
	Unit     roster.UnitCode            `json:"unit"`
	Names    []string                   `json:"names"` // ids of the names that are checked
	Round    int                        `json:"round"` // whose indicators are current
	Edits    int                        `json:"edits"`
	Opening  *Opening                   `json:"opening,omitempty"`
	Items    map[indicators.Number]Item `json:"items,omitempty"`
	Files    []evidence.File            `json:"files,omitempty"`
	Orders   []Order                    `json:"orders,omitempty"`
	Outcomes []Outcome                  `json:"outcomes,omitempty"`
}

// Pending is the outcome that waits for a second person, nil for none.
func (c *Check) Pending() *Outcome {
	if n := len(c.Outcomes); n > 0 && c.Outcomes[n-1].Open() {
		return &c.Outcomes[n-1]
	}
	return nil
}

// Last is the newest outcome that was confirmed, nil for none.
func (c *Check) Last() *Outcome {
	for i := len(c.Outcomes) - 1; i >= 0; i-- {
		if c.Outcomes[i].Confirmed != "" {
			return &c.Outcomes[i]
		}
	}
	return nil
}

// State says where a check stands: drawn, open, measures, met or failed.
func (c *Check) State() string {
	last := c.Last()
	switch {
	case last != nil:
		return string(last.Result)
	case c.Opening != nil:
		return "open"
	}
	return "drawn"
}

// Closed reports whether the check is over.
func (c *Check) Closed() bool {
	last := c.Last()
	return last != nil && last.Result != ToMend
}

// working refuses work on a check that has not begun, waits for a second person, or
// is over.
func (c *Check) working() error {
	switch {
	case c.Opening == nil:
		return fault.New(fault.Conflict, "check.not_open")
	case c.Closed():
		return fault.New(fault.Closed, "check.closed")
	case c.Pending() != nil:
		return fault.New(fault.Conflict, "check.pending")
	}
	return nil
}

// open begins the check; its names stand under check from that day (C13).
func (c *Check) open(x Opening, names []Record, now time.Time) ([]Step, error) {
	var list fault.List
	x.Team = slices.DeleteFunc(x.Team, func(name string) bool { return strings.TrimSpace(name) == "" })
	for i := range x.Team {
		written(&list, "team", &x.Team[i], nameMost, false)
	}
	if len(x.Team) < 2 || len(x.Team) > mostTeam {
		list.Add(fault.New(fault.Invalid, "check.team", "most", fmt.Sprint(mostTeam)).At("team"))
	}
	written(&list, "document", &x.Document, nameMost, false)
	if x.From.IsZero() || x.To.IsZero() || x.To.Before(x.From) || x.From.Year < c.Year-1 || x.To.Year > c.Year+1 {
		list.Add(fault.New(fault.Invalid, "check.days").At("from"))
	}
	if err := list.Err(); err != nil {
		return nil, err
	}
	if c.Opening != nil {
		return nil, fault.New(fault.Conflict, "check.opened")
	}
	x.At = now.UTC().Truncate(time.Millisecond)
	c.Opening = &x
	return turned(names, naming.Valid, Step{
		Standing: naming.Checked, From: roster.DateOf(now), Document: x.Document, Check: c.ID, By: x.By, At: x.At,
	}), nil
}

// turned are the steps that turn all names of one standing to another.
func turned(names []Record, from naming.Standing, to Step) (out []Step) {
	for _, n := range names {
		if n.Now() != from {
			continue
		}
		to.Naming, to.N = n.ID, len(n.Steps)+1
		out = append(out, to)
	}
	return out
}

// find keeps what the team found of indicators. Its value is judged by the
// threshold: met although a firm threshold is missed, not met, and not applicable
// need words (C43).
func (c *Check) find(found map[indicators.Number]Item, catalogue *indicators.Catalogue, cal indicators.Calendar, by string, now time.Time) error {
	if err := c.working(); err != nil {
		return err
	}
	var list fault.List
	for number, item := range found {
		indicator, ok := catalogue.Find(number)
		if !ok || indicator.Kind != indicators.Regular || !slices.Contains(Verdicts(), item.Verdict) {
			list.Add(fault.New(fault.Invalid, "request.invalid"))
			continue
		}
		item.check(&list, indicator, cal)
		item.By, item.At = by, now.UTC().Truncate(time.Millisecond)
		found[number] = item
	}
	if err := list.Err(); err != nil {
		return err
	}
	if c.Items == nil {
		c.Items = map[indicators.Number]Item{}
	}
	for number, item := range found {
		c.Items[number] = item
	}
	c.Edits++
	return nil
}

// check refuses values that cannot be read, and a verdict that needs words without
// them.
func (i *Item) check(list *fault.List, of indicators.Indicator, cal indicators.Calendar) {
	at := "item-" + string(of.Number)
	for n, e := range i.Entries {
		if n >= len(of.Thresholds) || e.Check(of.Thresholds[n]) != nil {
			list.Add(fault.New(fault.Invalid, "check.value").At(at))
			break
		}
	}
	needed := i.Verdict != Met || slices.ContainsFunc(indicators.JudgeAll(of.Thresholds, i.Entries, cal), indicators.Judgement.Fails)
	if needed || strings.TrimSpace(i.Text) != "" {
		written(list, at, &i.Text, textMost, true)
	}
}

// Tally counts the verdicts over the indicators that apply to the unit.
type Tally struct{ All, Met, Unmet, NotApplicable, Left int }

// Tally counts what was found of these indicators.
func (c *Check) Tally(of []indicators.Indicator) (out Tally) {
	out.All = len(of)
	for _, i := range of {
		switch c.Items[i.Number].Verdict {
		case Met:
			out.Met++
		case Unmet:
			out.Unmet++
		case Inapplicable:
			out.NotApplicable++
		default:
			out.Left++
		}
	}
	return out
}

// propose proposes an outcome. It needs a verdict on each indicator that applies and
// every survey that was ordered; all of them met for Passed, one at least not met for
// the others, as a unit is to meet all requirements at all times (C43).
func (c *Check) propose(x Outcome, of []indicators.Indicator, now time.Time) error {
	if err := c.working(); err != nil {
		return err
	}
	var list fault.List
	written(&list, "text", &x.Text, textMost, true)
	written(&list, "document", &x.Document, nameMost, false)
	c.allows(&list, x.Result, c.Tally(of))
	if x.Result != ToMend {
		x.Deadline = roster.Date{}
	} else if x.Deadline.IsZero() || !roster.DateOf(now).Before(x.Deadline) {
		list.Add(fault.New(fault.Invalid, "check.deadline").At("deadline"))
	}
	if err := list.Err(); err != nil {
		return err
	}
	x.N, x.At = len(c.Outcomes)+1, now.UTC().Truncate(time.Millisecond)
	c.Outcomes = append(c.Outcomes, x)
	c.Edits++
	return nil
}

// allows refuses an outcome that the findings do not bear.
func (c *Check) allows(list *fault.List, result Result, tally Tally) {
	switch {
	case !slices.Contains(Results(), result):
		list.Add(fault.New(fault.Invalid, "check.result").At("result"))
	case tally.Left > 0:
		list.Add(fault.New(fault.Conflict, "check.incomplete", "count", fmt.Sprint(tally.Left)).At("result"))
	case result == Passed && tally.Unmet > 0:
		list.Add(fault.New(fault.Conflict, "check.unmet", "count", fmt.Sprint(tally.Unmet)).At("result"))
	case result != Passed && tally.Unmet == 0:
		list.Add(fault.New(fault.Conflict, "check.all_met").At("result"))
	case slices.ContainsFunc(c.Orders, func(o Order) bool { return !o.Done() }):
		list.Add(fault.New(fault.Conflict, "check.survey_open").At("result"))
	}
}

// confirm confirms the outcome that somebody else proposed. A check that is passed
// gives the names back their standing.
func (c *Check) confirm(by string, second access.Second, seen int, names []Record, now time.Time) ([]Step, error) {
	o := c.Pending()
	switch {
	case o == nil || o.N != seen:
		return nil, fault.New(fault.Conflict, "check.none")
	case o.By == by:
		return nil, fault.New(fault.Forbidden, "check.second_person")
	}
	if err := second.Apart(o.By); err != nil {
		return nil, err
	}
	o.Confirmed, o.EndedAt = by, now.UTC().Truncate(time.Millisecond)
	c.Edits++
	if o.Result != Passed {
		return nil, nil
	}
	return turned(names, naming.Checked, Step{
		Standing: naming.Valid, From: roster.DateOf(now), Document: o.Document, Check: c.ID, Reason: o.Text, By: by, At: o.EndedAt,
	}), nil
}

// drop takes the proposed outcome back.
func (c *Check) drop(by string, seen int, why string, now time.Time) error {
	var list fault.List
	written(&list, "why", &why, textMost, true)
	if err := list.Err(); err != nil {
		return err
	}
	o := c.Pending()
	if o == nil || o.N != seen {
		return fault.New(fault.Conflict, "check.none")
	}
	o.Dropped, o.Why, o.EndedAt = by, why, now.UTC().Truncate(time.Millisecond)
	c.Edits++
	return nil
}
