package proxy

import (
	"io"
	"time"
)

// Line is a line that is slow and loses segments. What is lost is sent again after a
// while, as TCP does, and whatever comes behind it waits.
type Line struct {
	Delay time.Duration // one way
	Rate  int           // bytes a second
	Lost  func() bool   // asked for every segment, from several goroutines
	Again time.Duration // until a lost segment is sent again
}

// segment is what one packet of TCP carries over Ethernet, in bytes.
const segment = 1460

// over passes what is written to it on to a writer, over the line.
func (l *Line) over(to io.Writer) io.Writer {
	if l == nil {
		return to
	}
	return &stretched{to, l}
}

type stretched struct {
	to   io.Writer
	line *Line
}

// Write passes bytes on, segment by segment.
func (s *stretched) Write(b []byte) (done int, err error) {
	time.Sleep(s.line.Delay)
	for done < len(b) && err == nil {
		part := b[done:min(len(b), done+segment)]
		for s.line.Lost() {
			time.Sleep(s.line.Again)
		}
		time.Sleep(time.Duration(len(part)) * time.Second / time.Duration(s.line.Rate))
		var n int
		n, err = s.to.Write(part)
		done += n
	}
	return done, err
}
