package evaluation

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"

	"minyi/indicators"
	"minyi/indicators/access"
	"minyi/indicators/application"
	"minyi/indicators/fault"
	"minyi/indicators/roster"
)

// mine returns the actor's assignment; any other dossier looks as if it did not
// exist.
func (s *Service) mine(ctx context.Context, by access.Actor, k application.Key) (*Assignment, error) {
	if err := by.Require(access.Assessor); err != nil {
		return nil, err
	}
	a, err := s.Store.Assignment(ctx, k, by.Name)
	if err == nil && a.gone() {
		return nil, fault.New(fault.NotFound, "assignment.unknown")
	}
	return a, err
}

// Mine returns the actor's assignments, newest round first. Drafts come without
// their verdicts.
func (s *Service) Mine(ctx context.Context, by access.Actor) ([]Assignment, error) {
	if err := by.Require(access.Assessor); err != nil {
		return nil, err
	}
	all, err := s.Store.AssignmentsOf(ctx, by.Name)
	all = slices.DeleteFunc(all, func(a Assignment) bool { return a.gone() })
	slices.SortStableFunc(all, func(a, b Assignment) int { return b.Dossier.Round - a.Dossier.Round })
	return all, err
}

// Work is an assignment with what its assessor may see of the dossier.
type Work struct {
	Assignment *Assignment
	Terms      Terms
	Missing    int     // applicants about whom the assessor has not declared yet
	Others     []Sheet // an arbiter's only, where the round lets him see them; whose they are is not told
}

// Open returns the actor's assignment and puts the reading on record. Before
// interests are declared with every applicant of the round, this one's without a
// conflict, it holds no dossier (C95). Where the round hides them, the unit's own
// verdicts are left out.
func (s *Service) Open(ctx context.Context, by access.Actor, k application.Key) (*Work, error) {
	w, err := s.Look(ctx, by, k)
	if err != nil || w.Terms.Dossier == nil {
		return w, err
	}
	entry := s.entry(by, "dossier.read", w.Assignment.Object())
	if len(w.Others) > 0 {
		entry.After = fmt.Sprintf(`{"sheets":%d}`, len(w.Others))
	}
	return w, s.Store.Record(ctx, *entry)
}

// Look is Open for the steps behind a page that was read already: nothing is put
// on record.
func (s *Service) Look(ctx context.Context, by access.Actor, k application.Key) (*Work, error) {
	a, err := s.mine(ctx, by, k)
	if err != nil {
		return nil, err
	}
	w := &Work{Assignment: a}
	missing, err := s.Missing(ctx, by, k.Round)
	if w.Missing = len(missing); err != nil || w.Missing > 0 || a.ready() != nil {
		return w, err
	}
	if w.Terms, err = s.terms(ctx, k); err != nil {
		return nil, err
	}
	w.Others, err = s.others(ctx, a, w.Terms)
	return w, err
}

// others returns the submitted sheets that an arbiter may see.
func (s *Service) others(ctx context.Context, a *Assignment, t Terms) ([]Sheet, error) {
	if !a.Arbiter || !t.Round.Settings.ArbiterSees {
		return nil, nil
	}
	all, err := s.Store.Assignments(ctx, a.Dossier.Round)
	if err != nil {
		return nil, err
	}
	var out []Sheet
	for _, o := range all {
		if o.Dossier == a.Dossier && o.Counts() && !o.Arbiter && o.Sheet.Submitted() {
			out = append(out, o.Sheet)
		}
	}
	return out, nil
}

// Shown returns the claim that the assessor may see on a line.
func (t Terms) Shown(l Line) application.Claim {
	c := t.Claim(l)
	if !t.Round.Settings.ShowSelfMarks && c.Verdict != application.Inapplicable {
		c.Verdict = ""
	}
	return c
}

// Compare sets the thresholds of a line beside what the unit says of them.
func (t Terms) Compare(l Line) []application.Comparison {
	return application.Compare(l.Indicator, t.Claim(l), t.Calendar)
}

// Claimed returns the unit's own figures on a line, one a threshold; nil where it
// gave none.
func (t Terms) Claimed(l Line) []indicators.Entry {
	v := Verdict{}
	for _, c := range t.Compare(l) {
		v.Values = append(v.Values, c.Entry)
	}
	return v.bare().Values
}

