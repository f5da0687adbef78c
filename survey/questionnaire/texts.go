package questionnaire

import (
	"encoding/json"
	"strings"

	"minyi/indicators/fault"
)

// textsMark is the first character of free texts packed together: the record
// separator of RFC 7464 (JSON text sequences). No answer can begin with it,
// since Read refuses control characters, so that a plain text is never taken for
// packed ones.
const textsMark = "\x1e"

// maxTexts bounds packed texts, in bytes: what all questions of a paper could
// hold, and more.
const maxTexts = 4 << 20

// PackTexts returns the free texts of a sheet as one text, to be kept apart from
// the codes: the open question's as it is, and where there are others a JSON
// object by question behind a mark. Equal texts give equal results; no text
// gives an empty one.
func (q *Questionnaire) PackTexts(s Sheet) string {
	if len(s.Texts) == 0 {
		return s.Open
	}
	all := map[string]string{}
	for id, text := range s.Texts {
		all[id] = text
	}
	if s.Open != "" {
		all[q.openID()] = s.Open
	}
	packed, err := json.Marshal(all) // keys sorted
	if err != nil {
		panic("questionnaire: texts: " + err.Error()) // strings can always be written
	}
	return textsMark + string(packed)
}

// UnpackTexts returns the free texts of one sheet by question id, from what
// PackTexts made of them; the open question's under its own id. What it cannot
// have made is refused with sheet.damaged.
func (q *Questionnaire) UnpackTexts(packed string) (map[string]string, error) {
	out := map[string]string{}
	damaged := fault.New(fault.Invalid, "sheet.damaged")
	rest, several := strings.CutPrefix(packed, textsMark)
	switch {
	case packed == "":
		return out, nil
	case len(packed) > maxTexts:
		return nil, damaged
	case !several:
		if q.openID() == "" {
			return nil, damaged
		}
		out[q.openID()] = packed
		return out, nil
	}
	if err := json.Unmarshal([]byte(rest), &out); err != nil {
		return nil, damaged
	}
	for id, text := range out {
		if one, ok := q.Question(id); !ok || one.Type != Words || text == "" {
			return nil, damaged
		}
	}
	return out, nil
}

// openID returns the id of the open question, empty when the paper has none.
func (q *Questionnaire) openID() string {
	if q.form.Open == nil {
		return ""
	}
	return q.form.Open.ID
}
