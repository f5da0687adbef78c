package recommendation

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strconv"
	"time"

	"minyi/indicators/access"
	"minyi/indicators/audit"
	"minyi/indicators/evidence"
	"minyi/indicators/fault"
	"minyi/indicators/inbox"
	"minyi/indicators/naming"
	"minyi/indicators/roster"
	"minyi/indicators/supervision"
)

// Store keeps the years. A method that takes an entry stores it in the same
// transaction.
type Store interface {
	access.Recusals
	access.People
	NamedRecords(ctx context.Context) ([]supervision.Record, error)
	// Recommendations returns all years, the newest first.
	Recommendations(ctx context.Context) ([]Year, error)
	// Recommendation returns a year, an empty one where nothing is kept.
	Recommendation(ctx context.Context, year int) (*Year, error)
	UpdateRecommendation(ctx context.Context, year int, entry *audit.Entry, change func(*Year) error) error
	Forwardings(ctx context.Context) ([]Forwarding, error)
	// AddForwarding refuses with forward.twice what was forwarded already.
	AddForwarding(ctx context.Context, f Forwarding, entry *audit.Entry) error
	// Ranking returns the newest ranking of a round, or refuses with ranking.none.
	Ranking(ctx context.Context, round int) (*naming.Snapshot, error)
}

// Files keeps files by their content.
type Files interface {
	Put(ctx context.Context, name string, r io.Reader) (evidence.File, error)
	Read(ctx context.Context, d evidence.Digest) (io.ReadSeekCloser, error)
}

// Units gives units and rounds.
type Units interface {
	Unit(code roster.UnitCode) (roster.Unit, error)
	Units() []roster.Unit
	Round(ctx context.Context, year int) (*roster.Round, error)
}

// Yearly tells of the yearly reports of the named: when the one about a year was
// handed in, the zero time where it was not (C39).
type Yearly interface {
	Handed(ctx context.Context, naming string, year int) (time.Time, error)
}

// Poster tells people what waits for them.
type Poster interface {
	Post(ctx context.Context, m inbox.Message) error
	Settle(ctx context.Context, topic string) error
}

// Config is what a Service needs.
type Config struct {
	Store  Store
	Files  Files
	Units  Units
	Yearly Yearly
	Poster Poster
	Now    func() time.Time // programme clock
}

// Service is the way to the national name.
type Service struct{ Config }

// NewService makes a Service.
func NewService(cfg Config) *Service { return &Service{cfg} }

const (
	wordsMost     = 2000
	statementMost = 5000
	opinionMost   = 3000
	nameMost      = 100
	filesMost     = 30
)

func (s *Service) now() time.Time { return s.Now().UTC().Truncate(time.Millisecond) }

func (s *Service) today() roster.Date { return roster.DateOf(s.Now()) }

func (s *Service) entry(by access.Actor, action string, year int, unit roster.UnitCode, reason string) *audit.Entry {
	object := "recommendation/" + strconv.Itoa(year)
	if unit != "" {
		object += "/" + string(unit)
	}
	return &audit.Entry{At: s.Now(), Actor: by.Name, Role: string(by.Role), Action: "recommendation." + action, Object: object, Reason: reason}
}

// Own is what an applicant sees of a year.
type Own struct {
	Year        *Year
	Application *Application // nil: none was begun
	Name        supervision.Record
	Why         error // the refusal that keeps the unit from applying; nil where it may
	Open        bool  // the window is open
}

// Years lists the years with a call, the newest first, with what the actor's unit
// has in each.
func (s *Service) Years(ctx context.Context, by access.Actor) ([]Own, error) {
	if err := by.Require(access.Applicant); err != nil {
		return nil, err
	}
	all, err := s.Store.Recommendations(ctx)
	if err != nil {
		return nil, err
	}
	var out []Own
	for i := range all {
		if all[i].Call == nil {
			continue
		}
		one, err := s.own(ctx, by, &all[i])
		if err != nil {
			return nil, err
		}
		out = append(out, *one)
	}
	return out, nil
}

