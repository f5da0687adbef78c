package progress

import (
	"cmp"
	"slices"

	"minyi/indicators/application"
	"minyi/indicators/roster"
)

// Rows says of every applicant where it stands, by track and code.
func Rows(f Facts) []Row {
	var out []Row
	for _, d := range f.Dossiers {
		out = append(out, f.row(d))
	}
	slices.SortFunc(out, func(a, b Row) int {
		return cmp.Or(cmp.Compare(a.Dossier.Track, b.Dossier.Track), cmp.Compare(a.Dossier.Unit, b.Dossier.Unit))
	})
	return out
}

func (f *Facts) row(d Dossier) Row {
	r := Row{Dossier: d.Key, Unit: d.Unit}
	ended := false
	for _, s := range Stages() {
		c := Cell{Stage: s}
		if !ended {
			c = f.cell(d, s)
			c.Stage = s
		}
		if (c.State == Done || c.State == Skipped) && r.At == "" {
			r.Cells = append(r.Cells, c)
			continue
		}
		if r.At == "" {
			r.At = s
		}
		ended = ended || c.State == Out
		r.Cells = append(r.Cells, c)
	}
	if r.At == "" {
		r.At = Feedback
	}
	return r
}

func (f *Facts) cell(d Dossier, s Stage) Cell {
	switch s {
	case Filed:
		return f.filed(d)
	case Formal:
		return f.formal(d)
	case Assigned:
		return f.assigned(d)
	case Sheets:
		return f.sheets(d)
	case Survey:
		return f.surveyed(d)
	case Closed:
		return f.closed(d)
	case Ranked:
		return f.ranked(d)
	case Visit:
		return f.visit(d)
	case Candidate, Notice, Objection, Named, Feedback:
		return f.later(d, s)
	}
	return Cell{}
}

func (f *Facts) filed(d Dossier) Cell {
	c := Cell{Due: f.Round.Settings.Filing.To}
	if d.State != application.Draft { // a draft is the unit's own
		c.Href = "/office/dossiers/" + string(d.ID())
	}
	switch {
	case d.State == application.Cancelled:
		c.State, c.Word = Out, "cancelled"
	case d.State == application.Filed:
		c.State, c.Word, c.Due = Done, "filed", roster.Date{}
	case !d.Until.IsZero():
		c.Due = d.Until
		c.State, c.Word = f.by(d.Until, Waits), "returned"
	case f.over(c.Due):
		c.State, c.Word = Out, "unfiled"
	default:
		c.State, c.Word = Doing, "draft"
	}
	return c
}

// by is a state that turns late when the day is over.
func (f *Facts) by(day roster.Date, s State) State {
	if f.over(day) {
		return Late
	}
	return s
}

func (f *Facts) formal(d Dossier) Cell {
	c := Cell{Href: "/office/formal/" + string(d.ID())}
	switch d.Formality {
	case application.FormalityAccepted:
		c.State, c.Word = Done, "accepted"
	case application.FormalityRejected:
		c.State, c.Word = Out, "rejected"
	case application.FormalityReturned:
		c.State, c.Word, c.Due = f.by(d.Until, Waits), "returned", d.Until
	case application.FormalityPending:
		c.Due = f.Round.Settings.Evaluation.From
		c.State, c.Word = f.by(c.Due, Waits), "pending"
	case application.FormalityNone:
		c.Href = ""
	}
	return c
}

// goesOn reports whether a dossier takes part in the evaluation.
func goesOn(d Dossier) bool {
	return d.State == application.Filed && d.Formality == application.FormalityAccepted
}

func (f *Facts) assigned(d Dossier) Cell {
	if !goesOn(d) {
		return Cell{}
	}
	e, c := f.Evaluations[d.target()], Cell{Href: "/office/evaluation/assignment", Due: f.Round.Settings.Evaluation.From}
	c.Have, c.Need = e.Have, e.Need
	switch {
	case e.Closed || e.Have >= e.Need && e.Undeclared == 0:
		c.State, c.Word, c.Due = Done, "assigned", roster.Date{}
	case e.Have >= e.Need:
		c.State, c.Word, c.Href = f.by(c.Due, Waits), "undeclared", "/office/evaluation/interests"
	default:
		c.State, c.Word = f.by(c.Due, Waits), "unassigned"
	}
	return c
}

func (f *Facts) sheets(d Dossier) Cell {
	e := f.Evaluations[d.target()]
	c := Cell{Have: e.Sheets, Need: max(e.Needed, e.Need), Href: "/office/evaluation/dossiers/" + string(d.ID()), Due: f.Round.Settings.Evaluation.To}
	switch {
	case !goesOn(d) || e.Have == 0 && !e.Closed:
		return Cell{}
	case e.Closed || e.Sheets >= c.Need && !e.Dispute:
		c.State, c.Word, c.Due = Done, "sheets", roster.Date{}
	case e.Dispute:
		c.State, c.Word = f.by(c.Due, Waits), "dispute"
	default:
		c.State, c.Word = f.by(c.Due, Doing), "sheets"
	}
	return c
}

func (f *Facts) surveyed(d Dossier) Cell {
	if !goesOn(d) {
		return Cell{}
	}
	s := f.Surveys[d.Key.Unit]
	c := Cell{Have: s.Answers, Due: s.Ends, Href: s.Document, Word: string(s.State)}
	switch s.State {
	case NoSurvey:
		c.Word, c.Due = "none", roster.Date{}
		if !f.Round.Settings.SurveyRequired || f.SurveysEnded {
			c.State = Skipped // the ranking says "not surveyed", never 0 (C30)
		} else if f.Round.Settings.Evaluation.Began(f.Now) {
			c.State = Waits
		}
	case Prepared:
		c.State = Doing
	case Asking, Reviewing:
		c.State = f.by(f.Round.Settings.Evaluation.To, Doing)
		if s.Told {
			c.Word += "_n"
		}
	case Released:
		c.State, c.Due = Done, roster.Date{}
		if s.Told {
			c.Word += "_n"
		}
	}
	return c
}

func (f *Facts) closed(d Dossier) Cell {
	e := f.Evaluations[d.target()]
	c := Cell{Href: "/office/evaluation/dossiers/" + string(d.ID()), Due: f.Round.Settings.Evaluation.To}
	ready := e.Have >= e.Need && e.Have > 0 && e.Sheets >= e.Needed && !e.Dispute
	switch {
	case !goesOn(d):
		return Cell{}
	case e.Closed:
		c.State, c.Word, c.Due = Done, "closed", roster.Date{}
	case e.Problems > 0:
		c.State, c.Word, c.Have = f.by(c.Due, Waits), "problems", e.Problems
		c.Href = "/office/evaluation/problems?dossier=" + string(d.ID())
	case ready && e.Unsigned > 0:
		c.State, c.Word = f.by(c.Due, Waits), "unsigned"
	case ready:
		c.State, c.Word = f.by(c.Due, Waits), "ready"
	default:
		return Cell{}
	}
	return c
}
