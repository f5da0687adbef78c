package ledger

import (
	"encoding/binary"
	"fmt"
	"slices"

	"golang.org/x/mod/sumdb/tlog"

	"minyi/indicators/fault"
)

const (
	// HashSize is the length of a hash and of a commitment, in bytes.
	HashSize = tlog.HashSize
	// TileWidth is the number of hashes of a whole tile.
	TileWidth = tileWidth
	// Leaves is the level under which the leaves themselves are kept in tiles; the
	// hashes of the tree are on the levels from 0 on.
	Leaves = -1
)

// Place names a tile of a log, however full it is.
type Place struct {
	Level  int
	Number int64
}

// Kept loads the hashes that a tile has so far, one after the other; none where
// there is no such tile.
type Kept func(Place) ([]byte, error)

// Reader reads the hashes of a log from its tiles. Each tile is loaded once, so a
// reader is for one proof or append, and not for several at a time.
func (k Kept) Reader() Hashes {
	loaded := map[Place][]byte{}
	return tlog.HashReaderFunc(func(indexes []int64) ([]Hash, error) {
		out := make([]Hash, len(indexes))
		for i, at := range indexes {
			t := tlog.TileForIndex(tileHeight, at)
			place := Place{t.L, t.N}
			data, ok := loaded[place]
			if !ok {
				var err error
				if data, err = k(place); err != nil {
					return nil, err
				}
				loaded[place] = data
			}
			if len(data) < t.W*HashSize {
				return nil, fmt.Errorf("hash %d: %w", at, fault.New(fault.NotFound, "ledger.hash"))
			}
			h, err := tlog.HashFromTile(t, data, at)
			if err != nil {
				return nil, fmt.Errorf("ledger: tile: %w", err)
			}
			out[i] = h
		}
		return out, nil
	})
}

// Filled is a tile with all that it holds after an append.
type Filled struct {
	Place
	Hashes []byte
}

// Fill returns the tiles that a growth by these leaves changes, with those of the
// leaves themselves, in the order of their levels and numbers.
func (k Kept) Fill(g Growth, leaves []Commitment) ([]Filled, error) {
	f := filler{kept: k, at: map[Place]int{}}
	first := g.Size - int64(len(leaves))
	for i, leaf := range leaves {
		if err := f.put(Leaves, first+int64(i), leaf[:]); err != nil {
			return nil, err
		}
	}
	for i, h := range g.Hashes {
		level, n := tlog.SplitStoredHashIndex(g.First + int64(i))
		if level%tileHeight != 0 {
			continue
		}
		if err := f.put(level/tileHeight, n, h[:]); err != nil {
			return nil, err
		}
	}
	return f.tiles, nil
}

// filler adds hashes to tiles.
type filler struct {
	kept  Kept
	tiles []Filled
	at    map[Place]int // of tiles
}

func (f *filler) put(level int, n int64, hash []byte) error {
	place := Place{level, n / tileWidth}
	i, ok := f.at[place]
	if !ok {
		i = len(f.tiles)
		f.tiles, f.at[place] = append(f.tiles, Filled{Place: place}), i
		if n%tileWidth > 0 {
			data, err := f.kept(place)
			if err != nil {
				return err
			}
			f.tiles[i].Hashes = slices.Clone(data)
		}
	}
	if len(f.tiles[i].Hashes) != int(n%tileWidth)*HashSize {
		return fmt.Errorf("ledger: tile %d/%d holds %d bytes where hash %d belongs", level, place.Number, len(f.tiles[i].Hashes), n)
	}
	f.tiles[i].Hashes = append(f.tiles[i].Hashes, hash...)
	return nil
}

// Short is the number that a leaf is found by: the first 50 bits of the
// commitment, those that its code writes.
func (c Commitment) Short() int64 {
	const bits, whole = 5 * CodeSize, 64
	return int64(binary.BigEndian.Uint64(c[:]) >> (whole - bits))
}

// ParseCode reads a short code as Short gives it, in either case and with the
// letters that are taken for digits (Crockford), or refuses with ledger.code.
func ParseCode(s string) (int64, error) {
	wrong := fault.New(fault.Invalid, "ledger.code")
	if len(s) != CodeSize {
		return 0, wrong
	}
	var n int64
	for i := range len(s) {
		v, ok := crockfordDigit(s[i])
		if !ok {
			return 0, wrong
		}
		n = n<<5 | int64(v)
	}
	return n, nil
}

func crockfordDigit(b byte) (int, bool) {
	const digits = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
	switch {
	case b >= 'a' && b <= 'z':
		b -= 'a' - 'A'
	}
	switch b {
	case 'O':
		b = '0'
	case 'I', 'L':
		b = '1'
	}
	for i := range len(digits) {
		if digits[i] == b {
			return i, true
		}
	}
	return 0, false
}
