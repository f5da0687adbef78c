package evidence

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"strings"

	"github.com/richardlehane/mscfb"
)

// oleMark begins an Office file of before 2007.
const oleMark = "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

// inspectOld looks into an Office file of before 2007 ([MS-CFB]): it must hold
// the stream of its kind, and no macro, no packed file and no locked text.
func inspectOld(name string, kind Kind, file io.ReaderAt) (err error) {
	defer func() {
		if recover() != nil { // the reader of strangers' bytes gave up
			err = mismatch(name, kind)
		}
	}()
	doc, err := mscfb.New(file)
	if err != nil {
		return mismatch(name, kind)
	}
	main := false
	for entry, err := doc.Next(); ; entry, err = doc.Next() {
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return mismatch(name, kind)
		}
		if err := harmlessStream(entry.Name); err != nil {
			return err
		}
		if len(entry.Path) == 0 && isMain(kind, entry.Name) {
			main = true
			if err := inspectMain(kind, entry); err != nil {
				return err
			}
		}
	}
	if !main {
		return mismatch(name, kind)
	}
	return nil
}

func isMain(kind Kind, stream string) bool {
	switch kind {
	case DOC:
		return stream == "WordDocument"
	case XLS:
		return stream == "Workbook" || stream == "Book"
	default:
		return stream == "PowerPoint Document"
	}
}

// harmlessStream refuses the storages of macros and packed files by their names
// ([MS-OVBA] 2.2, [MS-OLEDS] 2.3.6), and locked documents.
func harmlessStream(name string) error {
	switch strings.ToLower(strings.TrimLeft(name, "\x01\x02\x03\x05")) {
	case "vba", "macros", "_vba_project", "_vba_project_cur", "ole10native", "package":
		return unsafe("evidence.unsafe.active")
	case "encryptedpackage", "encryptioninfo":
		return unsafe("evidence.unsafe.locked")
	}
	return nil
}

func inspectMain(kind Kind, r io.Reader) error {
	if kind == XLS {
		return inspectSheets(r)
	}
	if kind == PPT {
		return inspectSlides(r)
	}
	head := make([]byte, 12) // the FIB ([MS-DOC] 2.5.2): bit 8 of its flags is fEncrypted
	if _, err := io.ReadFull(r, head); err == nil && head[11]&1 != 0 {
		return unsafe("evidence.unsafe.locked")
	}
	return nil
}

// inspectSlides refuses a VbaInfoAtom with fHasMacros ([MS-PPT] 2.4.10).
func inspectSlides(r io.Reader) error {
	return scan(r, func(piece []byte) error {
		for _, at := range indexes(piece, []byte("\x02\x00\x00\x04\x0c\x00\x00\x00")) {
			if flag := at + 12; len(piece) >= flag+4 && binary.LittleEndian.Uint32(piece[flag:]) == 1 {
				return unsafe("evidence.unsafe.active")
			}
		}
		return nil
	})
}

func indexes(piece, mark []byte) (out []int) {
	for from := 0; ; {
		i := bytes.Index(piece[from:], mark)
		if i < 0 {
			return out
		}
		out = append(out, from+i)
		from += i + 1
	}
}

// Records of a workbook ([MS-XLS] 2.3).
const (
	recordSheet  = 0x0085 // BoundSheet8: its sixth byte says what the sheet is
	recordLocked = 0x002f // FilePass
	recordEnd    = 0x000a // EOF of the globals
	macroSheet   = 0x01
	sheetKind    = 5
)

// inspectSheets refuses a workbook with a sheet of macros, and a locked one.
func inspectSheets(r io.Reader) error {
	head := make([]byte, 4)
	for {
		if _, err := io.ReadFull(r, head); err != nil {
			return nil //nolint:nilerr // cut short: no program reads it either
		}
		kind, size := binary.LittleEndian.Uint16(head), binary.LittleEndian.Uint16(head[2:])
		body := make([]byte, size)
		if _, err := io.ReadFull(r, body); err != nil {
			return nil //nolint:nilerr // likewise
		}
		switch {
		case kind == recordSheet && len(body) > sheetKind && body[sheetKind] == macroSheet:
			return unsafe("evidence.unsafe.active")
		case kind == recordLocked:
			return unsafe("evidence.unsafe.locked")
		case kind == recordEnd:
			return nil
		}
	}
}
