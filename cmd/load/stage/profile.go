package stage

import (
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

//go:embed profile/profile.go.txt
var profiler []byte

//go:embed profile/sealing.go.txt
var bare []byte

// profileVar names the file of the profile in the server's environment.
const profileVar = "LOAD_PROFILE"

// ProfileTo is what the environment of such a server holds: where the profile is
// written.
func ProfileTo(path string) string { return profileVar + "=" + path }

// BuildProfiled builds the service with a profiler beside it, which the product
// itself does not have: one file is added to this one build.
func BuildProfiled(ctx context.Context, dir string) (string, error) {
	return buildWith(ctx, dir, "minyi/cmd/minyi", "zz_profile.go", profiler)
}

// BuildBare builds the service without commitments, which it cannot do itself: one
// file is another in this one build. What commitments cost is measured against it.
func BuildBare(ctx context.Context, dir string) (string, error) {
	return buildWith(ctx, dir, "minyi/survey", "sealing.go", bare)
}

// buildWith builds the service with one file of one of its packages in place of what
// is there.
func buildWith(ctx context.Context, dir, pkg, name string, text []byte) (string, error) {
	out, err := exec.CommandContext(ctx, "go", "list", "-f", "{{.Dir}}", pkg).Output() //nolint:gosec // our own package
	if err != nil {
		return "", fmt.Errorf("find the service's source: %w", err)
	}
	added := filepath.Join(dir, name)
	if err := os.WriteFile(added, text, 0o600); err != nil {
		return "", fmt.Errorf("build with %s: %w", name, err)
	}
	overlay, err := json.Marshal(map[string]map[string]string{
		"Replace": {filepath.Join(strings.TrimSpace(string(out)), name): added},
	})
	if err != nil {
		return "", fmt.Errorf("build with %s: %w", name, err)
	}
	list := filepath.Join(dir, "overlay.json")
	if err := os.WriteFile(list, overlay, 0o600); err != nil {
		return "", fmt.Errorf("build with %s: %w", name, err)
	}
	return Build(ctx, "minyi/cmd/minyi", dir, "-overlay", list)
}

// BeginProfile starts the profile of a server that was built by BuildProfiled.
func (s *Server) BeginProfile() error { return s.cmd.Process.Signal(syscall.SIGUSR1) }

// errProfile means that no profile came.
var errProfile = errors.New("the server wrote no profile")

// EndProfile ends it and waits until the file is written.
func (s *Server) EndProfile(path string) error {
	if err := s.cmd.Process.Signal(syscall.SIGUSR2); err != nil {
		return fmt.Errorf("%w: %w", errProfile, err)
	}
	const tries, step = 200, 20 * time.Millisecond
	for range tries {
		if _, err := os.Stat(path + ".done"); err == nil {
			return os.Remove(path + ".done")
		}
		time.Sleep(step)
	}
	return errProfile
}
