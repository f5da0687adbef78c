package ledger

import (
	"fmt"

	"golang.org/x/mod/sumdb/tlog"
)

// Hash is one hash of the log's tree (SHA-256, RFC 6962).
type Hash = tlog.Hash

// Hashes reads stored hashes by their index (tlog.StoredHashIndex).
type Hashes = tlog.HashReader

// Growth is what an append adds to a log: the stored hashes from index First on.
type Growth struct {
	Size   int64  // leaves of the log afterwards
	First  int64  // stored index of Hashes[0]
	Hashes []Hash // to be kept, in this order
}

// Append computes what n leaves already in the log and the new ones make. It
// stores nothing; read must know the hashes of the first size leaves. Only the
// roots of the whole subtrees on the right edge are read, one for each one in the
// binary number of size: every hash further left stays as it is.
func Append(size int64, leaves []Commitment, read Hashes) (Growth, error) {
	g := Growth{Size: size, First: tlog.StoredHashCount(size), Hashes: make([]Hash, 0, 2*len(leaves))}
	edge, err := rightEdge(size, read)
	if err != nil {
		return Growth{}, err
	}
	for _, leaf := range leaves {
		h := tlog.RecordHash(leaf[:])
		g.Hashes = append(g.Hashes, h)
		for joined := g.Size; joined&1 == 1; joined >>= 1 {
			last := len(edge) - 1
			h = tlog.NodeHash(edge[last], h)
			edge = edge[:last]
			g.Hashes = append(g.Hashes, h)
		}
		edge = append(edge, h)
		g.Size++
	}
	return g, nil
}

// rightEdge reads the roots of the whole subtrees of a log, the largest first.
func rightEdge(size int64, read Hashes) ([]Hash, error) {
	var indexes []int64
	for level := 62; level >= 0; level-- {
		if size>>level&1 == 1 {
			indexes = append(indexes, tlog.StoredHashIndex(level, size>>level-1))
		}
	}
	if len(indexes) == 0 {
		return nil, nil
	}
	edge, err := read.ReadHashes(indexes)
	if err != nil {
		return nil, fmt.Errorf("ledger: append: %w", err)
	}
	return edge, nil
}

// over reads what the growth holds itself from it, and the rest from below.
func (g *Growth) over(below Hashes) Hashes {
	return tlog.HashReaderFunc(func(indexes []int64) ([]Hash, error) {
		out := make([]Hash, len(indexes))
		var rest, places []int64
		for i, at := range indexes {
			if at < g.First {
				rest, places = append(rest, at), append(places, int64(i))
				continue
			}
			if at-g.First >= int64(len(g.Hashes)) {
				return nil, fmt.Errorf("hash %d is not stored", at)
			}
			out[i] = g.Hashes[at-g.First]
		}
		if len(rest) == 0 {
			return out, nil
		}
		old, err := below.ReadHashes(rest)
		if err != nil {
			return nil, err
		}
		for i, h := range old {
			out[places[i]] = h
		}
		return out, nil
	})
}

// Reader reads the log as it stands after the growth.
func (g *Growth) Reader(below Hashes) Hashes { return g.over(below) }

// Root returns the root of the first size leaves: the hash of the empty string
// for none (RFC 6962, section 2.1).
func Root(size int64, read Hashes) (Hash, error) {
	h, err := tlog.TreeHash(size, read)
	if err != nil {
		return Hash{}, fmt.Errorf("ledger: root: %w", err)
	}
	return h, nil
}

// Leaf returns the hash of a leaf, SHA-256(0x00 || commitment).
func Leaf(c Commitment) Hash { return tlog.RecordHash(c[:]) }

// ProveInclusion returns the proof that leaf index is in the tree of size leaves.
func ProveInclusion(size, index int64, read Hashes) ([]Hash, error) {
	p, err := tlog.ProveRecord(size, index, read)
	if err != nil {
		return nil, fmt.Errorf("ledger: prove inclusion: %w", err)
	}
	return p, nil
}

// ProveConsistency returns the proof that the tree of size leaves begins with the
// one of old leaves; empty for old = 0, which anything begins with.
func ProveConsistency(size, old int64, read Hashes) ([]Hash, error) {
	if old == 0 {
		return nil, nil
	}
	p, err := tlog.ProveTree(size, old, read)
	if err != nil {
		return nil, fmt.Errorf("ledger: prove consistency: %w", err)
	}
	return p, nil
}
