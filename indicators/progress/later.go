package progress

import (
	"fmt"

	"minyi/indicators/roster"
)

func (f *Facts) ranked(d Dossier) Cell {
	p, ok := f.Road.Places[d.target()]
	if !ok {
		return Cell{}
	}
	c := Cell{
		Place: p.Place, Best: p.Best, Worst: p.Worst, State: Done, Word: "place",
		Href: fmt.Sprintf("/office/ranking/%s/%s?round=%d", d.Key.Unit, d.Track, d.Round),
	}
	switch {
	case !p.Ranked:
		c.State, c.Word = Skipped, "unranked"
	case p.Best > 0 && p.Worst > p.Best:
		c.Word = "places"
	}
	return c
}

func (f *Facts) visit(d Dossier) Cell {
	t := d.target()
	c := Cell{Href: fmt.Sprintf("/office/verification/%s/%s", t.Unit, t.Track), Due: f.Round.Settings.Evaluation.To}
	switch f.Road.Visits[t] {
	case Shut:
		c.State, c.Word, c.Due = Done, "closed", roster.Date{}
	case Open:
		c.State, c.Word = f.by(c.Due, Doing), "open"
	default:
		if !f.Road.Places[t].Front {
			if f.Road.Proposed {
				return Cell{State: Skipped, Word: "none"}
			}
			return Cell{}
		}
		c.State, c.Word, c.Href = f.by(c.Due, Waits), "due", "/office/verification"
	}
	return c
}

// later is what follows the visits.
func (f *Facts) later(d Dossier, s Stage) Cell {
	t := d.target()
	if f.Road.Proposed && !f.Road.Candidates[t] {
		if s == Candidate {
			return Cell{State: Skipped, Word: "not"}
		}
		if s == Feedback {
			return f.feedback(t)
		}
		return Cell{State: Skipped, Word: "none"}
	}
	switch s {
	case Candidate:
		if f.Road.Candidates[t] {
			return Cell{State: Done, Word: "listed", Href: "/office/notice"}
		}
	case Notice:
		return f.notice()
	case Objection:
		return f.objections(t)
	case Named:
		return f.named(t)
	case Feedback:
		return f.feedback(t)
	default:
	}
	return Cell{}
}

func (f *Facts) notice() Cell {
	c := Cell{Href: "/office/notice", Due: f.Road.Window.To}
	switch {
	case f.Road.Posted && f.Road.Window.Over(f.Now):
		c.State, c.Word, c.Due = Done, "over", roster.Date{}
	case f.Road.Posted:
		c.State, c.Word = Doing, "on"
	case f.Road.Proposed:
		c.Due = f.Round.Settings.Notice.From
		c.State, c.Word = f.by(c.Due, Waits), "due"
	default:
		return Cell{}
	}
	return c
}

func (f *Facts) objections(t Target) Cell {
	if !f.Road.Posted {
		return Cell{}
	}
	c := Cell{Href: "/office/objections", Word: "none", State: Done}
	upheld := false
	for _, o := range f.Road.Objections {
		if o.Target == t {
			f.object(&c, o)
			upheld = upheld || o.Upheld
		}
	}
	switch {
	case upheld:
		c.State, c.Word = Out, "upheld"
	case c.Need > 0:
		c.Word = "answered"
	case !f.Road.Window.Over(f.Now):
		c.State, c.Word = Doing, "open"
	}
	return c
}

// object counts one objection in the cell of its target.
func (f *Facts) object(c *Cell, o Complaint) {
	c.Need++
	if o.Answered {
		c.Have++
		return
	}
	if f.over(o.Due) {
		c.State = Late
	} else if c.State != Late {
		c.State = Waits
	}
	if c.Due.IsZero() || !o.Due.IsZero() && o.Due.Before(c.Due) {
		c.Due = o.Due
	}
}

func (f *Facts) named(t Target) Cell {
	n, ok := f.Road.Names[t]
	c := Cell{Href: "/office/notice", Due: f.Round.Settings.Naming.To}
	switch {
	case ok:
		return Cell{State: Done, Word: n.State, Href: "/office/supervision/" + n.ID}
	case f.Road.Decided:
		return Cell{State: Out, Word: "not", Href: c.Href}
	case f.Road.Posted && f.Road.Window.Over(f.Now):
		c.State, c.Word = f.by(c.Due, Waits), "due"
	default:
		return Cell{}
	}
	return c
}

func (f *Facts) feedback(t Target) Cell {
	switch {
	case !f.After.FeedbackKnown || !f.Road.Decided:
		return Cell{}
	case f.After.Feedback[t]:
		return Cell{State: Done, Word: "released"}
	}
	return Cell{State: Waits, Word: "due"}
}
