package keyring

import (
	"bytes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/gofrs/flock"

	"minyi/indicators/fault"
)

// FileName is the name of the file of keys in a data folder.
const FileName = "keys.json"

// Key is one key as lists show it.
type Key struct {
	ID        ID        `json:"id"`
	Algorithm Algorithm `json:"algorithm"`
	Made      time.Time `json:"made"`
	Retired   time.Time `json:"retired,omitzero"` // when no value named it any more
}

// stored is a key with its secret.
type stored struct {
	Key
	Secret []byte `json:"secret"`
}

// content is the file. The last key is the current one.
type content struct {
	Format   int      `json:"format"`
	Rotating bool     `json:"rotating,omitempty"` // a change of keys is under way
	Keys     []stored `json:"keys"`
}

const format = 1

// File is the keys in a file that its owner alone may read. Other processes may
// change it meanwhile: it is read again for every value that is sealed, and for every
// key that is not known.
type File struct {
	path string
	now  func() time.Time

	mu   sync.Mutex
	keys map[ID][]byte
}

// Open opens the file of keys in a folder, and makes it with a first key of the
// algorithm where there is none. An algorithm that differs from that of the current
// key takes effect with the next change of keys.
func Open(folder string, a Algorithm, now func() time.Time) (*File, error) {
	f := &File{path: filepath.Join(folder, FileName), now: now, keys: map[ID][]byte{}}
	_, err := f.read()
	if !errors.Is(err, fs.ErrNotExist) {
		return f, err
	}
	return f, f.change(func(c *content) error {
		if len(c.Keys) > 0 { // somebody else was faster
			return nil
		}
		return c.add(a, now())
	})
}

func (c *content) add(a Algorithm, now time.Time) error {
	if a == "" {
		a = AES
	}
	k := stored{Key: Key{Algorithm: a, Made: now.UTC().Truncate(time.Second)}, Secret: make([]byte, secretBytes)}
	_, _ = rand.Read(k.Secret) // never fails since Go 1.24
	var id [4]byte
	for k.ID == 0 || c.has(k.ID) {
		_, _ = rand.Read(id[:])
		k.ID = ID(binary.BigEndian.Uint32(id[:]))
	}
	c.Format, c.Keys = format, append(c.Keys, k)
	return nil
}

func (c *content) has(id ID) bool {
	return slices.ContainsFunc(c.Keys, func(k stored) bool { return k.ID == id })
}

// read reads the file and remembers its keys.
func (f *File) read() (content, error) {
	var c content
	raw, err := os.ReadFile(f.path)
	if err != nil {
		return c, fmt.Errorf("keys: %w", err)
	}
	err = json.Unmarshal(raw, &c)
	if err == nil && c.Format > format {
		return c, fault.New(fault.Conflict, "keys.newer")
	}
	if err := errors.Join(err, c.sound(raw)); err != nil {
		return c, fmt.Errorf("keys: %s is damaged: restore it from a backup: %w", f.path, err)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	clear(f.keys)
	for _, k := range c.Keys {
		if len(k.Secret) != secretBytes {
			return c, fmt.Errorf("keys: key %s has %d bytes", k.ID, len(k.Secret))
		}
		f.keys[k.ID] = k.Secret
	}
	return c, nil
}

// sound says what of the file a stray byte has made of it: a field, a format or an
// algorithm that there is none of, or no key.
func (c content) sound(raw []byte) error {
	strict := json.NewDecoder(bytes.NewReader(raw))
	strict.DisallowUnknownFields()
	var again content
	if err := strict.Decode(&again); err != nil {
		return err
	}
	if c.Format != format || len(c.Keys) == 0 {
		return fmt.Errorf("format %d, %d keys", c.Format, len(c.Keys))
	}
	for _, k := range c.Keys {
		if !slices.Contains(Algorithms(), k.Algorithm) {
			return fmt.Errorf("key %s has the algorithm %q", k.ID, k.Algorithm)
		}
	}
	return nil
}

// Current returns the key of new values.
func (f *File) Current() (ID, Algorithm, error) {
	c, err := f.read()
	if err != nil {
		return 0, "", err
	}
	last := c.Keys[len(c.Keys)-1]
	return last.ID, last.Algorithm, nil
}

// AEAD returns the cipher of a key for a purpose.
func (f *File) AEAD(id ID, a Algorithm, purpose string) (cipher.AEAD, error) {
	secret := f.secret(id)
	if secret == nil {
		if _, err := f.read(); err != nil {
			return nil, err
		}
		if secret = f.secret(id); secret == nil {
			return nil, fmt.Errorf("keys: there is no key %s in %s: restore the file from a backup", id, f.path)
		}
	}
	return AEAD(a, secret, purpose)
}

func (f *File) secret(id ID) []byte {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.keys[id]
}

// Keys lists the keys, the current one last, and whether a change is under way.
func (f *File) Keys() (keys []Key, rotating bool, err error) {
	c, err := f.read()
	for _, k := range c.Keys {
		keys = append(keys, k.Key)
	}
	return keys, c.Rotating, err
}

// change changes the file: all of it or nothing, whatever stops the process, and one
// process at a time. What the old file held is overwritten.
func (f *File) change(do func(*content) error) (err error) {
	held := flock.New(f.path + ".lock")
	if err := held.Lock(); err != nil {
		return fmt.Errorf("keys: %w", err)
	}
	defer func() { err = errors.Join(err, held.Unlock()) }()
	c, err := f.read()
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := do(&c); err != nil {
		return err
	}
	raw, err := json.MarshalIndent(c, "", "  ")
	if err != nil {
		return fmt.Errorf("keys: %w", err)
	}
	if err := replace(f.path, raw); err != nil {
		return fmt.Errorf("keys: %w", err)
	}
	_, err = f.read()
	return err
}

// replace puts a new file durably in the place of the old one, whose bytes it then
// overwrites; where the disk or the file system keeps old blocks they may live on
// until they are written over.
func replace(path string, data []byte) error {
	old, err := os.OpenFile(path, os.O_WRONLY, 0) //nolint:gosec // the operator names the folder
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	draft := path + ".new"
	if err := write(draft, data); err != nil {
		return err
	}
	if err := os.Rename(draft, path); err != nil {
		return err
	}
	folder, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	if err := errors.Join(folder.Sync(), folder.Close()); err != nil {
		return err
	}
	return wipe(old)
}

func write(path string, data []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600) //nolint:gosec // beside the file that it becomes
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	return errors.Join(err, f.Sync(), f.Close())
}

func wipe(f *os.File) error {
	if f == nil {
		return nil
	}
	info, err := f.Stat()
	if err == nil {
		_, err = f.Write(make([]byte, info.Size()))
	}
	return errors.Join(err, f.Sync(), f.Close())
}
