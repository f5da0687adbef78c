package evaluation

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"minyi/indicators/access"
	"minyi/indicators/application"
	"minyi/indicators/fault"
)

// Severity is how much a problem weighs.
type Severity string

// The severities.
const (
	Minor   Severity = "minor"
	Serious Severity = "serious"
	Grave   Severity = "grave"
)

// Severities returns them, lightest first.
func Severities() []Severity { return []Severity{Minor, Serious, Grave} }

// ProblemKind is what a problem is about.
type ProblemKind string

// The kinds. What is suspected false goes to the formal cancellation (C99); the
// two grounds of penalty are those of the indicator system (C69, C70).
const (
	OtherProblem  ProblemKind = "other"
	Unproven      ProblemKind = "unproven"  // the evidence does not show what is claimed
	FalseMaterial ProblemKind = "false"     // suspected false material (C99)
	PenaltyA3     ProblemKind = "a3"        // 严重违法行政行为，或者不作为、乱作为
	PenaltyA4     ProblemKind = "a4"        // 编造、虚构或者隐瞒
	Procedure     ProblemKind = "procedure" // of the evaluation itself
)

// ProblemKinds returns the kinds in the order of forms.
func ProblemKinds() []ProblemKind {
	return []ProblemKind{Unproven, FalseMaterial, PenaltyA3, PenaltyA4, Procedure, OtherProblem}
}

// Found is what somebody found: in words, and where.
type Found struct {
	Text     string                `json:"text"`
	Item     Item                  `json:"item"`    // empty: the whole dossier
	Exhibit  application.ExhibitID `json:"exhibit"` // empty: no file
	Severity Severity              `json:"severity"`
	Kind     ProblemKind           `json:"kind"`
}

// Problem is something found during the evaluation (C93). It is never changed
// or deleted; outcomes are added to it.
type Problem struct {
	ID      string          `json:"id"`
	Dossier application.Key `json:"dossier"`
	Found
	FoundAt  time.Time `json:"found_at"`
	FoundBy  string    `json:"found_by"`
	Outcomes []Outcome `json:"outcomes"`
}

// Open reports whether nothing has settled the problem yet.
func (p Problem) Open() bool {
	return !slices.ContainsFunc(p.Outcomes, func(o Outcome) bool { return o.Result != Noted })
}

// OutcomeResult is what an outcome does to its problem.
type OutcomeResult string

// The results. A note leaves the problem open.
const (
	Settled    OutcomeResult = "settled"
	Unfounded  OutcomeResult = "unfounded"
	HandedOver OutcomeResult = "handed-over" // to the formal cancellation or another authority
	Noted      OutcomeResult = "note"
)

// OutcomeResults returns the results in the order of forms.
func OutcomeResults() []OutcomeResult { return []OutcomeResult{Settled, Unfounded, HandedOver, Noted} }

// Outcome is what became of a problem.
type Outcome struct {
	Result OutcomeResult `json:"result"`
	Text   string        `json:"text"`
	At     time.Time     `json:"at"`
	By     string        `json:"by"`
}

const longestProblem = 1000

func checkWords(field, text, code string) error {
	var list fault.List
	wantWords(&list, field, text, code)
	return list.Err()
}

// wantWords refuses no words and too many.
func wantWords(list *fault.List, field, text, code string) {
	checkText(list, field, text, longestProblem)
	if strings.TrimSpace(text) == "" {
		list.Add(fault.New(fault.Invalid, code).At(field))
	}
}

// check refuses what names a place that the dossier does not have.
func (f Found) check(t Terms) error {
	var list fault.List
	wantWords(&list, "problem", f.Text, "problem.text")
	if f.Item != "" && !slices.ContainsFunc(t.Lines(), func(l Line) bool { return l.Item == f.Item }) {
		list.Add(fault.New(fault.Invalid, "problem.item").At("item"))
	}
	if f.Exhibit != "" {
		if _, err := t.Dossier.Exhibit(f.Exhibit); err != nil {
			list.Add(fault.New(fault.Invalid, "problem.exhibit").At("exhibit"))
		}
	}
	if !slices.Contains(Severities(), f.Severity) || !slices.Contains(ProblemKinds(), f.Kind) {
		list.Add(fault.New(fault.Invalid, "problem.kind").At("kind"))
	}
	return list.Err()
}

// Report adds a problem that was found to the register (C93), in words only.
func (s *Service) Report(ctx context.Context, by access.Actor, k application.Key, text string) error {
	return s.Find(ctx, by, k, Found{Text: text, Severity: Minor, Kind: OtherProblem})
}

// Find adds a problem that was found to the register (C93). Assessors may on
// dossiers assigned to them, the office and inspectors on any that was filed.
func (s *Service) Find(ctx context.Context, by access.Actor, k application.Key, f Found) error {
	return s.find(ctx, by, k, s.NewID(), f)
}

