package progress_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"minyi/indicators/application"
	"minyi/indicators/progress"
	"minyi/indicators/roster"
)

const unit = roster.UnitCode("640100")

// facts are those of the 2020 round on a day, with one accepted dossier, changed.
func facts(day string, change func(f *progress.Facts)) progress.Facts {
	d, err := roster.ParseDate(day)
	if err != nil {
		panic(err)
	}
	t := progress.Target{Unit: unit, Track: roster.Comprehensive}
	f := progress.Facts{
		Round: roster.Round{Year: 2020, Settings: roster.Defaults(2020)}, Now: d.Start().Add(9 * time.Hour), Scheme: true, Institutions: 1,
		Dossiers: []progress.Dossier{{
			Key: application.Key{Round: 2020, Unit: unit, Track: roster.Comprehensive}, Unit: roster.Unit{Code: unit, Kind: roster.City},
			State: application.Filed, Formality: application.FormalityAccepted,
		}},
		Evaluations: map[progress.Target]progress.Evaluation{t: {Need: 2, Have: 2, Needed: 2, Sheets: 2, Closed: true}},
		Surveys:     map[roster.UnitCode]progress.Surveyed{unit: {State: progress.Released, Answers: 412, Told: true, Document: "/r"}},
		Road: progress.Road{
			Places: map[progress.Target]progress.Place{}, Visits: map[progress.Target]progress.Stand{},
			Candidates: map[progress.Target]bool{}, Names: map[progress.Target]progress.Name{}, Media: true,
		},
	}
	if change != nil {
		change(&f)
	}
	return f
}

func here() progress.Target { return progress.Target{Unit: unit, Track: roster.Comprehensive} }

// closed are facts with everything up to the ranking behind.
func closed(f *progress.Facts) {
	f.Evaluated, f.SurveysEnded, f.Road.Ranking = true, true, true
	f.Road.Places[here()] = progress.Place{Ranked: true, Place: 2, Best: 1, Worst: 3, Front: true}
}

func posted(f *progress.Facts) {
	closed(f)
	f.Road.Visits[here()], f.Road.Proposed, f.Road.Candidates[here()], f.Road.Posted = progress.Shut, true, true, true
	f.Road.Window = f.Round.Settings.Notice
}

// line writes a row as stage:state:word, what is ahead left out.
func line(r progress.Row) string {
	var out []string
	for _, c := range r.Cells {
		if c.State != progress.Ahead || c.Word != "" {
			out = append(out, fmt.Sprintf("%s:%s:%s", c.Stage, c.State, c.Word))
		}
	}
	return strings.Join(out, " ")
}

