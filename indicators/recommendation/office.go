package recommendation

import (
	"context"
	"slices"
	"strconv"

	"minyi/indicators/access"
	"minyi/indicators/fault"
	"minyi/indicators/naming"
	"minyi/indicators/roster"
)

// All lists all years to the office.
func (s *Service) All(ctx context.Context, by access.Actor) ([]Year, error) {
	if err := by.Require(access.Office); err != nil {
		return nil, err
	}
	return s.Store.Recommendations(ctx)
}

// Line is one application on the office's desk, with the regional rank beside it.
type Line struct {
	Application
	Rank  *Rank
	Valid error // nil: the regional name is valid today
}

// Desk is one year as the office sees it.
type Desk struct {
	*Year
	Lines []Line // handed in, those on the list first and in its order
}

// Desk shows the office one year.
func (s *Service) Desk(ctx context.Context, by access.Actor, year int) (*Desk, error) {
	if err := by.Require(access.Office); err != nil {
		return nil, err
	}
	y, err := s.Store.Recommendation(ctx, year)
	if err != nil {
		return nil, err
	}
	names, err := s.Store.NamedRecords(ctx)
	if err != nil {
		return nil, err
	}
	d := &Desk{Year: y}
	for _, a := range y.Handed() {
		u, err := s.Units.Unit(a.Unit)
		if err != nil {
			return nil, err
		}
		line := Line{Application: a}
		_, line.Valid = eligible(u, names, s.today())
		if line.Rank, err = s.rank(ctx, a); err != nil {
			return nil, err
		}
		d.Lines = append(d.Lines, line)
	}
	slices.SortStableFunc(d.Lines, func(a, b Line) int { return place(y, a.Unit) - place(y, b.Unit) })
	return d, nil
}

// place sorts units that are not on the list behind the others.
func place(y *Year, unit roster.UnitCode) int {
	const behind = 1 << 20
	if n := y.Place(unit); n > 0 {
		return n
	}
	return behind
}

// rank finds the regional rank of an application's name; nil where none is kept.
func (s *Service) rank(ctx context.Context, a Application) (*Rank, error) {
	names, err := s.Store.NamedRecords(ctx)
	if err != nil {
		return nil, err
	}
	for _, n := range names {
		if n.ID != a.Naming {
			continue
		}
		snapshot, err := s.Store.Ranking(ctx, n.Round)
		if fault.KindOf(err) == fault.NotFound {
			return nil, nil //nolint:nilnil // no ranking is kept: there is no rank to show
		}
		if err != nil {
			return nil, err
		}
		return rankIn(snapshot, n.Round, n.Target), nil
	}
	return nil, nil //nolint:nilnil // the name is not of a ranking that is kept
}

// rankIn is a unit's place in a ranking with its certainty; nil where it has none.
func rankIn(snapshot *naming.Snapshot, round int, target naming.Target) *Rank {
	for i, t := range snapshot.Ranking.Tables {
		for j, row := range t.Rows {
			if t.Track != target.Track || row.Unit != target.Unit || !row.Ranked {
				continue
			}
			r := &Rank{Round: round, Track: t.Track, Place: row.Place, Of: len(t.Rows), Snapshot: snapshot.ID, Digest: snapshot.Digest}
			if i < len(snapshot.Certainty) && j < len(snapshot.Certainty[i].Rows) {
				all := snapshot.Certainty[i].Rows[j].All
				r.Best, r.Worst = all.Best, all.Worst
			}
			return r
		}
	}
	return nil
}

// Open opens a year's call, and tells every unit that may apply (C38). A year has
// one call.
func (s *Service) Open(ctx context.Context, by access.Actor, year int, window roster.Window, words string) error {
	if err := by.Require(access.Office); err != nil {
		return err
	}
	var list fault.List
	list.Words(fault.Words{Field: "words", Value: &words, Most: wordsMost, Lines: true})
	s.window(&list, window)
	const first, last = 2020, 2100
	if year < first || year > last {
		list.Add(fault.New(fault.Invalid, "recommendation.year").At("year"))
	}
	if err := list.Err(); err != nil {
		return err
	}
	err := s.Store.UpdateRecommendation(ctx, year, s.entry(by, "open", year, "", ""), func(y *Year) error {
		if y.Call != nil {
			return fault.New(fault.Conflict, "recommendation.open").At("year")
		}
		y.Call = &Call{Window: window, Words: words, At: s.now(), By: by.Name}
		return nil
	})
	if err != nil {
		return err
	}
	return s.invite(ctx, year, window, "invited", "")
}

func (s *Service) window(list *fault.List, w roster.Window) {
	if w.From.IsZero() || w.To.IsZero() || w.To.Before(w.From) || w.To.Before(s.today()) {
		list.Add(fault.New(fault.Invalid, "recommendation.window").At("from"))
	}
}

// invite tells every unit that may apply.
func (s *Service) invite(ctx context.Context, year int, window roster.Window, code, more string) error {
	names, err := s.Store.NamedRecords(ctx)
	if err != nil {
		return err
	}
	for _, u := range s.Units.Units() {
		if _, refused := eligible(u, names, s.today()); refused != nil {
			continue
		}
		if err := s.post(ctx, code, year, u.Code, window.End().Add(-1), more); err != nil {
			return err
		}
	}
	return nil
}

