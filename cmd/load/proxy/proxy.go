// Package proxy is a bad network between a client and a server on this machine:
// it passes bytes on until a connection's fate is reached, and then cuts, resets
// or swallows. It knows bytes only.
package proxy

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// Kind is how a connection ends before its time.
type Kind int

// The kinds.
const (
	Whole   Kind = iota // nothing happens
	Request             // cut after so many bytes of requests
	Answer              // cut after so many bytes of answers
	Swallow             // after so many bytes of requests all answers are lost; the connection stays
	Refuse              // cut before a byte
	Late                // the first answer comes late
)

// Fate is what befalls one connection.
type Fate struct {
	Kind  Kind
	After int           // bytes
	Reset bool          // ends with RST, else with FIN
	Delay time.Duration // of the first answer, for Late
	Line  *Line         // nil: as fast as this machine is
}

// Proxy is a listener that passes on to a server.
type Proxy struct {
	target string
	l      net.Listener
	fate   func() Fate
	struck atomic.Int64
	crew   sync.WaitGroup

	mu    sync.Mutex
	conns map[net.Conn]bool
	over  bool
}

// Open starts a proxy before target (host:port); fate is asked once a
// connection, from several goroutines.
func Open(ctx context.Context, target string, fate func() Fate) (*Proxy, error) {
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("proxy: %w", err)
	}
	p := &Proxy{target: target, l: l, fate: fate, conns: map[net.Conn]bool{}}
	p.crew.Go(func() { p.accept(ctx) })
	return p, nil
}

// Address is host:port of the proxy.
func (p *Proxy) Address() string { return p.l.Addr().String() }

// Struck counts the connections that were cut, swallowed or held up.
func (p *Proxy) Struck() int64 { return p.struck.Load() }

// Close hangs up on everybody and waits for the end.
func (p *Proxy) Close() error {
	err := p.l.Close()
	p.mu.Lock()
	p.over = true
	for c := range p.conns {
		_ = c.Close() // over
	}
	p.mu.Unlock()
	p.crew.Wait()
	return err
}

func (p *Proxy) accept(ctx context.Context) {
	for {
		c, err := p.l.Accept()
		if err != nil {
			return
		}
		p.crew.Go(func() { p.pass(ctx, c) })
	}
}

func (p *Proxy) keep(c net.Conn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.conns[c] = true
	if p.over {
		_ = c.Close() // over
	}
}

func (p *Proxy) drop(c net.Conn) {
	p.mu.Lock()
	delete(p.conns, c)
	p.mu.Unlock()
	_ = c.Close() // closing twice does no harm
}

// pass joins one connection with the server.
func (p *Proxy) pass(ctx context.Context, client net.Conn) {
	p.keep(client)
	defer p.drop(client)
	f := p.fate()
	if f.Kind == Refuse {
		p.cut(f, client)
		return
	}
	server, err := (&net.Dialer{}).DialContext(ctx, "tcp", p.target)
	if err != nil {
		return
	}
	p.keep(server)
	defer p.drop(server)
	var both sync.WaitGroup
	both.Go(func() { p.requests(f, server, client) })
	both.Go(func() { p.answers(f, client, server) })
	both.Wait()
}

// errFate ends a copy at its fate.
var errFate = errors.New("fate")

func (p *Proxy) requests(f Fate, server, client net.Conn) {
	to := io.Writer(server)
	if f.Kind == Request {
		to = &limited{to: server, left: f.After}
	}
	if _, err := io.Copy(f.Line.over(to), client); errors.Is(err, errFate) {
		p.cut(f, client, server)
		return
	}
	half(server)
}

func (p *Proxy) answers(f Fate, client, server net.Conn) {
	to := io.Writer(client)
	switch f.Kind {
	case Answer:
		to = &limited{to: client, left: f.After}
	case Swallow:
		p.struck.Add(1)
		to = io.Discard
	case Late:
		p.struck.Add(1)
		to = &late{to: client, delay: f.Delay}
	default: // the answers pass
	}
	if _, err := io.Copy(f.Line.over(to), server); errors.Is(err, errFate) {
		p.cut(f, client, server)
		return
	}
	half(client)
}

// cut ends connections as the fate says.
func (p *Proxy) cut(f Fate, conns ...net.Conn) {
	p.struck.Add(1)
	for _, c := range conns {
		if tcp, ok := c.(*net.TCPConn); ok && f.Reset {
			_ = tcp.SetLinger(0) // the close sends RST
		}
		_ = c.Close() // cut
	}
}

func half(c net.Conn) {
	if tcp, ok := c.(*net.TCPConn); ok {
		_ = tcp.CloseWrite() // the other side has ended
	}
}

// limited passes so many bytes on.
type limited struct {
	to   io.Writer
	left int
}

// Write passes on what is left to be passed.
func (l *limited) Write(b []byte) (int, error) {
	if len(b) <= l.left {
		l.left -= len(b)
		return l.to.Write(b)
	}
	n, err := l.to.Write(b[:l.left])
	l.left = 0
	if err == nil {
		err = errFate
	}
	return n, err
}

// late waits before the first byte.
type late struct {
	to    io.Writer
	delay time.Duration
}

// Write waits once.
func (l *late) Write(b []byte) (int, error) {
	time.Sleep(l.delay)
	l.delay = 0
	return l.to.Write(b)
}
