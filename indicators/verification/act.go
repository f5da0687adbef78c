package verification

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"minyi/indicators/access"
	"minyi/indicators/evaluation"
	"minyi/indicators/fault"
)

// ActKind is what a device wants done.
type ActKind string

// The kinds of acts.
const (
	Write   ActKind = "set"     // a field gets a value
	Settle  ActKind = "settle"  // a person decides between two values of a field
	Look    ActKind = "look"    // an item is looked at that the plan did not have
	Sign    ActKind = "sign"    // a member signs
	Report  ActKind = "problem" // goes into the register of problems
	DropPic ActKind = "drop"    // a photograph is taken out
)

// Act is one thing that a device wants done. Its ID comes from the device, so that
// an act whose answer was lost is sent again and done once. Base is the value that
// the device saw when its user changed the field.
type Act struct {
	ID     string  `json:"id"`
	Kind   ActKind `json:"kind"`
	Field  Field   `json:"field,omitempty"`
	Value  string  `json:"value,omitempty"`
	Base   string  `json:"base,omitempty"`
	Member string  `json:"member,omitempty"`
	Digest string  `json:"digest,omitempty"`
	Path   string  `json:"path,omitempty"`
	Typed  string  `json:"typed,omitempty"`
	On     string  `json:"on,omitempty"` // the device's clock, as text

	Severity evaluation.Severity    `json:"severity,omitempty"`
	About    evaluation.ProblemKind `json:"about,omitempty"`
}

// State is what became of an act.
type State string

// The states. What is wrong was not kept; a clash is kept beside the other value.
const (
	Kept    State = "kept"
	Clashed State = "clash"
	Wrong   State = "wrong"
)

// Done is an act that was taken.
type Done struct {
	ID    string `json:"id"`
	State State  `json:"state"`
}

// Answer tells a device what became of an act; Err says why it is wrong.
type Answer struct {
	ID    string
	State State
	Err   error
}

// Clash is two values of one field that two devices wrote without knowing of each
// other. Both are kept until a person decides.
type Clash struct {
	Field Field `json:"field"`
	Other Said  `json:"other"` // came later; the field itself holds the earlier
}

// Said is a value and who wrote it.
type Said struct {
	Value string `json:"value"`
	Touch
}

const (
	mostActs = 200  // acts of one request
	mostDone = 5000 // acts of one visit
)

// idForm is what devices call their acts and photographs.
func idForm() *regexp.Regexp { return regexp.MustCompile(`^[0-9a-f][0-9a-f-]{15,39}$`) }

// done returns what became of an act that was taken before.
func (v *Visit) done(id string) (State, bool) {
	n := slices.IndexFunc(v.Done, func(d Done) bool { return d.ID == id })
	if n < 0 {
		return "", false
	}
	return v.Done[n].State, true
}

// take does one act. lines are the items that the unit has.
func (v *Visit) take(by access.Actor, a Act, lines []evaluation.Line, now time.Time) Answer {
	if state, ok := v.done(a.ID); ok {
		return Answer{ID: a.ID, State: state}
	}
	state, err := v.try(by, a, lines, now)
	if err == nil {
		err = v.changed(by.Name, now)
	}
	if err != nil {
		return Answer{ID: a.ID, State: Wrong, Err: err}
	}
	v.Done = append(v.Done, Done{ID: a.ID, State: state})
	return Answer{ID: a.ID, State: state}
}

