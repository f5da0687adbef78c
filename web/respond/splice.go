package respond

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
	"slices"

	"github.com/andybalholm/brotli"

	"minyi/web/respond/deflate"
)

// coding is how the bytes of a page are packed on their way.
type coding uint8

const (
	plain coding = iota
	gzipped
	brotlied
)

// header is the value of Content-Encoding, empty for none.
func (c coding) header() string { return [...]string{"", "gzip", "br"}[c] }

// cut is a page with two gaps that each form fills: the address that it posts to,
// and what stands at its end (the hidden fields and the line about going on
// elsewhere). On the page of thanks the receipt's code stands for the address, and
// what is said of the commitment for the end.
type cut struct {
	head, mid, tail []byte // before the address, behind what closes it, after the end
	gap             int    // length of the address
	after           string // closes the address
}

// ready is such a page, packed.
//
// The address has the same length in every form. So the page behind it may
// refer back across the gap, which stands in the stream as bytes that are not
// packed; while the page was packed, bytes that no text contains stood there,
// and nothing refers to them. The end of the form is as long as its answers, and
// all behind it is short: both go out unpacked, as the stream's last block. What
// a ready page unpacks to is checked once, when it is made.
type ready struct {
	cut    // head and mid packed
	coding coding
	rough  *cut // where it may be packed better: the page unpacked

	size    int        // of head, address and mid, unpacked
	headSum uint32     // CRC-32 of head, unpacked
	midSum  uint32     // CRC-32 of mid, unpacked
	shift   [32]uint32 // carries a CRC-32 over as many bytes as mid has
}

// afterAddress closes the attribute and the tag that the address stands in. It
// belongs to the gap: what brotli expects next depends on the two bytes before.
const afterAddress = `">`

// longest is what one unpacked block of either format holds.
const longest = 1<<16 - 1

// Brotli's qualities. A resident waits for the quick one, which takes a fraction of
// a millisecond; the best takes tens of them for a tenth less, behind everybody's
// back (shelf.go).
const (
	quick = 5
	best  = brotli.BestCompression
)

// pack makes a ready page, with brotli's quality where that is the coding. Where
// brotli packs a page so that an address changes what comes after it, the page is
// gzipped.
func pack(c coding, quality int, page cut) (*ready, error) {
	r := &ready{cut: page, coding: c, size: len(page.head) + page.gap + len(page.after) + len(page.mid)}
	var out bytes.Buffer
	var err error
	switch c {
	case plain:
	case gzipped:
		r.headSum, r.midSum, r.shift = crc32.ChecksumIEEE(page.head), crc32.ChecksumIEEE(page.mid), shiftBy(len(page.mid))
		before := slices.Concat(page.head, strange(page.gap), []byte(page.after))
		r.head = deflate.Append(nil, nil, page.head, false)
		r.mid = deflate.Append(nil, before, page.mid, true)
	case brotlied:
		w := brotli.NewWriterOptions(&out, brotli.WriterOptions{Quality: quality, LGWin: 16})
		r.head, r.mid, err = packed(&out, w, page)
		if quality < best {
			r.rough = &page
		}
	}
	if err != nil {
		return nil, err
	}
	if ok := r.sound(page); !ok && c == brotlied {
		return pack(gzipped, best, page)
	} else if !ok {
		return nil, fmt.Errorf("respond: coding %d: a page does not unpack to what was packed", c)
	}
	return r, nil
}

// packer is a compressor that can end its output on a byte.
type packer interface {
	io.Writer
	Flush() error
}

// packed packs head and mid with a gap between them and returns the two pieces
// without it.
func packed(out *bytes.Buffer, w packer, page cut) (a, b []byte, err error) {
	ends := [3]int{}
	for i, part := range [][]byte{page.head, append(strange(page.gap), page.after...), page.mid} {
		if _, err := w.Write(part); err != nil {
			return nil, nil, fmt.Errorf("respond: pack: %w", err)
		}
		if err := w.Flush(); err != nil {
			return nil, nil, fmt.Errorf("respond: pack: %w", err)
		}
		ends[i] = out.Len()
	}
	return bytes.Clone(out.Bytes()[:ends[0]]), bytes.Clone(out.Bytes()[ends[1]:]), nil
}

// strange returns n bytes that occur in no UTF-8 text, and no two of them in a
// row twice (up to 64), so that nothing in a page equals them and they do not
// equal each other.
func strange(n int) []byte {
	out := make([]byte, 0, n+8)
	for a := byte(0); len(out) < n; a++ {
		out = append(out, 0xf8+a%8)
		for b := a%8 + 1; b < 8; b++ {
			out = append(out, 0xf8+a%8, 0xf8+b)
		}
	}
	return out[:n]
}

