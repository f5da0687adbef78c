package paper

import (
	"strconv"
	"strings"

	"minyi/indicators/fault"
	"minyi/survey/questionnaire"
)

// Shown is the variant of the questionnaire that every form shows: what is keyed
// is stored with it.
const Shown questionnaire.Variant = 0

// Plan is a questionnaire as it stands on paper: its questions numbered from 1 in
// the order of the variant Shown, and a key to type for each box that may be
// ticked.
type Plan struct {
	Fields []Field
	of     *questionnaire.Questionnaire
	by     map[string]int
}

// Field is one question on paper.
type Field struct {
	Number   int
	Question questionnaire.Question
	Boxes    []Box
}

// Box is one box to tick, with the key that is printed beside it and typed for it.
type Box struct {
	Key    string
	Choice questionnaire.Choice
}

// NewPlan numbers a questionnaire.
func NewPlan(q *questionnaire.Questionnaire) *Plan {
	p := &Plan{of: q, by: map[string]int{}}
	for i, one := range q.Order(Shown) {
		f := Field{Number: i + 1, Question: one}
		for k, c := range one.Choices {
			f.Boxes = append(f.Boxes, Box{Key: key(one, k), Choice: c})
		}
		p.Fields = append(p.Fields, f)
		p.by[one.ID] = i
	}
	return p
}

// key is the points of a scale as they are; a letter beside an answer that is
// typed, so that nobody takes it for one; else the place among the choices.
func key(q questionnaire.Question, place int) string {
	switch {
	case q.Type == questionnaire.ScaleOf:
		return q.Choices[place].Code
	case q.Typed() && place < 26:
		return string(rune('A' + place))
	}
	return strconv.Itoa(place + 1)
}

// Field returns the field of a question.
func (p *Plan) Field(id string) (Field, bool) {
	i, ok := p.by[id]
	if !ok {
		return Field{}, false
	}
	return p.Fields[i], true
}

// Unclear is typed for an answer that cannot be told: several boxes ticked where
// one may be, or a hand that nobody can read. It counts as no answer.
const Unclear = "?"

// Read turns what was typed for a field into the codes that the questionnaire
// keeps; none for an answer left blank or unclear. It refuses with keying.key
// (parameter keys) a key that the question does not have, and as
// questionnaire.Question.Read does, but never because an answer is missing: on
// paper it may be.
func (f Field) Read(typed string) ([]string, *fault.Refusal) {
	text := narrow(typed)
	if text == "" || text == Unclear {
		return nil, nil
	}
	q := f.Question
	if q.Typed() {
		if code, ok := f.code(strings.ToUpper(text)); ok {
			return []string{code}, nil
		}
		if q.Type == questionnaire.Words {
			text = strings.TrimSpace(typed)
		}
		return q.Read([]string{text})
	}
	codes, refusal := f.codes(f.keys(text))
	if refusal != nil {
		return nil, refusal
	}
	return q.Read(codes)
}

// codes are those of the boxes with the keys.
func (f Field) codes(keys []string) ([]string, *fault.Refusal) {
	var codes []string
	for _, k := range keys {
		code, ok := f.code(k)
		if !ok {
			return nil, fault.New(fault.Invalid, "keying.key", "keys", f.Range(), "key", k).At(f.Question.ID)
		}
		codes = append(codes, code)
	}
	return codes, nil
}

// keys cuts what was typed into keys. Where several may be typed and all keys have
// one digit, they need nothing between them.
func (f Field) keys(text string) []string {
	if q := f.Question.Type; q != questionnaire.Multiple && q != questionnaire.Rank {
		return []string{text}
	}
	keys := strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(" ,;.、/+\t", r) })
	if len(f.Boxes) > 9 {
		return keys
	}
	return strings.Split(strings.Join(keys, ""), "")
}

func (f Field) code(key string) (string, bool) {
	for _, b := range f.Boxes {
		if b.Key == key {
			return b.Choice.Code, true
		}
	}
	return "", false
}

// Range names the keys of a field: "1–5, 98, 99"; empty where none are printed.
func (f Field) Range() string {
	var runs []string
	for i := 0; i < len(f.Boxes); {
		k := i
		for k+1 < len(f.Boxes) && follows(f.Boxes[k].Key, f.Boxes[k+1].Key) {
			k++
		}
		run := f.Boxes[i].Key
		if k > i {
			run += "–" + f.Boxes[k].Key
		}
		runs = append(runs, run)
		i = k + 1
	}
	return strings.Join(runs, ", ")
}

func follows(a, b string) bool {
	x, errX := strconv.Atoi(a)
	y, errY := strconv.Atoi(b)
	return errX == nil && errY == nil && (y-x == 1 || x-y == 1) && (x < 90) == (y < 90)
}

// narrow trims what was typed, with the full-width signs of a Chinese keyboard as
// plain ones.
func narrow(text string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		switch {
		case r >= '！' && r <= '～':
			return r - '！' + '!'
		case r == '　':
			return ' '
		case r == '。':
			return '.'
		}
		return r
	}, text))
}
