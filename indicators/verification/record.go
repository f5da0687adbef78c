package verification

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"minyi/indicators"
	"minyi/indicators/canonical"
	"minyi/indicators/scorebook"
)

// Result is what the team found at one item against the unit's claim.
type Result string

// The results.
const (
	AsClaimed Result = "confirmed"
	NotFound  Result = "not"     // not confirmed
	Differs   Result = "differs" // another value than claimed
)

// Results returns them in the order of forms.
func Results() []Result { return []Result{AsClaimed, NotFound, Differs} }

// Fields that belong to the visit as a whole.
const (
	People Field = "people" // with how many people the team spoke: a count, no names
	Words  Field = "words"  // what the team says over all
)

// Field names one thing that the team writes.
type Field = string

// FieldOf names a field of one item: result, remark, or a part of an entry such as
// figure.0, see EntryOf.
func FieldOf(item Item, name string) Field { return string(item) + "." + name }

// EntryParts are the parts of a typed value, in the order of the forms.
func EntryParts() []string { return []string{"figure", "part", "whole", "on", "from", "to"} }

const (
	longestWords = 2000
	longestPart  = 30
)

// fieldForm is what a field of an item may be called.
func fieldForm() *regexp.Regexp {
	return regexp.MustCompile(`^(A?\d{1,3}|[a-z-]{3,30})\.(result|remark|(figure|part|whole|on|from|to)\.\d)$`)
}

// itemOf returns the item that a field belongs to; none for a field of the whole,
// and ok is false for what is no field.
func itemOf(field Field) (item Item, name string, ok bool) {
	if field == People || field == Words {
		return "", field, true
	}
	if !fieldForm().MatchString(field) {
		return "", "", false
	}
	head, rest, _ := strings.Cut(field, ".")
	return Item(head), rest, true
}

// set writes a field; an empty value takes it away.
func (v *Visit) set(field Field, value string) {
	if v.Fields == nil {
		v.Fields = map[string]string{}
	}
	if value == "" {
		delete(v.Fields, field)
		return
	}
	v.Fields[field] = value
}

// Result is what the team found at an item, empty while nothing was.
func (v *Visit) Result(item Item) Result { return Result(v.Fields[FieldOf(item, "result")]) }

// Entries are the values that the team typed at an item, one a threshold.
func (v *Visit) Entries(item Item, thresholds int) []indicators.Entry {
	out := make([]indicators.Entry, thresholds)
	for n := range out {
		at := func(part string) string { return v.Fields[FieldOf(item, part+"."+strconv.Itoa(n))] }
		out[n] = indicators.Entry{
			Figure: at("figure"), Part: at("part"), Whole: at("whole"), On: at("on"), From: at("from"), To: at("to"),
		}
	}
	return out
}

// Typed reports whether the team typed a value at an item.
func (v *Visit) Typed(item Item) bool {
	for field := range v.Fields {
		if at, name, _ := itemOf(field); at == item && strings.Contains(name, ".") {
			return true
		}
	}
	return false
}

// RecordSchema is the format of the record that members sign.
const RecordSchema = "minyi-visit-record/1"

// Record is what members sign: all that the team wrote, in one form that browsers
// write alike (RFC 8785: nothing but texts, their keys sorted).
type Record struct {
	Schema string            `json:"schema"`
	Visit  string            `json:"visit"`
	Date   string            `json:"date"`
	Team   [][]string        `json:"team"`  // id, name, category and what an other represents
	Items  []string          `json:"items"` // looked at
	Fields map[string]string `json:"fields"`
	Photos [][]string        `json:"photos"` // id, item, SHA-256 and time of taking, by id
}

// Record returns what members sign now.
func (v *Visit) Record() Record {
	r := Record{
		Schema: RecordSchema, Visit: string(v.ID()), Date: v.Date.String(), Team: [][]string{}, Items: []string{},
		Fields: v.Fields, Photos: [][]string{},
	}
	if r.Fields == nil {
		r.Fields = map[string]string{}
	}
	for _, m := range v.Active() {
		r.Team = append(r.Team, []string{m.ID, m.Name, string(m.Category), m.Other})
	}
	for _, p := range v.Items {
		r.Items = append(r.Items, string(p.Item))
	}
	for _, p := range v.Photos {
		r.Photos = append(r.Photos, []string{p.ID, string(p.Item), string(p.File.Digest), p.Taken})
	}
	slices.SortFunc(r.Photos, func(a, b []string) int { return strings.Compare(a[0], b[0]) })
	return r
}

// Digest is the SHA-256 of the record in canonical JSON, hexadecimal.
func (v *Visit) Digest() (string, error) {
	text, err := canonicalOf(v.Record())
	if err != nil {
		return "", err
	}
	return scorebook.Digest(text), nil
}

func canonicalOf(document any) ([]byte, error) {
	raw, err := json.Marshal(document)
	if err != nil {
		return nil, fmt.Errorf("verification: %w", err)
	}
	text, err := canonical.JSON(raw)
	if err != nil {
		return nil, fmt.Errorf("verification: %w", err)
	}
	return text, nil
}

// changed ends the signatures under another record than the one that is there now.
func (v *Visit) changed(by string, now time.Time) error {
	digest, err := v.Digest()
	if err != nil {
		return err
	}
	for n := range v.Signatures {
		if s := &v.Signatures[n]; s.Digest != digest && s.Void == nil {
			s.Void = &Touch{By: by, At: now}
		}
	}
	return nil
}
