// Package evidence keeps the bytes of exhibits, each under its SHA-256: what is
// asked for by digest is what was put there, or nothing. It decides by content
// what may come in (Kinds), keeps files that come in parts, and asks a virus
// scanner where there is one. It does not know whose a file is, who may read it
// or which indicator it proves. README.md beside it names who judges what.
package evidence

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"

	"minyi/indicators/fault"
)

// Digest is the SHA-256 of a file: 64 lower-case hexadecimal digits.
type Digest string

// ParseDigest returns the digest written in s, or evidence.unknown: a text that
// is no digest names no file.
func ParseDigest(s string) (Digest, error) {
	raw, err := hex.DecodeString(s)
	if err != nil || len(raw) != sha256.Size || hex.EncodeToString(raw) != s {
		return "", fault.New(fault.NotFound, "evidence.unknown")
	}
	return Digest(s), nil
}

// File is what is known of stored bytes. Name is what the sender called it: text
// to show, never part of a path.
type File struct {
	Digest Digest `json:"digest"`
	Name   string `json:"name"`
	Kind   Kind   `json:"kind"`
	Size   int64  `json:"size"`           // bytes
	Scan   Scan   `json:"scan,omitempty"` // what the virus scanner said; empty where there is none
}

// Limits bound what Put takes.
type Limits struct {
	File     int64 // bytes of one file
	Unpacked int64 // bytes of all entries of a compressed container
	Ratio    int64 // unpacked bytes for each packed byte
	Entries  int   // entries of a container
	Pixels   int64 // width times height of an image
}

// DefaultLimits are 50 MiB a file, containers of at most 200 MiB, 100:1 and
// 10,000 entries, and images of at most 40 million pixels.
func DefaultLimits() Limits {
	return Limits{File: 50 << 20, Unpacked: 200 << 20, Ratio: 100, Entries: 10000, Pixels: 40_000_000}
}

// Folder is the place on disk where the bytes lie. It is safe for use by many
// goroutines and processes at once.
type Folder struct {
	dir     string
	limits  Limits
	scanner Scanner
	lenient bool

	mu   sync.Mutex
	busy map[string]bool // files that come in parts and are being written
}

const incoming = "incoming" // unfinished files

// Open returns the folder at dir, making it where it is missing.
func Open(dir string, limits Limits) (*Folder, error) {
	for _, name := range []string{incoming, parts} {
		if err := os.MkdirAll(filepath.Join(dir, name), 0o700); err != nil {
			return nil, fmt.Errorf("evidence: %w", err)
		}
	}
	return &Folder{dir: dir, limits: limits, busy: map[string]bool{}}, nil
}

// Limits returns what the folder takes, so that a page can say it beforehand.
func (f *Folder) Limits() Limits { return f.limits }

// Put stores what r gives and returns its digest and kind once the bytes are on
// disk. The beginning decides whether the rest is read. Refusals: evidence.empty,
// evidence.kind, evidence.mismatch, evidence.toolarge, evidence.unsafe; nothing
// is kept then. The same bytes put twice are stored once.
func (f *Folder) Put(ctx context.Context, name string, r io.Reader) (file File, err error) {
	name = CleanName(name)
	kind, body, err := claim(name, r)
	if err != nil {
		return File{}, err
	}
	temp, err := os.CreateTemp(filepath.Join(f.dir, incoming), "*.part")
	if err != nil {
		return File{}, fmt.Errorf("evidence: new file: %w", err)
	}
	defer func() {
		if gone := os.Remove(temp.Name()); !errors.Is(gone, fs.ErrNotExist) {
			err = errors.Join(err, gone)
		}
	}()
	digest, size, err := f.receive(ctx, temp, body)
	if err == nil {
		file, err = f.accept(ctx, File{Digest: digest, Name: name, Kind: kind, Size: size}, temp)
	}
	if err = errors.Join(err, temp.Close()); err != nil {
		return File{}, err
	}
	return file, f.settle(temp.Name(), digest)
}

// accept looks into a whole file, has it scanned, and makes it durable.
func (f *Folder) accept(ctx context.Context, file File, bytes *os.File) (File, error) {
	err := f.inspect(file.Name, file.Kind, bytes, bytes, file.Size)
	if err == nil {
		file.Scan, err = f.scan(ctx, file.Name, io.NewSectionReader(bytes, 0, file.Size))
	}
	if err != nil {
		return File{}, err
	}
	if err := bytes.Sync(); err != nil {
		return File{}, fmt.Errorf("evidence: keep: %w", err)
	}
	return file, nil
}

// receive copies at most the limit and returns digest and size.
func (f *Folder) receive(ctx context.Context, w io.Writer, r io.Reader) (Digest, int64, error) {
	sum := sha256.New()
	n, err := io.Copy(io.MultiWriter(w, sum), io.LimitReader(&patient{ctx: ctx, r: r}, f.limits.File+1))
	if err != nil {
		return "", 0, fmt.Errorf("evidence: receive: %w", err)
	}
	if n > f.limits.File {
		return "", 0, f.tooLarge()
	}
	return Digest(hex.EncodeToString(sum.Sum(nil))), n, nil
}

