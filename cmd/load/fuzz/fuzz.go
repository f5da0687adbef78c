// Package fuzz sends malformed requests to every door that strangers reach: the
// resident's, the public's, sign-in, the programs' door, static files, the
// staff's doors without a sign-in, and bytes that are no HTTP at all. Nothing of
// that may make the server fail: no answer of 500 or more, no connection left
// without an answer, and it must serve as before at the end.
package fuzz

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"regexp"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"minyi/cmd/load/drive"
)

// Options say how much is sent.
type Options struct {
	Address  string // host:port of the server
	Requests int
	Seed     uint64
}

// Result is what came of it.
type Result struct {
	Sent    int64
	Status  map[int]int64 // answers by status
	Cut     int64         // connections that the server closed without an answer, as it may
	Hung    int64         // that were neither answered nor closed in time
	Bad     []Finding     // the first requests that made the server fail
	Failing int64         // how many there were
}

// Finding is a request that made the server fail.
type Finding struct {
	Request string // quoted, shortened
	What    string
}

// senders is how many send at once.
const senders = 32

// session is a fuzz under way.
type session struct {
	Options
	doors *Doors
	left  atomic.Int64
	mu    sync.Mutex
	sum   Result
}

// Run sends the requests. Half of the senders speak HTTP, half may not.
func Run(ctx context.Context, o Options, doors *Doors) *Result {
	s := &session{Options: o, doors: doors, sum: Result{Status: map[int]int64{}}}
	s.left.Store(int64(o.Requests))
	var crew sync.WaitGroup
	for n := range senders {
		d := dice{rand.New(rand.NewPCG(o.Seed, uint64(n)))} //nolint:gosec // a finding must be reproducible
		crew.Go(func() {
			if n%2 == 0 {
				s.framed(ctx, d)
			} else {
				s.raw(ctx, d)
			}
		})
	}
	crew.Wait()
	return &s.sum
}

const patience = 20 * time.Second

// source is an address of this machine that nobody has used yet: most doors let
// one network do only so much a minute.
func (d dice) source() net.IP {
	return net.IPv4(127, byte(1+d.IntN(250)), byte(d.IntN(256)), byte(1+d.IntN(250)))
}

// framed sends well-framed requests, a few from each address.
func (s *session) framed(ctx context.Context, d dice) {
	const each = 8
	for s.left.Load() > 0 && ctx.Err() == nil {
		conn := drive.NewConn(s.Address, d.source(), patience)
		for range each {
			if s.left.Add(-1) < 0 {
				break
			}
			request := d.request(s.doors)
			reply, err := conn.Send(ctx, request)
			switch {
			case err == nil:
				s.answered(request, reply.Status)
			case drive.Failure(err) == "timeout":
				s.hung(request)
			default:
				s.cut()
			}
		}
		conn.Close()
	}
}

// raw sends bytes, says that no more will come, and reads what comes back.
func (s *session) raw(ctx context.Context, d dice) {
	statusLine := regexp.MustCompile(`HTTP/1\.[01] (\d{3}) `)
	for s.left.Add(-1) >= 0 && ctx.Err() == nil {
		request := d.garbage(s.doors)
		back, err := s.throw(ctx, d, request)
		var timeout net.Error
		if errors.As(err, &timeout) && timeout.Timeout() {
			s.hung(request)
			continue
		}
		lines := statusLine.FindAllSubmatch(back, -1)
		if len(lines) == 0 {
			s.cut()
		}
		for _, one := range lines {
			status, _ := strconv.Atoi(string(one[1])) // three digits
			s.answered(request, status)
		}
	}
}

func (s *session) throw(ctx context.Context, d dice, request []byte) ([]byte, error) {
	dialer := net.Dialer{LocalAddr: &net.TCPAddr{IP: d.source()}, Timeout: patience}
	conn, err := dialer.DialContext(ctx, "tcp", s.Address)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(patience)); err != nil {
		return nil, err
	}
	tcp, ok := conn.(*net.TCPConn)
	if !ok {
		return nil, errors.New("no TCP")
	}
	_ = tcp.SetLinger(0) // a million closed connections would wait for a minute each
	if _, err := conn.Write(request); err != nil {
		return nil, err
	}
	_ = tcp.CloseWrite() // the server may have closed already
	const most = 1 << 20
	return io.ReadAll(io.LimitReader(conn, most))
}

func (s *session) answered(request []byte, status int) {
	const failing = 500
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sum.Sent++
	s.sum.Status[status]++
	if status >= failing {
		s.found(request, "status "+strconv.Itoa(status))
	}
}

func (s *session) hung(request []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sum.Sent++
	s.sum.Hung++
	s.found(request, "hung")
}

func (s *session) cut() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sum.Sent++
	s.sum.Cut++
}

// found keeps the first requests that made the server fail.
func (s *session) found(request []byte, what string) {
	const most, longest = 10, 1500
	s.sum.Failing++
	if len(s.sum.Bad) < most {
		short := bytes.Clone(request[:min(len(request), longest)])
		s.sum.Bad = append(s.sum.Bad, Finding{Request: fmt.Sprintf("%q", short), What: what})
	}
}
