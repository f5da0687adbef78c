package backup

import (
	"archive/tar"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path"

	"github.com/klauspost/compress/zstd"
)

// Unpack reads an archive into an empty folder and returns its manifest. Anything
// but a whole archive is refused as backup.broken, backup.newer or backup.locked;
// what the folder then holds is of no use.
func Unpack(ctx context.Context, r io.Reader, key Key, dir string) (m Manifest, err error) {
	opened, err := key.open(r)
	if err != nil {
		return m, err
	}
	plain, err := zstd.NewReader(opened)
	if err != nil {
		return m, broken(err)
	}
	defer plain.Close()
	root, err := os.OpenRoot(dir)
	if err != nil {
		return m, fmt.Errorf("unpack: %w", err)
	}
	defer func() { err = errors.Join(err, root.Close()) }()
	u := &unpacker{tar: tar.NewReader(plain), root: root}
	if m, err = u.all(ctx); err != nil {
		return m, err
	}
	for _, rest := range []io.Reader{plain, opened} { // an end that was cut off shows only to who reads on
		if n, err := io.Copy(io.Discard, rest); err != nil || n > 0 {
			return m, broken(fmt.Errorf("%d bytes after the end: %w", n, err))
		}
	}
	return m, m.agrees(u.done)
}

type unpacker struct {
	tar  *tar.Reader
	root *os.Root
	done []Entry
}

func (u *unpacker) all(ctx context.Context) (m Manifest, err error) {
	for {
		if err := ctx.Err(); err != nil {
			return m, err //nolint:wrapcheck // the caller's own
		}
		head, err := u.tar.Next()
		if err != nil { // io.EOF too: the manifest must come before it
			return m, broken(err)
		}
		if head.Name == manifestName {
			if m, err = parseManifest(u.tar); err != nil {
				return m, err
			}
			return m, u.end()
		}
		if head.Typeflag != tar.TypeReg || !safe(head.Name) {
			return m, broken(fmt.Errorf("file %q", head.Name))
		}
		if err := u.file(head.Name); err != nil {
			return m, err
		}
	}
}

// end reads what follows the manifest: nothing, under an intact seal.
func (u *unpacker) end() error {
	if _, err := u.tar.Next(); !errors.Is(err, io.EOF) {
		return broken(fmt.Errorf("after the manifest: %w", err))
	}
	return nil
}

func (u *unpacker) file(name string) (err error) {
	const mine, mineFolder = 0o600, 0o700
	if folder := path.Dir(name); folder != "." {
		if err := u.root.MkdirAll(folder, mineFolder); err != nil {
			return fmt.Errorf("unpack %s: %w", name, err)
		}
	}
	f, err := u.root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mine)
	if err != nil {
		return fmt.Errorf("unpack %s: %w", name, err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	sum := sha256.New()
	size, err := io.Copy(io.MultiWriter(f, sum), u.tar)
	if err != nil {
		return broken(fmt.Errorf("%s: %w", name, err))
	}
	u.done = append(u.done, Entry{Name: name, Size: size, SHA256: hex.EncodeToString(sum.Sum(nil))})
	return f.Sync() //nolint:wrapcheck // the disk's own words
}
