package job

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"slices"
	"time"

	"minyi/indicators/access"
	"minyi/indicators/audit"
	"minyi/indicators/fault"
)

// Start takes up what a stop cut short, sweeps what nothing needs, and starts the
// workers. ctx only carries values: they run until Stop.
func (s *Service) Start(ctx context.Context) error {
	if err := s.Tend(ctx); err != nil {
		return err
	}
	run, stop := context.WithCancel(context.WithoutCancel(ctx))
	s.stop = stop
	for range s.Workers {
		s.crew.Go(func() { s.work(run) })
		s.rouse()
	}
	return nil
}

// Quit tells the workers, and those who watch a job, to end; Stop waits for them.
func (s *Service) Quit() {
	s.once.Do(func() {
		close(s.ended)
		s.stop()
	})
}

// Stop ends the workers and waits for them. What runs is cut short and taken up
// by the next Start. Stopping twice does no harm.
func (s *Service) Stop() {
	s.Quit()
	s.crew.Wait()
}

// Ended is closed when the service stops, for those who watch a job.
func (s *Service) Ended() <-chan struct{} { return s.ended }

// rouse wakes a worker that rests.
func (s *Service) rouse() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// pause is how long a worker rests when the store could not be read.
const pause = 5 * time.Second

// work runs one job after another until ctx ends.
func (s *Service) work(ctx context.Context) {
	for ctx.Err() == nil {
		own, t, err := s.take(ctx)
		var again <-chan time.Time
		switch {
		case t != nil:
			s.do(own, t)
			continue
		case err != nil && ctx.Err() == nil:
			s.Log.WarnContext(ctx, "background work is not to be read", slog.Any("error", err))
			again = time.After(pause)
		}
		select {
		case <-s.wake:
		case <-again:
		case <-ctx.Done():
		}
	}
}

// take begins the job that has waited longest, one that was cut short or a new
// one, and returns the context that it runs in; no task when there is none.
func (s *Service) take(ctx context.Context) (context.Context, *Task, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for {
		all, err := s.Store.Jobs(ctx)
		if err != nil {
			return nil, nil, err
		}
		slices.Reverse(all)
		i := slices.IndexFunc(all, func(j *Job) bool { return j.Open() && s.tasks[j.ID] == nil })
		if i < 0 {
			return nil, nil, nil
		}
		j, err := s.begin(ctx, all[i].ID)
		if err != nil {
			return nil, nil, err
		}
		if j.State == Running {
			own, stop := context.WithCancelCause(ctx)
			t := &Task{job: *j, service: s, stop: stop}
			t.Report(j.Done, j.Total)
			s.tasks[j.ID] = t
			return own, t, nil
		}
	}
}

// begin stores that a job runs now, or that it ended without being run again.
func (s *Service) begin(ctx context.Context, id string) (*Job, error) {
	j, err := s.Store.UpdateJob(ctx, id, nil, func(j *Job) error {
		if j.Open() {
			j.begin(s.Now())
		}
		return nil
	})
	if err != nil || j.State == Running {
		return j, err
	}
	entry := s.over(id)
	entry.After = j.Brief()
	return j, errors.Join(s.Store.Record(ctx, entry), s.clear(j))
}

// do runs a job to its end and stores what came of it.
func (s *Service) do(ctx context.Context, t *Task) {
	defer func() {
		s.mu.Lock()
		delete(s.tasks, t.job.ID)
		s.mu.Unlock()
	}()
	watched := s.watch(ctx, t)
	result, err := s.guarded(ctx, t)
	cause := context.Cause(ctx)
	t.stop(nil)
	<-watched
	if err != nil && cause != nil {
		err = errors.Join(cause, err)
	}
	text, file, err := t.finish(result, err)
	if err != nil && cause != nil && !errors.Is(cause, errStopped) {
		return // the process stops: the next one takes it up
	}
	if err != nil && fault.KindOf(err) == 0 && !errors.Is(err, errStopped) {
		s.Log.ErrorContext(ctx, "background work failed", slog.String("job", t.job.ID), slog.String("kind", t.job.Kind), slog.Any("error", err))
	}
	s.settle(context.WithoutCancel(ctx), t, text, file, err)
}

