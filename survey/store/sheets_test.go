package store_test

import (
	"bytes"
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
