package main

import (
	"context"
	"net"
	"path/filepath"
	"testing"
	"time"
)

// TestServeTellsTheServiceManagerWhenItServesAndWhenItStops plays the manager.
func TestServeTellsTheServiceManagerWhenItServesAndWhenItStops(t *testing.T) {
	socket := filepath.Join(t.TempDir(), "notify")
	manager, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: socket, Net: "unixgram"})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = manager.Close() }()
	t.Setenv("NOTIFY_SOCKET", socket)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	done := make(chan error, 1)
	go func() {
		cmd := serveCommand()
		cmd.SetArgs([]string{"--data", t.TempDir(), "--listen", "127.0.0.1:0", "--metrics", metricsOff})
		cmd.SilenceUsage, cmd.SilenceErrors = true, true
		done <- cmd.ExecuteContext(ctx)
	}()
	hear := func() string {
		t.Helper()
		if err := manager.SetReadDeadline(time.Now().Add(time.Minute)); err != nil {
			t.Fatal(err)
		}
		line := make([]byte, 64)
		n, err := manager.Read(line)
		if err != nil {
			t.Fatal(err)
		}
		return string(line[:n])
	}
	if got := hear(); got != notifyReady {
		t.Errorf("first: got %q, want %q", got, notifyReady)
	}
	stop()
	if got := hear(); got != notifyStopping {
		t.Errorf("at the stop: got %q, want %q", got, notifyStopping)
	}
	if err := <-done; err != nil {
		t.Error(err)
	}
}
