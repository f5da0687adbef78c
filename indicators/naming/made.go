package naming

import (
	"context"

	"minyi/indicators/access"
	"minyi/indicators/fault"
	"minyi/indicators/roster"
	"minyi/indicators/scorebook"
)

// Made is what one row of a ranking was made of, down to the findings as they were
// then.
type Made struct {
	Snapshot Snapshot // without its tables
	Newest   bool     // the ranking is the newest of its round
	Track    roster.Track
	Group    roster.Group
	Cut      int
	Rows     int // in the table
	Row      Row
	Sure     Sureness
	Parts    []MadePart // in the order of the row's parts
}

// MadePart is a part of a row with the very version of the finding that it rests on;
// nil where there is none.
type MadePart struct {
	Part
	Contribution *Contribution // nil where it adds nothing
	Finding      *scorebook.Finding
	Sheets       []scorebook.Basis // of an evaluation: what each sheet that counts reached
	Behind       scorebook.Behind  // of a survey: who answered what, with weights
}

// Made opens a row of a ranking of the round, the newest where id is empty:
// ranking.unknown where there is no such ranking or row. The reading is on the record
// (C97).
func (s *Service) Made(ctx context.Context, by access.Actor, round int, id string, target Target) (*Made, error) {
	if err := by.Require(access.Office); err != nil {
		return nil, err
	}
	all, err := s.store.Rankings(ctx, round)
	if err != nil {
		return nil, err
	}
	m, ok := madeOf(all, id, target)
	if !ok {
		return nil, fault.New(fault.NotFound, "ranking.unknown")
	}
	if err := s.store.Record(ctx, s.entry(by, "ranking.read", object("ranking", round, m.Snapshot.ID+"/"+target.String()), "")); err != nil {
		return nil, err
	}
	shares := m.Row.Contributions()
	for _, p := range m.Row.Parts {
		one := MadePart{Part: p}
		for n := range shares {
			if shares[n].Instrument == p.Instrument {
				one.Contribution = &shares[n]
			}
		}
		if p.Present {
			if err := s.open(ctx, by, round, target, &one); err != nil {
				return nil, err
			}
		}
		m.Parts = append(m.Parts, one)
	}
	return m, nil
}

// open adds the finding behind a part.
func (s *Service) open(ctx context.Context, by access.Actor, round int, target Target, p *MadePart) (err error) {
	k := scorebook.Key{Round: round, Unit: target.Unit, Instrument: p.Instrument, Track: target.Track}
	if p.Instrument == scorebook.Survey {
		k.Track = ""
	}
	if p.Finding, err = s.book.Version(ctx, by, k, p.Version); err != nil {
		return err
	}
	if p.Sheets, err = p.Finding.Basis(); err != nil {
		return err
	}
	p.Behind, err = p.Finding.Behind()
	return err
}

// madeOf finds a row in the rankings, newest first.
func madeOf(all []Snapshot, id string, target Target) (*Made, bool) {
	for n, one := range all {
		if id != "" && one.ID != id {
			continue
		}
		for k, t := range one.Ranking.Tables {
			for i, row := range t.Rows {
				if t.Track != target.Track || row.Unit != target.Unit {
					continue
				}
				m := &Made{Newest: n == 0, Track: t.Track, Group: t.Group, Cut: t.Cut, Rows: len(t.Rows), Row: row}
				if k < len(one.Certainty) && i < len(one.Certainty[k].Rows) {
					m.Sure = one.Certainty[k].Rows[i]
				}
				m.Snapshot = one
				m.Snapshot.Ranking.Tables, m.Snapshot.Certainty = nil, nil
				return m, true
			}
		}
		return nil, false
	}
	return nil, false
}

// Snapshot returns one ranking of the round to the office, whole; ranking.unknown
// where there is none with that id. The reading is on the record (C97).
func (s *Service) Snapshot(ctx context.Context, by access.Actor, round int, id string) (*Snapshot, error) {
	if err := by.Require(access.Office); err != nil {
		return nil, err
	}
	all, err := s.store.Rankings(ctx, round)
	if err != nil {
		return nil, err
	}
	for n := range all {
		if all[n].ID == id {
			return &all[n], s.store.Record(ctx, s.entry(by, "ranking.read", object("ranking", round, id), ""))
		}
	}
	return nil, fault.New(fault.NotFound, "ranking.unknown")
}
