package main

import (
	"context"
	"math"
	"path/filepath"
	"strings"
	"time"

	"minyi/indicators"
	"minyi/indicators/access"
	"minyi/indicators/application"
	"minyi/indicators/evidence/preview"
	"minyi/indicators/fault"
	"minyi/indicators/feedback"
	"minyi/indicators/naming"
	"minyi/indicators/practice"
	"minyi/indicators/recommendation"
	"minyi/indicators/register"
	"minyi/indicators/roster"
	"minyi/indicators/store"
	"minyi/indicators/support"
	"minyi/survey"
	"minyi/survey/tabulate"
	"minyi/web"
	feedbackdoor "minyi/web/feedback"
	practicedoor "minyi/web/practice"
	recommendationdoor "minyi/web/recommendation"
	registerdoor "minyi/web/register"
	"minyi/web/view"
)

// afternaming is what follows a naming.
type afternaming struct {
	practices      *practice.Service
	recommendation *recommendation.Service
	feedback       *feedback.Service
	support        *support.Service
}

// openAfter builds its services. Only the feedback asks the surveys, which the
// doctor does not open.
func (h *house) openAfter() error {
	files, err := h.openEvidence()
	if err != nil {
		return err
	}
	h.after.practices = practice.NewService(practice.Config{
		Store: h.programme, Files: files, Units: h.roster, Reports: reported{h.programme}, Poster: h.inbox, NewID: newID, Now: h.now,
	})
	h.after.recommendation = recommendation.NewService(recommendation.Config{
		Store: h.programme, Files: files, Units: h.roster, Yearly: handedIn{h.programme}, Poster: h.inbox, Now: h.now,
	})
	h.after.feedback = feedback.NewService(feedback.Config{
		Store: h.programme, Book: h.book, Terms: h.application, Roster: h.roster, Surveys: released{h.surveys}, Public: published{h.naming},
		Poster: h.inbox, Now: h.now,
	})
	h.after.support = &support.Service{Store: h.programme, NewID: newID, Now: h.now}
	return nil
}

// afterDoors builds their doors.
func (h *house) afterDoors(d *web.Doors, texts *view.Texts) (err error) {
	a := h.after
	previews, err := preview.Open(filepath.Join(h.dir, evidenceFolder, "previews"))
	if err != nil {
		return err
	}
	d.Practice, err = practicedoor.New(practicedoor.Config{Library: a.practices, Units: h.roster, Pictures: previews, Texts: texts, Base: h.base})
	if err != nil {
		return err
	}
	d.Feedback, err = feedbackdoor.New(feedbackdoor.Config{Reports: a.feedback, Practices: a.practices, Rounds: h.roster, Texts: texts, Base: h.base})
	if err != nil {
		return err
	}
	d.Recommendation, err = recommendationdoor.New(recommendationdoor.Config{
		Way: a.recommendation, Supports: a.support, Names: h.supervision, Units: h.roster, Texts: texts, Base: h.base,
	})
	return err
}

// reported gives a practice what its unit wrote in its application.
type reported struct{ store *store.Store }

// Reported implements practice.Reports.
func (r reported) Reported(ctx context.Context, round int, unit roster.UnitCode, track roster.Track) (practice.Words, error) {
	d, err := r.store.Dossier(ctx, application.Key{Round: round, Unit: unit, Track: track})
	if fault.KindOf(err) == fault.NotFound {
		return practice.Words{}, nil
	}
	if err != nil {
		return practice.Words{}, err
	}
	if track == roster.Single {
		return practice.Words{Title: d.Title, Summary: short(d.Report[application.Significance]), Done: d.Report[application.Facts], Results: d.Report[application.Achievements]}, nil
	}
	return practice.Words{Summary: short(d.Report[application.Highlights]), Done: d.Report[application.Measures], Results: d.Report[application.Results]}, nil
}

// short is a text as a summary may be long.
func short(s string) string {
	const most = 300
	if r := []rune(s); len(r) > most {
		return string(r[:most-1]) + "…"
	}
	return s
}

// handedIn tells the recommendation when a yearly report came.
type handedIn struct{ store *store.Store }

