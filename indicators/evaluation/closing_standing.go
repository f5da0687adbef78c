package evaluation

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"minyi/indicators"
	"minyi/indicators/application"
	"minyi/indicators/roster"
)

// settings are the round's, by a shorter name.
type settings = roster.Settings

// Row is how far the evaluation of one filed dossier is. Totals of sheets are
// there once all that count are submitted, so that none is judged while others
// write.
type Row struct {
	Key          application.Key
	Unit         roster.Unit
	Items        int // that a sheet must have a verdict on
	Sheets       []SheetState
	Open         bool // a sheet that counts is not submitted
	Range        indicators.Mark
	Dispute      Dispute
	Called       bool // an arbiter is assigned
	Problems     int
	OpenProblems int
	Institutions []string // of the sheets that count
	Signed       []string // those that have signed their opinion
	Awaits       []Obstacle
	Result       *Result
}

// Given returns how many of the verdicts that they need the sheets that count have;
// bonus and penalty items come on top and are not counted.
func (r Row) Given() (n int) {
	for _, s := range r.Sheets {
		if s.Counts() {
			n += min(s.Given, r.Items)
		}
	}
	return n
}

// Needed returns how many verdicts they need, as far as assessors are assigned.
func (r Row) Needed() (n int) {
	for _, s := range r.Sheets {
		if s.Counts() {
			n += r.Items
		}
	}
	return n
}

// standing is a round's evaluation as overviews see it: no sheet is read for it.
type standing struct {
	round    roster.Round
	scheme   indicators.Scheme
	dossiers []application.Dossier
	terms    map[string]*lines // by rulesOf
	units    map[application.Key]roster.Unit
	sheets   map[application.Key][]SheetState
	results  map[application.Key]*Result
	opinions map[application.Key][]Opinion
	problems []Problem
	first    map[roster.Track]*Model // over the first assessors' sheets
	waiting  map[roster.Track]int    // sheets that the track's model waits for
	list     []Row
}

// lines are the items of one kind of unit, with what they are.
type lines struct {
	catalogue *indicators.Catalogue
	full      map[Item]indicators.Mark
	needed    int
}

func (at *standing) settings() settings { return at.round.Settings }

// filed returns the dossiers that are evaluated in a round, by unit and track.
func (s *Service) filed(ctx context.Context, round int) ([]application.Dossier, error) {
	all, err := s.Store.Dossiers(ctx, round)
	if err != nil {
		return nil, err
	}
	all = slices.DeleteFunc(all, func(d application.Dossier) bool { return !d.Accepted() })
	slices.SortFunc(all, func(a, b application.Dossier) int {
		return cmp.Or(strings.Compare(string(a.Track), string(b.Track)), strings.Compare(string(a.Unit), string(b.Unit)))
	})
	return all, nil
}

func (s *Service) standing(ctx context.Context, round int) (*standing, error) {
	r, err := s.Roster.Round(ctx, round)
	if err != nil {
		return nil, err
	}
	at := &standing{
		round: *r, terms: map[string]*lines{}, units: map[application.Key]roster.Unit{},
		sheets: map[application.Key][]SheetState{}, results: map[application.Key]*Result{},
		opinions: map[application.Key][]Opinion{}, first: map[roster.Track]*Model{}, waiting: map[roster.Track]int{},
	}
	if at.dossiers, err = s.filed(ctx, round); err != nil || len(at.dossiers) == 0 {
		return at, err
	}
	scheme, err := s.Roster.Scheme(ctx, round)
	if err != nil {
		return nil, err
	}
	at.scheme = *scheme
	for n := range at.dossiers {
		if err := s.measure(ctx, at, &at.dossiers[n]); err != nil {
			return nil, err
		}
	}
	if err := s.gather(ctx, at); err != nil {
		return nil, err
	}
	for _, t := range roster.Tracks() {
		at.first[t] = newModel(firsts(at.track(t)), at.settings().Sheets(), false)
		at.waiting[t] = at.wait(t)
	}
	for _, d := range at.dossiers {
		at.list = append(at.list, at.rowOf(d.Key))
	}
	return at, nil
}

// measure finds out what the sheets of a dossier are measured by, once for every
// kind of unit.
func (s *Service) measure(ctx context.Context, at *standing, d *application.Dossier) error {
	unit, err := s.Roster.Unit(d.Unit)
	if err != nil {
		return err
	}
	at.units[d.Key] = unit
	key := rulesOf(d.Track, unit)
	if at.terms[key] != nil {
		return nil
	}
	terms, err := s.Dossiers.Terms(ctx, d.Key)
	if err != nil {
		return err
	}
	l := &lines{catalogue: terms.Catalogue, full: map[Item]indicators.Mark{}}
	for _, line := range (Terms{Terms: terms, Scheme: at.scheme, Dossier: d}).Lines() {
		l.full[line.Item] = line.Full
		if line.Needed {
			l.needed++
		}
	}
	at.terms[key] = l
	return nil
}

// rulesOf names what decides which items a sheet has.
func rulesOf(track roster.Track, u roster.Unit) string {
	power := "-"
	if u.RuleMakingPower() {
		power = "rules"
	}
	return strings.Join([]string{string(track), string(u.Kind), string(u.System()), power}, "/")
}

