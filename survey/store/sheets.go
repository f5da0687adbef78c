package store

import (
	"encoding/binary"
	"fmt"
	"maps"
)

// sheets holds packed answers of one width with their batches, in the order of
// their coming: about 14 bytes an answer of the default paper, in blocks that are
// written column by column and coded as packed.go has it. Blocks are only ever
// appended to.
type sheets struct {
	width int
	n     int
	coded [][]byte // whole blocks
	rows  []byte   // of the block that is being filled: batch and answers, row by row

	// gone says how often a row was taken out again: the blocks stay as they are, and
	// whoever reads passes over as many equal ones.
	gone map[string]int
}

const (
	blockSheets = 2048 // answers of a block
	batchBytes  = 4
)

func (s *sheets) add(batch uint32, answers []byte) {
	s.width = len(answers)
	if s.rows == nil {
		s.rows = make([]byte, 0, blockSheets*(batchBytes+s.width))
	}
	s.rows = binary.BigEndian.AppendUint32(s.rows, batch)
	s.rows = append(s.rows, answers...)
	s.n++
	if len(s.rows) == cap(s.rows) {
		s.coded = append(s.coded, encode(s.rows, batchBytes+s.width))
		s.rows = nil // a view may still read it
	}
}

// fits reports an answer of another length than those before: a programmer's
// mistake, since a survey's paper never changes.
func (s *sheets) fits(answers []byte) error {
	if len(answers) == 0 || s.width != 0 && len(answers) != s.width {
		return fmt.Errorf("survey: a packed answer of %d bytes among those of %d", len(answers), s.width)
	}
	return nil
}

// join takes the blocks of another and adds what it has beside them.
func (s *sheets) join(o *sheets) error {
	if o.n == 0 {
		return nil
	}
	if s.width != 0 && s.width != o.width {
		return fmt.Errorf("survey: packed answers of %d bytes among those of %d", o.width, s.width)
	}
	s.width = o.width
	s.coded = append(s.coded, o.coded...)
	s.n += blockSheets * len(o.coded)
	return walk(o.rows, batchBytes+o.width, func(batch uint32, answers []byte) error {
		s.add(batch, answers)
		return nil
	})
}

// view is what there is now, which may be read while more is added.
func (s *sheets) view() sheets {
	return sheets{width: s.width, n: s.n, coded: s.coded[:len(s.coded):len(s.coded)], rows: s.rows, gone: maps.Clone(s.gone)}
}

// remove takes an answer out that was added before.
func (s *sheets) remove(batch uint32, answers []byte) {
	if s.gone == nil {
		s.gone = map[string]int{}
	}
	s.gone[rowOf(batch, answers)]++
	s.n--
}

func rowOf(batch uint32, answers []byte) string {
	row := binary.BigEndian.AppendUint32(make([]byte, 0, batchBytes+len(answers)), batch)
	return string(append(row, answers...))
}

// without is fn without the answers that were taken out.
func (s *sheets) without(fn func(batch uint32, packed []byte) error) func(uint32, []byte) error {
	if len(s.gone) == 0 {
		return fn
	}
	left := maps.Clone(s.gone)
	return func(batch uint32, packed []byte) error {
		row := rowOf(batch, packed)
		if left[row] > 0 {
			left[row]--
			return nil
		}
		return fn(batch, packed)
	}
}

// each calls fn for each answer; packed is only lent.
func (s *sheets) each(fn func(batch uint32, packed []byte) error) error {
	fn = s.without(fn)
	rows := make([]byte, blockSheets*(batchBytes+s.width))
	for _, block := range s.coded {
		if err := decode(block, rows, batchBytes+s.width); err != nil {
			return err
		}
		if err := walk(rows, batchBytes+s.width, fn); err != nil {
			return err
		}
	}
	return walk(s.rows, batchBytes+s.width, fn)
}

func walk(rows []byte, width int, fn func(batch uint32, packed []byte) error) error {
	for ; len(rows) > 0; rows = rows[width:] {
		if err := fn(binary.BigEndian.Uint32(rows), rows[batchBytes:width]); err != nil {
			return err
		}
	}
	return nil
}

// columns calls fn for each block with the batches and the named bytes of its
// answers, which are only lent.
func (s *sheets) columns(which []int, fn func(batches []uint32, columns [][]byte) error) error {
	if s.n == 0 {
		return nil
	}
	look, err := newLook(s.width, which)
	if err != nil {
		return err
	}
	if len(s.gone) > 0 {
		return s.filtered(look, fn)
	}
	for _, block := range s.coded {
		if err := decodeColumns(block, look.all); err != nil {
			return err
		}
		if err := fn(look.spell(blockSheets)); err != nil {
			return err
		}
	}
	if n := len(s.rows) / (batchBytes + s.width); n > 0 {
		transpose(s.rows, look.all, n)
		return fn(look.spell(n))
	}
	return nil
}

// filtered is columns where answers were taken out: row by row, in blocks made anew.
func (s *sheets) filtered(look *look, fn func(batches []uint32, columns [][]byte) error) error {
	var rows []byte
	width := batchBytes + s.width
	flush := func() error {
		n := len(rows) / width
		if n == 0 {
			return nil
		}
		transpose(rows, look.all, n)
		rows = rows[:0]
		return fn(look.spell(n))
	}
	err := s.each(func(batch uint32, packed []byte) error {
		rows = append(binary.BigEndian.AppendUint32(rows, batch), packed...)
		if len(rows) < blockSheets*width {
			return nil
		}
		return flush()
	})
	if err != nil {
		return err
	}
	return flush()
}

// look is room for what is read of a block.
type look struct {
	all     [][]byte // by byte of a row; nil for what is not asked for
	batches []uint32
	named   [][]byte
}

func newLook(width int, which []int) (*look, error) {
	l := &look{all: make([][]byte, batchBytes+width), batches: make([]uint32, blockSheets)}
	for j := range batchBytes {
		l.all[j] = make([]byte, blockSheets)
	}
	for _, j := range which {
		if j < 0 || j >= width {
			return nil, fmt.Errorf("survey: byte %d of answers of %d", j, width)
		}
		if l.all[batchBytes+j] == nil {
			l.all[batchBytes+j] = make([]byte, blockSheets)
		}
		l.named = append(l.named, l.all[batchBytes+j])
	}
	return l, nil
}

// spell returns the batches and the named columns of the first n rows.
func (l *look) spell(n int) ([]uint32, [][]byte) {
	for i := range n {
		l.batches[i] = uint32(l.all[0][i])<<24 | uint32(l.all[1][i])<<16 | uint32(l.all[2][i])<<8 | uint32(l.all[3][i])
	}
	columns := make([][]byte, len(l.named))
	for k := range columns {
		columns[k] = l.named[k][:n]
	}
	return l.batches[:n], columns
}

// transpose fills the columns that are not nil from n rows.
func transpose(rows []byte, columns [][]byte, n int) {
	for j, column := range columns {
		if column == nil {
			continue
		}
		for i := range n {
			column[i] = rows[i*len(columns)+j]
		}
	}
}
