package main

import (
	"path/filepath"
	"testing"
	"time"

	"minyi/indicators/keyring"
	"minyi/indicators/store"
)

// readProgramme opens a demo's programme half with its keys: what lies sealed can be
// read.
func readProgramme(t *testing.T, path string) (*store.Store, error) {
	t.Helper()
	s, err := store.Open(t.Context(), path)
	if err != nil {
		return nil, err
	}
	keys, err := keyring.Open(filepath.Dir(path), keyring.AES, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	s.Seal(keyring.New(keys))
	return s, nil
}