// guarded runs the work's function: what panics there fails this job and nothing
// else.
func (s *Service) guarded(ctx context.Context, t *Task) (result any, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("job: panic: %v\n%s", p, debug.Stack())
		}
	}()
	run := s.kinds[t.job.Kind]
	if run == nil {
		return nil, fmt.Errorf("job: no kind %q", t.job.Kind)
	}
	return run(ctx, t)
}

// watch stores the progress now and then until the job's context ends; then it
// closes the channel.
func (s *Service) watch(ctx context.Context, t *Task) <-chan struct{} {
	done := make(chan struct{})
	go func() {
		defer close(done)
		tick := time.NewTicker(s.Every)
		defer tick.Stop()
		last := t.done.Load()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
			}
			if now := t.done.Load(); now != last {
				last = now
				// What cannot be stored now is stored at the next tick or at the end.
				_ = s.progress(ctx, t)
			}
		}
	}()
	return done
}

// progress stores how far a job has come.
func (s *Service) progress(ctx context.Context, t *Task) error {
	_, err := s.Store.UpdateJob(ctx, t.job.ID, nil, func(j *Job) error {
		t.note(j)
		return nil
	})
	return err
}

// The end of a job is stored again and again until the store takes it.
const (
	endPause = time.Second
	endTries = 60
)

// settle stores the end of a job, with its trail entry. A store that does not
// answer (a full disk) is asked again; in the end the next start runs the job
// again.
func (s *Service) settle(ctx context.Context, t *Task, text json.RawMessage, file *File, failed error) {
	for range endTries {
		entry := s.over(t.job.ID)
		ended, err := s.Store.UpdateJob(ctx, t.job.ID, &entry, func(j *Job) error {
			t.note(j)
			j.outcome(text, file, failed, s.Now())
			return nil
		})
		if err == nil {
			err = s.clear(ended)
		}
		if err == nil {
			return
		}
		s.Log.WarnContext(ctx, "the end of background work is not stored", slog.String("job", t.job.ID), slog.Any("error", err))
		select {
		case <-time.After(endPause):
		case <-s.ended:
			return
		}
	}
}

// over is the trail entry of a job's end.
func (s *Service) over(id string) audit.Entry { return s.entry(access.Command("job"), "job.end", id) }

// clear erases what only a job under way needs.
func (s *Service) clear(j *Job) error {
	suffixes := []string{inSuffix, partSuffix}
	if !j.Ready() {
		suffixes = append(suffixes, outSuffix)
	}
	return s.shelf.erase(j.ID, suffixes...)
}

// Tend erases the files whose time is over and everything in the folder that
// nothing needs, and forgets jobs that ended long ago; the trail keeps them.
func (s *Service) Tend(ctx context.Context) error {
	all, err := s.Store.Jobs(ctx)
	if err != nil {
		return err
	}
	byID := map[string]*Job{}
	for _, j := range all {
		kept, err := s.age(ctx, j)
		if err != nil {
			return err
		}
		if kept {
			byID[j.ID] = j
		}
	}
	return s.shelf.sweep(func(id, suffix string) bool {
		j, known := byID[id]
		switch {
		case !known:
			return s.expected(id)
		case suffix == outSuffix:
			return j.Open() || j.Ready()
		default:
			return j.Open()
		}
	})
}

// age erases the file of a job when its time is over, and forgets the job when it
// has been listed long enough.
func (s *Service) age(ctx context.Context, j *Job) (kept bool, err error) {
	now := s.Now()
	if j.Open() {
		return true, nil
	}
	if j.Ready() && !now.Before(j.EndedAt.Add(s.Keep)) {
		entry := s.entry(access.Command("job"), "job.erase", j.ID)
		gone, err := s.Store.UpdateJob(ctx, j.ID, &entry, func(j *Job) error {
			j.Erased = now.UTC()
			return nil
		})
		if err != nil {
			return true, err
		}
		*j = *gone
	}
	if now.Before(j.EndedAt.Add(listed)) {
		return true, nil
	}
	return false, s.Store.RemoveJob(ctx, j.ID)
}

// expected reports whether a job of that id is just being added.
func (s *Service) expected(id string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.coming[id]
}

// expect notes that a job's file may come before the job.
func (s *Service) expect(id string, yes bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if yes {
		s.coming[id] = true
	} else {
		delete(s.coming, id)
	}
}
