// Package rehearsal plays a made-up round on real rules: real units apply with
// invented dossiers, invented assessors mark them and invented residents answer.
// Everybody acts through the server's own HTTP doors, signs in where a person
// would, and sees only pages; nothing goes through the back of a store. One seed
// decides everything that is invented.
//
// What has been played is kept in the data folder, so that a round goes on where
// it was. It is never part of the real service.
package rehearsal

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"minyi/indicators/roster"
)

// firstYear is the round that a rehearsal plays unless another is named.
const firstYear = 2020

// Clock is the programme clock, which only goes forward.
type Clock interface {
	Now() time.Time
	Forward(to time.Time) error
}

// Config is what a rehearsal needs.
type Config struct {
	Server    string            // where to reach the server: scheme, host and port
	Dir       string            // data folder; the progress is kept in it
	Seed      uint64            // decides all that is made up
	Residents int               // how many one-time links have been answered by 15 September
	Accounts  []Account         // two each of office, agency and assessor, an inspector, an applicant a unit
	Year      int               // of the round; 0 is 2020
	Units     []roster.UnitCode // of the twelve those that apply; none: all
	Clock     Clock
	Witnessed bool // the service keeps the signatures of Witnesses, who look at the end of every Play
	Log       *slog.Logger
}

// Rehearsal plays one round.
type Rehearsal struct {
	plan
	cfg   Config
	state *progress
	roads *http.Transport

	mu      sync.Mutex // one Play at a time
	signing sync.Mutex // guards people
	people  map[string]*visitor
}

// plan is what the seed decides before anybody acts.
type plan struct {
	seed     uint64
	year     int // of the round
	register *roster.Register
	cast     []applicant
}

// New prepares a rehearsal; nothing is played yet. A folder that already holds
// one keeps its own seed and number of residents.
func New(cfg Config) (*Rehearsal, error) {
	year := cmp.Or(cfg.Year, firstYear)
	state, err := openProgress(cfg.Dir, year, cfg.Seed, cfg.Residents)
	if err != nil {
		return nil, err
	}
	register, err := roster.Load()
	if err != nil {
		return nil, fmt.Errorf("rehearsal: %w", err)
	}
	units, err := cast(state.Seed, register, year, cfg.Units)
	if err != nil {
		return nil, fmt.Errorf("rehearsal: %w", err)
	}
	return &Rehearsal{
		plan: plan{seed: state.Seed, year: year, register: register, cast: units}, cfg: cfg, state: state,
		roads: newRoads(), people: map[string]*visitor{},
	}, nil
}

// Close lets the connections go.
func (r *Rehearsal) Close() { r.roads.CloseIdleConnections() }

// scene is one thing that people do at one time of the programme.
type scene struct {
	name string // kept in the progress: never reused for something else
	at   time.Time
	play func(context.Context) error
}

// Play moves the programme clock forward to the given time and plays, in order,
// everything that people do up to then and have not done yet. It may be called
// again after a failure: what is done is not done twice.
func (r *Rehearsal) Play(ctx context.Context, to time.Time) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, s := range r.scenes() {
		if s.at.After(to) || r.state.done(s.name) {
			continue
		}
		if err := r.forward(s.at); err != nil {
			return err
		}
		started := time.Now()
		if err := s.play(ctx); err != nil {
			return fmt.Errorf("rehearsal: %s: %w", s.name, err)
		}
		if err := r.state.finish(s.name); err != nil {
			return err
		}
		r.cfg.Log.InfoContext(ctx, "played", slog.String("scene", s.name), slog.Duration("took", time.Since(started)))
	}
	return errors.Join(r.forward(to), r.look(ctx))
}

// forward moves the clock, unless it is later already.
func (r *Rehearsal) forward(to time.Time) error {
	if !to.After(r.cfg.Clock.Now()) {
		return nil
	}
	if err := r.cfg.Clock.Forward(to); err != nil {
		return fmt.Errorf("rehearsal: %w", err)
	}
	return nil
}

// errNobody means that the demo has no account for a part of the play.
var errNobody = errors.New("no account")

// person returns the nth account of a role, signed in.
func (r *Rehearsal) person(ctx context.Context, role string, nth int) (*visitor, error) {
	for _, a := range r.cfg.Accounts {
		if a.Role != role {
			continue
		}
		if nth == 0 {
			return r.signIn(ctx, a)
		}
		nth--
	}
	return nil, fmt.Errorf("%w of role %s", errNobody, role)
}

// contact returns the account of a unit, signed in.
func (r *Rehearsal) contact(ctx context.Context, unit roster.UnitCode) (*visitor, error) {
	for _, a := range r.cfg.Accounts {
		if a.Role == "applicant" && a.Unit == string(unit) {
			return r.signIn(ctx, a)
		}
	}
	return nil, fmt.Errorf("%w of unit %s", errNobody, unit)
}

// signIn signs an account in once; people stay signed in over a play.
func (r *Rehearsal) signIn(ctx context.Context, a Account) (*visitor, error) {
	r.signing.Lock()
	v := r.people[a.Name]
	r.signing.Unlock()
	if v != nil && v.stillIn(ctx) {
		return v, nil
	}
	v = newVisitor(r.cfg.Server, r.roads)
	page, err := v.get(ctx, "/login")
	if err != nil {
		return nil, err
	}
	if _, err := v.submit(ctx, page, map[string]string{"name": a.Name, "password": a.Password}); err != nil {
		return nil, fmt.Errorf("sign in %s: %w", a.Name, err)
	}
	r.signing.Lock()
	r.people[a.Name] = v
	r.signing.Unlock()
	return v, nil
}

// stillIn reports whether the session lives: the page for one's own password
// does not lead away.
func (v *visitor) stillIn(ctx context.Context) bool {
	page, err := v.get(ctx, "/password")
	return err == nil && page.address.Path == "/password"
}

// each runs work for every element, some at a time, and stops at the first
// failure.
func each[T any](ctx context.Context, workers int, list []T, work func(context.Context, T) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	queue := make(chan T)
	var crew sync.WaitGroup
	for range workers {
		crew.Go(func() {
			for one := range queue {
				if ctx.Err() != nil {
					continue
				}
				if err := work(ctx, one); err != nil {
					cancel(err)
				}
			}
		})
	}
	for _, one := range list {
		queue <- one
	}
	close(queue)
	crew.Wait()
	return context.Cause(ctx)
}
