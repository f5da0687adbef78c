package questionnaire

import (
	"strconv"

	"minyi/survey/questionnaire/typed"
)

// How an answer lies in its bytes; all of them 0 is no answer.
//
//	single, area   one byte: the place of the choice from 1
//	scale          one byte: the code of the point, one more where the scale has 0
//	multiple       a bit an option, the first the lowest of the first byte
//	number, date   big-endian, as few bytes as the range needs: first the places of
//	               the choices that are not substantive, then the steps from the minimum
//	rank           a byte a place: the place of the option put there, from 1; an
//	               answer that is not substantive alone in the first byte
//	text           one byte: 1 for a text that is kept apart, else one more than the
//	               place of the choice; none for the open question without choices
const (
	cellText = 1
	maxSteps = 1 << 47 // so that a number takes six bytes at most
)

// cellWidth returns the bytes that an answer takes.
func cellWidth(one Question) int {
	switch one.Type {
	case Multiple:
		return (len(one.Choices) + 7) / 8
	case Words:
		if one.Section == Open && !one.hasApart() {
			return 0
		}
		return 1
	case Number, Date:
		width := 0
		for n := one.most(); n > 0; n >>= 8 {
			width++
		}
		return width
	case Rank:
		return one.Places
	default:
		return 1
	}
}

// most is the highest value of the cell of a number or a date.
func (q Question) most() int64 {
	return int64(len(q.Choices)) + (q.Range.high-q.Range.low)/q.Range.step + 1
}

func (q Question) hasApart() bool {
	for _, c := range q.Choices {
		if c.NonSubstantive {
			return true
		}
	}
	return false
}

// encode writes the codes that Read returned into the question's bytes, which
// are 0 before.
func (q Question) encode(codes []string, cell []byte) {
	if len(codes) == 0 || len(cell) == 0 {
		return
	}
	place := q.choiceIndex(codes[0]) + 1
	switch q.Type {
	case Multiple, Rank:
		q.encodeSeveral(codes, cell)
	case Number, Date:
		q.encodeRange(place, codes[0], cell)
	case Words:
		cell[0] = byte(cellText + place)
	case ScaleOf:
		cell[0] = byte(q.point(codes[0])) + q.base
	default:
		cell[0] = byte(place)
	}
}

func (q Question) encodeSeveral(codes []string, cell []byte) {
	for nth, code := range codes {
		i := q.choiceIndex(code)
		if q.Type == Rank {
			cell[nth] = byte(i + 1)
		} else {
			cell[i/8] |= 1 << (i % 8)
		}
	}
}

func (q Question) encodeRange(place int, spelled string, cell []byte) {
	n := int64(place)
	if place == 0 {
		n = int64(len(q.Choices)) + 1 + (q.value(spelled)-q.Range.low)/q.Range.step
	}
	for i := len(cell) - 1; i >= 0; i, n = i-1, n>>8 {
		cell[i] = byte(n)
	}
}

// point reads the code of a point; the code must be one of the scale's.
func (q Question) point(code string) int {
	point, err := strconv.Atoi(code)
	if err != nil {
		return 0
	}
	return point
}

// value reads the kept spelling of a number or a date.
func (q Question) value(spelled string) int64 {
	if q.Type == Date {
		days, _ := typed.Date(spelled)
		return days
	}
	n, _, _ := typed.Number(spelled)
	return n
}

// decode returns the codes that a cell stands for; none where there is no
// answer, for a text that is kept apart, and for bytes that encode never writes
// (which show as soon as the codes are encoded again).
func (q Question) decode(cell []byte) []string {
	if len(cell) == 0 {
		return nil
	}
	switch q.Type {
	case Multiple:
		return q.choicesAt(func(i int) bool { return cell[i/8]&(1<<(i%8)) != 0 })
	case Rank:
		var out []string
		for _, place := range cell {
			out = append(out, q.codeAt(int(place))...)
		}
		return out
	case Number, Date:
		return q.decodeRange(cell)
	case Words:
		return q.codeAt(int(cell[0]) - cellText)
	case ScaleOf:
		if cell[0] == 0 {
			return nil
		}
		code := strconv.Itoa(int(cell[0]) - int(q.base))
		return q.codeAt(q.choiceIndex(code) + 1)
	default:
		return q.codeAt(int(cell[0]))
	}
}

func (q Question) choicesAt(on func(i int) bool) []string {
	var out []string
	for i, c := range q.Choices {
		if on(i) {
			out = append(out, c.Code)
		}
	}
	return out
}

// codeAt returns the code of the choice at a place from 1.
func (q Question) codeAt(place int) []string {
	if place < 1 || place > len(q.Choices) {
		return nil
	}
	return []string{q.Choices[place-1].Code}
}

func (q Question) decodeRange(cell []byte) []string {
	n := int64(0)
	for _, b := range cell {
		n = n<<8 | int64(b)
	}
	apart := int64(len(q.Choices))
	switch {
	case n <= apart:
		return q.codeAt(int(n))
	case n > q.most():
		return nil
	}
	v := q.Range.low + (n-apart-1)*q.Range.step
	if q.Type == Date {
		return []string{typed.FormatDate(v)}
	}
	return []string{typed.FormatNumber(v)}
}
