package store_test

import (
	"path/filepath"
	"sync/atomic"
	"testing"
)

// BenchmarkPut measures durable answers of 64 callers; divide by the time of
// tools that write to SQLite alone for the ratio.
func BenchmarkPut(b *testing.B) {
	h := open(b, filepath.Join(b.TempDir(), "survey.db"))
	defer h.close(b)
	var serial atomic.Uint32
	b.SetParallelism(32)
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if _, err := h.intake.Put(b.Context(), answer(serial.Add(1))); err != nil {
				b.Error(err)
			}
		}
	})
}
