package drive

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strconv"
	"time"
)

// Conn is one keep-alive connection with one request in flight. It writes bytes
// that are ready and reads no more of an answer than it must: the cores are the
// server's.
type Conn struct {
	address string
	source  net.IP // own address; nil: any
	timeout time.Duration
	conn    net.Conn
	in      *bufio.Reader
	body    []byte
	used    int
	later   bool // of the answer that is read
}

// Reply is what came back. Body is valid until the next Send.
type Reply struct {
	Status int
	Body   []byte
	Later  bool // one that could not be given says when to ask again (Retry-After)
}

// NewConn returns a connection to host:port that is dialled when it is first
// used, and again after a failure. source, where it is not nil, is the address
// that it comes from. A request that takes longer than timeout fails.
func NewConn(address string, source net.IP, timeout time.Duration) *Conn {
	return &Conn{address: address, source: source, timeout: timeout}
}

// renew is how many requests share one deadline: setting it costs a microsecond.
const renew = 32

// Send writes a request and reads its answer.
func (c *Conn) Send(ctx context.Context, request []byte) (Reply, error) {
	if err := c.ready(ctx); err != nil {
		return Reply{}, err
	}
	reply, more, err := c.exchange(request)
	if err != nil || !more {
		c.Close()
	}
	return reply, err
}

// Close hangs up; the next Send dials again.
func (c *Conn) Close() {
	if c.conn != nil {
		_ = c.conn.Close()
		c.conn = nil
	}
}

// errDial marks a connection that did not come about.
var errDial = errors.New("dial")

func (c *Conn) ready(ctx context.Context) error {
	if c.conn == nil {
		d := net.Dialer{Timeout: c.timeout}
		if c.source != nil {
			d.LocalAddr = &net.TCPAddr{IP: c.source}
		}
		conn, err := d.DialContext(ctx, "tcp", c.address)
		if err != nil {
			return fmt.Errorf("%w: %w", errDial, err)
		}
		const readBuffer = 16 << 10
		c.conn, c.in, c.used = conn, bufio.NewReaderSize(conn, readBuffer), 0
	}
	if c.used%renew == 0 {
		if err := c.conn.SetDeadline(time.Now().Add(c.timeout)); err != nil {
			return fmt.Errorf("%w: %w", errDial, err)
		}
	}
	c.used++
	return nil
}

func (c *Conn) exchange(request []byte) (Reply, bool, error) {
	if _, err := c.conn.Write(request); err != nil {
		return Reply{}, false, fmt.Errorf("write: %w", err)
	}
	status, length, more, err := c.head()
	if err != nil {
		return Reply{}, false, err
	}
	if length < 0 { // until the end of the connection
		c.body, err = io.ReadAll(c.in)
		return Reply{Status: status, Body: c.body, Later: c.later}, false, err
	}
	c.body = slices.Grow(c.body[:0], length)[:length]
	if _, err := io.ReadFull(c.in, c.body); err != nil {
		return Reply{}, false, fmt.Errorf("read: %w", err)
	}
	return Reply{Status: status, Body: c.body, Later: c.later}, more, nil
}

// errAnswer is an answer that is not HTTP/1.1 as this program reads it.
var errAnswer = errors.New("answer not understood")

// head reads the status line and the two headers that matter.
func (c *Conn) head() (status, length int, more bool, err error) {
	line, err := c.in.ReadSlice('\n')
	if err != nil {
		return 0, 0, false, fmt.Errorf("read: %w", err)
	}
	const least = len("HTTP/1.1 200")
	if len(line) < least || !bytes.HasPrefix(line, []byte("HTTP/1.")) {
		return 0, 0, false, errAnswer
	}
	if status, err = strconv.Atoi(string(line[least-3 : least])); err != nil {
		return 0, 0, false, errAnswer
	}
	length, more, c.later = -1, true, false
	for {
		if line, err = c.in.ReadSlice('\n'); err != nil {
			return 0, 0, false, fmt.Errorf("read: %w", err)
		}
		if len(line) <= len("\r\n") {
			return status, length, more, nil
		}
		if value, ok := header(line, "content-length"); ok {
			if length, err = strconv.Atoi(string(value)); err != nil {
				return 0, 0, false, errAnswer
			}
			continue
		}
		more = more && !closing(line)
		_, ok := header(line, "retry-after")
		c.later = c.later || ok
	}
}

// closing reports whether a header line says that the connection ends.
func closing(line []byte) bool {
	value, ok := header(line, "connection")
	return ok && bytes.EqualFold(value, []byte("close"))
}

// header returns the value of a header line of that name.
func header(line []byte, name string) ([]byte, bool) {
	if len(line) <= len(name) || line[len(name)] != ':' || !bytes.EqualFold(line[:len(name)], []byte(name)) {
		return nil, false
	}
	return bytes.TrimSpace(line[len(name)+1:]), true
}

// Failure names a failed exchange in few words, so that failures can be counted.
func Failure(err error) string {
	var timeout net.Error
	switch {
	case errors.As(err, &timeout) && timeout.Timeout():
		return "timeout"
	case errors.Is(err, errDial):
		return "dial"
	case errors.Is(err, errAnswer):
		return "answer"
	}
	return "cut"
}
