package job_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"minyi/indicators/access"
	"minyi/indicators/db"
	"minyi/survey/job"
	"minyi/survey/store"
)

// house is a queue on a real database in a folder.
type house struct {
	*job.Service
	half   *db.DB
	store  *store.Store
	folder string
	clock  *atomic.Int64 // programme time, milliseconds
}

func li() access.Actor { return access.Actor{Name: "li", Role: access.Agency} }
func ma() access.Actor { return access.Actor{Name: "ma", Role: access.Agency} }

// open opens a queue in a folder; kinds registers what it does.
func open(t *testing.T, folder string, change func(*job.Config), kinds func(*job.Service)) *house {
	t.Helper()
	half, err := db.Open(t.Context(), db.Survey, filepath.Join(folder, "survey.db"), store.Migrations())
	if err != nil {
		t.Fatal(err)
	}
	h := &house{half: half, store: store.New(half), folder: filepath.Join(folder, "work"), clock: &atomic.Int64{}}
	h.clock.Store(time.Date(2020, 9, 1, 0, 0, 0, 0, time.UTC).UnixMilli())
	var ids atomic.Int64
	c := job.Config{
		Store: h.store, Folder: h.folder, Secret: []byte(strings.Repeat("s", 32)), Log: slog.New(slog.DiscardHandler),
		Now: func() time.Time { return time.UnixMilli(h.clock.Load()) }, Every: time.Millisecond,
		NewID: func() string { return fmt.Sprintf("j%d-%d", os.Getpid(), ids.Add(1)) },
	}
	if change != nil {
		change(&c)
	}
	if h.Service, err = job.New(c); err != nil {
		t.Fatal(err)
	}
	kinds(h.Service)
	t.Cleanup(h.close(t))
	return h
}

func (h *house) close(t *testing.T) func() {
	t.Helper()
	return func() {
		if h.half == nil {
			return
		}
		h.Stop()
		if err := h.half.Close(); err != nil {
			t.Error(err)
		}
		h.half = nil
	}
}

func (h *house) start(t *testing.T) {
	t.Helper()
	if err := h.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func (h *house) add(t *testing.T, o job.Order) *job.Job {
	t.Helper()
	j, err := h.Add(t.Context(), li(), o)
	if err != nil {
		t.Fatal(err)
	}
	return j
}

// until waits for a job to come to a state.
func (h *house) until(t *testing.T, id string, state job.State) *job.Job {
	t.Helper()
	for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(2 * time.Millisecond) {
		if j := h.job(t, id); j.State == state {
			return j
		}
	}
	j := h.job(t, id)
	t.Fatalf("job %s: got %s (%v), want %s", id, j.State, j.Problem, state)
	return nil
}

func (h *house) job(t *testing.T, id string) *job.Job {
	t.Helper()
	j, err := h.Job(t.Context(), li(), id)
	if err != nil {
		t.Fatal(err)
	}
	return j
}

func (h *house) fetch(t *testing.T, id string) string {
	t.Helper()
	_, r, err := h.Open(t.Context(), ma(), id)
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Close(); err != nil {
		t.Error(err)
	}
	return string(text)
}

// files are the files of the folder.
func (h *house) files(t *testing.T) (names []string) {
	t.Helper()
	entries, err := os.ReadDir(h.folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

// rows is work that writes a file of as many rows as its argument says, and waits
// before each for step to give it leave.
func rows(step func(ctx context.Context, row int) error) job.Run {
	return func(ctx context.Context, t *job.Task) (any, error) {
		var n int
		if err := t.Args(&n); err != nil {
			return nil, err
		}
		w, err := t.File("rows.csv", "text/csv")
		if err != nil {
			return nil, err
		}
		for i := range n {
			if err := step(ctx, i); err != nil {
				return nil, err
			}
			if _, err := fmt.Fprintf(w, "row,%d\n", i); err != nil {
				return nil, err
			}
			t.Report(i+1, n)
		}
		return map[string]int{"rows": n}, nil
	}
}

func free(ctx context.Context, _ int) error { return ctx.Err() }

// barred never goes past a row.
func barred(row int) func(context.Context, int) error {
	return func(ctx context.Context, i int) error {
		if i < row {
			return ctx.Err()
		}
		<-ctx.Done()
		return ctx.Err()
	}
}
