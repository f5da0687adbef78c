// Package support keeps what the office did for the named, as records: money,
// projects, training, commendations (C55). A record says nothing of merit, changes no
// standing and is kept when it is taken back; the public sees those that the office
// opens.
//
// Who judges it: the records read by hand after each step, and as every other role
// (TestC55RecordsOfSupportAreTheOffices); SQLite itself, which refuses to delete one.
package support

import (
	"context"
	"slices"
	"time"

	"minyi/indicators/access"
	"minyi/indicators/audit"
	"minyi/indicators/fault"
	"minyi/indicators/roster"
	"minyi/indicators/supervision"
)

// Kind is the kind of a record.
type Kind string

// The kinds.
const (
	Policy       Kind = "policy"       // preference in policy or projects
	Funds        Kind = "funds"        // money or goods
	Training     Kind = "training"     // people trained, visits
	Publicity    Kind = "publicity"    // made known
	Commendation Kind = "commendation" // praised by a document
)

// Kinds returns all kinds in the order of the form.
func Kinds() []Kind { return []Kind{Policy, Funds, Training, Publicity, Commendation} }

// Record is one thing that was done for a named unit.
type Record struct {
	ID       string          `json:"id"`
	Naming   string          `json:"naming"`
	Unit     roster.UnitCode `json:"unit"`
	Kind     Kind            `json:"kind"`
	Date     roster.Date     `json:"date"`
	Document string          `json:"document"` // number; may be empty
	Text     string          `json:"text"`
	Open     bool            `json:"open"` // everybody may read it
	By       string          `json:"by"`
	At       time.Time       `json:"at"`
	Gone     string          `json:"gone,omitempty"` // why it was taken back
	GoneBy   string          `json:"gone_by,omitempty"`
	GoneAt   time.Time       `json:"gone_at,omitzero"`
}

// Stands reports whether it was not taken back.
func (r Record) Stands() bool { return r.Gone == "" }

// Store keeps the records.
type Store interface {
	access.Recusals
	NamedRecord(ctx context.Context, id string) (supervision.Record, error)
	// Supports returns the records of a name, or of all names where it is empty, the
	// newest date first.
	Supports(ctx context.Context, naming string) ([]Record, error)
	AddSupport(ctx context.Context, r Record, entry *audit.Entry) error
	// UpdateSupport changes a record, or refuses with NotFound support.unknown.
	UpdateSupport(ctx context.Context, id string, entry *audit.Entry, change func(*Record) error) error
}

// Service keeps the list.
type Service struct {
	Store Store
	NewID func() string
	Now   func() time.Time // programme clock
}

const (
	documentMost = 100
	textMost     = 500
)

func (s *Service) entry(by access.Actor, action, id, reason string) *audit.Entry {
	return &audit.Entry{At: s.Now(), Actor: by.Name, Role: string(by.Role), Action: "support." + action, Object: "support/" + id, Reason: reason}
}

// List gives the office the records of a name, all where it is empty.
func (s *Service) List(ctx context.Context, by access.Actor, naming string) ([]Record, error) {
	if err := by.Require(access.Office); err != nil {
		return nil, err
	}
	return s.Store.Supports(ctx, naming)
}

// Public gives everybody the open records of a name, without who kept them.
func (s *Service) Public(ctx context.Context, naming string) ([]Record, error) {
	all, err := s.Store.Supports(ctx, naming)
	all = slices.DeleteFunc(all, func(r Record) bool { return !r.Open || !r.Stands() })
	for i := range all {
		all[i].By = ""
	}
	return all, err
}

// Add keeps a record of a name.
func (s *Service) Add(ctx context.Context, by access.Actor, r Record) error {
	if err := by.Require(access.Office); err != nil {
		return err
	}
	name, err := s.Store.NamedRecord(ctx, r.Naming)
	if err != nil {
		return err
	}
	if err := by.StandBack(ctx, s.Store, name.Round, string(name.Target.Unit)); err != nil {
		return err
	}
	var list fault.List
	list.Words(fault.Words{Field: "text", Value: &r.Text, Most: textMost, Needed: true, Lines: true},
		fault.Words{Field: "document", Value: &r.Document, Most: documentMost})
	if !slices.Contains(Kinds(), r.Kind) {
		list.Add(fault.New(fault.Invalid, "support.kind").At("kind"))
	}
	if r.Date.IsZero() || r.Date.Before(name.Date) || roster.DateOf(s.Now()).Before(r.Date) {
		list.Add(fault.New(fault.Invalid, "support.date", "from", name.Date.String()).At("date"))
	}
	if err := list.Err(); err != nil {
		return err
	}
	r.ID, r.Unit, r.By, r.At = s.NewID(), name.Target.Unit, by.Name, s.Now().UTC().Truncate(time.Millisecond)
	r.Gone, r.GoneBy, r.GoneAt = "", "", time.Time{}
	return s.Store.AddSupport(ctx, r, s.entry(by, "add", r.ID, ""))
}

// TakeBack takes a record back with a reason; it is kept. Who has declared a conflict
// of interests with the unit takes none back (C95).
func (s *Service) TakeBack(ctx context.Context, by access.Actor, id, reason string) error {
	if err := by.Require(access.Office); err != nil {
		return err
	}
	var list fault.List
	list.Words(fault.Words{Field: "reason", Value: &reason, Most: textMost, Needed: true})
	if err := list.Err(); err != nil {
		return err
	}
	if err := s.standsBack(ctx, by, id); err != nil {
		return err
	}
	return s.Store.UpdateSupport(ctx, id, s.entry(by, "take_back", id, reason), func(r *Record) error {
		if !r.Stands() {
			return fault.New(fault.Conflict, "support.gone")
		}
		r.Gone, r.GoneBy, r.GoneAt = reason, by.Name, s.Now().UTC().Truncate(time.Millisecond)
		return nil
	})
}

// standsBack refuses who has a conflict of interests with the unit of a record, which
// never changes.
func (s *Service) standsBack(ctx context.Context, by access.Actor, id string) error {
	all, err := s.Store.Supports(ctx, "")
	if err != nil {
		return err
	}
	n := slices.IndexFunc(all, func(r Record) bool { return r.ID == id })
	if n < 0 {
		return fault.New(fault.NotFound, "support.unknown")
	}
	name, err := s.Store.NamedRecord(ctx, all[n].Naming)
	if err != nil {
		return err
	}
	return by.StandBack(ctx, s.Store, name.Round, string(name.Target.Unit))
}
