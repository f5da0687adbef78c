package survey

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"time"

	"minyi/indicators/access"
	"minyi/indicators/fault"
	"minyi/indicators/keyring"
	"minyi/survey/frame"
	"minyi/survey/frame/listing"
)

// Upload is a file that waits to be imported as the sampling frame of a survey. It
// is kept sealed, whatever it lists.
type Upload struct {
	File     string          `json:"file"`
	Kind     listing.Kind    `json:"kind"`
	Mapping  listing.Mapping `json:"mapping"`
	Heads    []string        `json:"heads"`
	Encoding string          `json:"encoding"`
	Rows     int             `json:"rows"`
	Bytes    int             `json:"bytes"`
	By       string          `json:"by"`
	At       time.Time       `json:"at"`
}

const (
	uploadPart = "upload"
	pieceBytes = 1 << 20 // of a file in a page; as much as a resident's answer may wait for
	pagePeople = 200     // people in a page
	pagesAtOne = 100     // pages in a transaction
)

// Uploading takes a file as the next frame of a survey, in place of one that
// waits. It guesses which column is which. It is refused as listing.Open refuses it,
// and with survey.drawn or draw.announced where the frame stands.
func (s *Service) Uploading(ctx context.Context, by access.Actor, id ID, name string, kind listing.Kind, file io.Reader) error {
	sv, err := s.importable(by, id)
	if err != nil {
		return err
	}
	data, err := io.ReadAll(io.LimitReader(file, listing.MaxBytes+1))
	if err != nil {
		return fault.New(fault.Invalid, "listing.file").At("file")
	}
	if len(data) > listing.MaxBytes {
		return fault.New(fault.TooLarge, "listing.bytes", "max", strconv.Itoa(listing.MaxBytes>>20)).At("file")
	}
	table, err := listing.Open(data)
	if err != nil {
		return err
	}
	data, rows, err := table.Plain()
	if err != nil {
		return err
	}
	u := Upload{
		File: name, Kind: kind, Mapping: listing.Guess(kind, table.Heads), Heads: table.Heads, Encoding: table.Encoding,
		Rows: rows, Bytes: len(data), By: by.Name, At: s.Now().UTC(),
	}
	if err := s.putUpload(ctx, sv, u, data); err != nil {
		return err
	}
	entry := s.entry(by, "survey.frame.upload", id)
	entry.After = fmt.Sprintf(`{"kind":%q,"bytes":%d,"rows":%d}`, kind, u.Bytes, u.Rows)
	return s.Store.Record(ctx, entry)
}

// importable returns a survey that a frame may be imported into.
func (s *Service) importable(by access.Actor, id ID) (*Survey, error) {
	if err := by.Require(access.Agency); err != nil {
		return nil, err
	}
	l, err := s.get(id)
	if err != nil {
		return nil, err
	}
	if s.Rolls == nil {
		return nil, fault.New(fault.Unavailable, "store.unavailable")
	}
	if err := l.survey.undrawn(); err != nil {
		return nil, err
	}
	return l.survey, l.survey.unannounced()
}

// putUpload stores a file in sealed pieces, its particulars as page 0, last: what a
// stop cuts short has none.
func (s *Service) putUpload(ctx context.Context, sv *Survey, u Upload, data []byte) error {
	seal, err := s.frameSeal(sv, uploadPart)
	if err != nil {
		return err
	}
	if _, err := s.Rolls.DropPages(ctx, sv.ID, uploadPart, ""); err != nil {
		return err
	}
	for n := 1; len(data) > 0; n++ {
		piece := data[:min(len(data), pieceBytes)]
		if err := s.Rolls.AddPages(ctx, sv.ID, []Page{sealed(seal, sv.ID, Page{Part: uploadPart, Number: n}, piece)}); err != nil {
			return err
		}
		data = data[len(piece):]
	}
	return s.putParticulars(ctx, sv, seal, u)
}

func (s *Service) putParticulars(ctx context.Context, sv *Survey, seal *keyring.One, u Upload) error {
	text, err := json.Marshal(u)
	if err != nil {
		return fmt.Errorf("survey: an upload: %w", err)
	}
	return s.Rolls.AddPages(ctx, sv.ID, []Page{sealed(seal, sv.ID, Page{Part: uploadPart}, text)})
}

