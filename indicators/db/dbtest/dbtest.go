// Package dbtest gives tests a database that has its schema already. Each test
// has a file of its own; but the steps that lead to the schema are run once for
// all tests of a process, and the file is copied. It is for tests only.
package dbtest

import (
	"context"
	"os"
	"path/filepath"
	"sync"
	"testing"
)

// Closer is what a test opens: a store or a half.
type Closer interface{ Close() error }

// fresh keeps the files of empty databases, by name.
type fresh struct {
	mu    sync.Mutex
	files map[string][]byte
}

// made is one for all tests of this process.
var made fresh //nolint:gochecknoglobals // the tests of one process share it

// Place puts an empty database of that name at path, unless a file is there. The
// first test of a process makes it by open.
func Place[C Closer](t testing.TB, name, path string, open func(ctx context.Context, path string) (C, error)) {
	t.Helper()
	if _, err := os.Stat(path); err == nil {
		return
	}
	raw := made.file(t, name, func(at string) (Closer, error) { return open(t.Context(), at) })
	if err := os.WriteFile(path, raw, 0o600); err != nil {
		t.Fatal(err)
	}
}

func (f *fresh) file(t testing.TB, name string, open func(path string) (Closer, error)) []byte {
	t.Helper()
	f.mu.Lock()
	defer f.mu.Unlock()
	if raw, ok := f.files[name]; ok {
		return raw
	}
	at := filepath.Join(t.TempDir(), "fresh.db")
	d, err := open(at)
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile(at) //nolint:gosec // the test's own folder
	if err != nil {
		t.Fatal(err)
	}
	if f.files == nil {
		f.files = map[string][]byte{}
	}
	f.files[name] = raw
	return raw
}
