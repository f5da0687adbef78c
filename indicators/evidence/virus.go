package evidence

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"time"

	"minyi/indicators/fault"
)

// Scan is what a virus scanner said of a file.
type Scan string

// What a scanner says.
const (
	Clean     Scan = "clean"
	Unscanned Scan = "unscanned" // it could not be asked
)

// Scanner looks for viruses: it returns the name of what it found, "" for
// nothing, and an error when it cannot say.
type Scanner interface {
	Scan(ctx context.Context, r io.Reader) (virus string, err error)
}

// Guard has every file scanned before it is kept. While the scanner cannot say,
// files are refused; where lenient, they are kept and marked Unscanned.
func (f *Folder) Guard(s Scanner, lenient bool) { f.scanner, f.lenient = s, lenient }

// Guarded reports whether files are scanned.
func (f *Folder) Guarded() bool { return f.scanner != nil }

// scan asks the scanner, where there is one. Refusals: evidence.virus and
// evidence.unscanned.
func (f *Folder) scan(ctx context.Context, name string, r io.Reader) (Scan, error) {
	if f.scanner == nil {
		return "", nil
	}
	virus, err := f.scanner.Scan(ctx, r)
	switch {
	case err != nil && f.lenient:
		return Unscanned, nil
	case err != nil:
		return "", errors.Join(fault.New(fault.Unavailable, "evidence.unscanned", "name", name), err)
	case virus != "":
		return "", fault.New(fault.Invalid, "evidence.virus", "name", name, "virus", virus)
	}
	return Clean, nil
}

// Clamd is a ClamAV daemon that listens at an address: host:port, or the path of
// a unix socket. It is asked by its command INSTREAM (clamd(8)).
type Clamd struct {
	network, address string
}

// ParseClamd reads tcp://host:port, unix:/path or unix:///path.
func ParseClamd(setting string) (*Clamd, error) {
	if address, ok := strings.CutPrefix(setting, "tcp://"); ok {
		if _, _, err := net.SplitHostPort(address); err != nil {
			return nil, fmt.Errorf("clamav: %w", err)
		}
		return &Clamd{network: "tcp", address: address}, nil
	}
	if path, ok := strings.CutPrefix(setting, "unix:"); ok {
		path = strings.TrimPrefix(path, "//")
		if strings.HasPrefix(path, "/") {
			return &Clamd{network: "unix", address: path}, nil
		}
	}
	return nil, fmt.Errorf("clamav: %q is neither tcp://host:port nor unix:/path", setting)
}

const (
	scanTime  = 60 * time.Second // for one file
	scanChunk = 64 << 10
	scanReply = 4 << 10
)

// Scan sends the bytes and reads the answer.
func (c *Clamd) Scan(ctx context.Context, r io.Reader) (virus string, err error) {
	ctx, stop := context.WithTimeout(ctx, scanTime)
	defer stop()
	conn, err := (&net.Dialer{}).DialContext(ctx, c.network, c.address)
	if err != nil {
		return "", fmt.Errorf("clamav: %w", err)
	}
	defer context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) })()
	defer func() { err = errors.Join(err, conn.Close()) }()
	sent := stream(conn, r)
	// It may answer before it has read all: too much, or a virus already.
	reply, err := bufio.NewReader(io.LimitReader(conn, scanReply)).ReadString(0)
	if err != nil {
		return "", fmt.Errorf("clamav: %w", errors.Join(sent, err))
	}
	return verdict(strings.TrimRight(reply, "\x00\n"))
}

// stream writes the command and the bytes in chunks with their lengths.
func stream(w io.Writer, r io.Reader) error {
	if _, err := io.WriteString(w, "zINSTREAM\x00"); err != nil {
		return err
	}
	buf := make([]byte, 4+scanChunk)
	for {
		n, err := io.ReadFull(r, buf[4:])
		binary.BigEndian.PutUint32(buf, uint32(n))
		if _, failed := w.Write(buf[:4+n]); failed != nil {
			return failed
		}
		if n == 0 { // an empty chunk ends the stream
			return nil
		}
		if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) {
			return err
		}
	}
}

// verdict reads "stream: OK" and "stream: NAME FOUND"; all else is a failure.
func verdict(reply string) (virus string, err error) {
	if reply == "stream: OK" {
		return "", nil
	}
	if name, ok := strings.CutSuffix(strings.TrimPrefix(reply, "stream: "), " FOUND"); ok && name != "" {
		return name, nil
	}
	return "", fmt.Errorf("clamav: %q", reply)
}
