package job_test

import (
	"context"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"minyi/survey/job"
)

// TestFullDiskIsARefusalAndLeavesNothing writes 4 MiB where there is room for 1:
// on a small file system of memory where the test may mount one, else through a
// link to the device that is always full.
func TestFullDiskIsARefusalAndLeavesNothing(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	work := filepath.Join(folder, "work")
	if err := os.Mkdir(work, 0o700); err != nil {
		t.Fatal(err)
	}
	small := syscall.Mount("tmpfs", work, "tmpfs", 0, "size=1m") == nil
	if small {
		t.Cleanup(func() {
			if err := syscall.Unmount(work, syscall.MNT_DETACH); err != nil {
				t.Error(err)
			}
		})
	}
	h := open(t, folder, nil, func(s *job.Service) {
		s.Register("big", func(_ context.Context, task *job.Task) (any, error) {
			if !small {
				full := filepath.Join(work, hexName(task.ID())+".part")
				if err := os.Symlink("/dev/full", full); err != nil {
					return nil, err
				}
			}
			w, err := task.File("big.bin", "application/octet-stream")
			if err != nil {
				return nil, err
			}
			for range 4 {
				if _, err := w.Write(make([]byte, 1<<20)); err != nil {
					return nil, err
				}
			}
			return nil, nil
		})
		s.Register("rows", rows(free))
	})
	h.start(t)
	j := h.until(t, h.add(t, job.Order{Kind: "big"}).ID, job.Failed)
	if j.Problem.Code != "store.unavailable" {
		t.Errorf("got %s, want store.unavailable", j.Problem.Code)
	}
	if got := h.files(t); len(got) > 0 {
		t.Errorf("files left: %v", got)
	}
	if after := h.until(t, h.add(t, job.Order{Kind: "rows", Args: 2}).ID, job.Finished); h.fetch(t, after.ID) != "row,0\nrow,1\n" {
		t.Error("when there is room again, work does not go on")
	}
}
