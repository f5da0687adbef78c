package store_test

import (
	"bytes"
	"encoding/binary"
	"testing"

	"minyi/survey/store"
)

// What is held in memory comes back as it was, over the edges of blocks, and a
// look at it is not disturbed by what comes meanwhile.
func TestSheetsInMemoryComeBackAsTheyWere(t *testing.T) {
	t.Parallel()
	row := func(i int) (uint32, []byte) {
		d := digest(uint64(i))
		return uint32(i / 7), d[:13]
	}
	for _, n := range []int{0, 1, 2047, 2048, 2049, 10_000} {
		s := store.NewSheets()
		for i := range n {
			s.Add(row(i))
		}
		look, i := s.View(), 0
		for i := range 3000 {
			s.Add(row(n + i))
		}
		err := look.Each(func(batch uint32, packed []byte) error {
			if wantBatch, want := row(i); batch != wantBatch || !bytes.Equal(packed, want) {
				t.Fatalf("%d answers, the one at %d: got batch %d and %x, want %d and %x", n, i, batch, packed, wantBatch, want)
			}
			i++
			return nil
		})
		if err != nil || i != n {
			t.Errorf("got %d answers, %v, want %d", i, err, n)
		}
	}
}

// Columns say what the answers say one by one, also bytes that are named twice.
func TestColumnsSayWhatTheAnswersSay(t *testing.T) {
	t.Parallel()
	const n, size = 5000, 13
	s := store.NewSheets()
	for i := range n {
		d := digest(uint64(i))
		d[1], d[2], d[3], d[4] = d[1]%2, d[2]%4, d[3]%16, 7
		s.Add(uint32(i*i), d[:size])
	}
	which := []int{3, 0, 4, 2, 1, 3, 12}
	at := 0
	var seen [][]byte
	if err := s.Each(func(batch uint32, packed []byte) error {
		seen = append(seen, append([]byte{byte(batch >> 24), byte(batch >> 16), byte(batch >> 8), byte(batch)}, packed...))
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	err := s.Columns(which, func(batches []uint32, columns [][]byte) error {
		for i, batch := range batches {
			if got := binary.BigEndian.Uint32(seen[at]); got != batch {
				t.Fatalf("answer %d: got batch %d, want %d", at, batch, got)
			}
			for k, j := range which {
				if got, want := columns[k][i], seen[at][4+j]; got != want {
					t.Fatalf("answer %d, byte %d: got %d, want %d", at, j, got, want)
				}
			}
			at++
		}
		return nil
	})
	if err != nil || at != n {
		t.Errorf("got %d answers, %v, want %d", at, err, n)
	}
	if err := s.Columns([]int{size}, func([]uint32, [][]byte) error { return nil }); err == nil {
		t.Error("a byte behind the last: got no error")
	}
}

// Ten thousand keys, found again with what was stored under them.
func TestKeysInMemoryAreFound(t *testing.T) {
	t.Parallel()
	k := store.NewKeys()
	const n = 10_000
	at := func(i int) (uint64, uint64) {
		d := digest(uint64(i))
		return store.Short(d[:]), store.Short(d[8:])
	}
	for i := range n {
		form, content := at(i)
		if _, _, ok := k.Find(form); ok {
			t.Fatalf("key %d is known before it comes", i)
		}
		k.Add(form, content, i%3 == 0)
	}
	for i := range n {
		form, content := at(i)
		if got, full, ok := k.Find(form); !ok || full != (i%3 == 0) || got != content&^1 {
			t.Fatalf("key %d: got %x, %v, %v", i, got, full, ok)
		}
	}
}
