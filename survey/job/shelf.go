package job

import (
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
	"syscall"

	"minyi/indicators/fault"
	"minyi/indicators/keyring"
)

// The files of a job, by its id: what it reads, what it is writing, what it made.
const (
	inSuffix   = ".in"
	partSuffix = ".part"
	outSuffix  = ".out"
)

// shelf is the folder of the files: readable by its owner only, and every file in
// it sealed under a key of its own.
type shelf struct {
	folder string
	secret []byte
	cipher keyring.Algorithm
}

func openShelf(folder string, secret []byte, with keyring.Algorithm) (*shelf, error) {
	const owner = 0o700
	if err := os.MkdirAll(folder, owner); err != nil {
		return nil, fmt.Errorf("job: folder: %w", err)
	}
	if with == "" {
		with = keyring.AES
	}
	return &shelf{folder: folder, secret: secret, cipher: with}, nil
}

// path is the file of a job; its id is written in hexadecimal, so that no id leads
// elsewhere.
func (s *shelf) path(id, suffix string) string {
	return filepath.Join(s.folder, hex.EncodeToString([]byte(id))+suffix)
}

// draft is a file that is being written.
type draft struct {
	File
	shelf  *shelf
	id     string
	disk   *os.File
	sealed *sealing
	sum    hash.Hash
}

// create begins the file of a job anew.
func (s *shelf) create(id, name, media string) (*draft, error) {
	const owner = 0o600
	disk, err := os.OpenFile(s.path(id, partSuffix), os.O_CREATE|os.O_WRONLY|os.O_TRUNC, owner)
	if err != nil {
		return nil, refuse(fmt.Errorf("job: file: %w", err))
	}
	sealed, err := seal(disk, s.cipher, s.secret, id)
	if err != nil {
		return nil, errors.Join(refuse(err), disk.Close())
	}
	return &draft{File: File{Name: name, Media: media}, shelf: s, id: id, disk: disk, sealed: sealed, sum: sha256.New()}, nil
}

// Write adds to the file.
func (d *draft) Write(p []byte) (int, error) {
	n, err := d.sealed.Write(p)
	d.sum.Write(p[:n])
	d.Size += int64(n)
	if err != nil {
		return n, refuse(fmt.Errorf("job: write a file: %w", err))
	}
	return n, nil
}

// keep ends the file, durably, under the suffix.
func (d *draft) keep(suffix string) (*File, error) {
	err := d.sealed.Close()
	if err == nil {
		err = d.disk.Sync()
	}
	if err = errors.Join(err, d.disk.Close()); err == nil {
		err = os.Rename(d.shelf.path(d.id, partSuffix), d.shelf.path(d.id, suffix))
	}
	if err != nil {
		return nil, refuse(fmt.Errorf("job: keep a file: %w", err))
	}
	d.SHA256 = hex.EncodeToString(d.sum.Sum(nil))
	f := d.File
	return &f, nil
}

// drop gives the file up.
func (d *draft) drop() error {
	return errors.Join(d.disk.Close(), d.shelf.erase(d.id, partSuffix))
}

// put stores what a job is to read.
func (s *shelf) put(id string, from io.Reader) error {
	d, err := s.create(id, "", "")
	if err != nil {
		return err
	}
	if _, err := io.Copy(d, from); err != nil {
		return errors.Join(err, d.drop())
	}
	_, err = d.keep(inSuffix)
	return err
}

// plain is a file of the shelf that is read.
type plain struct {
	io.Reader
	disk *os.File
}

// Close closes the file.
func (p *plain) Close() error { return p.disk.Close() }

// open reads a file of the shelf; job.nofile where there is none.
func (s *shelf) open(id, suffix string) (io.ReadCloser, error) {
	disk, err := os.Open(s.path(id, suffix))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fault.New(fault.NotFound, "job.nofile")
	}
	if err != nil {
		return nil, refuse(fmt.Errorf("job: open a file: %w", err))
	}
	r, err := unseal(disk, s.secret, id)
	if err != nil {
		return nil, errors.Join(err, disk.Close())
	}
	return &plain{Reader: r, disk: disk}, nil
}

// erase removes files of a job; those that are not there do no harm.
func (s *shelf) erase(id string, suffixes ...string) error {
	var errs []error
	for _, suffix := range suffixes {
		if err := os.Remove(s.path(id, suffix)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			errs = append(errs, fmt.Errorf("job: erase a file: %w", err))
		}
	}
	return errors.Join(errs...)
}

// sweep removes every file that nothing needs: needs says which of a job's files
// are needed. What is no file of a job is left alone.
func (s *shelf) sweep(needs func(id, suffix string) bool) error {
	entries, err := os.ReadDir(s.folder)
	if err != nil {
		return fmt.Errorf("job: sweep: %w", err)
	}
	var errs []error
	for _, e := range entries {
		name, suffix := strings.TrimSuffix(e.Name(), filepath.Ext(e.Name())), filepath.Ext(e.Name())
		id, err := hex.DecodeString(name)
		known := suffix == inSuffix || suffix == partSuffix || suffix == outSuffix
		if err == nil && known && !needs(string(id), suffix) {
			errs = append(errs, s.erase(string(id), suffix))
		}
	}
	return errors.Join(errs...)
}

// refuse turns a disk that is full or cannot be written into a refusal.
func refuse(err error) error {
	for _, code := range []syscall.Errno{syscall.ENOSPC, syscall.EDQUOT, syscall.EROFS, syscall.EIO} {
		if errors.Is(err, code) {
			return errors.Join(fault.New(fault.Unavailable, "store.unavailable"), err)
		}
	}
	return err
}
