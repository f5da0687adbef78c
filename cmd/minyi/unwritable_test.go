package main

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"minyi/indicators/fault"
	"minyi/web/view"
)

// A data folder that cannot be written, or not be made, is refused before anything is
// started, with a sentence that names it and says what to do.
func TestF06AFolderThatCannotBeWrittenIsRefusedAtTheStart(t *testing.T) {
	t.Parallel()
	texts, err := view.LoadTexts()
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(file, "data") // below a file nobody can write, root neither
	said, failed := told(t, texts, "serve", "--data", dir, "--listen", "127.0.0.1:0")
	for _, want := range []string{dir, "cannot be written", "nothing was started", "--data"} {
		if failed == nil || said != "" || !strings.Contains(failed.Error(), want) {
			t.Errorf("got %q, %v, want %q in it", said, failed, want)
		}
	}
	if _, err := lock(dir); !errors.Is(err, fault.New(fault.Unavailable, "folder.unwritable")) {
		t.Errorf("the lock: got %v", err)
	}
}
