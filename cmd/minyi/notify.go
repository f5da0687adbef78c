package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
)

// What a service manager is told (sd_notify(3)).
const (
	notifyReady    = "READY=1"
	notifyStopping = "STOPPING=1"
)

// notify tells the service manager that started this process how it is; nothing
// where none did.
func notify(ctx context.Context, state string) (err error) {
	socket := os.Getenv("NOTIFY_SOCKET")
	if socket == "" {
		return nil
	}
	var dialer net.Dialer
	c, err := dialer.DialContext(ctx, "unixgram", socket)
	if err != nil {
		return fmt.Errorf("service manager: %w", err)
	}
	defer func() { err = errors.Join(err, c.Close()) }()
	if _, err := c.Write([]byte(state)); err != nil {
		return fmt.Errorf("service manager: %w", err)
	}
	return nil
}
