// Package keep writes small files of a data folder whole or not at all, for
// their owner only.
package keep

import (
	"encoding/json"
	"fmt"
	"os"
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
