package naming

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"minyi/indicators"
	"minyi/indicators/access"
	"minyi/indicators/audit"
	"minyi/indicators/roster"
	"minyi/indicators/scorebook"
)

// Proceeding is what leads from a round's ranking to its names. Objections and
// names are kept apart from it.
type Proceeding struct {
	Round         int            `json:"round"`
	Version       int            `json:"version"`
	Verifications []Verification `json:"-"` // the store reads them beside it
	Front         *FrontChoice   `json:"front,omitempty"`
	Candidates    *Candidates    `json:"candidates"`
	Notice        *Notice        `json:"notice"`
	Past          []Notice       `json:"past,omitempty"` // notices that a corrected one replaced
	Decision      *Decision      `json:"decision"`       // the first that gave names
	Decisions     []Decision     `json:"decisions,omitempty"`
	Acts          []Act          `json:"acts,omitempty"` // every decision of the round, oldest first
}

func (p *Proceeding) verification(t Target) *Verification {
	i := slices.IndexFunc(p.Verifications, func(v Verification) bool { return v.Target == t })
	if i < 0 {
		return nil
	}
	return &p.Verifications[i]
}

// Verification returns the record of a target.
func (p *Proceeding) Verification(t Target) (Verification, bool) {
	if v := p.verification(t); v != nil {
		return *v, true
	}
	return Verification{}, false
}

// Snapshot is a ranking as it was computed at one moment; it never changes.
type Snapshot struct {
	ID        string      `json:"id"`
	MadeAt    time.Time   `json:"made_at"`
	MadeBy    string      `json:"made_by"`
	Ranking   Ranking     `json:"ranking"`
	Certainty []Certainty `json:"certainty"` // one a table, in the order of the tables
	Digest    string      `json:"digest"`    // of the ranking and its certainty
}

// Store keeps rankings, proceedings, objections and names. A method that takes
// an entry stores it in the same transaction; where a rule gets a pointer to the
// entry it may say in it what the object was before and is after.
type Store interface {
	access.Recusals
	access.People
	// AddRanking keeps a snapshot unless rule, given the newest one of the round if
	// there is one, refuses.
	AddRanking(ctx context.Context, s *Snapshot, entry audit.Entry, rule func(last *Snapshot) error) error
	// Ranking returns the newest ranking of the round, or a NotFound refusal
	// ranking.none.
	Ranking(ctx context.Context, round int) (*Snapshot, error)
	// Rankings returns all rankings of the round, newest first.
	Rankings(ctx context.Context, round int) ([]Snapshot, error)
	AddTrial(ctx context.Context, t *Trial, entry audit.Entry) error
	// Trials returns all what-ifs of the round, newest first.
	Trials(ctx context.Context, round int) ([]Trial, error)
	// Proceeding returns the round's proceeding, an empty one at first.
	Proceeding(ctx context.Context, round int) (*Proceeding, error)
	UpdateProceeding(ctx context.Context, round int, entry audit.Entry, change func(*Proceeding, *audit.Entry) error) error
	AddObjection(ctx context.Context, o *Objection, entry audit.Entry, rule func(*Proceeding) error) error
	// UpdateObjection refuses with NotFound objection.unknown where there is none.
	// The proceeding is saved with it where the change added an act.
	UpdateObjection(ctx context.Context, round int, id string, entry audit.Entry, change func(*Objection, *Proceeding, *audit.Entry) error) error
	// Objection refuses with NotFound objection.unknown where there is none.
	Objection(ctx context.Context, id string) (*Objection, error)
	// NoticeRounds lists the years with a proceeding, oldest first.
	NoticeRounds(ctx context.Context) ([]int, error)
	// ObjectionRounds lists the years with objections, oldest first.
	ObjectionRounds(ctx context.Context) ([]int, error)
	Objections(ctx context.Context, round int) ([]Objection, error)
	// ObjectionByReceipt finds by the receipt's hash, or refuses with NotFound
	// objection.unknown.
	ObjectionByReceipt(ctx context.Context, hash string) (*Objection, error)
	// Decide keeps the names that rule returns and the changed proceeding.
	Decide(ctx context.Context, round int, entry audit.Entry, rule func(*Proceeding, []Objection, *audit.Entry) ([]Named, error)) error
	// Named returns all names ever given, newest first.
	Named(ctx context.Context) ([]Named, error)
	Record(ctx context.Context, entry audit.Entry) error
}

// Rounds gives rounds, their schemes and the indicator systems as they hold in
// them.
type Rounds interface {
	Round(ctx context.Context, year int) (*roster.Round, error)
	Scheme(ctx context.Context, year int) (*indicators.Scheme, error)
	Catalogue(ctx context.Context, year int, system indicators.System) (*indicators.Catalogue, error)
}

// Service does what the office does between the findings and the names.
type Service struct {
	store  Store
	rounds Rounds
	units  Units
	book   *scorebook.Book
	now    func() time.Time
	newID  func() string
	issuer Issuer // of papers; nil: nobody

	equipment Equipment
	box       box
}

