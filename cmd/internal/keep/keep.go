// Package keep writes small files of a data folder whole or not at all, for
// their owner only.
package keep

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// JSON writes v to the file at path: first beside it, then in its place, so
// that a stop in between leaves the old content.
func JSON(path string, v any) error {
	raw, err := json.MarshalIndent(v, "", " ")
	if err != nil {
		return fmt.Errorf("keep %s: %w", path, err)
	}
	if err := os.WriteFile(path+".new", raw, 0o600); err != nil {
		return fmt.Errorf("keep %s: %w", path, err)
	}
	if err := os.Rename(path+".new", path); err != nil {
		return fmt.Errorf("keep %s: %w", path, err)
	}
	return nil
}

// Folder gives a folder of files its name, once their bytes are on the disk: after a
// stop there is a whole folder of that name or none.
func Folder(from, to string) error {
	entries, err := os.ReadDir(from)
	if err != nil {
		return fmt.Errorf("keep %s: %w", to, err)
	}
	for _, e := range entries {
		if err := flush(filepath.Join(from, e.Name())); err != nil {
			return fmt.Errorf("keep %s: %w", to, err)
		}
	}
	if err := os.Rename(from, to); err != nil {
		return fmt.Errorf("keep %s: %w", to, err)
	}
	return flush(filepath.Dir(to))
}

// flush brings a file, or the names in a folder, to the disk.
func flush(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return fmt.Errorf("flush: %w", err)
	}
	return errors.Join(f.Sync(), f.Close())
}
