package typeset

import "strconv"

// Length is a distance in micrometres. Sheets are laid out in integers, so that
// the same input gives the same bytes on every machine.
type Length int64

const (
	// MM is a millimetre.
	MM    Length = 1000
	em           = 1000      // font units to an em, of the embedded font
	perPt        = 127 * 100 // a point is 127/360 mm
)

// Point is a font size in tenths of a point.
func Point(tenths int64) Length { return Length(tenths * perPt / 360) }

// Scaled is l by a ratio in thousandths.
func (l Length) Scaled(thousandths int64) Length { return l * Length(thousandths) / 1000 }

// appendPt writes the length in points with three decimals.
func (l Length) appendPt(buf []byte) []byte {
	n := int64(l) * 360 / 127 // thousandths of a point
	if n < 0 {
		buf, n = append(buf, '-'), -n
	}
	buf = strconv.AppendInt(buf, n/1000, 10)
	if n %= 1000; n == 0 {
		return buf
	}
	buf = append(buf, '.', byte('0'+n/100), byte('0'+n/10%10), byte('0'+n%10))
	for buf[len(buf)-1] == '0' {
		buf = buf[:len(buf)-1]
	}
	return buf
}
