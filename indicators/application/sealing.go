package application

import (
	"context"
	"errors"
	"io"
	"slices"
	"time"

	"minyi/indicators/access"
	"minyi/indicators/audit"
	"minyi/indicators/evidence"
	"minyi/indicators/fault"
	"minyi/indicators/roster"
)

// File seals the dossier and files its self-assessment in the scorebook. seen is
// the version of the dossier that the actor has read, 0 for the one that stands:
// a dossier that was changed since is refused with dossier.changed, and a second
// request from the same version gets the seal of the first, so that a double
// click or a retry files once. The window is asked when the filing begins and
// again when it is done (C77): one that began in it and ended after it is refused
// with dossier.window_passed.
func (s *Service) File(ctx context.Context, by access.Actor, k Key, seen int) (Seal, error) {
	if seal, done, err := s.again(ctx, by, k, seen); done || err != nil {
		return seal, err
	}
	terms, entry, err := s.begin(ctx, by, k, "dossier.file")
	if err != nil {
		return Seal{}, err
	}
	rounds, err := s.Roster.Rounds(ctx)
	if err != nil {
		return Seal{}, err
	}
	if err := s.unbarred(ctx, k, terms.Round.Settings, rounds); err != nil {
		return Seal{}, err
	}
	var sealed Dossier
	err = s.Store.SealDossier(ctx, k, entry, func(d *Dossier, ofUnit []Dossier) ([]byte, error) {
		if err := filable(d, ofUnit, seen, terms.Round.Settings, rounds); err != nil {
			return nil, err
		}
		now := s.Now()
		if err := inTime(terms.Round.Settings.Filing, now); err != nil {
			return nil, err
		}
		manifest, err := d.File(terms, by.Name, now, s.Key)
		entry.At, entry.After = now, d.Seal().Digest
		sealed = *d
		return manifest, err
	})
	if errors.Is(err, fault.New(fault.Conflict, "dossier.sealed")) {
		if seal, done, lost := s.again(ctx, by, k, seen); done || lost != nil {
			return seal, lost
		}
	}
	if err != nil {
		return Seal{}, s.late(ctx, entry, err)
	}
	return sealed.Seal(), s.report(ctx, by, sealed)
}

// again returns the seal of a filing that was made from the same version before,
// also when the window has closed since. What the first request left undone is
// done now.
func (s *Service) again(ctx context.Context, by access.Actor, k Key, seen int) (seal Seal, done bool, err error) {
	if err := own(by, k); err != nil {
		return Seal{}, false, err
	}
	d, err := s.Store.Dossier(ctx, k)
	if err != nil || !d.repeated(seen) {
		return Seal{}, false, err
	}
	if d.Formality() == FormalityPending {
		err = s.report(ctx, by, *d)
	}
	return d.Seal(), true, err
}

// filable refuses what was changed since it was read, a unit that has filed on
// the other track (C17), and one that is barred (C99).
func filable(d *Dossier, ofUnit []Dossier, seen int, settings roster.Settings, rounds []roster.Round) error {
	for _, other := range ofUnit {
		switch {
		case taken(d.Key, other, settings):
			return fault.New(fault.Conflict, "dossier.one_track")
		case other.State == Cancelled && other.Key != d.Key && barred(d.Key, other, settings, rounds):
			return refuseBarred(d.Key, other)
		}
	}
	if d.State == Draft && seen > 0 && d.Version != seen {
		return fault.New(fault.Conflict, "dossier.changed")
	}
	return nil
}

// inTime refuses what began in the window and is done after it (C77).
func inTime(w roster.Window, now time.Time) error {
	if w.Open(now) {
		return nil
	}
	return fault.New(fault.Closed, "dossier.window_passed", "to", w.To.String())
}

// late logs a filing or a withdrawal that the window closed on (C77).
func (s *Service) late(ctx context.Context, entry *audit.Entry, err error) error {
	if !errors.Is(err, fault.New(fault.Closed, "dossier.window_passed")) {
		return err
	}
	refused := *entry
	refused.At, refused.After, refused.Outcome, refused.Reason = s.Now(), "", audit.Refused, "dossier.window_passed"
	return errors.Join(err, s.Store.Record(ctx, refused))
}

