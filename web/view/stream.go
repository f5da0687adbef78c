package view

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"time"

	"github.com/gofiber/fiber/v2"
)

// patience is how long the receiver of a stream may take for one piece of it.
const patience = 60 * time.Second

// Stream sends a file that is made while it is sent, by write. What write refuses
// midway breaks the connection off, so that a part never passes for the whole;
// and when the receiver leaves, write gets an error from w.
func Stream(c *fiber.Ctx, name, mediaType string, write func(w io.Writer) error) error {
	reader, writer := io.Pipe()
	go func() { _ = writer.CloseWithError(guarded(func() error { return write(writer) })) }() // nil ends the stream; CloseWithError itself never fails
	return SendFile(c, name, mediaType, -1, &flow{from: reader, conn: c.Context().Conn()})
}

// guarded turns a panic of do into its error: a stream runs beside the request, where
// nobody else would catch it, and would end the process.
func guarded(do func() error) (err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("panic: %v", r)
		}
	}()
	return do()
}

// flow is a stream on its way. The server bounds the time of a whole answer,
// which a long file on a slow line exceeds: here each piece has that time.
type flow struct {
	from  *io.PipeReader
	conn  net.Conn
	guard *time.Timer
}

// Read gives the next piece; what was sent before it has arrived.
func (f *flow) Read(p []byte) (int, error) {
	if f.guard == nil {
		f.guard = time.AfterFunc(patience, func() { _ = f.conn.SetWriteDeadline(time.Unix(1, 0)) })
		_ = f.conn.SetWriteDeadline(time.Time{}) // a connection that is gone says so at the next write
	}
	f.guard.Reset(patience)
	return f.from.Read(p)
}

// Close ends the stream from the receiver's side.
func (f *flow) Close() error {
	if f.guard != nil {
		f.guard.Stop()
	}
	return f.from.Close()
}

// How a stream of events is kept up: a sign of life now and then, and an
// end after a while, after which the browser asks again and is let in again.
const (
	heartbeat = 15 * time.Second
	longest   = 10 * time.Minute
)

// Watch is what a stream of server-sent events shows: Look is asked every Every,
// sends what has changed, and says whether there is more to come. Ended ends the
// stream at once, as the service stops; nil never does. Done is called once the stream
// has ended, unless nil.
type Watch struct {
	Every time.Duration
	Ended <-chan struct{}
	Look  func(ctx context.Context, send Send) (more bool, err error)
	Done  func()
}

// Send sends one event with its data as JSON.
type Send func(event string, data any) error

// Events answers with server-sent events. The handler has returned when Look is
// asked: it must not use the request.
func Events(c *fiber.Ctx, w Watch) error {
	ctx := context.WithoutCancel(c.UserContext()) // the request's own ends when the answer begins
	reader, writer := io.Pipe()
	go func() {
		_ = writer.CloseWithError(guarded(func() error { return w.run(ctx, writer) }))
		if w.Done != nil {
			w.Done()
		}
	}()
	c.Set(fiber.HeaderContentType, "text/event-stream; charset=utf-8")
	c.Set("X-Accel-Buffering", "no") // a proxy in front passes each event on
	return c.SendStream(&flow{from: reader, conn: c.Context().Conn()}, -1)
}

func (w Watch) run(ctx context.Context, out io.Writer) error {
	tick, beat, over := time.NewTicker(w.Every), time.NewTicker(heartbeat), time.NewTimer(longest)
	defer func() { tick.Stop(); beat.Stop(); over.Stop() }()
	send := func(event string, data any) error {
		text, err := json.Marshal(data)
		if err != nil {
			return fmt.Errorf("events: %w", err)
		}
		_, err = fmt.Fprintf(out, "event: %s\ndata: %s\n\n", event, text)
		return err
	}
	for more, err := w.Look(ctx, send); more || err != nil; more, err = w.Look(ctx, send) {
		if err != nil {
			return err
		}
		select {
		case <-tick.C:
		case <-w.Ended:
			return nil
		case <-over.C:
			return nil
		case <-beat.C:
			if _, err := io.WriteString(out, ": here\n\n"); err != nil {
				return err
			}
		}
	}
	return nil
}
