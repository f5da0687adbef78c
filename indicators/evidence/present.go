package evidence

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// Holds reports whether the folder has a file under that digest in that size. It
// does not read the bytes: Check and Read do.
func (f *Folder) Holds(file File) (bool, error) {
	if _, err := ParseDigest(string(file.Digest)); err != nil {
		return false, nil //nolint:nilerr // a text that is no digest names no file
	}
	info, err := os.Stat(f.path(file.Digest))
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("evidence: look: %w", err)
	}
	return info.Size() == file.Size, nil
}
