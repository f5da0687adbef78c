package main

import (
	"bufio"
	"context"
	"io"
	"log/slog"
	"sync"
	"time"
)

// How long a line about a request may lie in memory, and how many bytes of such
// lines.
const (
	tapeDelay = 200 * time.Millisecond
	tapeBytes = 64 << 10
)

// tape takes the lines of the log together, so that a request costs no call of the
// system. What lies in it is lost when the process is killed: a fifth of a second
// of routes and statuses. It is safe for concurrent use.
type tape struct {
	mu    sync.Mutex
	out   *bufio.Writer
	armed bool // a write is due
}

// Write takes a line.
func (t *tape) Write(line []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.armed {
		t.armed = true
		time.AfterFunc(tapeDelay, t.flush)
	}
	return t.out.Write(line)
}

// flush writes what lies on the tape. Nothing can be done about a log that cannot
// be written, least of all by the log.
func (t *tape) flush() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.armed = false
	_ = t.out.Flush()
}

// taped writes lines on a tape; warnings and errors go out at once, with all that
// came before them.
type taped struct {
	slog.Handler
	tape *tape
}

// logger writes the log. flush must be called before the process ends.
func logger(w io.Writer) (log *slog.Logger, flush func()) {
	t := &tape{out: bufio.NewWriterSize(w, tapeBytes)}
	return slog.New(taped{slog.NewTextHandler(t, nil), t}), t.flush
}

// Handle writes one line.
func (h taped) Handle(ctx context.Context, r slog.Record) error {
	err := h.Handler.Handle(ctx, r)
	if r.Level >= slog.LevelWarn {
		h.tape.flush()
	}
	return err
}

// WithAttrs returns a handler that adds attributes to each line.
func (h taped) WithAttrs(attrs []slog.Attr) slog.Handler {
	return taped{h.Handler.WithAttrs(attrs), h.tape}
}

// WithGroup returns a handler that puts its attributes into a group.
func (h taped) WithGroup(name string) slog.Handler { return taped{h.Handler.WithGroup(name), h.tape} }
