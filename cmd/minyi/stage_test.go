package main

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"minyi/cmd/internal/rehearsal"
)

// moments are the times to which tests want the round played, in their order. A
// demo that is played to one of them comes past those before, and each is kept: a
// test that wants it gets a copy, instead of playing the same weeks again.
func moments() []string {
	return []string{
		"2020-07-20T10:00", "2020-07-25T09:00", "2020-08-04T12:00:00+08:00", "2020-08-15", "2020-09-01T08:00",
		"2020-09-01T09:00", "2020-09-02T09:00", fieldwork, "2020-09-15T10:00", "2020-09-24T10:00", "2020-10-26T09:00",
		"2020-10-26T10:00", "2020-10-26T16:00", "2020-10-27T12:00", "2020-11-05T09:00", "2021-01-10T09:00",
	}
}

// fieldwork stands for the moment to which a demo plays by itself.
const fieldwork = ""

// stages keeps the folders of demos that were played to a moment.
type stages struct {
	mu   sync.Mutex
	root string
	made int // of the moments, in their order
}

// kept is one for all tests of this process; TestMain throws its folders away.
var kept stages

// TestMain throws away what tests have kept for each other.
func TestMain(m *testing.M) {
	status := m.Run()
	if kept.root != "" {
		if err := os.RemoveAll(kept.root); err != nil {
			fmt.Fprintln(os.Stderr, err)
			status = max(status, 1)
		}
	}
	os.Exit(status)
}

// played copies into an empty folder a demo that was played to one of the moments.
func (s *stages) played(t *testing.T, moment int, dir string) {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.root == "" {
		root, err := os.MkdirTemp("", "minyi-stages-") //nolint:usetesting // outlives the test that asks first
		if err != nil {
			t.Fatal(err)
		}
		s.root = root
	}
	for ; s.made <= moment; s.made++ {
		next := s.folder(s.made)
		if err := os.RemoveAll(next); err != nil { // of one that failed
			t.Fatal(err)
		}
		if s.made > 0 {
			duplicate(t, s.folder(s.made-1), next)
		}
		at := moments()[s.made]
		if at == fieldwork {
			at = rehearsal.Fieldwork().Format(time.RFC3339)
		}
		if err := runDemo(t, next, "--at", at).stop(); err != nil {
			t.Fatal(err)
		}
	}
	duplicate(t, s.folder(moment), dir)
}

func (s *stages) folder(i int) string { return filepath.Join(s.root, fmt.Sprintf("%02d", i)) }

// duplicate copies a folder with the rights of its files.
func duplicate(t *testing.T, from, to string) {
	t.Helper()
	err := filepath.WalkDir(from, func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		rest, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		target := filepath.Join(to, rest)
		if entry.IsDir() {
			return os.MkdirAll(target, info.Mode().Perm())
		}
		raw, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		return os.WriteFile(target, raw, info.Mode().Perm())
	})
	if err != nil {
		t.Fatal(err)
	}
}

// momentOf is the place among the moments of what a demo's arguments ask for; -1
// for other arguments.
func momentOf(args []string) int {
	switch {
	case len(args) == 0:
		return slices.Index(moments(), fieldwork)
	case len(args) == 2 && args[0] == "--at":
		return slices.Index(moments(), args[1])
	default:
		return -1
	}
}

// startDemo runs a demo on a folder and waits for its ready line. Into an empty
// folder goes a copy of one that was played already, where there is one.
func startDemo(t *testing.T, dir string, args ...string) *runningDemo {
	t.Helper()
	if moment := momentOf(args); moment >= 0 {
		switch _, err := os.Stat(filepath.Join(dir, demoFile)); {
		case err == nil: // somebody has begun it
		case os.IsNotExist(err):
			kept.played(t, moment, dir)
			return runDemo(t, dir)
		default:
			t.Fatal(err)
		}
	}
	return runDemo(t, dir, args...)
}
