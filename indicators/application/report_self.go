package application

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"

	"minyi/indicators"
	"minyi/indicators/access"
	"minyi/indicators/fault"
	"minyi/indicators/scorebook"
)

// FileAgain files the self-assessments of all filed dossiers of a round once
// more: what a stop between the seal and the scorebook left out. Only a command
// of the server may.
func (s *Service) FileAgain(ctx context.Context, by access.Actor, round int) error {
	if err := by.Require("command"); err != nil {
		return err
	}
	all, err := s.Store.Dossiers(ctx, round)
	if err != nil {
		return err
	}
	for _, d := range all {
		if d.State != Filed || d.Formality() == FormalityRejected {
			continue
		}
		if err := s.report(ctx, by, d); err != nil {
			return err
		}
	}
	return nil
}

// refiled is the reason of a finding that follows a withdrawal.
const refiled = "dossier.refiled"

// report files the finding of a sealed dossier; a second filing after a
// withdrawal stands beside the first as its correction.
func (s *Service) report(ctx context.Context, by access.Actor, d Dossier) error {
	f, err := finding(d)
	if err != nil {
		return err
	}
	err = s.Book.File(ctx, by, f)
	if isExisting(err) {
		return s.Book.Refile(ctx, by, f, refiled)
	}
	return err
}

// finding is what the self-assessment says: the share of indicators met. On the
// single track nothing is counted.
func finding(d Dossier) (scorebook.Finding, error) {
	seal := d.Seal()
	detail, err := json.Marshal(struct {
		Met        int    `json:"met"`
		Applicable int    `json:"applicable"`
		Seal       string `json:"seal"`
	}{seal.Met, seal.Applicable, seal.Digest})
	if err != nil {
		return scorebook.Finding{}, fmt.Errorf("finding: %w", err)
	}
	f := scorebook.Finding{
		Key:     scorebook.Key{Round: d.Round, Unit: d.Unit, Instrument: scorebook.SelfAssessment, Track: d.Track},
		Project: d.Project, Digest: seal.Digest, Detail: detail,
	}
	if seal.Applicable > 0 {
		share := big.NewRat(int64(seal.Met)*int64(indicators.Hundred), int64(seal.Applicable))
		f.Mark = indicators.Round(share)
	}
	return f, nil
}

// isExisting reports whether the book holds another finding under the key.
func isExisting(err error) bool {
	return errors.Is(err, fault.New(fault.Conflict, "finding.exists"))
}
