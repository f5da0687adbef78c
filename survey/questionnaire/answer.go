package questionnaire

import (
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"

	"minyi/indicators/fault"
)

// maxUnknown bounds how many unknown fields are named back.
const maxUnknown = 5

// Check reads a whole filled-in form: field names are question ids, values are
// codes or what was typed, several answers repeat their field, a lone empty
// value is no answer. It returns the sheet, or a fault.List in the order of the
// paper with the id of the question in Field: the answer.… codes of Read, and
// sheet.unknown_field for a field that the paper does not have.
//
// Only questions marked required must be answered, and only where they are
// asked: answers to questions that the rules leave out are dropped unread, those
// behind the end of the paper are checked for form and then not kept. A refusal
// to take part and a screened-out resident are sheets too; of one that the question
// of age ended no answer is kept (see Young).
func (q *Questionnaire) Check(values map[string][]string, v Variant) (Sheet, error) {
	if s, plain := q.quick(values, v); plain {
		return s, nil
	}
	return q.checkAll(values, v)
}

func (q *Questionnaire) checkAll(values map[string][]string, v Variant) (Sheet, error) {
	p := q.follow(q.questions, func(one Question) ([]string, *fault.Refusal) { return one.Read(values[one.ID]) })
	found := p.refusals()
	q.unknownFields(values, &found)
	if err := found.Err(); err != nil {
		return Sheet{}, err
	}
	return q.unsaid(q.sheet(p, v)), nil
}

func (q *Questionnaire) unknownFields(values map[string][]string, found *fault.List) {
	var names []string
	for name := range values {
		if _, ok := q.byID[name]; !ok {
			names = append(names, name)
		}
	}
	sort.Strings(names)
	for i, name := range names {
		if i == maxUnknown {
			return
		}
		found.Add(fault.New(fault.Invalid, "sheet.unknown_field", "name", clip(name)).At(clip(name)))
	}
}

// Read checks the values given for one question and returns its codes as they
// are kept; none when it was skipped. A number comes back as 12.5, a date as
// 2026-03-01, a rank as its codes from the first place on, a free text with plain
// line ends. It refuses with answer.required, answer.doubled, answer.unknown,
// answer.exclusive, answer.too_long, answer.broken, answer.control, answer.number,
// answer.number_range, answer.decimals, answer.date, answer.date_range,
// answer.rank and answer.rank_twice.
func (q Question) Read(values []string) ([]string, *fault.Refusal) {
	if refusal := q.readable(values); refusal != nil {
		return nil, refusal
	}
	entered := q.Type == Rank || q.Typed()
	if entered || len(values) == 1 && values[0] == "" {
		values = filledIn(values)
	}
	switch {
	case len(values) == 0:
		return nil, q.missing()
	case entered:
		return q.readEntered(values)
	case q.Type == Multiple:
		return q.readSeveral(values)
	case len(values) > 1:
		return nil, q.refuse("answer.doubled")
	case q.choiceIndex(values[0]) < 0:
		return nil, q.refuse("answer.unknown", "code", clip(values[0]))
	}
	return []string{values[0]}, nil
}

func (q Question) missing() *fault.Refusal {
	if q.Required {
		return q.refuse("answer.required")
	}
	return nil
}

func (q Question) readable(values []string) *fault.Refusal {
	for _, s := range values {
		switch {
		case !utf8.ValidString(s):
			return q.refuse("answer.broken")
		case firstControl(s) >= 0:
			return q.refuse("answer.control")
		}
	}
	return nil
}

func (q Question) readSeveral(values []string) ([]string, *fault.Refusal) {
	chosen := map[string]bool{}
	alone := false
	for _, code := range values {
		c, ok := q.Choice(code)
		switch {
		case !ok:
			return nil, q.refuse("answer.unknown", "code", clip(code))
		case chosen[code]:
			return nil, q.refuse("answer.doubled")
		}
		chosen[code] = true
		alone = alone || c.Exclusive
	}
	if alone && len(chosen) > 1 {
		return nil, q.refuse("answer.exclusive")
	}
	var out []string
	for _, c := range q.Choices {
		if chosen[c.Code] {
			out = append(out, c.Code)
		}
	}
	return out, nil
}

func (q Question) refuse(code string, pairs ...string) *fault.Refusal {
	return fault.New(fault.Invalid, code, pairs...).At(q.ID)
}

// EndedBy reports whether one of the codes ends the paper.
func (q Question) EndedBy(codes []string) bool {
	for _, code := range codes {
		if c, ok := q.Choice(code); ok && c.Ends {
			return true
		}
	}
	return false
}

// sheet packs checked answers. Of a refusal only the refusal is kept, of a
// screened-out resident only the screening up to its end.
func (q *Questionnaire) sheet(p *path, v Variant) Sheet {
	s := Sheet{Variant: v % Variant(q.Variants()), cells: make([]byte, q.cells)}
	for i, one := range q.questions {
		if p.place[i] != asked {
			continue
		}
		s.asked[i/64] |= 1 << (i % 64)
		codes := p.codes[i]
		one.encode(codes, s.cells[one.offset:one.offset+one.width])
		if len(codes) > 0 {
			one.keepText(codes[0], &s)
		}
	}
	s.Disposition, s.EndedBy = q.disposition(s, p.ended)
	return s
}

func (q *Questionnaire) disposition(s Sheet, ended string) (Disposition, string) {
	if ended != "" {
		if i := q.byID[ended]; q.questions[i].Section == Consent {
			return Refused, ""
		}
		return ScreenedOut, ended
	}
	items, answered := 0, 0
	for i := range q.questions {
		if one := &q.questions[i]; one.Scored && s.wasAsked(i) {
			items++
			if s.cells[one.offset] != 0 {
				answered++
			}
		}
	}
	switch {
	case 5*answered >= 4*items:
		return Complete, ""
	case 2*answered >= items:
		return Partial, ""
	}
	return BreakOff, ""
}

// firstControl returns the place of the first character that a person does not
// type and a page must not carry, -1 when there is none: controls but tab and
// line ends, and marks that turn the direction of text.
func firstControl(s string) int {
	return strings.IndexFunc(s, func(r rune) bool {
		switch {
		case r == '\n' || r == '\r' || r == '\t':
			return false
		case r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069, r == 0x2028, r == 0x2029, r == 0xfeff:
			return true
		}
		return unicode.IsControl(r)
	})
}
