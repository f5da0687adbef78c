package evidence

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"path"
	"strings"
)

// inspectContainer bounds what unpacking would cost before it unpacks, and then
// unpacks to nowhere, since a directory may lie.
func (f *Folder) inspectContainer(name string, kind Kind, file io.ReaderAt, size int64) error {
	archive, err := zip.NewReader(file, size)
	if err != nil {
		return mismatch(name, kind)
	}
	if len(archive.File) > f.limits.Entries {
		return unsafe("evidence.unsafe.entries")
	}
	most := min(f.limits.Unpacked, f.limits.Ratio*size)
	var declared uint64
	main := false
	for _, entry := range archive.File {
		declared += entry.UncompressedSize64
		if entry.UncompressedSize64 > uint64(most) || declared > uint64(most) {
			return unsafe("evidence.unsafe.unpacked")
		}
		if err := harmless(entry.Name); err != nil {
			return err
		}
		main = main || entry.Name == mainPart(kind)
	}
	if !main {
		return mismatch(name, kind)
	}
	return unpack(archive, most)
}

// mainPart is the entry that makes a container what it is.
func mainPart(kind Kind) string {
	switch kind {
	case DOCX:
		return "word/document.xml"
	case XLSX:
		return "xl/workbook.xml"
	case PPTX:
		return "ppt/presentation.xml"
	default:
		return "OFD.xml"
	}
}

// harmless refuses archives in archives and entries that run as programs.
func harmless(entry string) error {
	name := strings.ToLower(entry)
	switch path.Ext(name) {
	case ".zip", ".rar", ".7z", ".gz", ".tar", ".docx", ".xlsx", ".pptx", ".ofd", ".docm", ".xlsm", ".jar":
		return unsafe("evidence.unsafe.nested")
	case ".exe", ".dll", ".js", ".vbs", ".bat", ".cmd", ".ps1", ".html", ".htm", ".svg":
		return unsafe("evidence.unsafe.active")
	}
	if path.Base(name) == "vbaproject.bin" || strings.Contains(name, "/activex/") || strings.Contains(name, "/macrosheets/") {
		return unsafe("evidence.unsafe.active")
	}
	return nil
}

// unpack reads every entry and stops at the limit.
func unpack(archive *zip.Reader, most int64) error {
	left := most
	for _, entry := range archive.File {
		r, err := entry.Open()
		if err != nil {
			return unsafe("evidence.unsafe.unpacked")
		}
		n, err := readEntry(entry.Name, r, left+1)
		if err = errors.Join(err, r.Close()); err != nil {
			return err
		}
		if left -= n; left < 0 {
			return unsafe("evidence.unsafe.unpacked")
		}
	}
	return nil
}

const longestRelations = 4 << 20 // bytes of a part that names other parts

// readEntry counts the bytes of an entry up to a limit; a damaged entry, one
// that is itself an archive or an old Office file with a program in it, and one
// that fetches a template from elsewhere are refused.
func readEntry(name string, r io.Reader, limit int64) (int64, error) {
	head := make([]byte, 8)
	n, err := io.ReadFull(r, head)
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return int64(n), nil
	}
	if err != nil {
		return 0, unsafe("evidence.unsafe.unpacked")
	}
	switch {
	case bytes.HasPrefix(head, []byte("PK\x03\x04")), bytes.HasPrefix(head, []byte("Rar!")), bytes.HasPrefix(head, []byte("7z\xbc\xaf")):
		return 0, unsafe("evidence.unsafe.nested")
	case bytes.HasPrefix(head, []byte("MZ")) && !strings.HasSuffix(name, ".xml"):
		return 0, unsafe("evidence.unsafe.active")
	case string(head) == oleMark: // an object of another program, which may hold anything
		return 0, unsafe("evidence.unsafe.nested")
	}
	rest := io.LimitReader(r, limit)
	var kept bytes.Buffer
	if strings.HasSuffix(name, ".rels") || name == "[Content_Types].xml" {
		rest = io.TeeReader(rest, &limited{w: &kept, left: longestRelations})
	}
	more, err := io.Copy(io.Discard, rest)
	if err != nil {
		return 0, unsafe("evidence.unsafe.unpacked")
	}
	if kept.Len() > 0 {
		err = related(append(head[:n:n], kept.Bytes()...))
	}
	return int64(n) + more, err
}

// limited keeps the beginning of what is written to it.
type limited struct {
	w    io.Writer
	left int
}

func (l *limited) Write(p []byte) (int, error) {
	n := min(len(p), l.left)
	l.left -= n
	if _, err := l.w.Write(p[:n]); err != nil {
		return 0, err
	}
	return len(p), nil
}

// related reads a part that names others: one that calls the file one with
// macros, and one that loads a template, an object or a frame from outside, are
// refused. Links that a reader must click, and pictures, are not.
func related(part []byte) error {
	d := xml.NewDecoder(bytes.NewReader(part))
	for {
		token, err := d.RawToken()
		if err != nil {
			return nil //nolint:nilerr // the end, or a part that Office cannot read either
		}
		start, ok := token.(xml.StartElement)
		if !ok {
			continue
		}
		var kind, mode, content string
		for _, a := range start.Attr {
			switch a.Name.Local {
			case "Type":
				kind = a.Value
			case "TargetMode":
				mode = a.Value
			case "ContentType":
				content = strings.ToLower(a.Value)
			}
		}
		if strings.Contains(content, "macroenabled") || strings.Contains(content, "vbaproject") {
			return unsafe("evidence.unsafe.active")
		}
		if strings.EqualFold(mode, "External") && fetched(path.Base(kind)) {
			return unsafe("evidence.unsafe.remote")
		}
	}
}

// fetched reports whether programs load such a part without being asked.
func fetched(kind string) bool {
	switch kind {
	case "attachedTemplate", "oleObject", "frame", "subDocument", "control", "package":
		return true
	}
	return false
}
