package store

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
)

const (
	vaultKey    = 32 // bytes of a key
	vaultSuffix = ".key"
)

// Vault keeps the wave keys, a file each, in a folder of its own: never in the
// database, so that a copy of the one is of no use without the other. A backup
// that must forget with the service leaves this folder out.
type Vault struct {
	folder string
	mu     sync.Mutex
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
	draft := v.path(name) + ".new"
	if err := write(draft, key, os.O_CREATE|os.O_TRUNC); err != nil {
		return nil, err
	}
	if err := os.Rename(draft, v.path(name)); err != nil {
		return nil, fmt.Errorf("wave key %s: %w", name, err)
	}
	return key, v.flush()
}

// Destroy overwrites the key and removes it. Where the disk or the file system
// keeps old blocks the bytes may live on until they are written over; the sealed
// rows are deleted as well.
func (v *Vault) Destroy(name string) error {
	v.mu.Lock()
	defer v.mu.Unlock()
	err := write(v.path(name), make([]byte, vaultKey), 0)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err == nil {
		err = os.Remove(v.path(name))
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