// Shift changes the window of a call, with a reason that the units read.
func (s *Service) Shift(ctx context.Context, by access.Actor, year int, window roster.Window, reason string) error {
	if err := by.Require(access.Office); err != nil {
		return err
	}
	var list fault.List
	list.Words(fault.Words{Field: "reason", Value: &reason, Most: wordsMost, Needed: true, Lines: true})
	s.window(&list, window)
	if err := list.Err(); err != nil {
		return err
	}
	moves := 0
	err := s.Store.UpdateRecommendation(ctx, year, s.entry(by, "shift", year, "", reason), func(y *Year) error {
		switch {
		case y.Call == nil:
			return fault.New(fault.NotFound, "recommendation.no_call")
		case y.Proposed != nil:
			return fault.New(fault.Conflict, "recommendation.list_stands")
		}
		y.Call.Moves = append(y.Call.Moves, Move{From: y.Call.Window, To: window, Reason: reason, At: s.now(), By: by.Name})
		y.Call.Window, moves = window, len(y.Call.Moves)
		return nil
	})
	if err != nil {
		return err
	}
	return s.invite(ctx, year, window, "shifted", "/"+strconv.Itoa(moves))
}

// standBack refuses who has declared an interest in the unit (C95). Interests are
// declared by round, and an application rests on the name that a round gave: those of
// every round that named the unit count, beside those of the year itself.
func (s *Service) standBack(ctx context.Context, by access.Actor, year int, unit roster.UnitCode) error {
	names, err := s.Store.NamedRecords(ctx)
	if err != nil {
		return err
	}
	for _, n := range names {
		if n.Target.Unit != unit {
			continue
		}
		if err := by.StandBack(ctx, s.Store, n.Round, string(unit)); err != nil {
			return err
		}
	}
	return by.StandBack(ctx, s.Store, year, string(unit))
}

// onUnit lets somebody of the office who has no interest in the unit change its
// application, after the window and before the list.
func (s *Service) onUnit(ctx context.Context, by access.Actor, year int, unit roster.UnitCode, action, reason string, do func(*Year, *Application) error) error {
	if err := by.Require(access.Office); err != nil {
		return err
	}
	if err := s.standBack(ctx, by, year, unit); err != nil {
		return err
	}
	return s.Store.UpdateRecommendation(ctx, year, s.entry(by, action, year, unit, reason), func(y *Year) error {
		a := y.Of(unit)
		if a == nil || !a.Handed() {
			return fault.New(fault.NotFound, "recommendation.unknown")
		}
		return do(y, a)
	})
}

// before refuses what must be done after the window and before a list stands.
func (s *Service) before(y *Year) error {
	switch {
	case !y.Call.Window.Over(s.Now()):
		return fault.New(fault.Closed, "recommendation.running", "to", y.Call.Window.To.String())
	case y.Proposed != nil:
		return fault.New(fault.Conflict, "recommendation.list_stands")
	}
	return nil
}

// Examine keeps the first review of one application: the checklist with words for
// what is not met, the result and its reason (C38). Whoever passes must meet every
// point, and the regional name must be valid on that day (C37).
func (s *Service) Examine(ctx context.Context, by access.Actor, year int, unit roster.UnitCode, r Review) error {
	if err := by.Require(access.Office); err != nil {
		return err
	}
	var list fault.List
	all := true
	for _, p := range Points() {
		c := r.Checks[p]
		list.Words(fault.Words{Field: "words-" + string(p), Value: &c.Words, Most: wordsMost, Needed: !c.Met, Lines: true})
		r.Checks[p] = c
		all = all && c.Met
	}
	list.Words(fault.Words{Field: "reason", Value: &r.Reason, Most: wordsMost, Needed: true, Lines: true})
	if r.Passed && !all {
		list.Add(fault.New(fault.Invalid, "recommendation.not_all").At("passed"))
	}
	if err := list.Err(); err != nil {
		return err
	}
	if err := s.stillValid(ctx, unit); err != nil && r.Passed {
		return err
	}
	r.By, r.At = by.Name, s.now()
	return s.onUnit(ctx, by, year, unit, "examine", r.Reason, func(y *Year, a *Application) error {
		a.Review = &r
		return s.before(y)
	})
}

func (s *Service) stillValid(ctx context.Context, unit roster.UnitCode) error {
	u, err := s.Units.Unit(unit)
	if err != nil {
		return err
	}
	names, err := s.Store.NamedRecords(ctx)
	if err != nil {
		return err
	}
	_, err = eligible(u, names, s.today())
	return err
}

// Opine keeps the opinion on one unit that passed the review (C38).
func (s *Service) Opine(ctx context.Context, by access.Actor, year int, unit roster.UnitCode, text string) error {
	var list fault.List
	list.Words(fault.Words{Field: "opinion", Value: &text, Most: opinionMost, Needed: true, Lines: true})
	if err := list.Err(); err != nil {
		return err
	}
	return s.onUnit(ctx, by, year, unit, "opine", "", func(y *Year, a *Application) error {
		if !a.Passed() {
			return fault.New(fault.Conflict, "recommendation.not_passed")
		}
		a.Opinion = &Opinion{Text: text, By: by.Name, At: s.now()}
		return s.before(y)
	})
}
