package backup

import (
	"archive/tar"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/klauspost/compress/zstd"
)

// Source is a file to pack: where it lies, and the name that it has below the
// data folder.
type Source struct {
	Path string
	Name string
}

// Pack writes the sources to w, encrypted and in their order, and returns the
// manifest that it has put behind them.
func Pack(ctx context.Context, w io.Writer, lock Lock, m Manifest, sources []Source) (Manifest, error) {
	sealed, err := lock.seal(w)
	if err != nil {
		return m, err
	}
	pressed, err := zstd.NewWriter(sealed, zstd.WithEncoderLevel(zstd.SpeedFastest))
	if err != nil {
		return m, fmt.Errorf("compress: %w", err)
	}
	p := &packer{tar: tar.NewWriter(pressed), at: m.At}
	m.Format, m.Entries = Format, nil
	for _, s := range sources {
		if err := ctx.Err(); err != nil {
			return m, err //nolint:wrapcheck // the caller's own
		}
		entry, err := p.file(s)
		if err != nil {
			return m, errors.Join(err, pressed.Close())
		}
		m.Entries = append(m.Entries, entry)
	}
	err = p.manifest(m)
	if err = errors.Join(err, p.tar.Close(), pressed.Close(), sealed.Close()); err != nil {
		return m, fmt.Errorf("write the backup: %w", err)
	}
	return m, nil
}

type packer struct {
	tar *tar.Writer
	at  time.Time
}

func (p *packer) file(s Source) (entry Entry, err error) {
	f, err := os.Open(s.Path)
	if err != nil {
		return entry, fmt.Errorf("pack: %w", err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	info, err := f.Stat()
	if err != nil {
		return entry, fmt.Errorf("pack: %w", err)
	}
	entry = Entry{Name: s.Name, Size: info.Size()}
	if err := p.head(entry); err != nil {
		return entry, err
	}
	sum := sha256.New()
	if _, err := io.Copy(io.MultiWriter(p.tar, sum), f); err != nil {
		return entry, fmt.Errorf("pack %s: %w", s.Name, err)
	}
	entry.SHA256 = hex.EncodeToString(sum.Sum(nil))
	return entry, nil
}

func (p *packer) manifest(m Manifest) error {
	raw, err := json.Marshal(m)
	if err != nil {
		return fmt.Errorf("manifest: %w", err)
	}
	if err := p.head(Entry{Name: manifestName, Size: int64(len(raw))}); err != nil {
		return err
	}
	_, err = p.tar.Write(raw)
	return err //nolint:wrapcheck // the caller says what it was
}

func (p *packer) head(e Entry) error {
	const mine = 0o600
	err := p.tar.WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: e.Name, Size: e.Size, Mode: mine, ModTime: p.at, Format: tar.FormatPAX})
	if err != nil {
		return fmt.Errorf("pack %s: %w", e.Name, err)
	}
	return nil
}

// Below lists the files below a folder of dir, without those in the folders
// named; none where the folder is missing.
func Below(dir, folder string, without ...string) (out []Source, err error) {
	root := filepath.Join(dir, folder)
	err = filepath.WalkDir(root, func(at string, entry fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil // gone meanwhile, or never there
		}
		if err != nil {
			return err
		}
		name, err := filepath.Rel(dir, at)
		if err != nil {
			return err //nolint:wrapcheck // wrapped below
		}
		for _, not := range without {
			if entry.IsDir() && name == filepath.Join(folder, not) {
				return fs.SkipDir
			}
		}
		if entry.Type().IsRegular() {
			out = append(out, Source{Path: at, Name: filepath.ToSlash(name)})
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("list %s: %w", root, err)
	}
	return out, nil
}
