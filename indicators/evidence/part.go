package evidence

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"minyi/indicators/fault"
)

const parts = "parts" // files that come in parts

// Begin makes room for a file that comes in parts. The id is the caller's: digits,
// letters and hyphens.
func (f *Folder) Begin(id string) error {
	file, err := os.OpenFile(f.part(id), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("evidence: begin: %w", err)
	}
	if err := errors.Join(file.Close(), syncDir(filepath.Join(f.dir, parts))); err != nil {
		return fmt.Errorf("evidence: begin: %w", err)
	}
	return nil
}

func (f *Folder) part(id string) string {
	clean := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r == '-' {
			return r
		}
		return -1
	}, id)
	return filepath.Join(f.dir, parts, clean+".part")
}

// Held returns how many bytes of a file have come, or evidence.unknown.
func (f *Folder) Held(id string) (int64, error) {
	info, err := os.Stat(f.part(id))
	if errors.Is(err, fs.ErrNotExist) {
		return 0, fault.New(fault.NotFound, "evidence.unknown")
	}
	if err != nil {
		return 0, fmt.Errorf("evidence: held: %w", err)
	}
	return info.Size(), nil
}

// Piece is a part of a file as it comes.
type Piece struct {
	At   int64     // the byte at which it begins
	Most int64     // bytes that it may hold
	From io.Reader // where it comes from
	Sum  hash.Hash // how it is checked; nil: not
	Want []byte    // what Sum must give
}

// Append adds a piece and returns how many bytes are then held for good: they are
// on disk before it returns. What came before a line broke stays. Refusals, which
// keep nothing: upload.busy while another piece is being written, upload.offset
// where the piece does not begin where the file ends, upload.checksum.
func (f *Folder) Append(ctx context.Context, id string, p Piece) (int64, error) {
	release, err := f.hold(id)
	if err != nil {
		return 0, err
	}
	defer release()
	held, err := f.Held(id)
	if err != nil {
		return 0, err
	}
	if held != p.At {
		return held, fault.New(fault.Conflict, "upload.offset")
	}
	file, err := os.OpenFile(f.part(id), os.O_WRONLY, 0)
	if err != nil {
		return held, fmt.Errorf("evidence: append: %w", err)
	}
	n, err := write(ctx, file, p)
	return held + n, errors.Join(err, file.Close())
}

// write writes a piece where it belongs and syncs it.
func write(ctx context.Context, file *os.File, p Piece) (int64, error) {
	to := io.Writer(io.NewOffsetWriter(file, p.At))
	if p.Sum != nil {
		to = io.MultiWriter(to, p.Sum)
	}
	n, broken := io.Copy(to, io.LimitReader(&patient{ctx: ctx, r: p.From}, p.Most))
	if p.Sum != nil && (broken != nil || !bytes.Equal(p.Sum.Sum(nil), p.Want)) {
		if err := file.Truncate(p.At); err != nil {
			return 0, fmt.Errorf("evidence: append: %w", err)
		}
		n = 0
		if broken == nil {
			broken = fault.New(fault.Invalid, "upload.checksum")
		}
	}
	if err := file.Sync(); err != nil {
		return 0, fmt.Errorf("evidence: append: %w", err)
	}
	if broken != nil && len(fault.All(broken)) == 0 {
		broken = fmt.Errorf("evidence: append: %w", broken)
	}
	return n, broken
}

// hold keeps others from the file of that id until release is called.
func (f *Folder) hold(id string) (release func(), err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.busy[id] {
		return nil, fault.New(fault.Conflict, "upload.busy")
	}
	f.busy[id] = true
	return func() {
		f.mu.Lock()
		defer f.mu.Unlock()
		delete(f.busy, id)
	}, nil
}

// Glance refuses a file that comes in parts by its first bytes, so that nobody
// sends the rest in vain.
func (f *Folder) Glance(id, name string) error {
	file, err := os.Open(f.part(id))
	if err != nil {
		return fmt.Errorf("evidence: glance: %w", err)
	}
	_, _, err = claim(CleanName(name), file)
	return errors.Join(err, file.Close())
}

// Finish makes a file of all parts: it is checked as by Put, and kept under its
// digest. The parts stay until Drop, so that it may be repeated.
func (f *Folder) Finish(ctx context.Context, id, name string) (file File, err error) {
	release, err := f.hold(id)
	if err != nil {
		return File{}, err
	}
	defer release()
	source, err := os.Open(f.part(id))
	if errors.Is(err, fs.ErrNotExist) {
		return File{}, fault.New(fault.NotFound, "evidence.unknown")
	}
	if err != nil {
		return File{}, fmt.Errorf("evidence: finish: %w", err)
	}
	defer func() { err = errors.Join(err, source.Close()) }()
	return f.finish(ctx, f.part(id), CleanName(name), source)
}

func (f *Folder) finish(ctx context.Context, path, name string, source *os.File) (File, error) {
	kind, body, err := claim(name, source)
	if err != nil {
		return File{}, err
	}
	sum := sha256.New()
	size, err := io.Copy(sum, io.LimitReader(&patient{ctx: ctx, r: body}, f.limits.File+1))
	if err != nil {
		return File{}, fmt.Errorf("evidence: finish: %w", err)
	}
	if size > f.limits.File {
		return File{}, f.tooLarge()
	}
	file := File{Digest: Digest(hex.EncodeToString(sum.Sum(nil))), Name: name, Kind: kind, Size: size}
	if file, err = f.accept(ctx, file, source); err != nil {
		return File{}, err
	}
	link := filepath.Join(f.dir, incoming, filepath.Base(path))
	if err := os.Remove(link); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return File{}, fmt.Errorf("evidence: finish: %w", err)
	}
	if err := os.Link(path, link); err != nil { // a second name, not a second copy
		return File{}, fmt.Errorf("evidence: finish: %w", err)
	}
	return file, f.settle(link, file.Digest)
}

// Drop forgets the parts of a file; it is no mistake when there are none.
func (f *Folder) Drop(id string) error {
	if err := os.Remove(f.part(id)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("evidence: drop: %w", err)
	}
	return nil
}