// TestC52WhereAnApplicantStands: the road of one applicant, written down by hand at
// eleven moments.
func TestC52WhereAnApplicantStands(t *testing.T) {
	t.Parallel()
	const ready = "filed:done:filed formal:done:accepted assigned:done:assigned sheets:done:sheets survey:done:released_n closed:done:closed"
	for _, c := range []struct {
		name, day string
		change    func(f *progress.Facts)
		want      string
		at        progress.Stage
	}{
		{"a draft", "2020-08-10", func(f *progress.Facts) {
			f.Dossiers[0].State, f.Dossiers[0].Formality = application.Draft, application.FormalityNone
			f.Evaluations, f.Surveys = nil, nil
		}, "filed:doing:draft", progress.Filed},
		{"a draft after the window", "2020-09-01", func(f *progress.Facts) {
			f.Dossiers[0].State, f.Dossiers[0].Formality = application.Draft, application.FormalityNone
		}, "filed:out:unfiled", progress.Filed},
		{"waits for the formal check, too long", "2020-09-02", func(f *progress.Facts) {
			f.Dossiers[0].Formality, f.Evaluations, f.Surveys = application.FormalityPending, nil, nil
		}, "filed:done:filed formal:late:pending", progress.Formal},
		{"cancelled", "2020-10-02", func(f *progress.Facts) { f.Dossiers[0].State = application.Cancelled }, "filed:out:cancelled", progress.Filed},
		{"one sheet of two, survey under way", "2020-10-05", func(f *progress.Facts) {
			f.Evaluations[here()] = progress.Evaluation{Need: 2, Have: 2, Needed: 2, Sheets: 1}
			f.Surveys[unit] = progress.Surveyed{State: progress.Asking, Answers: 0}
		}, "filed:done:filed formal:done:accepted assigned:done:assigned sheets:doing:sheets survey:doing:asking", progress.Sheets},
		{"sheets apart, nobody asked, survey not required", "2020-10-05", func(f *progress.Facts) {
			f.Evaluations[here()] = progress.Evaluation{Need: 2, Have: 2, Needed: 2, Sheets: 2, Dispute: true}
			f.Surveys, f.Round.Settings.SurveyRequired = nil, false
		}, "filed:done:filed formal:done:accepted assigned:done:assigned sheets:waits:dispute survey:skipped:none", progress.Sheets},
		{"ranked, the visit is to be planned", "2020-10-28", closed, ready + " ranked:done:places visit:waits:due", progress.Visit},
		{"on the notice with an objection", "2020-11-05", func(f *progress.Facts) {
			posted(f)
			f.Road.Objections = []progress.Complaint{{Target: here()}}
		}, ready + " ranked:done:places visit:done:closed candidate:done:listed notice:doing:on objection:waits:answered", progress.Notice},
		{"not proposed", "2020-11-05", func(f *progress.Facts) {
			posted(f)
			delete(f.Road.Candidates, here())
		}, ready + " ranked:done:places visit:done:closed candidate:skipped:not notice:skipped:none objection:skipped:none named:skipped:none", progress.Feedback},
		{"an objection is upheld", "2020-12-05", func(f *progress.Facts) {
			posted(f)
			f.Road.Objections = []progress.Complaint{{Target: here(), Answered: true, Upheld: true}}
		}, ready + " ranked:done:places visit:done:closed candidate:done:listed notice:done:over objection:out:upheld", progress.Objection},
		{"named and under check", "2021-06-01", func(f *progress.Facts) {
			posted(f)
			f.Road.Decided, f.Road.Names[here()] = true, progress.Name{ID: "n", State: "under-check"}
			f.After.FeedbackKnown = true
		}, ready + " ranked:done:places visit:done:closed candidate:done:listed notice:done:over objection:done:none named:done:under-check feedback:waits:due", progress.Feedback},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			rows := progress.Rows(facts(c.day, c.change))
			if got := line(rows[0]); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
			if rows[0].At != c.at {
				t.Errorf("at: got %s, want %s", rows[0].At, c.at)
			}
		})
	}
}

// said writes actions as code n day, late ones with !.
func said(list []progress.Action) string {
	var out []string
	for _, a := range list {
		word := fmt.Sprintf("%s %d", a.Code, a.N)
		if !a.Due.IsZero() {
			word += " " + a.Due.String()[5:]
		}
		if a.Late {
			word += "!"
		}
		out = append(out, word)
	}
	return strings.Join(out, "; ")
}

