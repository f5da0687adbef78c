package job

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"sync"
	"sync/atomic"
	"time"

	"minyi/indicators/access"
)

// Run does one piece of work. It looks at ctx now and then, and returns ctx's
// error when that has ended: the work was cancelled then, or the process stops.
// What it returns is kept as JSON with the job; nil for nothing. It may be run
// again after a stop, from the beginning or from its last checkpoint, and must
// then have the same result.
type Run func(ctx context.Context, t *Task) (result any, err error)

// errStopped is the cause of a cancelled job's context.
var errStopped = errors.New("job: cancelled")

// Task is a job that runs, as its function sees it.
type Task struct {
	job         Job // as it was when the worker took it
	service     *Service
	stop        context.CancelCauseFunc
	done, total atomic.Int64

	mu    sync.Mutex
	draft *draft
	mark  json.RawMessage
}

// ID names the job.
func (t *Task) ID() string { return t.job.ID }

// Survey is the survey that the job is about.
func (t *Task) Survey() string { return t.job.Survey }

// By is who began the job, as the account stood then.
func (t *Task) By() access.Actor { return t.job.By }

// MadeAt is when the job was added: what writes a time into its file writes this,
// so that a second run has the same result.
func (t *Task) MadeAt() time.Time { return t.job.MadeAt }

// Args reads the arguments that the job was added with.
func (t *Task) Args(into any) error {
	if err := json.Unmarshal(t.job.Args, into); err != nil {
		return fmt.Errorf("job: arguments of %s: %w", t.job.Kind, err)
	}
	return nil
}

// Report says how much is done of how much; it costs next to nothing and may be
// called for each row. It is stored now and then, and at the end.
func (t *Task) Report(done, total int) {
	t.total.Store(int64(total))
	t.done.Store(int64(done))
}

// Checkpoint stores durably how far the work has come, as JSON; after a stop
// Resume gives it back. It costs a transaction: call it every few seconds at most.
func (t *Task) Checkpoint(ctx context.Context, at any) error {
	text, err := json.Marshal(at)
	if err != nil {
		return fmt.Errorf("job: checkpoint: %w", err)
	}
	t.mu.Lock()
	t.mark = text
	t.mu.Unlock()
	return t.service.progress(ctx, t)
}

// Resume reads the last checkpoint and reports whether there is one.
func (t *Task) Resume(into any) (bool, error) {
	if len(t.job.Mark) == 0 || string(t.job.Mark) == "null" {
		return false, nil
	}
	if err := json.Unmarshal(t.job.Mark, into); err != nil {
		return false, fmt.Errorf("job: checkpoint of %s: %w", t.job.Kind, err)
	}
	return true, nil
}

// Input opens what the job was added with to read; it is erased when the job ends.
func (t *Task) Input() (io.ReadCloser, error) { return t.service.shelf.open(t.job.ID, inSuffix) }

// File begins the one file that the job makes, anew on each call. It is sealed and
// private, appears when the function returns without an error, and is not to be
// closed.
func (t *Task) File(name, media string) (io.Writer, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.draft != nil {
		if err := t.draft.drop(); err != nil {
			return nil, err
		}
		t.draft = nil
	}
	d, err := t.service.shelf.create(t.job.ID, name, media)
	if err != nil {
		return nil, err
	}
	t.draft = d
	return d, nil
}

// finish keeps or gives up the file, and returns it with the result as JSON.
func (t *Task) finish(result any, failed error) (json.RawMessage, *File, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if failed != nil {
		if t.draft != nil {
			failed = errors.Join(failed, t.draft.drop())
		}
		return nil, nil, failed
	}
	var text json.RawMessage
	if result != nil {
		var err error
		if text, err = json.Marshal(result); err != nil {
			return nil, nil, fmt.Errorf("job: result of %s: %w", t.job.Kind, err)
		}
	}
	if t.draft == nil {
		return text, nil, nil
	}
	file, err := t.draft.keep(outSuffix)
	return text, file, err
}

// overlay puts the progress of the moment into what the store has.
func (t *Task) overlay(j *Job) {
	j.Done, j.Total = int(t.done.Load()), int(t.total.Load())
}

// note puts the progress and the checkpoint into the job.
func (t *Task) note(j *Job) {
	t.overlay(j)
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.mark != nil {
		j.Mark = t.mark
	}
}