// Handed implements recommendation.Yearly.
func (r handedIn) Handed(ctx context.Context, id string, year int) (time.Time, error) {
	name, err := r.store.NamedRecord(ctx, id)
	if err != nil {
		return time.Time{}, err
	}
	all, err := r.store.Reports(ctx)
	for _, one := range all {
		if one.Unit == name.Target.Unit && one.Year == year && one.Newest() != nil {
			return one.Newest().At, err
		}
	}
	return time.Time{}, err
}

// practicesOf lists a name's practices in the register.
func (h *house) practicesOf(ctx context.Context, e register.Entry) (out []registerdoor.Item, err error) {
	all, err := h.after.practices.OfName(ctx, e.ID)
	for _, p := range all {
		out = append(out, registerdoor.Item{Title: p.Words.Title, Date: roster.DateOf(p.Published), Href: practicedoor.Public + "/" + p.ID})
	}
	return out, err
}

// nationalsOf lists the national names that rest on a name.
func (h *house) nationalsOf(ctx context.Context, e register.Entry) (out []registerdoor.Item, err error) {
	all, err := h.after.recommendation.Nationals(ctx, roster.DateOf(h.now()))
	for _, n := range all {
		if n.Naming == e.ID {
			out = append(out, registerdoor.Item{Title: n.Title + " · " + n.Number, Date: n.Date})
		}
	}
	return out, err
}

// supportsOf lists the records of support of a name that everybody may read.
func (h *house) supportsOf(ctx context.Context, e register.Entry) (out []registerdoor.Item, err error) {
	all, err := h.after.support.Public(ctx, e.ID)
	for _, r := range all {
		out = append(out, registerdoor.Item{Title: strings.TrimSpace(r.Text + " " + r.Document), Date: r.Date})
	}
	return out, err
}

// published says from when on a round's results are public.
type published struct{ *naming.Service }

// PublicSince implements feedback.Public.
func (p published) PublicSince(ctx context.Context, round int) (time.Time, error) {
	n, err := p.Notice(ctx, round)
	if fault.KindOf(err) == fault.NotFound {
		return time.Time{}, nil
	}
	if err != nil {
		return time.Time{}, err
	}
	return n.Window.From.Start(), nil
}

// released gives feedback what a unit's signed release says.
type released struct{ *survey.Service }

// Released implements feedback.Surveys: here the release's floating point becomes
// hundredths of a percent, cut off towards zero as in the scorebook.
func (r released) Released(ctx context.Context, by access.Actor, round int, unit roster.UnitCode) (*feedback.Survey, error) {
	out, paper, err := r.ReleasedOf(ctx, by, round, unit)
	if fault.KindOf(err) == fault.NotFound {
		return nil, nil //nolint:nilnil // not surveyed: there is nothing to tell of
	}
	if err != nil {
		return nil, err
	}
	t := out.Document.Result.Sampled
	s := &feedback.Survey{
		Digest: out.Draft.Digest, N: t.N, Least: out.Survey.LeastShown(), Index: hundredths(float64(t.Index.Est)),
		Interval: t.Index.Low.Known() && t.Index.High.Known(), Low: hundredths(float64(t.Index.Low)), High: hundredths(float64(t.Index.High)),
	}
	for _, i := range t.Items {
		if !i.Satisfied.Est.Known() {
			continue
		}
		one := feedback.Answered{ID: i.ID, Zh: i.ID, N: i.Satisfied.N, Est: percent(i.Satisfied.Est), Low: percent(i.Satisfied.Low), High: percent(i.Satisfied.High)}
		if q, ok := paper.Question(i.ID); ok {
			one.Zh, one.En = q.Text.In(string(view.Chinese)), q.Text.In(string(view.English))
		}
		s.Items = append(s.Items, one)
	}
	return s, nil
}

func percent(n tabulate.Number) indicators.Share { return hundredths(100 * float64(n)) }

// hundredths cuts a number on 0 to 100 off to hundredths; 0 where it is not known.
func hundredths(v float64) indicators.Share {
	if math.IsNaN(v) {
		return 0
	}
	const billionth = 1e-7
	return indicators.Share(min(max(math.Floor(v*100+billionth), 0), float64(indicators.Whole)))
}
