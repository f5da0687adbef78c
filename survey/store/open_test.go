package store_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

// BenchmarkOpenMillion opens 1,000,000 stored answers of 31 bytes with comments of
// 450 letters, traces, keys and spent links (700 MB): what a start waits for. The
// peak of memory is that of the whole process meanwhile.
func BenchmarkOpenMillion(b *testing.B) {
	path := filepath.Join(b.TempDir(), "survey.db")
	h := open(b, path)
	h.close(b)
	stuff(b, path, million)
	lowerPeak(b)
	var used time.Duration
	for b.Loop() {
		before := cpu(b)
		h := open(b, path)
		b.StopTimer()
		used += cpu(b) - before
		h.close(b)
		b.StartTimer()
	}
	b.ReportMetric(float64(used.Milliseconds())/float64(b.N), "cpu-ms/op")
	b.ReportMetric(status(b, "VmHWM:"), "MiB-peak")
}

// lowerPeak forgets how much memory the process held before (proc(5), clear_refs).
func lowerPeak(b *testing.B) {
	b.Helper()
	if err := os.WriteFile("/proc/self/clear_refs", []byte("5"), 0o600); err != nil {
		b.Log(err)
	}
}
