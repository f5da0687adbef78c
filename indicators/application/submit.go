package application

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/big"

	"minyi/indicators"
	"minyi/indicators/access"
	"minyi/indicators/fault"
	"minyi/indicators/scorebook"
)

// Attach stores a file and joins it to the dossier. What can be refused without
// reading the file is refused first; the exhibit and its trail entry are one
// transaction. A file that is stored and then not joined, because somebody filed
// meanwhile, is named by no dossier and nobody can read it.
func (s *Service) Attach(ctx context.Context, by access.Actor, k Key, p Placing, name string, r io.Reader) error {
	terms, entry, err := s.begin(ctx, by, k, "exhibit.attach")
	if err != nil {
		return err
	}
	d, err := s.Store.Dossier(ctx, k)
	if err != nil {
		return err
	}
	if err := d.room(s.Allowance); err != nil {
		return err
	}
	if err := d.placed(p, terms.Applicable, s.Now()); err != nil {
		return err
	}
	file, err := s.Evidence.Put(ctx, name, r)
	if err != nil {
		return atFile(err)
	}
	entry.After = string(file.Digest)
	return s.Store.UpdateDossier(ctx, k, entry, func(d *Dossier) error {
		return d.attach(Exhibit{
			ID: ExhibitID(s.NewID()), File: file, Dated: p.Dated, Indicators: p.Indicators,
			Attachment: p.Attachment, AddedAt: s.Now().UTC(), AddedBy: by.Name,
		}, s.Allowance)
	})
}

// Detach takes an exhibit out of one indicator, or of the whole dossier where n
// is empty.
func (s *Service) Detach(ctx context.Context, by access.Actor, k Key, id ExhibitID, n indicators.Number) error {
	_, entry, err := s.begin(ctx, by, k, "exhibit.detach")
	if err != nil {
		return err
	}
	return s.Store.UpdateDossier(ctx, k, entry, func(d *Dossier) error {
		e, err := d.Exhibit(id)
		if err != nil {
			return err
		}
		entry.Before = string(e.File.Digest)
		return d.detach(id, n)
	})
}

// OwnExhibit gives the bytes of one of the actor's own exhibits.
func (s *Service) OwnExhibit(ctx context.Context, by access.Actor, k Key, id ExhibitID) (Exhibit, io.ReadSeekCloser, error) {
	d, _, err := s.Own(ctx, by, k)
	if err != nil {
		return Exhibit{}, nil, err
	}
	return s.OpenExhibit(ctx, d, id)
}

// OpenExhibit gives the bytes of an exhibit of a dossier that the caller may
// read, checked against their digest.
func (s *Service) OpenExhibit(ctx context.Context, d *Dossier, id ExhibitID) (Exhibit, io.ReadSeekCloser, error) {
	e, err := d.Exhibit(id)
	if err != nil {
		return Exhibit{}, nil, err
	}
	r, err := s.Evidence.Read(ctx, e.File.Digest)
	return e, r, err
}

// File seals the dossier and files its self-assessment in the scorebook. The
// second step may be repeated: filing the same dossier again changes nothing.
func (s *Service) File(ctx context.Context, by access.Actor, k Key) (Seal, error) {
	terms, entry, err := s.begin(ctx, by, k, "dossier.file")
	if err != nil {
		return Seal{}, err
	}
	var sealed Dossier
	err = s.Store.SealDossier(ctx, k, entry, func(d *Dossier, ofUnit []Dossier) ([]byte, error) {
		for _, other := range ofUnit {
			if taken(k, other, terms.Round.Settings) {
				return nil, fault.New(fault.Conflict, "dossier.one_track")
			}
		}
		manifest, err := d.File(terms, by.Name, s.Now())
		entry.After = d.Seal().Digest
		sealed = *d
		return manifest, err
	})
	if err != nil {
		return Seal{}, err
	}
	return sealed.Seal(), s.report(ctx, by, sealed)
}

// Withdraw turns a filed dossier into a draft again, within the window.
func (s *Service) Withdraw(ctx context.Context, by access.Actor, k Key) error {
	_, entry, err := s.begin(ctx, by, k, "dossier.withdraw")
	if err != nil {
		return err
	}
	err = s.Store.UpdateDossier(ctx, k, entry, func(d *Dossier) error {
		entry.Before = d.Seal().Digest
		return d.Withdraw(s.Now())
	})
	if err != nil {
		return err
	}
	return s.Book.Strike(ctx, by, k.Round, k.Unit, k.Track, "")
}

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
		if d.State != Filed {
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

// Problem is a seal or a file that is not what it was.
type Problem struct {
	Dossier Key
	What    string // "manifest"
	Digest  string
}

// CheckSeals reads the manifest of every seal of a round and returns those that
// are missing or do not have the digest that they were sealed with.
func (s *Service) CheckSeals(ctx context.Context, round int) ([]Problem, error) {
	all, err := s.Store.Dossiers(ctx, round)
	if err != nil {
		return nil, err
	}
	var out []Problem
	for _, d := range all {
		for _, seal := range d.Seals {
			raw, err := s.Store.Manifest(ctx, d.Key, seal.Digest)
			sum := sha256.Sum256(raw)
			if err != nil || hex.EncodeToString(sum[:]) != seal.Digest {
				out = append(out, Problem{Dossier: d.Key, What: "manifest", Digest: seal.Digest})
			}
		}
	}
	return out, nil
}

// atFile binds a refusal of the bytes to the form's field.
func atFile(err error) error {
	var one *fault.Refusal
	if errors.As(err, &one) {
		return one.At("file")
	}
	return err
}