// sealed is the page with what it holds.
func sealed(with *keyring.One, id ID, p Page, plain []byte) Page {
	p.Sealed = seal(with, plain, p.bound(id))
	return p
}

// upload reads the file that waits; listing.none where there is none.
func (s *Service) upload(ctx context.Context, sv *Survey) (u Upload, data []byte, err error) {
	with, err := s.frameSeal(sv, uploadPart)
	if err != nil {
		return u, nil, err
	}
	found := false
	err = s.Rolls.Pages(ctx, sv.ID, uploadPart, -1, func(p Page) error {
		plain, err := unseal(with, p.Sealed, p.bound(sv.ID))
		if err != nil {
			return fmt.Errorf("survey %s: open an upload: %w", sv.ID, err)
		}
		if p.Number == 0 {
			found = true
			return json.Unmarshal(plain, &u)
		}
		data = append(data, plain...)
		return nil
	})
	if err == nil && (!found || len(data) != u.Bytes) {
		err = fault.New(fault.NotFound, "listing.none").At("file")
	}
	return u, data, err
}

// Preview is a file that waits, read under its mapping. Wrong is what the mapping
// lacks; Reading and Frame are nil then.
type Preview struct {
	Upload
	Wrong   error
	Reading *listing.Reading
	Frame   frame.Frame // of the rows without a mistake
}

// Uploaded reads the file that waits under its mapping.
func (s *Service) Uploaded(ctx context.Context, by access.Actor, id ID) (*Preview, error) {
	sv, err := s.importable(by, id)
	if err != nil {
		return nil, err
	}
	u, data, err := s.upload(ctx, sv)
	if err != nil {
		return nil, err
	}
	p := &Preview{Upload: u, Wrong: u.Mapping.Check(u.Kind, len(u.Heads))}
	if p.Wrong == nil {
		err = p.read(data)
	}
	return p, err
}

// read reads the file under its mapping.
func (p *Preview) read(data []byte) error {
	table, err := listing.Open(data)
	if err != nil {
		return err
	}
	if p.Reading, err = listing.Read(table, p.Kind, p.Mapping, nil); err != nil {
		return err
	}
	if p.Reading.Bad == p.Reading.Rows { // the mistakes say why there is no frame
		return nil
	}
	p.Frame, err = p.Reading.Frame(func(string, string, []frame.Person) error { return nil })
	return err
}

// Waiting returns what is known of the file that waits; nil where none does.
func (s *Service) Waiting(ctx context.Context, by access.Actor, id ID) (*Upload, error) {
	sv, err := s.importable(by, id)
	if err != nil {
		return nil, err
	}
	with, err := s.frameSeal(sv, uploadPart)
	if err != nil {
		return nil, err
	}
	var u *Upload
	err = s.Rolls.Pages(ctx, sv.ID, uploadPart, -1, func(p Page) error {
		if p.Number != 0 {
			return errEnough // the particulars come first, or were never stored
		}
		plain, err := unseal(with, p.Sealed, p.bound(sv.ID))
		if err != nil {
			return fmt.Errorf("survey %s: open an upload: %w", sv.ID, err)
		}
		u = &Upload{}
		return json.Unmarshal(plain, u)
	})
	if err != nil && !errors.Is(err, errEnough) {
		return nil, err
	}
	return u, nil
}

// errEnough ends a walk over pages that has seen what it wanted.
var errEnough = errors.New("survey: enough")

// MapUpload says which column is which. What the mapping lacks is told by Uploaded;
// columns that only lists of this kind have are guessed when the kind is changed.
func (s *Service) MapUpload(ctx context.Context, by access.Actor, id ID, kind listing.Kind, m listing.Mapping) error {
	sv, err := s.importable(by, id)
	if err != nil {
		return err
	}
	u, _, err := s.upload(ctx, sv)
	if err != nil {
		return err
	}
	m.Fill(kind, u.Kind, u.Heads)
	u.Kind, u.Mapping = kind, m
	with, err := s.frameSeal(sv, uploadPart)
	if err != nil {
		return err
	}
	return s.putParticulars(ctx, sv, with, u)
}

// DiscardUpload throws away the file that waits.
func (s *Service) DiscardUpload(ctx context.Context, by access.Actor, id ID) error {
	if _, err := s.importable(by, id); err != nil {
		return err
	}
	_, err := s.Rolls.DropPages(ctx, id, uploadPart, "")
	return errors.Join(err, s.Store.Record(ctx, s.entry(by, "survey.frame.discard", id)))
}

