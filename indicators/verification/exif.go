package verification

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"regexp"
)

// Tags of Exif 2.3 and TIFF 6.0.
const (
	tagExif     = 0x8769 // 4.6.3: where the camera's notes begin
	tagOriginal = 0x9003 // 4.6.5: DateTimeOriginal, "2020:10:29 10:05:00"
	exifHead    = 64 << 10
	entrySize   = 12
	stampSize   = 19
)

// TimeOfTaking reads when a JPEG file says that it was taken, as "2020-10-29
// 10:05:00" in the camera's own time; empty where it does not say. It leaves r at
// its beginning.
func TimeOfTaking(r io.ReadSeeker) (string, error) {
	head := make([]byte, exifHead)
	n, err := io.ReadFull(r, head)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) {
		return "", fmt.Errorf("time of taking: %w", err)
	}
	if _, err := r.Seek(0, io.SeekStart); err != nil {
		return "", fmt.Errorf("time of taking: %w", err)
	}
	_, notes, ok := bytes.Cut(head[:n], []byte("Exif\x00\x00"))
	if !ok {
		return "", nil
	}
	return stamp(notes), nil
}

// stamp reads DateTimeOriginal from a TIFF structure.
func stamp(notes []byte) string {
	var order binary.ByteOrder = binary.LittleEndian
	if bytes.HasPrefix(notes, []byte("MM")) {
		order = binary.BigEndian
	}
	const first = 4
	sub := find(notes, order, number(notes, order, first), tagExif)
	at := find(notes, order, sub, tagOriginal)
	if at == 0 || at+stampSize > len(notes) {
		return ""
	}
	m := regexp.MustCompile(`^(\d{4}):(\d\d):(\d\d) (\d\d:\d\d:\d\d)$`).FindSubmatch(notes[at : at+stampSize])
	if m == nil {
		return ""
	}
	return fmt.Sprintf("%s-%s-%s %s", m[1], m[2], m[3], m[4])
}

// find returns the number that stands for a tag in the directory at a place, 0
// where there is none.
func find(notes []byte, order binary.ByteOrder, at, tag int) int {
	if at <= 0 || at+2 > len(notes) {
		return 0
	}
	for n := range int(order.Uint16(notes[at:])) {
		entry := at + 2 + entrySize*n
		if entry+entrySize > len(notes) {
			return 0
		}
		if int(order.Uint16(notes[entry:])) == tag {
			return number(notes, order, entry+8)
		}
	}
	return 0
}

func number(notes []byte, order binary.ByteOrder, at int) int {
	if at < 0 || at+4 > len(notes) {
		return 0
	}
	return int(order.Uint32(notes[at:]))
}
