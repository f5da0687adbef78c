package questionnaire

import (
	"sort"
	"strconv"
)

// Disposition says what became of a sheet. The shares that part a complete from
// a partial sheet and a break-off are those of AAPOR, Standard Definitions (10th
// edition, 2023), for web surveys of named persons: more than 80 % and 50 to 80 %
// of the questions; here of the scored items.
type Disposition uint8

// The dispositions. The numbers are stored and never change.
const (
	Complete    Disposition = 1 // at least 80 % of the scored items answered, 98 and 99 counted
	Partial     Disposition = 2 // at least 50 %
	BreakOff    Disposition = 3 // sent with fewer
	ScreenedOut Disposition = 4 // a screening question ended it: not of the population
	Refused     Disposition = 5 // did not want to take part
	QuotaFull   Disposition = 6 // the intake's word alone: its cell of a quota was full (4.8 of the Standard Definitions)
)

// String returns the code: complete, partial, break_off, screened_out, refused,
// quota_full.
func (d Disposition) String() string {
	switch d {
	case Complete:
		return "complete"
	case Partial:
		return "partial"
	case BreakOff:
		return "break_off"
	case ScreenedOut:
		return "screened_out"
	case Refused:
		return "refused"
	case QuotaFull:
		return "quota_full"
	}
	return "unknown"
}

// InScope reports whether the sheet is from a resident of the population who
// took part. Each answer on such a sheet counts in its item, also on a partial
// one: the paper tells residents that they may skip any question.
func (d Disposition) InScope() bool { return d == Complete || d == Partial || d == BreakOff }

// Sheet is one filled-in paper. The answers are read through the Questionnaire
// that checked or unpacked it, never by hand.
type Sheet struct {
	Disposition Disposition
	EndedBy     string  // id of the screening question that ended it, else empty
	Variant     Variant // how the paper was shown
	Open        string  // the free text, empty when there is none; kept apart from the codes

	cells []byte
}

// Outcome returns the disposition's code, with the question that ended a
// screened-out sheet: "screened_out:s1".
func (s Sheet) Outcome() string {
	if s.EndedBy == "" {
		return s.Disposition.String()
	}
	return s.Disposition.String() + ":" + s.EndedBy
}

// Codes returns the chosen codes of a question in the order of the paper; none
// when it was not answered, is unknown or is the free text.
func (q *Questionnaire) Codes(s Sheet, id string) []string {
	one, ok := q.Question(id)
	if !ok || one.offset+one.width > len(s.cells) {
		return nil
	}
	cells := s.cells[one.offset : one.offset+one.width]
	if one.Type == Multiple {
		var out []string
		for i, c := range one.Choices {
			if cells[i/8]&(1<<(i%8)) != 0 {
				out = append(out, c.Code)
			}
		}
		return out
	}
	if one.width == 0 || cells[0] == 0 {
		return nil
	}
	return []string{one.decode(cells[0])}
}

// Code returns the chosen code of a question with one answer, empty when it was
// skipped or not asked.
func (q *Questionnaire) Code(s Sheet, id string) string {
	if codes := q.Codes(s, id); len(codes) == 1 {
		return codes[0]
	}
	return ""
}

// Point returns the chosen point of a scale question, e.g. 1 to 5, 98 or 99; 0
// when it was skipped or not asked.
func (q *Questionnaire) Point(s Sheet, id string) int {
	one, ok := q.Question(id)
	if !ok || one.Type != ScaleOf || one.offset >= len(s.cells) {
		return 0
	}
	return int(s.cells[one.offset])
}

// RoleCode returns the chosen code of the question with the role, e.g. the
// division code of the home area; empty when skipped, not asked or not on the
// paper.
func (q *Questionnaire) RoleCode(s Sheet, r Role) string {
	one, ok := q.WithRole(r)
	if !ok {
		return ""
	}
	return q.Code(s, one.ID)
}

// AgeMargin returns the category of the census margin that the age band folds
// into, e.g. "15-59" or "60+"; empty when the age is not known.
func (q *Questionnaire) AgeMargin(s Sheet) string {
	one, ok := q.WithRole(RoleAge)
	if !ok {
		return ""
	}
	c, _ := one.Choice(q.Code(s, one.ID))
	return c.Margin
}

// Flagged reports whether any chosen option carries the flag, e.g. "insider" or
// "coached".
func (q *Questionnaire) Flagged(s Sheet, flag string) bool {
	for _, one := range q.questions {
		for _, code := range q.Codes(s, one.ID) {
			if c, ok := one.Choice(code); ok && c.Flag == flag {
				return true
			}
		}
	}
	return false
}

// ValidPoint reports whether a point of the item's scale enters its estimate
// (1 to 5, not 98, 99 or 0).
func (q *Questionnaire) ValidPoint(id string, point int) bool {
	one, ok := q.Question(id)
	return ok && contains(q.form.Scales[one.Scale].ValidCodes, point)
}

// SatisfiedPoint reports whether a point of the item's scale counts as
// satisfied (4 and 5; 一般 does not).
func (q *Questionnaire) SatisfiedPoint(id string, point int) bool {
	one, ok := q.Question(id)
	return ok && contains(q.form.Scales[one.Scale].SatisfiedCodes, point)
}

// ValidPoints returns the points that enter an item's estimate, ascending.
func (q *Questionnaire) ValidPoints(id string) []int {
	one, _ := q.Question(id)
	out := append([]int(nil), q.form.Scales[one.Scale].ValidCodes...)
	sort.Ints(out)
	return out
}

// NonSubstantivePoints returns the points for 不清楚 and 不想回答 of an item.
func (q *Questionnaire) NonSubstantivePoints(id string) []int {
	one, _ := q.Question(id)
	var out []int
	for _, p := range q.form.Scales[one.Scale].NonSubstantive {
		out = append(out, p.Code)
	}
	return out
}

func contains(codes []int, code int) bool {
	for _, c := range codes {
		if c == code {
			return true
		}
	}
	return false
}

// cellWidth returns the bytes that an answer takes: one for a choice, a bit an
// option for several, none for a free text.
func cellWidth(one Question) int {
	switch one.Type {
	case Multiple:
		return (len(one.Choices) + 7) / 8
	case Words:
		return 0
	default:
		return 1
	}
}

// encode returns the cell of a choice: a scale's own code, else its place from
// 1. The code must be one of the question's.
func (q Question) encode(code string) byte {
	if q.Type == ScaleOf {
		n, err := strconv.Atoi(code)
		if err != nil || n < 1 || n > 254 {
			return 0
		}
		return byte(n)
	}
	return byte(q.choiceIndex(code) + 1)
}

// decode returns the code of a cell, empty for a cell that encode never makes.
func (q Question) decode(cell byte) string {
	if q.Type == ScaleOf {
		code := strconv.Itoa(int(cell))
		if q.choiceIndex(code) < 0 {
			return ""
		}
		return code
	}
	if int(cell) > len(q.Choices) || cell == 0 {
		return ""
	}
	return q.Choices[cell-1].Code
}
