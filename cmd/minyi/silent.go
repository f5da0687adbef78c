package main

import (
	"errors"
	"io"
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// silent are the connections that nothing has come over yet.
type silent struct {
	mu    sync.Mutex
	conns map[net.Conn]bool
	over  bool
}

func (s *silent) add(c net.Conn) net.Conn {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.over {
		_ = c.Close()
	}
	s.conns[c] = true
	return &newConn{Conn: c, silent: s}
}

func (s *silent) remove(c net.Conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.conns, c)
}

func (s *silent) hangUp() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.over = true
	for c := range s.conns {
		_ = c.Close()
	}
}

// newConn is silent until the first byte comes, or it is closed.
type newConn struct {
	net.Conn
	silent *silent
	once   sync.Once

	read, write atomic.Int64 // the deadlines that stand, in nanoseconds since 1970; 0: none
}

// grain is how much later a new deadline must be to be worth setting: the server
// sets one before each reading and each writing, and each moves a timer.
const grain = time.Second

// SetReadDeadline moves the deadline of reading. It may stand up to a second
// before what is asked for.
func (c *newConn) SetReadDeadline(t time.Time) error {
	if !moved(&c.read, t) {
		return nil
	}
	return c.Conn.SetReadDeadline(t)
}

// SetWriteDeadline moves the deadline of writing, likewise.
func (c *newConn) SetWriteDeadline(t time.Time) error {
	if !moved(&c.write, t) {
		return nil
	}
	return c.Conn.SetWriteDeadline(t)
}

// SetDeadline moves both.
func (c *newConn) SetDeadline(t time.Time) error {
	c.read.Store(0)
	c.write.Store(0)
	return c.Conn.SetDeadline(t)
}

// moved notes a deadline, and reports whether it must be set.
func moved(stands *atomic.Int64, t time.Time) bool {
	if t.IsZero() {
		stands.Store(0)
		return true
	}
	at := t.UnixNano()
	if was := stands.Load(); was != 0 && at >= was && at-was < int64(grain) {
		return false
	}
	stands.Store(at)
	return true
}

// Read reads, and ends the silence with the first byte. That we hung up is the
// plain end of the connection, not an error to be reported.
func (c *newConn) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	if n > 0 {
		c.once.Do(func() { c.silent.remove(c.Conn) })
	} else if errors.Is(err, net.ErrClosed) {
		return 0, io.EOF
	}
	return n, err
}

// Close closes the connection.
func (c *newConn) Close() error {
	c.once.Do(func() { c.silent.remove(c.Conn) })
	return c.Conn.Close()
}
