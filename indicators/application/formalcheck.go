package application

import (
	"context"
	"slices"

	"minyi/indicators/access"
	"minyi/indicators/evidence"
	"minyi/indicators/fault"
	"minyi/indicators/roster"
)

// Check is one thing that the formal check looks at by itself.
type Check string

// The checks, in the order in which they are shown.
const (
	CheckUnit   Check = "unit"   // on the register, and of a kind that may apply (C16, C78)
	CheckBarred Check = "barred" // not barred for untrue material (C99)
	CheckTrack  Check = "track"  // one track, unless the round allows both (C17)
	CheckWhole  Check = "whole"  // nothing is missing by the round's rules
	CheckFiles  Check = "files"  // every file is there, in its size
	CheckProofs Check = "proofs" // every indicator that is claimed met has a file (C80)
	CheckDates  Check = "dates"  // no document was made after the round had opened (C83)
)

// Weight says what a finding of the formal check does.
type Weight string

// The weights: nothing is wrong, a person should look, acceptance is refused.
const (
	Clear Weight = "clear"
	Look  Weight = "look"
	Stop  Weight = "stop"
)

// Finding is what one check found: how many things are amiss, and the refusals
// that say which.
type Finding struct {
	Check  Check
	Weight Weight
	Count  int
	What   fault.List
}

// Examined is one dossier before the office, with what the checks found.
type Examined struct {
	Dossier  Dossier
	Unit     roster.Unit
	Terms    Terms
	Findings []Finding
}

// Worst is the heaviest weight among the findings.
func (e Examined) Worst() Weight {
	worst := Clear
	for _, f := range e.Findings {
		if f.Weight == Stop || f.Weight == Look && worst == Clear {
			worst = f.Weight
		}
	}
	return worst
}

// Examine returns the dossiers of a round that have been filed at least once, with
// what the formal check finds by itself; by unit and track. Only the office may.
func (s *Service) Examine(ctx context.Context, by access.Actor, round int) ([]Examined, error) {
	if err := by.Require(access.Office); err != nil {
		return nil, err
	}
	all, err := s.Store.Dossiers(ctx, round)
	if err != nil {
		return nil, err
	}
	rounds, err := s.Roster.Rounds(ctx)
	if err != nil {
		return nil, err
	}
	var out []Examined
	for i := range all {
		if len(all[i].Seals) == 0 {
			continue
		}
		one, err := s.examine(ctx, &all[i], rounds)
		if err != nil {
			return nil, err
		}
		out = append(out, one)
	}
	return out, nil
}

// ExamineOne returns one dossier that has been filed at least once, with what the
// formal check finds by itself. Only the office may.
func (s *Service) ExamineOne(ctx context.Context, by access.Actor, k Key) (Examined, error) {
	if err := by.Require(access.Office); err != nil {
		return Examined{}, err
	}
	d, err := s.Store.Dossier(ctx, k)
	if err != nil {
		return Examined{}, err
	}
	if len(d.Seals) == 0 {
		return Examined{}, unknown()
	}
	rounds, err := s.Roster.Rounds(ctx)
	if err != nil {
		return Examined{}, err
	}
	return s.examine(ctx, d, rounds)
}

func (s *Service) examine(ctx context.Context, d *Dossier, rounds []roster.Round) (Examined, error) {
	out := Examined{Dossier: *d, Unit: roster.Unit{Code: d.Unit, Name: string(d.Unit)}}
	terms, err := s.Terms(ctx, d.Key)
	switch {
	case err == nil:
		out.Terms, out.Unit = terms, terms.Unit
	case fault.KindOf(err) == fault.NotFound:
		out.Findings = []Finding{{Check: CheckUnit, Weight: Stop, Count: 1, What: fault.All(err)}}
		return out, nil
	default:
		return Examined{}, err
	}
	ofUnit, err := s.Store.UnitDossiers(ctx, d.Unit)
	if err != nil {
		return Examined{}, err
	}
	files, err := s.present(d)
	out.Findings = append(standing(d, ofUnit, terms, rounds, s.Roster.Retired(d.Unit)), contents(d, terms)...)
	out.Findings = append(out.Findings, files)
	return out, err
}

// standing checks the unit: who it is, whether it was struck off or barred, and on which tracks
// it has filed.
func standing(d *Dossier, ofUnit []Dossier, t Terms, rounds []roster.Round, retired bool) []Finding {
	unit, bar, track := Finding{Check: CheckUnit}, Finding{Check: CheckBarred}, Finding{Check: CheckTrack}
	if !eligible(t.Unit.Kind) {
		unit.What.Add(fault.New(fault.Forbidden, "formal.kind"))
	}
	if retired {
		unit.What.Add(fault.New(fault.Forbidden, "formal.retired"))
	}
	for _, other := range ofUnit {
		if other.Key == d.Key {
			continue
		}
		if other.State == Cancelled && barred(d.Key, other, t.Round.Settings, rounds) {
			bar.What = append(bar.What, fault.All(refuseBarred(d.Key, other))...)
		}
		if taken(d.Key, other, t.Round.Settings) {
			track.What.Add(fault.New(fault.Conflict, "dossier.one_track"))
		}
	}
	return []Finding{unit.weighed(Look), bar.weighed(Stop), track.weighed(Stop)}
}

