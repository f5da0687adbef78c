package job_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"minyi/indicators/access"
	"minyi/indicators/fault"
	"minyi/survey/job"
)

func TestJobRunsAndItsFileIsFetched(t *testing.T) {
	t.Parallel()
	h := open(t, t.TempDir(), nil, func(s *job.Service) { s.Register("rows", rows(free)) })
	h.start(t)
	j := h.until(t, h.add(t, job.Order{Kind: "rows", Survey: "s1", Back: "/agency", Args: 3}).ID, job.Finished)
	if got, want := h.fetch(t, j.ID), "row,0\nrow,1\nrow,2\n"; got != want {
		t.Errorf("file: got %q, want %q", got, want)
	}
	if j.Done != 3 || j.Total != 3 || string(j.Result) != `{"rows":3}` || j.File.Size != 18 || j.Tries != 1 {
		t.Errorf("job: got %+v", j)
	}
	of, err := h.Jobs(t.Context(), li(), "s2")
	if err != nil || len(of) != 0 {
		t.Errorf("jobs of another survey: got %d, %v", len(of), err)
	}
}

func TestCancel(t *testing.T) {
	t.Parallel()
	h := open(t, t.TempDir(), func(c *job.Config) { c.Workers = 1 }, func(s *job.Service) { s.Register("rows", rows(barred(5))) })
	h.start(t)
	first := h.add(t, job.Order{Kind: "rows", Args: 10})
	second := h.add(t, job.Order{Kind: "rows", Args: 10, Input: strings.NewReader("list")})
	h.until(t, first.ID, job.Running)
	for _, id := range []string{second.ID, first.ID} {
		if _, err := h.Cancel(t.Context(), ma(), id); err != nil {
			t.Fatal(err)
		}
		j := h.until(t, id, job.Cancelled)
		if j.File != nil || j.Problem != nil {
			t.Errorf("cancelled: got file %v, problem %v", j.File, j.Problem)
		}
		if _, err := h.Cancel(t.Context(), ma(), id); !errors.Is(err, fault.New(fault.Conflict, "job.over")) {
			t.Errorf("cancel again: got %v, want job.over", err)
		}
		if _, _, err := h.Open(t.Context(), li(), id); !errors.Is(err, fault.New(fault.NotFound, "job.notready")) {
			t.Errorf("fetch: got %v, want job.notready", err)
		}
	}
	h.Stop()
	if got := h.files(t); len(got) > 0 {
		t.Errorf("files left: %v", got)
	}
	if _, err := h.Cancel(t.Context(), ma(), "none"); !errors.Is(err, fault.New(fault.NotFound, "job.unknown")) {
		t.Errorf("cancel what is not there: got %v, want job.unknown", err)
	}
}

func TestTwoRunAtOnceAndTheThirdWaits(t *testing.T) {
	t.Parallel()
	var met sync.WaitGroup
	met.Add(2)
	leave := make(chan struct{})
	h := open(t, t.TempDir(), nil, func(s *job.Service) {
		s.Register("pair", func(ctx context.Context, _ *job.Task) (any, error) {
			met.Done()
			met.Wait() // passes only when two are here
			select {
			case <-leave:
			case <-ctx.Done():
			}
			return nil, ctx.Err()
		})
		s.Register("rows", rows(free))
	})
	h.start(t)
	a, b := h.add(t, job.Order{Kind: "pair"}), h.add(t, job.Order{Kind: "pair"})
	met.Wait()
	third := h.add(t, job.Order{Kind: "rows", Args: 1})
	time.Sleep(20 * time.Millisecond)
	if got := h.job(t, third.ID).State; got != job.Waiting {
		t.Errorf("the third: got %s, want %s", got, job.Waiting)
	}
	close(leave)
	for _, id := range []string{a.ID, b.ID, third.ID} {
		h.until(t, id, job.Finished)
	}
}

