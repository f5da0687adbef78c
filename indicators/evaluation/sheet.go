package evaluation

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"minyi/indicators"
	"minyi/indicators/application"
	"minyi/indicators/roster"
)

// Item names what is marked: an indicator's number ("1", "A1") on the
// comprehensive track, a criterion ("innovative") on the single one (C21).
type Item string

// Verdict is what an assessor finds on one item. Given is false while the mark
// is open; Excused says that the indicator does not apply, because the unit
// claims so or because the assessor found a rate of nothing.
type Verdict struct {
	Given   bool               `json:"given"`
	Mark    indicators.Mark    `json:"mark"`
	Excused bool               `json:"excused"`
	Reason  string             `json:"reason"`
	Note    string             `json:"note,omitempty"`
	Proof   string             `json:"proof,omitempty"`  // certificate, document or record behind a bonus or penalty item (C67 to C70)
	Values  []indicators.Entry `json:"values,omitempty"` // what the assessor found, one a threshold (C63)
}

// settled reports whether the item has its verdict.
func (v Verdict) settled() bool { return v.Given || v.Excused }

// bare returns the verdict without empty values at its end, so that two that say
// the same are equal.
func (v Verdict) bare() Verdict {
	n := len(v.Values)
	for n > 0 && v.Values[n-1].Empty() {
		n--
	}
	v.Values = slices.Clone(v.Values[:n])
	if n == 0 {
		v.Values = nil
	}
	return v
}

// says reports whether two verdicts say the same.
func (v Verdict) says(o Verdict) bool {
	a, b := v.bare(), o.bare()
	same := slices.Equal(a.Values, b.Values)
	a.Values, b.Values = nil, nil
	return same && a.Given == b.Given && a.Mark == b.Mark && a.Excused == b.Excused &&
		a.Reason == b.Reason && a.Note == b.Note && a.Proof == b.Proof
}

// Sheet is one assessor's score sheet for one dossier. Every item of a draft has
// a version of its own, so that two windows stand in each other's way only where
// they change the same item; Edits is the sum of the versions. Total is set when
// the sheet is submitted.
type Sheet struct {
	Edits       int              `json:"edits"`
	Verdicts    map[Item]Verdict `json:"verdicts"`
	Opinion     string           `json:"opinion"`            // over all
	Opinions    map[Item]string  `json:"opinions,omitempty"` // by heading, see LevelOpinion
	Versions    map[Item]int     `json:"versions,omitempty"`
	SubmittedAt time.Time        `json:"submitted_at"`
	Scheme      int              `json:"scheme"` // version of the scheme that Total was made with
	Total       indicators.Mark  `json:"total"`
	Digest      string           `json:"digest"` // of the submitted sheet, hex SHA-256
	Reopenings  []Reopening      `json:"reopenings,omitempty"`
	Done        int              `json:"-"` // items of a draft with a verdict, also where the verdicts themselves were not read
}

// Reopening is why the office gave a submitted sheet back. The sheet as it was is
// kept under its digest.
type Reopening struct {
	At     time.Time `json:"at"`
	By     string    `json:"by"`
	Reason string    `json:"reason"`
	Digest string    `json:"digest"`
}

// Submitted reports whether the sheet is closed.
func (s *Sheet) Submitted() bool { return !s.SubmittedAt.IsZero() }

// Terms are what a sheet is measured by.
type Terms struct {
	application.Terms
	Scheme  indicators.Scheme
	Dossier *application.Dossier
}

// Line is one item of the sheet: what it is, its full marks and method, and
// whether it must be marked. Bonus and penalty items may stay open.
type Line struct {
	Item      Item
	Indicator indicators.Indicator // zero on the single track
	Full      indicators.Mark
	Method    indicators.Method // empty on the single track
	Needed    bool
}

