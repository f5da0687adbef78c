package questionnaire

import (
	"bytes"

	"minyi/indicators/fault"
)

// Many packed sheets are read as columns, one byte of all of them at a time: what
// stands at a byte is looked up once for each different value. The head of a sheet
// is its first bytes.
const (
	HeadFormat      = 0 // byte of the format
	HeadDisposition = 1 // byte of the disposition
)

// PackedSize is how many bytes Pack writes.
func (q *Questionnaire) PackedSize() int { return packHead + q.cells }

// PackedAt returns where the answer to a question lies in a packed sheet, in bytes;
// the width is 0 where nothing of it is packed, or there is no such question.
func (q *Questionnaire) PackedAt(id string) (at, width int) {
	one, ok := q.Question(id)
	if !ok {
		return 0, 0
	}
	return packHead + one.offset, one.width
}

// Head reads the disposition from the first bytes of a packed sheet. It refuses
// with sheet.damaged what Pack does not write.
func Head(format, disposition byte) (Disposition, error) {
	d := Disposition(disposition)
	if format != packFormat || d < Complete || d > Refused {
		return 0, fault.New(fault.Invalid, "sheet.damaged")
	}
	return d, nil
}

// Lone returns a sheet on which nothing but one question is answered, from the
// bytes of that answer. It refuses with sheet.damaged bytes that Pack cannot have
// written. Point, Codes, RoleCode, AgeMargin and Flagged say of it what they say,
// as far as this question goes, of every sheet with these bytes.
func (q *Questionnaire) Lone(id string, cell []byte) (Sheet, error) {
	s, damaged := Sheet{cells: make([]byte, q.cells)}, fault.New(fault.Invalid, "sheet.damaged")
	one, ok := q.Question(id)
	if !ok || len(cell) != one.width {
		return s, damaged
	}
	mine := s.cells[one.offset : one.offset+one.width]
	if bytes.Equal(cell, mine) {
		return s, nil // not answered
	}
	codes, refused := one.unpack(cell, "")
	if refused != nil {
		return s, damaged
	}
	if one.encode(codes, mine); !bytes.Equal(cell, mine) {
		return s, damaged
	}
	return s, nil
}

// Marking returns the questions that have an option with the flag, e.g. "insider",
// in the order of the paper.
func (q *Questionnaire) Marking(flag string) []Question {
	var out []Question
	for _, one := range q.questions {
		for _, c := range one.Choices {
			if c.Flag == flag {
				out = append(out, one)
				break
			}
		}
	}
	return out
}
