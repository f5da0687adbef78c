package practice

import (
	"context"
	"io"
	"slices"
	"time"

	"minyi/indicators"
	"minyi/indicators/access"
	"minyi/indicators/audit"
	"minyi/indicators/evidence"
	"minyi/indicators/fault"
	"minyi/indicators/inbox"
	"minyi/indicators/naming"
	"minyi/indicators/roster"
	"minyi/indicators/supervision"
)

// Store keeps practices. A method that takes an entry stores it in the same
// transaction.
type Store interface {
	access.Recusals
	// NamedRecords returns all names ever given with their steps, newest name first.
	NamedRecords(ctx context.Context) ([]supervision.Record, error)
	// Practices returns all practices, the newest first.
	Practices(ctx context.Context) ([]Practice, error)
	// Practice returns one, or refuses with NotFound practice.unknown.
	Practice(ctx context.Context, id string) (*Practice, error)
	AddPractice(ctx context.Context, p *Practice, entry *audit.Entry) error
	// UpdatePractice loads a practice, changes it and saves it with one version more.
	UpdatePractice(ctx context.Context, id string, entry *audit.Entry, change func(*Practice) error) error
}

// Files keeps files by their content.
type Files interface {
	Put(ctx context.Context, name string, r io.Reader) (evidence.File, error)
	Read(ctx context.Context, d evidence.Digest) (io.ReadSeekCloser, error)
}

// Units gives units, and an indicator system as it holds in a round.
type Units interface {
	Unit(code roster.UnitCode) (roster.Unit, error)
	Catalogue(ctx context.Context, year int, system indicators.System) (*indicators.Catalogue, error)
}

// Reports gives what a unit wrote in the report of its application, to begin with.
type Reports interface {
	Reported(ctx context.Context, round int, unit roster.UnitCode, track roster.Track) (Words, error)
}

// Poster tells people what waits for them.
type Poster interface {
	Post(ctx context.Context, m inbox.Message) error
	Settle(ctx context.Context, topic string) error
}

// Config is what a Service needs.
type Config struct {
	Store   Store
	Files   Files
	Units   Units
	Reports Reports
	Poster  Poster
	NewID   func() string
	Now     func() time.Time // programme clock
}

// Service is the library.
type Service struct {
	Config
	shelf shelf
}

// NewService makes a Service.
func NewService(cfg Config) *Service { return &Service{Config: cfg} }

func (s *Service) now() time.Time { return s.Now().UTC().Truncate(time.Millisecond) }

func (s *Service) entry(by access.Actor, action, id, reason string) *audit.Entry {
	return &audit.Entry{
		At: s.Now(), Actor: by.Name, Role: string(by.Role), Action: "practice." + action, Object: "practice/" + id, Reason: reason,
	}
}

func unknown() error { return fault.New(fault.NotFound, "practice.unknown") }

// Names are the names that the actor's unit may write practices under: those that
// stand, newest first (C13).
func (s *Service) Names(ctx context.Context, by access.Actor) ([]supervision.Record, error) {
	if err := by.Require(access.Applicant); err != nil {
		return nil, err
	}
	all, err := s.Store.NamedRecords(ctx)
	today := roster.DateOf(s.Now())
	return slices.DeleteFunc(all, func(r supervision.Record) bool {
		on := r.On(today)
		return string(r.Target.Unit) != by.Unit || on == "" || on == naming.Revoked
	}), err
}

// Own are the practices of the actor's unit.
func (s *Service) Own(ctx context.Context, by access.Actor) ([]Practice, error) {
	if err := by.Require(access.Applicant); err != nil {
		return nil, err
	}
	all, err := s.Store.Practices(ctx)
	return slices.DeleteFunc(all, func(p Practice) bool { return string(p.Unit) != by.Unit }), err
}

// OwnOne is one practice of the actor's unit; another's is as one that is not there.
func (s *Service) OwnOne(ctx context.Context, by access.Actor, id string) (*Practice, error) {
	if err := by.Require(access.Applicant); err != nil {
		return nil, err
	}
	p, err := s.Store.Practice(ctx, id)
	if err != nil {
		return nil, err
	}
	if string(p.Unit) != by.Unit {
		return nil, unknown()
	}
	return p, nil
}

// Begin opens a draft under one of the unit's names, with what the unit wrote in
// the report of its application. Without a name that stands it is refused with
// practice.unnamed.
func (s *Service) Begin(ctx context.Context, by access.Actor, id string) (*Practice, error) {
	names, err := s.Names(ctx, by)
	if err != nil {
		return nil, err
	}
	n := slices.IndexFunc(names, func(r supervision.Record) bool { return r.ID == id })
	if n < 0 {
		return nil, fault.New(fault.Forbidden, "practice.unnamed").At("naming")
	}
	from := names[n]
	p := &Practice{
		ID: s.NewID(), Version: 1, Naming: from.ID, Round: from.Round, Unit: from.Target.Unit, Track: from.Target.Track,
		State: Draft, CreatedAt: s.now(),
	}
	if p.Words, err = s.Reports.Reported(ctx, p.Round, p.Unit, p.Track); err != nil {
		return nil, err
	}
	p.Words.Project = from.Project
	p.Events = []Event{{At: p.CreatedAt, By: by.Name, Act: string(Draft)}}
	return p, s.Store.AddPractice(ctx, p, s.entry(by, "begin", p.ID, ""))
}

