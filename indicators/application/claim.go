package application

import (
	"slices"
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

// Claim is the self-assessment of one indicator. Value is the figure behind it
// in the unit's words (C63), several parted by semicolons in the order of the
// indicator's thresholds.
type Claim struct {
	Verdict Verdict `json:"verdict"` // empty while nothing is said
	Reason  string  `json:"reason"`  // why it does not apply
	Value   string  `json:"value"`
	Note    string  `json:"note"`
}

const (
	longestValue = 200
	longestNote  = 500
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

// SetClaims changes the claims on the given indicators and leaves the others.
// Fields are named verdict-N as in the form: claim-5, reason-5, value-5, note-5.
func (d *Dossier) SetClaims(seen int, claims map[indicators.Number]Claim, applicable []indicators.Indicator) error {
	if d.Track != comprehensive {
		return fault.New(fault.Invalid, "dossier.no_self")
	}
	known := map[indicators.Number]indicators.Indicator{}
	for _, i := range applicable {
		known[i.Number] = i
	}
	var list fault.List
	for _, n := range sortedNumbers(claims) {
		i, ok := known[n]
		if !ok {
			list.Add(fault.New(fault.Invalid, "claim.unknown", "number", string(n)).At("claim-" + string(n)))
			continue
		}
		checkClaim(&list, i, claims[n])
	}
	if err := list.Err(); err != nil {
		return err
	}
	if err := d.edit(Self, seen); err != nil {
		return err
	}
	if d.Claims == nil {
		d.Claims = map[indicators.Number]Claim{}
	}
	for n, c := range claims {
		if c == (Claim{}) {
			delete(d.Claims, n)
			continue
		}
		d.Claims[n] = c
	}
	return nil
}

func checkClaim(list *fault.List, i indicators.Indicator, c Claim) {
	n := string(i.Number)
	switch {
	case c.Verdict != "" && !slices.Contains(Verdicts(), c.Verdict):
		list.Add(fault.New(fault.Invalid, "claim.verdict", "number", n).At("claim-" + n))
	case c.Verdict == Inapplicable && !Excusable(i):
		list.Add(fault.New(fault.Invalid, "claim.applies", "number", n).At("claim-" + n))
	case c.Verdict == Inapplicable && strings.TrimSpace(c.Reason) == "":
		list.Add(fault.New(fault.Invalid, "claim.reason", "number", n).At("reason-" + n))
	}
	checkText(list, "reason-"+n, c.Reason, longestNote, paragraph)
	checkText(list, "value-"+n, c.Value, longestValue, line)
	checkText(list, "note-"+n, c.Note, longestNote, paragraph)
}

// Comparison is one threshold beside the figure that the unit gave for it.
type Comparison struct {
	Threshold indicators.Threshold
	Entered   string // empty where nothing was given
	Known     bool   // the figure is a number that can be compared
	Meets     bool   // only where Known
}

// Compare sets each threshold of an indicator beside the entered figures. It
// never decides: the verdict is the unit's and then the assessor's.
func Compare(i indicators.Indicator, value string) []Comparison {
	entered := strings.FieldsFunc(value, func(r rune) bool { return r == ';' || r == '；' })
	out := make([]Comparison, len(i.Thresholds))
	for n, t := range i.Thresholds {
		out[n].Threshold = t
		if n >= len(entered) {
			continue
		}
		out[n].Entered = strings.TrimSpace(entered[n])
		bare := strings.TrimRight(out[n].Entered, "%％"+t.Unit+" ")
		if v, err := indicators.ParseMark(bare); err == nil && t.Form == indicators.FormNumber {
			out[n].Known, out[n].Meets = true, t.Meets(v)
		}
	}
	return out
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