// Withdraw turns a filed dossier into a draft again, within the window. Its seal
// stays checkable.
func (s *Service) Withdraw(ctx context.Context, by access.Actor, k Key) error {
	terms, entry, err := s.begin(ctx, by, k, "dossier.withdraw")
	if err != nil {
		return err
	}
	err = s.Store.UpdateDossier(ctx, k, entry, func(d *Dossier) error {
		now := s.Now()
		if err := inTime(terms.Round.Settings.Filing, now); err != nil {
			return err
		}
		entry.At, entry.Before, entry.After = now, d.Seal().Digest, "withdrawn"
		return d.Withdraw(now)
	})
	if err != nil {
		return s.late(ctx, entry, err)
	}
	return s.Book.Strike(ctx, by, k.Round, k.Unit, k.Track, "")
}

// AttachScan keeps the scan of the printed file with signature and stamp, beside
// the seal with that digest. It is no part of what was filed, so that it may come
// after the window, until the evaluation opens; a new one takes the place of the
// one before.
func (s *Service) AttachScan(ctx context.Context, by access.Actor, k Key, digest, name string, r io.Reader) error {
	if err := own(by, k); err != nil {
		return err
	}
	terms, err := s.Terms(ctx, k)
	if err != nil {
		return err
	}
	if terms.Round.Settings.Evaluation.Began(s.Now()) {
		return fault.New(fault.Closed, "seal.scan_late", "from", terms.Round.Settings.Evaluation.From.String()).At("file")
	}
	d, err := s.Store.Dossier(ctx, k)
	if err != nil {
		return err
	}
	if err := d.scanned(digest, Scan{}); err != nil {
		return err
	}
	file, err := s.Evidence.Put(ctx, name, r)
	if err != nil {
		return atFile(err)
	}
	if !slices.Contains([]evidence.Kind{evidence.PDF, evidence.JPEG, evidence.PNG}, file.Kind) {
		return fault.New(fault.Invalid, "seal.scan_kind").At("file")
	}
	entry := s.entry(by, "seal.scan", k)
	entry.Before, entry.After = digest, string(file.Digest)
	return s.Store.UpdateDossier(ctx, k, entry, func(d *Dossier) error {
		return d.scanned(digest, Scan{File: file, At: s.Now().UTC(), By: by.Name})
	})
}

// Scan gives the bytes of the scan of a seal to the unit itself and to the office.
func (s *Service) Scan(ctx context.Context, by access.Actor, k Key, digest string) (evidence.File, io.ReadSeekCloser, error) {
	d, seal, err := s.SealOf(ctx, by, k, digest)
	if err != nil {
		return evidence.File{}, nil, err
	}
	if seal.Scan == nil || d == nil {
		return evidence.File{}, nil, fault.New(fault.NotFound, "seal.no_scan")
	}
	r, err := s.Evidence.Read(ctx, seal.Scan.File.Digest)
	return seal.Scan.File, r, err
}

// SealOf returns a dossier and its seal with that digest, standing or not, to the
// unit itself and to the office.
func (s *Service) SealOf(ctx context.Context, by access.Actor, k Key, digest string) (*Dossier, Seal, error) {
	if by.Role != access.Office {
		if err := own(by, k); err != nil {
			return nil, Seal{}, err
		}
	}
	d, err := s.Store.Dossier(ctx, k)
	if err != nil {
		return nil, Seal{}, err
	}
	seal, err := d.Sealed(digest)
	return d, seal, err
}

// ManifestOf returns the manifest of a seal, its very bytes, to the unit itself and
// to the office.
func (s *Service) ManifestOf(ctx context.Context, by access.Actor, k Key, digest string) ([]byte, error) {
	if _, _, err := s.SealOf(ctx, by, k, digest); err != nil {
		return nil, err
	}
	return s.Store.Manifest(ctx, k, digest)
}
