package main

import (
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

const (
	keyFile  = "master.key"
	keyBytes = 32
)

// masterKey is the one secret of a data folder; every other key is derived from
// it for one purpose.
type masterKey []byte

// openKey reads the folder's secret, or makes it when the folder is new.
func openKey(dir string) (masterKey, error) {
	path := filepath.Join(dir, keyFile)
	raw, err := os.ReadFile(path)
	if err == nil && len(raw) != keyBytes {
		return nil, fmt.Errorf("%s has %d bytes, not %d: restore it from a backup", path, len(raw), keyBytes)
	}
	if err == nil || !errors.Is(err, fs.ErrNotExist) {
		return raw, err
	}
	raw = make([]byte, keyBytes)
	if _, err := rand.Read(raw); err != nil {
		return nil, fmt.Errorf("make a key: %w", err)
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, fmt.Errorf("keep the key: %w", err)
	}
	if _, err := f.Write(raw); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	if err := f.Sync(); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return raw, f.Close()
}

// derive returns the 32-byte key for a purpose (HKDF-SHA-256, RFC 5869).
func (k masterKey) derive(purpose string) ([]byte, error) {
	key, err := hkdf.Key(sha256.New, k, nil, "minyi/"+purpose+"/v1", keyBytes)
	if err != nil {
		return nil, fmt.Errorf("derive %s: %w", purpose, err)
	}
	return key, nil
}
