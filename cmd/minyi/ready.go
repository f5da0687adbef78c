package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/gofiber/fiber/v2"
	"golang.org/x/sys/unix"

	"minyi/indicators/fault"
)

// probe knows whether the data folder can be written: a full disk, one that has
// become read-only, or a process without files lets everybody read and nobody answer.
type probe struct {
	dir string
	now func() time.Time
	mu  sync.Mutex
	at  time.Time
	err error
}

// probeFile is written and removed; nothing is ever in it.
const (
	probeFile = ".ready"
	probeSize = 64 << 10        // more than an answer takes
	probeRest = 1 * time.Second // a watcher that asks more often gets the last word
)

// check writes a little below the data and says whether that went well.
func (p *probe) check() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if now := p.now(); p.at.IsZero() || now.Before(p.at) || now.Sub(p.at) >= probeRest {
		p.at, p.err = now, p.write()
	}
	return p.err
}

func (p *probe) write() error {
	f, err := os.OpenFile(filepath.Join(p.dir, probeFile), os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err == nil {
		_, err = f.WriteAt(make([]byte, probeSize), 0)
		err = errors.Join(err, f.Close(), os.Remove(f.Name()))
	}
	if err != nil {
		return fmt.Errorf("%w: %w", fault.New(fault.Unavailable, "store.unavailable"), err)
	}
	return nil
}

// ready says whether both stores answer and the data folder can be written: 503
// otherwise, so that whoever watches learns of it before residents do.
func (h *house) ready(c *fiber.Ctx) error {
	if err := h.sound(c.UserContext()); err != nil {
		return err
	}
	return c.SendString("ready\n")
}

// sound is nil while the service can do its work.
func (h *house) sound(ctx context.Context) error {
	return errors.Join(h.programme.Ping(ctx), h.survey.Ping(ctx), h.probe.check())
}

// room is how much of the disk below the data is free, in bytes; 0 where it cannot be
// told.
func room(dir string) float64 {
	var fs unix.Statfs_t
	if unix.Statfs(dir, &fs) != nil {
		return 0
	}
	return float64(fs.Bavail) * float64(fs.Bsize)
}
