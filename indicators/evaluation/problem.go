package evaluation

import (
	"context"
	"slices"
	"strings"
	"time"

	"minyi/indicators/access"
	"minyi/indicators/application"
	"minyi/indicators/fault"
)

// Problem is something found during the evaluation (C93). It is never changed
// or deleted; outcomes are added to it.
type Problem struct {
	ID       string          `json:"id"`
	Dossier  application.Key `json:"dossier"`
	Text     string          `json:"text"`
	FoundAt  time.Time       `json:"found_at"`
	FoundBy  string          `json:"found_by"`
	Outcomes []Outcome       `json:"outcomes"`
}

// Open reports whether the problem has no outcome yet.
func (p Problem) Open() bool { return len(p.Outcomes) == 0 }

// Outcome is what became of a problem.
type Outcome struct {
	Text string    `json:"text"`
	At   time.Time `json:"at"`
	By   string    `json:"by"`
}

const longestProblem = 1000

func checkWords(field, text, code string) error {
	var list fault.List
	checkText(&list, field, text, longestProblem)
	if strings.TrimSpace(text) == "" {
		list.Add(fault.New(fault.Invalid, code).At(field))
	}
	return list.Err()
}

// Report adds a problem that was found to the register (C93). Assessors may on
// dossiers assigned to them, the office and inspectors on any that was filed.
func (s *Service) Report(ctx context.Context, by access.Actor, k application.Key, text string) error {
	if by.Role == access.Assessor {
		if _, err := s.mine(ctx, by, k); err != nil {
			return err
		}
	} else if err := by.Require(access.Office, access.Inspector); err != nil {
		return err
	}
	if _, _, err := s.Dossiers.Sealed(ctx, k); err != nil {
		return err
	}
	if err := checkWords("problem", text, "problem.text"); err != nil {
		return err
	}
	p := &Problem{ID: s.NewID(), Dossier: k, Text: text, FoundAt: s.Now().UTC(), FoundBy: by.Name}
	return s.Store.AddProblem(ctx, p, s.entry(by, "problem.add", "problem/"+p.ID))
}

// Conclude adds an outcome to a problem. Only the office may.
func (s *Service) Conclude(ctx context.Context, by access.Actor, problem, text string) error {
	if err := by.Require(access.Office); err != nil {
		return err
	}
	if err := checkWords("outcome", text, "problem.outcome"); err != nil {
		return err
	}
	o := Outcome{Text: text, At: s.Now().UTC(), By: by.Name}
	return s.Store.AddOutcome(ctx, problem, o, s.entry(by, "problem.conclude", "problem/"+problem))
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
