// Package keeper runs the public logs: it lets commitments wait, appends them in
// random order once enough wait or their time is over, signs each checkpoint, proves
// what is in a log, promises what will be, and takes in the cosignatures of
// witnesses. What a leaf stands for it never learns: that is survey's, and of the
// events' log the programme's.
//
// # Who judges
//
//	feature | judge | input | tolerance | test
//	appending, proofs | transparency-dev/merkle over the published leaves | 342 leaves in four batches | exact | TestALogGrowsByShuffledBatchesAndEveryLeafIsProven
//	once each | the leaves, counted | one commitment that waits three times | exact | TestALeafIsAppendedOnceHoweverOftenItWaits
//	the promise's time | the clock, turned | fewer than a group | exact | TestFewLeavesWaitUntilTheirPromiseIsDue, TestAPromiseIsSignedForWhatIsStoredOnly
//	a stop in the middle | statements that fail | each of an append | nothing lost | TestAFailedAppendLosesNothing
//	witnesses | two histories under one key | 400 leaves over an address | refused | TestAWitnessSignsWhatGrowsAndNoSecondHistory
package keeper

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"sync"
	"time"

	"minyi/indicators/fault"
	"minyi/survey/ledger"
)

const (
	// Events is the name of the log of what the programme filed and decided.
	Events = "events"
	// Enough is how many commitments of a survey are appended together at least,
	// unless the promise of one would be broken.
	Enough = 20
	// Within is the time within which a commitment stands in the log.
	Within = 24 * time.Hour

	// perCheckpoint bounds a transaction: about 50 ms of the one writer.
	perCheckpoint = 4096
)

// Held tells whether the intake of a survey has taken an answer whose commitment
// does not wait in the log's table yet. Nil where there is no such place.
type Held func(ctx context.Context, id int64, c ledger.Commitment) (bool, error)

// Coded returns the commitments with a short code that the intake of a survey holds
// still. Nil where there is no such place.
type Coded func(ctx context.Context, id, short int64) ([]ledger.Commitment, error)

// Gather lets the commitments wait that the intake of a survey still holds. Nil where
// there is no such place.
type Gather func(ctx context.Context, id int64) error

// Source names a log that must be there: of a survey, under its number.
type Source struct {
	ID           int64
	Name, Origin string
}

// Config is what a Service needs.
type Config struct {
	Store     Store
	Host      string             // begins the origins of new logs; "localhost" when empty
	Key       ed25519.PrivateKey // signs every log, under its origin
	SM2       []byte             // the private number, 32 bytes; signs every log too
	Witnesses []string           // lines of the verifiers whose cosignatures are kept
	Now       func() time.Time   // the programme's clock
	Held      Held
	Coded     Coded
	Gather    Gather
	Sources   func() []Source // the surveys' logs at this moment; nil for none
}

// Service runs the logs. It is safe for concurrent use.
type Service struct {
	Config
	witnesses []ledger.Verifier

	mu   sync.Mutex
	logs map[string]Log // what never changes of them: number, name, origin
	keys map[string]*Keys
}

// Keys sign for one log.
type Keys struct {
	Signers   []ledger.Signer
	Lines     []string // of the verifiers: Ed25519, then SM2
	Verifiers []ledger.Verifier
}

// NewKeys makes the keys of an origin from an installation's secrets.
func NewKeys(origin string, key ed25519.PrivateKey, sm2 []byte) (*Keys, error) {
	first, line, err := ledger.NewEd25519(origin, key)
	if err != nil {
		return nil, err
	}
	second, other, err := ledger.NewSM2(origin, sm2, rand.Reader)
	if err != nil {
		return nil, err
	}
	k := &Keys{Signers: []ledger.Signer{first, second}, Lines: []string{line, other}}
	for _, l := range k.Lines {
		v, err := ledger.NewVerifier(l)
		if err != nil {
			return nil, err
		}
		k.Verifiers = append(k.Verifiers, v)
	}
	return k, nil
}

// New makes the service.
func New(c Config) (*Service, error) {
	s := &Service{Config: c, logs: map[string]Log{}, keys: map[string]*Keys{}}
	if s.Host == "" {
		s.Host = "localhost"
	}
	for _, line := range c.Witnesses {
		v, err := ledger.NewVerifier(line)
		if err != nil {
			return nil, fmt.Errorf("keeper: witness %q: %w", line, err)
		}
		s.witnesses = append(s.witnesses, v)
	}
	return s, nil
}

// Open returns a log's number, name and origin, and makes the log where there is
// none: under the number of its survey, under a free one for 0. A log's origin is
// fixed from then on, whatever becomes of the service's address.
func (s *Service) Open(ctx context.Context, id int64, name string) (Log, error) {
	return s.open(ctx, Source{ID: id, Name: name, Origin: s.Host + "/" + name})
}

