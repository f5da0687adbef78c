package application

import (
	"slices"
	"strconv"
	"strings"

	"minyi/indicators"
	"minyi/indicators/fault"
)

// Verdict is what a unit says of itself on one indicator.
type Verdict string

// The verdicts.
const (
	Met          Verdict = "met"
	Unmet        Verdict = "unmet"
	Inapplicable Verdict = "na" // with a reason, and only where Excusable
)

// Verdicts returns all verdicts in the order of the form.
func Verdicts() []Verdict { return []Verdict{Met, Unmet, Inapplicable} }

// Claim is the self-assessment of one indicator. Entries are the figures behind
// it, one a threshold (C63). Value is a figure in the unit's own words, as older
// dossiers have it: several parted by semicolons in the order of the thresholds.
// Limits are the thresholds that the entries were typed beside, in their order, as
// indicators.WriteThresholds writes them: the office may change an indicator until
// the evaluation opens, and a figure never stands beside a limit of another name.
type Claim struct {
	Verdict Verdict            `json:"verdict"` // empty while nothing is said
	Reason  string             `json:"reason"`  // why it does not apply
	Value   string             `json:"value"`
	Entries []indicators.Entry `json:"entries,omitempty"`
	Limits  string             `json:"limits,omitempty"` // empty in older dossiers: as they are now
	Note    string             `json:"note"`
}

// Empty reports whether nothing is said at all.
func (c Claim) Empty() bool { return c.Same(Claim{}) }

// Same reports whether two claims say the same.
func (c Claim) Same(o Claim) bool {
	if c.Verdict != o.Verdict || c.Reason != o.Reason || c.Value != o.Value || c.Note != o.Note {
		return false
	}
	if c.Limits != o.Limits && c.Limits != "" && o.Limits != "" {
		return false
	}
	for n := range max(len(c.Entries), len(o.Entries)) {
		if c.Entry(n) != o.Entry(n) {
			return false
		}
	}
	return true
}

// Entry returns what was entered for the threshold at that place, nothing where
// nothing was.
func (c Claim) Entry(n int) indicators.Entry {
	if n < len(c.Entries) {
		return c.Entries[n]
	}
	return indicators.Entry{}
}

const (
	longestValue  = 200
	longestNote   = 500
	longestEntry  = 30
	longestLimits = 4000
)

// Excusable reports whether a unit may call the indicator not applicable to
// itself: where its text demands a rate of 100 %, a unit without a single case
// has no rate. Which indicators do not apply to a kind of unit at all is the
// catalogue's matter, not the unit's (C66).
func Excusable(i indicators.Indicator) bool {
	return slices.ContainsFunc(i.Thresholds, func(t indicators.Threshold) bool {
		return t.Form == indicators.FormNumber && t.Op == indicators.Equal && t.Unit == "%" && t.Value == indicators.Hundred
	})
}

// ClaimField names the block of an indicator in the form; its fields are
// claim-N, reason-N, value-N, note-N and, for the threshold at place I counted
// from 0, figure-N-I, part-N-I, whole-N-I, on-N-I, from-N-I and to-N-I.
func ClaimField(n indicators.Number) string { return "claim-" + string(n) }

// EntryField names the form field of one part of an entry.
func EntryField(part string, n indicators.Number, place int) string {
	return part + "-" + string(n) + "-" + strconv.Itoa(place)
}

// SetClaims changes the claims on the given indicators and leaves the others.
// One that somebody else has changed since seen is refused with field.conflict;
// saving again what stands already changes nothing, so that a request may be
// repeated when its answer was lost.
func (d *Dossier) SetClaims(seen int, claims map[indicators.Number]Claim, applicable []indicators.Indicator, by Editor) error {
	if d.Track != comprehensive {
		return fault.New(fault.Invalid, "dossier.no_self")
	}
	known := map[indicators.Number]indicators.Indicator{}
	for _, i := range applicable {
		known[i.Number] = i
	}
	var list fault.List
	var fields []string
	bound := map[indicators.Number]Claim{}
	for _, n := range sortedNumbers(claims) {
		i, ok := known[n]
		if !ok {
			list.Add(fault.New(fault.Invalid, "claim.unknown", "number", string(n)).At(ClaimField(n)))
			continue
		}
		bound[n] = claims[n].bind(i)
		checkClaim(&list, i, bound[n])
		if !bound[n].Same(d.Claims[n]) {
			fields = append(fields, ClaimField(n))
		}
	}
	if err := list.Err(); err != nil {
		return err
	}
	if err := d.edit(Self, seen, fields); err != nil {
		return err
	}
	d.keep(bound)
	d.touch(Self, by, fields)
	return nil
}

