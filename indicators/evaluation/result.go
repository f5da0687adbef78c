package evaluation

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"math/big"
	"slices"
	"strings"
	"time"

	"minyi/indicators"
	"minyi/indicators/application"
	"minyi/indicators/audit"
	"minyi/indicators/fault"
	"minyi/indicators/roster"
	"minyi/indicators/scorebook"
)

// Records keeps what comes of the sheets: their states for overviews, opinions
// and corrections. A method that takes an entry stores it in the same transaction.
type Records interface {
	Dossiers(ctx context.Context, round int) ([]application.Dossier, error)
	// SheetStates returns the state of every sheet of a round without reading the
	// sheets.
	SheetStates(ctx context.Context, round int) ([]SheetState, error)
	// AssignmentsOfDossier returns the assignments of one dossier with their sheets.
	AssignmentsOfDossier(ctx context.Context, k application.Key) ([]Assignment, error)
	ResultOf(ctx context.Context, k application.Key) (*Result, error)
	Opinions(ctx context.Context, round int) ([]Opinion, error)
	// UpdateOpinion loads, changes and saves the opinion of an institution on a
	// dossier; one that is not there yet is new. A signed one is opinion.signed.
	UpdateOpinion(ctx context.Context, k application.Key, institution string, entry *audit.Entry, change func(*Opinion) error) error
	// OpinionOf returns the signed opinion with that digest, or a NotFound refusal
	// opinion.unknown.
	OpinionOf(ctx context.Context, digest string) (*Opinion, error)
	// AddCorrection keeps a proposal; one that is still open is correction.open.
	AddCorrection(ctx context.Context, c *Correction, entry *audit.Entry) error
	// AnswerCorrection keeps the second person's answer that rule gives.
	AnswerCorrection(ctx context.Context, id string, entry *audit.Entry, rule func(*Correction) error) (*Correction, error)
	Corrections(ctx context.Context, round int) ([]Correction, error)
}

// Excused is the mark in a SheetState of an item that does not apply.
const Excused indicators.Mark = -1

// SheetState is what overviews know of a sheet: how far it is and, once it is
// submitted, its marks. It holds no word of it.
type SheetState struct {
	Dossier     application.Key
	Assessor    string
	Institution string
	Arbiter     bool
	Interest    Interest
	Back        bool // its assessor stands back, or it was taken away: it counts no more
	Given       int  // items with a verdict
	SubmittedAt time.Time
	Scheme      int
	Total       indicators.Mark
	Digest      string
	Marks       map[Item]indicators.Mark // of a submitted sheet; Excused where an item does not apply
}

// StateOf returns the state of an assignment's sheet.
func StateOf(a *Assignment) SheetState {
	s := SheetState{
		Dossier: a.Dossier, Assessor: a.Assessor, Institution: a.Institution, Arbiter: a.Arbiter,
		Interest: a.Declaration.Interest, Back: !a.Counts(), SubmittedAt: a.Sheet.SubmittedAt, Scheme: a.Sheet.Scheme,
		Total: a.Sheet.Total, Digest: a.Sheet.Digest, Marks: map[Item]indicators.Mark{},
	}
	for item, v := range a.Sheet.Verdicts {
		if v.settled() {
			s.Given++
		}
		switch {
		case !s.Submitted():
		case v.Excused:
			s.Marks[item] = Excused
		case v.Given:
			s.Marks[item] = v.Mark
		}
	}
	s.Given = max(s.Given, a.Sheet.Done)
	return s
}

// Submitted reports whether the sheet is closed.
func (s SheetState) Submitted() bool { return !s.SubmittedAt.IsZero() }

// Counts reports whether the assignment may still bring a sheet.
func (s SheetState) Counts() bool { return !s.Back }

// states returns those of the assignments.
func states(all []Assignment) []SheetState {
	out := make([]SheetState, len(all))
	for n := range all {
		out[n] = StateOf(&all[n])
	}
	return out
}

// Result is the evaluation of one dossier: the mark by the round's rule and both
// numbers that it may be, with and without the leniency of its assessors.
type Result struct {
	Dossier   application.Key    `json:"dossier"`
	Mark      indicators.Mark    `json:"mark"` // that counts
	SE        indicators.Mark    `json:"se"`   // of the mark; 0 with one sheet
	SEFrom    ErrorFrom          `json:"se_from"`
	Variance  int64              `json:"variance,omitempty"` // of the mark by the model, in hundredths squared: SE before its rounding
	Raw       indicators.Mark    `json:"raw"`                // mean of the sheets that count
	Corrected indicators.Mark    `json:"corrected"`          // the same without leniency; 0 where Refused says why there is none
	Refused   string             `json:"refused"`            // why no leniency can be told, else empty
	Adjusted  bool               `json:"adjusted"`           // the corrected mark counts
	Rule      roster.ThreeSheets `json:"rule,omitempty"`     // by which three sheets counted
	Spread    indicators.Mark    `json:"spread"`
	Sheets    int                `json:"sheets"`  // submitted
	Counted   []string           `json:"counted"` // assessors whose sheets make the mark
	Digest    string             `json:"digest"`  // over the digests of all submitted sheets
	Scheme    int                `json:"scheme"`
	Together  []scorebook.Shared `json:"together,omitempty"` // whose errors hang together with this one's
	Despite   string             `json:"despite,omitempty"`  // why it was closed with open problems
	ClosedAt  time.Time          `json:"closed_at"`
	ClosedBy  string             `json:"closed_by"`
}

// ErrorFrom says where a result's standard error comes from.
type ErrorFrom string