func (s *Service) open(ctx context.Context, from Source) (Log, error) {
	name := from.Name
	s.mu.Lock()
	known, ok := s.logs[name]
	s.mu.Unlock()
	if ok {
		return known, nil
	}
	l, err := s.Store.OpenLog(ctx, from.ID, name, from.Origin)
	if err != nil {
		return Log{}, err
	}
	s.mu.Lock()
	s.logs[name] = Log{ID: l.ID, Name: l.Name, Origin: l.Origin}
	s.mu.Unlock()
	return l, nil
}

// ready makes the logs of surveys that have none yet, and that of the events.
func (s *Service) ready(ctx context.Context) error {
	if s.Sources == nil {
		return nil
	}
	all := []error{}
	for _, from := range append(s.Sources(), Source{Name: Events, Origin: s.Host + "/" + Events}) {
		_, err := s.open(ctx, from)
		all = append(all, err)
	}
	return errors.Join(all...)
}

// Pend lets leaves of a log wait for its next checkpoint; a log of that name is made
// where there is none. It may be repeated: a leaf is appended once.
func (s *Service) Pend(ctx context.Context, name string, leaves ...ledger.Commitment) error {
	l, err := s.Open(ctx, 0, name)
	if err != nil {
		return err
	}
	return s.Store.Pend(ctx, l.ID, s.Now(), leaves)
}

// keysOf are the keys of an origin.
func (s *Service) keysOf(origin string) (*Keys, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if k, ok := s.keys[origin]; ok {
		return k, nil
	}
	k, err := NewKeys(origin, s.Key, s.SM2)
	if err != nil {
		return nil, err
	}
	s.keys[origin] = k
	return k, nil
}

// Tend appends what is due: of a survey's log at least Enough leaves, or fewer whose
// promise would be broken before the next turn, every hour; of any other whatever
// waits. One log that fails does not keep the others from their turn.
func (s *Service) Tend(ctx context.Context) error {
	logs, err := s.Logs(ctx)
	if err != nil {
		return err
	}
	var all []error
	for _, l := range logs {
		if l.Closed.IsZero() {
			all = append(all, s.tend(ctx, l))
		}
	}
	return errors.Join(all...)
}

func (s *Service) tend(ctx context.Context, l Log) error {
	const turns = 2 * time.Hour // till the next turn but one, as a turn may come late
	due := s.Now().Add(turns - Within)
	if s.Gather != nil && l.ID < FirstOther {
		if err := s.Gather(ctx, l.ID); err != nil {
			return err
		}
	}
	p, err := s.Store.Waiting(ctx, l.ID)
	if err != nil {
		return err
	}
	switch {
	case l.ID >= FirstOther, p.Leaves == 0, p.Leaves >= Enough, p.Since.Before(due):
		_, err = s.append(ctx, l.ID)
		return err
	}
	return nil
}

// Append appends all that waits for a log, at once.
func (s *Service) Append(ctx context.Context, name string) (Log, error) {
	l, err := s.LogOf(ctx, name)
	if err != nil {
		return Log{}, err
	}
	return s.append(ctx, l.ID)
}

// append appends all that waits, and signs the checkpoint of an empty log that has
// none. A stop between two of its transactions loses nothing: what is not in the log
// still waits.
func (s *Service) append(ctx context.Context, id int64) (l Log, err error) {
	for {
		p, err := s.Store.Waiting(ctx, id)
		if err != nil {
			return l, err
		}
		if l, err = s.Store.Grow(ctx, id, perCheckpoint, s.Now(), s.grow); err != nil || p.Leaves == 0 {
			return l, err
		}
	}
}

// grow computes one append and signs its checkpoint.
func (s *Service) grow(g Growing) (out Grown, err error) {
	below := g.Kept.Reader()
	if out.Growth, err = ledger.Append(g.Log.Size, g.Leaves, below); err != nil {
		return out, err
	}
	out.SM3 = g.SM3
	out.SM3.Append(g.Leaves...)
	root, err := ledger.Root(out.Growth.Size, out.Growth.Reader(below))
	if err != nil {
		return out, err
	}
	k, err := s.keysOf(g.Log.Origin)
	if err != nil {
		return out, err
	}
	c := ledger.Checkpoint{Origin: g.Log.Origin, Size: out.Growth.Size, Root: root, SM3: out.SM3.Root()}
	out.Note, err = c.Sign(k.Signers...)
	return out, err
}

// Close appends all that waits and ends the log for good: its last checkpoint is the
// closing one. It may be repeated.
func (s *Service) Close(ctx context.Context, name string) (Published, error) {
	l, err := s.LogOf(ctx, name)
	if err != nil {
		return Published{}, err
	}
	if l.Closed.IsZero() {
		if _, err := s.append(ctx, l.ID); err != nil {
			return Published{}, err
		}
		if _, err := s.Store.Close(ctx, l.ID, s.Now()); err != nil {
			return Published{}, err
		}
	}
	return s.Store.Checkpoint(ctx, l.ID, -1)
}

// Digest is the leaf that stands for a text in the log of events.
func Digest(text []byte) ledger.Commitment { return sha256.Sum256(text) }

// unknown refuses a leaf that is nowhere.
func unknown() error { return fault.New(fault.NotFound, "ledger.noleaf") }
