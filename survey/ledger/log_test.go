package ledger_test

import (
	"crypto/sha256"
	"encoding/binary"
	"testing"

	"github.com/transparency-dev/merkle/proof"
	"github.com/transparency-dev/merkle/rfc6962"
	"golang.org/x/mod/sumdb/tlog"

	"minyi/survey/ledger"
)

// made returns n commitments that are the same in every run.
func made(n int) []ledger.Commitment {
	out := make([]ledger.Commitment, n)
	for i := range out {
		out[i] = sha256.Sum256(binary.BigEndian.AppendUint64(nil, uint64(i)))
	}
	return out
}

func raw(hashes []ledger.Hash) [][]byte {
	out := make([][]byte, len(hashes))
	for i := range hashes {
		out[i] = hashes[i][:]
	}
	return out
}

// The judge is transparency-dev/merkle v0.0.2, which shares no code with ours.
func TestAnotherProgramTakesOurProofsAndRefusesChangedOnes(t *testing.T) {
	t.Parallel()
	leaves := made(130)
	log := grow(t, leaves)
	for _, size := range []int64{1, 2, 3, 7, 8, 64, 100, 130} {
		root, err := ledger.Root(size, log)
		if err != nil {
			t.Fatal(err)
		}
		for index := range size {
			hashes, err := ledger.ProveInclusion(size, index, log)
			if err != nil {
				t.Fatal(err)
			}
			leaf := rfc6962.DefaultHasher.HashLeaf(leaves[index][:])
			theirs := func(at int64, root ledger.Hash) error {
				return proof.VerifyInclusion(rfc6962.DefaultHasher, uint64(at), uint64(size), leaf, raw(hashes), root[:])
			}
			if err := theirs(index, root); err != nil {
				t.Fatalf("leaf %d of %d: %v", index, size, err)
			}
			wrong := root
			wrong[31] ^= 1
			if theirs(index, wrong) == nil || ledger.CheckInclusion(hashes, size, wrong, index, tlog.Hash(leaf)) == nil {
				t.Fatalf("leaf %d of %d: another root passes", index, size)
			}
		}
	}
}

func TestAnotherProgramTakesOurConsistencyProofs(t *testing.T) {
	t.Parallel()
	log := grow(t, made(100))
	for size := int64(1); size <= 100; size += 3 {
		root, _ := ledger.Root(size, log)
		for old := int64(1); old <= size; old++ {
			before, _ := ledger.Root(old, log)
			hashes, err := ledger.ProveConsistency(size, old, log)
			if err != nil {
				t.Fatal(err)
			}
			if err := proof.VerifyConsistency(rfc6962.DefaultHasher, uint64(old), uint64(size), raw(hashes), before[:], root[:]); err != nil {
				t.Fatalf("%d to %d: %v", old, size, err)
			}
			if err := ledger.CheckConsistency(hashes, size, root, old, before); err != nil {
				t.Fatalf("%d to %d: %v", old, size, err)
			}
			before[0] ^= 1
			if ledger.CheckConsistency(hashes, size, root, old, before) == nil {
				t.Fatalf("%d to %d: another history passes", old, size)
			}
		}
	}
}

func TestAppendingInBatchesMakesTheSameLog(t *testing.T) {
	t.Parallel()
	leaves := made(1000)
	whole := grow(t, leaves)
	want, _ := ledger.Root(1000, whole)
	var stored []ledger.Hash
	read := tlog.HashReaderFunc(func(at []int64) ([]ledger.Hash, error) {
		out := make([]ledger.Hash, len(at))
		for i, k := range at {
			out[i] = stored[k]
		}
		return out, nil
	})
	var second ledger.Range
	for from, step := 0, 1; from < len(leaves); from, step = from+step, step*2+1 {
		part := leaves[from:min(from+step, len(leaves))]
		g, err := ledger.Append(int64(from), part, read)
		if err != nil {
			t.Fatal(err)
		}
		if g.First != int64(len(stored)) {
			t.Fatalf("hashes from %d on, %d are stored", g.First, len(stored))
		}
		stored = append(stored, g.Hashes...)
		second.Append(part...)
	}
	if got, err := ledger.Root(1000, read); err != nil || got != want {
		t.Errorf("root %s, %v; want %s", got, err, want)
	}
	var once ledger.Range
	once.Append(leaves...)
	if second.Root() != once.Root() || second.Size != 1000 || !second.Sound() {
		t.Error("the SM3 range depends on the batches")
	}
}

