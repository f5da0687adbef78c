package application

import (
	"context"
	"crypto/ed25519"
	"time"

	"minyi/indicators"
	"minyi/indicators/access"
	"minyi/indicators/audit"
	"minyi/indicators/evidence"
	"minyi/indicators/fault"
	"minyi/indicators/roster"
	"minyi/indicators/scorebook"
)

// Store keeps dossiers. A method that takes an entry stores it in the same
// transaction; the entry is a pointer because the rule may fill in what the
// dossier said before and after.
type Store interface {
	access.Recusals
	access.People
	// Dossier returns the dossier, or a NotFound refusal dossier.unknown.
	Dossier(ctx context.Context, k Key) (*Dossier, error)
	// Dossiers returns all dossiers of a round, by unit and track.
	Dossiers(ctx context.Context, round int) ([]Dossier, error)
	// UnitDossiers returns all dossiers of a unit, oldest round first.
	UnitDossiers(ctx context.Context, unit roster.UnitCode) ([]Dossier, error)
	// AddDossier keeps a new dossier if rule, given all of its unit, lets it.
	AddDossier(ctx context.Context, d *Dossier, entry *audit.Entry, rule func(ofUnit []Dossier) error) error
	// UpdateDossier loads a dossier, changes it and saves it as its next version.
	UpdateDossier(ctx context.Context, k Key, entry *audit.Entry, change func(*Dossier) error) error
	// SealDossier does the same, given all dossiers of the unit, and keeps the
	// manifest that seal returns.
	SealDossier(ctx context.Context, k Key, entry *audit.Entry, seal func(d *Dossier, ofUnit []Dossier) ([]byte, error)) error
	// Manifest returns the manifest with that digest, or dossier.unknown.
	Manifest(ctx context.Context, k Key, digest string) ([]byte, error)
	// Sealed returns the dossier that was sealed with that digest, or seal.unknown.
	Sealed(ctx context.Context, digest string) (Key, error)
	Record(ctx context.Context, entry audit.Entry) error
}

// Roster gives rounds and units.
type Roster interface {
	Round(ctx context.Context, year int) (*roster.Round, error)
	Rounds(ctx context.Context) ([]roster.Round, error)
	Unit(code roster.UnitCode) (roster.Unit, error)
	Retired(code roster.UnitCode) bool // struck off the register
	Catalogue(ctx context.Context, year int, system indicators.System) (*indicators.Catalogue, error)
}

// Book takes the self-assessment's finding.
type Book interface {
	File(ctx context.Context, by access.Actor, f scorebook.Finding) error
	Refile(ctx context.Context, by access.Actor, f scorebook.Finding, reason string) error
	Strike(ctx context.Context, by access.Actor, round int, unit roster.UnitCode, track roster.Track, reason string) error
	Suspend(ctx context.Context, by access.Actor, round int, unit roster.UnitCode, track roster.Track, reason string) error
	Resume(ctx context.Context, by access.Actor, round int, unit roster.UnitCode, track roster.Track) error
}

// Config is what a Service needs.
type Config struct {
	Store     Store
	Roster    Roster
	Book      Book
	Evidence  *evidence.Folder
	Uploads   Uploads // files that come in parts; nil where none do
	Allowance Allowance
	Calendar  indicators.Calendar // counts working days; nil where nothing is compared
	Key       ed25519.PrivateKey  // signs receipts; nothing is filed without one
	Now       func() time.Time    // programme clock
	NewID     func() string
	Revoked   Bars             // names revoked for fraud; nil where there are none
	Wall      func() time.Time // clock of the machine, by which uploads expire; nil where there are none
}

// Service lets units write, file and withdraw dossiers, and others read what
// was filed.
type Service struct{ Config }

// NewService makes a Service.
func NewService(cfg Config) *Service { return &Service{cfg} }

// Limits returns what one file and one dossier may hold, to be told beforehand.
func (s *Service) Limits() (evidence.Limits, Allowance) { return s.Evidence.Limits(), s.Allowance }

// own refuses who is not an applicant, and makes another unit's dossier look as
// if it did not exist.
func own(by access.Actor, k Key) error {
	if err := by.Require(access.Applicant); err != nil {
		return err
	}
	if by.Unit == "" || by.Unit != string(k.Unit) {
		return unknown()
	}
	return nil
}

// Terms returns the rules for a dossier: its round, its unit and the indicators
// that apply.
func (s *Service) Terms(ctx context.Context, k Key) (Terms, error) {
	round, err := s.Roster.Round(ctx, k.Round)
	if err != nil {
		return Terms{}, err
	}
	unit, err := s.Roster.Unit(k.Unit)
	if err != nil {
		return Terms{}, err
	}
	c, err := s.Roster.Catalogue(ctx, k.Round, unit.System())
	if err != nil {
		return Terms{}, err
	}
	round.Settings.Gate = round.Settings.GateFor(c)
	return Terms{
		Round: *round, Unit: unit, Catalogue: c, Applicable: c.ApplicableTo(string(unit.Kind), unit.RuleMakingPower()), Calendar: s.Calendar,
	}, nil
}

