package event

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"errors"
	"fmt"
	"time"

	"minyi/indicators/audit"
)

// Trail reads one half's trail.
type Trail interface {
	// Trail returns up to limit entries after the given place, oldest first.
	Trail(ctx context.Context, after int64, limit int) ([]audit.Entry, error)
	// FindTrail returns up to limit entries whose object or actor holds the text,
	// newest first.
	FindTrail(ctx context.Context, text string, limit int) ([]audit.Entry, error)
	// FindActs returns the entries of an action whose words after it are so, newest
	// first.
	FindActs(ctx context.Context, action, after string) ([]audit.Entry, error)
}

// Place is where a leaf stands in the log.
type Place struct {
	Logged bool
	Index  int64
	Size   int64  // of the log whose checkpoint the proof leads to
	Proof  string // C2SP tlog-proof: the path and the signed checkpoint
}

// Standing is how far the log has come.
type Standing struct {
	Size int64
	At   time.Time
	Note string // the signed checkpoint
	Keys []string
}

// Log is the public log.
type Log interface {
	// Origin names the log for good.
	Origin(ctx context.Context) (string, error)
	// Give appends leaves in random order; one that is there already is not appended
	// again.
	Give(ctx context.Context, leaves []Leaf) error
	Place(ctx context.Context, leaf Leaf) (Place, error)
	Standing(ctx context.Context) (Standing, error)
	// Leaves calls fn for every leaf of the log, in its order, and Others for those that
	// somebody else has put there.
	Leaves(ctx context.Context, fn func(Leaf) error) error
	Others(ctx context.Context, fn func(Leaf) error) error
}

// Row is an event as the programme half keeps it until it is in the log and after.
type Row struct {
	Half   Half
	Entry  int64
	Hash   string
	Action string
	Leaf   Leaf
	Day    int // days since 1970-01-01 in Shanghai on which it was given; 0: it waits
}

// Batch is what was given on a day.
type Batch struct {
	Day   int
	Given bool // the log has it
}

// Store keeps rows.
type Store interface {
	// Read returns the number of the last entry of each half that was looked at.
	Read(ctx context.Context) (map[Half]int64, error)
	// Keep adds rows and notes that a half's trail was looked at up to an entry.
	Keep(ctx context.Context, half Half, upto int64, rows []Row) error
	// Open makes the batch of a day of the first waiting rows, at most so many, and of
	// the rows of heads; it returns false where there is a batch of that day.
	Open(ctx context.Context, day, most int, heads []Row) (bool, error)
	// Batches returns all batches by day; with only, those that were not given.
	Batches(ctx context.Context, only bool) ([]Batch, error)
	// Given notes that the log has a batch.
	Given(ctx context.Context, day int) error
	// Rows returns all rows of a day, 0 those that wait; by half, entry and action.
	Rows(ctx context.Context, day int) ([]Row, error)
	// RowOf returns the rows of an entry.
	RowOf(ctx context.Context, half Half, entry int64) ([]Row, error)
}

// PerDay is the number of leaves of a day.
const PerDay = 64

// Config is what a Service needs.
type Config struct {
	Store  Store
	Log    Log
	Trails map[Half]Trail
	Secret []byte // blinds events and makes the leaves that fill a day up
	Zone   *time.Location
	Now    func() time.Time
}

// Service feeds the log and finds in it.
type Service struct{ Config }

// NewService makes a Service.
func NewService(c Config) *Service { return &Service{c} }

// Tend looks at what is new in the trails, and gives the log the leaves of the days
// that have begun. It may be repeated and cut short.
func (s *Service) Tend(ctx context.Context) error {
	if err := s.gather(ctx); err != nil {
		return err
	}
	if err := s.open(ctx); err != nil {
		return err
	}
	return s.give(ctx)
}

// stride is how many entries are read at once.
const stride = 2000

