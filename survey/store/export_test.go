package store

import (
	"io/fs"
	"testing"
	"testing/fstest"
)

// Alone makes the intake store each answer in a transaction of its own.
func (in *Intake) Alone() { in.most = 1 }

// Halt is what a failed sync does.
func (in *Intake) Halt(cause error) { in.halt(cause) }

// Lost reports whether an error is a failed sync.
func Lost(err error) bool { return lost(err) }

// FirstMigrations are those of the first release.
func FirstMigrations(t *testing.T) fs.FS {
	t.Helper()
	const first = "00001_survey.sql"
	text, err := fs.ReadFile(Migrations(), first)
	if err != nil {
		t.Fatal(err)
	}
	return fstest.MapFS{first: {Data: text}}
}

// Sheets and Keys are what is held in memory.
type (
	Sheets struct{ sheets }
	Keys   struct{ keys }
)

// NewSheets and NewKeys are empty ones.
func NewSheets() *Sheets { return &Sheets{} }
func NewKeys() *Keys     { return &Keys{} }

// Add, View and Each are those of sheets.
func (s *Sheets) Add(batch uint32, answers []byte)         { s.add(batch, answers) }
func (s *Sheets) View() *Sheets                            { return &Sheets{s.view()} }
func (s *Sheets) Each(fn func(uint32, []byte) error) error { return s.each(fn) }

// Columns is that of sheets.
func (s *Sheets) Columns(which []int, fn func([]uint32, [][]byte) error) error {
	return s.columns(which, fn)
}

// Add and Find are those of keys.
func (k *Keys) Add(form, content uint64, full bool)              { k.add(form, content, full) }
func (k *Keys) Find(form uint64) (content uint64, full, ok bool) { return k.find(form) }

// Short is the part of an HMAC that is held in memory.
func Short(mac []byte) uint64 { return short(mac) }
