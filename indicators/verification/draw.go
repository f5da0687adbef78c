package verification

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"slices"

	"minyi/indicators"
	"minyi/indicators/evaluation"
)

// Why says why an item is looked at.
type Why string

// The reasons.
const (
	Disagreed  Why = "disagreed" // the assessors' marks lie apart
	Penalty    Why = "penalty"   // a penalty was given, or a problem of that kind stands open
	Unproved   Why = "unproved"  // full marks, and no evidence dated before the round
	Drawn      Why = "drawn"     // by lot
	Chosen     Why = "chosen"    // by the office
	AtPlace    Why = "place"     // added by the team
	FromRecord Why = "record"    // of an older record
)

// Pick is one item to look at, with the reasons.
type Pick struct {
	Item Item  `json:"item"`
	Why  []Why `json:"why"`
}

// pick adds an item with a reason, once each.
func (v *Visit) pick(item Item, why Why) {
	n := slices.IndexFunc(v.Items, func(p Pick) bool { return p.Item == item })
	if n < 0 {
		v.Items = append(v.Items, Pick{Item: item, Why: []Why{why}})
		return
	}
	if !slices.Contains(v.Items[n].Why, why) {
		v.Items[n].Why = append(v.Items[n].Why, why)
	}
}

// Lot is the lot of an item under a seed: the SHA-256 of "seed|item", hexadecimal.
// Anybody can make it again with `printf '%s' 'SEED|12' | sha256sum`.
func Lot(seed string, item Item) string {
	sum := sha256.Sum256([]byte(seed + "|" + string(item)))
	return hex.EncodeToString(sum[:])
}

// Draw returns the n items with the smallest lots.
func Draw(seed string, items []Item, n int) []Item {
	sorted := slices.Clone(items)
	slices.SortFunc(sorted, func(a, b Item) int { return cmp.Compare(Lot(seed, a), Lot(seed, b)) })
	return sorted[:max(0, min(n, len(sorted)))]
}

// Sight is what is known of one item before the visit.
type Sight struct {
	Line    evaluation.Line
	Marks   []indicators.Mark // of the assessors whose sheets are submitted
	Early   bool              // evidence dated before the round stands for it
	Dubious bool              // an open problem of a penalty's kind is about it
}

// spread is how far the marks lie apart.
func (s Sight) spread() indicators.Mark {
	if len(s.Marks) < 2 {
		return 0
	}
	return slices.Max(s.Marks) - slices.Min(s.Marks)
}

// full reports whether every assessor gave full marks.
func (s Sight) full() bool {
	return len(s.Marks) > 0 && s.Line.Full > 0 && slices.Min(s.Marks) >= s.Line.Full
}

// penalised reports whether a penalty item has a mark.
func (s Sight) penalised() bool {
	return (s.Line.Item == "A3" || s.Line.Item == "A4") && len(s.Marks) > 0 && slices.Max(s.Marks) > 0
}

// mostPicks is how many items one reason proposes at most.
const mostPicks = 6

// Propose proposes what to look at: where the assessors' marks are at least the
// share apart of the full marks, penalty candidates, full marks without evidence
// from before the round, and draw items by lot from the others.
func Propose(sights []Sight, apart indicators.Share, seed string, draw int) []Pick {
	v := &Visit{}
	whole := int64(indicators.Whole)
	best := func(why Why, pool []Sight, rank func(a, b Sight) int) {
		slices.SortStableFunc(pool, rank)
		for _, s := range pool[:min(len(pool), mostPicks)] {
			v.pick(s.Line.Item, why)
		}
	}
	only := func(keep func(Sight) bool) []Sight {
		return slices.DeleteFunc(slices.Clone(sights), func(s Sight) bool { return !keep(s) })
	}
	best(Disagreed, only(func(s Sight) bool {
		return s.spread() > 0 && int64(s.spread())*whole >= int64(s.Line.Full)*int64(apart)
	}), func(a, b Sight) int { // furthest apart first, as shares of full marks
		return cmp.Compare(int64(b.spread())*int64(a.Line.Full), int64(a.spread())*int64(b.Line.Full))
	})
	best(Penalty, only(func(s Sight) bool { return s.penalised() || s.Dubious }), func(Sight, Sight) int { return 0 })
	best(Unproved, only(func(s Sight) bool { return s.Line.Needed && s.full() && !s.Early }), func(a, b Sight) int {
		return cmp.Compare(b.Line.Full, a.Line.Full)
	})
	var rest []Item
	for _, s := range sights {
		if s.Line.Needed && !slices.ContainsFunc(v.Items, func(p Pick) bool { return p.Item == s.Line.Item }) {
			rest = append(rest, s.Line.Item)
		}
	}
	for _, item := range Draw(seed, rest, draw) {
		v.pick(item, Drawn)
	}
	return ordered(v.Items, sights)
}

// ordered sorts picks as the notice has the items.
func ordered(picks []Pick, sights []Sight) []Pick {
	place := func(item Item) int {
		return slices.IndexFunc(sights, func(s Sight) bool { return s.Line.Item == item })
	}
	slices.SortStableFunc(picks, func(a, b Pick) int { return cmp.Compare(place(a.Item), place(b.Item)) })
	return picks
}
