package publiclog

import (
	"bytes"
	"context"
	"fmt"
	"strconv"

	"minyi/indicators/fault"
	"minyi/survey/ledger"
)

// Checked is a log that was checked whole.
type Checked struct {
	Checkpoint ledger.Checkpoint
	Note       []byte
	Leaves     []ledger.Commitment
	Tiles      int // files of hashes that were compared
	Earlier    int // older checkpoints that the log begins with
	grown      ledger.Growth
}

// hashes reads the computed hashes.
func (c *Checked) hashes() ledger.Hashes {
	return c.grown.Reader(ledger.Kept(func(ledger.Place) ([]byte, error) { return nil, nil }).Reader())
}

// Whole reads every leaf of a log, computes every hash anew and compares: the roots of
// the signed checkpoint, every tile, and the older checkpoints of the list. What does
// not fit is a refusal.
func Whole(ctx context.Context, from Source, keys []ledger.Verifier, earlier []int64) (*Checked, error) {
	note, err := from.Read(ctx, "checkpoint")
	if err != nil {
		return nil, err
	}
	c := &Checked{Note: note}
	if c.Checkpoint, err = open(note, keys); err != nil {
		return nil, err
	}
	if c.Leaves, err = leaves(ctx, from, c.Checkpoint.Size); err != nil {
		return nil, err
	}
	if err := c.roots(); err != nil {
		return nil, err
	}
	if err := c.tiles(ctx, from); err != nil {
		return nil, err
	}
	for _, size := range earlier {
		if err := c.beginsWith(ctx, from, keys, size); err != nil {
			return nil, err
		}
		c.Earlier++
	}
	return c, nil
}

// open reads a checkpoint that is signed by every key of its own origin.
func open(note []byte, keys []ledger.Verifier) (ledger.Checkpoint, error) {
	origin, _, _ := bytes.Cut(note, []byte("\n"))
	own := Of(keys, string(origin))
	if err := signedBy(note, string(origin), own); err != nil {
		return ledger.Checkpoint{}, err
	}
	return ledger.OpenCheckpoint(note, own...)
}

// leaves reads the entry bundles.
func leaves(ctx context.Context, from Source, size int64) (out []ledger.Commitment, err error) {
	for n := int64(0); n*ledger.TileWidth < size; n++ {
		width := int(min(size-n*ledger.TileWidth, ledger.TileWidth))
		data, err := from.Read(ctx, ledger.BundlePath(n, width))
		if err != nil {
			return nil, err
		}
		some, err := ledger.Unbundle(data, width)
		if err != nil {
			return nil, err
		}
		out = append(out, some...)
	}
	return out, nil
}

// roots computes both trees anew.
func (c *Checked) roots() (err error) {
	if c.grown, err = ledger.Append(0, c.Leaves, nil); err != nil {
		return err
	}
	root, err := ledger.Root(c.grown.Size, c.hashes())
	if err != nil {
		return err
	}
	var second ledger.Range
	second.Append(c.Leaves...)
	if root != c.Checkpoint.Root || second.Root() != c.Checkpoint.SM3 {
		return fault.New(fault.Invalid, "ledger.root")
	}
	return nil
}

// tiles compares the published tiles with the computed ones.
func (c *Checked) tiles(ctx context.Context, from Source) error {
	files, err := ledger.Tiles(0, c.grown.Size, c.hashes())
	if err != nil {
		return err
	}
	for _, f := range files {
		got, err := from.Read(ctx, f.Path)
		if err != nil {
			return err
		}
		if !bytes.Equal(got, f.Data) {
			return fault.New(fault.Invalid, "ledger.tile", "path", f.Path)
		}
		c.Tiles++
	}
	return nil
}

// beginsWith checks that the log begins with that of an older checkpoint.
func (c *Checked) beginsWith(ctx context.Context, from Source, keys []ledger.Verifier, size int64) error {
	note, err := from.Read(ctx, "history/"+strconv.FormatInt(size, 10))
	if err != nil {
		return err
	}
	old, err := open(note, keys)
	if err != nil {
		return err
	}
	if old.Origin != c.Checkpoint.Origin || old.Size != size || size > c.grown.Size {
		return fault.New(fault.Invalid, "ledger.consistency")
	}
	root, err := ledger.Root(size, c.hashes())
	if err != nil {
		return err
	}
	var second ledger.Range
	second.Append(c.Leaves[:size]...)
	if root != old.Root || second.Root() != old.SM3 {
		return fault.New(fault.Invalid, "ledger.consistency")
	}
	return nil
}

// Included is a receipt whose leaf was found.
type Included struct {
	Promise    ledger.Promise
	Checkpoint ledger.Checkpoint
	Index      int64
}

// Receipt reads a receipt that the log of its origin has signed with every key.
func Receipt(text []byte, keys []ledger.Verifier) (ledger.Promise, error) {
	origin, err := OriginOf(text)
	if err != nil {
		return ledger.Promise{}, err
	}
	own := Of(keys, origin)
	if err := signedBy(text, origin, own); err != nil {
		return ledger.Promise{}, err
	}
	return ledger.OpenPromise(text, own...)
}

// Prove checks a receipt against the proof of its leaf. Everything is compared: the
// origin, all 256 bits, every signature.
func Prove(p ledger.Promise, proof string, keys []ledger.Verifier) (*Included, error) {
	parsed, err := ledger.ParseProof(proof)
	if err != nil {
		return nil, err
	}
	c, err := open(parsed.Checkpoint, keys)
	if err != nil {
		return nil, err
	}
	if c.Origin != p.Origin {
		return nil, fault.New(fault.Invalid, "ledger.origin")
	}
	if err := ledger.CheckInclusion(parsed.Hashes, c.Size, c.Root, parsed.Index, ledger.Leaf(p.Commitment)); err != nil {
		return nil, err
	}
	return &Included{Promise: p, Checkpoint: c, Index: parsed.Index}, nil
}

// Look looks for the leaf of a receipt in a log that was checked whole.
func (c *Checked) Look(p ledger.Promise) (*Included, error) {
	if c.Checkpoint.Origin != p.Origin {
		return nil, fault.New(fault.Invalid, "ledger.origin")
	}
	for i, leaf := range c.Leaves {
		if leaf == p.Commitment {
			return &Included{Promise: p, Checkpoint: c.Checkpoint, Index: int64(i)}, nil
		}
	}
	return nil, fmt.Errorf("log of %d leaves: %w", c.Checkpoint.Size, fault.New(fault.NotFound, "ledger.noleaf"))
}

// OriginOf is the origin that a receipt names; nothing in it is checked yet.
func OriginOf(text []byte) (string, error) {
	lines := bytes.SplitN(text, []byte("\n"), 3)
	if len(lines) < 3 || len(lines[1]) == 0 {
		return "", fault.New(fault.Invalid, "ledger.receipt")
	}
	return string(lines[1]), nil
}
