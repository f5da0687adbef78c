package ledger_test

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"

	"minyi/indicators/fault"
	"minyi/survey/ledger"
)

const origin = "minyi.example/survey-1"

// keys are one key of each kind, the same in every run.
type keys struct {
	ed, sm, witness    note.Signer
	edV, smV, witnessV note.Verifier
}

func newKeys(t *testing.T) keys {
	t.Helper()
	var k keys
	seed := sha256.Sum256([]byte("a key for tests only"))
	private := ed25519.NewKeyFromSeed(seed[:])
	var lines [3]string
	var err error
	if k.ed, lines[0], err = ledger.NewEd25519(origin, private); err != nil {
		t.Fatal(err)
	}
	if k.sm, lines[1], err = ledger.NewSM2(origin, seed[:], rand.Reader); err != nil {
		t.Fatal(err)
	}
	now := func() time.Time { return time.Date(2026, 8, 1, 8, 0, 0, 0, time.UTC) }
	if k.witness, lines[2], err = ledger.NewCosigner("witness.example/w1", private, now); err != nil {
		t.Fatal(err)
	}
	for i, v := range []*note.Verifier{&k.edV, &k.smV, &k.witnessV} {
		if *v, err = ledger.NewVerifier(lines[i]); err != nil {
			t.Fatalf("%s: %v", lines[i], err)
		}
	}
	return k
}

// checkpoint is the state of a log of the first n made leaves.
func checkpoint(t *testing.T, n int) ledger.Checkpoint {
	t.Helper()
	leaves := made(n)
	root, err := ledger.Root(int64(n), grow(t, leaves))
	if err != nil {
		t.Fatal(err)
	}
	var second ledger.Range
	second.Append(leaves...)
	return ledger.Checkpoint{Origin: origin, Size: int64(n), Root: root, SM3: second.Root()}
}

func code(err error) string {
	for _, r := range fault.All(err) {
		return r.Code
	}
	return ""
}

func TestACheckpointNeedsEverySignatureAskedFor(t *testing.T) {
	t.Parallel()
	k := newKeys(t)
	c := checkpoint(t, 21)
	both, err := c.Sign(k.ed, k.sm)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := ledger.OpenCheckpoint(both, k.edV, k.smV); err != nil || got != c {
		t.Errorf("read %+v, %v", got, err)
	}
	one, err := c.Sign(k.ed)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := ledger.OpenCheckpoint(one, k.edV, k.smV); code(err) != "ledger.signature" {
		t.Errorf("without SM2: %v", err)
	}
	if _, err := ledger.OpenCheckpoint(one); code(err) != "ledger.signature" {
		t.Errorf("without a key to check by: %v", err)
	}
	for i := range both {
		changed := append([]byte(nil), both...)
		changed[i] ^= 1
		if got, err := ledger.OpenCheckpoint(changed, k.edV, k.smV); err == nil {
			t.Fatalf("byte %d changed, and it reads as %+v", i, got)
		}
	}
}