// own is what the actor's unit sees of a year: its own application and nothing of
// another's.
func (s *Service) own(ctx context.Context, by access.Actor, y *Year) (*Own, error) {
	u, err := s.Units.Unit(roster.UnitCode(by.Unit))
	if err != nil {
		return nil, err
	}
	names, err := s.Store.NamedRecords(ctx)
	if err != nil {
		return nil, err
	}
	out := &Own{Year: &Year{Year: y.Year, Call: y.Call, Dispatch: y.Dispatch}, Open: y.Call.Window.Open(s.Now())}
	out.Name, out.Why = eligible(u, names, s.today())
	if a := y.Of(u.Code); a != nil {
		mine := *a
		if y.Dispatch == nil {
			mine.Review, mine.Opinion = nil, nil // until the list is sent it may still change
		}
		mine.Opinion = nil // goes to the centre alone
		out.Application = &mine
	}
	return out, nil
}

// MayApply reports why the actor's unit may not apply in any year; nil where it may.
func (s *Service) MayApply(ctx context.Context, by access.Actor) error {
	u, err := s.Units.Unit(roster.UnitCode(by.Unit))
	if err != nil {
		return err
	}
	names, err := s.Store.NamedRecords(ctx)
	if err != nil {
		return err
	}
	_, err = eligible(u, names, s.today())
	return err
}

// change changes the application of the actor's unit in the call's window; one that
// is not there is begun.
func (s *Service) change(ctx context.Context, by access.Actor, year int, action string, seen int, do func(*Application) error) error {
	if err := by.Require(access.Applicant); err != nil {
		return err
	}
	unit := roster.UnitCode(by.Unit)
	u, err := s.Units.Unit(unit)
	if err != nil {
		return err
	}
	names, err := s.Store.NamedRecords(ctx)
	if err != nil {
		return err
	}
	name, err := eligible(u, names, s.today())
	if err != nil {
		return err
	}
	return s.Store.UpdateRecommendation(ctx, year, s.entry(by, action, year, unit, ""), func(y *Year) error {
		if y.Call == nil {
			return fault.New(fault.NotFound, "recommendation.no_call")
		}
		if err := y.Call.Window.Refuse(s.Now(), "recommendation.closed"); err != nil {
			return err
		}
		a := y.Of(unit)
		if a == nil {
			y.Applications = append(y.Applications, Application{Unit: unit, Naming: name.ID, By: by.Name})
			a = &y.Applications[len(y.Applications)-1]
		}
		if a.Version != seen {
			return fault.New(fault.Conflict, "recommendation.changed")
		}
		a.Version++
		a.Naming = name.ID
		return do(a)
	})
}

func draft(a *Application) error {
	if a.Handed() {
		return fault.New(fault.Conflict, "recommendation.handed")
	}
	return nil
}

// Save keeps what the unit says of itself and whom to ask.
func (s *Service) Save(ctx context.Context, by access.Actor, year, seen int, statement, contact string) error {
	var list fault.List
	list.Words(fault.Words{Field: "statement", Value: &statement, Most: statementMost, Needed: true, Lines: true},
		fault.Words{Field: "contact", Value: &contact, Most: nameMost, Needed: true})
	if err := list.Err(); err != nil {
		return err
	}
	return s.change(ctx, by, year, "save", seen, func(a *Application) error {
		a.Statement, a.Contact = statement, contact
		return draft(a)
	})
}

// Attach puts a file into a folder.
func (s *Service) Attach(ctx context.Context, by access.Actor, year, seen int, folder Folder, name string, r io.Reader) error {
	if err := by.Require(access.Applicant); err != nil {
		return err
	}
	if !slices.Contains(Folders(), folder) {
		return fault.New(fault.Invalid, "recommendation.folder").At("folder")
	}
	if err := s.MayApply(ctx, by); err != nil {
		return err
	}
	file, err := s.Files.Put(ctx, name, r)
	if err != nil {
		return err
	}
	return s.change(ctx, by, year, "attach", seen, func(a *Application) error {
		switch {
		case slices.ContainsFunc(a.Files, func(f File) bool { return f.Digest == file.Digest && f.Folder == folder }):
			return fault.New(fault.Conflict, "recommendation.same_file").At("file")
		case len(a.Files) >= filesMost:
			return fault.New(fault.Conflict, "recommendation.files", "most", strconv.Itoa(filesMost)).At("file")
		}
		a.Files = append(a.Files, File{folder, file})
		return draft(a)
	})
}

