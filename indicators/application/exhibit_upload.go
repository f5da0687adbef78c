package application

import (
	"context"
	"errors"
	"strconv"
	"time"

	"minyi/indicators/access"
	"minyi/indicators/evidence"
	"minyi/indicators/fault"
)

// UploadID names an upload.
type UploadID string

// Upload is a file that comes in parts, over a line that may break and a browser
// that may close.
type Upload struct {
	ID       UploadID  `json:"id"`
	Dossier  Key       `json:"dossier"`
	Name     string    `json:"name"`
	Size     int64     `json:"size"` // bytes of the whole file
	Placing  Placing   `json:"placing"`
	Done     bool      `json:"done"` // the exhibit is in the dossier
	By       string    `json:"by"`
	BeganAt  time.Time `json:"began_at"`
	Expires  time.Time `json:"expires"` // on the wall clock
	Received int64     `json:"-"`       // bytes that are held for good
}

// Percent is how much of the file has come.
func (u Upload) Percent() int {
	if u.Size == 0 {
		return 0
	}
	return int(u.Received * 100 / u.Size)
}

// Uploads keeps what is known of files that come in parts.
type Uploads interface {
	// AddUpload keeps a new upload if rule, given those of its dossier, lets it.
	AddUpload(ctx context.Context, u Upload, rule func(others []Upload) error) error
	// Upload returns an upload, or upload.unknown.
	Upload(ctx context.Context, id UploadID) (Upload, error)
	// UploadDone marks an upload whose exhibit is in the dossier.
	UploadDone(ctx context.Context, id UploadID) error
	// DropUpload forgets an upload.
	DropUpload(ctx context.Context, id UploadID) error
	// DossierUploads returns the uploads of a dossier, oldest first.
	DossierUploads(ctx context.Context, k Key) ([]Upload, error)
	// OldUploads returns those that expired before a moment.
	OldUploads(ctx context.Context, before time.Time) ([]Upload, error)
}

// What uploads of a dossier may be under way at once, and for how long.
const (
	mostUploads = 200
	UploadTerm  = 3 * 24 * time.Hour
)

// BeginUpload makes room for a file. What can be refused without the file is
// refused here: window, place, name, size, quota.
func (s *Service) BeginUpload(ctx context.Context, by access.Actor, k Key, p Placing, name string, size int64) (Upload, error) {
	terms, _, err := s.begin(ctx, by, k, "exhibit.attach")
	if err != nil {
		return Upload{}, err
	}
	d, err := s.Store.Dossier(ctx, k)
	if err != nil {
		return Upload{}, err
	}
	name = evidence.CleanName(name)
	if err := s.uploadable(d, p, terms, name, size); err != nil {
		return Upload{}, err
	}
	u := Upload{
		ID: UploadID(s.NewID()), Dossier: k, Name: name, Size: size, Placing: p,
		By: by.Name, BeganAt: s.Now().UTC(), Expires: s.Wall().Add(UploadTerm).UTC(),
	}
	if err := s.Evidence.Begin(string(u.ID)); err != nil {
		return Upload{}, err
	}
	err = s.Uploads.AddUpload(ctx, u, func(others []Upload) error { return d.spare(s.Allowance, size, others) })
	if err != nil {
		return Upload{}, errors.Join(err, s.Evidence.Drop(string(u.ID)))
	}
	return u, nil
}

func (s *Service) uploadable(d *Dossier, p Placing, t Terms, name string, size int64) error {
	if err := d.room(s.Allowance); err != nil {
		return err
	}
	if err := d.placed(p, t.Applicable, s.Now()); err != nil {
		return err
	}
	if _, err := evidence.Named(name); err != nil {
		return atFile(err)
	}
	if size == 0 {
		return fault.New(fault.Invalid, "evidence.empty", "name", name).At("file")
	}
	const mib = 20
	if most := s.Evidence.Limits().File; size < 0 || size > most {
		return fault.New(fault.TooLarge, "evidence.toolarge", "most", strconv.FormatInt(most>>mib, 10)).At("file")
	}
	return nil
}

// spare refuses a file for which there is no room beside the exhibits and the
// uploads that are under way.
func (d *Dossier) spare(a Allowance, size int64, others []Upload) error {
	files := len(d.Exhibits) + 1
	open := 1
	for _, e := range d.Exhibits {
		size += e.File.Size
	}
	for _, u := range others {
		if !u.Done {
			files, open, size = files+1, open+1, size+u.Size
		}
	}
	if files > a.Files || size > a.Bytes {
		return tooMany(a)
	}
	if open > mostUploads {
		return fault.New(fault.TooMany, "upload.many", "most", strconv.Itoa(mostUploads))
	}
	return nil
}

// OwnUpload returns one of the actor's own uploads and how much of it has come.
// Where all of it has come and the server stopped before it was placed, it is
// placed now.
func (s *Service) OwnUpload(ctx context.Context, by access.Actor, k Key, id UploadID) (Upload, error) {
	u, err := s.upload(ctx, by, k, id)
	if err != nil || u.Done || u.Received < u.Size {
		return u, err
	}
	done, err := s.finish(ctx, by, u)
	return s.settled(ctx, done, err)
}