// shiftBy returns, for each bit of a CRC-32, what it becomes after n bytes of
// zeros: the CRC-32 of two texts one after the other is that of the first carried
// over the length of the second, exclusive or that of the second (M. Adler,
// crc32_combine in zlib).
func shiftBy(n int) (out [32]uint32) {
	zeros := make([]byte, n)
	for bit := range out {
		out[bit] = ^crc32.Update(^(uint32(1) << bit), crc32.IEEETable, zeros)
	}
	return out
}

func (r *ready) carry(sum uint32) (out uint32) {
	for bit := range r.shift {
		if sum>>bit&1 == 1 {
			out ^= r.shift[bit]
		}
	}
	return out
}

// fits reports whether this form can be spliced into the page.
func (r *ready) fits(address string, end []byte) bool {
	return len(address) == r.gap && len(end)+len(r.tail) <= longest
}

// splice appends the whole page to dst: with the address that its form posts to
// and the end of its form. They must fit.
func (r *ready) splice(dst []byte, address string, end []byte) []byte {
	switch r.coding {
	case plain:
	case gzipped:
		return r.spliceGzip(dst, address, end)
	case brotlied:
		dst = append(dst, r.head...)
		dst = append(openBrotli(dst, r.gap+len(r.after)), address...)
		dst = append(append(dst, r.after...), r.mid...)
		dst = append(openBrotli(dst, len(end)+len(r.tail)), end...)
		const last = 0x03 // ISLAST, ISLASTEMPTY
		return append(append(dst, r.tail...), last)
	}
	dst = append(append(dst, r.head...), address...)
	dst = append(append(dst, r.after...), r.mid...)
	return append(append(dst, end...), r.tail...)
}

// spliceGzip writes a member as RFC 1952 has it, with stored blocks (RFC 1951,
// 3.2.4) in the gaps.
func (r *ready) spliceGzip(dst []byte, address string, end []byte) []byte {
	dst = append(gzipHead(dst), r.head...)
	dst = lengthOf(dst, r.gap+len(r.after))
	at := len(dst)
	dst = append(append(dst, address...), r.after...)
	sum := r.carry(crc32.Update(r.headSum, crc32.IEEETable, dst[at:])) ^ r.midSum
	dst = lengthOf(append(dst, r.mid...), len(end)+len(r.tail))
	at = len(dst)
	dst = append(append(dst, end...), r.tail...)
	sum = crc32.Update(sum, crc32.IEEETable, dst[at:])
	dst = binary.LittleEndian.AppendUint32(dst, sum)
	return binary.LittleEndian.AppendUint32(dst, uint32(r.size+len(end)+len(r.tail)))
}

// gzipHead begins a member.
func gzipHead(dst []byte) []byte {
	const bestCompression, unknownSystem = 2, 255
	return append(dst, 0x1f, 0x8b, 8, 0, 0, 0, 0, 0, bestCompression, unknownSystem)
}

// lengthOf says how long the stored block is that the packed bytes before it open.
func lengthOf(dst []byte, n int) []byte {
	return append(dst, byte(n), byte(n>>8), ^byte(n), ^byte(n>>8))
}

// tight gzips a whole page as small as can be.
func tight(page []byte) []byte {
	out := deflate.Append(gzipHead(nil), nil, page, true)
	out = lengthOf(out, 0)
	out = binary.LittleEndian.AppendUint32(out, crc32.ChecksumIEEE(page))
	return binary.LittleEndian.AppendUint32(out, uint32(len(page)))
}

// openBrotli begins an uncompressed meta-block of n bytes (RFC 7932, 9.2): ISLAST
// 0, MNIBBLES 4, MLEN-1, ISUNCOMPRESSED 1, padding.
func openBrotli(dst []byte, n int) []byte {
	bits := uint32(n-1)<<3 | 1<<19
	return append(dst, byte(bits), byte(bits>>8), byte(bits>>16))
}

// sound reports whether two forms that differ in each byte of their addresses
// unpack to what they should: then nothing in the page depends on an address.
func (r *ready) sound(page cut) bool {
	for _, letter := range []string{"A", "z"} {
		address, end := string(bytes.Repeat([]byte(letter), r.gap)), []byte("<i>"+letter+"</i>")
		want := bytes.Join([][]byte{page.head, []byte(address + page.after), page.mid, end, page.tail}, nil)
		got, err := unpack(r.coding, r.splice(nil, address, end))
		if err != nil || !bytes.Equal(got, want) {
			return false
		}
	}
	return true
}