func (f *Folder) tooLarge() *fault.Refusal {
	return fault.New(fault.TooLarge, "evidence.toolarge", "most", mebibytes(f.limits.File))
}

// settle moves a finished file to its place and makes the move durable. An
// older copy is replaced: the bytes are the same, or the old ones were damaged.
func (f *Folder) settle(temp string, d Digest) error {
	place := f.path(d)
	shelf := filepath.Dir(place)
	err := os.Mkdir(shelf, 0o700)
	if err == nil {
		err = syncDir(f.dir)
	} else if errors.Is(err, fs.ErrExist) {
		err = nil
	}
	if err == nil {
		err = os.Rename(temp, place)
	}
	if err == nil {
		err = syncDir(shelf)
	}
	if err != nil {
		return fmt.Errorf("evidence: keep: %w", err)
	}
	return nil
}

func (f *Folder) path(d Digest) string {
	return filepath.Join(f.dir, string(d[:2]), string(d[2:]))
}

// Read returns the bytes of a digest after it has checked that they are those
// bytes. Refusals: evidence.unknown where the text is no digest, evidence.missing
// and evidence.altered where the disk has lost or changed the file.
func (f *Folder) Read(ctx context.Context, d Digest) (io.ReadSeekCloser, error) {
	if _, err := ParseDigest(string(d)); err != nil {
		return nil, err
	}
	file, err := os.Open(f.path(d))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fault.New(fault.NotFound, "evidence.missing")
	}
	if err != nil {
		return nil, fmt.Errorf("evidence: read: %w", err)
	}
	sum := sha256.New()
	_, err = io.Copy(sum, &patient{ctx: ctx, r: file})
	if err == nil {
		_, err = file.Seek(0, io.SeekStart)
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("evidence: read: %w", err), file.Close())
	}
	if hex.EncodeToString(sum.Sum(nil)) != string(d) {
		return nil, errors.Join(fault.New(fault.Conflict, "evidence.altered"), file.Close())
	}
	return file, nil
}

// Remove deletes the bytes of a digest; it changes nothing where they are gone. Who
// keeps files for several owners asks first whether another still needs them.
func (f *Folder) Remove(_ context.Context, d Digest) error {
	if _, err := ParseDigest(string(d)); err != nil {
		return err
	}
	if err := os.Remove(f.path(d)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("evidence: remove: %w", err)
	}
	return syncDir(f.dir)
}

// Problem is a file that is not what its digest says.
type Problem struct {
	Digest Digest
	What   string // "missing" or "altered"
}

// Check reads every file of the list and returns those that are missing or
// altered, in the order of the list.
func (f *Folder) Check(ctx context.Context, list []Digest) ([]Problem, error) {
	var out []Problem
	for _, d := range list {
		what, err := f.CheckOne(ctx, d)
		if err != nil {
			return nil, err
		}
		if what != "" {
			out = append(out, Problem{Digest: d, What: what})
		}
	}
	return out, nil
}

// CheckOne reads a file and returns "missing" or "altered", or "" when it is
// what its digest says. Its memory does not grow with the file.
func (f *Folder) CheckOne(ctx context.Context, d Digest) (what string, err error) {
	file, err := f.Read(ctx, d)
	switch {
	case err == nil:
		if err := file.Close(); err != nil {
			return "", fmt.Errorf("evidence: check: %w", err)
		}
		return "", nil
	case errors.Is(err, fault.New(fault.Conflict, "evidence.altered")):
		return "altered", nil
	case len(fault.All(err)) > 0:
		return "missing", nil
	}
	return "", err
}

// Sweep removes unfinished files that were last written before the given
// moment of the wall clock: what a killed process left behind.
func (f *Folder) Sweep(before time.Time) error {
	entries, err := os.ReadDir(filepath.Join(f.dir, incoming))
	if err != nil {
		return fmt.Errorf("evidence: sweep: %w", err)
	}
	for _, e := range entries {
		info, err := e.Info()
		if errors.Is(err, fs.ErrNotExist) || err == nil && !info.ModTime().Before(before) {
			continue
		}
		if err == nil {
			err = os.Remove(filepath.Join(f.dir, incoming, e.Name()))
		}
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("evidence: sweep: %w", err)
		}
	}
	return nil
}

func syncDir(dir string) error {
	d, err := os.Open(dir) //nolint:gosec // a folder of our own making, named by a checked digest
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// patient is a reader that stops when its context ends.
type patient struct {
	ctx context.Context //nolint:containedctx // lives no longer than the call that made it
	r   io.Reader
}

func (p *patient) Read(b []byte) (int, error) {
	if err := p.ctx.Err(); err != nil {
		return 0, err
	}
	return p.r.Read(b)
}
