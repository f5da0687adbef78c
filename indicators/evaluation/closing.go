package evaluation

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"minyi/indicators"
	"minyi/indicators/access"
	"minyi/indicators/application"
	"minyi/indicators/fault"
	"minyi/indicators/scorebook"
)

// Obstacle is one thing that keeps a dossier from being closed, as the text key
// "awaits.<code>".
type Obstacle struct {
	Code string
	Who  string // an assessor or an institution
	Have int
	Need int
}

// The obstacles, in the order in which work is done.
const (
	AwaitsAssessors   = "assessors"   // fewer than the round asks for
	AwaitsDeclaration = "declaration" // an assessor has not declared interests
	AwaitsSheet       = "sheet"       // a sheet is not submitted: Have of Need verdicts
	AwaitsArbiter     = "arbiter"     // the sheets call for a third assessor
	AwaitsTrack       = "track"       // other dossiers of the track have open sheets, which its model needs
	AwaitsOpinion     = "opinion"     // an institution has not signed
	AwaitsProblems    = "problems"    // open problems: the office may close with a reason
)

// Close ends the evaluation of one dossier and files its finding. It needs
// everything that Row.Awaits names; open problems may stay where the office says
// why (despite). Closing again files the same finding again, which changes
// nothing.
func (s *Service) Close(ctx context.Context, by access.Actor, k application.Key, despite string) (Result, error) {
	if err := by.Require(access.Office); err != nil {
		return Result{}, err
	}
	d, terms, err := s.Dossiers.Sealed(ctx, k)
	if err != nil {
		return Result{}, err
	}
	if old, err := s.Store.ResultOf(ctx, k); err != nil || old != nil {
		return s.fileAgain(ctx, by, d, old, err)
	}
	if err := s.recused(ctx, by, k.Round, k.Unit, s.entry(by, "evaluation.close", "evaluation/"+string(k.ID()))); err != nil {
		return Result{}, err
	}
	if settings := terms.Round.Settings; !settings.Evaluation.Began(s.Now()) {
		return Result{}, settings.Evaluation.Refuse(s.Now(), "evaluation.window")
	}
	standing, err := s.standing(ctx, k.Round)
	if err != nil {
		return Result{}, err
	}
	return s.close(ctx, by, d, standing, strings.TrimSpace(despite))
}

func (s *Service) fileAgain(ctx context.Context, by access.Actor, d *application.Dossier, r *Result, err error) (Result, error) {
	if err != nil {
		return Result{}, err
	}
	changed, err := s.corrected(ctx, d.Key)
	if err != nil || changed {
		return *r, err // the correction stands in the book
	}
	return *r, s.file(ctx, by, d, *r)
}

func (s *Service) close(ctx context.Context, by access.Actor, d *application.Dossier, at *standing, despite string) (Result, error) {
	row, ok := at.row(d.Key)
	if !ok {
		return Result{}, fault.New(fault.NotFound, "dossier.unknown")
	}
	if err := row.refusal(at.settings(), despite); err != nil {
		return Result{}, err
	}
	rule, of := at.settings().Sheets(), at.track(d.Track)
	model := NewModel(of, rule)
	entry := s.entry(by, "evaluation.close", "evaluation/"+string(d.ID()))
	entry.Reason = despite
	r, err := s.Store.AddResult(ctx, d.Key, entry, func(all []Assignment) (Result, error) {
		r, err := Combine(states(all), at.settings(), model)
		r.ClosedAt, r.ClosedBy = s.Now().UTC(), by.Name
		r.Together = model.together(r, byDossier(submitted(of)), rule)
		if row.OpenProblems > 0 {
			r.Despite = despite
		}
		entry.After = r.Digest
		return r, err
	})
	if err != nil {
		return Result{}, err
	}
	return r, s.file(ctx, by, d, r)
}

func (s *Service) file(ctx context.Context, by access.Actor, d *application.Dossier, r Result) error {
	basis, err := s.basis(ctx, d.Key, r)
	if err != nil {
		return err
	}
	f, err := finding(d, r, basis)
	if err != nil {
		return err
	}
	return s.Book.File(ctx, by, f)
}

// refusal turns the first thing that is lacking into a refusal.
func (r Row) refusal(settings settings, despite string) error {
	if len(despite) > 0 {
		var list fault.List
		checkText(&list, "despite", despite, longestReason)
		if err := list.Err(); err != nil {
			return err
		}
	}
	for _, l := range r.Awaits {
		switch l.Code {
		case AwaitsDeclaration, AwaitsSheet:
			return fault.New(fault.Conflict, "evaluation.open_sheet", "dossier", string(r.Key.ID()))
		case AwaitsAssessors:
			return fault.New(fault.Conflict, "evaluation.too_few", "have", itoa(l.Have), "need", itoa(l.Need))
		case AwaitsArbiter:
			return r.Dispute.refusal(settings)
		case AwaitsTrack:
			return fault.New(fault.Conflict, "evaluation.track_open", "count", itoa(l.Need))
		case AwaitsOpinion:
			return fault.New(fault.Conflict, "evaluation.opinion", "institution", l.Who)
		case AwaitsProblems:
			if despite == "" {
				return fault.New(fault.Conflict, "evaluation.problems", "count", itoa(l.Need)).At("despite")
			}
		}
	}
	return nil
}

