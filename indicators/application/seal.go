package application

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"strings"
	"time"

	"minyi/indicators"
	"minyi/indicators/access"
	"minyi/indicators/fault"
	"minyi/indicators/roster"
	"minyi/indicators/scorebook"
)

// Seal is what a filing leaves: Digest is the SHA-256 of the manifest, which
// holds every word of the dossier and the digest of every file.
type Seal struct {
	At         time.Time `json:"at"`
	By         string    `json:"by"`
	Digest     string    `json:"digest"`
	Met        int       `json:"met"`
	Applicable int       `json:"applicable"`
	Withdrawn  time.Time `json:"withdrawn"` // zero while the filing stands
}

// Receipt is the short code on the receipt: the first twelve digits of the
// seal's digest, so that anyone who holds the manifest can work it out.
func (s Seal) Receipt() string {
	const group, groups = 4, 3
	if len(s.Digest) < group*groups {
		return ""
	}
	d := strings.ToUpper(s.Digest)
	return d[:group] + "-" + d[group:2*group] + "-" + d[2*group:3*group]
}

// Seal returns the seal that stands, the zero Seal for a draft.
func (d *Dossier) Seal() Seal {
	if d.State == Draft || len(d.Seals) == 0 {
		return Seal{}
	}
	return d.Seals[len(d.Seals)-1]
}

// Manifest is the text that a seal covers: every word of the dossier and the
// digest of every file.
type Manifest struct {
	Format   int       `json:"format"`
	Dossier  Dossier   `json:"dossier"`
	UnitName string    `json:"unit_name"`
	FiledAt  time.Time `json:"filed_at"`
	FiledBy  string    `json:"filed_by"`
}

const manifestFormat = 1

// File seals the dossier and returns its manifest. It refuses with all Gaps at
// once, and anything but a draft; the window is the caller's to ask.
func (d *Dossier) File(t Terms, by string, now time.Time) ([]byte, error) {
	if err := d.open(); err != nil {
		return nil, err
	}
	if err := d.Gaps(t).Err(); err != nil {
		return nil, err
	}
	at := now.UTC().Truncate(time.Millisecond)
	d.State = Filed
	manifest, err := json.Marshal(Manifest{
		Format: manifestFormat, Dossier: *d, UnitName: t.Unit.Name, FiledAt: at, FiledBy: by,
	})
	if err != nil {
		return nil, fmt.Errorf("manifest: %w", err)
	}
	sum := sha256.Sum256(manifest)
	whole, _ := d.Count(t.Applicable)
	if d.Track == roster.Single {
		whole = Tally{}
	}
	d.Seals = append(d.Seals, Seal{
		At: at, By: by, Digest: hex.EncodeToString(sum[:]), Met: whole.Met, Applicable: whole.Applicable(),
	})
	return manifest, nil
}

// Withdraw turns a filed dossier into a draft again; its seal stays in the
// record.
func (d *Dossier) Withdraw(now time.Time) error {
	if d.State == Cancelled {
		return fault.New(fault.Conflict, "dossier.cancelled")
	}
	if d.State != Filed {
		return fault.New(fault.Conflict, "dossier.unfiled")
	}
	d.State = Draft
	d.Seals[len(d.Seals)-1].Withdrawn = now.UTC()
	return nil
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

// isExisting reports whether the book holds another finding under the key.
func isExisting(err error) bool {
	return errors.Is(err, fault.New(fault.Conflict, "finding.exists"))
}
