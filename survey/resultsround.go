package survey

import (
	"cmp"
	"context"
	"slices"

	"minyi/indicators/access"
	"minyi/indicators/roster"
	"minyi/survey/result"
	"minyi/survey/tabulate"
)

// Standing is one unit's survey beside those of its group: the estimate compared,
// hidden where too few answered, and its place.
type Standing struct {
	Survey *Survey
	Est    tabulate.Estimate
	Hidden result.Hiding
	result.Standing
}

// Pair is the difference of two units, first less second, by their places in the
// list of standings.
type Pair struct {
	First, Second int
	result.Difference
}

// Side are the units of one group of the register side by side.
type Side struct {
	Group     roster.Group
	Standings []Standing // best first, those without a place last
	Pairs     []Pair     // all pairs that can be compared, corrected for their number
	Lead      int        // size of the front of which MayLead speaks
}

// Beside is a round's surveys compared by one figure.
type Beside struct {
	Round   int
	Rounds  []int  // that have surveys, newest first
	Item    string // empty: the index
	Items   []ItemName
	Sides   []Side
	Waiting []*Survey // whose review is not closed: nothing of them is read
}

// ItemName is an item that the surveys of a round share, by the paper of the first.
type ItemName struct {
	ID   string
	Text Text
	key  string
}

// leadOf is the front of a group that the comparison marks.
const leadOf = 3

// Beside compares the units of a round (0: the newest) by the index, or by the share
// satisfied with an item that was asked in the same words. Only surveys whose
// review is closed are read; each reading is an entry in the trail (C97).
func (s *Service) Beside(ctx context.Context, by access.Actor, round int, item string) (*Beside, error) {
	if err := by.Require(access.Agency); err != nil {
		return nil, err
	}
	out := &Beside{Round: round, Item: item}
	all := s.all()
	for _, sv := range all {
		if !slices.Contains(out.Rounds, sv.Round) {
			out.Rounds = append(out.Rounds, sv.Round)
		}
	}
	slices.SortFunc(out.Rounds, func(a, b int) int { return cmp.Compare(b, a) })
	if round == 0 && len(out.Rounds) > 0 {
		out.Round = out.Rounds[0]
	}
	all = slices.DeleteFunc(all, func(sv *Survey) bool { return sv.Round != out.Round })
	slices.SortFunc(all, func(a, b *Survey) int { return cmp.Compare(a.Unit, b.Unit) })
	sides := map[roster.Group]*Side{}
	for _, sv := range all {
		if !sv.Reviewed() {
			out.Waiting = append(out.Waiting, sv)
			continue
		}
		if err := s.stand(ctx, by, out, sides, sv); err != nil {
			return nil, err
		}
	}
	for _, g := range roster.Groups() {
		side := sides[g]
		if side == nil {
			continue
		}
		if err := side.compare(); err != nil {
			return nil, err
		}
		out.Sides = append(out.Sides, *side)
	}
	return out, nil
}

// stand reads one survey and puts it beside the others of its group.
func (s *Service) stand(ctx context.Context, by access.Actor, out *Beside, sides map[roster.Group]*Side, sv *Survey) error {
	l, err := s.readReviewed(ctx, by, sv.ID, "survey.results")
	if err != nil {
		return err
	}
	got, err := s.tabulate(l)
	if err != nil {
		return err
	}
	unit, err := s.Rounds.Unit(sv.Unit)
	if err != nil {
		return err
	}
	out.name(l)
	one := Standing{Survey: l.survey, Est: got.Sampled.Index}
	n := got.Sampled.N
	if out.Item != "" {
		one.Est, n = out.share(l, got)
	}
	if n < l.survey.LeastShown() {
		one.Hidden, one.Est = result.Small, result.Unknown()
	}
	side := sides[unit.Group()]
	if side == nil {
		side = &Side{Group: unit.Group(), Lead: leadOf}
		sides[unit.Group()] = side
	}
	side.Standings = append(side.Standings, one)
	return nil
}

// name adds the items of a survey that no earlier one had.
func (b *Beside) name(l *live) {
	for _, one := range l.paper.Scored() {
		key := wording(l.paper, one.ID)
		if !slices.ContainsFunc(b.Items, func(i ItemName) bool { return i.key == key || i.ID == one.ID }) {
			b.Items = append(b.Items, ItemName{ID: one.ID, Text: Text(one.Text), key: key})
		}
	}
}

// share is the share satisfied with the item that is compared, unknown for a survey
// that asked it in other words or not at all.
func (b *Beside) share(l *live, got *tabulate.Result) (tabulate.Estimate, int) {
	at := slices.IndexFunc(b.Items, func(i ItemName) bool { return i.ID == b.Item })
	if at < 0 {
		return result.Unknown(), 0
	}
	for _, row := range got.Sampled.Items {
		if wording(l.paper, row.ID) == b.Items[at].key {
			return row.Satisfied, row.Satisfied.N
		}
	}
	return result.Unknown(), 0
}

// compare gives every unit its place and tests all pairs.
func (s *Side) compare() error {
	var of []tabulate.Estimate
	for _, one := range s.Standings {
		of = append(of, one.Est)
	}
	places, err := result.Rank(of, s.Lead)
	if err != nil {
		return err
	}
	for i := range s.Standings {
		s.Standings[i].Standing = places[i]
	}
	slices.SortStableFunc(s.Standings, func(a, b Standing) int {
		last := func(one Standing) int {
			if one.Known {
				return one.Place
			}
			return len(s.Standings) + 1
		}
		return cmp.Compare(last(a), last(b))
	})
	var all []*result.Difference
	for i := range s.Standings {
		for j := i + 1; j < len(s.Standings); j++ {
			if !s.Standings[i].Known || !s.Standings[j].Known {
				continue
			}
			d, err := result.Subtract(s.Standings[i].Est, s.Standings[j].Est)
			if err != nil {
				return err
			}
			s.Pairs = append(s.Pairs, Pair{First: i, Second: j, Difference: d})
		}
	}
	for i := range s.Pairs {
		all = append(all, &s.Pairs[i].Difference)
	}
	result.Correct(all)
	return nil
}
