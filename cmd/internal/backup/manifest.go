// Package backup puts a data folder into one encrypted file while it is being
// served, and unpacks such a file again. A file is whole or it is refused: the
// manifest comes last and names the digest of everything before it. The package
// knows which files a folder has, not what is in them.
package backup

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"
	"time"

	"minyi/indicators/fault"
)

// Format is the version of the archive that this program writes and reads.
const Format = 1

const manifestName = "manifest.json"

// maxManifest bounds what is read of a manifest, in bytes: some ten million files.
const maxManifest = 1 << 30

// Entry is one file of the archive.
type Entry struct {
	Name   string `json:"name"`   // path below the data folder, with slashes
	Size   int64  `json:"size"`   // bytes
	SHA256 string `json:"sha256"` // hex
}

// Manifest says what an archive holds. It is its last entry.
type Manifest struct {
	Format   int       `json:"format"`
	Software string    `json:"software"`
	At       time.Time `json:"at"` // when the databases were copied, UTC
	Entries  []Entry   `json:"entries"`
}

// broken is what an archive is that was cut short or changed; why is for the log.
func broken(why error) error {
	return fmt.Errorf("%w: %w", fault.New(fault.Invalid, "backup.broken"), why)
}

func parseManifest(r io.Reader) (Manifest, error) {
	var m Manifest
	if err := json.NewDecoder(io.LimitReader(r, maxManifest)).Decode(&m); err != nil {
		return m, broken(fmt.Errorf("manifest: %w", err))
	}
	if m.Format > Format {
		return m, fault.New(fault.Invalid, "backup.newer", "software", m.Software)
	}
	return m, nil
}

// agrees reports an error unless what was unpacked is what the manifest names.
func (m Manifest) agrees(unpacked []Entry) error {
	if !slices.Equal(m.Entries, unpacked) {
		return broken(errors.New("the files are not those of the manifest"))
	}
	return nil
}

// safe reports whether a name stays below the folder that it is unpacked into.
func safe(name string) bool {
	return name != "" && path.Clean(name) == name && !path.IsAbs(name) && name != ".." && !strings.HasPrefix(name, "../") &&
		!strings.ContainsAny(name, "\\\x00:")
}
