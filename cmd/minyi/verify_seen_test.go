package main

import (
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"

	"minyi/survey/ledger"
)

// anySigner takes every signature under its name: what is tried is whose signature is read as a
// date, not whether it is good.
type anySigner struct {
	name string
	hash uint32
}

func (s anySigner) Name() string            { return s.name }
func (s anySigner) KeyHash() uint32         { return s.hash }
func (s anySigner) Verify(_, _ []byte) bool { return true }

// TestTheLogIsNoWitnessOfItself gives the log a signature as long as a witness's dated one, as
// every fourth of SM2 is: only the witness's date is read.
func TestTheLogIsNoWitnessOfItself(t *testing.T) {
	t.Parallel()
	log, witness := anySigner{name: "log.example", hash: 1}, anySigner{name: "witness.example", hash: 2}
	seen := time.Date(2020, 8, 20, 0, 0, 0, 0, time.UTC)
	line := func(s anySigner, at uint64) string {
		raw := binary.BigEndian.AppendUint32(nil, s.hash)
		raw = binary.BigEndian.AppendUint64(raw, at)
		return fmt.Sprintf("\u2014 %s %s\n", s.name, base64.StdEncoding.EncodeToString(append(raw, make([]byte, 64)...)))
	}
	own := line(log, 0x3046022100aabbcc)
	if _, dated := ledger.CosignedAt(own); !dated {
		t.Fatal("the log's signature is not as long as a dated one: nothing is tried")
	}
	text := "log.example\n30\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\n" + own
	r := receiptCheck{verifiers: []note.Verifier{log, witness}}
	r.promise.Origin = log.name
	if name, at := r.seenLast([]byte(text)); name != "" || !at.IsZero() {
		t.Errorf("without a witness: got %q at %v, want nobody", name, at)
	}
	if name, at := r.seenLast([]byte(text + line(witness, uint64(seen.Unix())))); name != witness.name || !at.Equal(seen) {
		t.Errorf("with a witness: got %q at %v, want %q at %v", name, at, witness.name, seen)
	}
}
