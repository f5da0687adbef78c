package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"

	"minyi/cmd/internal/keep"
)

// programmeClock is the clock of windows and records. In the real service it is
// the wall clock. In a demo it starts at a time of the round, runs on from
// there at the wall clock's pace, can be moved forward, and never goes back:
// also not over a restart, as it is kept in the data folder.
type programmeClock struct {
	mu     sync.Mutex
	wall   func() time.Time
	offset time.Duration
	path   string
}

type savedClock struct {
	Programme time.Time `json:"programme"`
}

const clockFile = "clock.json"

// demoClock opens the clock of a demo folder; a new one starts at start.
func demoClock(dir string, wall func() time.Time, start time.Time) (*programmeClock, error) {
	c := &programmeClock{wall: wall, path: filepath.Join(dir, clockFile)}
	raw, err := os.ReadFile(c.path)
	if errors.Is(err, fs.ErrNotExist) {
		c.offset = start.Sub(wall())
		return c, c.Save()
	}
	if err != nil {
		return nil, fmt.Errorf("clock: %w", err)
	}
	var saved savedClock
	if err := json.Unmarshal(raw, &saved); err != nil {
		return nil, fmt.Errorf("clock: %s: %w", c.path, err)
	}
	c.offset = saved.Programme.Sub(wall())
	return c, nil
}

// Now is the programme time.
func (c *programmeClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.wall().Add(c.offset)
}

// errBack says that a demo's clock was asked to go back.
var errBack = errors.New("the programme clock never goes back")

// Forward moves the clock to a later time and saves it.
func (c *programmeClock) Forward(to time.Time) error {
	c.mu.Lock()
	now := c.wall().Add(c.offset)
	if to.Before(now) {
		c.mu.Unlock()
		return fmt.Errorf("%w: it is %s already", errBack, now.Format(time.RFC3339))
	}
	c.offset = to.Sub(c.wall())
	c.mu.Unlock()
	return c.Save()
}

// Save writes the clock to the data folder, whole or not at all.
func (c *programmeClock) Save() error {
	return keep.JSON(c.path, savedClock{Programme: c.Now().UTC()})
}