// Detach takes a file out of a folder.
func (s *Service) Detach(ctx context.Context, by access.Actor, year, seen int, folder Folder, digest string) error {
	return s.change(ctx, by, year, "detach", seen, func(a *Application) error {
		a.Files = slices.DeleteFunc(a.Files, func(f File) bool { return string(f.Digest) == digest && f.Folder == folder })
		return draft(a)
	})
}

// HandIn hands the application in: with a statement, a contact and a file in every
// folder that must have one.
func (s *Service) HandIn(ctx context.Context, by access.Actor, year, seen int) error {
	err := s.change(ctx, by, year, "hand_in", seen, func(a *Application) error {
		if err := draft(a); err != nil {
			return err
		}
		var list fault.List
		if a.Statement == "" {
			list.Add(fault.New(fault.Invalid, "words.missing").At("statement"))
		}
		if a.Contact == "" {
			list.Add(fault.New(fault.Invalid, "words.missing").At("contact"))
		}
		for _, f := range needed() {
			if len(a.In(f)) == 0 {
				list.Add(fault.New(fault.Invalid, "recommendation.empty."+string(f)).At("file"))
			}
		}
		a.Submitted, a.By = s.now(), by.Name
		return list.Err()
	})
	if err != nil {
		return err
	}
	return s.Poster.Settle(ctx, topic(year, by.Unit))
}

// TakeBack makes a handed-in application a draft again, while the window is open.
func (s *Service) TakeBack(ctx context.Context, by access.Actor, year, seen int) error {
	return s.change(ctx, by, year, "take_back", seen, func(a *Application) error {
		if !a.Handed() || a.Review != nil {
			return fault.New(fault.Conflict, "recommendation.not_handed")
		}
		a.Submitted = time.Time{}
		return nil
	})
}

// File gives the bytes of a file: the unit its own, the office those of what was
// handed in.
func (s *Service) File(ctx context.Context, by access.Actor, year int, unit roster.UnitCode, digest string) (evidence.File, io.ReadSeekCloser, error) {
	missing := fault.New(fault.NotFound, "recommendation.file")
	if err := by.Require(access.Applicant, access.Office); err != nil {
		return evidence.File{}, nil, err
	}
	if by.Role == access.Applicant {
		unit = roster.UnitCode(by.Unit)
	}
	y, err := s.Store.Recommendation(ctx, year)
	if err != nil {
		return evidence.File{}, nil, err
	}
	a := y.Of(unit)
	if a == nil || by.Role == access.Office && !a.Handed() {
		return evidence.File{}, nil, missing
	}
	for _, f := range a.Files {
		if string(f.Digest) == digest {
			r, err := s.Files.Read(ctx, f.Digest)
			return f.File, r, err
		}
	}
	return evidence.File{}, nil, missing
}

// topic names a unit's application of a year.
func topic(year int, unit string) string { return fmt.Sprintf("recommendation/%d/%s", year, unit) }

// post tells a unit something of a year once.
func (s *Service) post(ctx context.Context, code string, year int, unit roster.UnitCode, due time.Time, more string) error {
	return s.Poster.Post(ctx, inbox.Message{
		Code: "recommendation." + code, To: inbox.ToUnit(string(unit)), Link: "/apply/national", Due: due,
		Params: map[string]string{"year": strconv.Itoa(year)},
		Key:    fmt.Sprintf("recommendation/%d/%s/%s%s", year, unit, code, more), Topic: topic(year, string(unit)),
	})
}

// Digests are those of all files of applications, for the check of the folder.
func (s *Service) Digests(ctx context.Context) (out []evidence.Digest, err error) {
	all, err := s.Store.Recommendations(ctx)
	for _, y := range all {
		for _, a := range y.Applications {
			for _, f := range a.Files {
				out = append(out, f.Digest)
			}
		}
	}
	return out, err
}
