// Package preview makes of an exhibit what a browser can show without running
// anything of it: a small picture, or the text, tables and pictures of an Office
// file as plain blocks. It keeps what it made of pictures, by digest. It decides
// nothing about who may look, and what it makes replaces no original.
package preview

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"

	"minyi/indicators/evidence"
	"minyi/indicators/fault"
)

// Sides of pictures, in pixels.
const (
	Thumbnail = 160
	Full      = 1600
)

// Maker makes previews. Few are made at once, so that large pictures of many
// people never need more memory than a few of them.
type Maker struct {
	dir  string
	turn chan struct{}
}

const atOnce = 2

// Open returns a maker that keeps its pictures in dir, making it where it is
// missing. Everything in it can be made again.
func Open(dir string) (*Maker, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("preview: %w", err)
	}
	return &Maker{dir: dir, turn: make(chan struct{}, atOnce)}, nil
}

// Picture returns an image whose longer side has at most side pixels, upright as
// its camera says, as JPEG without any of the camera's notes. open is asked only
// where it was not made before. Refusal: preview.none.
func (m *Maker) Picture(ctx context.Context, f evidence.File, side int, open func() (io.ReadSeekCloser, error)) (out []byte, err error) {
	place := m.place(f.Digest, side)
	if out, err := os.ReadFile(place); err == nil || !errors.Is(err, fs.ErrNotExist) { //nolint:gosec // named by a checked digest
		return out, err
	}
	release, err := m.wait(ctx)
	if err != nil {
		return nil, err
	}
	defer release()
	file, err := open()
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	if out, err = shrink(file, side); err != nil {
		return nil, err
	}
	return out, keep(place, out)
}

func (m *Maker) place(d evidence.Digest, side int) string {
	return filepath.Join(m.dir, string(d)+"-"+strconv.Itoa(side)+".jpg")
}

// Remove deletes what was made of a file; nothing is no error.
func (m *Maker) Remove(d evidence.Digest) error {
	if _, err := evidence.ParseDigest(string(d)); err != nil {
		return err
	}
	for _, side := range []int{Thumbnail, Full} {
		if err := os.Remove(m.place(d, side)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("preview: %w", err)
		}
	}
	return nil
}

// wait waits for a turn.
func (m *Maker) wait(ctx context.Context) (release func(), err error) {
	select {
	case m.turn <- struct{}{}:
		return func() { <-m.turn }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// keep writes a file that is there as a whole or not at all.
func keep(place string, out []byte) (err error) {
	temp, err := os.CreateTemp(filepath.Dir(place), "*.new")
	if err != nil {
		return fmt.Errorf("preview: %w", err)
	}
	_, err = temp.Write(out)
	if err = errors.Join(err, temp.Close()); err == nil {
		err = os.Rename(temp.Name(), place)
	}
	if err != nil {
		return fmt.Errorf("preview: %w", errors.Join(err, os.Remove(temp.Name())))
	}
	return nil
}

// none refuses what cannot be shown.
func none() error { return fault.New(fault.Invalid, "preview.none") }
