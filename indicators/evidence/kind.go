package evidence

import (
	"bytes"
	"errors"
	"io"
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
	PPTX Kind = "pptx"
	DOC  Kind = "doc"
	XLS  Kind = "xls"
	PPT  Kind = "ppt"
	OFD  Kind = "ofd" // GB/T 33190
	TXT  Kind = "txt"
	CSV  Kind = "csv"
)

// Kinds returns the kinds that are taken, in the order in which they are shown.
func Kinds() []Kind { return []Kind{PDF, OFD, DOCX, XLSX, PPTX, DOC, XLS, PPT, JPEG, PNG, TXT, CSV} }

// Extensions returns the endings of names that are taken, each with its point.
func Extensions() []string {
	out := []string{".jpg"}
	for _, k := range Kinds() {
		out = append(out, "."+string(k))
	}
	return out
}

// MediaType returns the type that a server sends with the bytes.
func (k Kind) MediaType() string {
	const office = "application/vnd.openxmlformats-officedocument."
	switch k {
	case PDF:
		return "application/pdf"
	case JPEG:
		return "image/jpeg"
	case PNG:
		return "image/png"
	case DOCX:
		return office + "wordprocessingml.document"
	case XLSX:
		return office + "spreadsheetml.sheet"
	case PPTX:
		return office + "presentationml.presentation"
	case DOC:
		return "application/msword"
	case XLS:
		return "application/vnd.ms-excel"
	case PPT:
		return "application/vnd.ms-powerpoint"
	case OFD:
		return "application/ofd"
	case TXT, CSV:
		return "text/plain"
	}
	return "application/octet-stream"
}

// Picture reports whether the kind is an image.
func (k Kind) Picture() bool { return k == JPEG || k == PNG }

// packed reports whether the kind is a compressed container.
func (k Kind) packed() bool { return k == DOCX || k == XLSX || k == PPTX || k == OFD }

// old reports whether the kind is an Office file of before 2007.
func (k Kind) old() bool { return k == DOC || k == XLS || k == PPT }

// text reports whether the kind is plain text.
func (k Kind) text() bool { return k == TXT || k == CSV }

// Named returns the kind that the name's ending claims. Refusals say what to do
// instead: evidence.kind, evidence.kind.archive, .active, .macro and .heic.
func Named(name string) (Kind, error) {
	ending := strings.ToLower(strings.TrimPrefix(path.Ext(name), "."))
	switch ending {
	case "jpg", "jpe":
		return JPEG, nil
	case "zip", "rar", "7z", "tar", "gz", "tgz", "bz2", "xz", "iso", "cab":
		return "", fault.New(fault.Invalid, "evidence.kind.archive", "name", name)
	case "html", "htm", "svg", "xml", "js", "exe", "bat", "cmd", "com", "vbs", "ps1", "jar", "apk", "php", "xhtml", "mht", "hta":
		return "", fault.New(fault.Invalid, "evidence.kind.active", "name", name)
	case "docm", "xlsm", "pptm", "dotm", "xltm", "potm", "ppsm", "xlsb", "xlam":
		return "", fault.New(fault.Invalid, "evidence.kind.macro", "name", name)
	case "heic", "heif":
		return "", fault.New(fault.Invalid, "evidence.kind.heic", "name", name)
	}
	for _, k := range Kinds() {
		if ending == string(k) {
			return k, nil
		}
	}
	return "", fault.New(fault.Invalid, "evidence.kind", "name", name)
}

const sniffed = 3072 // bytes from the start that decide the kind

// claim compares the name's ending with the first bytes. It returns a reader
// that gives the whole file.
func claim(name string, r io.Reader) (Kind, io.Reader, error) {
	kind, err := Named(name)
	if err != nil {
		return "", nil, err
	}
	head := make([]byte, sniffed)
	n, err := io.ReadFull(r, head)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return "", nil, err
	}
	if err := begins(name, kind, head[:n]); err != nil {
		return "", nil, err
	}
	return kind, io.MultiReader(bytes.NewReader(head[:n]), r), nil
}

// begins refuses a file whose first bytes are not those of its kind.
func begins(name string, kind Kind, head []byte) error {
	if len(head) == 0 {
		return fault.New(fault.Invalid, "evidence.empty", "name", name)
	}
	found := mimetype.Detect(head)
	ok := false
	switch {
	case found.Is("image/heic"), found.Is("image/heif"):
		return fault.New(fault.Invalid, "evidence.kind.heic", "name", name)
	case kind.packed(): // which container it is shows in its directory, at the end
		ok = bytes.HasPrefix(head, []byte("PK\x03\x04"))
	case kind.old(): // likewise
		ok = bytes.HasPrefix(head, []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"))
	case kind.text(): // read as a whole
		ok = plain(found)
	case kind == PDF: // readers look further in; what stands before may be anything
		ok = bytes.HasPrefix(head, []byte("%PDF-")) && found.Is(kind.MediaType())
	default:
		ok = found.Is(kind.MediaType())
	}
	if !ok {
		return mismatch(name, kind)
	}
	return nil
}

// plain reports whether bytes look like text that no program runs. Text in
// GB 18030 has no type of its own.
func plain(found *mimetype.MIME) bool {
	return found.Is("text/plain") || found.Is("text/csv") || found.Is("text/tab-separated-values") || found.Is("application/octet-stream")
}

func mismatch(name string, kind Kind) error {
	return fault.New(fault.Invalid, "evidence.mismatch", "name", name, "kind", string(kind))
}

// unsafe refuses a file whose content would harm those who open it.
func unsafe(code string) error { return fault.New(fault.Invalid, code) }

func mebibytes(n int64) string { return strconv.FormatInt(n>>20, 10) }
