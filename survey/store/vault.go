package store

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
)

const (
	vaultKey    = 32 // bytes of a key
	vaultSuffix = ".key"
)

// Vault keeps the wave keys, a file each, in a folder of its own: never in the
// database, so that a copy of the one is of no use without the other. A backup
// that must forget with the service leaves this folder out.
//
// Wrapped, each key lies sealed under the keys of the installation: changing those
// wraps every key anew, and none of what is sealed under it has to be touched.
type Vault struct {
	folder string
	with   Wrapper
	mu     sync.Mutex
}

// Wrapper seals the keys of a vault, each bound to its name.
type Wrapper interface {
	Seal(plain []byte, bound string) (string, error)
	Open(token, bound string) ([]byte, error)
}

// Wrapped has keys sealed from now on; those that lie bare are wrapped by Rewrap.
func (v *Vault) Wrapped(with Wrapper) *Vault {
	v.with = with
	return v
}

// OpenVault opens the folder, and makes it readable by its owner only where
// there is none.
func OpenVault(folder string) (*Vault, error) {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, fmt.Errorf("wave keys: %w", err)
	}
	return &Vault{folder: folder}, nil
}

// path is the file of a key; its name is written in hexadecimal, so that no name
// leads elsewhere.
func (v *Vault) path(name string) string {
	return filepath.Join(v.folder, hex.EncodeToString([]byte(name))+vaultSuffix)
}

// Key returns the key of that name, nil where there is none.
func (v *Vault) Key(name string) ([]byte, error) {
	key, err := os.ReadFile(v.path(name))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err == nil && len(key) != vaultKey && v.with != nil {
		key, err = v.with.Open(string(key), name)
	}
	if err == nil && len(key) != vaultKey {
		err = fmt.Errorf("%d bytes", len(key))
	}
	if err != nil {
		return nil, fmt.Errorf("wave key %s: %w", name, err)
	}
	return key, nil
}

// Make returns the key of that name, and makes it durably where there is none.
func (v *Vault) Make(name string) ([]byte, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	key, err := v.Key(name)
	if key != nil || err != nil {
		return key, err
	}
	key = make([]byte, vaultKey)
	_, _ = rand.Read(key) // never fails since Go 1.24
	data := key
	if v.with != nil {
		token, err := v.with.Seal(key, name)
		if err != nil {
			return nil, fmt.Errorf("wave key %s: %w", name, err)
		}
		data = []byte(token)
	}
	return key, v.put(name, data)
}

// put writes the file of a key, whole or not at all.
func (v *Vault) put(name string, data []byte) error {
	draft := v.path(name) + ".new"
	if err := write(draft, data, os.O_CREATE|os.O_TRUNC); err != nil {
		return err
	}
	if err := os.Rename(draft, v.path(name)); err != nil {
		return fmt.Errorf("wave key %s: %w", name, err)
	}
	return v.flush()
}

// Rewrap seals every key that is not sealed as reseal would have it, and says how many
// these were; then it hands over every file's text, to be counted. A stop in between
// leaves each key whole.
func (v *Vault) Rewrap(reseal func(text string) (string, int, error), seen func(text string)) (n int, err error) {
	if v.with == nil {
		return 0, nil
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	files, err := filepath.Glob(filepath.Join(v.folder, "*"+vaultSuffix))
	if err != nil {
		return 0, fmt.Errorf("wave keys: %w", err)
	}
	for _, path := range files {
		raw, err := hex.DecodeString(strings.TrimSuffix(filepath.Base(path), vaultSuffix))
		if err != nil {
			continue // somebody else's file
		}
		text, changed, err := v.rewrapped(string(raw), reseal)
		if err != nil {
			return n, err
		}
		n += changed
		seen(text)
	}
	return n, nil
}

func (v *Vault) rewrapped(name string, reseal func(string) (string, int, error)) (text string, n int, err error) {
	data, err := os.ReadFile(v.path(name))
	if err != nil {
		return "", 0, fmt.Errorf("wave key %s: %w", name, err)
	}
	if len(data) == vaultKey { // from before keys were wrapped
		text, err = v.with.Seal(data, name)
		n = 1
	} else {
		text, n, err = reseal(string(data))
	}
	if err != nil || n == 0 {
		return text, n, err
	}
	return text, n, v.put(name, []byte(text))
}

// Destroy overwrites the key and removes it. Where the disk or the file system
// keeps old blocks the bytes may live on until they are written over; the sealed
// rows are deleted as well.
func (v *Vault) Destroy(name string) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	info, err := os.Stat(v.path(name))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err == nil {
		err = errors.Join(write(v.path(name), make([]byte, info.Size()), 0), os.Remove(v.path(name)))
	}
	if err != nil {
		return fmt.Errorf("wave key %s: %w", name, err)
	}
	return v.flush()
}

// write writes a file through to the disk.
func write(path string, data []byte, flags int) error {
	f, err := os.OpenFile(path, os.O_WRONLY|flags, 0o600) //nolint:gosec // within the folder of the keys
	if err != nil {
		return fmt.Errorf("wave key: %w", err)
	}
	_, err = f.Write(data)
	return errors.Join(err, f.Sync(), f.Close())
}

// flush makes what happened to the folder durable.
func (v *Vault) flush() error {
	f, err := os.Open(v.folder)
	if err != nil {
		return fmt.Errorf("wave keys: %w", err)
	}
	return errors.Join(f.Sync(), f.Close())
}
