package job_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"minyi/survey/job"
)

// killedFolder names the folder of the process that the kill test starts: this
// test binary, running TestWorkUntilKilled only.
const killedFolder = "MINYI_TEST_JOB_CHILD"

const killedRows = 5000

// TestWorkUntilKilled is the child of the kill test: it begins work that never
// goes past half of its rows.
func TestWorkUntilKilled(t *testing.T) {
	folder := os.Getenv(killedFolder)
	if folder == "" {
		t.Skip("runs as the child of TestKilledJobIsRunAgainWithTheSameResult")
	}
	h := open(t, folder, nil, func(s *job.Service) { s.Register("rows", rows(barred(killedRows/2))) })
	h.start(t)
	j := h.add(t, job.Order{Kind: "rows", Args: killedRows})
	for h.job(t, j.ID).Done < killedRows/2 {
		time.Sleep(time.Millisecond)
	}
	if _, err := fmt.Fprintf(os.Stdout, "\nhalf %s\n", j.ID); err != nil {
		t.Fatal(err)
	}
	time.Sleep(time.Minute)
}

func TestKilledJobIsRunAgainWithTheSameResult(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	id := killHalfway(t, folder)
	h := open(t, folder, nil, func(s *job.Service) { s.Register("rows", rows(free)) })
	if got := h.job(t, id).State; got != job.Running {
		t.Fatalf("after the kill: got %s, want %s", got, job.Running)
	}
	h.start(t)
	j := h.until(t, id, job.Finished)
	calm := h.until(t, h.add(t, job.Order{Kind: "rows", Args: killedRows}).ID, job.Finished)
	if j.File.SHA256 != calm.File.SHA256 || h.fetch(t, id) != h.fetch(t, calm.ID) {
		t.Errorf("the file differs from that of an undisturbed run")
	}
	if j.Tries != 2 || j.Done != killedRows {
		t.Errorf("got %d tries and %d rows, want 2 and %d", j.Tries, j.Done, killedRows)
	}
	if got := h.files(t); len(got) != 2 {
		t.Errorf("files: got %v, want those of the two jobs", got)
	}
}

// killHalfway runs work in another process and kills that in the middle.
func killHalfway(t *testing.T, folder string) (id string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestWorkUntilKilled$")
	cmd.Env = append(os.Environ(), killedFolder+"="+folder)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	for lines := bufio.NewScanner(out); id == "" && lines.Scan(); {
		id, _ = strings.CutPrefix(lines.Text(), "half ")
		if id == lines.Text() {
			id = ""
		}
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // says that it was killed
	if id == "" {
		t.Fatal("the child never came to the half")
	}
	return id
}

// summing adds the numbers from 1 to its argument, with a checkpoint after each
// tenth, and notes which it was asked for.
func summing(seen *[]int, step func(context.Context, int) error) job.Run {
	return func(ctx context.Context, t *job.Task) (any, error) {
		var to int
		at := struct{ Next, Sum int }{Next: 1}
		_, err := t.Resume(&at)
		if err = errors.Join(err, t.Args(&to)); err != nil {
			return nil, err
		}
		for ; at.Next <= to; at.Next++ {
			if at.Next%10 == 1 {
				if err := t.Checkpoint(ctx, at); err != nil {
					return nil, err
				}
			}
			if err := step(ctx, at.Next); err != nil {
				return nil, err
			}
			*seen = append(*seen, at.Next)
			at.Sum += at.Next
			t.Report(at.Next, to)
		}
		return at.Sum, nil
	}
}

func TestRestartGoesOnFromTheCheckpoint(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	var before, after []int
	first := open(t, folder, nil, func(s *job.Service) { s.Register("sum", summing(&before, barred(57))) })
	first.start(t)
	j := first.add(t, job.Order{Kind: "sum", Args: 100})
	for first.job(t, j.ID).Done < 56 {
		time.Sleep(time.Millisecond)
	}
	first.close(t)()
	second := open(t, folder, nil, func(s *job.Service) { s.Register("sum", summing(&after, free)) })
	second.start(t)
	got := second.until(t, j.ID, job.Finished)
	if want := strconv.Itoa(100 * 101 / 2); string(got.Result) != want {
		t.Errorf("sum: got %s, want %s", got.Result, want)
	}
	if after[0] != 51 || len(after) != 50 {
		t.Errorf("after the restart: got %d numbers from %d, want 50 from 51", len(after), after[0])
	}
}

func TestWorkThatEndsTheProcessEachTimeIsGivenUp(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	id, runs, began := "", 0, make(chan struct{}, 1)
	for range 5 {
		h := open(t, folder, nil, func(s *job.Service) {
			s.Register("rows", rows(func(ctx context.Context, _ int) error {
				runs++
				began <- struct{}{}
				<-ctx.Done()
				return ctx.Err()
			}))
		})
		h.start(t)
		if id == "" {
			id = h.add(t, job.Order{Kind: "rows", Args: 1}).ID
		}
		for settled := false; !settled; { // at work, or given up
			select {
			case <-began:
				settled = true
			case <-time.After(time.Millisecond):
				settled = h.job(t, id).State == job.Failed
			}
		}
		h.close(t)()
	}
	h := open(t, folder, nil, func(s *job.Service) { s.Register("rows", rows(free)) })
	if got := h.job(t, id); got.State != job.Failed || got.Problem.Code != "job.givenup" || runs != 4 {
		t.Errorf("got %s, %v after %d runs, want failed, job.givenup after 4", got.State, got.Problem, runs)
	}
}

func TestWorkThatWasCancelledWhileTheProcessStopsIsNotRunAgain(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	id := killHalfway(t, folder)
	h := open(t, folder, nil, func(s *job.Service) {
		s.Register("rows", func(context.Context, *job.Task) (any, error) { return nil, errors.New("was run again") })
	})
	if _, err := h.Cancel(t.Context(), li(), id); err != nil {
		t.Fatal(err)
	}
	h.start(t)
	h.until(t, id, job.Cancelled)
	h.Stop()
	if got := h.files(t); len(got) > 0 {
		t.Errorf("files left: %v", got)
	}
}
