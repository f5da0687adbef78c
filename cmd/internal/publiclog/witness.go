package publiclog

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"minyi/cmd/internal/keep"
	"minyi/indicators/fault"
	"minyi/survey/ledger"
)

// Seen is what a witness remembers of one log.
type Seen struct {
	Size int64  `json:"size"`
	Note string `json:"checkpoint"` // the last one that it signed
	Keys string `json:"keys"`       // of the log, as pinned at first sight or given
}

// State is what a witness remembers, by the address of each log.
type State map[string]Seen

// LoadState reads a state file; an empty state where there is none.
func LoadState(path string) (State, error) {
	raw, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return State{}, nil
	}
	if err != nil {
		return nil, fmt.Errorf("state: %w", err)
	}
	s := State{}
	if err := json.Unmarshal(raw, &s); err != nil {
		return nil, fmt.Errorf("state %s: %w", path, err)
	}
	return s, nil
}

// Save writes the state, whole or not at all.
func (s State) Save(path string) error { return keep.JSON(path, s) }

// LoadSigner reads the key file of a witness, and makes one with a new key where
// there is none. It returns the line of the verifier too.
func LoadSigner(path, name string, now func() time.Time) (ledger.Signer, string, error) {
	raw, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		raw, err = newKey(path, name)
	}
	if err != nil {
		return nil, "", fmt.Errorf("key: %w", err)
	}
	kept, digits, _ := strings.Cut(strings.TrimSpace(string(raw)), " ")
	seed, err := hex.DecodeString(strings.TrimSpace(digits))
	if err != nil || len(seed) != ed25519.SeedSize || name != "" && name != kept {
		return nil, "", fault.New(fault.Invalid, "ledger.witnesskey", "file", path)
	}
	return ledger.NewCosigner(kept, ed25519.NewKeyFromSeed(seed), now)
}

func newKey(path, name string) ([]byte, error) {
	if name == "" || strings.ContainsAny(name, "+ \t\n") {
		return nil, fault.New(fault.Invalid, "ledger.witnessname")
	}
	seed := make([]byte, ed25519.SeedSize)
	_, _ = rand.Read(seed) // never fails since Go 1.24
	raw := []byte(name + " " + hex.EncodeToString(seed) + "\n")
	return raw, os.WriteFile(path, raw, 0o600)
}

// Witness looks at the newest checkpoint of a log: it must be signed by the keys, and
// begin with what was seen before. It returns the checkpoint with the witness's own
// signature and what to remember.
func Witness(ctx context.Context, from Source, keys string, seen Seen, signer ledger.Signer) (signed []byte, next Seen, err error) {
	note, err := from.Read(ctx, "checkpoint")
	if err != nil {
		return nil, seen, err
	}
	if keys == "" {
		keys = seen.Keys
	}
	if keys == "" { // at first sight
		raw, err := from.Read(ctx, "keys")
		if err != nil {
			return nil, seen, err
		}
		keys = string(raw)
	}
	verifiers, err := Verifiers(keys)
	if err != nil {
		return nil, seen, err
	}
	c, err := open(note, verifiers)
	if err != nil {
		return nil, seen, err
	}
	own := Of(verifiers, c.Origin)
	old, proof, err := since(ctx, from, own, seen, c)
	if err != nil {
		return nil, seen, err
	}
	signed, _, err = ledger.Cosign(note, own, old, proof, signer)
	return signed, Seen{Size: c.Size, Note: string(signed), Keys: keys}, err
}

// since opens what was seen before, with the proof that the newer checkpoint follows.
func since(ctx context.Context, from Source, keys []ledger.Verifier, seen Seen, c ledger.Checkpoint) (*ledger.Checkpoint, []ledger.Hash, error) {
	if seen.Note == "" {
		return nil, nil, nil
	}
	old, err := ledger.OpenCheckpoint([]byte(seen.Note), keys...)
	if err != nil {
		return nil, nil, err
	}
	if old.Size == 0 || c.Size <= old.Size {
		return &old, nil, nil
	}
	raw, err := from.Read(ctx, fmt.Sprintf("consistency/%d/%d", old.Size, c.Size))
	if err != nil {
		return nil, nil, err
	}
	var proof []ledger.Hash
	for _, line := range strings.Fields(string(raw)) {
		h, err := ledger.ParseHash(line)
		if err != nil {
			return nil, nil, err
		}
		proof = append(proof, h)
	}
	return &old, proof, nil
}

// Mirror copies the files of a log that a folder has not: checkpoint, keys, tiles and
// leaves. Earlier checkpoints stay under history, so that the whole can be checked
// without the server. It returns how many files were fetched.
func Mirror(ctx context.Context, from Source, dir string, keys []ledger.Verifier) (int, error) {
	note, err := from.Read(ctx, "checkpoint")
	if err != nil {
		return 0, err
	}
	c, err := open(note, keys)
	if err != nil {
		return 0, err
	}
	list := ledger.Paths(c.Size)
	fetched := 0
	for _, path := range list {
		if _, err := os.Stat(filepath.Join(dir, filepath.FromSlash(path))); err == nil {
			continue // a file of a log never changes
		}
		data, err := from.Read(ctx, path)
		if err != nil {
			return fetched, err
		}
		if err := write(dir, path, data); err != nil {
			return fetched, err
		}
		fetched++
	}
	raw, err := from.Read(ctx, "keys")
	if err != nil {
		return fetched, err
	}
	return fetched, errors.Join(
		write(dir, "keys", raw), write(dir, "history/"+strconv.FormatInt(c.Size, 10), note), write(dir, "checkpoint", note),
	)
}

func write(dir, path string, data []byte) error {
	at := filepath.Join(dir, filepath.FromSlash(path))
	if err := os.MkdirAll(filepath.Dir(at), 0o750); err != nil {
		return fmt.Errorf("mirror: %w", err)
	}
	if err := os.WriteFile(at, data, 0o600); err != nil {
		return fmt.Errorf("mirror: %w", err)
	}
	return nil
}

// Earlier are the sizes of the checkpoints that a folder keeps.
func Earlier(dir string) (out []int64, err error) {
	entries, err := os.ReadDir(filepath.Join(dir, "history"))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("log: %w", err)
	}
	for _, e := range entries {
		if size, err := strconv.ParseInt(e.Name(), 10, 64); err == nil {
			out = append(out, size)
		}
	}
	return out, nil
}
