package proxy_test

import (
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"syscall"
	"testing"
	"time"

	"minyi/cmd/load/proxy"
)

// through sends a request over a connection with that fate; the server tells how
// much of the body came to it.
func through(t *testing.T, f proxy.Fate) (answer string, took time.Duration, struck int64, err error) {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		_, _ = io.WriteString(w, strings.Repeat("x", len(body)))
	}))
	t.Cleanup(s.Close)
	p, err := proxy.Open(t.Context(), s.Listener.Addr().String(), func() proxy.Fate { return f })
	if err != nil {
		t.Fatal(err)
	}
	conn, err := net.Dial("tcp", p.Address())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(300 * time.Millisecond))
	begin := time.Now()
	_, _ = io.WriteString(conn, "POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 1000\r\n\r\n"+strings.Repeat("y", 1000))
	raw, err := io.ReadAll(conn)
	took = time.Since(begin)
	if closed := p.Close(); closed != nil {
		t.Error(closed)
	}
	return string(raw), took, p.Struck(), err
}

func TestFates(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		fate   proxy.Fate
		length func(int) bool // of what comes back
		err    error
		struck int64
	}{
		{"whole", proxy.Fate{}, func(n int) bool { return n > 1000 }, nil, 0},
		{"request cut, FIN", proxy.Fate{Kind: proxy.Request, After: 500}, func(n int) bool { return n == 0 }, nil, 1},
		{"request cut, RST", proxy.Fate{Kind: proxy.Request, After: 500, Reset: true}, func(n int) bool { return n == 0 }, syscall.ECONNRESET, 1},
		{"answer cut", proxy.Fate{Kind: proxy.Answer, After: 700}, func(n int) bool { return n == 700 }, nil, 1},
		{"refused", proxy.Fate{Kind: proxy.Refuse}, func(n int) bool { return n == 0 }, nil, 1},
		{"late", proxy.Fate{Kind: proxy.Late, Delay: 80 * time.Millisecond}, func(n int) bool { return n > 1000 }, nil, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			answer, took, struck, err := through(t, c.fate)
			reset := errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE)
			if !c.length(len(answer)) || reset != (c.err != nil) && len(answer) > 0 || struck != c.struck {
				t.Errorf("got %d bytes, %v, struck %d", len(answer), err, struck)
			}
			if took < c.fate.Delay {
				t.Errorf("the answer came after %v, want %v at least", took, c.fate.Delay)
			}
		})
	}
}

func TestSwallowedAnswersLeaveTheConnectionOpen(t *testing.T) {
	t.Parallel()
	answer, _, struck, err := through(t, proxy.Fate{Kind: proxy.Swallow})
	var timeout net.Error
	hung := errors.As(err, &timeout) && timeout.Timeout()
	if answer != "" || struck != 1 || err != nil && !hung {
		t.Errorf("got %q, %v, struck %d, want nothing", answer, err, struck)
	}
}
