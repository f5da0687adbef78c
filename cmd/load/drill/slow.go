package drill

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"golang.org/x/sys/unix"

	"minyi/cmd/load/drive"
	"minyi/cmd/load/stage"
)

// What the others may feel of the slow ones, and how much memory a slow
// connection may cost.
const (
	slowLimit  = 500 * time.Millisecond // for the 95th percentile
	slowTimes  = 4                      // times that without slow connections, where the machine is slow by itself
	slowMore   = 100 * time.Millisecond
	slowMemory = 512 << 20
)

// Slow hangs so many slow connections on the server, from several addresses of
// this machine: silent ones, headers and bodies that come a byte a second, and
// readers that take nothing. Ordinary residents must be served meanwhile. With
// wait it stays until the server must have cut off those that trickle.
func Slow(connections int, wait bool) func(context.Context, Options, *Outcome) error {
	return func(ctx context.Context, o Options, out *Outcome) error {
		if err := files(connections); err != nil {
			return err
		}
		const forms = 1500
		s, err := open(ctx, o, 2*forms+1)
		if err != nil {
			return err
		}
		defer func() { s.server.Kill() }()
		calm, err := s.ordinary(ctx, out, forms)
		if err != nil {
			return err
		}
		c := &crowd{site: s, path: s.links[forms].Path}
		if c.file, err = s.largeFile(ctx); err != nil {
			return err
		}
		held, dismiss := context.WithCancel(ctx)
		defer c.leave()
		defer dismiss()
		if err := c.gather(held, connections); err != nil {
			return err
		}
		busy, err := s.ordinary(ctx, out, forms)
		if err != nil {
			return err
		}
		if wait {
			c.outstay(ctx, out)
		}
		return c.judge(out, calm, busy)
	}
}

// judge holds the others' times and the server's memory against their bounds.
func (c *crowd) judge(out *Outcome, calm, busy time.Duration) error {
	_, peak, err := c.server.Memory()
	if err != nil {
		return err
	}
	out.count("connections", len(c.conns))
	out.count("cutoff", c.lost())
	out.time("alone", calm)
	out.time("among", busy)
	out.count("memory", int(peak>>20))
	if limit := max(slowLimit, slowTimes*calm+slowMore); busy > limit {
		out.wrong("the 95th percentile is %v among the slow, at most %v was allowed", busy, limit)
	}
	if peak > slowMemory {
		out.wrong("the server took %d MiB, at most %d MiB were allowed", peak>>20, slowMemory>>20)
	}
	return nil
}

// files raises the number of files that this process and the server may open.
func files(connections int) error {
	const spare = 1000
	want := uint64(connections + spare)
	var now unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_NOFILE, &now); err != nil {
		return fmt.Errorf("open files: %w", err)
	}
	next := unix.Rlimit{Cur: max(now.Max, want), Max: max(now.Max, want)}
	if unix.Setrlimit(unix.RLIMIT_NOFILE, &next) != nil {
		return &lackError{fmt.Sprintf("%d open files (ulimit -n)", want)}
	}
	return nil
}

// ordinary lets residents send forms and returns the 95th percentile.
func (s *site) ordinary(ctx context.Context, out *Outcome, forms int) (time.Duration, error) {
	links, err := s.take(forms)
	if err != nil {
		return 0, err
	}
	sheets, err := s.fillAll(ctx, links)
	if err != nil {
		return 0, err
	}
	const residents = 16
	l := drive.Load{Address: s.server.Address, Conns: residents, Timeout: patience, Good: []int{http.StatusOK}}
	for _, one := range sheets {
		l.Requests = append(l.Requests, one.request)
	}
	r := l.Run(ctx)
	if r.Good != int64(forms) {
		out.wrong("%d of %d ordinary residents were served: %v", r.Good, forms, r.Errors)
	}
	return r.Latency.Quantile(0.95), nil
}

// errNoFile means that the public page names no style sheet.
var errNoFile = errors.New("no style sheet on the public page")

