package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"minyi/indicators"
	"minyi/indicators/access"
	"minyi/indicators/application"
	"minyi/indicators/audit"
	"minyi/indicators/db"
	"minyi/indicators/fault"
	"minyi/indicators/roster"
	"minyi/indicators/search"
	"minyi/indicators/store"
	"minyi/web"
	searchdoor "minyi/web/search"
	"minyi/web/view"
)

// search makes the office's search. What can be found comes from the steps through
// the sources below: indicators/search knows none of them.
func (h *house) search(d *web.Doors, texts *view.Texts) (err error) {
	f := finders{h, h.survey}
	s := search.NewService(map[search.Kind]search.Source{
		search.Units: f.units, search.Dossiers: f.dossiers, search.Files: f.files, search.Indicators: f.indicators,
		search.Problems: f.problems, search.Objections: f.objections, search.Names: f.names, search.Decisions: f.decisions,
		search.Documents: f.documents, search.Accounts: f.accounts, search.Entries: f.entries,
	}, h.programme, h.now)
	d.Search, err = searchdoor.New(searchdoor.Config{Texts: texts, Finder: s})
	return err
}

// finders are the sources of the office's search.
type finders struct {
	*house
	answers *db.DB // the survey half
}

// hits collects what fits.
type hits []search.Hit

func (l *hits) add(score int, h search.Hit) {
	if score > 0 {
		h.Score = score
		*l = append(*l, h)
	}
}

func (f finders) units(_ context.Context, _ access.Actor, q search.Query, _ int) ([]search.Hit, error) {
	var out hits
	for _, u := range f.roster.Units() {
		out.add(q.Score(u.Name, u.NameEN, string(u.Code)), search.Hit{
			Title: u.Name, Note: u.NameEN + " · " + string(u.Code), Tags: []string{"group." + string(u.Group())}, Href: "/office/units/" + string(u.Code),
		})
	}
	return out, nil
}

// rounds calls fn for every round, newest first.
func (f finders) rounds(ctx context.Context, fn func(roster.Round) error) error {
	all, err := f.roster.Rounds(ctx)
	if err != nil {
		return err
	}
	for _, r := range all {
		if err := fn(r); err != nil {
			return err
		}
	}
	return nil
}

// unit is a unit's name, its code where the register has none.
func (f finders) unit(code roster.UnitCode) string {
	if u, err := f.roster.Unit(code); err == nil {
		return u.Name
	}
	return string(code)
}

func (f finders) dossiers(ctx context.Context, _ access.Actor, q search.Query, _ int) (out []search.Hit, err error) {
	list, err := f.programme.FindDossiers(ctx)
	for _, d := range list {
		if d.State == application.Draft {
			continue // the unit's own, until it is filed
		}
		name := f.unit(d.Unit)
		(*hits)(&out).add(q.Score(name, d.Title, d.Leader, string(d.ID())), search.Hit{
			Title: name, Note: d.Title, Tags: []string{"track." + string(d.Track)}, Round: d.Round, Href: "/office/dossiers/" + string(d.ID()),
		})
	}
	return out, err
}

func (f finders) files(ctx context.Context, _ access.Actor, q search.Query, most int) (out []search.Hit, err error) {
	err = f.programme.FindFiles(ctx, q.Pieces(), func(x store.FoundFile) bool {
		score := q.Score(x.Exhibit.File.Name, x.Exhibit.Caption)
		if strings.HasPrefix(string(x.Exhibit.File.Digest), strings.ToLower(q.Text)) && len(q.Text) > 7 {
			score = max(score, 1)
		}
		id := string(x.Dossier.ID())
		(*hits)(&out).add(score, search.Hit{
			Title: x.Exhibit.File.Name, Note: strings.TrimSuffix(f.unit(x.Dossier.Unit)+" · "+x.Exhibit.Caption, " · "), Round: x.Dossier.Round,
			Tags: []string{"track." + string(x.Dossier.Track)}, Href: "/office/dossiers/" + id + "/exhibits/" + string(x.Exhibit.ID) + "/preview",
		})
		return len(out) < most
	})
	return out, err
}

func (f finders) indicators(_ context.Context, _ access.Actor, q search.Query, _ int) ([]search.Hit, error) {
	var out hits
	for _, s := range indicators.Systems() {
		c, err := indicators.Load(indicators.Edition2019, s)
		if err != nil {
			return nil, err
		}
		for _, i := range c.Indicators {
			score := q.Score(i.Text, i.Level1, i.Level2)
			if access.Fold(q.Text) == access.Fold(string(i.Number)) {
				score = 4
			}
			out.add(score, search.Hit{
				Title: string(i.Number) + " " + i.Text, Note: i.Level1 + " › " + i.Level2, Tags: []string{"system." + string(s)},
				Href: fmt.Sprintf("/office/indicators/%s/%s", s, i.Number),
			})
		}
	}
	return out, nil
}