// detail is what a finding of this instrument says of how its mark came about.
type detail struct {
	Sheets    int               `json:"sheets"`
	Spread    indicators.Mark   `json:"spread"`
	Scheme    int               `json:"scheme"`
	Raw       indicators.Mark   `json:"raw"`
	Corrected *indicators.Mark  `json:"corrected,omitempty"` // absent where no leniency can be told
	Adjusted  bool              `json:"adjusted"`            // the corrected mark is the mark
	SEFrom    ErrorFrom         `json:"se_from"`
	Refused   string            `json:"refused,omitempty"` // why no leniency can be told
	Rule      string            `json:"rule,omitempty"`    // by which three sheets counted
	Basis     []scorebook.Basis `json:"basis,omitempty"`   // for what a survey gives later

	Shared []scorebook.Shared `json:"shared,omitempty"` // whose errors hang together with this one's
}

// finding is what goes to the scorebook: the mark by the round's rule and its
// standard error. Two or three sheets are too few for an interval of their own, so
// none is claimed.
func finding(d *application.Dossier, r Result, basis []scorebook.Basis) (scorebook.Finding, error) {
	words := detail{
		Sheets: r.Sheets, Spread: r.Spread, Scheme: r.Scheme, Raw: r.Raw, Adjusted: r.Adjusted, SEFrom: r.SEFrom,
		Refused: r.Refused, Rule: string(r.Rule), Basis: basis, Shared: r.Together,
	}
	if r.Refused == "" {
		words.Corrected = &r.Corrected
	}
	raw, err := json.Marshal(words)
	if err != nil {
		return scorebook.Finding{}, fmt.Errorf("finding: %w", err)
	}
	return scorebook.Finding{
		Key:     scorebook.Key{Round: d.Round, Unit: d.Unit, Instrument: scorebook.Evaluation, Track: d.Track},
		Project: d.Project, Mark: r.Mark, SE: r.SE, Digest: r.Digest, Detail: raw,
	}, nil
}

// CloseRound ends the evaluation of the round: every filed dossier must have its
// result. After that nothing more is filed by this instrument, and no opinion and
// no sheet changes.
func (s *Service) CloseRound(ctx context.Context, by access.Actor, round int) error {
	if err := by.Require(access.Office); err != nil {
		return err
	}
	at, err := s.standing(ctx, round)
	if err != nil {
		return err
	}
	var open []string
	for _, row := range at.rows() {
		if row.Result == nil {
			open = append(open, row.Unit.Name)
			continue
		}
		if _, err := s.Close(ctx, by, row.Key, ""); err != nil {
			return err
		}
	}
	if len(open) > 0 {
		return fault.New(fault.Conflict, "evaluation.open", "units", strings.Join(open, "、"))
	}
	return s.Book.CloseInstrument(ctx, by, round, scorebook.Evaluation)
}

// Board returns every filed dossier of a round with how far its evaluation is, to
// the office, without reading a sheet. It shows totals, so reading it is logged
// (C97).
func (s *Service) Board(ctx context.Context, by access.Actor, round int) ([]Row, error) {
	if err := by.Require(access.Office); err != nil {
		return nil, err
	}
	at, err := s.standing(ctx, round)
	if err != nil {
		return nil, err
	}
	return at.rows(), s.Store.Record(ctx, *s.entry(by, "evaluation.read", fmt.Sprintf("evaluation/%d", round)))
}

// Comparison is a dossier's sheets side by side.
type Comparison struct {
	Row
	Terms    Terms
	Sheets   []Assignment // those that count, once all are submitted; else none
	Problems []Problem
	Opinions []Opinion
	Changes  []Correction
}

// Compare shows the office one dossier: its sheets side by side once all are
// submitted, what keeps it from being closed, problems, opinions and corrections.
// Each reading is logged (C97).
func (s *Service) Compare(ctx context.Context, by access.Actor, k application.Key) (*Comparison, error) {
	if err := by.Require(access.Office); err != nil {
		return nil, err
	}
	at, err := s.standing(ctx, k.Round)
	if err != nil {
		return nil, err
	}
	row, ok := at.row(k)
	if !ok {
		return nil, fault.New(fault.NotFound, "dossier.unknown")
	}
	c := &Comparison{Row: row, Opinions: at.opinions[k]}
	if c.Terms, err = s.terms(ctx, k); err != nil {
		return nil, err
	}
	if !row.Open {
		if c.Sheets, err = s.Store.AssignmentsOfDossier(ctx, k); err != nil {
			return nil, err
		}
		c.Sheets = slices.DeleteFunc(c.Sheets, func(a Assignment) bool { return !a.Counts() || !a.Sheet.Submitted() })
	}
	c.Problems = slices.DeleteFunc(slices.Clone(at.problems), func(p Problem) bool { return p.Dossier != k })
	all, err := s.Store.Corrections(ctx, k.Round)
	if err != nil {
		return nil, err
	}
	c.Changes = slices.DeleteFunc(all, func(x Correction) bool { return x.Dossier != k })
	return c, s.Store.Record(ctx, *s.entry(by, "evaluation.read", "evaluation/"+string(k.ID())))
}
