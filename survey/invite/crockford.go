package invite

// alphabet is Crockford's base32: no I, L, O or U.
const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// maxTyped bounds what decode looks at: a token with a separator after every
// character.
const maxTyped = 2 * Length

// Short writes the first bits of data as n characters of Crockford base32; data
// must hold 5n bits.
func Short(data []byte, n int) string { return encode(data)[:n] }

// encode writes whole groups of five bits; data must be a multiple of five bytes.
func encode(data []byte) string {
	out := make([]byte, 0, len(data)*8/5)
	var acc uint
	bits := 0
	for _, b := range data {
		acc = acc<<8 | uint(b)
		bits += 8
		for bits >= 5 {
			bits -= 5
			out = append(out, alphabet[acc>>bits&31])
		}
		acc &= 1<<bits - 1
	}
	return string(out)
}

func decode(text string) (raw [idBytes + macBytes]byte, ok bool) {
	if len(text) > maxTyped {
		return raw, false
	}
	var acc uint
	bits, chars, n := 0, 0, 0
	for i := range len(text) {
		c := text[i]
		if c == '-' || c == ' ' {
			continue
		}
		v := value(c)
		if v < 0 || chars == Length {
			return raw, false
		}
		chars++
		acc = acc<<5 | uint(v)
		if bits += 5; bits >= 8 {
			bits -= 8
			raw[n] = byte(acc >> bits)
			n++
			acc &= 1<<bits - 1
		}
	}
	return raw, chars == Length
}

// value is the worth of one character, -1 where it is none: looked up from '0' on.
func value(c byte) int {
	const first, none = '0', 0xff
	const worth = "" +
		"\x00\x01\x02\x03\x04\x05\x06\x07\x08\x09\xff\xff\xff\xff\xff\xff" +
		"\xff\x0a\x0b\x0c\x0d\x0e\x0f\x10\x11\x01\x12\x13\x01\x14\x15\x00" +
		"\x16\x17\x18\x19\x1a\xff\x1b\x1c\x1d\x1e\x1f\xff\xff\xff\xff\xff" +
		"\xff\x0a\x0b\x0c\x0d\x0e\x0f\x10\x11\x01\x12\x13\x01\x14\x15\x00" +
		"\x16\x17\x18\x19\x1a\xff\x1b\x1c\x1d\x1e\x1f\xff\xff\xff\xff\xff"
	if i := int(c) - first; i >= 0 && i < len(worth) && worth[i] != none {
		return int(worth[i])
	}
	return -1
}
