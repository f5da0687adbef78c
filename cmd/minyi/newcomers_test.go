package main

import (
	"context"
	"net"
	"net/http"
	"testing"
	"time"
)

// TestAStopDoesNotWaitForSilentConnections opens connections as browsers do in
// advance and after a page, and stops the service: it ends at once, with no error.
func TestAStopDoesNotWaitForSilentConnections(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	l, err := listen(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- h.run(ctx, l) }()
	res, err := http.Get("http://" + l.Addr().String() + "/healthz") // its connection stays open
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
	silent, err := net.Dial("tcp", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = silent.Close() }()
	const accepted, patient = 100 * time.Millisecond, 5 * time.Second
	time.Sleep(accepted)
	stop()
	select {
	case err := <-ended:
		if err != nil {
			t.Errorf("got %v, want a clean stop", err)
		}
	case <-time.After(patient):
		t.Errorf("still not stopped after %s", patient)
	}
}