func (d *Dossier) keep(claims map[indicators.Number]Claim) {
	if d.Claims == nil {
		d.Claims = map[indicators.Number]Claim{}
	}
	for n, c := range claims {
		if c.Empty() {
			delete(d.Claims, n)
			continue
		}
		d.Claims[n] = c
	}
}

func checkClaim(list *fault.List, i indicators.Indicator, c Claim) {
	n := string(i.Number)
	switch {
	case c.Verdict != "" && !slices.Contains(Verdicts(), c.Verdict):
		list.Add(fault.New(fault.Invalid, "claim.verdict", "number", n).At("claim-" + n))
	case c.Verdict == Inapplicable && !Excusable(i):
		list.Add(fault.New(fault.Invalid, "claim.applies", "number", n).At("claim-" + n))
	case c.Verdict == Inapplicable && blank(c.Reason):
		list.Add(fault.New(fault.Invalid, "claim.reason", "number", n).At("reason-" + n))
	}
	checkText(list, "reason-"+n, c.Reason, longestNote, paragraph)
	checkText(list, "value-"+n, c.Value, longestValue, line)
	checkText(list, "note-"+n, c.Note, longestNote, paragraph)
	checkText(list, "claim-"+n, c.Limits, longestLimits, line)
	beside, err := c.beside(i)
	if err != nil || len(c.Entries) > len(beside) {
		list.Add(fault.New(fault.Invalid, "claim.entries", "number", n).At("claim-" + n))
		return
	}
	for place, e := range c.Entries {
		checkEntry(list, i.Number, place, beside[place], e)
	}
}

// checkEntry refuses what cannot be read as the threshold asks for it.
func checkEntry(list *fault.List, n indicators.Number, place int, t indicators.Threshold, e indicators.Entry) {
	before := len(*list)
	for _, f := range []struct{ part, text string }{
		{"figure", e.Figure}, {"part", e.Part}, {"whole", e.Whole}, {"on", e.On}, {"from", e.From}, {"to", e.To},
	} {
		checkText(list, EntryField(f.part, n, place), f.text, longestEntry, line)
	}
	if len(*list) > before {
		return
	}
	for _, r := range fault.All(e.Check(t)) {
		list.Add(r.At(EntryField(r.Field, n, place)))
	}
}

// Tally counts claims: Total indicators apply by the catalogue, Excused of them
// were called not applicable, Met are claimed met, Open have no claim.
type Tally struct {
	Level   string // first-level heading; empty for the whole
	Total   int
	Excused int
	Met     int
	Open    int
}

// Applicable is the denominator of the rule of C18.
func (t Tally) Applicable() int { return t.Total - t.Excused }

// Count tallies the whole self-assessment and each heading (C19). Bonus and
// penalty items are not among the indicators that apply (C18).
func (d *Dossier) Count(applicable []indicators.Indicator) (whole Tally, levels []Tally) {
	for _, i := range applicable {
		if n := len(levels); n == 0 || levels[n-1].Level != i.Level1 {
			levels = append(levels, Tally{Level: i.Level1})
		}
		d.tally(i, &levels[len(levels)-1])
		d.tally(i, &whole)
	}
	return whole, levels
}

func (d *Dossier) tally(i indicators.Indicator, t *Tally) {
	t.Total++
	switch d.Claims[i.Number].Verdict {
	case Met:
		t.Met++
	case Inapplicable:
		t.Excused++
	case Unmet:
	default:
		t.Open++
	}
}

// sortedNumbers returns the keys in a fixed order: shorter first, so that 9
// comes before 10.
func sortedNumbers[V any](m map[indicators.Number]V) []indicators.Number {
	out := make([]indicators.Number, 0, len(m))
	for n := range m {
		out = append(out, n)
	}
	slices.SortFunc(out, func(a, b indicators.Number) int {
		if len(a) != len(b) {
			return len(a) - len(b)
		}
		return strings.Compare(string(a), string(b))
	})
	return out
}
