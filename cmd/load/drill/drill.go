// Package drill holds the fault drills: what residents and the database see of a
// real server process when it is killed, when its disk fails, when the network
// cuts, and when thousands of slow connections hang on it. A drill passes when
// no receipt was false, no answer was lost or doubled, and the others were
// served.
package drill

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"time"

	"minyi/cmd/load/drive"
	"minyi/cmd/load/paper"
	"minyi/cmd/load/stage"
)

// Verdict is how a drill ended.
type Verdict string

// The verdicts.
const (
	Passed Verdict = "passed"
	Failed Verdict = "failed"
	NotRun Verdict = "notrun" // the machine lacks something
)

// Outcome is what a drill came to.
type Outcome struct {
	ID      string            `json:"id,omitempty"` // its number in the service's checklist
	Drill   string            `json:"drill"`
	Verdict Verdict           `json:"verdict"`
	Counts  map[string]string `json:"counts"`
	Wrong   []string          `json:"wrong,omitempty"` // what is wrong, the first of it
	Took    float64           `json:"seconds"`
}

// Options are what all drills need.
type Options struct {
	Dir    string // scratch folder
	Binary string // the minyi binary
	Self   string // this program
	Seed   uint64
}

// Run runs one drill and judges it.
func Run(ctx context.Context, o Options, name string, drill func(context.Context, Options, *Outcome) error) Outcome {
	out := Outcome{Drill: name, Verdict: Passed, Counts: map[string]string{}}
	begin := time.Now()
	o.Dir = filepath.Join(o.Dir, name)
	err := os.MkdirAll(o.Dir, 0o700)
	if err == nil {
		err = drill(ctx, o, &out)
	}
	var lacks *lackError
	switch {
	case errors.As(err, &lacks):
		out.Verdict = NotRun
		out.Counts["needs"] = lacks.what
	case err != nil:
		out.wrong("%v", err)
	}
	if len(out.Wrong) > 0 {
		out.Verdict = Failed
	}
	out.Took = time.Since(begin).Seconds()
	return out
}

// lackError means that the machine lacks something that a drill needs.
type lackError struct{ what string }

// Error names what is lacking.
func (e *lackError) Error() string { return "needs " + e.what }

// most is how many wrongs are written down.
const most = 20

func (o *Outcome) wrong(format string, args ...any) {
	if len(o.Wrong) < most {
		o.Wrong = append(o.Wrong, fmt.Sprintf(format, args...))
	}
}

func (o *Outcome) count(name string, n int) { o.Counts[name] = strconv.Itoa(n) }

func (o *Outcome) time(name string, d time.Duration) {
	o.Counts[name] = strconv.FormatFloat(d.Seconds(), 'f', 3, 64)
}

// site is a service under drill.
type site struct {
	Options
	folder *stage.Folder
	start  stage.Command
	server *stage.Server
	links  []stage.Link
}

// open prepares a folder with so many links and starts the service on it.
func open(ctx context.Context, o Options, links int) (*site, error) {
	dir := filepath.Join(o.Dir, "data")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	folder, err := stage.Prepare(ctx, dir, links)
	if err != nil {
		return nil, err
	}
	s := &site{Options: o, folder: folder}
	if s.start, err = stage.Serve(o.Binary, dir); err != nil {
		return nil, err
	}
	if err := s.up(ctx); err != nil {
		return nil, err
	}
	agency, err := stage.Enter(ctx, "http://"+s.server.Address, folder.Agency)
	if err == nil {
		s.links, err = agency.Links(ctx, folder)
	}
	if err != nil {
		return nil, errors.Join(err, s.server.Stop())
	}
	return s, nil
}

func (s *site) up(ctx context.Context) error {
	server, err := stage.Start(ctx, s.start)
	if err == nil {
		s.server = server
	}
	return err
}

// errLinks means that a drill was given too few links.
var errLinks = errors.New("no links left")

func (s *site) take(n int) ([]stage.Link, error) {
	if n > len(s.links) {
		return nil, errLinks
	}
	taken := s.links[:n:n]
	s.links = s.links[n:]
	return taken, nil
}

// sheet is a form as a resident has sent it, or is about to.
type sheet struct {
	link    stage.Link
	request []byte
	receipt string // empty: none was seen
}

const (
	patience = 20 * time.Second
	comment  = 20 // characters
)

