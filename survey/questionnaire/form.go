package questionnaire

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"

	"minyi/indicators/fault"
)

// maxForm bounds the JSON of a questionnaire, in bytes.
const maxForm = 1 << 20

// Form is the JSON of schema minyi-questionnaire/1, field by field, as its authors
// write it; FORMAT.md says what the fields mean. It may be unsound: Parse says so.
// Values and Areas are not in an author's file: Fill adds them.
type Form struct {
	Schema       string           `json:"schema"`
	ID           string           `json:"id"`
	Version      int              `json:"version"`
	Status       string           `json:"status,omitempty"`
	Title        Text             `json:"title"`
	Placeholders map[string]Text  `json:"placeholders,omitempty"`
	Intro        Text             `json:"intro"`
	Consent      Item             `json:"consent"`
	Scales       map[string]Scale `json:"scales,omitempty"`
	Screening    []Item           `json:"screening,omitempty"`
	ItemsOrder   string           `json:"items_order,omitempty"`
	Items        []Item           `json:"items"`
	Background   []Item           `json:"background,omitempty"`
	Integrity    []Item           `json:"integrity,omitempty"`
	Open         *Item            `json:"open,omitempty"`
	Closing      Text             `json:"closing"`
	Values       map[string]Text  `json:"values,omitempty"`
	Areas        []AreaOption     `json:"areas,omitempty"`
}

// Scale is the points that scale questions share.
type Scale struct {
	Points         []Point `json:"points"`
	NonSubstantive []Point `json:"non_substantive,omitempty"`
	SatisfiedCodes []int   `json:"satisfied_codes,omitempty"`
	ValidCodes     []int   `json:"valid_codes"`
	ReverseForHalf bool    `json:"reverse_order_for_half,omitempty"`

	// In place of points: the numbers From to To, with words at both ends.
	From int  `json:"from,omitempty"`
	To   int  `json:"to,omitempty"`
	Low  Text `json:"low,omitzero"`
	High Text `json:"high,omitzero"`
}

// Point is one point of a scale.
type Point struct {
	Code   int    `json:"code"`
	Text   Text   `json:"text"`
	Reason Reason `json:"reason,omitempty"` // of those apart; by their order where not said
}

// Item is one question as its authors write it, or a grid of questions.
type Item struct {
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
	Options          []Option             `json:"options,omitempty"`
	ExtraOptions     []Option             `json:"extra_options,omitempty"`
	AppliesTo        []string             `json:"applies_to,omitempty"`
	PrimaryIndicator string               `json:"primary_indicator,omitempty"`
	Indicators       []string             `json:"indicators,omitempty"`
	MapsTo           map[string][]Mapping `json:"maps_to,omitempty"`

	Relevant     string `json:"relevant,omitempty"`      // condition for the question to be asked
	EndIf        string `json:"end_if,omitempty"`        // condition that ends the paper behind the question
	Min          Bound  `json:"min,omitempty"`           // of a number or a date
	Max          Bound  `json:"max,omitempty"`           //
	Decimals     int    `json:"decimals,omitempty"`      // digits behind the point of a number
	Unit         Text   `json:"unit,omitzero"`           // of a number
	Places       int    `json:"places,omitempty"`        // how many options a rank puts in order
	Appearance   string `json:"appearance,omitempty"`    // "multiline" for a long text
	WithPrevious bool   `json:"with_previous,omitempty"` // an item that stays behind the one before it
	Rows         []Row  `json:"rows,omitempty"`          // of a grid
	Sensitive    Kind   `json:"sensitive,omitempty"`     // what it asks for, where the law calls that sensitive
	Why          Text   `json:"sensitive_why,omitzero"`  // why it is asked, for who is to consent

	asks string   // id of the sensitive item whose consent this is
	grid string   // id of the grid that the item is a row of
	when []string // conditions of the item and of its grid
}

// Row is one item of a grid; what it does not say it has from the grid.
type Row struct {
	ID               string               `json:"id"`
	Text             Text                 `json:"text"`
	Relevant         string               `json:"relevant,omitempty"`
	PrimaryIndicator string               `json:"primary_indicator,omitempty"`
	Indicators       []string             `json:"indicators,omitempty"`
	MapsTo           map[string][]Mapping `json:"maps_to,omitempty"`
}

// Bound is the end of a range: a JSON number, or a text for a date.
type Bound string

// UnmarshalJSON reads a number or a text.
func (b *Bound) UnmarshalJSON(data []byte) error {
	if len(data) > 0 && data[0] == '"' {
		return json.Unmarshal(data, (*string)(b))
	}
	var n json.Number
	if err := json.Unmarshal(data, &n); err != nil {
		return err
	}
	*b = Bound(n)
	return nil
}

