package store

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"fmt"
	"io"
)

// sheets holds packed answers of one width with their batches, in the order of
// their coming: about 10 bytes an answer of the default paper, in blocks that are
// written column by column and coded by their frequencies. Blocks are only ever
// appended to.
type sheets struct {
	width int
	coded [][]byte // whole blocks
	rows  []byte   // of the block that is being filled: batch and answers, row by row
}

const (
	blockSheets = 2048 // answers of a block: about 0.3 ms to code
	batchBytes  = 4
)

func (s *sheets) add(batch uint32, answers []byte) {
	s.width = len(answers)
	if s.rows == nil {
		s.rows = make([]byte, 0, blockSheets*(batchBytes+s.width))
	}
	s.rows = binary.BigEndian.AppendUint32(s.rows, batch)
	s.rows = append(s.rows, answers...)
	if len(s.rows) == cap(s.rows) {
		s.coded = append(s.coded, encode(s.rows, batchBytes+s.width))
		s.rows = nil // a view may still read it
	}
}

// view is what there is now, which may be read while more is added.
func (s *sheets) view() sheets {
	return sheets{width: s.width, coded: s.coded[:len(s.coded):len(s.coded)], rows: s.rows}
}

func (s *sheets) each(fn func(batch uint32, packed []byte) error) error {
	for _, block := range s.coded {
		rows, err := decode(block, batchBytes+s.width)
		if err != nil {
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

// encode writes the columns of a block one after the other and codes them by how
// often each byte comes (Huffman): answers are few different bytes.
func encode(rows []byte, width int) []byte {
	n := len(rows) / width
	columns := make([]byte, len(rows))
	for i := range n {
		for j := range width {
			columns[j*n+i] = rows[i*width+j]
		}
	}
	var out bytes.Buffer
	w, err := flate.NewWriter(&out, flate.HuffmanOnly)
	if err == nil {
		_, err = w.Write(columns)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		panic(err) // a buffer takes all, and the level is one that there is
	}
	return bytes.Clone(out.Bytes())
}

func decode(block []byte, width int) ([]byte, error) {
	columns, err := io.ReadAll(flate.NewReader(bytes.NewReader(block)))
	if err != nil || len(columns) != blockSheets*width {
		return nil, fmt.Errorf("survey: a block of %d answers has %d bytes: %w", blockSheets, len(columns), err)
	}
	rows := make([]byte, len(columns))
	for i := range blockSheets {
		for j := range width {
			rows[i*width+j] = columns[j*blockSheets+i]
		}
	}
	return rows, nil
}