func TestLimits(t *testing.T) {
	t.Parallel()
	h := open(t, t.TempDir(), func(c *job.Config) { c.Each, c.Most = 2, 3 }, func(s *job.Service) { s.Register("rows", rows(free)) })
	add := func(by access.Actor, key string) (*job.Job, error) {
		return h.Add(t.Context(), by, job.Order{Kind: "rows", Key: key, Args: 1, Input: strings.NewReader("x")})
	}
	first, err := add(li(), "same")
	if err != nil {
		t.Fatal(err)
	}
	if again, err := add(ma(), "same"); err != nil || again.ID != first.ID {
		t.Errorf("the same work: got %v, %v, want the job that waits", again, err)
	}
	for _, c := range []struct {
		name string
		by   access.Actor
		want string
	}{
		{"a second of one account", li(), ""},
		{"a third of one account", li(), "job.many"},
		{"a third of all", ma(), ""},
		{"a fourth of all", ma(), "job.full"},
		{"another role", access.Actor{Name: "wang", Role: access.Office}, "access.role"},
	} {
		_, err := add(c.by, "")
		if got := code(err); got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
	if got := h.files(t); len(got) != 3 {
		t.Errorf("files of what was refused stay: %v", got)
	}
}

func code(err error) string {
	if all := fault.All(err); len(all) > 0 {
		return all[0].Code
	}
	return ""
}

func TestFailedWorkSaysWhy(t *testing.T) {
	t.Parallel()
	h := open(t, t.TempDir(), nil, func(s *job.Service) {
		s.Register("refused", func(context.Context, *job.Task) (any, error) {
			return nil, fault.New(fault.Conflict, "survey.state", "state", "open")
		})
		s.Register("broken", func(context.Context, *job.Task) (any, error) { return nil, errors.New("no such table") })
		s.Register("panics", func(context.Context, *job.Task) (any, error) { panic("at the door") })
	})
	h.start(t)
	for kind, want := range map[string]string{"refused": "survey.state", "broken": "job.broken", "panics": "job.broken"} {
		j := h.until(t, h.add(t, job.Order{Kind: kind}).ID, job.Failed)
		if j.Problem.Code != want {
			t.Errorf("%s: got %s, want %s", kind, j.Problem.Code, want)
		}
	}
}

func TestFileIsPrivateSealedAndErased(t *testing.T) {
	t.Parallel()
	h := open(t, t.TempDir(), nil, func(s *job.Service) { s.Register("copy", copied) })
	const secret = "张三,13800000000\n"
	j := h.add(t, job.Order{Kind: "copy", Input: strings.NewReader(secret)})
	private(t, h, secret, 1)
	h.start(t)
	h.until(t, j.ID, job.Finished)
	if got := h.fetch(t, j.ID); got != secret {
		t.Errorf("file: got %q, want %q", got, secret)
	}
	private(t, h, secret, 1)
	if _, _, err := h.Open(t.Context(), access.Actor{Name: "wang", Role: access.Office}, j.ID); code(err) != "access.role" {
		t.Errorf("another role fetches: got %v, want access.role", err)
	}
	h.clock.Add((7 * 24 * time.Hour).Milliseconds())
	if err := h.Tend(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, _, err := h.Open(t.Context(), li(), j.ID); code(err) != "job.erased" {
		t.Errorf("after its time: got %v, want job.erased", err)
	}
	if got := h.files(t); len(got) > 0 {
		t.Errorf("files left: %v", got)
	}
	h.clock.Add((90 * 24 * time.Hour).Milliseconds())
	if err := h.Tend(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := h.Job(t.Context(), li(), j.ID); code(err) != "job.unknown" {
		t.Errorf("long after: got %v, want job.unknown", err)
	}
}

// private demands that the folder's files can be read by their owner only, and
// that none holds a piece of the text.
func private(t *testing.T, h *house, text string, want int) {
	t.Helper()
	names := h.files(t)
	if len(names) != want {
		t.Fatalf("files: got %v, want %d", names, want)
	}
	for _, name := range names {
		path := filepath.Join(h.folder, name)
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if got := info.Mode().Perm(); got != 0o600 {
			t.Errorf("%s: got mode %o, want 600", name, got)
		}
		raw, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(raw), text[:8]) {
			t.Errorf("%s holds plain text", name)
		}
	}
}

func TestTrailNamesWhoDidWhat(t *testing.T) {
	t.Parallel()
	h := open(t, t.TempDir(), nil, func(s *job.Service) {
		s.Register("rows", rows(free))
		s.Register("barred", rows(barred(0)))
	})
	h.start(t)
	done := h.until(t, h.add(t, job.Order{Kind: "rows", Args: 1}).ID, job.Finished)
	h.fetch(t, done.ID)
	stopped := h.add(t, job.Order{Kind: "barred", Args: 1})
	h.until(t, stopped.ID, job.Running)
	if _, err := h.Cancel(t.Context(), ma(), stopped.ID); err != nil {
		t.Fatal(err)
	}
	h.until(t, stopped.ID, job.Cancelled)
	entries, err := h.half.Trail(t.Context(), 0, 100)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range entries {
		got = append(got, e.Actor+" "+e.Action)
	}
	want := []string{"li job.start", "command job job.end", "ma job.fetch", "li job.start", "ma job.cancel", "command job job.end"}
	if !slices.Equal(got, want) {
		t.Errorf("trail: got %q, want %q", got, want)
	}
	if !strings.Contains(entries[1].After, done.File.SHA256) {
		t.Errorf("the end names no digest: %s", entries[1].After)
	}
	if err := h.half.CheckTrail(t.Context()); err != nil {
		t.Error(err)
	}
}
