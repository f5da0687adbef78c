package evidence

import (
	"bytes"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/transform"
)

// inspectText takes text in UTF-8 or GB 18030 without control characters, and
// none that a program would run as a page or a script.
func inspectText(name string, kind Kind, file io.ReadSeeker) error {
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return err
	}
	first, national := true, false
	err := scan(file, func(piece []byte) error {
		if first && runs(piece) || bytes.ContainsFunc(piece, control) {
			return mismatch(name, kind)
		}
		if marked(piece) {
			return unsafe("evidence.unsafe.active")
		}
		first, national = false, national || !utf8.Valid(whole(piece))
		return nil
	})
	if err != nil || !national {
		return err
	}
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return err
	}
	return readable(name, kind, file)
}

// runs reports whether text begins as a program or as a document of another
// kind does.
func runs(piece []byte) bool {
	start := strings.TrimPrefix(string(piece[:min(len(piece), pdfHead)]), "\ufeff")
	start = strings.ToLower(strings.TrimSpace(start))
	for _, mark := range []string{"<", "#!", "%pdf", "{\\rtf", "mz\x90"} {
		if strings.HasPrefix(start, mark) {
			return true
		}
	}
	return false
}

func control(r rune) bool {
	return r < ' ' && r != '\n' && r != '\r' && r != '\t' && r != '\f' || r == 0x7f
}

// whole leaves out the letters that the piece cuts at its ends.
func whole(piece []byte) []byte {
	for i := 0; i < utf8.UTFMax && len(piece) > 0 && !utf8.RuneStart(piece[0]); i++ {
		piece = piece[1:]
	}
	for i := 1; i <= min(utf8.UTFMax, len(piece)); i++ {
		if tail := piece[len(piece)-i:]; utf8.RuneStart(tail[0]) {
			if !utf8.FullRune(tail) {
				piece = piece[:len(piece)-i]
			}
			break
		}
	}
	return piece
}

// readable refuses what is no text in GB 18030 either: more than one letter in
// a thousand that the standard does not know.
func readable(name string, kind Kind, r io.Reader) error {
	const most = 1000
	letters, unknown := 0, 0
	buf := make([]byte, window)
	decoded := transform.NewReader(r, simplifiedchinese.GB18030.NewDecoder())
	for {
		n, err := decoded.Read(buf)
		letters += utf8.RuneCount(buf[:n])
		unknown += bytes.Count(buf[:n], []byte("\ufffd"))
		if err == io.EOF { //nolint:errorlint // the reader's own promise
			break
		}
		if err != nil {
			return err
		}
	}
	if unknown*most > letters {
		return mismatch(name, kind)
	}
	return nil
}
