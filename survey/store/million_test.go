package store_test

import (
	"bufio"
	"context"
	"database/sql"
	"os"
	"path/filepath"
	"runtime/debug"
	"strconv"
	"strings"
	"testing"
	"time"
)

const (
	million    = 1_000_000
	keysAtOnce = 25 // answers of a commit, of 64 callers at once
)

// BenchmarkPutMillion is BenchmarkPut behind 1,000,000 stored answers, with the
// time to open them and the memory of the whole process.
func BenchmarkPutMillion(b *testing.B) {
	if b.N == 1 {
		return // the testing package's try: not worth a million answers
	}
	path := filepath.Join(b.TempDir(), "survey.db")
	h := open(b, path)
	h.close(b)
	stuff(b, path, million)
	start := time.Now()
	h = open(b, path)
	defer h.close(b)
	opened := time.Since(start)
	text := letters(commentLetters)
	hands(b, func(ctx context.Context, serial uint32) error {
		_, err := h.intake.Put(ctx, whole(million+serial, text))
		return err
	})
	b.StopTimer()
	b.ReportMetric(float64(opened.Milliseconds()), "ms-to-open")
	debug.FreeOSMemory()
	b.ReportMetric(status(b, "VmRSS:"), "MiB-resident")
}

// stuff stores n re-filed answers without the intake and without waiting for the
// disk.
func stuff(b *testing.B, path string, n uint32) {
	b.Helper()
	d, err := sql.Open("sqlite", "file:"+path+"?_pragma=synchronous(OFF)&_journal_mode=WAL")
	if err != nil {
		b.Fatal(err)
	}
	tx, err := d.BeginTx(b.Context(), nil)
	if err != nil {
		b.Fatal(err)
	}
	run := func(s *sql.Stmt, args ...any) {
		if _, err := s.ExecContext(b.Context(), args...); err != nil {
			b.Fatal(err)
		}
	}
	made := func(text string) *sql.Stmt {
		s, err := tx.PrepareContext(b.Context(), text)
		if err != nil {
			b.Fatal(err)
		}
		return s
	}
	response := made(`INSERT INTO response (id, survey, batch, outcome, cell, english, day, answers, comment)
		VALUES ($1, 1, $2, $3, $4, 0, $5, $6, $7)`)
	paradata := made(`INSERT INTO paradata (survey, id, trace) VALUES (1, $1, $2)`)
	resend := made(`INSERT INTO resend (survey, form, content, quota) VALUES (1, $1, $2, 0)`)
	spent := made(`INSERT INTO spent (survey, chunk, bits) VALUES (1, $1, $2)`)
	text := letters(commentLetters)
	var form, content []byte
	for serial := uint32(1); serial <= n; serial++ {
		e := whole(serial, text)
		r := e.Record
		run(response, int64(serial)*7, r.Batch, r.Outcome, r.Cell, r.Day, r.Answers, r.Comment)
		run(paradata, int64(serial)*7, r.Trace)
		form, content = append(form, e.Key[:]...), append(content, e.Content[:]...)
		if serial%keysAtOnce == 0 || serial == n {
			run(resend, form, content)
			form, content = form[:0], content[:0]
		}
	}
	bits := make([]byte, 1024)
	for i := range bits {
		bits[i] = 255
	}
	for chunk := range n / 8192 {
		run(spent, chunk, bits)
	}
	if err := tx.Commit(); err != nil {
		b.Fatal(err)
	}
	if err := d.Close(); err != nil {
		b.Fatal(err)
	}
}

// status is a figure of the process's memory (proc(5)), in MiB; 0 where the system
// does not tell.
func status(b *testing.B, name string) float64 {
	b.Helper()
	f, err := os.Open("/proc/self/status")
	if err != nil {
		return 0
	}
	defer func() {
		if err := f.Close(); err != nil {
			b.Error(err)
		}
	}()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		if rest, ok := strings.CutPrefix(lines.Text(), name); ok {
			kib, err := strconv.ParseFloat(strings.Fields(rest)[0], 64)
			if err != nil {
				b.Fatal(err)
			}
			return kib / 1024
		}
	}
	return 0
}
