package ledger

import (
	"fmt"
	"strings"

	"golang.org/x/mod/sumdb/tlog"

	"minyi/indicators/fault"
)

// tileHeight is that of C2SP tlog-tiles: 256 hashes a tile.
const (
	tileHeight = 8
	tileWidth  = 1 << tileHeight
)

// File is one file of the log as it is published: an address below the log's own
// and its bytes.
type File struct {
	Path string
	Data []byte
}

// Tiles returns the tiles that a log of size leaves has and one of old leaves had
// not, each under its C2SP path, such as "tile/0/000" or "tile/0/x001/067.p/8".
func Tiles(old, size int64, read Hashes) ([]File, error) {
	var out []File
	for _, t := range tlog.NewTiles(tileHeight, old, size) {
		data, err := tlog.ReadTileData(t, read)
		if err != nil {
			return nil, fmt.Errorf("ledger: tile: %w", err)
		}
		out = append(out, File{Path: tilePath(t), Data: data})
	}
	return out, nil
}

// Tile returns one tile by its C2SP path, as far as a log of size leaves has it;
// false for a path of no such tile.
func Tile(path string, size int64, read Hashes) ([]byte, bool, error) {
	rest, ok := strings.CutPrefix(path, "tile/")
	if !ok {
		return nil, false, nil
	}
	t, bad := tlog.ParseTilePath(fmt.Sprintf("tile/%d/%s", tileHeight, rest))
	if bad != nil || t.L < 0 || tilePath(t) != path || !within(t, size) {
		return nil, false, nil //nolint:nilerr // a path that is none is only not found
	}
	data, err := tlog.ReadTileData(t, read)
	if err != nil {
		return nil, false, fmt.Errorf("ledger: tile: %w", err)
	}
	return data, true, nil
}

// within reports whether a log of size leaves has all hashes of a tile.
func within(t tlog.Tile, size int64) bool {
	at := size >> (tileHeight * t.L)
	return at >= int64(t.W) && t.N <= (at-int64(t.W))/tileWidth
}

// tilePath is Tile.Path without the height, which C2SP fixes.
func tilePath(t tlog.Tile) string {
	return strings.Replace(t.Path(), fmt.Sprintf("tile/%d/", tileHeight), "tile/", 1)
}

// Bundle writes leaves as a C2SP entry bundle: each with its length, two bytes,
// before it. n is the number of the bundle, for the path "tile/entries/…".
func Bundle(n int64, leaves []Commitment) File {
	t := tlog.Tile{H: tileHeight, L: 0, N: n, W: len(leaves)}
	f := File{Path: strings.Replace(tilePath(t), "tile/0/", "tile/entries/", 1)}
	for _, leaf := range leaves {
		f.Data = append(append(f.Data, 0, byte(len(leaf))), leaf[:]...)
	}
	return f
}

// Bundled returns an entry bundle by its path, as far as a log of size leaves has it;
// false for a path of no bundle.
func Bundled(path string, size int64, kept Kept) ([]byte, bool, error) {
	rest, ok := strings.CutPrefix(path, "tile/entries/")
	if !ok {
		return nil, false, nil
	}
	t, bad := tlog.ParseTilePath(fmt.Sprintf("tile/%d/0/%s", tileHeight, rest))
	if bad != nil || tilePath(t) != "tile/0/"+rest || !within(t, size) {
		return nil, false, nil //nolint:nilerr // a path that is none is only not found
	}
	data, err := kept(Place{Leaves, t.N})
	if err != nil {
		return nil, false, err
	}
	if len(data) < t.W*HashSize {
		return nil, false, fmt.Errorf("ledger: bundle %d holds %d bytes", t.N, len(data))
	}
	leaves := make([]Commitment, t.W)
	for i := range leaves {
		leaves[i] = Commitment(data[i*HashSize : (i+1)*HashSize])
	}
	return Bundle(t.N, leaves).Data, true, nil
}

// BundlePath is the path of the bundle number n that has width leaves.
func BundlePath(n int64, width int) string { return Bundle(n, make([]Commitment, width)).Path }

// Unbundle reads the leaves of an entry bundle, or refuses with ledger.bundle what is
// not one of width commitments.
func Unbundle(data []byte, width int) ([]Commitment, error) {
	const entry = 2 + HashSize
	if len(data) != width*entry {
		return nil, fault.New(fault.Invalid, "ledger.bundle")
	}
	out := make([]Commitment, width)
	for i := range out {
		one := data[i*entry : (i+1)*entry]
		if one[0] != 0 || one[1] != HashSize {
			return nil, fault.New(fault.Invalid, "ledger.bundle")
		}
		out[i] = Commitment(one[2:])
	}
	return out, nil
}

// Paths are the paths of all tiles and bundles of a log of size leaves.
func Paths(size int64) (out []string) {
	for _, t := range tlog.NewTiles(tileHeight, 0, size) {
		out = append(out, tilePath(t))
		if t.L == 0 {
			out = append(out, strings.Replace(tilePath(t), "tile/0/", "tile/entries/", 1))
		}
	}
	return out
}

// ParseHash reads a hash in base64, or refuses with ledger.proof.
func ParseHash(s string) (Hash, error) {
	h, err := tlog.ParseHash(s)
	if err != nil {
		return h, fault.New(fault.Invalid, "ledger.proof")
	}
	return h, nil
}
