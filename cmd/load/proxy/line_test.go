package proxy_test

import (
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"minyi/cmd/load/proxy"
)

// Everything comes over a bad line whole, and takes at least what its delay, its rate
// and a lost segment cost (F09).
func TestALineTakesItsTimeAndLosesNothing(t *testing.T) {
	t.Parallel()
	const size = 5000
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Length", "5000")
		_, _ = io.Copy(w, r.Body)
	}))
	defer s.Close()
	var asked atomic.Int64
	line := &proxy.Line{Delay: 20 * time.Millisecond, Rate: 100_000, Again: 50 * time.Millisecond, Lost: func() bool { return asked.Add(1) == 2 }}
	p, err := proxy.Open(t.Context(), s.Listener.Addr().String(), func() proxy.Fate { return proxy.Fate{Line: line} })
	if err != nil {
		t.Fatal(err)
	}
	conn, err := net.Dial("tcp", p.Address())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	begin, sent := time.Now(), strings.Repeat("y", size)
	_, _ = io.WriteString(conn, "POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 5000\r\n\r\n"+sent)
	raw, err := io.ReadAll(conn)
	took := time.Since(begin)
	if err != nil || !strings.HasSuffix(string(raw), sent) {
		t.Errorf("got %d bytes, %v", len(raw), err)
	}
	const least = 2*20*time.Millisecond + 50*time.Millisecond + size*time.Second/100_000 // both ways overlap
	if took < least || asked.Load() < 8 {
		t.Errorf("took %v with %d segments, want %v and 8 at least", took, asked.Load(), least)
	}
	if err := p.Close(); err != nil {
		t.Error(err)
	}
}
