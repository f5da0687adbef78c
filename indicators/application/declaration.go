package application

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"time"

	"minyi/indicators"
	"minyi/indicators/access"
	"minyi/indicators/evidence"
	"minyi/indicators/fault"
	"minyi/indicators/roster"
)

// Declaration is the unit's word that all is true (C98): by which account, when,
// and over what.
type Declaration struct {
	At     time.Time `json:"at"`
	By     string    `json:"by"`               // account; empty while nothing is declared
	Covers string    `json:"covers,omitempty"` // SHA-256 of what was declared to be true
}

// Made reports whether a declaration was made; whether it still stands for what
// the dossier now says is Declared.
func (d Declaration) Made() bool { return d.By != "" }

// Declared reports whether the declaration of truth stands. It covers every
// answer, the report, the project, the leader and the exhibits as they were
// declared: as soon as one of them says something else, it stands no more. A
// declaration of a time that kept no digest covers whatever it is found with.
func (d *Dossier) Declared() bool {
	return d.Declaration.Made() && (d.Declaration.Covers == "" || d.Declaration.Covers == d.Truth())
}

// declare makes the declaration over the dossier as it stands; one that stands
// already keeps its maker and its time.
func (d *Dossier) declare(by Editor) {
	if !d.Declared() {
		d.Declaration = Declaration{At: by.At.UTC(), By: by.By, Covers: d.Truth()}
	}
}

// Truth is the SHA-256 of everything that a declaration covers, as it stands now.
func (d *Dossier) Truth() string {
	type proof struct {
		File       evidence.Digest
		Dated      roster.Date
		Indicators []indicators.Number `json:",omitempty"`
		Attachment Attachment
	}
	covered := struct {
		Project  roster.Project
		Title    string
		Criteria map[indicators.Criterion]string `json:",omitempty"`
		Leader   Leader
		Plan     Plan
		Claims   map[indicators.Number]Claim `json:",omitempty"`
		Report   map[Part]string             `json:",omitempty"`
		Proofs   []proof                     `json:",omitempty"`
	}{Project: d.Project, Title: d.Title, Criteria: d.Criteria, Leader: d.Leader, Plan: d.Plan, Claims: d.Claims, Report: d.Report}
	for _, e := range d.Exhibits {
		covered.Proofs = append(covered.Proofs, proof{e.File.Digest, e.Dated, e.Indicators, e.Attachment})
	}
	raw, err := json.Marshal(covered)
	if err != nil {
		panic(err) // texts and dates can always be written
	}
	sum := sha256.Sum256(raw)
	return hex.EncodeToString(sum[:])
}

// Declare makes the declaration of truth over what its maker saw (Truth), or
// takes it back where seen is empty. Where the dossier says something else by
// now, it is refused with dossier.declared_unseen.
func (s *Service) Declare(ctx context.Context, by access.Actor, k Key, seen string) error {
	_, entry, err := s.begin(ctx, by, k, "dossier.declare")
	if err != nil {
		return err
	}
	return s.Store.UpdateDossier(ctx, k, entry, func(d *Dossier) error {
		if err := d.open(); err != nil {
			return err
		}
		switch {
		case seen == "":
			d.Declaration = Declaration{}
		case seen != d.Truth():
			return fault.New(fault.Conflict, "dossier.declared_unseen").At("declared")
		default:
			d.declare(Editor{By: by.Name, At: s.Now()})
		}
		entry.After = d.Declaration.Covers
		return nil
	})
}
