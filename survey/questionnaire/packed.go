package questionnaire

import (
	"bytes"

	"minyi/indicators/fault"
)

// packFormat is the first byte of a packed sheet. A new layout gets a new
// number; old ones stay readable.
const packFormat = 1

// packHead is the number of bytes before the cells: format, disposition, place
// of the question that ended the paper (0 for none), variant (two bytes).
const packHead = 5

// Pack returns the sheet without its free text: a head of five bytes, then the
// cells in the order of the paper, one byte a question (a bit an option where
// several may be chosen). The default paper takes 26 bytes. Equal answers shown
// in the same variant give equal bytes, in whatever order they were given.
func (q *Questionnaire) Pack(s Sheet) []byte {
	out := make([]byte, packHead, packHead+q.cells)
	out[0], out[1] = packFormat, byte(s.Disposition)
	if s.EndedBy != "" {
		out[2] = byte(q.byID[s.EndedBy] + 1)
	}
	out[3], out[4] = byte(s.Variant>>8), byte(s.Variant)
	return append(out, s.cells...)
}

// Unpack reads what Pack wrote for a sheet of this version of the paper, with
// the free text that was kept apart. Bytes that Pack cannot have written are
// refused with sheet.damaged: nothing is guessed.
func (q *Questionnaire) Unpack(packed []byte, open string) (Sheet, error) {
	damaged := fault.New(fault.Invalid, "sheet.damaged")
	if len(packed) != packHead+q.cells || packed[0] != packFormat || int(packed[2]) > len(q.questions) {
		return Sheet{}, damaged
	}
	raw := Sheet{cells: packed[packHead:]}
	values := map[string][]string{}
	for _, one := range q.questions {
		if codes := q.Codes(raw, one.ID); len(codes) > 0 {
			values[one.ID] = codes
		}
		if one.Type == Words && open != "" {
			values[one.ID] = []string{open}
		}
	}
	s, err := q.Check(values, Variant(packed[3])<<8|Variant(packed[4]))
	if err != nil || s.Open != open || !bytes.Equal(q.Pack(s), packed) {
		return Sheet{}, damaged
	}
	return s, nil
}
