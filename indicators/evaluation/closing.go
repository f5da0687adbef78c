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
	"minyi/indicators/roster"
	"minyi/indicators/scorebook"
)

// Close ends the evaluation of one dossier and files its finding. It needs the
// evaluation to have begun, every sheet submitted and, where they lie too far
// apart, the arbiter's. Closing again files the same finding again, which
// changes nothing.
func (s *Service) Close(ctx context.Context, by access.Actor, k application.Key) (Result, error) {
	if err := by.Require(access.Office); err != nil {
		return Result{}, err
	}
	d, terms, err := s.Dossiers.Sealed(ctx, k)
	if err != nil {
		return Result{}, err
	}
	settings := terms.Round.Settings
	if !settings.Evaluation.Began(s.Now()) {
		return Result{}, settings.Evaluation.Refuse(s.Now(), "evaluation.window")
	}
	entry := s.entry(by, "evaluation.close", "evaluation/"+string(k.ID()))
	r, err := s.Store.AddResult(ctx, k, entry, func(all []Assignment) (Result, error) {
		r, err := Combine(all, settings)
		r.Dossier, r.ClosedAt, r.ClosedBy = k, s.Now().UTC(), by.Name
		entry.After = r.Digest
		return r, err
	})
	if err != nil {
		return Result{}, err
	}
	basis, err := s.basis(ctx, k, r)
	if err != nil {
		return Result{}, err
	}
	f, err := finding(d, r, basis)
	if err != nil {
		return Result{}, err
	}
	return r, s.Book.File(ctx, by, f)
}

// finding is what goes to the scorebook: the mark and its standard error. Two or
// three sheets are too few for an interval of their own, so none is claimed.
func finding(d *application.Dossier, r Result, basis []scorebook.Basis) (scorebook.Finding, error) {
	detail, err := json.Marshal(struct {
		Sheets int             `json:"sheets"`
		Spread indicators.Mark `json:"spread"`
		Scheme int             `json:"scheme"`

		Basis []scorebook.Basis `json:"basis,omitempty"` // for what a survey gives later
	}{r.Sheets, r.Spread, r.Scheme, basis})
	if err != nil {
		return scorebook.Finding{}, fmt.Errorf("finding: %w", err)
	}
	return scorebook.Finding{
		Key:     scorebook.Key{Round: d.Round, Unit: d.Unit, Instrument: scorebook.Evaluation, Track: d.Track},
		Project: d.Project, Mark: r.Mark, SE: r.SE, Digest: r.Digest, Detail: detail,
	}, nil
}

// CloseRound ends the evaluation of the round: every filed dossier must have its
// result. After that nothing more is filed by this instrument.
func (s *Service) CloseRound(ctx context.Context, by access.Actor, round int) error {
	board, err := s.board(ctx, by, round)
	if err != nil {
		return err
	}
	var open []string
	for _, row := range board {
		if row.Result == nil {
			open = append(open, row.Unit.Name)
			continue
		}
		if _, err := s.Close(ctx, by, row.Dossier.Key); err != nil {
			return err
		}
	}
	if len(open) > 0 {
		return fault.New(fault.Conflict, "evaluation.open", "units", strings.Join(open, "、"))
	}
	return s.Book.CloseInstrument(ctx, by, round, scorebook.Evaluation)
}

// Row is one filed dossier on the office's board. Totals of sheets are there
// once all that count are submitted, so that none is judged while others write.
type Row struct {
	Dossier     application.Dossier
	Unit        roster.Unit
	Assignments []Assignment
	Apart       bool // the sheets lie too far apart and an arbiter is needed
	Result      *Result
}

// Board returns every filed dossier of a round with its assignments, to the
// office. It shows marks, so reading it is logged (C97).
func (s *Service) Board(ctx context.Context, by access.Actor, round int) ([]Row, error) {
	rows, err := s.board(ctx, by, round)
	if err != nil {
		return nil, err
	}
	return rows, s.Store.Record(ctx, *s.entry(by, "evaluation.read", fmt.Sprintf("evaluation/%d", round)))
}

func (s *Service) board(ctx context.Context, by access.Actor, round int) ([]Row, error) {
	if err := by.Require(access.Office); err != nil {
		return nil, err
	}
	r, err := s.Roster.Round(ctx, round)
	if err != nil {
		return nil, err
	}
	dossiers, err := s.Dossiers.All(ctx, by, round)
	if err != nil {
		return nil, err
	}
	assignments, err := s.Store.Assignments(ctx, round)
	if err != nil {
		return nil, err
	}
	results, err := s.Store.Results(ctx, round)
	if err != nil {
		return nil, err
	}
	var rows []Row
	for _, d := range dossiers {
		if !d.Accepted() {
			continue
		}
		row, err := s.row(d, assignments, results, r.Settings)
		if err != nil {
			return nil, err
		}
		rows = append(rows, row)
	}
	return rows, nil
}

func (s *Service) row(d application.Dossier, assignments []Assignment, results []Result, settings roster.Settings) (Row, error) {
	unit, err := s.Roster.Unit(d.Unit)
	if err != nil {
		return Row{}, err
	}
	row := Row{Dossier: d, Unit: unit}
	open := false
	for _, a := range assignments {
		if a.Dossier == d.Key {
			row.Assignments = append(row.Assignments, a)
			open = open || a.Counts() && !a.Sheet.Submitted()
		}
	}
	row.Apart = Apart(row.Assignments, settings)
	for n := range row.Assignments {
		if sheet := &row.Assignments[n].Sheet; open {
			*sheet = Sheet{Edits: sheet.Edits, SubmittedAt: sheet.SubmittedAt}
		}
	}
	if at := slices.IndexFunc(results, func(r Result) bool { return r.Dossier == d.Key }); at >= 0 {
		row.Result = &results[at]
	}
	return row, nil
}
