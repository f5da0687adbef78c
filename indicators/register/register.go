// Package register is what the public keeps of a naming: the register of the named
// as of any day, with a stable address for each name, the decision document and the
// certificates that were issued, and the signed list of valid names for other
// offices. It names nobody (naming does), changes no standing (supervision does) and
// sets no page: the papers come from a Setter.
//
// What judges it:
//
//	feature                       independent judge                            input                           tolerance  test
//	titles (C20, C23)             the notice's six titles, by hand             every kind and track            exact      TestC20C23TitlesComeFromKindAndProject (roster)
//	state as of a day (C13)       a history read by hand                       named, checked, revoked         exact      TestC13TheRegisterSaysTheStandingOfTheDay
//	filters and order             by hand                                      seven names of two rounds       exact      TestTheRegisterIsFilteredAndSorted
//	list for other offices (C56)  OpenSSL 3 checks file, key and signature;    valid, checked, revoked names   exact      TestC56TheListOfValidNamesIsSignedAndAnybodyCanCheckIt
//	                              one changed byte is refused
//	papers are issued once        SQLite itself; digests taken by the test     one round, issued twice         exact      TestC20AndC23PapersAreIssuedOnceWithTheirDigestInTheTrail
//	decision and certificate      poppler reads text, fonts and places, zbar   a round of nine names           1 mm       TestPrintDecisionAndCertificate (web/register/sheet)
//	the public's way (C53)        Chromium, on a phone, from the code to the   the demo's round                exact      TestBrowserFromACertificatesCodeToTheRegister (cmd/minyi)
//	                              file, which encoding/csv reads back
package register

import (
	"context"
	"crypto/ed25519"
	"time"

	"minyi/indicators/audit"
	"minyi/indicators/fault"
	"minyi/indicators/naming"
	"minyi/indicators/roster"
	"minyi/indicators/supervision"
)

// PaperKind is a kind of paper.
type PaperKind string

// The papers of a naming: a document for each decision, a certificate for each name.
const (
	Decision    PaperKind = "decision"
	Certificate PaperKind = "certificate"
)

// Paper is an issued paper: a PDF file whose bytes never change.
type Paper struct {
	Kind     PaperKind `json:"kind"`
	Round    int       `json:"round"`
	Naming   string    `json:"naming,omitempty"` // of a certificate
	Number   string    `json:"number"`           // of the decision, or of the certificate
	Digest   string    `json:"sha256"`           // of its bytes, hexadecimal
	Size     int       `json:"size"`             // in bytes
	IssuedAt time.Time `json:"issued_at"`        // UTC
}

// Bytes is the size as pages write sizes.
func (p Paper) Bytes() int64 { return int64(p.Size) }

// Issue is a paper with its bytes.
type Issue struct {
	Paper
	PDF []byte
}

// Entry is one name as the public reads it.
type Entry struct {
	supervision.Record
	UnitName   string          `json:"unit_name"`
	UnitNameEN string          `json:"unit_name_en,omitempty"`
	Kind       roster.UnitKind `json:"kind"`
	City       roster.UnitCode `json:"city,omitempty"` // the city itself, or that of a county; none for departments
	Since      roster.Date     `json:"since"`          // first day of the standing
	Address    string          `json:"address"`
	Papers     []Paper         `json:"papers"` // issued; a revoked name has no certificate any more
}

// Of is what a paper is kept under: the number of a decision, the name of a
// certificate.
func (p Paper) Of() string {
	if p.Kind == Decision {
		return p.Number
	}
	return p.Naming
}

// Paper returns the paper of a kind, nil where there is none.
func (e Entry) Paper(k PaperKind) *Paper {
	for i := range e.Papers {
		if e.Papers[i].Kind == k {
			return &e.Papers[i]
		}
	}
	return nil
}

// Label is the unit's name in the language, Chinese where it has no other.
func (e Entry) Label(lang string) string {
	if lang == "en" && e.UnitNameEN != "" {
		return e.UnitNameEN
	}
	return e.UnitName
}

