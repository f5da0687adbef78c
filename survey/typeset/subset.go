package typeset

import (
	"encoding/binary"
	"slices"
)

// tablesOf splits a TrueType file into its tables.
func tablesOf(file []byte) map[string][]byte {
	out := map[string][]byte{}
	for i := range int(binary.BigEndian.Uint16(file[4:])) {
		entry := file[12+16*i:]
		from, size := binary.BigEndian.Uint32(entry[8:]), binary.BigEndian.Uint32(entry[12:])
		out[string(entry[:4])] = file[from : from+size]
	}
	return out
}

// subset is a TrueType file with the outlines of the used glyphs only. Glyphs
// keep their numbers, as pages with those numbers are written long before the
// font is; the unused ones are empty and take hardly any room compressed.
func (f *Font) subset(used []bool) []byte {
	glyf, loca := f.outlines(used)
	hmtx := make([]byte, 4*len(f.advances))
	for g, a := range f.advances {
		if used[g] {
			binary.BigEndian.PutUint16(hmtx[4*g:], a)
			copy(hmtx[4*g+2:], f.bearing(g))
		}
	}
	head, hhea := slices.Clone(f.tables["head"]), slices.Clone(f.tables["hhea"])
	binary.BigEndian.PutUint32(head[8:], 0)  // checkSumAdjustment, put in at last
	binary.BigEndian.PutUint16(head[50:], 1) // long offsets in loca
	binary.BigEndian.PutUint16(hhea[34:], uint16(len(f.advances)))
	return assemble(map[string][]byte{
		"glyf": glyf, "head": head, "hhea": hhea, "hmtx": hmtx, "loca": loca, "maxp": f.tables["maxp"],
	})
}

// outlines are the tables glyf and loca of the used glyphs. The embedded font has
// no composite glyphs, so that none needs another.
func (f *Font) outlines(used []bool) (glyf, loca []byte) {
	loca = make([]byte, 4, 4*len(used)+4)
	for g := range used {
		if used[g] || g == 0 {
			glyf = append(glyf, f.outline(g)...)
			for len(glyf)%4 != 0 {
				glyf = append(glyf, 0)
			}
		}
		loca = binary.BigEndian.AppendUint32(loca, uint32(len(glyf)))
	}
	return glyf, loca
}

// outline is one glyph as it stands in the embedded font.
func (f *Font) outline(g int) []byte {
	loca, glyf := f.tables["loca"], f.tables["glyf"]
	if long := binary.BigEndian.Uint16(f.tables["head"][50:]) == 1; long {
		return glyf[binary.BigEndian.Uint32(loca[4*g:]):binary.BigEndian.Uint32(loca[4*g+4:])]
	}
	return glyf[2*int(binary.BigEndian.Uint16(loca[2*g:])) : 2*int(binary.BigEndian.Uint16(loca[2*g+2:]))]
}

// bearing is a glyph's left side bearing, two bytes.
func (f *Font) bearing(g int) []byte {
	hmtx, own := f.tables["hmtx"], int(binary.BigEndian.Uint16(f.tables["hhea"][34:]))
	if g < own {
		return hmtx[4*g+2 : 4*g+4]
	}
	at := 4*own + 2*(g-own)
	return hmtx[at : at+2]
}

// magic is what the checksum of a whole TrueType file is taken from (OpenType
// 1.9, table head).
const magic = 0xB1B0AFBA

// assemble puts tables together to a TrueType file (OpenType 1.9, "Organization
// of an OpenType font").
func assemble(tables map[string][]byte) []byte {
	names := make([]string, 0, len(tables))
	for name := range tables {
		names = append(names, name)
	}
	slices.Sort(names)
	n, power, log := len(names), 1, 0
	for power*2 <= n {
		power, log = power*2, log+1
	}
	out := binary.BigEndian.AppendUint32(nil, 0x00010000)
	for _, v := range []int{n, power * 16, log, (n - power) * 16} {
		out = binary.BigEndian.AppendUint16(out, uint16(v))
	}
	var body []byte
	adjustment := 0
	for _, name := range names {
		if name == "head" {
			adjustment = 12 + 16*n + len(body) + 8
		}
		t := tables[name]
		out = append(out, name...)
		out = binary.BigEndian.AppendUint32(out, checksum(t))
		out = binary.BigEndian.AppendUint32(out, uint32(12+16*n+len(body)))
		out = binary.BigEndian.AppendUint32(out, uint32(len(t)))
		body = append(body, t...)
		for len(body)%4 != 0 {
			body = append(body, 0)
		}
	}
	out = append(out, body...)
	binary.BigEndian.PutUint32(out[adjustment:], magic-checksum(out))
	return out
}

// checksum adds up the big-endian words, the last one filled with zeros.
func checksum(t []byte) uint32 {
	sum := uint32(0)
	for len(t) >= 4 {
		sum += binary.BigEndian.Uint32(t)
		t = t[4:]
	}
	var last [4]byte
	copy(last[:], t)
	return sum + binary.BigEndian.Uint32(last[:])
}