// Lines returns the items of the sheet in the order of the notice.
func (t Terms) Lines() []Line {
	var out []Line
	if t.Dossier.Track == roster.Single {
		for _, c := range indicators.Criteria() {
			out = append(out, Line{Item: Item(c), Full: t.Scheme.Criteria[c], Needed: true})
		}
		return out
	}
	weights := t.Scheme.Systems[t.Catalogue.System]
	items := weights.Items
	for _, i := range t.Applicable {
		if weights.Fed(i) {
			continue // a survey gives its mark, and no assessor sees it (C29)
		}
		out = append(out, Line{Item: Item(i.Number), Indicator: i, Full: items[i.Number].Full, Method: items[i.Number].Method, Needed: true})
	}
	for _, i := range t.Catalogue.Additional() {
		out = append(out, Line{Item: Item(i.Number), Indicator: i, Full: items[i.Number].Full, Method: items[i.Number].Method})
	}
	return out
}

// Line returns the line of an item and whether the sheet has it.
func (t Terms) Line(item Item) (Line, bool) {
	lines := t.Lines()
	at := slices.IndexFunc(lines, func(l Line) bool { return l.Item == item })
	if at < 0 {
		return Line{}, false
	}
	return lines[at], true
}

// Overall is the item of the opinion over all.
const Overall Item = "opinion"

// LevelOpinion is the item of the opinion on a first-level heading, counted
// from 1.
func LevelOpinion(heading int) Item { return Overall + Item("-"+itoa(heading)) }

// Heading is a first-level heading with the item of its opinion.
type Heading struct {
	Opinion Item
	Name    string
}

// Headings returns the headings of which an opinion is asked; none on the single
// track.
func (t Terms) Headings() []Heading {
	if t.Dossier.Track == roster.Single {
		return nil
	}
	var out []Heading
	for n, name := range t.Catalogue.Headings() {
		out = append(out, Heading{LevelOpinion(n + 1), name})
	}
	return out
}

// opinion reports whether the item is an opinion that the sheet has.
func (t Terms) opinion(item Item) bool {
	return item == Overall ||
		strings.HasPrefix(string(item), string(Overall)+"-") && slices.ContainsFunc(t.Headings(), func(h Heading) bool { return h.Opinion == item })
}

// Needs reports whether an opinion must be there before the sheet may be
// submitted: the one over all always, those on headings where the round says so.
func (t Terms) Needs(item Item) bool {
	return item == Overall || t.Round.Settings.LevelOpinions && t.opinion(item)
}

// Cell is one item of a draft: a verdict, or for an opinion its text. Version
// counts the changes of this item alone; in what a person sends it is the version
// that he saw.
type Cell struct {
	Item    Item      `json:"-"`
	Version int       `json:"-"`
	At      time.Time `json:"-"`
	Verdict Verdict   `json:"verdict,omitzero"`
	Text    string    `json:"text,omitempty"`
}

// says reports whether two cells hold the same words and marks.
func (c Cell) says(o Cell) bool { return c.Text == o.Text && c.Verdict.says(o.Verdict) }

// Cell returns an item of the sheet, an empty one of version 0 where nothing was
// ever said.
func (s *Sheet) Cell(item Item) Cell {
	c := Cell{Item: item, Version: s.Versions[item], Verdict: s.Verdicts[item]}
	if item == Overall {
		c.Text = s.Opinion
	} else {
		c.Text = s.Opinions[item]
	}
	return c
}

// Restore puts stored cells into a draft and counts its edits anew.
func (s *Sheet) Restore(cells []Cell) {
	if len(cells) == 0 {
		return
	}
	if s.Verdicts == nil {
		s.Verdicts = map[Item]Verdict{}
	}
	if s.Opinions == nil {
		s.Opinions = map[Item]string{}
	}
	if s.Versions == nil {
		s.Versions = map[Item]int{}
	}
	for _, c := range cells {
		s.set(c)
	}
	s.Edits = 0
	for _, v := range s.Versions {
		s.Edits += v
	}
}

func (s *Sheet) set(c Cell) {
	s.Versions[c.Item] = c.Version
	switch {
	case c.Item == Overall:
		s.Opinion = c.Text
	case strings.HasPrefix(string(c.Item), string(Overall)):
		s.Opinions[c.Item] = c.Text
	case c.Verdict.says(Verdict{}):
		delete(s.Verdicts, c.Item)
	default:
		s.Verdicts[c.Item] = c.Verdict.bare()
	}
}

func itoa(n int) string { return strconv.Itoa(n) }
