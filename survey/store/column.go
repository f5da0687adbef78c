package store

import (
	"encoding/binary"
	"fmt"

	"minyi/survey"
	"minyi/survey/questionnaire"
)

// chunkBits is how many one-time links share a row of spent bits: 1 KiB.
const (
	chunkBits  = 8192
	chunkBytes = chunkBits / 8
)

// bitmap holds one bit a serial number.
type bitmap map[uint32]*[chunkBytes]byte

func (b bitmap) has(serial uint32) bool {
	chunk, ok := b[serial/chunkBits]
	return ok && chunk[serial%chunkBits/8]&(1<<(serial%8)) != 0
}

func (b bitmap) set(serial uint32) {
	chunk, ok := b[serial/chunkBits]
	if !ok {
		chunk = &[chunkBytes]byte{}
		b[serial/chunkBits] = chunk
	}
	chunk[serial%chunkBits/8] |= 1 << (serial % 8)
}

func (b bitmap) clear(serial uint32) {
	if chunk, ok := b[serial/chunkBits]; ok {
		chunk[serial%chunkBits/8] &^= 1 << (serial % 8)
	}
}

// column is what is held in memory of one survey: about 40 bytes an answer. It
// is guarded by Intake.mu, but for disk, which is the writer's own.
type column struct {
	spent   bitmap            // with those that wait for their commit
	disk    bitmap            // as committed
	keys    map[uint64]uint64 // committed: start of the key's HMAC to start of the content's
	pending map[uint64]*item  // the same, waiting for their commit
	sealed  bool
	unfiled int // rows of the table intake

	width  int // bytes of a packed answer
	packed []byte
	batch  []uint32
	tally  survey.Tally
}

func newColumn() *column {
	return &column{
		spent: bitmap{}, disk: bitmap{}, keys: map[uint64]uint64{}, pending: map[uint64]*item{},
		tally: survey.Tally{},
	}
}

// fits reports an answer of another length than those before: a programmer's
// mistake, since a survey's paper never changes.
func (c *column) fits(answers []byte) error {
	if len(answers) == 0 || c.width != 0 && len(answers) != c.width {
		return fmt.Errorf("survey: a packed answer of %d bytes among those of %d", len(answers), c.width)
	}
	return nil
}

func (c *column) add(batch uint32, outcome questionnaire.Disposition, answers []byte) {
	c.width = len(answers)
	c.packed = append(c.packed, answers...)
	c.batch = append(c.batch, batch)
	if c.tally[batch] == nil {
		c.tally[batch] = map[questionnaire.Disposition]int{}
	}
	c.tally[batch][outcome]++
}

// short is the part of an HMAC that is held in memory: 64 bits.
func short(mac []byte) uint64 { return binary.BigEndian.Uint64(mac) }
