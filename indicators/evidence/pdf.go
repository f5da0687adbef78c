package evidence

import (
	"bytes"
	"compress/zlib"
	"errors"
	"io"

	"minyi/indicators/fault"
)

// inspectPDF refuses a PDF file that acts by itself: scripts, programs that it
// starts, forms that it sends, files and media inside it (ISO 32000-1, 7.11.4,
// 12.6.4, 13). Its names are looked for in the bytes as they lie, wherever they
// stand, and in its packed objects (7.5.7), since a reader finds objects in both.
// What cannot be looked into is refused too.
func (f *Folder) inspectPDF(file io.ReaderAt, size int64) error {
	p := &pdfScan{file: file, size: size, left: f.limits.Unpacked}
	return p.scan(io.NewSectionReader(file, 0, size), true)
}

type pdfScan struct {
	file  io.ReaderAt
	size  int64
	left  int64 // bytes that may still be unpacked
	since pdfNames
}

// pdfNames are the names since the last stream that say what the next one is.
type pdfNames struct {
	objects, first, flate, other, predictor bool
}

// longestName is the most bytes that a name of interest takes, each of its
// letters written as #xx.
const longestPDFName = 64

// scan looks at every name; in the file itself also at the streams.
func (p *pdfScan) scan(r io.Reader, outer bool) error {
	buf := make([]byte, window+longestPDFName)
	held, base := 0, int64(0)
	for {
		n, err := io.ReadFull(r, buf[held:])
		last := errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
		if err != nil && !last {
			return err
		}
		piece := buf[:held+n]
		end := len(piece)
		if !last {
			end -= longestPDFName // what begins after it is looked at with the next piece
		}
		if err := p.look(piece, end, base, outer); err != nil || last {
			return err
		}
		held = copy(buf, piece[end:])
		base += int64(end)
	}
}

// look looks at the names and streams that begin before end.
func (p *pdfScan) look(piece []byte, end int, base int64, outer bool) error {
	for i := 0; i < end; i++ {
		switch piece[i] {
		case '/':
			if err := p.name(pdfName(piece[i+1:])); err != nil {
				return err
			}
		case 's':
			if !outer || !bytes.HasPrefix(piece[i:], []byte("stream")) || i >= 3 && bytes.HasSuffix(piece[:i], []byte("end")) {
				continue
			}
			if err := p.stream(base + int64(i+len("stream"))); err != nil {
				return err
			}
		}
	}
	return nil
}

// pdfName reads a name with its escapes (7.3.5).
func pdfName(b []byte) string {
	var out []byte
	for i := 0; i < len(b) && i < longestPDFName; i++ {
		c := b[i]
		if c <= ' ' || c > '~' || bytes.IndexByte([]byte("()<>[]{}/%"), c) >= 0 {
			break
		}
		if c == '#' && i+2 < len(b) {
			if high, low := hexDigit(b[i+1]), hexDigit(b[i+2]); high >= 0 && low >= 0 {
				c = byte(high<<4 | low)
				i += 2
			}
		}
		out = append(out, c)
	}
	return string(out)
}

func hexDigit(c byte) int {
	return bytes.IndexByte([]byte("0123456789abcdef"), c|0x20)
}

func (p *pdfScan) name(name string) error {
	switch name {
	case "JavaScript", "Launch", "SubmitForm", "ImportData", "RichMedia", "Rendition", "GoToE", "XFA":
		return unsafe("evidence.unsafe.active")
	case "EmbeddedFile", "EmbeddedFiles":
		return unsafe("evidence.unsafe.attached")
	case "Encrypt":
		return unsafe("evidence.unsafe.locked")
	case "ObjStm":
		p.since.objects = true
	case "First":
		p.since.first = true
	case "FlateDecode":
		p.since.flate = true
	case "ASCIIHexDecode", "ASCII85Decode", "LZWDecode", "RunLengthDecode", "Crypt", "JBIG2Decode", "BrotliDecode":
		p.since.other = true
	case "Predictor":
		p.since.predictor = true
	}
	return nil
}

// stream looks into a stream of packed objects that begins at an offset.
func (p *pdfScan) stream(from int64) error {
	names := p.since
	p.since = pdfNames{}
	if !names.objects && !names.first {
		return nil
	}
	if names.objects && (names.other || names.predictor) { // in a form that this does not read
		return unsafe("evidence.unsafe.unreadable")
	}
	if !names.flate {
		return nil // as it lies: looked at with the rest
	}
	from, err := p.lineEnd(from)
	if err != nil {
		return err
	}
	unpacked, err := zlib.NewReader(io.NewSectionReader(p.file, from, p.size-from))
	if err != nil {
		return doubtful(names)
	}
	inside := &io.LimitedReader{R: unpacked, N: p.left + 1}
	err = (&pdfScan{}).scan(inside, false)
	p.left = inside.N - 1
	if len(fault.All(err)) > 0 {
		return err
	}
	if err != nil || p.left < 0 {
		p.left = max(p.left, 0)
		return doubtful(names)
	}
	return nil
}

// doubtful refuses packed objects that cannot be read. Anything else that looks
// like them is left alone.
func doubtful(names pdfNames) error {
	if names.objects {
		return unsafe("evidence.unsafe.unreadable")
	}
	return nil
}

// lineEnd returns the offset after the end of the line at which "stream" stands.
func (p *pdfScan) lineEnd(from int64) (int64, error) {
	var b [2]byte
	n, err := p.file.ReadAt(b[:], from)
	if err != nil && !errors.Is(err, io.EOF) {
		return 0, err
	}
	switch {
	case n == 2 && b[0] == '\r' && b[1] == '\n':
		return from + 2, nil
	case n > 0 && (b[0] == '\n' || b[0] == '\r'):
		return from + 1, nil
	}
	return from, nil
}
