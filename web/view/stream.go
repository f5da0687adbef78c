package view

import (
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
	go func() { _ = writer.CloseWithError(write(writer)) }() // nil ends the stream; CloseWithError itself never fails
	return SendFile(c, name, mediaType, -1, &flow{from: reader, conn: c.Context().Conn()})
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
