package backup_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"filippo.io/age"

	"minyi/cmd/internal/backup"
	"minyi/indicators/fault"
)

// folder makes a small data folder: files of no, some and many bytes, one below
// another folder.
func folder(t *testing.T) (dir string, sources []backup.Source) {
	t.Helper()
	dir = t.TempDir()
	for name, size := range map[string]int{"programme.db": 70_000, "empty": 0, "evidence/ab/cdef": 5} {
		at := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(at), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(at, bytes.Repeat([]byte(name[:1]), size), 0o600); err != nil {
			t.Fatal(err)
		}
		sources = append(sources, backup.Source{Path: at, Name: name})
	}
	return dir, sources
}

var made = time.Date(2020, 9, 15, 1, 2, 3, 0, time.UTC)

// key is a pair of age's keys: key derivation from a passphrase takes a second.
func key(t *testing.T) (backup.Lock, backup.Key) {
	t.Helper()
	pair, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	return backup.Lock{Recipients: []string{pair.Recipient().String()}}, backup.Key{Identities: pair.String()}
}

func pack(t *testing.T, lock backup.Lock, m backup.Manifest, sources []backup.Source) []byte {
	t.Helper()
	var out bytes.Buffer
	m, err := backup.Pack(t.Context(), &out, lock, m, sources)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := len(m.Entries), len(sources); got != want {
		t.Fatalf("entries: got %d, want %d", got, want)
	}
	return out.Bytes()
}

func code(err error) string {
	var r *fault.Refusal
	if errors.As(err, &r) {
		return r.Code
	}
	return fmt.Sprint(err)
}

func TestWhatIsPackedIsUnpackedByteForByte(t *testing.T) {
	t.Parallel()
	dir, sources := folder(t)
	phrase := "a long quiet river"
	pair, opens := key(t)
	for name, c := range map[string]struct {
		lock backup.Lock
		key  backup.Key
	}{
		"passphrase": {backup.Lock{Passphrase: phrase}, backup.Key{Passphrase: phrase}},
		"public key": {pair, opens},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			raw := pack(t, c.lock, backup.Manifest{Software: "minyi test", At: made}, sources)
			if bytes.Contains(raw, []byte("programme")) {
				t.Error("a name can be read in the archive")
			}
			to := t.TempDir()
			m, err := backup.Unpack(t.Context(), bytes.NewReader(raw), c.key, to)
			if err != nil {
				t.Fatal(err)
			}
			if m.Software != "minyi test" || !m.At.Equal(made) || m.Format != backup.Format {
				t.Errorf("manifest: got %+v", m)
			}
			for _, s := range sources {
				want, _ := os.ReadFile(filepath.Join(dir, s.Name))
				got, err := os.ReadFile(filepath.Join(to, s.Name))
				if err != nil || !bytes.Equal(got, want) {
					t.Errorf("%s: got %d bytes, %v, want %d", s.Name, len(got), err, len(want))
				}
			}
		})
	}
}

// TestF15ABackupThatWasCutOrChangedIsRefused cuts an archive at every place and
// changes each of its bytes: it is never taken for whole.
func TestF15ABackupThatWasCutOrChangedIsRefused(t *testing.T) {
	t.Parallel()
	_, sources := folder(t)
	lock, opens := key(t)
	raw := pack(t, lock, backup.Manifest{At: made}, sources)
	try := func(what string, damaged []byte) {
		t.Helper()
		if _, err := backup.Unpack(t.Context(), bytes.NewReader(damaged), opens, t.TempDir()); code(err) != "backup.broken" && code(err) != "backup.locked" {
			t.Errorf("%s: got %v, want a refusal", what, err)
		}
	}
	for at := 0; at < len(raw); at += 7 {
		try(fmt.Sprintf("cut at %d", at), raw[:at])
		changed := bytes.Clone(raw)
		changed[at] ^= 1
		try(fmt.Sprintf("byte %d changed", at), changed)
	}
	try("without its last byte", raw[:len(raw)-1])
	try("with a byte more", append(bytes.Clone(raw), 0))
}

func TestABackupThatDoesNotOpenOrWasPackedByOthersIsRefused(t *testing.T) {
	t.Parallel()
	dir, sources := folder(t)
	lock, opens := key(t)
	_, stranger := key(t)
	for name, c := range map[string]struct {
		raw  []byte
		key  backup.Key
		want string
	}{
		"another key":       {pack(t, lock, backup.Manifest{At: made}, sources), stranger, "backup.locked"},
		"no key":            {pack(t, lock, backup.Manifest{At: made}, sources), backup.Key{Identities: "no key"}, "backup.locked"},
		"above the folder":  {pack(t, lock, backup.Manifest{At: made}, []backup.Source{{Path: filepath.Join(dir, "empty"), Name: "../out"}}), opens, "backup.broken"},
		"from the root":     {pack(t, lock, backup.Manifest{At: made}, []backup.Source{{Path: filepath.Join(dir, "empty"), Name: "/tmp/out"}}), opens, "backup.broken"},
		"twice":             {pack(t, lock, backup.Manifest{At: made}, []backup.Source{sources[0], sources[0]}), opens, "unpack"},
		"a manifest within": {pack(t, lock, backup.Manifest{At: made}, []backup.Source{{Path: filepath.Join(dir, "empty"), Name: "manifest.json"}}), opens, "backup.broken"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			to := t.TempDir()
			if _, err := backup.Unpack(t.Context(), bytes.NewReader(c.raw), c.key, to); !strings.HasPrefix(code(err), c.want) {
				t.Errorf("got %v, want %s", err, c.want)
			}
			if _, err := os.Stat(filepath.Join(filepath.Dir(to), "out")); err == nil {
				t.Error("a file was written outside the folder")
			}
		})
	}
	var out bytes.Buffer
	for name, bad := range map[string]backup.Lock{
		"backup.lock":      {},
		"backup.recipient": {Recipients: []string{"age1nobody"}},
	} {
		if _, err := backup.Pack(t.Context(), &out, bad, backup.Manifest{}, sources); code(err) != name {
			t.Errorf("got %v, want %s", err, name)
		}
	}
}
