package invite

import "strings"

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

// value is the worth of one character, -1 where it is none.
func value(c byte) int {
	if c >= 'a' && c <= 'z' {
		c -= 'a' - 'A'
	}
	switch c {
	case 'O':
		c = '0'
	case 'I', 'L':
		c = '1'
	}
	return strings.IndexByte(alphabet, c)
}