// AcceptUpload imports the file that waits as the sampling frame. Rows with mistakes
// are refused with listing.mistakes, or left out where skip says so; how many is in
// the trail. progress, which may be nil, is told what was done of how much. It may
// be run again after it was cut short.
func (s *Service) AcceptUpload(ctx context.Context, by access.Actor, id ID, skip bool, progress func(done, total int)) (*Survey, error) {
	sv, err := s.importable(by, id)
	if err != nil {
		return nil, err
	}
	u, data, err := s.upload(ctx, sv)
	if err != nil {
		return nil, err
	}
	if err := u.Mapping.Check(u.Kind, len(u.Heads)); err != nil {
		return nil, err
	}
	if progress == nil {
		progress = func(int, int) {}
	}
	table, err := listing.Open(data)
	if err != nil {
		return nil, err
	}
	reading, err := listing.Read(table, u.Kind, u.Mapping, func(rows int) { progress(rows, 2*u.Rows) })
	if err != nil {
		return nil, err
	}
	if reading.Bad > 0 && !skip {
		return nil, fault.New(fault.Invalid, "listing.mistakes", "rows", strconv.Itoa(reading.Bad)).At("skip")
	}
	return s.importList(ctx, by, sv, reading.Bad, func(each func(string, string, []frame.Person) error) (frame.Frame, error) {
		done := u.Rows
		return reading.Frame(func(stratum, psu string, people []frame.Person) error {
			done += len(people)
			progress(done, 2*u.Rows)
			return each(stratum, psu, people)
		})
	})
}

// importList stores a frame, and its people sealed: first the pages, then in one
// transaction the frame that names them, then the old pages go.
func (s *Service) importList(
	ctx context.Context, by access.Actor, sv *Survey, left int,
	walk func(each func(stratum, psu string, people []frame.Person) error) (frame.Frame, error),
) (*Survey, error) {
	with, err := s.frameSeal(sv, "list")
	if err != nil {
		return nil, err
	}
	w := &listWriter{s: s, id: sv.ID, seal: with, part: "list-" + s.NewID()}
	f, err := walk(func(_, _ string, people []frame.Person) error { return w.add(ctx, people) })
	if err == nil {
		err = w.flush(ctx)
	}
	if err != nil {
		_, dropped := s.Rolls.DropPages(ctx, sv.ID, w.part, "")
		return nil, errors.Join(err, dropped)
	}
	var list *List
	if f.People != nil {
		list = &List{Part: w.part, Count: f.People.Count, Hash: f.People.Hash}
	}
	out, err := s.Store.ImportFrame(ctx, sv.ID, f, s.entry(by, "survey.frame", sv.ID), func(sv *Survey) error { return sv.imported(f, list, left) })
	if err != nil {
		_, dropped := s.Rolls.DropPages(ctx, sv.ID, w.part, "")
		return nil, errors.Join(err, dropped)
	}
	if err := s.keep(out); err != nil {
		return nil, err
	}
	_, err = s.Rolls.DropPages(ctx, sv.ID, "", w.part)
	return out, err
}

// listWriter seals people PSU by PSU.
type listWriter struct {
	s     *Service
	id    ID
	seal  *keyring.One
	part  string
	unit  int
	next  int
	pages []Page
}

func (w *listWriter) add(ctx context.Context, people []frame.Person) error {
	for len(people) > 0 {
		some := people[:min(len(people), pagePeople)]
		text, err := json.Marshal(some)
		if err != nil {
			return fmt.Errorf("survey: a list: %w", err)
		}
		w.next++
		w.pages = append(w.pages, sealed(w.seal, w.id, Page{Part: w.part, Number: w.next, Unit: w.unit}, text))
		people = people[len(some):]
		if len(w.pages) >= pagesAtOne {
			if err := w.flush(ctx); err != nil {
				return err
			}
		}
	}
	w.unit++
	return ctx.Err()
}

func (w *listWriter) flush(ctx context.Context) error {
	if len(w.pages) == 0 {
		return nil
	}
	err := w.s.Rolls.AddPages(ctx, w.id, w.pages)
	w.pages = w.pages[:0]
	return err
}
