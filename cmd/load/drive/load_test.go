package drive_test

import (
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"minyi/cmd/load/drive"
)

// server answers with the path, slowly where it says so, and counts.
func server(t *testing.T) (address string, asked *atomic.Int64) {
	t.Helper()
	asked = &atomic.Int64{}
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		if strings.HasPrefix(r.URL.Path, "/slow") {
			time.Sleep(30 * time.Millisecond)
		}
		if strings.HasPrefix(r.URL.Path, "/no") {
			w.WriteHeader(http.StatusConflict)
		}
		fmt.Fprint(w, r.URL.Path)
	}))
	t.Cleanup(s.Close)
	return s.Listener.Addr().String(), asked
}

func requests(n int, path string) [][]byte {
	out := make([][]byte, n)
	for i := range out {
		out[i] = fmt.Appendf(nil, "GET %s/%d HTTP/1.1\r\nHost: x\r\n\r\n", path, i)
	}
	return out
}

func TestEveryRequestIsSentOnceAndWarmingUpIsNotCounted(t *testing.T) {
	t.Parallel()
	address, asked := server(t)
	measured := 0
	seen := make([]atomic.Int64, 300)
	r := drive.Load{
		Address: address, Conns: 7, Requests: append(requests(200, "/ok"), requests(100, "/no")...), Warm: 50,
		Timeout: 5 * time.Second, Good: []int{http.StatusOK}, Measured: func() { measured++ },
		Answered: func(i int, reply drive.Reply) {
			seen[i].Add(1)
			if want := fmt.Sprintf("/%d", i%200); !strings.HasSuffix(string(reply.Body), want) {
				t.Errorf("request %d: got %q, want …%s", i, reply.Body, want)
			}
		},
	}.Run(t.Context())
	for i := range seen {
		if got := seen[i].Load(); got != 1 {
			t.Errorf("request %d was answered %d times", i, got)
		}
	}
	if asked.Load() != 300 || r.Sent != 250 || r.Good != 150 || r.Errors["status 409"] != 100 || measured != 1 {
		t.Errorf("got %d asked, %+v, measured %d times", asked.Load(), r, measured)
	}
	if r.Latency.Count() != 150 || r.PerSecond() <= 0 {
		t.Errorf("got %d times at %v/s, want those of 150 good answers", r.Latency.Count(), r.PerSecond())
	}
}

// In the open loop a request that waits for a free connection has waited: its
// time counts from when it was due.
func TestOpenLoopCountsTheWaitForAConnection(t *testing.T) {
	t.Parallel()
	address, _ := server(t)
	r := drive.Load{
		Address: address, Conns: 1, Requests: requests(10, "/slow"), Rate: 1000, Timeout: 5 * time.Second, Good: []int{http.StatusOK},
	}.Run(t.Context())
	if got, least := r.Latency.Max(), 250*time.Millisecond; r.Good != 10 || got < least {
		t.Errorf("got %d answers, the last after %v, want 10 and at least %v", r.Good, got, least)
	}
	paced := drive.Load{
		Address: address, Conns: 4, Requests: requests(20, "/ok"), Rate: 200, Timeout: 5 * time.Second, Good: []int{http.StatusOK},
	}.Run(t.Context())
	if least := 90 * time.Millisecond; paced.Took < least {
		t.Errorf("20 requests at 200 a second took %v, want at least %v", paced.Took, least)
	}
}

func TestFailuresAreNamed(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for n := 0; ; n++ {
			c, err := l.Accept()
			if err != nil {
				return
			}
			switch n {
			case 0:
				_ = c.Close()
			case 1:
				fmt.Fprint(c, "what?\r\n\r\n")
			case 2:
				fmt.Fprint(c, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nfive!")
				_ = c.Close()
			} // the next hangs
		}
	}()
	for _, want := range []string{"cut", "answer", "cut", "timeout"} {
		conn := drive.NewConn(l.Addr().String(), net.IPv4(127, 0, 0, 9), 100*time.Millisecond)
		_, err := conn.Send(t.Context(), requests(1, "/")[0])
		if err == nil || drive.Failure(err) != want {
			t.Errorf("got %v, want %s", err, want)
		}
		conn.Close()
	}
	_ = l.Close()
	if _, err := drive.NewConn(l.Addr().String(), nil, time.Second).Send(t.Context(), nil); err == nil || drive.Failure(err) != "dial" {
		t.Errorf("nobody listens: got %v, want dial", err)
	}
}