// FindOnce is Find under an id that the finder gives, so that what is sent twice is
// in the register once.
func (s *Service) FindOnce(ctx context.Context, by access.Actor, k application.Key, id string, f Found) error {
	there, err := s.Store.ProblemDossier(ctx, id)
	if fault.KindOf(err) == fault.NotFound {
		return s.find(ctx, by, k, id, f)
	}
	if err == nil && there != k {
		return fault.New(fault.Conflict, "request.invalid")
	}
	return err
}

func (s *Service) find(ctx context.Context, by access.Actor, k application.Key, id string, f Found) error {
	if by.Role == access.Assessor {
		if _, err := s.mine(ctx, by, k); err != nil {
			return err
		}
	} else if err := by.Require(access.Office, access.Inspector); err != nil {
		return err
	}
	terms, err := s.terms(ctx, k)
	if err != nil {
		return err
	}
	if err := f.check(terms); err != nil {
		return err
	}
	p := &Problem{ID: id, Dossier: k, Found: f, FoundAt: s.Now().UTC().Truncate(time.Millisecond), FoundBy: by.Name}
	return s.Store.AddProblem(ctx, p, s.entry(by, "problem.add", "problem/"+p.ID))
}

// Conclude adds an outcome to a problem; earlier ones stand. Only the office may,
// and nobody who has a conflict of interests with the unit (C95).
func (s *Service) Conclude(ctx context.Context, by access.Actor, problem string, result OutcomeResult, text string) error {
	if err := by.Require(access.Office); err != nil {
		return err
	}
	if err := checkWords("outcome", text, "problem.outcome"); err != nil {
		return err
	}
	if !slices.Contains(OutcomeResults(), result) {
		return fault.New(fault.Invalid, "problem.result").At("result")
	}
	k, err := s.Store.ProblemDossier(ctx, problem)
	if err != nil {
		return err
	}
	entry := s.entry(by, "problem.conclude", "problem/"+problem)
	if err := s.recused(ctx, by, k.Round, k.Unit, entry); err != nil {
		return err
	}
	o := Outcome{Result: result, Text: text, At: s.Now().UTC().Truncate(time.Millisecond), By: by.Name}
	return s.Store.AddOutcome(ctx, problem, o, entry)
}

// Problems returns the register of a round: all of it to the office, to others
// what they found themselves.
func (s *Service) Problems(ctx context.Context, by access.Actor, round int) ([]Problem, error) {
	if err := by.Require(access.Office, access.Assessor, access.Inspector); err != nil {
		return nil, err
	}
	all, err := s.Store.Problems(ctx, round)
	if err != nil || by.Role == access.Office {
		return all, err
	}
	return slices.DeleteFunc(all, func(p Problem) bool { return p.FoundBy != by.Name }), nil
}

// ProblemFilter picks problems of the register; what is empty picks all.
type ProblemFilter struct {
	Dossier  application.ID
	Kind     ProblemKind
	Severity Severity
	State    string // "open" or "closed"
	Words    string // in the text, the outcomes, the item or the finder
}

// Picks reports whether a problem is picked.
func (f ProblemFilter) Picks(p Problem) bool {
	switch {
	case f.Dossier != "" && p.Dossier.ID() != f.Dossier,
		f.Kind != "" && p.Kind != f.Kind,
		f.Severity != "" && p.Severity != f.Severity,
		f.State == "open" && !p.Open(), f.State == "closed" && p.Open():
		return false
	}
	words := strings.ToLower(strings.TrimSpace(f.Words))
	return words == "" || strings.Contains(strings.ToLower(p.words()), words)
}

func (p Problem) words() string {
	parts := []string{p.Text, p.FoundBy, string(p.Item), string(p.Dossier.ID())}
	for _, o := range p.Outcomes {
		parts = append(parts, o.Text, o.By)
	}
	return strings.Join(parts, "\n")
}

// ExportProblems returns what a filter picks, newest first, for a file that is
// taken away: each such reading is an entry in the trail (C97).
func (s *Service) ExportProblems(ctx context.Context, by access.Actor, round int, f ProblemFilter) ([]Problem, error) {
	all, err := s.Problems(ctx, by, round)
	if err != nil {
		return nil, err
	}
	out := slices.DeleteFunc(all, func(p Problem) bool { return !f.Picks(p) })
	slices.SortStableFunc(out, func(a, b Problem) int { return cmp.Compare(b.FoundAt.UnixMilli(), a.FoundAt.UnixMilli()) })
	return out, s.Store.Record(ctx, *s.entry(by, "problem.export", fmt.Sprintf("problems/%d", round)))
}

// FiledIn returns the dossiers that stand filed in a round, by unit and track, to
// those who may register a problem with any of them.
func (s *Service) FiledIn(ctx context.Context, by access.Actor, round int) ([]application.Key, error) {
	if err := by.Require(access.Office, access.Inspector); err != nil {
		return nil, err
	}
	all, err := s.filed(ctx, round)
	if err != nil {
		return nil, err
	}
	out := make([]application.Key, len(all))
	for n, d := range all {
		out[n] = d.Key
	}
	return out, nil
}
