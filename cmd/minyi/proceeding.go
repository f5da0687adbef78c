package main

import (
	"context"
	"errors"
	"path/filepath"
	"time"

	"minyi/indicators/evidence"
	"minyi/indicators/evidence/preview"
	"minyi/indicators/naming"
	"minyi/web"
	"minyi/web/notice"
	"minyi/web/proceeding"
	"minyi/web/view"
)

// objectionFolder holds what came with objections and the proofs of media, apart from
// the files of dossiers: the former are deleted when their term ends.
const objectionFolder = "objections"

// objectionFiles are the files of that folder; a picture takes what was made of it
// along when it is deleted.
type objectionFiles struct {
	*evidence.Folder
	previews *preview.Maker
}

// Remove deletes a file and its previews.
func (f objectionFiles) Remove(ctx context.Context, d evidence.Digest) error {
	return errors.Join(f.previews.Remove(d), f.Folder.Remove(ctx, d))
}

// equipNaming gives the naming what it needs for the notice and the objections.
func (h *house) equipNaming() error {
	limits := evidence.DefaultLimits()
	folder, err := h.evidenceIn(objectionFolder, limits)
	if err != nil {
		return err
	}
	h.objections = folder
	previews, err := preview.Open(filepath.Join(h.dir, objectionFolder, "previews"))
	if err != nil {
		return err
	}
	key, err := h.key.derive("objections")
	if err != nil {
		return err
	}
	return h.naming.Equip(naming.Equipment{
		Seals: h.ring().Box("objection"), Key: key, Files: objectionFiles{folder, previews}, Days: h.calendar, Accounts: h.programme, Inbox: h.inbox, Visits: h.verification,
	})
}

// evidenceIn opens a folder for files of evidence, with the virus scanner where one is
// named.
func (h *house) evidenceIn(name string, limits evidence.Limits) (*evidence.Folder, error) {
	folder, err := evidence.Open(filepath.Join(h.dir, name), limits)
	if err != nil || h.clamav == "" {
		return folder, err
	}
	scanner, err := evidence.ParseClamd(h.clamav)
	if err != nil {
		return nil, usageError{err}
	}
	folder.Guard(scanner, h.unseen == unseenMark)
	return folder, nil
}

// proceedings builds the office's door to the notice and the names, and the public's
// first door.
func (h *house) proceedings(d *web.Doors, texts *view.Texts) (err error) {
	d.Notice, err = notice.New(notice.Config{
		Texts: texts, Roster: h.roster, Naming: h.naming, Base: h.base, Now: h.now, Wall: time.Now,
	})
	if err != nil {
		return err
	}
	previews, err := preview.Open(filepath.Join(h.dir, objectionFolder, "previews"))
	if err != nil {
		return err
	}
	d.Proceeding, err = proceeding.New(proceeding.Config{
		Texts: texts, Roster: h.roster, Naming: h.naming, Previews: previews, Now: h.now,
	})
	return err
}
