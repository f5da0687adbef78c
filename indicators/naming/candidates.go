package naming

import (
	"context"
	"fmt"
	"slices"
	"time"

	"minyi/indicators"
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

// Candidates is the list proposed after on-site verification (C34), in the order of
// the ranking. Reason says why a quota is exceeded or an older list replaced;
// Snapshot is the ranking that was known then.
type Candidates struct {
	List     []Candidate `json:"list"`
	Reason   string      `json:"reason"`
	Passed   []Passed    `json:"passed,omitempty"`
	Snapshot string      `json:"snapshot"`
	Digest   string      `json:"digest"` // of that ranking
	At       time.Time   `json:"at"`
	By       string      `json:"by"`
}

// Passed is a unit that stands higher than the last candidate of its table, or that
// the data cannot tell from it, and is not on the list.
type Passed struct {
	Target
	Place  int             `json:"place"`
	Total  indicators.Mark `json:"total"`
	Level  bool            `json:"level"`            // not higher, but the data cannot tell
	Code   string          `json:"code,omitempty"`   // unverified, outcome, struck or withdrawn: it could not be a candidate
	Reason string          `json:"reason,omitempty"` // the office's own, where it could have been
}

// Proposal is a list of candidates as the office writes it.
type Proposal struct {
	Targets []Target
	Reason  string
	Passed  map[Target]string // why a unit is left out that could have been on the list
}

// Propose proposes the list of candidates. Only units with a closed verification of
// a right outcome stand on it (C34); more than about the round's quota needs a reason
// (C12, C87, C100), and so does each unit left out that stands higher or level. The
// list stands once a second person has confirmed it, unless the round says that one
// suffices. Once a notice is posted only a list that replaces a withdrawn candidate
// is taken, for a new notice.
func (s *Service) Propose(ctx context.Context, by access.Actor, round int, x Proposal) (*Act, error) {
	r, err := s.rounds.Round(ctx, round)
	if err != nil {
		return nil, err
	}
	if err := s.proposer(by, r.Settings); err != nil {
		return nil, err
	}
	f, err := s.facts(ctx, round)
	if err != nil {
		return nil, err
	}
	c, err := s.list(f, r.Settings, &x)
	if err != nil {
		return nil, err
	}
	a, err := s.begin(ctx, by, round, ListCandidate, "", x.Reason, r.Settings.Road().CandidatesAlone)
	if err != nil {
		return nil, err
	}
	c.Snapshot, c.Digest, c.At, c.By = a.Known.Snapshot, a.Known.Digest, a.At, by.Name
	a.Candidates = c
	if err := s.recused(ctx, by, round, "candidates.propose", a.units()...); err != nil {
		return nil, err
	}
	entry := s.entry(by, "candidates.propose", object("candidates", round, ""), x.Reason)
	err = s.store.UpdateProceeding(ctx, round, entry, func(p *Proceeding, e *audit.Entry) error {
		if err := p.mayList(x.Reason); err != nil {
			return err
		}
		return p.put(a, e)
	})
	if err != nil {
		return nil, err
	}
	return &a, s.follow(ctx, by, round, a)
}

// proposer refuses whom the round does not name to propose candidates.
func (s *Service) proposer(by access.Actor, settings roster.Settings) error {
	if settings.Road().Proposer == roster.TeamProposes {
		return by.Require(access.Office, access.Inspector)
	}
	return by.Require(access.Office)
}

// mayList refuses another list while a notice of the old one stands and no candidate
// was withdrawn.
func (p *Proceeding) mayList(reason string) error {
	switch {
	case len(p.decisions()) > 0:
		return fault.New(fault.Conflict, "naming.decided")
	case p.Notice == nil:
		return nil
	case len(p.withdrawn()) == 0:
		return fault.New(fault.Closed, "candidates.noticed")
	case reason == "":
		return fault.New(fault.Invalid, "candidates.replaced").At("reason")
	}
	return nil
}

// list makes the list of a proposal, or returns all that is wrong with it.
func (s *Service) list(f *facts, settings roster.Settings, x *Proposal) (*Candidates, error) {
	var list fault.List
	checkTexts(&list, text{"reason", &x.Reason, textMost, false, true})
	c := &Candidates{Reason: x.Reason}
	if err := s.fill(c, f, settings, x.Targets, &list); err != nil {
		return nil, err
	}
	s.quota(&list, settings, x.Targets, x.Reason)
	c.Passed = f.passed(x.Targets)
	for i := range c.Passed {
		one := &c.Passed[i]
		if one.Code != "" {
			continue
		}
		one.Reason = x.Passed[one.Target]
		checkTexts(&list, text{"passed." + one.String(), &one.Reason, textMost, false, true})
		if one.Reason == "" {
			unit, err := s.units.Unit(one.Unit)
			if err != nil {
				return nil, err
			}
			list.Add(fault.New(fault.Invalid, "candidates.passed", "unit", unit.Name).At("passed." + one.String()))
		}
	}
	return c, list.Err()
}

// fill puts the targets on the list in the order of the ranking.
func (s *Service) fill(c *Candidates, f *facts, settings roster.Settings, targets []Target, list *fault.List) error {
	seen := map[Target]bool{}
	for _, t := range targets {
		unit, err := s.units.Unit(t.Unit)
		if err != nil {
			return err
		}
		v := visitOf(f.visits, t)
		switch {
		case !v.Closed:
			list.Add(fault.New(fault.Conflict, "candidates.not_verified", "unit", unit.Name))
		case !v.Right:
			list.Add(fault.New(fault.Conflict, "candidates.outcome", "unit", unit.Name))
		case f.struck[t]:
			list.Add(fault.New(fault.Conflict, "candidates.struck", "unit", unit.Name))
		case f.proceeding.isOut(t):
			list.Add(fault.New(fault.Conflict, "candidates.withdrawn", "unit", unit.Name))
		case seen[t]:
			list.Add(fault.New(fault.Invalid, "candidates.twice", "unit", unit.Name))
		default:
			c.List = append(c.List, Candidate{Target: t, Project: v.Project, Title: settings.Title(unit, t.Track, v.Project)})
		}
		seen[t] = true
	}
	slices.SortStableFunc(c.List, func(a, b Candidate) int { return f.order(a.Target) - f.order(b.Target) })
	return nil
}

// Load is how many candidates a part of the quota has.
type Load struct {
	Track       roster.Track
	Departments bool // the part of the departments, where the round counts them apart
	Each        bool // areas and departments are counted apart
	Count       int
	Quota       int
	Most        int // without a reason
}

// Loads counts targets against the quotas: areas and departments together or each,
// as the round says (C87).
func (s *Service) Loads(r roster.Settings, targets []Target) []Load {
	var out []Load
	for _, track := range roster.Tracks() {
		quota := r.QuotaComprehensive
		if track == roster.Single {
			quota = r.QuotaSingle
		}
		one := Load{Track: track, Each: r.QuotaEach, Quota: quota, Most: quota + r.QuotaTolerance}
		out = append(out, one)
		if one.Departments = true; r.QuotaEach {
			out = append(out, one)
		}
	}
	for _, t := range targets {
		unit, err := s.units.Unit(t.Unit) // an unknown one is refused elsewhere
		apart := err == nil && r.QuotaEach && unit.Kind == roster.Bureau
		for i := range out {
			if out[i].Track == t.Track && out[i].Departments == apart {
				out[i].Count++
			}
		}
	}
	return out
}

// quota wants a reason where a track has more candidates than about its quota.
func (s *Service) quota(list *fault.List, r roster.Settings, targets []Target, reason string) {
	if len(targets) == 0 {
		list.Add(fault.New(fault.Invalid, "candidates.none"))
	}
	for _, l := range s.Loads(r, targets) {
		if l.Count > l.Most && reason == "" {
			list.Add(fault.New(fault.Invalid, "candidates.quota", "count", fmt.Sprint(l.Count), "quota", fmt.Sprint(l.Quota)).At("reason"))
		}
	}
}

// Eligible is a unit of the newest ranking as the list of candidates sees it.
type Eligible struct {
	Target
	Group  roster.Group
	Row    Row
	Level  []roster.UnitCode // whom the data cannot tell from it
	Visit  Visited
	Code   string // why it cannot be a candidate; empty where it can
	Title  string
	Chosen bool // on the list that stands
}

// Eligible lists who may be a candidate and who not, by the newest ranking, tracks
// and kinds apart. The reading is on the record (C97).
func (s *Service) Eligible(ctx context.Context, by access.Actor, round int) ([]Eligible, error) {
	r, err := s.rounds.Round(ctx, round)
	if err != nil {
		return nil, err
	}
	if err := s.proposer(by, r.Settings); err != nil {
		return nil, err
	}
	f, err := s.facts(ctx, round)
	if err != nil {
		return nil, err
	}
	out, err := s.eligible(f, r.Settings)
	if err != nil {
		return nil, err
	}
	return out, s.store.Record(ctx, s.entry(by, "ranking.read", object("ranking", round, f.snapshot.ID), ""))
}

func (s *Service) eligible(f *facts, settings roster.Settings) (out []Eligible, err error) {
	for n, t := range f.snapshot.Ranking.Tables {
		sure := sureness(f.snapshot, n)
		for i, row := range t.Rows {
			one := Eligible{Target: Target{row.Unit, t.Track}, Group: t.Group, Row: row}
			if i < len(sure) {
				one.Level = sure[i].Level
			}
			one.Visit = visitOf(f.visits, one.Target)
			one.Code = f.why(one.Target)
			unit, err := s.units.Unit(row.Unit)
			if err != nil {
				return nil, err
			}
			one.Title = settings.Title(unit, t.Track, one.Visit.Project)
			if c := f.proceeding.Candidates; c != nil {
				one.Chosen = slices.ContainsFunc(c.List, func(x Candidate) bool { return x.Target == one.Target })
			}
			out = append(out, one)
		}
	}
	return out, nil
}

// Locked reports whether the list of candidates cannot be replaced: a notice of it
// stands and nobody was withdrawn, or names are given.
func (p *Proceeding) Locked() bool { return p.mayList("-") != nil }
