// Package measure lets the product's door and its baselines take turns under
// load on this machine, and holds the medians of their ratios against the goals
// and floors. Absolute figures of a shared machine move two to three times
// within an hour, ratios hardly: so everything is measured in the same run, in
// turns.
package measure

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"

	"minyi/cmd/load/drive"
	"minyi/cmd/load/stage"
)

// Options say what is measured.
type Options struct {
	Dir         string // scratch folder, on the disk that is to be measured
	Binary      string // the minyi binary
	Self        string // this program, for the baselines
	Conns       []int  // numbers of connections
	Rounds      int
	Submissions int // of one turn
	Pages       int // of one turn
	Comment     int // Chinese characters of the comment
	Stored      int // answers that a second service holds already; 0: no such service
	PocketBase  string
	Bare        string // the service built without commitments; empty: not measured
	Plain       bool   // ask for answers that are not compressed
	Seed        uint64
	Say         func(string) // takes a line about the progress
}

// session is a measurement under way.
type session struct {
	Options
	door, full *contestant
	bare       *contestant
	none, each *stage.Server
	pocket     *pocket
	papers     papers
	samples    [][]byte // requests that the baselines are sent
	turns      []Turn
	servers    []*stage.Server
}

// contestant is a service with its unspent links.
type contestant struct {
	server *stage.Server
	links  []stage.Link
}

// errLinks means that there are not enough links left.
var errLinks = errors.New("no links left")

func (c *contestant) take(n int) ([]stage.Link, error) {
	if n > len(c.links) {
		return nil, errLinks
	}
	taken := c.links[:n:n]
	c.links = c.links[n:]
	return taken, nil
}

// Run prepares a service and the baselines, measures them and returns every
// turn.
func Run(ctx context.Context, o Options) ([]Turn, error) {
	s := &session{Options: o}
	defer s.stop()
	if err := s.open(ctx); err != nil {
		return nil, err
	}
	return s.turns, s.rounds(ctx, s.everybody)
}

// Remote measures the door of a service that runs already, with links that its
// agency has handed out; pid is the number of its process, 0 where it is not on
// this machine. The links are used up; where they are too few, turns are shorter.
func Remote(ctx context.Context, o Options, address string, pid int, paths []string) ([]Turn, error) {
	s := &session{Options: o, door: &contestant{server: stage.Running(address, pid)}}
	for _, path := range paths {
		s.door.links = append(s.door.links, stage.Link{Path: path})
	}
	turns := o.Rounds*len(o.Conns) + 1
	if s.Submissions = min(o.Submissions, (len(paths)-1)/turns); s.Submissions < 1 {
		return nil, errLinks
	}
	if err := s.learn(ctx); err != nil {
		return nil, err
	}
	return s.turns, s.rounds(ctx, func(ctx context.Context, round, conns int) error {
		return errors.Join(s.post(ctx, Door, s.door, round, drive.Load{Conns: conns}), s.pages(ctx, round, conns))
	})
}

func (s *session) stop() {
	for _, one := range s.servers {
		_ = one.Stop() // measured is measured
	}
}

// rounds lets one turn after the other be taken.
func (s *session) rounds(ctx context.Context, round func(ctx context.Context, round, conns int) error) error {
	for n := range s.Rounds {
		for _, conns := range s.Conns {
			if err := round(ctx, n, conns); err != nil {
				return err
			}
		}
	}
	return s.openLoop(ctx)
}

// everybody takes one turn at a number of connections.
func (s *session) everybody(ctx context.Context, round, conns int) error {
	if err := s.doors(ctx, round, conns); err != nil {
		return err
	}
	if err := s.take(ctx, None, s.none, round, drive.Load{Conns: conns, Requests: s.samples}); err != nil {
		return err
	}
	if s.full != nil {
		if err := s.post(ctx, Full, s.full, round, drive.Load{Conns: conns}); err != nil {
			return err
		}
	}
	if err := s.pages(ctx, round, conns); err != nil {
		return err
	}
	const slower = 5 // a transaction a request is slow: a fifth of the requests
	if err := s.take(ctx, Each, s.each, round, drive.Load{Conns: conns, Requests: s.samples[:len(s.samples)/slower]}); err != nil {
		return err
	}
	if s.pocket == nil {
		return nil
	}
	creates := drive.Load{Conns: conns, Requests: s.pocket.creates(len(s.samples)/slower, s.Comment, s.Seed)}
	return s.take(ctx, PocketBase, s.pocket.server, round, creates)
}

// doors lets the door take its turn and, where it is measured, the build without
// commitments: who begins changes from round to round, since the first finds the disk
// as the slowest left it.
func (s *session) doors(ctx context.Context, round, conns int) error {
	door := func() error { return s.post(ctx, Door, s.door, round, drive.Load{Conns: conns}) }
	if s.bare == nil {
		return door()
	}
	bare := func() error { return s.post(ctx, Bare, s.bare, round, drive.Load{Conns: conns}) }
	if round%2 == 1 {
		door, bare = bare, door
	}
	if err := door(); err != nil {
		return err
	}
	return bare()
}

// post opens links of a service, which is not measured, and sends the forms,
// which is.
func (s *session) post(ctx context.Context, who Contender, c *contestant, round int, l drive.Load, around ...wrap) error {
	links, err := c.take(s.Submissions)
	if err != nil {
		return err
	}
	if l.Requests, err = forms(ctx, c.server, &s.papers, links, s.Options); err != nil {
		return err
	}
	return s.take(ctx, who, c.server, round, l, around...)
}

// wrap is something done around a turn.
type wrap func(turn func() error) error

// pages opens pages of links that are not used up by that.
func (s *session) pages(ctx context.Context, round, conns int, around ...wrap) error {
	if s.Pages == 0 || len(s.door.links) == 0 {
		return nil
	}
	gets := make([][]byte, s.Pages)
	for i := range gets {
		gets[i] = Get(s.door.server.Address, s.door.links[i%len(s.door.links)].Path+"?view=all", s.Plain)
	}
	return s.take(ctx, Page, s.door.server, round, drive.Load{Conns: conns, Requests: gets}, around...)
}

func (s *session) take(ctx context.Context, who Contender, server *stage.Server, round int, l drive.Load, around ...wrap) error {
	play := func() error {
		t, err := turn(ctx, who, server, l)
		if err != nil {
			return err
		}
		t.Round = round
		s.turns = append(s.turns, t)
		s.Say(t.String())
		return nil
	}
	for _, w := range around {
		inner := play
		play = func() error { return w(inner) }
	}
	return play()
}

// openLoop sends forms when they are due, at half of the closed loop's rate.
func (s *session) openLoop(ctx context.Context) error {
	const conns = 256
	peak := median(s.turns, Door, s.Conns[0], func(t Turn) float64 { return t.Rate })
	return s.post(ctx, Open, s.door, 0, drive.Load{Conns: conns, Rate: peak / 2})
}

// thanks is the file that holds the bytes of the page of thanks.
func (s *session) thanks() string { return filepath.Join(s.Dir, "thanks") }

// note says a line of numbers about the progress.
func (s *session) note(what string, n int) { s.Say(fmt.Sprintf("%-14s %d", what, n)) }
