package questionnaire

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// Kind is a kind of sensitive personal information that a question may ask for
// (Personal Information Protection Law, article 28): health, religion, accounts,
// whereabouts, biometrics, identity, minors. A question of such a kind is asked
// only of who agreed to just that one (article 29), which a question right before
// it asks for.
type Kind string

//go:embed forms/sensitive.json
var sensitiveWords []byte

// wording is the words around sensitive questions.
type wording struct {
	Consent Text `json:"consent"` // with {kind} and {why}
	Yes     Text `json:"yes"`
	No      Text `json:"no"`
	Kinds   []struct {
		Kind Kind     `json:"kind"`
		Text Text     `json:"text"`
		Zh   []string `json:"zh"` // words by which a question of the kind is known
		En   []string `json:"en"`
	} `json:"kinds"`
}

func words() wording {
	var w wording
	if err := json.Unmarshal(sensitiveWords, &w); err != nil {
		panic("questionnaire: sensitive.json: " + err.Error()) // embedded, and read by every test
	}
	return w
}

// Kinds returns the kinds of sensitive information, in the order of the law's list
// as far as it has one.
func Kinds() []Kind {
	var out []Kind
	for _, k := range words().Kinds {
		out = append(out, k.Kind)
	}
	return out
}

// The codes of the question that asks for the consent, and what its id has behind
// that of its question.
const (
	agrees      = "yes"
	disagrees   = "no"
	consentMark = ".ok"
)

// ConsentID returns the id of the question that asks whether a sensitive question,
// or a grid of them, may be asked.
func ConsentID(id string) string { return id + consentMark }

// guarded returns the consent to a sensitive item, to stand right before it, and the
// condition under which the item is asked then.
func (it Item) guarded() (consent Item, when string) {
	w := words()
	kind := Text{Zh: string(it.Sensitive), En: string(it.Sensitive)} // an unknown one, which the checker names
	for _, k := range w.Kinds {
		if k.Kind == it.Sensitive {
			kind = k.Text
		}
	}
	text := Text{
		Zh: strings.NewReplacer("{kind}", kind.Zh, "{why}", it.Why.Zh).Replace(w.Consent.Zh),
		En: strings.NewReplacer("{kind}", kind.En, "{why}", it.Why.En).Replace(w.Consent.En),
	}
	return Item{
		ID: ConsentID(it.ID), Type: Single, Text: text, AppliesTo: it.AppliesTo, WithPrevious: it.WithPrevious,
		Options: []Option{{Code: agrees, Text: w.Yes}, {Code: disagrees, Text: w.No}},
		when:    it.when, asks: it.ID,
	}, fmt.Sprintf("${%s} = '%s'", ConsentID(it.ID), agrees)
}

// sensitive checks a question that is marked, as it was written: of a known kind,
// never demanded, and with the reason why it is asked, which whoever consents must
// be told (articles 29 and 30).
func (c *checker) sensitive() {
	for _, p := range c.written.parts() {
		for _, it := range p.items {
			switch {
			case it.Sensitive == "" && it.Why != (Text{}):
				c.say(it.ID, "questionnaire.field", "field", "sensitive_why")
			case it.Sensitive == "":
			case !slices.Contains(Kinds(), it.Sensitive):
				c.say(it.ID, "questionnaire.sensitive_kind", "kind", clip(string(it.Sensitive)))
			case p.section == Consent || p.section == Open:
				c.say(it.ID, "questionnaire.field", "field", "sensitive")
			case it.Required:
				c.say(it.ID, "questionnaire.sensitive_required")
			default:
				c.text(it.ID, it.Why)
			}
		}
	}
}

// Hint is something that a person should look at, without words of its own: Code is
// the key of its sentence, Question what it is about, empty for the paper.
type Hint struct {
	Code, Question string
	Params         map[string]string
}

// Hints returns what may be sensitive about the paper although nothing says so: a
// question whose words are of a kind that the law names and that is not marked, and
// a paper on which no question sends children away. They keep nobody from
// publishing: words do not tell what is meant.
func (f *Form) Hints() []Hint {
	var out []Hint
	for _, s := range Sections() {
		for _, it := range *f.list(s) {
			if it.Sensitive != "" {
				continue
			}
			if kind, word := it.sounds(); kind != "" {
				out = append(out, Hint{"hint.sensitive", it.ID, map[string]string{"question": it.ID, "kind": string(kind), "word": word}})
			}
		}
	}
	if !f.sendsAway() {
		out = append(out, Hint{Code: "hint.children", Params: map[string]string{}})
	}
	return out
}

// sounds returns the kind that a question sounds like, and the word; empty for none.
// The words of a scale's points and of the paper itself are not looked at.
func (it Item) sounds() (Kind, string) {
	texts := []Text{it.Text}
	for _, r := range it.Rows {
		texts = append(texts, r.Text)
	}
	for _, o := range it.everyOption() {
		texts = append(texts, o.Text)
	}
	for _, k := range words().Kinds {
		for _, t := range texts {
			for _, word := range k.Zh {
				if strings.Contains(t.Zh, word) {
					return k.Kind, word
				}
			}
			for _, word := range k.En {
				if strings.Contains(strings.ToLower(t.En), word) {
					return k.Kind, word
				}
			}
		}
	}
	return "", ""
}

// sendsAway reports whether the paper asks for the age and ends for somebody, or is
// one for deputies, who are of age.
func (f *Form) sendsAway() bool {
	if f.ID == "deputies" {
		return true
	}
	return slices.ContainsFunc(f.Screening, func(it Item) bool {
		return it.Role == RoleAge && (it.EndIf != "" || slices.ContainsFunc(it.Options, func(o Option) bool { return o.Action == actionEnd }))
	})
}

// Sensitive returns the kinds of sensitive information that the paper asks for, in
// the order of the paper, each once.
func (q *Questionnaire) Sensitive() []Kind {
	var out []Kind
	for _, it := range q.sources {
		if it.Sensitive != "" && !slices.Contains(out, it.Sensitive) {
			out = append(out, it.Sensitive)
		}
	}
	return out
}

// Young reports whether the question of age ended the paper. Of such a sheet no
// answer is kept, only that the question ended it: who is sent away may be a child.
func (q *Questionnaire) Young(s Sheet) bool { return s.EndedBy != "" && q.endsYoung(s.EndedBy) }

func (q *Questionnaire) endsYoung(id string) bool {
	one, ok := q.Question(id)
	return ok && one.Role == RoleAge
}

// unsaid returns the sheet without its answers where they may be a child's.
func (q *Questionnaire) unsaid(s Sheet) Sheet {
	if !q.Young(s) {
		return s
	}
	return Sheet{Disposition: s.Disposition, EndedBy: s.EndedBy, Variant: s.Variant, cells: make([]byte, q.cells)}
}

// unpackYoung reads a sheet without answers that the question of age ended; false
// for every other.
func (q *Questionnaire) unpackYoung(packed []byte, texts string) (Sheet, bool) {
	at := int(packed[2]) - 1
	if Disposition(packed[1]) != ScreenedOut || at < 0 || !q.endsYoung(q.questions[at].ID) || texts != "" {
		return Sheet{}, false
	}
	for _, b := range packed[packHead:] {
		if b != 0 {
			return Sheet{}, false
		}
	}
	v := Variant(packed[3])<<8 | Variant(packed[4])
	return Sheet{
		Disposition: ScreenedOut, EndedBy: q.questions[at].ID, Variant: v, cells: make([]byte, q.cells),
	}, int(v) < q.Variants()
}
