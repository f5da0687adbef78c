package keeper

import (
	"context"
	"slices"
	"strings"
	"time"

	"minyi/indicators/fault"
	"minyi/survey/ledger"
)

// LogOf returns a log as it stands, or refuses with ledger.unknown.
func (s *Service) LogOf(ctx context.Context, name string) (Log, error) {
	if err := s.ready(ctx); err != nil {
		return Log{}, err
	}
	return s.Store.LogOf(ctx, name)
}

// Logs returns all logs by number.
func (s *Service) Logs(ctx context.Context) ([]Log, error) {
	if err := s.ready(ctx); err != nil {
		return nil, err
	}
	return s.Store.Logs(ctx)
}

// KeyLines are the lines of a log's verifiers: Ed25519, then SM2.
func (s *Service) KeyLines(l Log) ([]string, error) {
	k, err := s.keysOf(l.Origin)
	if err != nil {
		return nil, err
	}
	return k.Lines, nil
}

// Text is a published checkpoint with the lines of its witnesses.
func (p Published) Text() []byte {
	return append(append([]byte(nil), p.Note...), strings.Join(p.Cosignatures, "")...)
}

// Checkpoint returns the newest checkpoint of a log.
func (s *Service) Checkpoint(ctx context.Context, name string) (Log, Published, error) {
	return s.CheckpointOf(ctx, name, -1)
}

// CheckpointOf returns the checkpoint of a log that has so many leaves, the newest
// for -1.
func (s *Service) CheckpointOf(ctx context.Context, name string, size int64) (Log, Published, error) {
	l, err := s.LogOf(ctx, name)
	if err != nil {
		return l, Published{}, err
	}
	p, err := s.Store.Checkpoint(ctx, l.ID, size)
	return l, p, err
}

// Checkpoints returns the newest checkpoints of a log.
func (s *Service) Checkpoints(ctx context.Context, l Log, most int) ([]Published, error) {
	return s.Store.Checkpoints(ctx, l.ID, most)
}

// kept loads the tiles of a log.
func (s *Service) kept(ctx context.Context, id int64) ledger.Kept {
	return func(at ledger.Place) ([]byte, error) { return s.Store.Tile(ctx, id, at) }
}

// File returns a tile or an entry bundle by its C2SP path, such as "tile/0/000" or
// "tile/entries/000.p/7", as far as the newest checkpoint has it; else it refuses with
// ledger.notile.
func (s *Service) File(ctx context.Context, name, path string) ([]byte, error) {
	l, p, err := s.Checkpoint(ctx, name)
	if err != nil {
		return nil, err
	}
	kept := s.kept(ctx, l.ID)
	data, ok, err := ledger.Bundled(path, p.Size, kept)
	if err == nil && !ok {
		data, ok, err = ledger.Tile(path, p.Size, kept.Reader())
	}
	if err == nil && !ok {
		err = fault.New(fault.NotFound, "ledger.notile")
	}
	return data, err
}

// Proof is the proof that a leaf is in a log, under its newest checkpoint.
type Proof struct {
	Log Log
	ledger.Proof
	Size int64
}

// Prove returns the proof of a leaf, or refuses with ledger.noleaf.
func (s *Service) Prove(ctx context.Context, name string, c ledger.Commitment) (Proof, error) {
	l, p, err := s.Checkpoint(ctx, name)
	if err != nil {
		return Proof{}, err
	}
	at, ok, err := s.index(ctx, l, c)
	if err != nil {
		return Proof{}, err
	}
	if !ok || at >= p.Size {
		return Proof{}, unknown()
	}
	hashes, err := ledger.ProveInclusion(p.Size, at, s.kept(ctx, l.ID).Reader())
	if err != nil {
		return Proof{}, err
	}
	return Proof{Log: l, Size: p.Size, Proof: ledger.Proof{Index: at, Hashes: hashes, Checkpoint: p.Text()}}, nil
}

// index is where a leaf stands in a log.
func (s *Service) index(ctx context.Context, l Log, c ledger.Commitment) (int64, bool, error) {
	found, err := s.Store.Places(ctx, c.Short())
	if err != nil {
		return 0, false, err
	}
	for _, f := range found {
		if f.Log.ID == l.ID && f.Commitment == c {
			return f.Index, true, nil
		}
	}
	return 0, false, nil
}

// Consistency returns the proof that the log of size leaves begins with the one of
// old leaves, both not beyond the newest checkpoint; else it refuses with
// ledger.sizes.
func (s *Service) Consistency(ctx context.Context, name string, old, size int64) ([]ledger.Hash, error) {
	l, p, err := s.Checkpoint(ctx, name)
	if err != nil {
		return nil, err
	}
	if old < 0 || old > size || size > p.Size {
		return nil, fault.New(fault.Invalid, "ledger.sizes")
	}
	return ledger.ProveConsistency(size, old, s.kept(ctx, l.ID).Reader())
}

