package main

import (
	"context"
	"slices"
	"time"

	"minyi/indicators/access"
	"minyi/indicators/evaluation"
	"minyi/indicators/fault"
	"minyi/indicators/naming"
	"minyi/indicators/progress"
	"minyi/indicators/roster"
	"minyi/indicators/supervision"
	"minyi/survey"
	"minyi/web"
	"minyi/web/board"
	"minyi/web/view"
)

// board makes the office's first page, and its search. What it shows comes from the steps through
// the adapters below: indicators/progress knows none of them.
func (h *house) board(d *web.Doors, texts *view.Texts) (err error) {
	p := progress.NewService(progress.Config{
		Rounds: h.roster, Dossiers: h.application, Book: h.book, Bench: benches{h.evaluation, h.now}, Surveys: fieldworks{h.surveys},
		Roads: roads{h}, Afters: afters{h}, Now: h.now,
	})
	d.Board, err = board.New(board.Config{Texts: texts, Progress: p, Evaluation: h.evaluation, Book: h.book, Units: h.roster})
	if err != nil {
		return err
	}
	return h.search(d, texts)
}

// benches tells the board how far the evaluation is.
type benches struct {
	*evaluation.Service
	now func() time.Time
}

// Evaluations implements progress.Bench.
func (b benches) Evaluations(ctx context.Context, by access.Actor, round int) (map[progress.Target]progress.Evaluation, int, int, error) {
	out, institutions, undeclared := map[progress.Target]progress.Evaluation{}, 0, 0
	rows, err := b.Progress(ctx, by, round)
	if fault.KindOf(err) == fault.NotFound {
		return out, 0, 0, nil // no scheme yet: nothing is measured
	}
	if err != nil {
		return nil, 0, 0, err
	}
	for _, p := range rows {
		out[progress.Target{Unit: p.Dossier.Unit, Track: p.Dossier.Track}] = progress.Evaluation{
			Need: p.Need, Have: p.Have, Undeclared: p.Undeclared, Sheets: p.Sheets, Needed: p.Needed, Given: p.Given, Items: p.Items,
			Dispute: p.Dispute, Unsigned: p.Unsigned, Problems: p.Problems, Closed: p.Closed,
		}
	}
	list, err := b.Institutions(ctx, by, round)
	if err != nil {
		return nil, 0, 0, err
	}
	for _, i := range list {
		if s := i.State(b.now()); s == evaluation.TermActive || s == evaluation.TermPending {
			institutions++
		}
	}
	people, err := b.Declarants(ctx, by, round)
	if err != nil {
		return nil, 0, 0, err
	}
	for _, p := range people {
		if len(p.Missing) > 0 {
			undeclared++
		}
	}
	return out, institutions, undeclared, nil
}

// fieldworks tells the board how far the surveys are.
type fieldworks struct{ *survey.Service }

// Surveyed implements progress.Surveys.
func (s fieldworks) Surveyed(ctx context.Context, by access.Actor, round int) (map[roster.UnitCode]progress.Surveyed, error) {
	list, err := s.Progress(ctx, by, round)
	if err != nil {
		return nil, err
	}
	states := map[survey.State]progress.Fieldwork{
		survey.Planned: progress.Prepared, survey.Open: progress.Asking, survey.Closed: progress.Reviewing, survey.Released: progress.Released,
	}
	out := map[roster.UnitCode]progress.Surveyed{}
	for _, p := range list {
		x := progress.Surveyed{State: states[p.State], Answers: p.Answers, Told: p.Told, Ends: p.Window.To}
		if p.State == survey.Released {
			x.Document = "/agency/surveys/" + string(p.ID) + "/release"
		}
		out[p.Unit] = x
	}
	return out, nil
}

// roads tells the board what comes after the findings.
type roads struct{ h *house }

// Road implements progress.Roads.
func (r roads) Road(ctx context.Context, by access.Actor, round int) (out progress.Road, err error) {
	out = progress.Road{
		Places: map[progress.Target]progress.Place{}, Visits: map[progress.Target]progress.Stand{},
		Candidates: map[progress.Target]bool{}, Names: map[progress.Target]progress.Name{},
	}
	p, err := r.h.naming.Proceeding(ctx, by, round)
	if err != nil {
		return out, err
	}
	closed := time.Time{}
	for _, v := range p.Verifications {
		out.Visits[target(v.Target)] = progress.Open
		if v.Closed() {
			out.Visits[target(v.Target)] = progress.Shut
			if v.ClosedAt.After(closed) {
				closed = v.ClosedAt
			}
		}
	}
	if err := r.places(ctx, by, round, closed, &out); err != nil {
		return out, err
	}
	if p.Candidates != nil {
		out.Proposed = true
		for _, c := range p.Candidates.List {
			out.Candidates[target(c.Target)] = true
		}
	}
	if p.Notice != nil {
		out.Posted, out.Window = true, p.Notice.Window
		out.Media = slices.ContainsFunc(p.Notice.Media, func(m naming.Medium) bool { return m.Struck == "" })
	}
	out.Decided = p.Decision != nil
	return out, r.ends(ctx, by, round, &out)
}

