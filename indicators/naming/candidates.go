package naming

import (
	"context"
	"fmt"
	"time"

	"minyi/indicators/access"
	"minyi/indicators/audit"
	"minyi/indicators/fault"
	"minyi/indicators/roster"
)

// Candidate is one unit and track proposed for a title.
type Candidate struct {
	Target
	Project roster.Project `json:"project"`
	Title   string         `json:"title"`
}

// Candidates is the list proposed after on-site verification (C34). Reason says
// why a quota is exceeded; Snapshot is the ranking that was known then.
type Candidates struct {
	List     []Candidate `json:"list"`
	Reason   string      `json:"reason"`
	Snapshot string      `json:"snapshot"`
	Digest   string      `json:"digest"` // of that ranking
	At       time.Time   `json:"at"`
	By       string      `json:"by"`
}

// Propose keeps the list of candidates in place of an earlier one. Only units
// with a closed verification stand on it (C34); more than the round's quota and
// its tolerance on either track needs a reason (C12, C87). Once the notice is
// posted the list stays.
func (s *Service) Propose(ctx context.Context, by access.Actor, round int, targets []Target, reason string) error {
	if err := by.Require(access.Office); err != nil {
		return err
	}
	r, err := s.rounds.Round(ctx, round)
	if err != nil {
		return err
	}
	snapshot, err := s.store.Ranking(ctx, round)
	if err != nil {
		return err
	}
	var list fault.List
	checkTexts(&list, text{"reason", &reason, textMost, false, true})
	s.quota(&list, r.Settings, targets, reason)
	if err := list.Err(); err != nil {
		return err
	}
	struck, err := s.struck(ctx, round)
	if err != nil {
		return err
	}
	entry := s.entry(by, "candidates.propose", object("candidates", round, ""), reason)
	return s.store.UpdateProceeding(ctx, round, entry, func(p *Proceeding, e *audit.Entry) error {
		if p.Notice != nil {
			return fault.New(fault.Closed, "candidates.noticed")
		}
		c := &Candidates{Reason: reason, Snapshot: snapshot.ID, Digest: snapshot.Digest, At: s.now(), By: by.Name}
		if err := s.fill(c, p, targets, struck, r.Settings); err != nil {
			return err
		}
		p.Candidates = c
		e.After, err = digest(c)
		return err
	})
}

func (s *Service) fill(c *Candidates, p *Proceeding, targets []Target, struck map[Target]bool, settings roster.Settings) error {
	var list fault.List
	seen := map[Target]bool{}
	for _, t := range targets {
		unit, err := s.units.Unit(t.Unit)
		if err != nil {
			return err
		}
		v := p.verification(t)
		switch {
		case v == nil || !v.Closed():
			list.Add(fault.New(fault.Conflict, "candidates.not_verified", "unit", unit.Name))
		case struck[t]:
			list.Add(fault.New(fault.Conflict, "candidates.struck", "unit", unit.Name))
		case seen[t]:
			list.Add(fault.New(fault.Invalid, "candidates.twice", "unit", unit.Name))
		default:
			title := settings.Title(unit, t.Track, v.Project)
			c.List = append(c.List, Candidate{Target: t, Project: v.Project, Title: title})
		}
		seen[t] = true
	}
	return list.Err()
}

// quota wants a reason where a track has more candidates than about its quota:
// areas and departments together or each, as the round says.
func (s *Service) quota(list *fault.List, r roster.Settings, targets []Target, reason string) {
	type part struct {
		track       roster.Track
		departments bool
	}
	counts := map[part]int{}
	for _, t := range targets {
		unit, err := s.units.Unit(t.Unit) // an unknown one is refused later
		counts[part{t.Track, err == nil && r.QuotaEach && unit.Kind == roster.Bureau}]++
	}
	if len(targets) == 0 {
		list.Add(fault.New(fault.Invalid, "candidates.none"))
	}
	for _, p := range []part{{roster.Comprehensive, false}, {roster.Comprehensive, true}, {roster.Single, false}, {roster.Single, true}} {
		quota := r.QuotaComprehensive
		if p.track == roster.Single {
			quota = r.QuotaSingle
		}
		if n := counts[p]; n > quota+r.QuotaTolerance && reason == "" {
			list.Add(fault.New(fault.Invalid, "candidates.quota", "count", fmt.Sprint(n), "quota", fmt.Sprint(quota)).At("reason"))
		}
	}
}

// struck returns whose application was withdrawn or cancelled.
func (s *Service) struck(ctx context.Context, round int) (map[Target]bool, error) {
	all, err := s.book.Struck(ctx, round)
	out := map[Target]bool{}
	for _, k := range all {
		out[Target{Unit: k.Unit, Track: k.Track}] = true
	}
	return out, err
}
