package store_test

import (
	"testing"
	"time"
)

// BenchmarkLedgerMillion appends 1,000,000 leaves through the store, 4,096 a
// transaction, and makes 1,000 proofs.
func BenchmarkLedgerMillion(b *testing.B) {
	const million, proofs = 1_000_000, 1000
	for b.Loop() {
		l := &logs{half: open(b, b.TempDir()+"/survey.db"), now: time.Date(2026, 8, 1, 8, 20, 0, 0, time.UTC)}
		l.restart(b)
		leaves := made(0, million)
		for first := 0; first < million; first += 500 { // as answers are re-filed
			if err := l.Pend(b.Context(), "events", leaves[first:first+500]...); err != nil {
				b.Fatal(err)
			}
		}
		before, used := time.Now(), cpu(b)
		if _, err := l.Append(b.Context(), "events"); err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(time.Since(before).Seconds(), "append-s")
		b.ReportMetric((cpu(b) - used).Seconds(), "append-cpu-s")
		before = time.Now()
		for i := range proofs {
			if _, err := l.Prove(b.Context(), "events", leaves[i*997]); err != nil {
				b.Fatal(err)
			}
		}
		b.ReportMetric(float64(time.Since(before).Milliseconds()), "1000proofs-ms")
		l.half.close(b)
	}
}
