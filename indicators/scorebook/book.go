package scorebook

import (
	"context"
	"fmt"
	"slices"
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
	// Findings returns the newest version of every finding of the round.
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
	case Survey:
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
	return b.store.FileFinding(ctx, &f, b.entry(by, "finding.file", f.String(), ""), func(newest *Finding, closed bool) (int, error) {
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
	return b.store.FileFinding(ctx, &f, b.entry(by, "finding.correct", f.String(), reason), func(newest *Finding, _ bool) (int, error) {
		switch {
		case newest == nil:
			return 0, fault.New(fault.NotFound, "finding.none")
		case newest.Same(f):
			return 0, nil
		}
		return newest.Version + 1, nil
	})
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

// CloseInstrument says that the evaluation or the survey will file no more in
// the round. The office closes either, the agency the survey. It is refused with
// scorebook.nothing_filed while nothing is filed, except for a survey that the
// round does not require (C30).
func (b *Book) CloseInstrument(ctx context.Context, by access.Actor, round int, i Instrument) error {
	switch i {
	case Survey:
		if err := by.Require(access.Office, access.Agency); err != nil {
			return err
		}
	case Evaluation:
		if err := by.Require(access.Office); err != nil {
			return err
		}
	case SelfAssessment, Verification:
		return fault.New(fault.Invalid, "finding.instrument")
	default:
		return fault.New(fault.Invalid, "finding.instrument")
	}
	r, err := b.rounds.Round(ctx, round)
	if err != nil {
		return err
	}
	c := Closing{Round: round, Instrument: i, At: b.now(), By: by.Name}
	entry := b.entry(by, "scorebook.close", fmt.Sprintf("scorebook/%d/%s", round, i), "")
	return b.store.CloseInstrument(ctx, c, entry, func(filed int) error {
		if filed == 0 && (i == Evaluation || r.Settings.SurveyRequired) {
			return fault.New(fault.Conflict, "scorebook.nothing_filed")
		}
		return nil
	})
}

// Closed reports which instruments are closed in the round. It shows no result
// and is no reading.
func (b *Book) Closed(ctx context.Context, round int) (map[Instrument]Closing, error) {
	list, err := b.store.Closings(ctx, round)
	if err != nil {
		return nil, err
	}
	out := map[Instrument]Closing{}
	for _, c := range list {
		out[c.Instrument] = c
	}
	return out, nil
}

// sealed refuses while the evaluation or the survey may still file (C29).
func (b *Book) sealed(ctx context.Context, round int) error {
	closed, err := b.Closed(ctx, round)
	if err != nil {
		return err
	}
	for _, i := range []Instrument{Evaluation, Survey} {
		if _, ok := closed[i]; !ok {
			return fault.New(fault.Closed, "scorebook.sealed", "instrument", string(i))
		}
	}
	return nil
}

// Read opens the round's findings to the office, once evaluation and survey are
// closed; before, it refuses with scorebook.sealed. Nobody else reads them (C96,
// C97). Every reading and every refused one is an entry in the trail.
func (b *Book) Read(ctx context.Context, by access.Actor, round int) ([]Finding, error) {
	entry := b.entry(by, "scorebook.read", fmt.Sprintf("scorebook/%d", round), "")
	err := by.Require(access.Office)
	if err == nil {
		err = b.sealed(ctx, round)
	}
	if err != nil {
		entry.Outcome = audit.Refused
		if logged := b.store.Record(ctx, entry); logged != nil {
			return nil, logged
		}
		return nil, err
	}
	if err := b.store.Record(ctx, entry); err != nil {
		return nil, err
	}
	return b.store.Findings(ctx, round)
}

// Filed names what has been filed without saying what: for boards that show who
// has done their part. The office and the agency may see it.
func (b *Book) Filed(ctx context.Context, by access.Actor, round int) ([]Key, error) {
	if err := by.Require(access.Office, access.Agency); err != nil {
		return nil, err
	}
	findings, err := b.store.Findings(ctx, round)
	if err != nil {
		return nil, err
	}
	keys := make([]Key, 0, len(findings))
	for _, f := range findings {
		keys = append(keys, f.Key)
	}
	return keys, nil
}

// Publish lets everybody read the named findings from a moment on: the office
// does it with the public notice.
func (b *Book) Publish(ctx context.Context, by access.Actor, p Publication) error {
	if err := by.Require(access.Office); err != nil {
		return err
	}
	if err := b.sealed(ctx, p.Round); err != nil {
		return err
	}
	return b.store.Publish(ctx, p, b.entry(by, "scorebook.publish", fmt.Sprintf("scorebook/%d", p.Round), ""))
}

// Published returns the findings that everybody may read: none before the
// publication's moment. Who filed them and why they were corrected stays out.
func (b *Book) Published(ctx context.Context, round int) ([]Finding, error) {
	p, err := b.store.Publication(ctx, round)
	switch {
	case fault.KindOf(err) == fault.NotFound:
		return nil, nil
	case err != nil:
		return nil, err
	case b.now().Before(p.From):
		return nil, nil
	}
	all, err := b.store.Findings(ctx, round)
	if err != nil {
		return nil, err
	}
	var out []Finding
	for _, f := range all {
		if slices.Contains(p.Instruments, f.Instrument) && slices.Contains(p.Units, f.Unit) {
			f.FiledBy, f.Reason = "", ""
			out = append(out, f)
		}
	}
	return out, nil
}

func (b *Book) entry(by access.Actor, action, object, reason string) audit.Entry {
	return audit.Entry{
		At: b.now(), Actor: by.Name, Role: string(by.Role), Action: action, Object: object, Reason: reason,
	}
}
