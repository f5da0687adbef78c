package analysis

import "encoding/binary"

// dictionary numbers the texts of a column in order of appearance. Texts of at
// most 15 bytes lie as two words in an open table, longer ones in a map.
type dictionary struct {
	slots []slot
	short int
	long  map[string]int32
	texts []string
}

// slot holds the bytes of a text and, in the top byte of hi, its length plus 1, so
// that no text looks like an empty slot.
type slot struct {
	lo, hi uint64
	code   int32
}

const shortText = 15

func newDictionary() *dictionary {
	return &dictionary{slots: make([]slot, 64), long: map[string]int32{}}
}

// words packs a text of at most 15 bytes.
func words(text []byte) (lo, hi uint64) {
	var store [16]byte
	copy(store[:], text)
	store[15] = byte(len(text)) + 1
	return binary.LittleEndian.Uint64(store[:8]), binary.LittleEndian.Uint64(store[8:])
}

func (d *dictionary) place(lo, hi uint64) int {
	h := (lo ^ hi*0x9E3779B97F4A7C15) * 0xD6E8FEB86659FD93
	return int(h>>32) & (len(d.slots) - 1)
}

// find returns the number of the packed text, -1 where it is not known.
func (d *dictionary) find(lo, hi uint64) int32 {
	for k := d.place(lo, hi); ; k = (k + 1) & (len(d.slots) - 1) {
		s := &d.slots[k]
		if s.lo == lo && s.hi == hi {
			return s.code
		}
		if s.hi == 0 {
			return -1
		}
	}
}

// lookup returns the number of a text, -1 where it is not known.
func (d *dictionary) lookup(text []byte) int32 {
	if len(text) <= shortText {
		lo, hi := words(text)
		return d.find(lo, hi)
	}
	if k, ok := d.long[string(text)]; ok {
		return k
	}
	return -1
}

// add numbers a text that is not yet known.
func (d *dictionary) add(text []byte) int32 {
	code := int32(len(d.texts))
	d.texts = append(d.texts, string(text))
	if len(text) > shortText {
		d.long[string(text)] = code
		return code
	}
	lo, hi := words(text)
	if d.short++; 2*d.short > len(d.slots) {
		d.grow()
	}
	d.put(slot{lo, hi, code})
	return code
}

func (d *dictionary) put(s slot) {
	k := d.place(s.lo, s.hi)
	for d.slots[k].hi != 0 {
		k = (k + 1) & (len(d.slots) - 1)
	}
	d.slots[k] = s
}

func (d *dictionary) grow() {
	old := d.slots
	d.slots = make([]slot, 2*len(old))
	for _, s := range old {
		if s.hi != 0 {
			d.put(s)
		}
	}
}
