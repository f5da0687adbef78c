package store

import (
	"encoding/binary"

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

// column is what is held in memory of one survey: about 30 bytes an answer. It
// is guarded by Intake.mu, but for disk, which is the writer's own.
type column struct {
	spent   bitmap                 // with those that wait for their commit
	disk    bitmap                 // as committed
	keys    keys                   // committed
	pending map[uint64]*item       // the same, waiting for their commit
	drafts  int                    // waiting for their commit
	last    map[survey.Mark]*reply // of links that may answer again
	revised int                    // answers that came again, and whose earlier ones are in the tables still
	sealed  bool
	unfiled int   // rows of the table intake
	fresh   fresh // their commitments, and some before them
	spoiled map[halfCommitment]bool

	taken  map[uint32]uint32           // by batch, with those that wait
	cells  map[uint32]uint32           // counted, by cell of the quota, with those that wait
	stored map[uint32]survey.CellCount // by cell, as committed
	tally  survey.Tally                // as committed
	sheets sheets                      // as committed, those that count
}

func newColumn() *column {
	return &column{
		spent: bitmap{}, disk: bitmap{}, spoiled: map[halfCommitment]bool{}, pending: map[uint64]*item{}, last: map[survey.Mark]*reply{},
		taken: map[uint32]uint32{}, cells: map[uint32]uint32{}, stored: map[uint32]survey.CellCount{}, tally: survey.Tally{},
	}
}

// enter counts an answer that is welcome, before it is stored: it finds its place
// in its cell, or finds that full.
func (c *column) enter(e *survey.Entry) {
	r := &e.Record
	if e.OneTime {
		c.spent.set(e.Serial)
	}
	c.taken[r.Batch]++
	if r.Cell == 0 || !r.Outcome.InScope() {
		return
	}
	if c.cells[r.Cell] >= e.Limit {
		r.Outcome = questionnaire.QuotaFull
		return
	}
	c.cells[r.Cell]++
}

// leave takes back what enter did, of an answer that could not be stored.
func (c *column) leave(e *survey.Entry, s *reply) {
	if e.OneTime && (s == nil || s.first()) {
		c.spent.clear(e.Serial)
	}
	c.taken[e.Record.Batch]--
	if e.Record.Cell != 0 && e.Record.Outcome.InScope() {
		c.cells[e.Record.Cell]--
	}
}

// add counts a stored answer and keeps it, unless it found its cell full.
func (c *column) add(batch, cell uint32, outcome questionnaire.Disposition, answers []byte) {
	if outcome != questionnaire.QuotaFull {
		c.sheets.add(batch, answers)
	}
	c.count(batch, outcome, 1)
	c.place(cell, outcome, 1)
}

// count counts n stored answers of a batch.
func (c *column) count(batch uint32, outcome questionnaire.Disposition, n int) {
	if c.tally[batch] == nil {
		c.tally[batch] = map[questionnaire.Disposition]int{}
	}
	c.tally[batch][outcome] += n
}

// place counts n stored answers of a cell, if it is one.
func (c *column) place(cell uint32, outcome questionnaire.Disposition, n int) {
	if cell == 0 {
		return
	}
	one := c.stored[cell]
	switch {
	case outcome.InScope():
		one.Counted += n
	case outcome == questionnaire.QuotaFull:
		one.Full += n
	default:
		one.Other += n
	}
	c.stored[cell] = one
}

// short is the part of an HMAC that is held in memory: 64 bits.
func short(mac []byte) uint64 { return binary.BigEndian.Uint64(mac) }
