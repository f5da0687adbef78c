package evidence

import (
	"archive/zip"
	"bytes"
	"errors"
	"image"
	"image/jpeg"
	"image/png"
	"io"
	"os"
	"path"
	"strconv"
	"strings"

	"github.com/gabriel-vasile/mimetype"

	"minyi/indicators/fault"
)

// Kind is the kind of a file, by its content.
type Kind string

// The kinds that are taken.
const (
	PDF  Kind = "pdf"
	JPEG Kind = "jpeg"
	PNG  Kind = "png"
	DOCX Kind = "docx"
	XLSX Kind = "xlsx"
	OFD  Kind = "ofd" // GB/T 33190
)

// Kinds returns the kinds that are taken, in the order in which they are shown.
func Kinds() []Kind { return []Kind{PDF, OFD, DOCX, XLSX, JPEG, PNG} }

// MediaType returns the type that a server sends with the bytes.
func (k Kind) MediaType() string {
	switch k {
	case PDF:
		return "application/pdf"
	case JPEG:
		return "image/jpeg"
	case PNG:
		return "image/png"
	case DOCX:
		return "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
	case XLSX:
		return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	case OFD:
		return "application/ofd"
	}
	return "application/octet-stream"
}

// packed reports whether the kind is a compressed container.
func (k Kind) packed() bool { return k == DOCX || k == XLSX || k == OFD }

// named returns the kind that the name's extension claims.
func named(name string) (Kind, bool) {
	switch strings.ToLower(path.Ext(name)) {
	case ".pdf":
		return PDF, true
	case ".jpg", ".jpeg":
		return JPEG, true
	case ".png":
		return PNG, true
	case ".docx":
		return DOCX, true
	case ".xlsx":
		return XLSX, true
	case ".ofd":
		return OFD, true
	}
	return "", false
}

const sniffed = 3072 // bytes from the start that decide the kind

// claim compares the extension with the first bytes. It returns a reader that
// gives the whole file.
func claim(name string, r io.Reader) (Kind, io.Reader, error) {
	kind, ok := named(name)
	if !ok {
		return "", nil, fault.New(fault.Invalid, "evidence.kind", "name", name)
	}
	head := make([]byte, sniffed)
	n, err := io.ReadFull(r, head)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return "", nil, err
	}
	head = head[:n]
	if n == 0 {
		return "", nil, fault.New(fault.Invalid, "evidence.empty", "name", name)
	}
	if !begins(kind, head) {
		return "", nil, mismatch(name, kind)
	}
	return kind, io.MultiReader(bytes.NewReader(head), r), nil
}

func begins(kind Kind, head []byte) bool {
	if kind.packed() { // which container it is shows in its directory, at the end
		return bytes.HasPrefix(head, []byte("PK\x03\x04"))
	}
	if kind == PDF && !bytes.HasPrefix(head, []byte("%PDF-")) { // readers look further in; what stands before may be anything
		return false
	}
	return mimetype.Detect(head).Is(kind.MediaType())
}

func mismatch(name string, kind Kind) error {
	return fault.New(fault.Invalid, "evidence.mismatch", "name", name, "kind", string(kind))
}

// inspect looks into a whole file: the pixels of an image, the entries of a
// container.
func (f *Folder) inspect(name string, kind Kind, file *os.File, size int64) error {
	switch kind {
	case JPEG, PNG:
		return f.inspectImage(name, kind, file)
	case DOCX, XLSX, OFD:
		return f.inspectContainer(name, kind, file, size)
	case PDF:
		return nil
	}
	return fault.New(fault.Invalid, "evidence.kind", "name", string(kind))
}

// inspectImage reads the header only: what is too large is never decoded.
func (f *Folder) inspectImage(name string, kind Kind, file io.ReadSeeker) error {
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return err
	}
	var config image.Config
	var err error
	if kind == PNG {
		config, err = png.DecodeConfig(file)
	} else {
		config, err = jpeg.DecodeConfig(file)
	}
	if err != nil {
		return mismatch(name, kind)
	}
	if int64(config.Width)*int64(config.Height) > f.limits.Pixels {
		return unsafe("evidence.unsafe.pixels")
	}
	return nil
}

// unsafe refuses a file whose content would harm those who open it.
func unsafe(code string) error { return fault.New(fault.Invalid, code) }

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
	if path.Base(name) == "vbaproject.bin" || strings.Contains(name, "/activex/") {
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
		n, err := readEntry(r, left+1)
		if err != nil {
			return err
		}
		if left -= n; left < 0 {
			return unsafe("evidence.unsafe.unpacked")
		}
	}
	return nil
}

// readEntry counts the bytes of an entry up to a limit; a damaged entry and one
// that is itself an archive are refused.
func readEntry(r io.ReadCloser, limit int64) (int64, error) {
	defer r.Close()
	head := make([]byte, 4)
	n, err := io.ReadFull(r, head)
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return int64(n), nil
	}
	if err != nil {
		return 0, unsafe("evidence.unsafe.unpacked")
	}
	if string(head) == "PK\x03\x04" {
		return 0, unsafe("evidence.unsafe.nested")
	}
	more, err := io.Copy(io.Discard, io.LimitReader(r, limit))
	if err != nil {
		return 0, unsafe("evidence.unsafe.unpacked")
	}
	return int64(n) + more, nil
}

func mebibytes(n int64) string { return strconv.FormatInt(n>>20, 10) }
