package analysis

import (
	"bytes"
	"errors"
	"fmt"
	"io"
)

// chunkBytes is how much text one goroutine reads at a time, slack how many bytes
// behind it may be looked at without meaning anything.
const (
	chunkBytes = maxLine
	slack      = 16
)

// chunk is a run of whole rows of a CSV text, ending with a line feed. Slack bytes
// follow it.
type chunk struct {
	at    int // its place among the chunks
	line  int // the lines before it
	lines int
	plain bool // without quotes and overlong lines
	text  []byte
}

// cutter cuts the text behind the header into chunks of whole rows.
type cutter struct {
	in    io.Reader
	line  int
	next  int
	carry []byte
	ended bool
	spare chan []byte
}

// cut returns the next chunk, an empty one at the end. A row ends at a line feed
// before which an even number of quotes stand.
func (c *cutter) cut() (chunk, error) {
	buf := c.buffer()
	for {
		end, err := c.fill(&buf)
		if err != nil {
			return chunk{}, err
		}
		if end == 0 && !c.ended && len(buf) <= maxRecord+maxLine {
			continue
		}
		if end == 0 {
			end = len(buf)
		}
		return c.take(buf, end), nil
	}
}

// fill reads on until the buffer is full and returns where its last row ends, 0
// where none does.
func (c *cutter) fill(buf *[]byte) (end int, err error) {
	b := *buf
	for len(b) < cap(b)-slack-1 && !c.ended {
		n, err := c.in.Read(b[len(b) : cap(b)-slack-1])
		b = b[:len(b)+n]
		if errors.Is(err, io.EOF) {
			c.ended = true
			if len(b) > 0 && b[len(b)-1] != '\n' {
				b = append(b, '\n')
			}
		} else if err != nil {
			return 0, fmt.Errorf("read the data: %w", err)
		}
	}
	*buf = b
	if end = lastRow(b); end == 0 && !c.ended {
		*buf = append(make([]byte, 0, 2*cap(b)), b...)
	}
	return end, nil
}

// buffer returns a buffer that starts with what the last chunk left over.
func (c *cutter) buffer() []byte {
	var buf []byte
	select {
	case buf = <-c.spare:
	default:
	}
	if need := len(c.carry) + slack + 2; cap(buf) < max(need, chunkBytes) {
		buf = make([]byte, 0, max(2*need, chunkBytes))
	}
	return append(buf[:0], c.carry...)
}

func (c *cutter) take(buf []byte, end int) chunk {
	c.carry = append(c.carry[:0], buf[end:]...)
	text := buf[:end]
	out := chunk{
		at: c.next, line: c.line, lines: bytes.Count(text, []byte{'\n'}), text: text,
		plain: len(text) <= maxLine && bytes.IndexByte(text, '"') < 0,
	}
	c.next++
	c.line += out.lines
	return out
}

// lastRow returns where the last whole row of the text ends, 0 without one.
func lastRow(text []byte) int {
	if bytes.IndexByte(text, '"') < 0 {
		return bytes.LastIndexByte(text, '\n') + 1
	}
	end, open := 0, false
	for from := 0; ; {
		n := bytes.IndexByte(text[from:], '\n')
		if n < 0 {
			return end
		}
		open = open != (bytes.Count(text[from:from+n], []byte{'"'})%2 == 1)
		from += n + 1
		if !open {
			end = from
		}
	}
}
