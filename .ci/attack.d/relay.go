//go:build ignore

// The relay of .ci/attack: it stands between a tool and the service and asks from
// another loopback address each time, so that the limits by network, which have tests
// of their own, do not hide faults from the tools. It counts answers by status and
// writes down what was answered 5xx.
//
//	relay LISTEN TARGET REPORT
package main

import (
	"context"
	"fmt"
	"log"
	"maps"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"os/signal"
	"slices"
	"sync"
	"sync/atomic"
	"syscall"
)

func main() {
	target, err := url.Parse(os.Args[2])
	if err != nil {
		log.Fatal(err)
	}
	var next atomic.Uint32
	dial := func(ctx context.Context, network, address string) (net.Conn, error) {
		n := next.Add(1)
		from := net.IPv4(127, byte(1+n>>16%200), byte(n>>8), byte(1+n%250))
		return (&net.Dialer{LocalAddr: &net.TCPAddr{IP: from}}).DialContext(ctx, network, address)
	}
	var mu sync.Mutex
	counts, bad := map[int]int{}, []string{}
	proxy := &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.SetURL(target)
			r.Out.Host = r.In.Host
			r.Out.Header.Del("X-Forwarded-For")
		},
		Transport: &http.Transport{DialContext: dial, DisableKeepAlives: true},
		ErrorLog:  log.New(os.Stderr, "", 0),
		ModifyResponse: func(r *http.Response) error {
			mu.Lock()
			defer mu.Unlock()
			counts[r.StatusCode]++
			if r.StatusCode >= http.StatusInternalServerError && len(bad) < 200 {
				bad = append(bad, fmt.Sprintf("%d %s %s", r.StatusCode, r.Request.Method, r.Request.URL))
			}
			return nil
		},
		ErrorHandler: func(w http.ResponseWriter, r *http.Request, err error) {
			mu.Lock()
			defer mu.Unlock()
			counts[0]++
			if r.Context().Err() == nil && len(bad) < 200 {
				bad = append(bad, fmt.Sprintf("no answer: %s %s: %v", r.Method, r.URL, err))
			}
			w.WriteHeader(http.StatusBadGateway)
		},
	}
	l, err := net.Listen("tcp", os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	stop, done := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	defer done()
	go func() {
		_ = http.Serve(l, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == "/logout" { // a tool that signs out would look at nothing more
				http.NotFound(w, r)
				return
			}
			proxy.ServeHTTP(w, r)
		}))
	}()
	<-stop.Done()
	mu.Lock()
	defer mu.Unlock()
	out := ""
	for _, status := range slices.Sorted(maps.Keys(counts)) {
		out += fmt.Sprintf("%d: %d\n", status, counts[status])
	}
	for _, one := range bad {
		out += "BAD " + one + "\n"
	}
	if err := os.WriteFile(os.Args[3], []byte(out), 0o600); err != nil {
		log.Fatal(err)
	}
}