// largeFile is the address of the style sheet that the public page names.
func (s *site) largeFile(ctx context.Context) (string, error) {
	_, page, err := stage.Get(ctx, "http://"+s.server.Address+"/")
	if err != nil {
		return "", err
	}
	_, rest, found := strings.Cut(string(page), `href="/static/`)
	path, _, _ := strings.Cut(rest, `"`)
	if !found {
		return "", errNoFile
	}
	return "/static/" + path, nil
}

// crowd are the slow connections.
type crowd struct {
	*site
	path string
	file string // something large that costs the server nothing to make

	mu    sync.Mutex
	conns []net.Conn
	gone  int
	crew  sync.WaitGroup
}

// kind is one way of being slow: what is sent at once, and what is sent again
// and again, a byte a second.
type kind struct {
	begin   string
	trickle byte // 0: nothing
	buffer  int  // receive buffer; 0: the usual
}

func (c *crowd) kinds() []kind {
	host := "Host: " + c.server.Address + "\r\n"
	const files = 40 // more than the buffers between two processes hold
	many := strings.Repeat("GET "+c.file+" HTTP/1.1\r\n"+host+"\r\n", files)
	return []kind{
		{},
		{begin: "GET / HTTP/1.1\r\n" + host + "X-Slow: ", trickle: 'x'},
		{begin: "POST " + c.path + " HTTP/1.1\r\n" + host +
			"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 60000\r\n\r\n_form=", trickle: 'x'},
		{begin: many, buffer: 2048},
	}
}

// gather opens the connections, some at a time, from several addresses.
func (c *crowd) gather(ctx context.Context, n int) error {
	const atOnce, addresses = 64, 50
	kinds := c.kinds()
	gate := make(chan struct{}, atOnce)
	var failures []error
	var dialling sync.WaitGroup
	for i := range n {
		gate <- struct{}{}
		dialling.Go(func() {
			defer func() { <-gate }()
			source := net.IPv4(127, 0, 1, byte(1+i%addresses))
			if err := c.join(ctx, source, kinds[i%len(kinds)]); err != nil {
				c.mu.Lock()
				failures = append(failures, err)
				c.mu.Unlock()
			}
		})
	}
	dialling.Wait()
	const tolerated = 100 // one in a hundred
	if len(failures) > n/tolerated {
		return errors.Join(failures[:3]...)
	}
	return nil
}

func (c *crowd) join(ctx context.Context, source net.IP, k kind) error {
	d := net.Dialer{LocalAddr: &net.TCPAddr{IP: source}, Timeout: patience}
	conn, err := d.DialContext(ctx, "tcp", c.server.Address)
	if err != nil {
		return err
	}
	if tcp, ok := conn.(*net.TCPConn); ok && k.buffer > 0 {
		_ = tcp.SetReadBuffer(k.buffer) // as small as the kernel lets it be
	}
	c.mu.Lock()
	c.conns = append(c.conns, conn)
	c.mu.Unlock()
	if _, err := conn.Write([]byte(k.begin)); err != nil {
		return err
	}
	if k.trickle != 0 {
		c.crew.Go(func() { c.trickle(ctx, conn, k.trickle) })
	}
	return nil
}

// trickle sends a byte a second until the server has had enough.
func (c *crowd) trickle(ctx context.Context, conn net.Conn, b byte) {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			if _, err := conn.Write([]byte{b}); err != nil {
				c.mu.Lock()
				c.gone++
				c.mu.Unlock()
				return
			}
		}
	}
}

// outstay waits longer than the server gives anybody for a request, and wants
// most of the trickling ones cut off.
func (c *crowd) outstay(ctx context.Context, out *Outcome) {
	const longer = 65 * time.Second
	select {
	case <-time.After(longer):
	case <-ctx.Done():
		return
	}
	if trickling := len(c.conns) / 2; c.lost() < trickling*9/10 {
		out.wrong("only %d of %d trickling connections were cut off after %v", c.lost(), trickling, longer)
	}
}

func (c *crowd) lost() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.gone
}

func (c *crowd) leave() {
	c.mu.Lock()
	for _, conn := range c.conns {
		_ = conn.Close() // over
	}
	c.mu.Unlock()
	c.crew.Wait()
}