// NewService makes a Service; now is the programme clock, newID gives ids of
// records.
func NewService(store Store, rounds Rounds, units Units, book *scorebook.Book, now func() time.Time, newID func() string) *Service {
	return &Service{store: store, rounds: rounds, units: units, book: book, now: now, newID: newID}
}

// Rank opens the scorebook, computes the ranking of the round under its newest
// scheme with its certainty, and keeps it as a snapshot. If nothing has changed
// since the newest snapshot, that one is returned.
func (s *Service) Rank(ctx context.Context, by access.Actor, round int) (*Snapshot, error) {
	ranking, err := s.compute(ctx, by, round, nil)
	if err != nil {
		return nil, err
	}
	snapshot := &Snapshot{ID: s.newID(), MadeAt: s.now(), MadeBy: by.Name, Ranking: ranking}
	if snapshot.Certainty, err = Certainties(ranking); err != nil {
		return nil, err
	}
	if snapshot.Digest, err = digest(struct {
		Ranking   Ranking
		Certainty []Certainty
	}{ranking, snapshot.Certainty}); err != nil {
		return nil, err
	}
	if last, err := s.store.Ranking(ctx, round); err == nil && last.Digest == snapshot.Digest {
		return last, nil
	}
	entry := s.entry(by, "ranking.make", object("ranking", round, snapshot.ID), "")
	entry.After = fmt.Sprintf(`{"scheme":%d,"findings":%q,"digest":%q}`, ranking.Scheme, ranking.Findings, snapshot.Digest)
	var same *Snapshot
	err = s.store.AddRanking(ctx, snapshot, entry, func(last *Snapshot) error {
		if last.Digest == snapshot.Digest { // somebody else has asked at the same moment
			same = last
			return errSame
		}
		return nil
	})
	if errors.Is(err, errSame) {
		return same, nil
	}
	return snapshot, err
}

// errSame undoes a snapshot that would be the newest one again.
var errSame = errors.New("the ranking is the newest one")

func (s *Service) compute(ctx context.Context, by access.Actor, round int, asked *Asking) (Ranking, error) {
	r, err := s.rounds.Round(ctx, round)
	if err != nil {
		return Ranking{}, err
	}
	scheme, err := s.rounds.Scheme(ctx, round)
	if err != nil {
		return Ranking{}, err
	}
	if asked != nil {
		scheme.Parts, scheme.BonusCap, scheme.PenaltyCap = asked.Parts, asked.BonusCap, asked.PenaltyCap
		r.Settings.FrontComprehensive, r.Settings.FrontSingle = asked.Comprehensive, asked.Single
		if err := scheme.Check(); err != nil {
			return Ranking{}, err
		}
	}
	findings, err := s.book.Read(ctx, by, round)
	if err != nil {
		return Ranking{}, err
	}
	books := map[indicators.System]*indicators.Catalogue{}
	return Rank(*scheme, r.Settings, findings, s.units, func(system indicators.System) (c *indicators.Catalogue, err error) {
		if books[system] == nil {
			books[system], err = s.rounds.Catalogue(ctx, round, system)
		}
		return books[system], err
	})
}

// Ranking returns the newest snapshot to the office; the reading is an entry in
// the trail (C97).
func (s *Service) Ranking(ctx context.Context, by access.Actor, round int) (*Snapshot, error) {
	if err := by.Require(access.Office); err != nil {
		return nil, err
	}
	snapshot, err := s.store.Ranking(ctx, round)
	if err != nil {
		return nil, err
	}
	return snapshot, s.store.Record(ctx, s.entry(by, "ranking.read", object("ranking", round, snapshot.ID), ""))
}

// Rankings lists the snapshots of a round without their rows, newest first.
func (s *Service) Rankings(ctx context.Context, by access.Actor, round int) ([]Snapshot, error) {
	if err := by.Require(access.Office); err != nil {
		return nil, err
	}
	all, err := s.store.Rankings(ctx, round)
	for i := range all {
		all[i].Ranking.Tables, all[i].Certainty = nil, nil
	}
	return all, err
}

// Proceeding returns the round's verifications, candidates, notice and decision
// to the office and its inspectors.
func (s *Service) Proceeding(ctx context.Context, by access.Actor, round int) (*Proceeding, error) {
	if err := by.Require(access.Office, access.Inspector); err != nil {
		return nil, err
	}
	return s.store.Proceeding(ctx, round)
}

func (s *Service) entry(by access.Actor, action, object, reason string) audit.Entry {
	return audit.Entry{
		At: s.now(), Actor: by.Name, Role: string(by.Role), Action: action, Object: object, Reason: reason,
	}
}

func object(kind string, round int, id string) string {
	if id == "" {
		return fmt.Sprintf("%s/%d", kind, round)
	}
	return fmt.Sprintf("%s/%d/%s", kind, round, id)
}

// digest hashes a document.
func digest(v any) (string, error) {
	raw, err := json.Marshal(v)
	if err != nil {
		return "", fmt.Errorf("digest: %w", err)
	}
	return scorebook.Digest(raw), nil
}
