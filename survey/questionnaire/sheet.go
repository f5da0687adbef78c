package questionnaire

import (
	"sort"
	"time"
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
	EndedBy     string            // id of the screening question that ended it, else empty
	Variant     Variant           // how the paper was shown
	Open        string            // the text of the open question, empty when there is none; kept apart from the codes
	Texts       map[string]string // those of other text questions by id; nil when there are none; kept apart as well

	cells []byte
	asked [(maxItems + 63) / 64]uint64 // a bit a question, in the order of the paper
}

func (s Sheet) wasAsked(i int) bool { return s.asked[i/64]&(1<<(i%64)) != 0 }

// without returns the sheet without the texts that only stand for others.
func (s Sheet) without(mark string) Sheet {
	if s.Open == mark {
		s.Open = ""
	}
	kept := map[string]string{}
	for id, text := range s.Texts {
		if text != mark {
			kept[id] = text
		}
	}
	s.Texts = nil
	if len(kept) > 0 {
		s.Texts = kept
	}
	return s
}

// Outcome returns the disposition's code, with the question that ended a
// screened-out sheet: "screened_out:s1".
func (s Sheet) Outcome() string {
	if s.EndedBy == "" {
		return s.Disposition.String()
	}
	return s.Disposition.String() + ":" + s.EndedBy
}

// Standing says what stands in the place of an answer. Every statistic must keep
// the four apart.
type Standing uint8

// The standings.
const (
	NotAsked    Standing = iota // left out by a rule, behind the end, or not on the paper
	Skipped                     // asked and not answered
	Apart                       // answered with 不清楚, 不想回答 or 不适用
	Substantive                 // answered
)

// String returns the code: not_asked, skipped, non_substantive, substantive.
func (st Standing) String() string {
	return [...]string{"not_asked", "skipped", "non_substantive", "substantive"}[min(st, Substantive)]
}

// Standing returns what stands in the place of the answer to a question. Of a
// free text it needs no text.
func (q *Questionnaire) Standing(s Sheet, id string) Standing {
	i, ok := q.byID[id]
	if !ok || !s.wasAsked(i) {
		return NotAsked
	}
	one := q.questions[i]
	if one.width == 0 {
		if s.Open == "" {
			return Skipped
		}
		return Substantive
	}
	cell := q.cell(s, one)
	codes := one.decode(cell)
	switch {
	case len(codes) == 0 && one.Type == Words && len(cell) > 0 && cell[0] == cellText:
		return Substantive
	case len(codes) == 0:
		return Skipped
	}
	if c, ok := one.Choice(codes[0]); ok && c.NonSubstantive {
		return Apart
	}
	return Substantive
}

// Reason returns why an answer is not substantive; empty for every other.
func (q *Questionnaire) Reason(s Sheet, id string) Reason {
	if q.Standing(s, id) != Apart {
		return ""
	}
	one, _ := q.Question(id)
	c, _ := one.Choice(q.Codes(s, id)[0])
	return c.Reason
}

// cell returns the bytes of one answer; none of a sheet of another paper.
func (q *Questionnaire) cell(s Sheet, one Question) []byte {
	if one.offset+one.width > len(s.cells) {
		return nil
	}
	return s.cells[one.offset : one.offset+one.width]
}

// Values returns an answer as it was given, in the spelling that Check reads
// again: codes, 12.5, 2026-03-01, the codes of a rank from the first place on, or
// the free text; none when it was not answered.
func (q *Questionnaire) Values(s Sheet, id string) []string {
	one, ok := q.Question(id)
	if !ok {
		return nil
	}
	if codes := one.decode(q.cell(s, one)); len(codes) > 0 {
		return codes
	}
	text := s.Texts[id]
	if one.Section == Open {
		text = s.Open
	}
	if text == "" {
		return nil
	}
	return []string{text}
}

// Answered calls fn for each question that was answered, by ascending id, with the
// codes or the typed number or date; free texts are left out.
func (q *Questionnaire) Answered(s Sheet, fn func(id string, codes []string)) {
	for _, i := range q.ascending {
		one := &q.questions[i]
		if one.offset+one.width > len(s.cells) {
			continue
		}
		if codes := one.decode(s.cells[one.offset : one.offset+one.width]); len(codes) > 0 {
			fn(one.ID, codes)
		}
	}
}

// Codes returns the chosen codes of a question in the order of the paper, of a
// rank in the order that was given; none when it was not answered, is unknown,
// or was answered by typing.
func (q *Questionnaire) Codes(s Sheet, id string) []string {
	one, ok := q.Question(id)
	if !ok {
		return nil
	}
	codes := one.decode(q.cell(s, one))
	if one.Typed() && len(codes) > 0 && one.choiceIndex(codes[0]) < 0 {
		return nil
	}
	return codes
}

// Code returns the chosen code of a question with one answer, empty when it was
// skipped, not asked or answered by typing.
func (q *Questionnaire) Code(s Sheet, id string) string {
	if codes := q.Codes(s, id); len(codes) == 1 {
		return codes[0]
	}
	return ""
}

// Point returns the chosen point of a scale question, e.g. 1 to 5, 98 or 99.
// When it was skipped or not asked it is a number that is no point of the scale:
// 0, or -1 of a scale that has the point 0.
func (q *Questionnaire) Point(s Sheet, id string) int {
	one, ok := q.Question(id)
	if !ok || one.Type != ScaleOf || one.offset >= len(s.cells) {
		return 0
	}
	return int(s.cells[one.offset]) - int(one.base)
}

// Amount returns the answer to a number question in millionths; false when there
// is no substantive one.
func (q *Questionnaire) Amount(s Sheet, id string) (millionths int64, ok bool) {
	return q.entered(s, id, Number)
}

// Day returns the answer to a date question as midnight UTC of that day; false
// when there is no substantive one.
func (q *Questionnaire) Day(s Sheet, id string) (time.Time, bool) {
	days, ok := q.entered(s, id, Date)
	if !ok {
		return time.Time{}, false
	}
	return time.Unix(0, 0).UTC().AddDate(0, 0, int(days)), true
}

func (q *Questionnaire) entered(s Sheet, id string, t Type) (int64, bool) {
	one, ok := q.Question(id)
	if !ok || one.Type != t || q.Standing(s, id) != Substantive {
		return 0, false
	}
	return one.value(q.Values(s, id)[0]), true
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
	return ok && contains(q.scales[one.Scale].ValidCodes, point)
}

// SatisfiedPoint reports whether a point of the item's scale counts as
// satisfied (4 and 5; 一般 does not).
func (q *Questionnaire) SatisfiedPoint(id string, point int) bool {
	one, ok := q.Question(id)
	return ok && contains(q.scales[one.Scale].SatisfiedCodes, point)
}

// ValidPoints returns the points that enter an item's estimate, ascending.
func (q *Questionnaire) ValidPoints(id string) []int {
	one, _ := q.Question(id)
	out := append([]int(nil), q.scales[one.Scale].ValidCodes...)
	sort.Ints(out)
	return out
}

// ReasonPoint returns the point of an item's scale that stands for 不清楚, 不想回答
// or 不适用, the first of several; 0 when the scale has none.
func (q *Questionnaire) ReasonPoint(id string, reason Reason) int {
	one, _ := q.Question(id)
	for _, c := range one.Choices {
		if c.Reason == reason && one.Type == ScaleOf {
			return one.point(c.Code)
		}
	}
	return 0
}

func contains(codes []int, code int) bool {
	for _, c := range codes {
		if c == code {
			return true
		}
	}
	return false
}
