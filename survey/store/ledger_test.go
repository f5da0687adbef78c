package store_test

import (
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/transparency-dev/merkle/proof"
	"github.com/transparency-dev/merkle/rfc6962"

	"minyi/indicators/fault"
	"minyi/survey/ledger"
	"minyi/survey/ledger/keeper"
	"minyi/survey/store"
)

// logs is a keeper of logs on a database of its own, whose clock the test moves.
type logs struct {
	*keeper.Service
	half *half
	now  time.Time
}

func newLogs(t *testing.T) *logs {
	t.Helper()
	l := &logs{half: fresh(t), now: time.Date(2026, 8, 1, 8, 20, 0, 0, time.UTC)}
	t.Cleanup(func() { l.half.close(t) })
	l.restart(t)
	return l
}

// restart is a new service on the same database.
func (l *logs) restart(t testing.TB, witnesses ...string) {
	t.Helper()
	seed := sha256.Sum256([]byte("a key for tests only"))
	var err error
	l.Service, err = keeper.New(keeper.Config{
		Store: store.NewLedger(l.half.db), Host: "minyi.example", Key: ed25519.NewKeyFromSeed(seed[:]), SM2: seed[:],
		Witnesses: witnesses, Now: func() time.Time { return l.now },
	})
	if err != nil {
		t.Fatal(err)
	}
}

func (l *logs) must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// made are commitments from first on, the same in every run.
func made(first, n int) []ledger.Commitment {
	out := make([]ledger.Commitment, n)
	for i := range out {
		out[i] = sha256.Sum256(binary.BigEndian.AppendUint64(nil, uint64(first+i)))
	}
	return out
}

// head is the newest checkpoint of a log, opened by its keys.
func (l *logs) head(t *testing.T, name string) ledger.Checkpoint {
	t.Helper()
	log, p, err := l.Checkpoint(t.Context(), name)
	l.must(t, err)
	lines, err := l.KeyLines(log)
	l.must(t, err)
	var verifiers []ledger.Verifier
	for _, line := range lines {
		v, err := ledger.NewVerifier(line)
		l.must(t, err)
		verifiers = append(verifiers, v)
	}
	c, err := ledger.OpenCheckpoint(p.Text(), verifiers...)
	l.must(t, err)
	if c.Origin != "minyi.example/"+name || c.Size != p.Size {
		t.Fatalf("got %s of %d leaves, want minyi.example/%s of %d", c.Origin, c.Size, name, p.Size)
	}
	return c
}

// leaves reads the published entry bundles of a log.
func (l *logs) leaves(t *testing.T, name string, size int64) (out []ledger.Commitment) {
	t.Helper()
	for n := int64(0); n*ledger.TileWidth < size; n++ {
		path := fmt.Sprintf("tile/entries/%03d", n)
		if width := min(size-n*ledger.TileWidth, ledger.TileWidth); width < ledger.TileWidth {
			path = fmt.Sprintf("%s.p/%d", path, width)
		}
		data, err := l.File(t.Context(), name, path)
		l.must(t, err)
		for part := range slices.Chunk(data, 2+ledger.HashSize) {
			out = append(out, ledger.Commitment(part[2:]))
		}
	}
	return out
}

// The judge of roots and proofs is transparency-dev/merkle v0.0.2.
func TestALogGrowsByShuffledBatchesAndEveryLeafIsProven(t *testing.T) {
	t.Parallel()
	l := newLogs(t)
	_, err := l.Open(t.Context(), 7, "survey-7")
	l.must(t, err)
	var all []ledger.Commitment
	var earlier []ledger.Checkpoint
	for _, n := range []int{20, 21, 300, 1} {
		batch := made(len(all), n)
		l.must(t, l.Pend(t.Context(), "survey-7", batch...))
		log, err := l.Append(t.Context(), "survey-7")
		l.must(t, err)
		if got := l.leaves(t, "survey-7", log.Size)[len(all):]; n > 2 && slices.Equal(got, batch) {
			t.Errorf("%d leaves stand in the order in which they came", n)
		}
		all = append(all, batch...)
		earlier = append(earlier, l.head(t, "survey-7"))
	}
	c := earlier[len(earlier)-1]
	published := l.leaves(t, "survey-7", c.Size)
	if len(published) != len(all) {
		t.Fatalf("got %d leaves, want %d", len(published), len(all))
	}
	for _, leaf := range all {
		p, err := l.Prove(t.Context(), "survey-7", leaf)
		l.must(t, err)
		hash := rfc6962.DefaultHasher.HashLeaf(leaf[:])
		if err := proof.VerifyInclusion(rfc6962.DefaultHasher, uint64(p.Index), uint64(c.Size), hash, bytesOf(p.Hashes), c.Root[:]); err != nil || published[p.Index] != leaf {
			t.Fatalf("leaf %d: %v", p.Index, err)
		}
	}
	for _, old := range earlier {
		hashes, err := l.Consistency(t.Context(), "survey-7", old.Size, c.Size)
		l.must(t, err)
		if err := proof.VerifyConsistency(rfc6962.DefaultHasher, uint64(old.Size), uint64(c.Size), bytesOf(hashes), old.Root[:], c.Root[:]); err != nil {
			t.Errorf("from %d: %v", old.Size, err)
		}
	}
}

