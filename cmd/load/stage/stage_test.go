package stage_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"minyi/cmd/load/stage"
	"minyi/survey/invite"
)

func TestProcessorTimeAndMemoryOfAProcess(t *testing.T) {
	t.Parallel()
	s := stage.Running("127.0.0.1:1", os.Getpid())
	before, err := s.CPU()
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for begin := time.Now(); time.Since(begin) < 150*time.Millisecond; n++ {
		_ = make([]byte, n%1000)
	}
	after, err := s.CPU()
	if err != nil || after <= before {
		t.Errorf("got %v, then %v, %v", before, after, err)
	}
	now, peak, err := s.Memory()
	if err != nil || now < 1<<20 || peak < now {
		t.Errorf("got %d of %d bytes, %v", now, peak, err)
	}
	unknown := stage.Running("127.0.0.1:1", 0)
	if cpu, err := unknown.CPU(); cpu != 0 || err != nil {
		t.Errorf("a process that is not known: got %v, %v", cpu, err)
	}
}

// A prepared folder has the links that were asked for, in surveys that are open,
// and nothing stored; a snapshot of it holds the same.
func TestAPreparedFolderIsOpenAndEmpty(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	f, err := stage.Prepare(t.Context(), dir, 400)
	if err != nil {
		t.Fatal(err)
	}
	links := 0
	for _, sv := range f.Surveys {
		links += sv.Batches.Issued(invite.OneTime)
		if err := sv.Takes(time.Now()); err != nil {
			t.Errorf("survey %s: %v", sv.ID, err)
		}
	}
	if links < 400 {
		t.Errorf("got %d links, want 400 at least", links)
	}
	copied := t.TempDir()
	if err := f.Snapshot(copied); err != nil {
		t.Fatal(err)
	}
	for _, where := range []string{dir, copied} {
		h, err := f.Examine(t.Context(), where)
		if err != nil {
			t.Fatal(err)
		}
		if h.Stored != 0 || h.SpentLinks() != 0 || len(h.Wrong) != 0 || h.Has(stage.Link{Survey: 1, Serial: 1}) {
			t.Errorf("%s: got %+v, want nothing stored and nothing wrong", filepath.Base(where), h)
		}
	}
}