func (v *Visit) try(by access.Actor, a Act, lines []evaluation.Line, now time.Time) (State, error) {
	touch := Touch{By: by.Name, At: now, On: clip(a.On)}
	switch {
	case !idForm().MatchString(a.ID), len(v.Done) >= mostDone:
		return Wrong, fault.New(fault.Invalid, "request.invalid")
	}
	switch a.Kind {
	case Write:
		return v.write(a, touch, lines)
	case Settle:
		return Kept, v.settle(a, touch, lines)
	case Look:
		if !has(lines, Item(a.Field)) {
			return Wrong, fault.New(fault.Invalid, "verification.item").At("item")
		}
		v.pick(Item(a.Field), AtPlace)
		return Kept, nil
	case Sign:
		return Kept, v.sign(by, Signature{
			Member: a.Member, Digest: a.Digest, Path: a.Path, Typed: strings.TrimSpace(a.Typed), At: now, By: by.Name, On: clip(a.On),
		})
	case DropPic:
		v.dropPhoto(a.Field)
		return Kept, nil
	case Report: // the service has put it into the register
		v.Problems = append(v.Problems, a.ID)
		return Kept, nil
	}
	return Wrong, fault.New(fault.Invalid, "request.invalid")
}

// clip keeps a device's own time short.
func clip(s string) string {
	const most = 40
	if r := []rune(s); len(r) > most {
		return string(r[:most])
	}
	return s
}

func has(lines []evaluation.Line, item Item) bool {
	return slices.ContainsFunc(lines, func(l evaluation.Line) bool { return l.Item == item })
}

// write sets a field that holds what the device saw. Where another device wrote
// something else meanwhile, both values are kept.
func (v *Visit) write(a Act, touch Touch, lines []evaluation.Line) (State, error) {
	value, err := v.readable(a.Field, a.Value, lines)
	if err != nil {
		return Wrong, err
	}
	now := v.Fields[a.Field]
	switch {
	case now == value:
		return Kept, nil
	case now != a.Base:
		v.Clashes = slices.DeleteFunc(v.Clashes, func(c Clash) bool { return c.Field == a.Field && c.Other.By == touch.By })
		v.Clashes = append(v.Clashes, Clash{Field: a.Field, Other: Said{Value: value, Touch: touch}})
		return Clashed, nil
	}
	v.keep(a.Field, value, touch)
	return Kept, nil
}

func (v *Visit) keep(field Field, value string, touch Touch) {
	v.set(field, value)
	if v.Touched == nil {
		v.Touched = map[string]Touch{}
	}
	v.Touched[field] = touch
}

// settle keeps the value that a person chose and ends the clashes of the field.
func (v *Visit) settle(a Act, touch Touch, lines []evaluation.Line) error {
	value, err := v.readable(a.Field, a.Value, lines)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(v.Clashes, func(c Clash) bool { return c.Field == a.Field }) {
		return fault.New(fault.Conflict, "verification.no_clash")
	}
	v.Clashes = slices.DeleteFunc(v.Clashes, func(c Clash) bool { return c.Field == a.Field })
	v.keep(a.Field, value, touch)
	return nil
}

// readable refuses a field that the record does not have and a value that it cannot
// take.
func (v *Visit) readable(field Field, value string, lines []evaluation.Line) (string, error) {
	item, name, ok := itemOf(field)
	if !ok || item != "" && (!has(lines, item) || !v.looks(item)) {
		return "", fault.New(fault.Invalid, "verification.field")
	}
	var list fault.List
	most := map[string]int{"remark": textMost, Words: longestWords}[name]
	if most == 0 {
		most = longestPart
	}
	switch {
	case name == "result" && value != "" && !slices.Contains(Results(), Result(value)):
		list.Add(fault.New(fault.Invalid, "verification.result").At(field))
	case field == People && value != "" && !count(value):
		list.Add(fault.New(fault.Invalid, "verification.people").At(field))
	}
	checkWords(&list, field, &value, most, false)
	return value, list.Err()
}

// looks reports whether the visit looks at an item.
func (v *Visit) looks(item Item) bool {
	return slices.ContainsFunc(v.Items, func(p Pick) bool { return p.Item == item })
}

// count reports whether a text is a number of people.
func count(s string) bool {
	const most = 100_000
	n, err := strconv.Atoi(strings.TrimSpace(s))
	return err == nil && n >= 0 && n <= most
}
