package scorebook

import (
	"context"
	"strings"
	"time"
	"unicode/utf8"

	"minyi/indicators/access"
	"minyi/indicators/audit"
	"minyi/indicators/fault"
	"minyi/indicators/roster"
)

// Closing says that an instrument will file no more in a round.
type Closing struct {
	Round      int
	Instrument Instrument
	At         time.Time
	By         string
}

// Publication says what of a round's findings everybody may read, from when on.
type Publication struct {
	Round       int               `json:"round"`
	From        time.Time         `json:"from"`
	Instruments []Instrument      `json:"instruments"`
	Units       []roster.UnitCode `json:"units"`
}

// Store keeps findings in all their versions. A method that takes an entry
// stores it in the same transaction.
type Store interface {
	// FileFinding keeps f if rule lets it; newest is the newest version under
	// its key, nil when there is none, closed whether its instrument is closed.
	// rule returns the version to write, 0 to write nothing.
	FileFinding(ctx context.Context, f *Finding, entry audit.Entry, rule func(newest *Finding, closed bool) (int, error)) error
	// Findings returns the newest version of every finding of the round, without
	// those that are struck.
	Findings(ctx context.Context, round int) ([]Finding, error)
	// FindingVersions returns all versions under a key, oldest first.
	FindingVersions(ctx context.Context, key Key) ([]Finding, error)
	// Closings returns what is closed in the round.
	Closings(ctx context.Context, round int) ([]Closing, error)
	// CloseInstrument keeps the closing if rule, given how many findings the
	// instrument filed, lets it; closing twice changes nothing.
	CloseInstrument(ctx context.Context, c Closing, entry audit.Entry, rule func(filed int) error) error
	// Publish keeps a publication in place of the round's earlier one.
	Publish(ctx context.Context, p Publication, entry audit.Entry) error
	// Publication returns the round's publication, or a NotFound refusal
	// publication.none.
	Publication(ctx context.Context, round int) (*Publication, error)
	// Strike keeps a strike; one that lasts is never replaced by one that does not.
	Strike(ctx context.Context, s Strike, entry audit.Entry) error
	// LiftStrike ends a strike that does not last; where there is none it does
	// nothing and writes no entry.
	LiftStrike(ctx context.Context, s Strike, entry audit.Entry) error
	Strikes(ctx context.Context, round int) ([]Strike, error)
	Record(ctx context.Context, entry audit.Entry) error
}

// Rounds gives the settings of a round.
type Rounds interface {
	Round(ctx context.Context, year int) (*roster.Round, error)
}

// Book files findings, keeps them sealed and opens them.
type Book struct {
	store  Store
	rounds Rounds
	now    func() time.Time
}

// NewBook makes a Book; now is the programme clock.
func NewBook(store Store, rounds Rounds, now func() time.Time) *Book {
	return &Book{store: store, rounds: rounds, now: now}
}

// filers says which roles may file for an instrument (C96). Commands of the
// machine file again what was cut short.
func filers(i Instrument) []access.Role {
	switch i {
	case SelfAssessment:
		return []access.Role{access.Applicant, "command"}
	case Evaluation:
		return []access.Role{access.Office, access.Assessor, "command"}
	case Verification:
		return []access.Role{access.Office, access.Inspector, "command"}
	case Survey, Deputies:
		return []access.Role{access.Agency, "command"}
	}
	return nil
}

func mayFile(by access.Actor, k Key) error {
	if err := by.Require(filers(k.Instrument)...); err != nil {
		return err
	}
	if by.Role == access.Applicant && by.Unit != string(k.Unit) {
		return fault.New(fault.Forbidden, "access.role")
	}
	return nil
}

// File files a finding. Filing what is already there again changes nothing;
// another content under the same key is refused with finding.exists (see
// Refile), any filing after the instrument's closing with finding.closed.
func (b *Book) File(ctx context.Context, by access.Actor, f Finding) error {
	if err := b.prepare(ctx, by, &f); err != nil {
		return err
	}
	f.Reason = ""
	err := b.store.FileFinding(ctx, &f, b.entry(by, "finding.file", f.String(), ""), func(newest *Finding, closed bool) (int, error) {
		switch {
		case newest != nil && newest.Same(f):
			return 0, nil
		case newest != nil:
			return 0, fault.New(fault.Conflict, "finding.exists")
		case closed:
			return 0, fault.New(fault.Closed, "finding.closed")
		}
		return 1, nil
	})
	if err != nil {
		return err
	}
	return b.lift(ctx, by, f.Key)
}

const reasonMost = 500

// Refile corrects a finding with a reason: the new version stands beside the old
// one, which is kept. It is possible after the closing, and refused with
// finding.none where nothing was filed.
func (b *Book) Refile(ctx context.Context, by access.Actor, f Finding, reason string) error {
	switch {
	case strings.TrimSpace(reason) == "":
		return fault.New(fault.Invalid, "reason.needed").At("reason")
	case utf8.RuneCountInString(reason) > reasonMost:
		return fault.New(fault.Invalid, "words.long").At("reason")
	}
	if err := b.prepare(ctx, by, &f); err != nil {
		return err
	}
	f.Reason = reason
	err := b.store.FileFinding(ctx, &f, b.entry(by, "finding.correct", f.String(), reason), func(newest *Finding, _ bool) (int, error) {
		switch {
		case newest == nil:
			return 0, fault.New(fault.NotFound, "finding.none")
		case newest.Same(f):
			return 0, nil
		}
		return newest.Version + 1, nil
	})
	if err != nil {
		return err
	}
	return b.lift(ctx, by, f.Key)
}

func (b *Book) prepare(ctx context.Context, by access.Actor, f *Finding) error {
	if err := f.Check(); err != nil {
		return err
	}
	if err := mayFile(by, f.Key); err != nil {
		return err
	}
	if _, err := b.rounds.Round(ctx, f.Round); err != nil {
		return err
	}
	f.FiledAt, f.FiledBy = b.now(), by.Name
	return nil
}

func (b *Book) entry(by access.Actor, action, object, reason string) audit.Entry {
	return audit.Entry{
		At: b.now(), Actor: by.Name, Role: string(by.Role), Action: action, Object: object, Reason: reason,
	}
}
