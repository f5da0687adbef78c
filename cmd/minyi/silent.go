package main

import (
	"errors"
	"io"
	"net"
	"sync"
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
