package application

import (
	"context"
	"errors"
	"io"

	"minyi/indicators"
	"minyi/indicators/access"
	"minyi/indicators/fault"
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
		return d.attach(s.made(file, p, by), s.Allowance)
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

// FiledExhibit gives the bytes of an exhibit of a dossier that was filed, to the
// office.
func (s *Service) FiledExhibit(ctx context.Context, by access.Actor, k Key, id ExhibitID) (Exhibit, io.ReadSeekCloser, error) {
	if err := by.Require(access.Office); err != nil {
		return Exhibit{}, nil, err
	}
	d, err := s.Store.Dossier(ctx, k)
	if err != nil {
		return Exhibit{}, nil, err
	}
	if d.State == Draft {
		return Exhibit{}, nil, unknown()
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

// atFile binds a refusal of the bytes to the form's field.
func atFile(err error) error {
	var one *fault.Refusal
	if errors.As(err, &one) {
		return one.At("file")
	}
	return err
}