func (s *Service) upload(ctx context.Context, by access.Actor, k Key, id UploadID) (Upload, error) {
	if err := own(by, k); err != nil {
		return Upload{}, err
	}
	u, err := s.Uploads.Upload(ctx, id)
	if err != nil {
		return Upload{}, err
	}
	if u.Dossier != k {
		return Upload{}, fault.New(fault.NotFound, "upload.unknown")
	}
	if !s.Wall().Before(u.Expires) {
		return Upload{}, fault.New(fault.NotFound, "upload.expired")
	}
	if u.Received = u.Size; !u.Done {
		u.Received, err = s.Evidence.Held(string(id))
	}
	return s.settled(ctx, u, err)
}

// settled returns an upload as done where another request has finished it in the
// meantime: its parts are gone then, which is no failure.
func (s *Service) settled(ctx context.Context, u Upload, err error) (Upload, error) {
	if err == nil || u.Done {
		return u, err
	}
	now, failed := s.Uploads.Upload(ctx, u.ID)
	if failed != nil || !now.Done {
		return u, err
	}
	now.Received = now.Size
	return now, nil
}

// Receive adds a piece to an upload: what the answer says has come is on disk.
// The last piece places the file. What is refused because of its content is
// dropped at once.
func (s *Service) Receive(ctx context.Context, by access.Actor, k Key, id UploadID, p evidence.Piece) (Upload, error) {
	if _, _, err := s.begin(ctx, by, k, "exhibit.attach"); err != nil {
		return Upload{}, err
	}
	u, err := s.upload(ctx, by, k, id)
	if err != nil {
		return u, err
	}
	if p.At != u.Received {
		return u, fault.New(fault.Conflict, "upload.offset")
	}
	p.Most = min(p.Most, u.Size-p.At)
	before := u.Received
	if u.Received, err = s.Evidence.Append(ctx, string(id), p); err != nil {
		return u, err
	}
	if before == 0 && u.Received > 0 && u.Received < u.Size {
		if err := s.Evidence.Glance(string(id), u.Name); refusesContent(err) {
			return u, errors.Join(atFile(err), s.forget(ctx, id))
		}
	}
	if u.Received < u.Size {
		return u, nil
	}
	done, err := s.finish(ctx, by, u)
	return s.settled(ctx, done, err)
}

// finish places a file that has come whole. It may be repeated: the same bytes
// join the exhibit that they made before.
func (s *Service) finish(ctx context.Context, by access.Actor, u Upload) (Upload, error) {
	terms, entry, err := s.begin(ctx, by, u.Dossier, "exhibit.attach")
	if err != nil {
		return u, err
	}
	file, err := s.Evidence.Finish(ctx, string(u.ID), u.Name)
	if refusesContent(err) {
		return u, errors.Join(atFile(err), s.forget(ctx, u.ID))
	}
	if err != nil {
		return u, err
	}
	entry.After = string(file.Digest)
	err = s.Store.UpdateDossier(ctx, u.Dossier, entry, func(d *Dossier) error {
		if err := d.placed(u.Placing, terms.Applicable, s.Now()); err != nil {
			return err
		}
		return d.attach(s.made(file, u.Placing, by), s.Allowance)
	})
	if err != nil {
		return u, err
	}
	u.Done = true
	return u, errors.Join(s.Uploads.UploadDone(ctx, u.ID), s.Evidence.Drop(string(u.ID)))
}

// refusesContent reports whether bytes were refused for what they are: sending
// them again changes nothing.
func refusesContent(err error) bool {
	kind := fault.KindOf(err)
	return kind == fault.Invalid || kind == fault.TooLarge
}

// Unfinished returns the uploads of the actor's own dossier that are under way.
func (s *Service) Unfinished(ctx context.Context, by access.Actor, k Key) (out []Upload, err error) {
	if err := own(by, k); err != nil {
		return nil, err
	}
	all, err := s.Uploads.DossierUploads(ctx, k)
	if err != nil {
		return nil, err
	}
	for _, u := range all {
		if u.Done || !s.Wall().Before(u.Expires) {
			continue
		}
		u.Received, err = s.Evidence.Held(string(u.ID))
		if fault.KindOf(err) == fault.NotFound {
			continue // being discarded just now
		}
		if err != nil {
			return nil, err
		}
		out = append(out, u)
	}
	return out, nil
}

// DropUpload forgets one of the actor's own uploads and what has come of it.
func (s *Service) DropUpload(ctx context.Context, by access.Actor, k Key, id UploadID) error {
	if _, err := s.upload(ctx, by, k, id); err != nil {
		return err
	}
	return s.forget(ctx, id)
}

func (s *Service) forget(ctx context.Context, id UploadID) error {
	return errors.Join(s.Uploads.DropUpload(ctx, id), s.Evidence.Drop(string(id)))
}

// TendUploads forgets the uploads whose term is over. One day more is left, in
// which whoever comes back is told so.
func (s *Service) TendUploads(ctx context.Context) error {
	const told = 24 * time.Hour
	old, err := s.Uploads.OldUploads(ctx, s.Wall())
	if err != nil {
		return err
	}
	for _, u := range old {
		err := s.Evidence.Drop(string(u.ID))
		if err == nil && u.Expires.Add(told).Before(s.Wall()) {
			err = s.Uploads.DropUpload(ctx, u.ID)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// Guarded reports whether files are scanned for viruses.
func (s *Service) Guarded() bool { return s.Evidence.Guarded() }

// made is the exhibit that a file becomes.
func (s *Service) made(file evidence.File, p Placing, by access.Actor) Exhibit {
	return Exhibit{
		ID: ExhibitID(s.NewID()), File: file, Dated: p.Dated, Indicators: p.Indicators,
		Attachment: p.Attachment, AddedAt: s.Now().UTC(), AddedBy: by.Name,
	}
}
