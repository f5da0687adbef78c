package measure

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"minyi/cmd/load/drive"
	"minyi/cmd/load/stage"
)

// Profile lets the door answer forms at each number of connections, and show
// pages, while the profiler of the server runs. It returns the names of the files
// in the folder, which `go tool pprof` reads. The binary must be one of stage.BuildProfiled.
func Profile(ctx context.Context, o Options, folder string) (files []string, err error) {
	s := &session{Options: o}
	written := filepath.Join(folder, "cpu.pprof")
	profiled := func(name string) wrap { return s.profiled(written, filepath.Join(folder, name)) }
	defer s.stop()
	if s.door, err = s.service(ctx, "profiled", s.need(), stage.ProfileTo(written)); err != nil {
		return nil, err
	}
	if err := s.learn(ctx); err != nil {
		return nil, err
	}
	for _, conns := range o.Conns {
		name := fmt.Sprintf("post-%d.pprof", conns)
		if err := s.post(ctx, Door, s.door, 0, drive.Load{Conns: conns}, profiled(name)); err != nil {
			return nil, err
		}
		files = append(files, filepath.Join(folder, name))
	}
	if err := s.pages(ctx, 0, o.Conns[0], profiled("page.pprof")); err != nil {
		return nil, err
	}
	return append(files, filepath.Join(folder, "page.pprof")), nil
}

// profiled wraps a turn in a profile, which the server writes to one file and
// which is kept under another name.
func (s *session) profiled(written, kept string) wrap {
	return func(turn func() error) error {
		if err := s.door.server.BeginProfile(); err != nil {
			return err
		}
		if err := turn(); err != nil {
			return err
		}
		if err := s.door.server.EndProfile(written); err != nil {
			return err
		}
		return os.Rename(written, kept)
	}
}

// Top returns the functions of a profile with the most time, their callees
// counted in, as `go tool pprof` prints them.
func Top(ctx context.Context, file string, lines int) (string, error) {
	out, err := exec.CommandContext(ctx, "go", "tool", "pprof", "-top", "-cum", fmt.Sprintf("-nodecount=%d", lines), file).Output() //nolint:gosec // our own file
	if err != nil {
		return "", fmt.Errorf("profile %s: %w", file, err)
	}
	return strings.TrimSpace(string(out)), nil
}