// fill opens a link and fills its form in.
func (s *site) fill(ctx context.Context, conn *drive.Conn, link stage.Link, chance *rand.Rand) (*sheet, error) {
	reply, err := conn.Send(ctx, []byte("GET "+link.Path+"?view=all HTTP/1.1\r\nHost: "+s.server.Address+"\r\n\r\n"))
	if err != nil {
		return nil, err
	}
	if reply.Status != http.StatusOK {
		return nil, fmt.Errorf("%s: %w %d", link.Path, errStatus, reply.Status)
	}
	form, err := paper.ReadForm(reply.Body)
	if err != nil {
		return nil, err
	}
	body := form.Body(chance, comment)
	request := fmt.Appendf(nil, "POST %s HTTP/1.1\r\nHost: %s\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n%s",
		link.Path, s.server.Address, len(body), body)
	return &sheet{link: link, request: request}, nil
}

// errStatus is an answer with another status than it should have.
var errStatus = errors.New("status")

// fillAll fills in the forms of many links.
func (s *site) fillAll(ctx context.Context, links []stage.Link) ([]*sheet, error) {
	const crew = 8
	out := make([]*sheet, len(links))
	failures := make([]error, crew)
	var all sync.WaitGroup
	for w := range crew {
		all.Go(func() {
			conn := drive.NewConn(s.server.Address, nil, patience)
			defer conn.Close()
			for i := w; i < len(links) && failures[w] == nil; i += crew {
				out[i], failures[w] = s.fill(ctx, conn, links[i], s.chance(uint64(i)))
			}
		})
	}
	all.Wait()
	return out, errors.Join(failures...)
}

// chance is a source of its own for every number.
func (s *site) chance(n uint64) *rand.Rand {
	return rand.New(rand.NewPCG(s.Seed, n)) //nolint:gosec // a drill must be reproducible
}

// send sends forms over some connections at once. each is told what came.
func (s *site) send(ctx context.Context, sheets []*sheet, conns int, each func(*sheet, drive.Reply, error)) {
	s.sendWithin(ctx, patience, sheets, conns, each)
}

// sendWithin is send with another patience.
func (s *site) sendWithin(ctx context.Context, patience time.Duration, sheets []*sheet, conns int, each func(*sheet, drive.Reply, error)) {
	var next int
	var mu sync.Mutex
	take := func() *sheet {
		mu.Lock()
		defer mu.Unlock()
		if next == len(sheets) {
			return nil
		}
		next++
		return sheets[next-1]
	}
	var crew sync.WaitGroup
	for range conns {
		crew.Go(func() {
			conn := drive.NewConn(s.server.Address, nil, patience)
			defer conn.Close()
			for one := take(); one != nil; one = take() {
				reply, err := conn.Send(ctx, one.request)
				mu.Lock()
				each(one, reply, err)
				mu.Unlock()
			}
		})
	}
	crew.Wait()
}

// settled sends forms again and notes what is wrong: every one must be answered
// with a receipt, and with the one that was seen before.
func (s *site) settled(ctx context.Context, out *Outcome, sheets []*sheet) {
	s.send(ctx, sheets, 16, func(one *sheet, r drive.Reply, err error) {
		receipt := paper.Receipt(r.Body)
		switch {
		case err != nil || r.Status != http.StatusOK || receipt == "":
			out.wrong("%s: sent again: status %d, receipt %q, %v", one.link.Path, r.Status, receipt, err)
		case one.receipt != "" && one.receipt != receipt:
			out.wrong("%s: sent again: receipt %q, before it was %q", one.link.Path, receipt, one.receipt)
		default:
			one.receipt = receipt
		}
	})
}

// closing stops the service and holds what its database has against the number
// of answers that were acknowledged, each by a link of its own.
func (s *site) closing(ctx context.Context, out *Outcome, answers int) error {
	if err := s.server.Stop(); err != nil {
		out.wrong("%v", err)
	}
	if err := stage.Doctor(ctx, s.Binary, s.folder.Dir); err != nil {
		out.wrong("%v", err)
	}
	h, err := s.folder.Examine(ctx, s.folder.Dir)
	if err != nil {
		return err
	}
	out.count("stored", h.Stored)
	if h.Stored != answers || h.SpentLinks() != answers || len(h.Wrong) > 0 {
		out.wrong("%d acknowledged, %d stored, %d links spent; check: %v", answers, h.Stored, h.SpentLinks(), h.Wrong)
	}
	return nil
}
