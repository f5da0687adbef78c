package store

import "errors"

// A block of answers is coded column by column, one byte of all its rows after
// the other: how many bits each takes (0, 1, 2, 4 or 8), how many different bytes
// there are, less one, these in ascending order, then the places of the rows among
// them, the first row in the lowest bits. Eight bits are the bytes themselves,
// without a list. Answers are few different bytes, most of them two or four bits;
// such places are read eight rows and more at a time, which no code of varying
// length allows.

// errBlock is a block that encode did not write.
var errBlock = errors.New("survey: a block of answers in memory is damaged")

const wholeByte = 8

// encode codes blockSheets rows of the width.
func encode(rows []byte, width int) []byte {
	out := make([]byte, 0, len(rows)/2)
	var column [blockSheets]byte
	for j := range width {
		var seen [256]bool
		for i := range column {
			b := rows[i*width+j]
			column[i], seen[b] = b, true
		}
		out = appendColumn(out, &column, &seen)
	}
	return append([]byte(nil), out...)
}

func appendColumn(out []byte, column *[blockSheets]byte, seen *[256]bool) []byte {
	var place [256]byte
	var list []byte
	for b, there := range seen {
		if there {
			place[b] = byte(len(list))
			list = append(list, byte(b))
		}
	}
	bits := bitsFor(len(list))
	if bits == wholeByte {
		return append(append(out, wholeByte), column[:]...)
	}
	out = append(append(out, byte(bits), byte(len(list)-1)), list...)
	if bits == 0 {
		return out
	}
	per := wholeByte / bits
	for i := 0; i < blockSheets; i += per {
		b := byte(0)
		for k, v := range column[i : i+per] {
			b |= place[v] << (k * bits)
		}
		out = append(out, b)
	}
	return out
}

// bitsFor is how many bits tell n different bytes apart, a divisor of eight.
func bitsFor(n int) int {
	switch {
	case n <= 1:
		return 0
	case n <= 2:
		return 1
	case n <= 4:
		return 2
	case n <= 16:
		return 4
	}
	return wholeByte
}

// decode writes the rows of a block.
func decode(block, rows []byte, width int) error {
	var store [blockSheets]byte
	for j := range width {
		column := store[:]
		var err error
		if block, err = decodeColumn(block, column); err != nil {
			return err
		}
		for i, b := range column {
			rows[i*width+j] = b
		}
	}
	return nil
}

// decodeColumns fills the columns that are not nil.
func decodeColumns(block []byte, columns [][]byte) (err error) {
	for _, column := range columns {
		if block, err = decodeColumn(block, column); err != nil {
			return err
		}
	}
	return nil
}

// decodeColumn fills a column of blockSheets rows, unless it is nil, and returns
// what comes after it.
func decodeColumn(block, column []byte) (rest []byte, err error) {
	if len(block) == 0 {
		return nil, errBlock
	}
	bits, list := int(block[0]), []byte(nil)
	if block = block[1:]; bits != wholeByte {
		if len(block) < 2 || len(block) < 2+int(block[0]) || bitsFor(int(block[0])+1) != bits {
			return nil, errBlock
		}
		list, block = block[1:2+int(block[0])], block[2+int(block[0]):]
	}
	size := blockSheets * bits / wholeByte
	if len(block) < size {
		return nil, errBlock
	}
	if column != nil {
		spell(block[:size], bits, list, column[:blockSheets])
	}
	return block[size:], nil
}

// spell writes the bytes that the places stand for.
func spell(places []byte, bits int, list, column []byte) {
	switch bits {
	case wholeByte:
		copy(column, places)
	case 0:
		for i := range column {
			column[i] = list[0]
		}
	default:
		per := wholeByte / bits
		var known [16]byte
		copy(known[:], list)
		mask := byte(1)<<bits - 1
		for i, b := range places {
			of := column[i*per : (i+1)*per]
			for k := range of {
				of[k] = known[b&mask&15]
				b >>= bits
			}
		}
	}
}
