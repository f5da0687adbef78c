package view_test

import (
	"testing"

	"minyi/web/view"
)

// TestSizesAreWrittenAsPeopleReadThem rounds up below an MB, so that no file is of no size.
func TestSizesAreWrittenAsPeopleReadThem(t *testing.T) {
	t.Parallel()
	for bytes, want := range map[int64]string{
		0: "0 B", 617: "617 B", 1023: "1023 B", 1024: "1 KB", 1025: "2 KB", 1<<20 - 1: "1024 KB",
		1 << 20: "1.0 MB", 31457913: "30.0 MB", 50 << 20: "50.0 MB", 1<<30 + 1<<29: "1536.0 MB",
	} {
		if got := view.Size(bytes); got != want {
			t.Errorf("%d: got %q, want %q", bytes, got, want)
		}
	}
}
