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

// Pack returns the sheet without its free texts: a head of five bytes, then the
// cells in the order of the paper, as cell.go lays them out. The default paper
// takes 26 bytes. Equal answers shown in the same variant give equal bytes, in
// whatever order they were given.
func (q *Questionnaire) Pack(s Sheet) []byte {
	out := make([]byte, packHead, packHead+q.cells)
	out[0], out[1] = packFormat, byte(s.Disposition)
	if s.EndedBy != "" {
		out[2] = byte(q.byID[s.EndedBy] + 1)
	}
	out[3], out[4] = byte(s.Variant>>8), byte(s.Variant)
	return append(out, s.cells...)
}

// elsewhere stands for a text that is kept apart and was not handed to Unpack.
const elsewhere = textsMark

// Unpack reads what Pack wrote for a sheet of this version of the paper, with
// what PackTexts wrote, or an empty text where the free texts are not needed:
// whether they were given shows all the same. Bytes that Pack cannot have
// written are refused with sheet.damaged: nothing is guessed.
func (q *Questionnaire) Unpack(packed []byte, texts string) (Sheet, error) {
	damaged := fault.New(fault.Invalid, "sheet.damaged")
	if len(packed) != packHead+q.cells || packed[0] != packFormat || int(packed[2]) > len(q.questions) {
		return Sheet{}, damaged
	}
	words, err := q.UnpackTexts(texts)
	if err != nil {
		return Sheet{}, err
	}
	if s, young := q.unpackYoung(packed, texts); young {
		return s, nil
	}
	p := q.follow(q.questions, func(one Question) ([]string, *fault.Refusal) {
		return one.unpack(packed[packHead+one.offset:packHead+one.offset+one.width], words[one.ID])
	})
	if p.refusals().Err() != nil {
		return Sheet{}, damaged
	}
	s := q.sheet(p, Variant(packed[3])<<8|Variant(packed[4]))
	if !bytes.Equal(q.Pack(s), packed) || texts != "" && q.PackTexts(s) != texts {
		return Sheet{}, damaged
	}
	return s.without(elsewhere), nil
}

// unpack reads the cell of one answer, with its text where it has been given one.
func (q Question) unpack(cell []byte, text string) ([]string, *fault.Refusal) {
	codes := q.decode(cell)
	switch {
	case q.Type != Words || len(codes) > 0:
		return q.Read(codes)
	case text != "" || len(cell) == 0:
		return q.Read([]string{text})
	case cell[0] == cellText:
		return []string{elsewhere}, nil
	}
	return q.Read(nil)
}
