package dbtest

import (
	"fmt"
	"strings"
	"sync"
	"testing"

	"modernc.org/sqlite"
)

// Faults lets statements on the databases of one folder fail, as a broken disk or a
// lost table would let them. It is made before the databases are opened.
type Faults struct {
	mu     sync.Mutex
	folder string
	seen   int
	fail   int
	kept   []string // what was done, while it is watched
	watch  bool
}

// NewFaults watches the databases that are opened in a folder from now on.
func NewFaults(t testing.TB, folder string) *Faults {
	t.Helper()
	f := &Faults{folder: folder}
	sqlite.RegisterConnectionHook(func(conn sqlite.ExecQuerierContext, dsn string) error {
		watched, ok := conn.(sqlite.AuthorizerRegisterer)
		if !ok || !strings.Contains(dsn, f.folder) {
			return nil
		}
		return watched.RegisterAuthorizer(f.allow)
	})
	return f
}

// Next counts anew and lets the n-th step of a statement from now on fail, none where
// n is 0: its beginning, a table read, written or emptied, a transaction begun or
// ended. It returns how many there have been since the last count.
func (f *Faults) Next(n int) (seen int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	seen, f.seen, f.fail = f.seen, 0, n
	return seen
}

// Watch returns what do has let the databases do: each statement's beginning, and every
// table and column that it reads or writes, in their order. What takes place beside do is
// in it too.
func (f *Faults) Watch(do func()) []string {
	f.mu.Lock()
	f.kept, f.watch = nil, true
	f.mu.Unlock()
	do()
	f.mu.Lock()
	defer f.mu.Unlock()
	f.watch = false
	return f.kept
}

func (f *Faults) allow(action sqlite.AuthorizerActionCode, table, column, _, _ string) sqlite.AuthorizerReturnCode {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.watch {
		f.kept = append(f.kept, fmt.Sprint(action, " ", table, ".", column))
	}
	switch action { // what the service itself does
	case sqlite.AuthSelect, sqlite.AuthInsert, sqlite.AuthUpdate, sqlite.AuthDelete, sqlite.AuthTransaction:
	default:
		return sqlite.AuthorizerOK
	}
	if f.seen++; f.seen == f.fail {
		return sqlite.AuthorizerDeny
	}
	return sqlite.AuthorizerOK
}