// begin is the first step of every change by an applicant: it must be his own
// dossier and the filing window must be open by the programme clock (C77). A
// refusal because of the window is logged.
func (s *Service) begin(ctx context.Context, by access.Actor, k Key, action string) (Terms, *audit.Entry, error) {
	if err := own(by, k); err != nil {
		return Terms{}, nil, err
	}
	terms, err := s.Terms(ctx, k)
	if err != nil {
		return Terms{}, nil, err
	}
	entry := s.entry(by, action, k)
	if err := terms.Round.Settings.Filing.Refuse(s.Now(), "dossier.window"); err != nil {
		entry.Outcome, entry.Reason = audit.Refused, "dossier.window"
		if logged := s.Store.Record(ctx, *entry); logged != nil {
			return Terms{}, nil, logged
		}
		return Terms{}, nil, err
	}
	return terms, entry, nil
}

func (s *Service) entry(by access.Actor, action string, k Key) *audit.Entry {
	return &audit.Entry{
		At: s.Now(), Actor: by.Name, Role: string(by.Role), Action: action, Object: k.Object(),
	}
}

// Start opens an empty draft. It is refused where the unit has one on the track,
// where it has filed on the other track and the round does not allow both (C17),
// where the unit is barred (C99), and where it was struck off the register (C16).
func (s *Service) Start(ctx context.Context, by access.Actor, k Key) error {
	terms, entry, err := s.begin(ctx, by, k, "dossier.start")
	if err != nil {
		return err
	}
	if s.Roster.Retired(k.Unit) {
		return fault.New(fault.Forbidden, "dossier.retired")
	}
	rounds, err := s.Roster.Rounds(ctx)
	if err != nil {
		return err
	}
	if err := s.unbarred(ctx, k, terms.Round.Settings, rounds); err != nil {
		return err
	}
	d := New(k, by.Name, s.Now())
	return s.Store.AddDossier(ctx, &d, entry, func(ofUnit []Dossier) error {
		return admit(k, terms.Round.Settings, rounds, ofUnit)
	})
}

// admit decides whether a unit with these dossiers may start another.
func admit(k Key, settings roster.Settings, rounds []roster.Round, ofUnit []Dossier) error {
	for _, d := range ofUnit {
		switch {
		case d.Key == k:
			return fault.New(fault.Conflict, "dossier.exists")
		case d.State == Cancelled && barred(k, d, settings, rounds):
			return refuseBarred(k, d)
		case taken(k, d, settings):
			return fault.New(fault.Conflict, "dossier.one_track")
		}
	}
	return nil
}

// taken reports whether the other dossier keeps the unit from this track (C17).
func taken(k Key, other Dossier, settings roster.Settings) bool {
	return other.Round == k.Round && other.Track != k.Track && other.State == Filed && !settings.BothTracks
}

// barred applies C99: the round in which a dossier was cancelled is lost, and
// the next one too, on both tracks where the setting says so. The round after
// is open again.
func barred(k Key, old Dossier, settings roster.Settings, rounds []roster.Round) bool {
	if old.Track != k.Track && !settings.BarAnyTrack {
		return false
	}
	for _, r := range rounds {
		if r.Year > old.Round && r.Year < k.Round {
			return false
		}
	}
	return true
}

// Own returns the actor's dossier with the rules that it is measured by.
func (s *Service) Own(ctx context.Context, by access.Actor, k Key) (*Dossier, Terms, error) {
	if err := own(by, k); err != nil {
		return nil, Terms{}, err
	}
	d, err := s.Store.Dossier(ctx, k)
	if err != nil {
		return nil, Terms{}, err
	}
	terms, err := s.Terms(ctx, k)
	return d, terms, err
}

// All returns every dossier of a round to the office.
func (s *Service) All(ctx context.Context, by access.Actor, round int) ([]Dossier, error) {
	if err := by.Require(access.Office); err != nil {
		return nil, err
	}
	return s.Store.Dossiers(ctx, round)
}

// Sealed returns a dossier that stands filed and was accepted in the formal check,
// for those who work on it; any other looks as if it did not exist. The caller has asked the actor's leave.
func (s *Service) Sealed(ctx context.Context, k Key) (*Dossier, Terms, error) {
	d, err := s.Store.Dossier(ctx, k)
	if err != nil {
		return nil, Terms{}, err
	}
	if !d.Accepted() {
		return nil, Terms{}, unknown()
	}
	terms, err := s.Terms(ctx, k)
	return d, terms, err
}

// Digests returns the digests of all files that dossiers of any round rest on,
// each once: what doctor checks.
func (s *Service) Digests(ctx context.Context) ([]evidence.Digest, error) {
	rounds, err := s.Roster.Rounds(ctx)
	if err != nil {
		return nil, err
	}
	seen := map[evidence.Digest]bool{}
	var out []evidence.Digest
	for _, r := range rounds {
		dossiers, err := s.Store.Dossiers(ctx, r.Year)
		if err != nil {
			return nil, err
		}
		for i := range dossiers {
			for _, digest := range dossiers[i].files() {
				if !seen[digest] {
					seen[digest] = true
					out = append(out, digest)
				}
			}
		}
	}
	return out, nil
}