func TestTilesAreEnoughToCheckEveryLeaf(t *testing.T) {
	t.Parallel()
	const size = 70_000
	leaves := made(size)
	log := grow(t, leaves)
	files, err := ledger.Tiles(0, size, log)
	if err != nil {
		t.Fatal(err)
	}
	byPath := map[string][]byte{}
	for _, f := range files {
		byPath[f.Path] = f.Data
		data, ok, err := ledger.Tile(f.Path, size, log)
		if err != nil || !ok || string(data) != string(f.Data) {
			t.Fatalf("%s: asked alone %v, %v", f.Path, ok, err)
		}
	}
	for _, path := range []string{"tile/0/000", "tile/0/273.p/112", "tile/1/000", "tile/1/001.p/17", "tile/2/000.p/1"} {
		if _, ok := byPath[path]; !ok {
			t.Errorf("no %s among %d files", path, len(files))
		}
	}
	root, _ := ledger.Root(size, log)
	reader := tlog.TileHashReader(tlog.Tree{N: size, Hash: root}, tiles(byPath))
	for _, index := range []int64{0, 1, 255, 256, 65_535, 65_536, size - 1} {
		hashes, err := ledger.ProveInclusion(size, index, reader)
		if err != nil {
			t.Fatal(err)
		}
		if err := ledger.CheckInclusion(hashes, size, root, index, ledger.Leaf(leaves[index])); err != nil {
			t.Errorf("leaf %d: %v", index, err)
		}
	}
	for _, path := range []string{
		"tile/0/274", "tile/0/273", "tile/3/000.p/1", "tile/0/0", "tile/8/0/000", "tile/0/273.p/113", "../x", "tile/-1/000", "",
	} {
		if _, ok, err := ledger.Tile(path, size, log); ok || err != nil {
			t.Errorf("%q: %v, %v; want no such tile", path, ok, err)
		}
	}
}

// tiles reads published tiles as golang.org/x/mod's own client does.
type tiles map[string][]byte

func (t tiles) Height() int                     { return 8 }
func (t tiles) SaveTiles([]tlog.Tile, [][]byte) {}
func (t tiles) ReadTiles(all []tlog.Tile) ([][]byte, error) {
	out := make([][]byte, len(all))
	for i, one := range all {
		path := one.Path()
		out[i] = t["tile/"+path[len("tile/8/"):]]
	}
	return out, nil
}

func TestEntryBundlesHoldTheCommitments(t *testing.T) {
	t.Parallel()
	leaves := made(3)
	f := ledger.Bundle(1067, leaves)
	if f.Path != "tile/entries/x001/067.p/3" || len(f.Data) != 3*34 {
		t.Fatalf("%s with %d bytes", f.Path, len(f.Data))
	}
	for i, leaf := range leaves {
		one := f.Data[i*34 : (i+1)*34]
		if one[0] != 0 || one[1] != 32 || string(one[2:]) != string(leaf[:]) {
			t.Errorf("entry %d is %x", i, one)
		}
	}
}

// BenchmarkAppend is the cost of the log a response: both trees, without the disk.
// Prototype in another program: 2.1 s for a million with SHA-256, 1.2 s with SM3.
func BenchmarkAppend(b *testing.B) {
	leaves := made(1000)
	var stored []ledger.Hash
	read := tlog.HashReaderFunc(func(at []int64) ([]ledger.Hash, error) {
		out := make([]ledger.Hash, len(at))
		for i, k := range at {
			out[i] = stored[k]
		}
		return out, nil
	})
	var second ledger.Range
	var size int64
	b.ReportAllocs()
	for b.Loop() {
		g, err := ledger.Append(size, leaves, read)
		if err != nil {
			b.Fatal(err)
		}
		stored, size = append(stored, g.Hashes...), g.Size
		second.Append(leaves...)
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(size), "ns/leaf")
}

func BenchmarkCommit(b *testing.B) {
	row := ledger.Row{Answers: map[string][]string{"q01": {"5"}, "q02": {"4"}, "q03": {"98"}, "open": {"办事方便"}}, Unit: "640100"}
	for b.Loop() {
		ledger.Commit("minyi.example/s", [ledger.SaltSize]byte{1}, row.Canonical())
	}
}