func TestCheckpointTextHasOneForm(t *testing.T) {
	t.Parallel()
	good := checkpoint(t, 3).Text()
	for name, text := range map[string]string{
		"empty": "", "no last line end": strings.TrimSuffix(good, "\n"), "one more line": good + "x\n",
		"leading zero": strings.Replace(good, "\n3\n", "\n03\n", 1), "plus": strings.Replace(good, "\n3\n", "\n+3\n", 1),
		"negative": strings.Replace(good, "\n3\n", "\n-3\n", 1), "no origin": good[strings.Index(good, "\n"):],
		"white space in origin": "a b" + good, "no SM3 line": strings.Replace(good, "sm3-root ", "root ", 1),
		"short root": strings.Replace(good, "=\nsm3", "\nsm3", 1), "short SM3": strings.TrimSuffix(good, "=\n") + "\n",
	} {
		if got, err := ledger.ParseCheckpoint(text); code(err) != "ledger.checkpoint" {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
}

func TestVerifierLinesThatAreNoKeysAreRefused(t *testing.T) {
	t.Parallel()
	for _, line := range []string{
		"", "a", "a+b", "a+00000000+AAAA", "minyi.example+b8eb581e+AYh6UfdlhOSPbm9pXld+oG9s97PAW6skhDzN17M95D4u",
		"minyi.example/shared-21+b8eb581f+AYh6UfdlhOSPbm9pXld+oG9s97PAW6skhDzN17M95D4u", "x +1+AAAA", "x+1+&",
	} {
		if v, err := ledger.NewVerifier(line); code(err) != "ledger.key" {
			t.Errorf("%q: %v, %v", line, v, err)
		}
	}
}

func TestAPromiseIsEvidenceOnlyAsSigned(t *testing.T) {
	t.Parallel()
	k := newKeys(t)
	at := time.Date(2026, 8, 1, 9, 30, 0, 0, time.UTC)
	p := ledger.Promise{Origin: origin, Commitment: made(1)[0], Given: at, By: at.Add(24 * time.Hour)}
	msg, err := p.Sign(k.ed, k.sm)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := ledger.OpenPromise(msg, k.edV, k.smV); err != nil || got != p {
		t.Errorf("read %+v, %v", got, err)
	}
	for _, part := range []string{p.Commitment.String(), p.Commitment.Code(), origin, "2026-08-02T09:30:00Z"} {
		if !strings.Contains(string(msg), part) {
			t.Errorf("the receipt does not say %s:\n%s", part, msg)
		}
	}
	for range 4 { // signatures by SM2 differ each time, in length too
		changedOpensNot(t, p, k)
	}
	if _, err := ledger.OpenPromise(msg); code(err) != "ledger.signature" {
		t.Errorf("without a key to check by: %v", err)
	}
	signed, _ := checkpoint(t, 2).Sign(k.ed)
	if _, err := ledger.OpenPromise(signed, k.edV); code(err) != "ledger.receipt" {
		t.Errorf("a checkpoint taken for a receipt: %v", err)
	}
}

// changedOpensNot signs a promise and changes each byte of it in each bit.
func changedOpensNot(t *testing.T, p ledger.Promise, k keys) {
	t.Helper()
	msg, err := p.Sign(k.ed, k.sm)
	if err != nil {
		t.Fatal(err)
	}
	for i := range msg {
		for bit := range 8 {
			changed := append([]byte(nil), msg...)
			changed[i] ^= 1 << bit
			if _, err := ledger.OpenPromise(changed, k.edV, k.smV); err == nil {
				t.Fatalf("bit %d of byte %d changed, and it still opens:\n%s", bit, i, changed)
			}
		}
	}
}

func TestAShortCodeProvesNothing(t *testing.T) {
	t.Parallel()
	a := made(1)[0]
	b := a
	b[31] ^= 1 // what a server finds by trying 2^25 pairs
	if a.Code() != b.Code() || len(a.Code()) != ledger.CodeSize {
		t.Fatalf("codes %s and %s", a.Code(), b.Code())
	}
	k := newKeys(t)
	at := time.Unix(1_785_000_000, 0).UTC()
	pa, _ := ledger.Promise{Origin: origin, Commitment: a, Given: at, By: at}.Sign(k.ed)
	got, err := ledger.OpenPromise(pa, k.edV)
	if err != nil || got.Commitment == b {
		t.Errorf("a promise of %s stands for %s (%v)", a, b, err)
	}
	log := grow(t, []ledger.Commitment{b})
	root, _ := ledger.Root(1, log)
	if ledger.CheckInclusion(nil, 1, root, 0, ledger.Leaf(a)) == nil {
		t.Error("a leaf with the same code passes for the one promised")
	}
}

func TestAWitnessSignsOnlyWhatFollows(t *testing.T) {
	t.Parallel()
	k := newKeys(t)
	log := []note.Verifier{k.edV, k.smV}
	old, now := checkpoint(t, 10), checkpoint(t, 21)
	msg, _ := now.Sign(k.ed, k.sm)
	proof, err := ledger.ProveConsistency(21, 10, grow(t, made(21)))
	if err != nil {
		t.Fatal(err)
	}
	out, seen, err := ledger.Cosign(msg, log, &old, proof, k.witness)
	if err != nil || seen != now {
		t.Fatalf("seen %+v, %v", seen, err)
	}
	if n := ledger.Witnessed(out, k.witnessV); n != 1 {
		t.Errorf("%d witnesses on\n%s", n, out)
	}
	if ledger.Witnessed(msg, k.witnessV) != 0 {
		t.Error("the log's own note counts as witnessed")
	}
	if got, err := ledger.OpenCheckpoint(out, k.edV, k.smV); err != nil || got != now {
		t.Errorf("cosigned: %+v, %v", got, err)
	}
	other := old
	other.Root[0] ^= 1
	same := now
	same.Root[0] ^= 1
	foreign := old
	foreign.Origin = "minyi.example/other"
	older := checkpoint(t, 30)
	for name, before := range map[string]ledger.Checkpoint{"another history": other, "same size": same, "another log": foreign, "shrunk": older} {
		if _, _, err := ledger.Cosign(msg, log, &before, proof, k.witness); code(err) != "ledger.consistency" {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, _, err := ledger.Cosign(msg, log, nil, nil, k.witness); err != nil {
		t.Errorf("the first look: %v", err)
	}
	if _, _, err := ledger.Cosign(out[:len(out)/2], log, nil, nil, k.witness); code(err) != "ledger.signature" {
		t.Errorf("half a note: %v", err)
	}
}

func TestProofTextReadsBack(t *testing.T) {
	t.Parallel()
	k := newKeys(t)
	c := checkpoint(t, 21)
	msg, _ := c.Sign(k.ed)
	hashes, _ := ledger.ProveInclusion(21, 3, grow(t, made(21)))
	p := ledger.Proof{Index: 3, Hashes: hashes, Checkpoint: msg}
	got, err := ledger.ParseProof(p.Text())
	if err != nil || got.Index != 3 || string(got.Checkpoint) != string(msg) {
		t.Fatalf("%+v, %v", got, err)
	}
	if err := ledger.CheckInclusion(got.Hashes, 21, c.Root, got.Index, ledger.Leaf(made(4)[3])); err != nil {
		t.Error(err)
	}
	for _, text := range []string{
		"", "c2sp.org/tlog-proof@v1\n\n", "c2sp.org/tlog-proof@v1\nindex -1\n\nx", "c2sp.org/tlog-proof@v1\nindex 03\n\nx",
		"c2sp.org/tlog-proof@v2\nindex 3\n\nx", "c2sp.org/tlog-proof@v1\nindex 3\nxyz\n\nx",
		"c2sp.org/tlog-proof@v1\nindex 3\n" + strings.Repeat(c.Root.String()+"\n", 63) + "\nx",
	} {
		if _, err := ledger.ParseProof(text); code(err) != "ledger.proof" {
			t.Errorf("%.60q: %v", text, err)
		}
	}
}

func FuzzTexts(f *testing.F) {
	f.Add("minyi.example/x\n1\nBD3Ox9/AgYc1b1JTtcke6eaqVOO5f0e+ofJE96aQFVA=\nsm3-root YOxFM3erJNbm+ge/c62Yq3oOMlLChpKWEaw7cSa5zFs=\n")
	f.Add("c2sp.org/tlog-proof@v1\nindex 3\n\nx")
	f.Fuzz(func(t *testing.T, text string) {
		if c, err := ledger.ParseCheckpoint(text); err == nil && c.Text() != text {
			t.Errorf("checkpoint %q is written %q", text, c.Text())
		}
		if p, err := ledger.ParseProof(text); err == nil && p.Text() != text {
			t.Errorf("proof %q is written %q", text, p.Text())
		}
		_, _ = ledger.NewVerifier(text) // must not panic
	})
}
