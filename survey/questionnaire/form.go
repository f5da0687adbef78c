package questionnaire

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"strconv"

	"minyi/indicators/fault"
)

// maxForm bounds the JSON of a questionnaire, in bytes.
const maxForm = 1 << 20

// form is the JSON of schema minyi-questionnaire/1, field by field. Values and
// Areas are not in an author's file: Fill adds them.
type form struct {
	Schema       string           `json:"schema"`
	ID           string           `json:"id"`
	Version      int              `json:"version"`
	Status       string           `json:"status,omitempty"`
	Title        Text             `json:"title"`
	Placeholders map[string]Text  `json:"placeholders,omitempty"`
	Intro        Text             `json:"intro"`
	Consent      item             `json:"consent"`
	Scales       map[string]scale `json:"scales,omitempty"`
	Screening    []item           `json:"screening,omitempty"`
	ItemsOrder   string           `json:"items_order,omitempty"`
	Items        []item           `json:"items"`
	Background   []item           `json:"background,omitempty"`
	Integrity    []item           `json:"integrity,omitempty"`
	Open         *item            `json:"open,omitempty"`
	Closing      Text             `json:"closing"`
	Values       map[string]Text  `json:"values,omitempty"`
	Areas        []AreaOption     `json:"areas,omitempty"`
}

type scale struct {
	Points         []point `json:"points"`
	NonSubstantive []point `json:"non_substantive,omitempty"`
	SatisfiedCodes []int   `json:"satisfied_codes,omitempty"`
	ValidCodes     []int   `json:"valid_codes"`
	ReverseForHalf bool    `json:"reverse_order_for_half,omitempty"`
}

type point struct {
	Code int  `json:"code"`
	Text Text `json:"text"`
}

type item struct {
	ID               string               `json:"id"`
	Type             Type                 `json:"type"`
	Required         bool                 `json:"required,omitempty"`
	Role             Role                 `json:"role,omitempty"`
	Source           string               `json:"source,omitempty"`
	Level            string               `json:"level,omitempty"`
	ActionNote       string               `json:"action_note,omitempty"`
	Scale            string               `json:"scale,omitempty"`
	Scored           bool                 `json:"scored,omitempty"`
	Weight           *int64               `json:"weight,omitempty"` // hundredths; set by the office, not used here
	MaxChars         int                  `json:"max_chars,omitempty"`
	Text             Text                 `json:"text"`
	Options          []option             `json:"options,omitempty"`
	ExtraOptions     []option             `json:"extra_options,omitempty"`
	AppliesTo        []string             `json:"applies_to,omitempty"`
	PrimaryIndicator string               `json:"primary_indicator,omitempty"`
	Indicators       []string             `json:"indicators,omitempty"`
	MapsTo           map[string][]mapping `json:"maps_to,omitempty"`
}

type option struct {
	Code      string `json:"code"`
	Text      Text   `json:"text"`
	Action    string `json:"action,omitempty"`
	Exclusive bool   `json:"exclusive,omitempty"`
	Flag      string `json:"flag,omitempty"`
	Margin    string `json:"margin,omitempty"`
}

type mapping struct {
	Level1 string `json:"level1"`
	Level2 string `json:"level2"`
}

// Parse reads a questionnaire of schema minyi-questionnaire/1 and checks it.
// What is wrong comes back as a fault.List, each refusal with the id of its
// question in Field; a text that is no such JSON is questionnaire.unreadable.
func Parse(data []byte) (*Questionnaire, error) {
	if len(data) > maxForm {
		return nil, fault.New(fault.TooLarge, "questionnaire.too_large", "max", strconv.Itoa(maxForm))
	}
	var f form
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&f); err != nil {
		return nil, fault.New(fault.Invalid, "questionnaire.unreadable", "detail", err.Error())
	}
	if _, err := dec.Token(); err != io.EOF {
		return nil, fault.New(fault.Invalid, "questionnaire.unreadable", "detail", "trailing data")
	}
	if f.Values != nil || f.Areas != nil {
		return nil, fault.New(fault.Invalid, "questionnaire.unreadable", "detail", "values")
	}
	if err := check(&f); err != nil {
		return nil, err
	}
	return compile(f, false)
}

// compile builds the questions, the indices and the hash of a checked form.
func compile(f form, filled bool) (*Questionnaire, error) {
	q := &Questionnaire{form: f, filled: filled, byID: map[string]int{}, byRole: map[Role]int{}}
	q.take(Consent, f.Consent)
	q.take(Screening, f.Screening...)
	q.take(Items, f.Items...)
	q.take(Background, f.Background...)
	q.take(Integrity, f.Integrity...)
	if f.Open != nil {
		q.take(Open, *f.Open)
	}
	sum, err := digest(f)
	if err != nil {
		return nil, err
	}
	q.hash = sum
	return q, nil
}

func (q *Questionnaire) take(s Section, items ...item) {
	for _, it := range items {
		one := Question{
			ID: it.ID, Type: it.Type, Section: s, Role: it.Role, Required: it.Required, Scored: it.Scored,
			Text: it.Text, MaxChars: it.MaxChars, Scale: it.Scale,
			Choices: q.form.choices(it), offset: q.cells,
		}
		one.width = cellWidth(one)
		q.cells += one.width
		q.byID[one.ID] = len(q.questions)
		if one.Role != "" {
			q.byRole[one.Role] = len(q.questions)
		}
		q.questions = append(q.questions, one)
	}
}

// choices lists what may be ticked for an item, in the order of the paper.
func (f *form) choices(it item) []Choice {
	var out []Choice
	switch it.Type {
	case ScaleOf:
		s := f.Scales[it.Scale]
		for _, p := range s.Points {
			out = append(out, Choice{Code: strconv.Itoa(p.Code), Text: p.Text})
		}
		for _, p := range s.NonSubstantive {
			out = append(out, Choice{Code: strconv.Itoa(p.Code), Text: p.Text, NonSubstantive: true})
		}
	case Area:
		for _, a := range f.Areas {
			out = append(out, Choice{Code: a.Code, Text: a.Text})
		}
		out = append(out, optionChoices(it.ExtraOptions)...)
	default:
		out = optionChoices(it.Options)
	}
	return out
}

func optionChoices(options []option) []Choice {
	var out []Choice
	for _, o := range options {
		out = append(out, Choice{
			Code: o.Code, Text: o.Text, Ends: o.Action == actionEnd,
			Exclusive: o.Exclusive, Flag: o.Flag, Margin: o.Margin,
		})
	}
	return out
}

// digest is the SHA-256 of the canonical JSON: the fields of this file in their
// order, maps by sorted key, no white space. Nothing of the author's spacing or
// order of keys goes into it.
func digest(f form) (string, error) {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(f); err != nil {
		return "", fmt.Errorf("canonical form: %w", err)
	}
	sum := sha256.Sum256(bytes.TrimRight(buf.Bytes(), "\n"))
	return hex.EncodeToString(sum[:]), nil
}