// book is the indicator system of a practice's unit in its round.
func (s *Service) book(ctx context.Context, p *Practice) (*indicators.Catalogue, error) {
	u, err := s.Units.Unit(p.Unit)
	if err != nil {
		return nil, err
	}
	return s.Units.Catalogue(ctx, p.Round, u.System())
}

// change changes a practice of the actor's unit that is open.
func (s *Service) change(ctx context.Context, by access.Actor, id, action string, seen int, do func(*Practice) error) error {
	if _, err := s.OwnOne(ctx, by, id); err != nil {
		return err
	}
	return s.Store.UpdatePractice(ctx, id, s.entry(by, action, id, ""), func(p *Practice) error {
		if !p.Open() {
			return fault.New(fault.Conflict, "practice.closed")
		}
		if err := p.seen(seen); err != nil {
			return err
		}
		return do(p)
	})
}

// Save keeps what the unit wrote so far.
func (s *Service) Save(ctx context.Context, by access.Actor, id string, seen int, w Words) error {
	p, err := s.OwnOne(ctx, by, id)
	if err != nil {
		return err
	}
	book, err := s.book(ctx, p)
	if err != nil {
		return err
	}
	if err := w.check(book, false); err != nil {
		return err
	}
	return s.change(ctx, by, id, "save", seen, func(p *Practice) error {
		p.rewrite(w, by.Name, false, s.now())
		return nil
	})
}

// Attach adds a file.
func (s *Service) Attach(ctx context.Context, by access.Actor, id string, seen int, name string, r io.Reader) error {
	if _, err := s.OwnOne(ctx, by, id); err != nil {
		return err
	}
	file, err := s.Files.Put(ctx, name, r)
	if err != nil {
		return err
	}
	return s.change(ctx, by, id, "attach", seen, func(p *Practice) error {
		switch {
		case slices.ContainsFunc(p.Files, func(f evidence.File) bool { return f.Digest == file.Digest }):
			return fault.New(fault.Conflict, "practice.same_file").At("file")
		case len(p.Files) >= filesMost:
			return fault.New(fault.Conflict, "practice.files").At("file")
		}
		p.Files = append(p.Files, file)
		return nil
	})
}

// Detach takes a file out of an open practice.
func (s *Service) Detach(ctx context.Context, by access.Actor, id string, seen int, digest string) error {
	return s.change(ctx, by, id, "detach", seen, func(p *Practice) error {
		p.Files = slices.DeleteFunc(p.Files, func(f evidence.File) bool { return string(f.Digest) == digest })
		return nil
	})
}

// Submit hands the practice to the office, complete and while the name stands.
func (s *Service) Submit(ctx context.Context, by access.Actor, id string, seen int) error {
	p, err := s.OwnOne(ctx, by, id)
	if err != nil {
		return err
	}
	names, err := s.Names(ctx, by)
	if err != nil {
		return err
	}
	if _, ok := standing(names, p.Naming); !ok {
		return fault.New(fault.Forbidden, "practice.unnamed")
	}
	book, err := s.book(ctx, p)
	if err != nil {
		return err
	}
	err = s.change(ctx, by, id, "submit", seen, func(p *Practice) error {
		w := p.Words
		if err := w.check(book, true); err != nil {
			return err
		}
		p.rewrite(w, by.Name, false, s.now())
		if len(p.Editions) == 0 {
			p.rewrite(w, by.Name, false, s.now())
		}
		p.move(Submitted, by.Name, "", s.now())
		return nil
	})
	if err != nil {
		return err
	}
	return s.Poster.Post(ctx, inbox.Message{
		Code: "practice.submitted", To: inbox.ToRole(access.Office), Link: "/office/practices/" + id, Key: "practice/" + id + "/submitted/" + p.stamp(),
		Params: map[string]string{"unit": string(p.Unit), "title": p.Words.Title}, Topic: "practice/" + id, Due: s.now().AddDate(0, 0, answerDays),
	})
}

// answerDays is how long the office should take for a practice; no source says.
const answerDays = 20

// stamp tells the turns of one practice apart.
func (p *Practice) stamp() string { return time.Duration(len(p.Events)).String() }

// Digests are those of all files of practices, for the check of the folder.
func (s *Service) Digests(ctx context.Context) (out []evidence.Digest, err error) {
	all, err := s.Store.Practices(ctx)
	for _, p := range all {
		for _, f := range p.Files {
			out = append(out, f.Digest)
		}
	}
	return out, err
}