// Option is one answer that may be ticked, as its authors write it.
type Option struct {
	Code      string `json:"code"`
	Text      Text   `json:"text"`
	Action    string `json:"action,omitempty"`
	Exclusive bool   `json:"exclusive,omitempty"`
	Flag      string `json:"flag,omitempty"`
	Margin    string `json:"margin,omitempty"`
	Reason    Reason `json:"non_substantive,omitempty"`
	GoTo      string `json:"go_to,omitempty"` // id of the question that comes next
}

// Mapping is a place in the indicator system that an item speaks to.
type Mapping struct {
	Level1 string `json:"level1"`
	Level2 string `json:"level2"`
}

// Parse reads a questionnaire of schema minyi-questionnaire/1 and checks it.
// What is wrong comes back as a fault.List, each refusal with the id of its
// question in Field; a text that is no such JSON is questionnaire.unreadable.
func Parse(data []byte) (*Questionnaire, error) {
	f, err := Read(data)
	if err != nil {
		return nil, err
	}
	if err := check(f); err != nil {
		return nil, err
	}
	q, err := compile(*f, false)
	if err != nil {
		return nil, err
	}
	return q, q.prove()
}

// Read reads a questionnaire as its authors wrote it, without any check but that
// the text has the fields of the schema and no others: a draft may be unsound. A
// text that is no such JSON is questionnaire.unreadable.
func Read(data []byte) (*Form, error) {
	if len(data) > maxForm {
		return nil, fault.New(fault.TooLarge, "questionnaire.too_large", "max", strconv.Itoa(maxForm))
	}
	f := &Form{}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(f); err != nil {
		return nil, fault.New(fault.Invalid, "questionnaire.unreadable", "detail", err.Error())
	}
	if _, err := dec.Token(); err != io.EOF {
		return nil, fault.New(fault.Invalid, "questionnaire.unreadable", "detail", "trailing data")
	}
	if f.Values != nil || f.Areas != nil {
		return nil, fault.New(fault.Invalid, "questionnaire.unreadable", "detail", "values")
	}
	return f, nil
}

// compile builds the questions, the indices and the hash of a checked form.
func compile(f Form, filled bool) (*Questionnaire, error) {
	wide := f.expanded()
	q := &Questionnaire{form: f, scales: wide.Scales, filled: filled, byID: map[string]int{}, byRole: map[Role]int{}}
	for _, part := range wide.parts() {
		if err := q.take(&wide, part); err != nil {
			return nil, err
		}
	}
	for _, id := range slices.Sorted(maps.Keys(q.byID)) {
		q.ascending = append(q.ascending, q.byID[id])
	}
	q.jump()
	q.variants = 2 * williamsRows(len(q.blocks())-1)
	sum, err := digest(f)
	if err != nil {
		return nil, err
	}
	q.hash = sum
	return q, nil
}

func (q *Questionnaire) take(f *Form, p part) error {
	for _, it := range p.items {
		one := Question{
			ID: it.ID, Type: it.Type, Section: p.section, Role: it.Role, Required: it.Required, Scored: it.Scored,
			Text: it.Text, MaxChars: it.MaxChars, Scale: it.Scale, Grid: it.grid, Places: it.Places,
			Multiline: p.section == Open || it.Appearance == appearanceLong,
			Choices:   f.choices(it), Asks: it.asks, offset: q.cells, follows: it.WithPrevious,
		}
		if one.Type == ScaleOf {
			one.base = scaleBase(f.Scales[it.Scale])
		}
		var err error
		if one.Range, err = rangeOf(it); err != nil {
			return fmt.Errorf("questionnaire: range of %s: %w", it.ID, err)
		}
		if one.rules, err = conditionsOf(it); err != nil {
			return fmt.Errorf("questionnaire: rules of %s: %w", it.ID, err)
		}
		q.ruled = q.ruled || one.rules != nil
		one.width = cellWidth(one)
		q.cells += one.width
		q.byID[one.ID] = len(q.questions)
		if one.Role != "" {
			q.byRole[one.Role] = len(q.questions)
		}
		q.questions = append(q.questions, one)
		q.sources = append(q.sources, it)
	}
	return nil
}

// digest is the SHA-256 of the canonical JSON: the fields of this file in their
// order, maps by sorted key, no white space. Nothing of the author's spacing or
// order of keys goes into it.
func digest(f Form) (string, error) {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(f); err != nil {
		return "", fmt.Errorf("canonical form: %w", err)
	}
	sum := sha256.Sum256(bytes.TrimRight(buf.Bytes(), "\n"))
	return hex.EncodeToString(sum[:]), nil
}
