package naming

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"minyi/indicators"
	"minyi/indicators/access"
	"minyi/indicators/fault"
	"minyi/indicators/roster"
)

// Asking is what somebody puts in place of the scheme's shares and caps and of the
// round's cut-offs, to see what would be.
type Asking struct {
	Parts         indicators.Parts `json:"parts"`
	BonusCap      indicators.Mark  `json:"bonus_cap"`
	PenaltyCap    indicators.Mark  `json:"penalty_cap"`
	Comprehensive int              `json:"comprehensive"` // size of the front group of a table
	Single        int              `json:"single"`
}

// AskingOf is what the scheme and the round have.
func AskingOf(s indicators.Scheme, r roster.Settings) Asking {
	return Asking{Parts: s.Parts, BonusCap: s.BonusCap, PenaltyCap: s.PenaltyCap, Comprehensive: r.FrontComprehensive, Single: r.FrontSingle}
}

const mostFront = 100 // units of a front group, as in a round's settings

func (a Asking) check() error {
	var list fault.List
	for _, one := range []struct {
		field string
		n     int
	}{{"comprehensive", a.Comprehensive}, {"single", a.Single}} {
		if one.n < 1 || one.n > mostFront {
			list.Add(fault.New(fault.Invalid, "ranking.cut", "most", strconv.Itoa(mostFront)).At(one.field))
		}
	}
	return list.Err()
}

// Trial is one what-if as it was computed: on the record, beside the official
// ranking and never in its place. A study of all choices has runs and a seed, from
// which it is made again; any other has a ranking of its own.
type Trial struct {
	ID       string    `json:"id"`
	Round    int       `json:"round"`
	MadeAt   time.Time `json:"made_at"`
	MadeBy   string    `json:"made_by"`
	Note     string    `json:"note,omitempty"`     // what it was to show
	Snapshot string    `json:"snapshot,omitempty"` // the official ranking beside it; empty where there was none

	Asked     *Asking     `json:"asked,omitempty"`
	Ranking   Ranking     `json:"ranking,omitzero"`
	Certainty []Certainty `json:"certainty,omitempty"`
	Turns     []TableTurn `json:"turns,omitempty"`

	Runs int    `json:"runs,omitempty"`
	Seed uint64 `json:"seed,omitempty"`
}

// TableTurn is what a what-if does to one table: who would come into the front group
// and who would leave it, and how many would have another place.
type TableTurn struct {
	Track roster.Track `json:"track"`
	Group roster.Group `json:"group"`
	Turn
	Moved int `json:"moved"`
}

// Try computes the ranking that other shares, caps or cut-offs would give, and keeps
// it among the what-ifs with its parameters; the official ranking stays as it is.
func (s *Service) Try(ctx context.Context, by access.Actor, round int, a Asking, note string) (*Trial, error) {
	var list fault.List
	for _, err := range []error{by.Require(access.Office), a.check()} {
		if err != nil {
			return nil, err
		}
	}
	checkTexts(&list, text{"note", &note, textMost, false, true})
	if err := list.Err(); err != nil {
		return nil, err
	}
	t := &Trial{ID: s.newID(), Round: round, MadeAt: s.now(), MadeBy: by.Name, Note: note, Asked: &a}
	var err error
	if t.Ranking, err = s.compute(ctx, by, round, &a); err != nil {
		return nil, err
	}
	if t.Certainty, err = Certainties(t.Ranking); err != nil {
		return nil, err
	}
	official, err := s.store.Ranking(ctx, round)
	switch {
	case fault.KindOf(err) == fault.NotFound:
	case err != nil:
		return nil, err
	default:
		t.Snapshot, t.Turns = official.ID, turns(official.Ranking, t.Ranking)
	}
	entry := s.entry(by, "ranking.what_if", object("what-if", round, t.ID), note)
	entry.After = fmt.Sprintf(`{"evaluation":%q,"survey":%q,"verification":%q,"bonus_cap":%q,"penalty_cap":%q,"comprehensive":%d,"single":%d}`,
		a.Parts.Evaluation, a.Parts.Survey, a.Parts.Verification, a.BonusCap, a.PenaltyCap, a.Comprehensive, a.Single)
	return t, s.store.AddTrial(ctx, t, entry)
}

// turns compares a what-if with the official ranking.
func turns(official, other Ranking) []TableTurn {
	var out []TableTurn
	for _, t := range other.Tables {
		turn := TableTurn{Track: t.Track, Group: t.Group}
		for _, r := range t.Rows {
			was, ok := official.Find(r.Unit, t.Track)
			switch {
			case !ok:
				continue
			case r.Front && !was.Front:
				turn.In = append(turn.In, r.Unit)
			case was.Front && !r.Front:
				turn.Out = append(turn.Out, r.Unit)
			}
			if was.Place != r.Place {
				turn.Moved++
			}
		}
		out = append(out, turn)
	}
	return out
}

// Trials lists the what-ifs of a round to the office, newest first, without their
// rankings.
func (s *Service) Trials(ctx context.Context, by access.Actor, round int) ([]Trial, error) {
	if err := by.Require(access.Office); err != nil {
		return nil, err
	}
	all, err := s.store.Trials(ctx, round)
	for i := range all {
		all[i].Ranking, all[i].Certainty = Ranking{}, nil
	}
	return all, err
}

// Trial opens one what-if of a round with the official ranking beside it, and where
// it is a study of all choices, makes that again from its seed. The reading is on the
// record (C97).
func (s *Service) Trial(ctx context.Context, by access.Actor, round int, id string) (*Trial, []Study, error) {
	if err := by.Require(access.Office); err != nil {
		return nil, nil, err
	}
	all, err := s.store.Trials(ctx, round)
	if err != nil {
		return nil, nil, err
	}
	for n := range all {
		t := &all[n]
		if t.ID != id {
			continue
		}
		if err := s.store.Record(ctx, s.entry(by, "ranking.read", object("what-if", round, id), "")); err != nil {
			return nil, nil, err
		}
		if t.Runs == 0 {
			return t, nil, nil
		}
		official, err := s.Snapshot(ctx, by, round, t.Snapshot)
		if err != nil {
			return nil, nil, err
		}
		studies, err := Studies(official.Ranking, t.Runs, t.Seed)
		return t, studies, err
	}
	return nil, nil, fault.New(fault.NotFound, "ranking.no_trial")
}