// gather reads what the round's evaluation has brought.
func (s *Service) gather(ctx context.Context, at *standing) error {
	states, err := s.Store.SheetStates(ctx, at.round.Year)
	if err != nil {
		return err
	}
	results, err := s.Store.Results(ctx, at.round.Year)
	if err != nil {
		return err
	}
	opinions, err := s.Store.Opinions(ctx, at.round.Year)
	if err != nil {
		return err
	}
	if at.problems, err = s.Store.Problems(ctx, at.round.Year); err != nil {
		return err
	}
	for _, x := range states {
		if _, ok := at.units[x.Dossier]; ok {
			at.sheets[x.Dossier] = append(at.sheets[x.Dossier], x)
		}
	}
	for n := range results {
		at.results[results[n].Dossier] = &results[n]
	}
	for _, o := range opinions {
		at.opinions[o.Dossier] = append(at.opinions[o.Dossier], o)
	}
	return nil
}

// track returns all sheets of a track.
func (at *standing) track(t roster.Track) (out []SheetState) {
	for _, d := range at.dossiers {
		if d.Track == t {
			out = append(out, at.sheets[d.Key]...)
		}
	}
	return out
}

// full returns the full marks of an item of a dossier.
func (at *standing) full(k application.Key, item Item) indicators.Mark {
	return at.terms[rulesOf(k.Track, at.units[k])].full[item]
}

// wait counts the sheets that are still missing in a track whose assessors will
// have read enough for a model: what they bring changes what it says of all.
func (at *standing) wait(t roster.Track) int {
	var coming []SheetState
	missing := 0
	for _, d := range at.dossiers {
		if d.Track != t {
			continue
		}
		plain, called := 0, false
		for _, x := range at.sheets[d.Key] {
			if !x.Counts() {
				continue
			}
			coming = append(coming, x)
			if !x.Submitted() {
				missing++
			}
			called = called || x.Arbiter
			if !x.Arbiter {
				plain++
			}
		}
		missing += max(0, at.settings().Assessors-plain)
		if !called && at.dispute(d.Key).Needed() {
			missing++
		}
	}
	if panelOf(coming).refused() != "" {
		return 0
	}
	return missing
}

func (at *standing) dispute(k application.Key) Dispute {
	return dispute(at.sheets[k], at.settings(), at.full, at.first[k.Track])
}

// disputed looks at sheets that are read anew, when one more assessor is given.
func (at *standing) disputed(k application.Key, fresh []Assignment) bool {
	return dispute(states(fresh), at.settings(), at.full, at.first[k.Track]).Needed()
}

func (at *standing) rows() []Row { return at.list }

func (at *standing) row(k application.Key) (Row, bool) {
	n := slices.IndexFunc(at.list, func(r Row) bool { return r.Key == k })
	if n < 0 {
		return Row{}, false
	}
	return at.list[n], true
}

func (at *standing) rowOf(k application.Key) Row {
	row := Row{
		Key: k, Unit: at.units[k], Items: at.terms[rulesOf(k.Track, at.units[k])].needed, Result: at.results[k],
		Dispute: at.dispute(k), Sheets: at.sheets[k],
	}
	for _, x := range row.Sheets {
		if !x.Counts() {
			continue
		}
		row.Called = row.Called || x.Arbiter
		row.Open = row.Open || !x.Submitted()
		if !slices.Contains(row.Institutions, x.Institution) {
			row.Institutions = append(row.Institutions, x.Institution)
		}
	}
	at.note(&row)
	row.Awaits = row.awaits(at.settings(), at.waiting[k.Track])
	if row.Open {
		row.hide()
	} else {
		row.Range = rangeOf(row.Sheets)
	}
	return row
}

// note adds the problems and opinions of a dossier.
func (at *standing) note(row *Row) {
	for _, p := range at.problems {
		if p.Dossier == row.Key {
			row.Problems++
			if p.Open() {
				row.OpenProblems++
			}
		}
	}
	for _, o := range at.opinions[row.Key] {
		if o.Signed() {
			row.Signed = append(row.Signed, o.Institution)
		}
	}
}

// hide takes out the marks of sheets while another is being written.
func (r *Row) hide() {
	r.Sheets = slices.Clone(r.Sheets)
	for n := range r.Sheets {
		r.Sheets[n].Total, r.Sheets[n].Marks, r.Sheets[n].Digest = 0, nil, ""
	}
	if !r.Called {
		r.Dispute = Dispute{}
	}
}

// awaits says what keeps the dossier from being closed; nothing once it is.
func (r *Row) awaits(s settings, waiting int) []Obstacle {
	if r.Result != nil {
		return nil
	}
	out, plain := r.sheetsAwaited()
	if need := max(s.Assessors, 1); plain < need {
		out = append(out, Obstacle{Code: AwaitsAssessors, Have: plain, Need: need})
	}
	if r.Dispute.Needed() && !r.Called {
		out = append(out, Obstacle{Code: AwaitsArbiter})
	}
	if len(out) == 0 && waiting > 0 {
		out = append(out, Obstacle{Code: AwaitsTrack, Need: waiting})
	}
	for _, name := range r.Institutions {
		if !slices.Contains(r.Signed, name) {
			out = append(out, Obstacle{Code: AwaitsOpinion, Who: name})
		}
	}
	if r.OpenProblems > 0 {
		out = append(out, Obstacle{Code: AwaitsProblems, Need: r.OpenProblems})
	}
	return out
}

// sheetsAwaited names the sheets that are not submitted, and counts the first
// assessors.
func (r *Row) sheetsAwaited() (out []Obstacle, plain int) {
	for _, x := range r.Sheets {
		if !x.Counts() {
			continue
		}
		if !x.Arbiter {
			plain++
		}
		switch {
		case x.Submitted():
		case x.Interest == Undeclared:
			out = append(out, Obstacle{Code: AwaitsDeclaration, Who: x.Assessor})
		default:
			out = append(out, Obstacle{Code: AwaitsSheet, Who: x.Assessor, Have: min(x.Given, r.Items), Need: r.Items})
		}
	}
	return out, plain
}
