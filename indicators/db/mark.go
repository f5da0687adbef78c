package db

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"

	"minyi/indicators/fault"
)

// A mark is a file of two slots, each in a block of the disk of its own: they are
// written in turns, in place, so that a write which was cut leaves the one before it.
// It is not synced with every transaction, which would cost as much as the transaction:
// the system writes it within half a minute, and after a kill it has it already.
const (
	markSuffix = "-stand"
	markSlot   = 4096
	markSlots  = 2
	markLine   = "minyi stand %d %d %d "
)

// mark is the open file.
type mark struct {
	mu     sync.Mutex
	file   *os.File
	newest Stand
}

// slotOf is what stands in a slot: a line and half of its digest.
func slotOf(s Stand) []byte {
	line := fmt.Appendf(nil, markLine, s.Writes, s.Entries, s.Answers)
	sum := sha256.Sum256(line)
	return append(hex.AppendEncode(line, sum[:sha256.Size/2]), '\n')
}

// readSlot is the stand in a slot; false where it is torn, or was never written.
func readSlot(raw []byte) (s Stand, whole bool) {
	if _, err := fmt.Sscanf(string(raw[:min(len(raw), markSlot)]), markLine, &s.Writes, &s.Entries, &s.Answers); err != nil {
		return Stand{}, false
	}
	return s, bytes.HasPrefix(raw, slotOf(s))
}

// readMark is the newest stand that was recorded for the half at path.
func readMark(path string) (newest Stand, err error) {
	const tries = 5 // a service may be writing both slots meanwhile
	for range tries {
		raw, err := os.ReadFile(path + markSuffix) //nolint:gosec // the operator names the folder
		if err != nil {
			return newest, fmt.Errorf("mark: %w", err)
		}
		found := false
		for at := 0; at < len(raw); at += markSlot {
			if s, whole := readSlot(raw[at:]); whole && (!found || s.Writes > newest.Writes) {
				newest, found = s, true
			}
		}
		if found {
			return newest, nil
		}
	}
	return newest, fault.New(fault.Conflict, "store.mark", "file", filepath.Base(path+markSuffix))
}

// makeMark writes the mark of the half at path, whole or not at all, by give: os.Rename
// puts it in the place of another, os.Link only where there is none.
func makeMark(path string, s Stand, give func(from, to string) error) (err error) {
	raw := make([]byte, markSlots*markSlot)
	for at := 0; at < len(raw); at += markSlot {
		copy(raw[at:], slotOf(s))
	}
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+markSuffix+"-*") // 0600
	if err != nil {
		return fmt.Errorf("mark: %w", err)
	}
	_, err = f.Write(raw)
	if err = errors.Join(err, f.Sync(), f.Close()); err == nil {
		err = give(f.Name(), path+markSuffix)
	}
	if gone := os.Remove(f.Name()); gone != nil && !errors.Is(gone, fs.ErrNotExist) {
		err = errors.Join(err, gone)
	}
	if err != nil {
		return fmt.Errorf("mark: %w", err)
	}
	return nil
}

// openMark opens the mark of the half at path, which stands there.
func openMark(path string, s Stand) (*mark, error) {
	if _, err := os.Stat(path + markSuffix); errors.Is(err, fs.ErrNotExist) {
		err := makeMark(path, s, os.Link)
		if err != nil && !errors.Is(err, fs.ErrExist) {
			err = makeMark(path, s, os.Rename) // there are file systems without links
		}
		if err != nil && !errors.Is(err, fs.ErrExist) {
			return nil, err
		}
	}
	f, err := os.OpenFile(path+markSuffix, os.O_RDWR, 0) //nolint:gosec // likewise
	if err != nil {
		return nil, fmt.Errorf("mark: %w", err)
	}
	m := &mark{file: f}
	m.reach(s)
	return m, nil
}

func (m *mark) reach(s Stand) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if s.Writes <= m.newest.Writes {
		return
	}
	if _, err := m.file.WriteAt(slotOf(s), s.Writes%markSlots*markSlot); err == nil {
		m.newest = s
	}
}

// close brings the mark to the disk.
func (m *mark) close() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	return errors.Join(m.file.Sync(), m.file.Close())
}
