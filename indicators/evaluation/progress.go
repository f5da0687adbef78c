package evaluation

import (
	"context"

	"minyi/indicators/access"
	"minyi/indicators/application"
	"minyi/indicators/roster"
)

// Progress is how far the evaluation of one dossier is, without any mark.
type Progress struct {
	Dossier        application.Key
	Need, Have     int // assessors, the arbiter left out
	Undeclared     int // of the assessors, those who have not declared about the unit
	Sheets, Needed int // submitted, and those that count, the arbiter's with them
	Given, Items   int // verdicts given, and needed
	Dispute        bool
	Unsigned       int // opinions of institutions
	Problems       int // open
	Closed         bool
}

// Progress tells the office how far every filed dossier of a round is. It shows no
// mark, not even a total, so reading it is no reading of a result.
func (s *Service) Progress(ctx context.Context, by access.Actor, round int) ([]Progress, error) {
	if err := by.Require(access.Office); err != nil {
		return nil, err
	}
	at, err := s.standing(ctx, round)
	if err != nil {
		return nil, err
	}
	var out []Progress
	for _, row := range at.rows() {
		out = append(out, row.progress(at.settings()))
	}
	return out, nil
}

func (r Row) progress(s roster.Settings) Progress {
	p := Progress{
		Dossier: r.Key, Need: max(s.Assessors, 1), Given: r.Given(), Items: r.Needed(), Problems: r.OpenProblems,
		Dispute: r.Dispute.Needed() && !r.Called && r.Result == nil, Closed: r.Result != nil,
	}
	for _, x := range r.Sheets {
		if !x.Counts() {
			continue
		}
		p.Needed++
		if !x.Arbiter {
			p.Have++
		}
		if x.Submitted() {
			p.Sheets++
		} else if x.Interest == Undeclared {
			p.Undeclared++
		}
	}
	for _, o := range r.Awaits {
		if o.Code == AwaitsOpinion {
			p.Unsigned++
		}
	}
	return p
}
