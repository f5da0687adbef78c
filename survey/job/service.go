package job

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strconv"
	"sync"
	"time"

	"minyi/indicators/access"
	"minyi/indicators/audit"
	"minyi/indicators/fault"
	"minyi/indicators/keyring"
)

// Store keeps jobs. An entry goes into the trail with the change, in one
// transaction; nil for none.
type Store interface {
	// AddJob stores a new job, unless rule refuses it in view of those that wait
	// or run.
	AddJob(ctx context.Context, j *Job, entry audit.Entry, rule func(open []*Job) error) error
	// UpdateJob loads a job, applies the rule and saves what it left, or refuses
	// with job.unknown. Before and After of the entry are the job's Brief.
	UpdateJob(ctx context.Context, id string, entry *audit.Entry, rule func(*Job) error) (*Job, error)
	// Job returns one job, or refuses with job.unknown.
	Job(ctx context.Context, id string) (*Job, error)
	// Jobs returns all jobs, the newest first.
	Jobs(ctx context.Context) ([]*Job, error)
	// RemoveJob deletes a job.
	RemoveJob(ctx context.Context, id string) error
	// Record adds a trail entry that goes with no change, such as a reading.
	Record(ctx context.Context, entry audit.Entry) error
}

// Config is what a Service is made of. Now is the programme's clock. What is zero
// of the limits has its usual value.
type Config struct {
	Store  Store
	Folder string            // for the files; made where it is missing
	Secret []byte            // 32 bytes: seals the files
	Cipher keyring.Algorithm // of new files; AES-256-GCM when empty
	Now    func() time.Time
	NewID  func() string
	Log    *slog.Logger

	Workers int           // how many jobs run at once; 2
	Each    int           // how many of one account may wait or run; 4
	Most    int           // how many may wait or run in all; 20
	Keep    time.Duration // how long a file may be fetched; 7 days
	Every   time.Duration // how often progress is stored; 2 seconds
}

// The usual limits.
const (
	usualWorkers = 2
	usualEach    = 4
	usualMost    = 20
	usualKeep    = 7 * 24 * time.Hour
	usualEvery   = 2 * time.Second
	listed       = 90 * 24 * time.Hour // how long a job that ended stays in the list
)

// Service is the queue with its workers. It is safe for concurrent use.
type Service struct {
	Config
	kinds map[string]Run
	shelf *shelf
	wake  chan struct{}
	ended chan struct{} // closed when the service stops

	mu     sync.Mutex
	tasks  map[string]*Task // that run
	coming map[string]bool  // that are just being added

	stop context.CancelFunc
	crew sync.WaitGroup
	once sync.Once
}

// New opens the folder. Kinds are registered next, then Start is called.
func New(c Config) (*Service, error) {
	if len(c.Secret) < sha256.Size {
		return nil, errors.New("job: the secret is missing")
	}
	c.Workers, c.Each, c.Most = usual(c.Workers, usualWorkers), usual(c.Each, usualEach), usual(c.Most, usualMost)
	c.Keep, c.Every = usual(c.Keep, usualKeep), usual(c.Every, usualEvery)
	shelf, err := openShelf(c.Folder, c.Secret, c.Cipher)
	if err != nil {
		return nil, err
	}
	return &Service{
		Config: c, shelf: shelf, kinds: map[string]Run{}, tasks: map[string]*Task{}, coming: map[string]bool{},
		wake: make(chan struct{}, c.Workers), ended: make(chan struct{}), stop: func() {},
	}, nil
}

func usual[T int | time.Duration](given, usual T) T {
	if given > 0 {
		return given
	}
	return usual
}

// Register names a kind of work. All kinds are registered before Start, each
// once; its words are the text job.kind.<name>.
func (s *Service) Register(kind string, run Run) {
	if _, twice := s.kinds[kind]; twice {
		panic("job: the kind " + kind + " is registered twice")
	}
	s.kinds[kind] = run
}

// Order is work to be done. Args must be writable as JSON and hold no personal
// data. While work with the same Key waits or runs, Add returns that instead.
type Order struct {
	Kind   string
	Survey string
	Key    string
	Back   string // address of the page where it is begun
	Args   any
	Input  io.Reader // what the work reads, such as a file that was sent; nil for none
}

// Add puts work into the queue. It refuses with job.many (the account has enough
// under way), job.full (all have) and store.unavailable.
func (s *Service) Add(ctx context.Context, by access.Actor, o Order) (*Job, error) {
	if err := by.Require(access.Agency); err != nil {
		return nil, err
	}
	if s.kinds[o.Kind] == nil {
		return nil, fmt.Errorf("job: no kind %q", o.Kind)
	}
	args, err := json.Marshal(o.Args)
	if err != nil {
		return nil, fmt.Errorf("job: arguments: %w", err)
	}
	j := &Job{
		ID: s.NewID(), Kind: o.Kind, Survey: o.Survey, Key: o.Key, Back: o.Back, By: by, Args: args,
		State: Waiting, MadeAt: s.Now().UTC(),
	}
	s.expect(j.ID, true)
	defer s.expect(j.ID, false)
	if o.Input != nil {
		if err := s.shelf.put(j.ID, o.Input); err != nil {
			return nil, err
		}
	}
	same, err := s.add(ctx, j)
	if err != nil || same != nil {
		return same, errors.Join(err, s.shelf.erase(j.ID, inSuffix))
	}
	s.rouse()
	return j, nil
}