func (f finders) problems(ctx context.Context, by access.Actor, q search.Query, _ int) (out []search.Hit, err error) {
	err = f.rounds(ctx, func(r roster.Round) error {
		list, err := f.evaluation.Problems(ctx, by, r.Year)
		for _, p := range list {
			state := "problem.state.closed"
			if p.Open() {
				state = "problem.state.open"
			}
			(*hits)(&out).add(q.Score(p.Text, f.unit(p.Dossier.Unit)), search.Hit{
				Title: p.Text, Note: f.unit(p.Dossier.Unit), Tags: []string{state}, Round: r.Year, Href: "/office/evaluation/problems?dossier=" + string(p.Dossier.ID()),
			})
		}
		return err
	})
	return out, err
}

// objections are found by the receipt that somebody holds, whole, or by the unit.
func (f finders) objections(ctx context.Context, by access.Actor, q search.Query, _ int) (out []search.Hit, err error) {
	own := ""
	if o, err := f.naming.State(ctx, q.Text); err == nil {
		own = o.ID
	} else if fault.KindOf(err) == 0 {
		return nil, err
	}
	err = f.rounds(ctx, func(r roster.Round) error {
		list, err := f.naming.Objections(ctx, by, r.Year)
		for _, o := range list {
			name := f.unit(o.Target.Unit)
			score := q.Score(name, o.ID)
			if o.ID == own {
				score = 4
			}
			(*hits)(&out).add(score, search.Hit{
				Title: name, Note: o.FiledAt.Format("2006-01-02") + " · " + o.ID, Tags: []string{"track." + string(o.Target.Track)}, Round: r.Year, Href: objectionPage(o.ID),
			})
		}
		return err
	})
	return out, err
}

func (f finders) names(ctx context.Context, by access.Actor, q search.Query, _ int) (out []search.Hit, err error) {
	list, err := f.supervision.Records(ctx, by)
	for _, n := range list {
		name := f.unit(n.Target.Unit)
		(*hits)(&out).add(q.Score(n.Title, name, name+n.Title), search.Hit{
			Title: name + " · " + n.Title, Note: n.Decision + " · " + n.Date.String(), Tags: []string{"progress.named." + string(n.Now())}, Round: n.Round,
			Href: "/office/supervision/" + n.ID,
		})
	}
	return out, err
}

// decisions are found by the number of their document: those that name, and those
// that changed a standing.
func (f finders) decisions(ctx context.Context, by access.Actor, q search.Query, _ int) (out []search.Hit, err error) {
	list, err := f.supervision.Records(ctx, by)
	for _, n := range list {
		if !slices.ContainsFunc(out, func(x search.Hit) bool { return x.Title == n.Decision }) {
			(*hits)(&out).add(q.Score(n.Decision), search.Hit{Title: n.Decision, Note: n.Date.String(), Round: n.Round, Href: fmt.Sprintf("/office/notice?round=%d", n.Round)})
		}
		for _, x := range n.Steps {
			(*hits)(&out).add(q.Score(x.Document), search.Hit{
				Title: x.Document, Note: f.unit(n.Target.Unit) + " · " + x.From.String(), Tags: []string{"progress.named." + string(x.Standing)}, Round: n.Round,
				Href: "/office/supervision/" + n.ID,
			})
		}
	}
	return out, err
}

func (f finders) documents(ctx context.Context, _ access.Actor, q search.Query, _ int) (out []search.Hit, err error) {
	list, err := f.roster.Documents(ctx)
	for _, d := range list {
		(*hits)(&out).add(q.Score(d.Title, d.Number, d.Note), search.Hit{Title: d.Title, Note: d.Number, Href: "/office/documents"})
	}
	return out, err
}

func (f finders) accounts(ctx context.Context, _ access.Actor, q search.Query, _ int) (out []search.Hit, err error) {
	list, err := f.programme.Accounts(ctx)
	for _, a := range list {
		note := a.Institution
		if a.Unit != "" {
			note = f.unit(roster.UnitCode(a.Unit))
		}
		(*hits)(&out).add(q.Score(a.Name, note), search.Hit{Title: a.Name, Note: note, Tags: []string{"role." + string(a.Role)}, Href: "/office/search?kind=trail&q=" + a.Name})
	}
	return out, err
}

// entries are found by the object that they are about, in both halves.
func (f finders) entries(ctx context.Context, _ access.Actor, q search.Query, most int) (out []search.Hit, err error) {
	for _, half := range []struct {
		name string
		find func(ctx context.Context, text string, limit int) ([]audit.Entry, error)
	}{{"programme", f.programme.FindTrail}, {"survey", f.answers.FindTrail}} {
		list, err := half.find(ctx, q.Text, most)
		if err != nil {
			return nil, err
		}
		for _, e := range list {
			(*hits)(&out).add(1, search.Hit{
				Title: e.Action, Note: fmt.Sprintf("%s · %s · %s", e.At.Format("2006-01-02 15:04"), e.Actor, e.Object), Tags: []string{"trail." + half.name},
				Href: fmt.Sprintf("/office/trail?half=%s&until=%d", half.name, e.Seq),
			})
		}
	}
	return out, nil
}

// objectionPage is where the office answers an objection.
func objectionPage(id string) string { return "/office/objections/" + id }
