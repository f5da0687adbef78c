package evidence

import (
	"archive/zip"
	"bytes"
	"errors"
	"image"
	"image/jpeg"
	"image/png"
	"io"

	"minyi/indicators/fault"
)

// inspect looks into a whole file: the pixels of an image, the entries of a
// container, the objects of a PDF file.
func (f *Folder) inspect(name string, kind Kind, file io.ReadSeeker, at io.ReaderAt, size int64) error {
	if !kind.packed() {
		if _, err := zip.NewReader(at, size); err == nil { // one file to a viewer, an archive to a program
			return unsafe("evidence.unsafe.polyglot")
		}
	}
	switch kind {
	case JPEG, PNG:
		return f.inspectImage(name, kind, file)
	case DOCX, XLSX, PPTX, OFD:
		return f.inspectContainer(name, kind, at, size)
	case DOC, XLS, PPT:
		return inspectOld(name, kind, at)
	case PDF:
		return f.inspectPDF(at, size)
	case TXT, CSV:
		return inspectText(name, kind, file)
	}
	return fault.New(fault.Invalid, "evidence.kind", "name", name)
}

// inspectImage reads the header only, as what is too large is never decoded,
// and looks for a second file inside.
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
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return err
	}
	return single(file)
}

const (
	window  = 64 << 10 // bytes looked at together
	overlap = 32       // bytes looked at twice, so that nothing hides between two windows
	pdfHead = 1024     // bytes in which a reader of PDF looks for the beginning
)

// single refuses an image that is a page or a document to another program.
func single(r io.Reader) error {
	first := true
	return scan(r, func(piece []byte) error {
		if first && bytes.Contains(piece[:min(len(piece), pdfHead)], []byte("%PDF-")) {
			return unsafe("evidence.unsafe.polyglot")
		}
		first = false
		if marked(piece) {
			return unsafe("evidence.unsafe.polyglot")
		}
		return nil
	})
}

// marked reports whether bytes hold the marks of a page or a script; they are
// long enough never to come about by chance in a picture.
func marked(piece []byte) bool {
	for i := bytes.IndexByte(piece, '<'); i >= 0; {
		rest := piece[i:]
		for _, mark := range []string{"<script", "<!doctype", "<iframe", "<?php "} {
			if len(rest) >= len(mark) && bytes.EqualFold(rest[:len(mark)], []byte(mark)) {
				return true
			}
		}
		next := bytes.IndexByte(rest[1:], '<')
		if next < 0 {
			return false
		}
		i += 1 + next
	}
	return false
}

// scan gives look one piece after the other, each beginning with the end of the
// one before. It holds no more than a window.
func scan(r io.Reader, look func(piece []byte) error) error {
	buf := make([]byte, window+overlap)
	held := 0
	for {
		n, err := io.ReadFull(r, buf[held:])
		if n > 0 {
			if err := look(buf[:held+n]); err != nil {
				return err
			}
			keep := min(overlap, held+n)
			copy(buf, buf[held+n-keep:held+n])
			held = keep
		}
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}