// Group is the group in which the unit is listed.
func (e Entry) Group() roster.Group { return roster.Unit{Kind: e.Kind}.Group() }

// Home is the path of the name's page, which never changes.
func (e Entry) Home() string { return Path(e.ID) }

// Path is the path of a name's page.
func Path(naming string) string { return "/named/" + naming }

// Store keeps the issued papers.
type Store interface {
	// Papers returns all issued papers without their bytes, by round, the decision
	// first.
	Papers(ctx context.Context) ([]Paper, error)
	// Paper returns a decision of a round by its number, or a certificate by the id of
	// its name, or refuses with NotFound paper.none.
	Paper(ctx context.Context, kind PaperKind, round int, of string) (Issue, error)
	// AddPapers keeps papers that were not issued before, with their entry.
	AddPapers(ctx context.Context, issued []Issue, entry audit.Entry) error
}

// Names is the register of the named as of a day.
type Names interface {
	Register(ctx context.Context, day roster.Date) ([]supervision.Record, error)
}

// Rounds gives rounds and their settings.
type Rounds interface {
	Round(ctx context.Context, year int) (*roster.Round, error)
}

// Units is the register of units.
type Units interface {
	Unit(code roster.UnitCode) (roster.Unit, error)
}

// Config is what a Service needs.
type Config struct {
	Store     Store
	Names     Names
	Rounds    Rounds
	Units     Units
	Setter    Setter
	Key       ed25519.PrivateKey // signs the lists for other offices
	Base      string             // address of the service that papers and lists name, without a slash at the end
	Rehearsal bool               // the round is made up, and its papers say so
	Now       func() time.Time   // programme clock
}

// Service keeps the register.
type Service struct{ Config }

// NewService makes a Service.
func NewService(cfg Config) *Service { return &Service{cfg} }

// One returns a name as of a day, or refuses with NotFound named.unknown; a name
// that was given later than the day is unknown on it.
func (s *Service) One(ctx context.Context, id string, day roster.Date) (Entry, error) {
	all, err := s.all(ctx, day)
	if err != nil {
		return Entry{}, err
	}
	for _, e := range all {
		if e.ID == id {
			return e, nil
		}
	}
	return Entry{}, fault.New(fault.NotFound, "named.unknown")
}

// all is the register as of a day in its order, with the papers.
func (s *Service) all(ctx context.Context, day roster.Date) ([]Entry, error) {
	records, err := s.Names.Register(ctx, day)
	if err != nil {
		return nil, err
	}
	papers, err := s.Store.Papers(ctx)
	if err != nil {
		return nil, err
	}
	out := make([]Entry, 0, len(records))
	for _, r := range records {
		e, err := s.entry(r, papers)
		if err != nil {
			return nil, err
		}
		out = append(out, e)
	}
	sortEntries(out)
	return out, nil
}

// entry joins a record with its unit and its papers.
func (s *Service) entry(r supervision.Record, papers []Paper) (Entry, error) {
	unit, err := s.Units.Unit(r.Target.Unit)
	if err != nil {
		return Entry{}, err
	}
	e := Entry{
		Record: r, UnitName: unit.Name, UnitNameEN: unit.NameEN, Kind: unit.Kind, City: unit.Parent, Since: r.Date,
		Address: s.Base + Path(r.ID), Papers: []Paper{},
	}
	if unit.Kind == roster.City {
		e.City = unit.Code
	}
	if n := len(r.Steps); n > 0 {
		e.Since = r.Steps[n-1].From
	}
	for _, p := range papers {
		decision := p.Kind == Decision && p.Round == r.Round && p.Number == r.Decision
		certificate := p.Kind == Certificate && p.Naming == r.ID && r.Standing != naming.Revoked
		if decision || certificate {
			e.Papers = append(e.Papers, p)
		}
	}
	return e, nil
}
