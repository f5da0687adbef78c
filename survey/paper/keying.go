package paper

import (
	"strings"
	"time"
	"unicode"

	"minyi/indicators/fault"
	"minyi/survey/questionnaire"
)

// State is where a sheet of paper stands between the pile and the intake.
type State string

// The states. A sheet that went into the intake is no longer kept, and has none.
const (
	Begun    State = "begun"    // somebody keys it for the first time
	Once     State = "once"     // keyed once; waits for another person
	Again    State = "again"    // somebody else keys it
	Mismatch State = "mismatch" // both keyed it, and not the same
	Agreed   State = "agreed"   // settled or the same, and not in the intake yet
)

// Keying is what one person typed of a sheet, by question.
type Keying struct {
	By     string            `json:"by"`
	Values map[string]string `json:"values"`
	At     time.Time         `json:"at"`
	Done   bool              `json:"done"`
}

// Sheet is one filled-in form that is being keyed. Form is the key under which its
// answer goes into the intake once; Final is what was settled.
type Sheet struct {
	Bundle int               `json:"bundle"`
	Form   string            `json:"form"`
	First  *Keying           `json:"first"`
	Second *Keying           `json:"second"`
	Final  map[string]string `json:"final"`
}

// State says where the sheet stands. plan is needed to compare what was typed.
func (s *Sheet) State(plan *Plan) State {
	switch {
	case s.Final != nil:
		return Agreed
	case !s.First.Done:
		return Begun
	case s.Second == nil:
		return Once
	case !s.Second.Done:
		return Again
	case len(plan.Compare(s.First.Values, s.Second.Values)) > 0:
		return Mismatch
	}
	return Agreed
}

// Own returns the keying that somebody may go on with, beginning the second one
// where the first is done. It refuses with keying.same who keyed it before, with
// keying.busy (parameter by) where somebody else is at it, and with keying.done
// where both are done.
func (s *Sheet) Own(by string, now time.Time) (*Keying, error) {
	switch {
	case s.First == nil:
		s.First = &Keying{By: by, Values: map[string]string{}, At: now.UTC()}
		return s.First, nil
	case !s.First.Done:
		return s.First, busy(s.First, by)
	case s.First.By == by:
		return nil, fault.New(fault.Conflict, "keying.same")
	case s.Second == nil:
		s.Second = &Keying{By: by, Values: map[string]string{}, At: now.UTC()}
		return s.Second, nil
	case !s.Second.Done:
		return s.Second, busy(s.Second, by)
	}
	return nil, fault.New(fault.Conflict, "keying.done")
}

// Take replaces what was typed; of fields that are not on the paper nothing is
// kept.
func (k *Keying) Take(plan *Plan, values map[string]string) {
	k.Values = map[string]string{}
	for _, f := range plan.Fields {
		if v := values[f.Question.ID]; v != "" {
			k.Values[f.Question.ID] = v
		}
	}
}

func busy(k *Keying, by string) error {
	if k.By != by {
		return fault.New(fault.Conflict, "keying.busy", "by", k.By)
	}
	return nil
}

// Check reads every field of what was typed and lists what cannot be, by question.
func (p *Plan) Check(values map[string]string) error {
	var found fault.List
	for _, f := range p.Fields {
		if _, refusal := f.Read(values[f.Question.ID]); refusal != nil {
			found.Add(refusal)
		}
	}
	return found.Err()
}

// Codes turns what was typed into the values that Questionnaire.Check reads.
func (p *Plan) Codes(values map[string]string) map[string][]string {
	out := map[string][]string{}
	for _, f := range p.Fields {
		if codes, refusal := f.Read(values[f.Question.ID]); refusal == nil && len(codes) > 0 {
			out[f.Question.ID] = codes
		}
	}
	return out
}

// Compare returns the fields that two people typed differently. Texts that differ
// in spaces and punctuation only are the same.
func (p *Plan) Compare(first, second map[string]string) []Field {
	var out []Field
	for _, f := range p.Fields {
		if f.read(first) != f.read(second) {
			out = append(out, f)
		}
	}
	return out
}

// read is what was typed for the field, so that equal answers are equal.
func (f Field) read(values map[string]string) string {
	typed := values[f.Question.ID]
	codes, refusal := f.Read(typed)
	if refusal != nil {
		return "! " + narrow(typed)
	}
	text := strings.Join(codes, " ")
	if f.Question.Type == questionnaire.Words {
		text = strings.ToLower(strings.Map(func(r rune) rune {
			if unicode.IsSpace(r) || unicode.IsPunct(r) {
				return -1
			}
			return r
		}, narrow(text)))
	}
	return text
}

// Work is what one person keyed of the sheets that are done: fields, how many of
// them the other person typed differently, and how many of those were this
// person's mistake.
type Work struct {
	Sheets int `json:"sheets"`
	Fields int `json:"fields"`
	Differ int `json:"differ"`
	Wrong  int `json:"wrong"`
}

// Tally adds a settled sheet to the work of those who keyed it.
func (p *Plan) Tally(s *Sheet, final map[string]string, to map[string]Work) {
	differ := p.Compare(s.First.Values, s.Second.Values)
	for _, k := range []*Keying{s.First, s.Second} {
		w := to[k.By]
		w.Sheets++
		w.Fields += len(p.Fields)
		w.Differ += len(differ)
		w.Wrong += len(p.Compare(k.Values, final))
		to[k.By] = w
	}
}
