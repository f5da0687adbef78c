package store_test

import (
	"context"
	"encoding/binary"
	"path/filepath"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"minyi/survey"
	"minyi/survey/ledger"
	"minyi/survey/questionnaire"
)

const (
	benchCells = 16
	fieldHands = 64 // callers at once
	benchBatch = 500
)

// whole is an answer as the door hands it on, with all that it may carry: the 31
// bytes of the default paper, its commitment and what opens it, a comment of 450 letters, a sealed trace, a cell of
// a quota that never fills, and a draft that it ends.
func whole(serial uint32, text string) survey.Entry {
	e := survey.Entry{
		Survey: 1, Serial: serial, OneTime: true, Key: digest(uint64(serial)), Content: digest(uint64(serial) << 32),
		Limit: 1 << 30, Draft: digest(uint64(serial) | 1<<60),
		Record: survey.Record{
			Batch: serial/benchBatch + 1, Outcome: questionnaire.Complete, Cell: serial%benchCells + 1, Day: 18500,
			Answers: make([]byte, 31), Comment: text, Trace: make([]byte, 88),
		},
	}
	binary.BigEndian.PutUint32(e.Record.Answers[5:], serial)
	copy(e.Record.Trace, e.Key[:])
	e.Record.Proof, e.Record.Blind = make([]byte, 64), make([]byte, 16)
	copy(e.Record.Proof, e.Key[:])
	copy(e.Commitment[:], e.Key[:])
	return e
}

// digest spreads a number over 16 bytes as an HMAC does (the finaliser of
// SplitMix64, twice).
func digest(n uint64) (out [16]byte) {
	for i := range 2 {
		n += 0x9e3779b97f4a7c15
		z := n
		z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
		z = (z ^ z>>27) * 0x94d049bb133111eb
		binary.BigEndian.PutUint64(out[8*i:], z^z>>31)
	}
	return out
}

// letters is a comment of n letters, the same each time.
func letters(n int) string {
	out := make([]byte, n)
	for i := range out {
		out[i] = 'a' + digest(uint64(i))[0]%26
	}
	return string(out)
}

// hands runs one step for each of b.N answers from 64 callers at once.
func hands(b *testing.B, step func(ctx context.Context, serial uint32) error) {
	b.Helper()
	var serial atomic.Uint32
	b.SetParallelism(fieldHands / 2)
	before := cpu(b)
	b.ResetTimer()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if err := step(b.Context(), serial.Add(1)); err != nil {
				b.Error(err)
			}
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "answers/s")
	b.ReportMetric(float64((cpu(b)-before).Nanoseconds())/1e3/float64(b.N), "cpu-µs/answer")
}

// cpu is what the process has used of the processors: what a busy machine
// disturbs least.
func cpu(b *testing.B) time.Duration {
	b.Helper()
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		b.Fatal(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

const (
	commentLetters = 450
	draftEvery     = 8 // one answer in eight ends a draft
)

// BenchmarkPut is the intake with all that it does for an answer: the checks, the
// cell of a quota, the trace, the resend's key, the spent bit, and the end of a
// draft that was not kept.
func BenchmarkPut(b *testing.B) {
	h := open(b, filepath.Join(b.TempDir(), "survey.db"))
	defer h.close(b)
	put(b, h)
}

// BenchmarkPutBare is Put of answers without commitment, salt, digest and blind: what
// those cost is the difference, in the same minute.
func BenchmarkPutBare(b *testing.B) {
	h := open(b, filepath.Join(b.TempDir(), "survey.db"))
	defer h.close(b)
	text := letters(commentLetters)
	hands(b, func(ctx context.Context, serial uint32) error {
		e := whole(serial, text)
		e.Commitment, e.Record.Proof, e.Record.Blind = ledger.Commitment{}, nil, nil
		_, err := h.intake.Put(ctx, e)
		return err
	})
}

// BenchmarkPutDrafts is the same where one answer in eight ends a draft that was
// kept.
func BenchmarkPutDrafts(b *testing.B) {
	h := open(b, filepath.Join(b.TempDir(), "survey.db"))
	defer h.close(b)
	kept(b, h)
	put(b, h)
}

// BenchmarkPutAlone is the same with a transaction for each answer.
func BenchmarkPutAlone(b *testing.B) {
	h := open(b, filepath.Join(b.TempDir(), "survey.db"))
	defer h.close(b)
	h.intake.Alone()
	put(b, h)
}

func put(b *testing.B, h *half) {
	b.Helper()
	text := letters(commentLetters)
	hands(b, func(ctx context.Context, serial uint32) error {
		_, err := h.intake.Put(ctx, whole(serial, text))
		return err
	})
}

// kept stores the drafts that the answers will end.
func kept(b *testing.B, h *half) {
	b.Helper()
	sealed := make([]byte, 1052)
	var group sync.WaitGroup
	for hand := range fieldHands {
		group.Go(func() {
			for serial := uint32(draftEvery * (hand + 1)); serial <= uint32(b.N); serial += draftEvery * fieldHands {
				u := survey.Unsent{Survey: 1, ID: digest(uint64(serial) | 1<<60), Day: 18500, Sealed: sealed}
				if err := h.intake.Keep(b.Context(), u); err != nil {
					b.Error(err)
				}
			}
		})
	}
	group.Wait()
}