// eligible reports whether a unit of that kind may apply (C16).
func eligible(k roster.UnitKind) bool {
	return slices.Contains([]roster.UnitKind{roster.City, roster.County, roster.District, roster.CountyCity, roster.Bureau}, k)
}

// contents checks what was filed against the round's rules as they are now.
func contents(d *Dossier, t Terms) []Finding {
	whole, proofs, dates := Finding{Check: CheckWhole}, Finding{Check: CheckProofs}, Finding{Check: CheckDates}
	if d.State == Filed {
		whole.What = d.Gaps(t)
	}
	if d.Track == comprehensive {
		for range d.Unproven(t.Applicable) {
			proofs.Count++
		}
	}
	for _, e := range d.Exhibits {
		if e.Late(t.Round) {
			dates.Count++
		}
	}
	return []Finding{whole.weighed(Look), proofs.weighed(Look), dates.weighed(Look)}
}

// weighed gives the finding its weight where something is amiss.
func (f Finding) weighed(w Weight) Finding {
	f.Count = max(f.Count, len(f.What))
	f.Weight = Clear
	if f.Count > 0 {
		f.Weight = w
	}
	return f
}

// present looks whether every file is there in its size. Whether its bytes are
// what they were is read when the dossier is accepted.
func (s *Service) present(d *Dossier) (Finding, error) {
	out := Finding{Check: CheckFiles}
	for _, e := range d.Exhibits {
		there, err := s.Evidence.Holds(e.File)
		if err != nil {
			return out, err
		}
		if !there {
			out.What.Add(fault.New(fault.Unavailable, "formal.file_missing", "name", e.File.Name))
		}
	}
	return out.weighed(Stop), nil
}

// Decide takes a decision of the formal check (C78): seen is how many decisions
// the actor has read, so that of two people who decide at once the second is told
// (formal.changed). An acceptance reads every file against its digest first, and
// is refused where a finding stops it. A returned dossier is a draft again.
func (s *Service) Decide(ctx context.Context, by access.Actor, k Key, seen int, x Decision) error {
	found, err := s.ExamineOne(ctx, by, k)
	if err != nil {
		return err
	}
	if err := by.StandBack(ctx, s.Store, k.Round, string(k.Unit)); err != nil { // C95
		return err
	}
	if err := found.Dossier.decidable(seen); err != nil {
		return err
	}
	x.By = by.Name
	if x.Outcome == Accept {
		if x.Files, err = s.acceptable(ctx, found); err != nil {
			return err
		}
	}
	entry := s.entry(by, "formal."+string(x.Outcome), k)
	entry.Reason = x.Reason
	err = s.Store.UpdateDossier(ctx, k, entry, func(d *Dossier) error {
		x.At = s.Now().UTC()
		entry.At, entry.Before = x.At, string(d.Formality())
		if x.Outcome == Accept && d.Seal().Digest != found.Dossier.Seal().Digest {
			return fault.New(fault.Conflict, "formal.unfiled")
		}
		err := d.decide(x, seen, found.Terms.Round.Settings)
		entry.After = string(d.Formality())
		return err
	})
	if err != nil {
		return err
	}
	if x.Outcome == Accept {
		return s.Book.Resume(ctx, by, k.Round, k.Unit, k.Track)
	}
	return s.Book.Suspend(ctx, by, k.Round, k.Unit, k.Track, x.Reason)
}

// acceptable refuses a dossier that a finding stops, or one of whose files is not
// what it was; it returns how many files were read.
func (s *Service) acceptable(ctx context.Context, e Examined) (int, error) {
	var list fault.List
	for _, f := range e.Findings {
		if f.Weight == Stop {
			list = append(list, f.What...)
		}
	}
	if err := list.Err(); err != nil {
		return 0, err
	}
	digests := make([]evidence.Digest, len(e.Dossier.Exhibits))
	for i, x := range e.Dossier.Exhibits {
		digests[i] = x.File.Digest
	}
	bad, err := s.Evidence.Check(ctx, digests)
	if err != nil {
		return 0, err
	}
	for _, p := range bad {
		i := slices.Index(digests, p.Digest)
		list.Add(fault.New(fault.Unavailable, "formal.file_altered", "name", e.Dossier.Exhibits[i].File.Name))
	}
	return len(digests), list.Err()
}