// add stores a job, or returns the one that does the same already.
func (s *Service) add(ctx context.Context, j *Job) (same *Job, err error) {
	errSame := errors.New("the same is under way")
	entry := s.entry(j.By, "job.start", j.ID)
	entry.After = j.Brief()
	err = s.Store.AddJob(ctx, j, entry, func(open []*Job) error {
		if i := slices.IndexFunc(open, func(o *Job) bool { return j.Key != "" && o.Kind == j.Kind && o.Key == j.Key }); i >= 0 {
			same = open[i]
			return errSame
		}
		return s.room(j, open)
	})
	if errors.Is(err, errSame) {
		return same, nil
	}
	return nil, err
}

// room refuses work beyond the limits.
func (s *Service) room(j *Job, open []*Job) error {
	mine := 0
	for _, o := range open {
		if o.By.Name == j.By.Name {
			mine++
		}
	}
	switch {
	case mine >= s.Each:
		return fault.New(fault.TooMany, "job.many", "max", strconv.Itoa(s.Each))
	case len(open) >= s.Most:
		return fault.New(fault.TooMany, "job.full", "max", strconv.Itoa(s.Most))
	}
	return nil
}

// Cancel ends work that waits and stops work that runs; what it was writing is
// thrown away. Work that was just done stays done. It refuses with job.unknown and
// job.over.
func (s *Service) Cancel(ctx context.Context, by access.Actor, id string) (*Job, error) {
	if err := by.Require(access.Agency); err != nil {
		return nil, err
	}
	entry := s.entry(by, "job.cancel", id)
	j, err := s.Store.UpdateJob(ctx, id, &entry, func(j *Job) error { return j.cancel(s.Now()) })
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	t := s.tasks[id]
	s.mu.Unlock()
	if t != nil {
		t.stop(errStopped)
	}
	if j.Open() {
		return j, nil
	}
	return j, s.shelf.erase(id, inSuffix, partSuffix)
}

// Job returns one job with its progress of this moment.
func (s *Service) Job(ctx context.Context, by access.Actor, id string) (*Job, error) {
	if err := by.Require(access.Agency); err != nil {
		return nil, err
	}
	j, err := s.Store.Job(ctx, id)
	if err != nil {
		return nil, err
	}
	s.live(j)
	return j, nil
}

// Jobs returns the jobs of a survey, of all where it is empty, the newest first.
func (s *Service) Jobs(ctx context.Context, by access.Actor, survey string) ([]*Job, error) {
	if err := by.Require(access.Agency); err != nil {
		return nil, err
	}
	all, err := s.Store.Jobs(ctx)
	if err != nil {
		return nil, err
	}
	out := all[:0]
	for _, j := range all {
		if survey == "" || j.Survey == survey {
			s.live(j)
			out = append(out, j)
		}
	}
	return out, nil
}

// live puts the progress of this moment into a job that runs.
func (s *Service) live(j *Job) {
	s.mu.Lock()
	t := s.tasks[j.ID]
	s.mu.Unlock()
	if t != nil && j.State == Running {
		t.overlay(j)
	}
}

// Open opens the file that a job made, for whoever has the role of who began it.
// Who took it is an entry in the trail, made before anything is read. It refuses
// with job.unknown, job.notready, job.erased and job.nofile.
func (s *Service) Open(ctx context.Context, by access.Actor, id string) (*File, io.ReadCloser, error) {
	j, err := s.Store.Job(ctx, id)
	if err != nil {
		return nil, nil, err
	}
	if err := by.Require(j.By.Role); err != nil {
		return nil, nil, err
	}
	switch {
	case !j.Erased.IsZero():
		return nil, nil, fault.New(fault.NotFound, "job.erased")
	case !j.Ready():
		return nil, nil, fault.New(fault.NotFound, "job.notready")
	}
	entry := s.entry(by, "job.fetch", id)
	entry.After = j.Brief()
	if err := s.Store.Record(ctx, entry); err != nil {
		return nil, nil, err
	}
	r, err := s.shelf.open(id, outSuffix)
	return j.File, r, err
}

func (s *Service) entry(by access.Actor, action, id string) audit.Entry {
	return audit.Entry{At: s.Now(), Actor: by.Name, Role: string(by.Role), Action: action, Object: "job/" + id}
}