// The origins of a standard error.
const (
	FromSpread   ErrorFrom = "spread"   // of the sheets of this dossier alone
	FromAbsolute ErrorFrom = "absolute" // of a raw mark: leniency and error of the model over all sheets, √((σ²r + σ²e)/k) (Brennan 2001, Generalizability Theory, ch. 2)
	FromAdjusted ErrorFrom = "adjusted" // of a corrected mark: the additive model's
)

// Combine makes the result of a dossier's sheets. All that count must be
// submitted, and as many as the round asks for; where an arbiter is needed, its
// sheet must be there too, and the round's rule says which of three count. The
// notice says nothing of this: distances and rules are settings.
func Combine(all []SheetState, s roster.Settings, m *Model) (Result, error) {
	sheets, err := complete(all, s)
	if err != nil {
		return Result{}, err
	}
	totals := totalsOf(sheets)
	r := Result{
		Dossier: sheets[0].Dossier, Scheme: sheets[0].Scheme, Sheets: len(sheets),
		Spread: slices.Max(totals) - slices.Min(totals), Digest: digest(sheets),
	}
	counted := counting(sheets, s.Sheets())
	if len(counted) < len(sheets) || slices.ContainsFunc(sheets, func(a SheetState) bool { return a.Arbiter }) {
		r.Rule = s.Sheets()
	}
	for _, a := range counted {
		r.Counted = append(r.Counted, a.Assessor)
	}
	if r.Raw, err = mean(totalsOf(counted)); err != nil {
		return Result{}, err
	}
	r.Mark, r.SE, r.SEFrom = r.Raw, standardError(totalsOf(counted)), FromSpread
	m.improve(&r, counted, s.CorrectLeniency)
	return r, nil
}

func totalsOf(sheets []SheetState) []indicators.Mark {
	out := make([]indicators.Mark, len(sheets))
	for n, a := range sheets {
		out[n] = a.Total
	}
	return out
}

func mean(marks []indicators.Mark) (indicators.Mark, error) {
	shares := make([]indicators.Share, len(marks))
	for n := range shares {
		shares[n] = 1
	}
	return indicators.MeanOf(marks, shares)
}

// complete returns the submitted sheets or says what is missing.
func complete(all []SheetState, s roster.Settings) ([]SheetState, error) {
	var sheets []SheetState
	plain := 0
	for _, a := range all {
		if !a.Counts() {
			continue
		}
		if !a.Submitted() {
			return nil, fault.New(fault.Conflict, "evaluation.open_sheet", "dossier", string(a.Dossier.ID()))
		}
		sheets = append(sheets, a)
		if !a.Arbiter {
			plain++
		}
	}
	if plain < s.Assessors || plain == 0 {
		return nil, fault.New(fault.Conflict, "evaluation.too_few", "have", itoa(plain), "need", itoa(max(s.Assessors, 1)))
	}
	slices.SortFunc(sheets, func(a, b SheetState) int { return strings.Compare(a.Assessor, b.Assessor) })
	return sheets, nil
}

// rangeOf returns how far the submitted totals of the first assessors lie apart.
func rangeOf(all []SheetState) indicators.Mark {
	totals := totalsOf(firsts(all))
	if len(totals) == 0 {
		return 0
	}
	return slices.Max(totals) - slices.Min(totals)
}

// firsts returns the submitted sheets of the first assessors.
func firsts(all []SheetState) []SheetState {
	return slices.DeleteFunc(slices.Clone(all), func(a SheetState) bool { return !a.Counts() || a.Arbiter || !a.Submitted() })
}

// counting returns the sheets that make the mark: all of them, or where an
// arbiter's is among them those that the rule names.
func counting(sheets []SheetState, rule roster.ThreeSheets) []SheetState {
	arbiter := slices.IndexFunc(sheets, func(a SheetState) bool { return a.Arbiter })
	if arbiter < 0 {
		return sheets
	}
	switch rule {
	case roster.ArbiterAlone:
		return sheets[arbiter : arbiter+1]
	case roster.TwoClosest:
		return closest(sheets)
	case roster.NearestToArbiter:
		return nearest(sheets, arbiter)
	case roster.MeanOfAll:
	}
	return sheets
}

// nearest returns the arbiter's sheet with the one or those nearest to it.
func nearest(sheets []SheetState, arbiter int) []SheetState {
	middle := sheets[arbiter].Total
	distance := func(a SheetState) indicators.Mark { return max(a.Total-middle, middle-a.Total) }
	var others []SheetState
	for n, a := range sheets {
		if n != arbiter {
			others = append(others, a)
		}
	}
	least := slices.MinFunc(others, func(a, b SheetState) int { return cmp.Compare(distance(a), distance(b)) })
	out := []SheetState{sheets[arbiter]}
	for _, a := range others {
		if distance(a) == distance(least) {
			out = append(out, a)
		}
	}
	return out
}

// closest returns the sheets that lie in a pair of least distance.
func closest(sheets []SheetState) []SheetState {
	sorted := slices.Clone(sheets)
	slices.SortStableFunc(sorted, func(a, b SheetState) int { return cmp.Compare(a.Total, b.Total) })
	least := indicators.Hundred
	for n := range sorted[1:] {
		least = min(least, sorted[n+1].Total-sorted[n].Total)
	}
	var out []SheetState
	for n, a := range sorted {
		if n > 0 && a.Total-sorted[n-1].Total == least || n+1 < len(sorted) && sorted[n+1].Total-a.Total == least {
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
func digest(sheets []SheetState) string {
	h := sha256.New()
	for _, a := range sheets {
		h.Write([]byte(a.Assessor + "\n" + a.Digest + "\n"))
	}
	return hex.EncodeToString(h.Sum(nil))
}