// TestC52WhatTheOfficeMustDoNext: what is to be done and by when, written down by
// hand from the round's days.
func TestC52WhatTheOfficeMustDoNext(t *testing.T) {
	t.Parallel()
	with := func(e progress.Evaluation) func(f *progress.Facts) {
		return func(f *progress.Facts) { f.Evaluations[here()] = e }
	}
	for _, c := range []struct {
		name, day string
		change    func(f *progress.Facts)
		want      string
	}{
		{"no scheme", "2020-07-10", func(f *progress.Facts) { f.Scheme, f.Dossiers = false, nil }, "scheme 1 08-31"},
		{"formal check", "2020-08-20", func(f *progress.Facts) { f.Dossiers[0].Formality = application.FormalityPending }, "formal 1 08-31"},
		{"formal check, late", "2020-09-03", func(f *progress.Facts) {
			f.Dossiers[0].Formality = application.FormalityPending
		}, "formal 1 08-31!"},
		{"a cancellation waits", "2020-08-28", func(f *progress.Facts) { f.Dossiers[0].CancelAsked = true }, "cancel 1"},
		{"no institution", "2020-08-28", func(f *progress.Facts) { f.Institutions = 0 }, "institution 1 09-01"},
		{"interests and plan", "2020-08-28", func(f *progress.Facts) {
			f.Undeclared, f.Evaluations[here()] = 3, progress.Evaluation{Need: 2, Have: 1}
		}, "interests 3 09-01; plan 1 09-01"},
		{"sheets early: nobody is asked", "2020-09-20", with(progress.Evaluation{Need: 2, Have: 2, Needed: 2, Sheets: 1}), "survey 1 10-31"},
		{"sheets within a week of the end", "2020-10-25", with(progress.Evaluation{Need: 2, Have: 2, Needed: 2, Sheets: 1}), "sheets 1 10-31; survey 1 10-31"},
		{"sheets late", "2020-11-02", with(progress.Evaluation{Need: 2, Have: 2, Needed: 2, Sheets: 1}), "sheets 1 10-31!; survey 1 10-31!"},
		{"dispute", "2020-10-10", with(progress.Evaluation{Need: 2, Have: 2, Needed: 2, Sheets: 2, Dispute: true}), "dispute 1 10-31; survey 1 10-31"},
		{"opinion", "2020-10-10", with(progress.Evaluation{Need: 2, Have: 2, Needed: 2, Sheets: 2, Unsigned: 1}), "opinions 1 10-31; survey 1 10-31"},
		{"can be closed", "2020-10-10", with(progress.Evaluation{Need: 2, Have: 2, Needed: 2, Sheets: 2}), "close 1 10-31; survey 1 10-31"},
		{"all closed", "2020-10-10", nil, "evaluation 1 10-31; survey 1 10-31"},
		{"no survey", "2020-10-10", func(f *progress.Facts) { f.Surveys, f.Evaluated = nil, true }, "survey_none 1 10-31"},
		{"no survey and none is asked for", "2020-10-10", func(f *progress.Facts) {
			f.Surveys, f.Evaluated, f.Round.Settings.SurveyRequired = nil, true, false
		}, ""},
		{"survey over, not released", "2020-10-28", func(f *progress.Facts) {
			f.Evaluated, f.Surveys[unit] = true, progress.Surveyed{State: progress.Reviewing, Ends: roster.On(2020, 10, 25)}
		}, "survey_release 1 10-31"},
		{"ranking", "2020-10-28", func(f *progress.Facts) { f.Evaluated, f.SurveysEnded = true, true }, "rank 1 10-31"},
		{"cut-off and visits", "2020-10-28", closed, "cutoff 1 10-31; visits 1 10-31"},
		{"visit open", "2020-10-28", func(f *progress.Facts) { closed(f); f.Road.Visits[here()] = progress.Open }, "visits_open 1 10-31"},
		{"visit closed after the ranking", "2020-10-30", func(f *progress.Facts) {
			closed(f)
			f.Road.Visits[here()], f.Road.Stale = progress.Shut, true
		}, "rank_again 1 10-31"},
		{"candidates", "2020-10-30", func(f *progress.Facts) { closed(f); f.Road.Visits[here()] = progress.Shut }, "candidates 1 10-31"},
		{"notice", "2020-10-31", func(f *progress.Facts) { posted(f); f.Road.Posted = false }, "notice 1 11-01"},
		{"proof of the medium", "2020-11-03", func(f *progress.Facts) { posted(f); f.Road.Media = false }, "media 1 11-10"},
		{"objection due", "2020-11-05", func(f *progress.Facts) {
			posted(f)
			f.Road.Objections = []progress.Complaint{{Target: here(), Due: roster.On(2020, 11, 9)}}
		}, "objections 1 11-09"},
		{"naming ready", "2020-11-20", posted, "naming 1 12-31"},
		{"the year after", "2021-02-03", func(f *progress.Facts) {
			posted(f)
			f.Road.Decided = true
			f.After = progress.After{ReportsOverdue: 2, ReportsDue: 1, ReportsBy: roster.On(2021, 1, 31), DrawDue: true, ChecksOpen: 1, Revocations: 1}
		}, "reports_overdue 2 01-31!; reports 1 01-31!; draw 1 12-31; checks 1 12-31; revocations 1; next 1"},
		{"the catalogue", "2022-01-03", func(f *progress.Facts) {
			posted(f)
			f.Road.Decided, f.Next = true, true
			f.After = progress.After{Catalogue: roster.On(2021, 12, 18), CatalogueLate: true}
		}, "catalogue 1 12-18!"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := said(progress.Todo(facts(c.day, c.change))); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

// TestWhatIsLateComesFirst: what is late first, then by the day, then along the road.
func TestWhatIsLateComesFirst(t *testing.T) {
	t.Parallel()
	f := facts("2020-11-03", func(f *progress.Facts) {
		posted(f)
		f.Evaluated = false
		f.Evaluations[here()] = progress.Evaluation{Need: 2, Have: 2, Needed: 2, Sheets: 1}
		f.After.Revocations, f.Road.Media = 1, false
		f.Road.Objections = []progress.Complaint{{Target: here(), Due: roster.On(2020, 11, 5)}}
	})
	if got, want := said(progress.Todo(f)), "sheets 1 10-31!; objections 1 11-05; media 1 11-10; revocations 1"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