func bytesOf(hashes []ledger.Hash) [][]byte {
	out := make([][]byte, len(hashes))
	for i := range hashes {
		out[i] = hashes[i][:]
	}
	return out
}

func TestALeafIsAppendedOnceHoweverOftenItWaits(t *testing.T) {
	t.Parallel()
	l := newLogs(t)
	some := made(0, 30)
	l.must(t, l.Pend(t.Context(), "events", some...))
	l.must(t, l.Pend(t.Context(), "events", some[:10]...))
	log, err := l.Append(t.Context(), "events")
	l.must(t, err)
	l.must(t, l.Pend(t.Context(), "events", append(some[20:], made(30, 2)...)...))
	more, err := l.Append(t.Context(), "events")
	l.must(t, err)
	if log.Size != 30 || more.Size != 32 || log.ID < keeper.FirstOther {
		t.Errorf("got log %d with %d, then %d leaves, want 30, then 32 from %d on", log.ID, log.Size, more.Size, keeper.FirstOther)
	}
}

func TestFewLeavesWaitUntilTheirPromiseIsDue(t *testing.T) {
	t.Parallel()
	l := newLogs(t)
	_, err := l.Open(t.Context(), 3, "survey-3")
	l.must(t, err)
	l.must(t, l.Pend(t.Context(), "survey-3", made(0, 19)...))
	size := func() int64 {
		t.Helper()
		l.must(t, l.Tend(t.Context()))
		log, err := l.LogOf(t.Context(), "survey-3")
		l.must(t, err)
		return log.Size
	}
	for _, c := range []struct {
		after time.Duration
		more  int
		want  int64
	}{{0, 0, 0}, {21 * time.Hour, 0, 0}, {22 * time.Hour, 0, 19}, {22 * time.Hour, 20, 39}} {
		l.now = time.Date(2026, 8, 1, 8, 20, 0, 0, time.UTC).Add(c.after)
		l.must(t, l.Pend(t.Context(), "survey-3", made(100, c.more)...))
		if got := size(); got != c.want {
			t.Errorf("after %s and %d more: got %d leaves, want %d", c.after, c.more, got, c.want)
		}
	}
}

// A stop between taking the leaves and signing the checkpoint leaves them waiting.
func TestAFailedAppendLosesNothing(t *testing.T) {
	t.Parallel()
	l := newLogs(t)
	all := made(0, 25)
	l.must(t, l.Pend(t.Context(), "events", all...))
	log, err := l.LogOf(t.Context(), "events")
	l.must(t, err)
	broken := errors.New("the power went")
	_, err = store.NewLedger(l.half.db).Grow(t.Context(), log.ID, 100, l.now, func(keeper.Growing) (keeper.Grown, error) { return keeper.Grown{}, broken })
	if !errors.Is(err, broken) {
		t.Fatalf("got %v, want %v", err, broken)
	}
	l.restart(t)
	l.must(t, l.Tend(t.Context()))
	got, want := l.leaves(t, "events", 25), slices.Clone(all)
	for _, list := range [][]ledger.Commitment{got, want} {
		slices.SortFunc(list, func(a, b ledger.Commitment) int { return strings.Compare(a.String(), b.String()) })
	}
	if !slices.Equal(got, want) {
		t.Error("not every leaf is in the log after the restart")
	}
}

func TestAClosedLogTakesNothingAndItsOriginStays(t *testing.T) {
	t.Parallel()
	l := newLogs(t)
	_, err := l.Open(t.Context(), 9, "survey-9")
	l.must(t, err)
	l.must(t, l.Pend(t.Context(), "survey-9", made(0, 3)...))
	first, err := l.Close(t.Context(), "survey-9")
	l.must(t, err)
	again, err := l.Close(t.Context(), "survey-9")
	l.must(t, err)
	if first.Size != 3 || string(first.Note) != string(again.Note) {
		t.Errorf("got checkpoints of %d and %d leaves, want the same of 3", first.Size, again.Size)
	}
	if err := l.Pend(t.Context(), "survey-9", made(3, 1)...); !errors.Is(err, fault.New(fault.Closed, "ledger.closed")) {
		t.Errorf("after the close: got %v, want ledger.closed", err)
	}
	l.Host = "elsewhere.example"
	l.restart(t)
	if c := l.head(t, "survey-9"); c.Origin != "minyi.example/survey-9" {
		t.Errorf("got %s", c.Origin)
	}
}

