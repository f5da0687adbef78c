package evaluation

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"math/big"
	"slices"
	"strings"
	"time"

	"minyi/indicators"
	"minyi/indicators/application"
	"minyi/indicators/fault"
	"minyi/indicators/roster"
)

// Result is the evaluation of one dossier.
type Result struct {
	Dossier  application.Key `json:"dossier"`
	Mark     indicators.Mark `json:"mark"` // mean of the sheets that count
	SE       indicators.Mark `json:"se"`   // of that mean, from the sheets' disagreement; 0 with one sheet
	Spread   indicators.Mark `json:"spread"`
	Sheets   int             `json:"sheets"`  // submitted
	Counted  []string        `json:"counted"` // assessors whose sheets make the mark
	Digest   string          `json:"digest"`  // over the digests of all submitted sheets
	Scheme   int             `json:"scheme"`
	ClosedAt time.Time       `json:"closed_at"`
	ClosedBy string          `json:"closed_by"`
}

// Combine makes the result of a dossier's assignments. All that count must be
// submitted, and as many as the round asks for; where two of them lie further
// apart than the round allows, an arbiter's sheet must be there too, and then
// the arbiter's and the one nearest to it count (both, where they are equally
// near). The notice says nothing of this; the distance is a setting.
func Combine(all []Assignment, s roster.Settings) (Result, error) {
	sheets, err := counting(all, s)
	if err != nil {
		return Result{}, err
	}
	totals := make([]indicators.Mark, len(sheets))
	for n, a := range sheets {
		totals[n] = a.Sheet.Total
	}
	r := Result{
		Dossier: sheets[0].Dossier, Scheme: sheets[0].Sheet.Scheme, Sheets: len(sheets),
		Spread: slices.Max(totals) - slices.Min(totals), Digest: digest(sheets),
	}
	counted := sheets
	if arbiter := slices.IndexFunc(sheets, func(a Assignment) bool { return a.Arbiter }); arbiter >= 0 {
		counted = nearest(sheets, arbiter)
	}
	marks := make([]indicators.Mark, len(counted))
	shares := make([]indicators.Share, len(counted))
	for n, a := range counted {
		marks[n], shares[n] = a.Sheet.Total, 1
		r.Counted = append(r.Counted, a.Assessor)
	}
	if r.Mark, err = indicators.MeanOf(marks, shares); err != nil {
		return Result{}, err
	}
	r.SE = standardError(marks)
	return r, nil
}

// counting returns the submitted sheets or says what is missing.
func counting(all []Assignment, s roster.Settings) ([]Assignment, error) {
	var sheets []Assignment
	plain, arbiter := 0, false
	for _, a := range all {
		if !a.Counts() {
			continue
		}
		if !a.Sheet.Submitted() {
			return nil, fault.New(fault.Conflict, "evaluation.open_sheet", "dossier", string(a.Dossier.ID()))
		}
		sheets = append(sheets, a)
		if a.Arbiter {
			arbiter = true
		} else {
			plain++
		}
	}
	if plain < s.Assessors || plain == 0 {
		return nil, fault.New(fault.Conflict, "evaluation.too_few", "have", itoa(plain), "need", itoa(max(s.Assessors, 1)))
	}
	if !arbiter && Apart(sheets, s) {
		return nil, fault.New(fault.Conflict, "evaluation.arbitration", "most", s.ArbitrationAbove.String())
	}
	slices.SortFunc(sheets, func(a, b Assignment) int { return strings.Compare(a.Assessor, b.Assessor) })
	return sheets, nil
}

// Apart reports whether the submitted sheets of the first assessors lie further
// apart than the round allows.
func Apart(all []Assignment, s roster.Settings) bool {
	var totals []indicators.Mark
	for _, a := range all {
		if a.Counts() && !a.Arbiter && a.Sheet.Submitted() {
			totals = append(totals, a.Sheet.Total)
		}
	}
	return len(totals) > 1 && slices.Max(totals)-slices.Min(totals) > s.ArbitrationAbove
}

// nearest returns the arbiter's sheet with the one or those nearest to it.
func nearest(sheets []Assignment, arbiter int) []Assignment {
	middle := sheets[arbiter].Sheet.Total
	distance := func(a Assignment) indicators.Mark {
		return max(a.Sheet.Total-middle, middle-a.Sheet.Total)
	}
	var others []Assignment
	for n, a := range sheets {
		if n != arbiter {
			others = append(others, a)
		}
	}
	least := slices.MinFunc(others, func(a, b Assignment) int { return cmp.Compare(distance(a), distance(b)) })
	out := []Assignment{sheets[arbiter]}
	for _, a := range others {
		if distance(a) == distance(least) {
			out = append(out, a)
		}
	}
	return out
}

// standardError is that of the mean of n marks, s/√n with s² over n-1, rounded
// half up to hundredths; 0 for one mark. For two marks it is half their
// distance.
func standardError(marks []indicators.Mark) indicators.Mark {
	n := int64(len(marks))
	if n < 2 {
		return 0
	}
	sum, squares := new(big.Int), new(big.Int)
	for _, m := range marks {
		v := big.NewInt(int64(m))
		sum.Add(sum, v)
		squares.Add(squares, new(big.Int).Mul(v, v))
	}
	// SE² = (nΣx² - (Σx)²) / (n²(n-1)); rounding half up is ⌊(√(4·SE²) + 1) / 2⌋.
	top := new(big.Int).Mul(big.NewInt(n), squares)
	top.Sub(top, new(big.Int).Mul(sum, sum)).Mul(top, big.NewInt(4))
	top.Quo(top, big.NewInt(n*n*(n-1))).Sqrt(top)
	return indicators.Mark((top.Int64() + 1) / 2)
}

// digest covers the digests of all submitted sheets, in the order given.
func digest(sheets []Assignment) string {
	h := sha256.New()
	for _, a := range sheets {
		h.Write([]byte(a.Assessor + "\n" + a.Sheet.Digest + "\n"))
	}
	return hex.EncodeToString(h.Sum(nil))
}