// gather turns new entries into rows.
func (s *Service) gather(ctx context.Context) error {
	origin, err := s.Log.Origin(ctx)
	if err != nil {
		return err
	}
	read, err := s.Store.Read(ctx)
	if err != nil {
		return err
	}
	for _, half := range Halves() {
		for at := read[half]; ; {
			entries, err := s.Trails[half].Trail(ctx, at, stride)
			if err != nil {
				return err
			}
			if len(entries) == 0 {
				break
			}
			rows, err := s.rows(half, entries, origin)
			if err != nil {
				return err
			}
			at = entries[len(entries)-1].Seq
			if err := s.Store.Keep(ctx, half, at, rows); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *Service) rows(half Half, entries []audit.Entry, origin string) (out []Row, err error) {
	for _, e := range entries {
		if _, ok := KindOf(e.Action); !ok || e.Outcome != audit.Done {
			continue
		}
		row, err := rowOf(Of(half, e, s.Secret), origin)
		if err != nil {
			return nil, err
		}
		out = append(out, row)
	}
	return out, nil
}

func rowOf(e Event, origin string) (Row, error) {
	leaf, err := e.Leaf(origin)
	return Row{Half: e.Half, Entry: e.Entry, Hash: e.Hash, Action: e.Action, Leaf: leaf}, err
}

// day counts the days of the programme's zone.
func (s *Service) day(at time.Time) int {
	_, offset := at.In(s.Zone).Zone()
	const seconds = 24 * 60 * 60
	return int((at.Unix() + int64(offset)) / seconds)
}

// catchUp is for how many days that passed unseen the log is filled up: a service
// that stood still for longer has a gap that everybody may see.
const catchUp = 400

// open makes the batch of every day that has begun since the last.
func (s *Service) open(ctx context.Context) error {
	all, err := s.Store.Batches(ctx, false)
	if err != nil {
		return err
	}
	today := s.day(s.Now())
	from := today
	if len(all) > 0 {
		from = max(all[len(all)-1].Day+1, today-catchUp)
	}
	if from > today {
		return nil
	}
	heads, err := s.heads(ctx)
	if err != nil {
		return err
	}
	for day := from; day <= today; day++ {
		add := heads
		if day < today {
			add = nil // of a day that passed unseen nobody knows which entry was its newest
		}
		if _, err := s.Store.Open(ctx, day, PerDay-len(Halves()), add); err != nil {
			return err
		}
	}
	return nil
}

// heads are the newest entries of both trails that were looked at.
func (s *Service) heads(ctx context.Context) (out []Row, err error) {
	origin, err := s.Log.Origin(ctx)
	if err != nil {
		return nil, err
	}
	read, err := s.Store.Read(ctx)
	if err != nil {
		return nil, err
	}
	for _, half := range Halves() {
		if read[half] == 0 {
			continue
		}
		last, err := s.Trails[half].Trail(ctx, read[half]-1, 1)
		if err != nil || len(last) == 0 {
			return nil, errors.Join(err, fmt.Errorf("event: entry %d of the trail of %s is missing", read[half], half))
		}
		row, err := rowOf(headOf(half, last[0], s.Secret), origin)
		if err != nil {
			return nil, err
		}
		out = append(out, row)
	}
	return out, nil
}

// give hands the open batches to the log.
func (s *Service) give(ctx context.Context) error {
	waiting, err := s.Store.Batches(ctx, true)
	if err != nil || len(waiting) == 0 {
		return err
	}
	var leaves []Leaf
	for _, b := range waiting {
		all, err := s.leaves(ctx, b.Day)
		if err != nil {
			return err
		}
		leaves = append(leaves, all...)
	}
	if err := s.Log.Give(ctx, leaves); err != nil {
		return err
	}
	for _, b := range waiting {
		if err := s.Store.Given(ctx, b.Day); err != nil {
			return err
		}
	}
	return nil
}

// leaves are those of a day: its rows, filled up.
func (s *Service) leaves(ctx context.Context, day int) ([]Leaf, error) {
	rows, err := s.Store.Rows(ctx, day)
	if err != nil {
		return nil, err
	}
	out := make([]Leaf, 0, PerDay)
	for _, r := range rows {
		out = append(out, r.Leaf)
	}
	for n := len(out); n < PerDay; n++ {
		mac := hmac.New(sha256.New, s.Secret)
		_, _ = fmt.Fprintf(mac, "minyi/event-fill/v1\n%d\n%d", day, n)
		out = append(out, Leaf(mac.Sum(nil)))
	}
	return out, nil
}