// Two leaves with one code are both shown; a whole commitment finds its own only.
func TestACodeFindsEveryLeafThatHasItAndProvesNothing(t *testing.T) {
	t.Parallel()
	l := newLogs(t)
	twins := made(0, 2)
	twins[1] = twins[0]
	twins[1][31] ^= 1
	l.must(t, l.Pend(t.Context(), "events", append(made(10, 40), twins...)...))
	_, err := l.Append(t.Context(), "events")
	l.must(t, err)
	for _, typed := range []string{twins[0].Code(), strings.ToLower(twins[0].Code()), " " + twins[0].Code()[:5] + "-" + twins[0].Code()[5:]} {
		found, err := l.Find(t.Context(), typed)
		l.must(t, err)
		if len(found) != 2 || found[0].Commitment == found[1].Commitment {
			t.Errorf("%q: got %d leaves, want both", typed, len(found))
		}
	}
	found, err := l.Find(t.Context(), twins[1].String())
	l.must(t, err)
	if len(found) != 1 || found[0].Commitment != twins[1] {
		t.Errorf("the whole commitment: got %v, want its own leaf", found)
	}
	for _, typed := range []string{"", "UUUUUUUUUU", "0123", twins[0].String()[1:], strings.Repeat("g", 64)} {
		if _, err := l.Find(t.Context(), typed); !errors.Is(err, fault.New(fault.Invalid, "ledger.code")) {
			t.Errorf("%q: got %v, want ledger.code", typed, err)
		}
	}
}

func TestAPromiseIsSignedForWhatIsStoredOnly(t *testing.T) {
	t.Parallel()
	l := newLogs(t)
	_, err := l.Open(t.Context(), 4, "survey-4")
	l.must(t, err)
	l.must(t, l.Pend(t.Context(), "survey-4", made(0, 2)...))
	hour := time.Date(2026, 8, 1, 8, 0, 0, 0, time.UTC)
	held := made(50, 1)[0]
	l.Held = func(_ context.Context, id int64, c ledger.Commitment) (bool, error) { return id == 4 && c == held, nil }
	check := func(c ledger.Commitment, given, by time.Time) {
		t.Helper()
		leaf, text, err := l.Promise(t.Context(), c)
		l.must(t, err)
		lines, err := l.KeyLines(leaf.Log)
		l.must(t, err)
		for _, line := range lines {
			v, err := ledger.NewVerifier(line)
			l.must(t, err)
			p, err := ledger.OpenPromise(text, v)
			l.must(t, err)
			if p.Commitment != c || p.Origin != "minyi.example/survey-4" || !p.Given.Equal(given) || !p.By.Equal(by) {
				t.Errorf("got %+v, want given %s, by %s", p, given, by)
			}
		}
	}
	check(made(1, 1)[0], hour, hour.Add(24*time.Hour))
	check(held, hour, hour.Add(24*time.Hour))
	l.Coded = func(_ context.Context, id, short int64) ([]ledger.Commitment, error) {
		if id == 4 && short == held.Short() {
			return []ledger.Commitment{held}, nil
		}
		return nil, nil
	}
	for _, c := range []ledger.Commitment{made(1, 1)[0], held} {
		found, err := l.Find(t.Context(), c.Code())
		if err != nil || len(found) != 1 || found[0].Commitment != c || !found[0].By.Equal(hour.Add(24*time.Hour)) || found[0].Since.IsZero() {
			t.Errorf("the code of one that waits: got %+v, %v, want it with the end of its promise", found, err)
		}
	}
	l.now = hour.Add(30 * time.Hour)
	l.must(t, l.Tend(t.Context()))
	check(made(1, 1)[0], l.now, l.now.Add(24*time.Hour))
	if _, _, err := l.Promise(t.Context(), made(70, 1)[0]); !errors.Is(err, fault.New(fault.NotFound, "ledger.noleaf")) {
		t.Errorf("a commitment of nobody: got %v, want ledger.noleaf", err)
	}
}

func TestTilesAreThoseOfC2SPAndNoneBeyondTheCheckpoint(t *testing.T) {
	t.Parallel()
	l := newLogs(t)
	l.must(t, l.Pend(t.Context(), "events", made(0, 300)...))
	_, err := l.Append(t.Context(), "events")
	l.must(t, err)
	leaves := l.leaves(t, "events", 300)
	first, err := l.File(t.Context(), "events", "tile/0/001.p/44")
	l.must(t, err)
	for i, leaf := range leaves[256:] {
		want := rfc6962.DefaultHasher.HashLeaf(leaf[:])
		if got := first[32*i : 32*i+32]; string(got) != string(want) {
			t.Fatalf("hash %d: got %s", i, base64.StdEncoding.EncodeToString(got))
		}
	}
	for _, path := range []string{"tile/0/001.p/45", "tile/0/001", "tile/1/000", "tile/8/0/000", "tile/entries/001", "tile/entries/000.p/0", "tile/0/../000", "tile/entries/1", "x"} {
		if _, err := l.File(t.Context(), "events", path); !errors.Is(err, fault.New(fault.NotFound, "ledger.notile")) {
			t.Errorf("%s: got %v, want ledger.notile", path, err)
		}
	}
	if _, err := l.Consistency(t.Context(), "events", 10, 301); !errors.Is(err, fault.New(fault.Invalid, "ledger.sizes")) {
		t.Errorf("beyond the checkpoint: got %v, want ledger.sizes", err)
	}
}