func (s *Service) terms(ctx context.Context, k application.Key) (Terms, error) {
	d, terms, err := s.Dossiers.Sealed(ctx, k)
	if err != nil {
		return Terms{}, err
	}
	scheme, err := s.Roster.Scheme(ctx, k.Round)
	if err != nil {
		return Terms{}, err
	}
	return Terms{Terms: terms, Scheme: *scheme, Dossier: d}, nil
}

// Exhibit gives the bytes of an exhibit of a dossier assigned to the actor, and
// puts the reading on record.
func (s *Service) Exhibit(ctx context.Context, by access.Actor, k application.Key, id application.ExhibitID) (application.Exhibit, io.ReadSeekCloser, error) {
	none := application.Exhibit{}
	a, err := s.mine(ctx, by, k)
	if err != nil {
		return none, nil, err
	}
	if err := a.ready(); err != nil {
		return none, nil, err
	}
	if missing, err := s.Missing(ctx, by, k.Round); err != nil || len(missing) > 0 {
		return none, nil, errors.Join(err, unsaid(len(missing)))
	}
	d, _, err := s.Dossiers.Sealed(ctx, k)
	if err != nil {
		return none, nil, err
	}
	if _, err := d.Exhibit(id); err != nil {
		return none, nil, err
	}
	if err := s.Store.Record(ctx, *s.entry(by, "exhibit.read", a.Object()+"/exhibits/"+string(id))); err != nil {
		return none, nil, err
	}
	return s.Dossiers.OpenExhibit(ctx, d, id)
}

// Task is one dossier on the actor's desk with how far its sheet is. Where
// nothing may be seen yet, only Assignment and Unit are there.
type Task struct {
	Assignment Assignment
	Missing    int // applicants of the round about whom the assessor has not declared yet
	Unit       roster.Unit
	Window     roster.Window
	Needed     int // items that must have a verdict
	Settled    int // of them, those that have one
	Opinions   int // opinions that are missing
	Gaps       int // all that is missing
	Next       Item
}

// Desk returns the actor's dossiers, newest round first, with their progress.
func (s *Service) Desk(ctx context.Context, by access.Actor) ([]Task, error) {
	all, err := s.Mine(ctx, by)
	if err != nil {
		return nil, err
	}
	out := make([]Task, 0, len(all))
	missing := map[int]int{}
	for _, a := range all {
		year := a.Dossier.Round
		if _, known := missing[year]; !known {
			units, err := s.Missing(ctx, by, year)
			if err != nil {
				return nil, err
			}
			missing[year] = len(units)
		}
		task, err := s.task(ctx, a, missing[year])
		if err != nil {
			return nil, err
		}
		out = append(out, task)
	}
	return out, nil
}

func (s *Service) task(ctx context.Context, a Assignment, missing int) (Task, error) {
	round, err := s.Roster.Round(ctx, a.Dossier.Round)
	if err != nil {
		return Task{}, err
	}
	task := Task{Assignment: a, Missing: missing, Window: round.Settings.Evaluation}
	if task.Unit, err = s.Roster.Unit(a.Dossier.Unit); err != nil {
		return Task{}, err
	}
	if !a.open() || missing > 0 {
		return task, nil
	}
	terms, err := s.terms(ctx, a.Dossier)
	switch {
	case vanished(err):
		return task, nil // cancelled meanwhile: there is no sheet to go on with
	case err != nil:
		return Task{}, err
	}
	draft, err := s.Store.Assignment(ctx, a.Dossier, a.Assessor)
	if err != nil {
		return Task{}, err
	}
	task.Assignment = *draft
	task.count(terms)
	return task, nil
}

func (t *Task) count(terms Terms) {
	for _, l := range terms.Lines() {
		if l.Needed {
			t.Needed++
		}
	}
	t.Settled = t.Needed
	for n, g := range t.Assignment.Sheet.Missing(terms) {
		if n == 0 {
			t.Next = g.Item
		}
		t.Gaps++
		switch g.Lack {
		case LacksMark:
			t.Settled--
		case LacksOpinion:
			t.Opinions++
		case LacksReason, LacksProof, LacksValue:
		}
	}
}