func target(t naming.Target) progress.Target {
	return progress.Target{Unit: t.Unit, Track: t.Track}
}

// places reads the newest ranking where there is one; the reading is logged there.
func (r roads) places(ctx context.Context, by access.Actor, round int, closed time.Time, out *progress.Road) error {
	s, err := r.h.naming.Ranking(ctx, by, round)
	if fault.KindOf(err) == fault.NotFound {
		return nil
	}
	if err != nil {
		return err
	}
	out.Ranking, out.Stale = true, closed.After(s.MadeAt)
	for n, t := range s.Ranking.Tables {
		for k, row := range t.Rows {
			p := progress.Place{Ranked: row.Ranked, Place: row.Place, Tied: row.Tied, Front: row.Front}
			if n < len(s.Certainty) && k < len(s.Certainty[n].Rows) {
				if sure := s.Certainty[n].Rows[k]; sure.Known {
					p.Best, p.Worst = sure.Best, sure.Worst
				}
			}
			out.Places[progress.Target{Unit: row.Unit, Track: t.Track}] = p
		}
	}
	return nil
}

// ends adds the objections and the names with their standing today.
func (r roads) ends(ctx context.Context, by access.Actor, round int, out *progress.Road) error {
	list, err := r.h.naming.Objections(ctx, by, round)
	if err != nil {
		return err
	}
	for _, o := range list {
		out.Objections = append(out.Objections, progress.Complaint{
			Target: target(o.Target), Answered: o.Outcome != naming.Unanswered, Upheld: o.Outcome == naming.Founded, Due: o.Due,
		})
	}
	records, err := r.h.supervision.Records(ctx, by)
	if err != nil {
		return err
	}
	for _, n := range records {
		if n.Round == round {
			out.Names[target(n.Target)] = progress.Name{ID: n.ID, State: string(n.On(roster.DateOf(r.h.now())))}
		}
	}
	return nil
}

// afters tells the board what the year asks for.
type afters struct{ h *house }

// After implements progress.Afters.
func (a afters) After(ctx context.Context, by access.Actor, round int) (out progress.After, err error) {
	released, err := a.h.programme.Feedbacks(ctx, round)
	if err != nil {
		return out, err
	}
	out.Feedback, out.FeedbackKnown = map[progress.Target]bool{}, true
	for _, f := range released {
		out.Feedback[progress.Target{Unit: f.Key.Unit, Track: f.Key.Track}] = true
	}
	u, err := a.h.roster.Update(ctx)
	if err != nil {
		return out, err
	}
	out.Catalogue, out.CatalogueLate = roster.DateOf(u.Due), u.Overdue
	records, err := a.h.supervision.Records(ctx, by)
	if err != nil {
		return out, err
	}
	for _, r := range records {
		open, err := a.h.supervision.Revocations(ctx, by, r.ID)
		if err != nil {
			return out, err
		}
		for _, x := range open {
			if x.Open() {
				out.Revocations++
			}
		}
	}
	if err := a.reports(ctx, by, &out); err != nil {
		return out, err
	}
	return out, a.checks(ctx, by, records, &out)
}

// reports counts the yearly reports that are owed and can be handed in.
func (a afters) reports(ctx context.Context, by access.Actor, out *progress.After) error {
	duties, err := a.h.supervision.Duties(ctx, by)
	if err != nil {
		return err
	}
	now := a.h.now()
	for _, d := range duties {
		if d.Report.Done() || d.Early(now) {
			continue
		}
		if out.ReportsBy.IsZero() || d.Due().Before(out.ReportsBy) {
			out.ReportsBy = d.Due()
		}
		if d.Overdue(now) {
			out.ReportsOverdue++
		} else {
			out.ReportsDue++
		}
	}
	return nil
}

// checks asks whether this year's spot check is to be drawn, from the names given in
// the years before, and counts those that go on.
func (a afters) checks(ctx context.Context, by access.Actor, names []supervision.Record, out *progress.After) error {
	year := roster.DateOf(a.h.now()).Year
	for _, n := range names {
		out.DrawDue = out.DrawDue || n.Date.Year < year && n.Now() != naming.Revoked
	}
	spots, err := a.h.supervision.Spots(ctx, by)
	if err != nil {
		return err
	}
	for _, s := range spots {
		out.DrawDue = out.DrawDue && (s.Year != year || !s.Done())
	}
	checks, err := a.h.supervision.Checks(ctx, by)
	for _, c := range checks {
		if !c.Closed() {
			out.ChecksOpen++
		}
	}
	return err
}
