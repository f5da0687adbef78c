package main

import (
	"bytes"
	"strings"
	"sync"
	"testing"
	"time"
)

// paperRoll is a log that may be read while it is written.
type paperRoll struct {
	mu  sync.Mutex
	out bytes.Buffer
}

func (p *paperRoll) Write(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.out.Write(b)
}

func (p *paperRoll) lines() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return strings.Count(p.out.String(), "\n")
}

func TestLinesOfTheLogComeTogetherButWarningsAtOnce(t *testing.T) {
	t.Parallel()
	var roll paperRoll
	log, flush := logger(&roll)
	log.Info("request")
	log.With("a", 1).WithGroup("g").Info("request", "b", 2)
	if got := roll.lines(); got != 0 {
		t.Errorf("two lines about requests: got %d written at once", got)
	}
	log.Warn("a warning")
	if got := roll.lines(); got != 3 {
		t.Errorf("after a warning: got %d lines, want all 3", got)
	}
	log.Info("request")
	for until := time.Now().Add(20 * tapeDelay); roll.lines() < 4 && time.Now().Before(until); {
		time.Sleep(tapeDelay / 10)
	}
	if got := roll.lines(); got != 4 {
		t.Errorf("after a while: got %d lines, want 4", got)
	}
	log.Info("request")
	flush()
	if got := roll.lines(); got != 5 {
		t.Errorf("at the end: got %d lines, want 5", got)
	}
}
