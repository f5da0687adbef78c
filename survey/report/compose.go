package report

import (
	"strconv"

	"minyi/survey/release"
)

// Compose makes the report.
func Compose(s Source) *Report {
	d := s.Document
	title := s.Words("report.title", "unit", d.UnitName.In(s.Lang), "year", strconv.Itoa(d.Round))
	r := &Report{
		Lang: s.Lang, Title: title, State: s.State, Digest: s.Digest, Link: s.Link,
		Foot: s.Words("report.foot."+string(s.State), "revision", strconv.Itoa(d.Revision)),
		Page: func(page, pages int) string {
			return s.Words("report.page", "page", strconv.Itoa(page), "pages", strconv.Itoa(pages))
		},
	}
	cover := &writer{Source: s}
	cover.cover(title)
	r.Cover = cover.blocks
	w := &writer{Source: s}
	w.summary()
	w.results()
	w.method()
	w.basis()
	w.annex()
	r.Blocks = w.blocks
	return r
}

// cover is the title page.
func (w *writer) cover(title string) {
	d := w.Document
	w.heading(1, title)
	if d.Method != nil {
		w.facts(
			Fact{Name: w.Words("report.sponsor"), Text: d.Method.Facts.Sponsor.In(w.Lang)},
			Fact{Name: w.Words("report.conductor"), Text: d.Method.Facts.Conductor.In(w.Lang)},
			Fact{Name: w.Words("report.period"), Text: w.Words("report.days", "from", d.Method.Facts.From, "to", d.Method.Facts.To)},
		)
	}
	facts := []Fact{{Name: w.Words("report.edition"), Text: w.Words("report.edition.n", "n", strconv.Itoa(d.Revision))}}
	if !w.SignedAt.IsZero() {
		facts = append(facts, Fact{Name: w.Words("report.signed"), Text: w.Clock(w.SignedAt)})
	}
	facts = append(facts, Fact{Name: w.Words("report.digest"), Text: w.Digest, Mono: true})
	w.facts(facts...)
	switch w.State {
	case Proposed:
		w.note(w.Words("report.state.proposed"))
	case Superseded:
		w.note(w.Words("report.state.superseded", "revision", strconv.Itoa(w.Revisions)))
	case InForce:
	}
	if d.Revision > 1 {
		w.note(w.Words("report.corrects", "before", strconv.Itoa(d.Revision-1), "reason", d.Reason))
	}
	if d.Rehearsal {
		w.note(w.Words("report.rehearsal"))
	}
	if w.Public {
		w.say(w.Words("report.public"))
		return
	}
	w.note(w.Words("report.embargo"))
}

// summary says the result in a few sentences.
func (w *writer) summary() {
	d := w.Document
	t, rates := d.Result.Sampled, d.Result.Rates
	w.heading(1, w.Words("report.summary"))
	w.say(w.Words("report.summary.index", "index", w.shown(t.N, decimal(t.Index.Est)), "low", w.shown(t.N, decimal(t.Index.Low)),
		"high", w.shown(t.N, decimal(t.Index.High)), "se", w.shown(t.N, decimal(t.Index.SE))))
	w.say(w.Words("report.summary.share", "share", w.shown(t.N, percent(t.Satisfied.Est)),
		"low", w.shown(t.N, percent(t.Satisfied.Low)), "high", w.shown(t.N, percent(t.Satisfied.High))))
	w.say(w.Words("report.summary.answers", "n", w.behind(t.N), "invited", count(d.Result.Fieldwork.Invited), "rate", percent(rates.RR2)))
	if d.Data != nil && d.Data.Excluded > 0 {
		w.say(w.Words("report.summary.excluded", "n", count(d.Data.Excluded)))
	}
	if d.Result.PosterN > 0 {
		w.say(w.Words("report.summary.posters", "n", w.behind(d.Result.PosterN)))
	}
	w.say(w.Words("report.summary.read"))
	w.say(w.Words("report.hidden.text", "n", strconv.Itoa(w.least())))
}

// basis names everything that the figures rest on, and how to check it.
func (w *writer) basis() {
	d := w.Document
	w.heading(1, w.Words("report.basis"))
	w.say(w.Words("report.basis.text"))
	hash := func(key, text string) Fact { return Fact{Name: w.Words(key), Text: text, Mono: true} }
	facts := []Fact{hash("report.digest", w.Digest), hash("report.basis.paper", d.Questionnaire.Hash)}
	if d.Sample != nil {
		facts = append(facts, hash("report.basis.frame", d.Sample.FrameHash), hash("report.basis.seed", d.Sample.Seed))
	}
	if d.Data != nil && d.Weights != nil {
		facts = append(facts,
			Fact{Name: w.Words("report.basis.answers"), Text: count(d.Data.Answers)}, hash("report.basis.data", d.Data.Digest),
			hash("report.basis.texts", d.Data.TextsDigest), hash("report.basis.weights", d.Weights.Digest))
		if d.Data.ExcludedDigest != "" {
			facts = append(facts, hash("report.basis.excluded", d.Data.ExcludedDigest))
		}
	}
	facts = append(facts, Fact{Name: w.Words("report.basis.software"), Text: d.Software + codeOf(d.Code)})
	if d.Supersedes != "" {
		facts = append(facts, hash("report.basis.supersedes", d.Supersedes))
	}
	w.facts(facts...)
	if (len(w.Signers) > 0 || w.Public) && !w.SignedAt.IsZero() {
		w.heading(2, w.Words("report.signatures"))
		var signed []Fact
		for _, one := range w.Signers {
			signed = append(signed, Fact{Name: one.Account, Text: w.Clock(one.At)})
		}
		w.facts(append(signed, hash("report.key", w.Key), hash("report.signature", w.Signature))...)
	}
	w.heading(2, w.Words("report.check"))
	w.list([]string{w.Words("report.check.digest"), w.Words("report.check.signature"), w.Words("report.check.script"), w.Words("report.check.code")})
}

// codeOf writes which build made the figures.
func codeOf(c *release.Code) string {
	if c == nil || c.Revision == "" {
		return ""
	}
	text := " · " + c.Revision
	if c.Modified {
		text += "+"
	}
	return text
}