// Leaf is a commitment as anybody may ask for it.
type Leaf struct {
	Found
	Since time.Time // the hour since which it waits; zero where it stands in the log
	By    time.Time // until when a promise that is given now has it in the log; zero where it stands there
}

// Find returns the leaves that a short code or a whole commitment leads to, in all
// logs, with those that wait for theirs still. What is neither is refused with
// ledger.code.
func (s *Service) Find(ctx context.Context, code string) ([]Leaf, error) {
	code = Typed(code)
	if len(code) == ledger.CodeSize {
		short, err := ledger.ParseCode(code)
		if err != nil {
			return nil, err
		}
		out, err := s.found(ctx, short, func(ledger.Commitment) bool { return true })
		if err != nil {
			return nil, err
		}
		waiting, err := s.coded(ctx, short)
		return append(out, waiting...), err
	}
	c, err := ledger.ParseCommitment(code)
	if err != nil {
		return nil, fault.New(fault.Invalid, "ledger.code")
	}
	out, err := s.found(ctx, c.Short(), func(other ledger.Commitment) bool { return other == c })
	if err != nil || len(out) > 0 {
		return out, err
	}
	return s.waiting(ctx, c)
}

func (s *Service) found(ctx context.Context, short int64, wanted func(ledger.Commitment) bool) (out []Leaf, err error) {
	all, err := s.Store.Places(ctx, short)
	for _, f := range all {
		if wanted(f.Commitment) {
			out = append(out, Leaf{Found: f})
		}
	}
	return out, err
}

// growing are the logs that are not closed: of the others nothing waits.
func (s *Service) growing(ctx context.Context) ([]Log, error) {
	logs, err := s.Logs(ctx)
	return slices.DeleteFunc(logs, func(l Log) bool { return !l.Closed.IsZero() }), err
}

// waiting returns a commitment that is stored but in no log yet.
func (s *Service) waiting(ctx context.Context, c ledger.Commitment) (out []Leaf, err error) {
	logs, err := s.growing(ctx)
	if err != nil {
		return nil, err
	}
	for _, l := range logs {
		since, ok, err := s.since(ctx, l, c)
		if err != nil {
			return nil, err
		}
		if ok {
			out = append(out, s.waits(l, Waits{c, since}))
		}
	}
	return out, nil
}

// waits is a leaf that is in no log yet.
func (s *Service) waits(l Log, w Waits) Leaf {
	return Leaf{Found: Found{Log: l, Index: -1, Commitment: w.Commitment}, Since: w.Since, By: s.hour().Add(Within)}
}

// hour is the present one.
func (s *Service) hour() time.Time { return s.Now().UTC().Truncate(time.Hour) }

// coded returns the commitments with a short code that are stored but in no log yet.
func (s *Service) coded(ctx context.Context, short int64) (out []Leaf, err error) {
	logs, err := s.growing(ctx)
	if err != nil {
		return nil, err
	}
	for _, l := range logs {
		all, err := s.codedIn(ctx, l, short)
		if err != nil {
			return nil, err
		}
		for _, w := range all {
			out = append(out, s.waits(l, w))
		}
	}
	return out, nil
}

func (s *Service) codedIn(ctx context.Context, l Log, short int64) ([]Waits, error) {
	out, err := s.Store.WaitingCode(ctx, l.ID, short)
	if err != nil || s.Coded == nil || l.ID >= FirstOther {
		return out, err
	}
	held, err := s.Coded(ctx, l.ID, short)
	for _, c := range held {
		if !slices.ContainsFunc(out, func(w Waits) bool { return w.Commitment == c }) {
			out = append(out, Waits{c, s.hour()})
		}
	}
	return out, err
}

// since is the hour since which a commitment waits for a log; the present one while
// the intake holds it.
func (s *Service) since(ctx context.Context, l Log, c ledger.Commitment) (time.Time, bool, error) {
	since, ok, err := s.Store.WaitingSince(ctx, l.ID, c)
	if err != nil || ok || s.Held == nil || l.ID >= FirstOther {
		return since, ok, err
	}
	ok, err = s.Held(ctx, l.ID, c)
	return s.hour(), ok, err
}

// Promise signs that a commitment will stand in its log within a day of the hour in
// which it is asked for, or stands there: the receipt of whoever gave the answer. What
// is not stored is refused with ledger.noleaf.
func (s *Service) Promise(ctx context.Context, c ledger.Commitment) (Leaf, []byte, error) {
	found, err := s.Find(ctx, c.String())
	if err != nil {
		return Leaf{}, nil, err
	}
	if len(found) == 0 {
		return Leaf{}, nil, unknown()
	}
	leaf := found[0]
	hour := s.hour()
	p := ledger.Promise{Origin: leaf.Log.Origin, Commitment: c, Given: hour, By: hour.Add(Within)}
	k, err := s.keysOf(leaf.Log.Origin)
	if err != nil {
		return leaf, nil, err
	}
	signed, err := p.Sign(k.Signers...)
	return leaf, signed, err
}
