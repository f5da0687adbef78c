package analysis

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"minyi/stats/weight"
)

// unread are the fields that only people and tests read. They may stand in every
// object of a file.
const unread = " expect tol engine r r_error tier title note source expect_error "

// label says whether a field is one for people: of any object, of a replicate design,
// whose scale has the factor in it already, or words at the top.
func label(m member, of reflect.Type) bool {
	switch of {
	case reflect.TypeFor[Design]():
		return m.name == "rep_type" || m.name == "rho" || strings.Contains(unread, " "+m.name+" ")
	case reflect.TypeFor[File]():
		return forPeople(m.value) || strings.Contains(unread, " "+m.name+" ")
	}
	return strings.Contains(unread, " "+m.name+" ")
}

// fieldsOfKind names what a kind of estimate reads besides the fields of all kinds;
// false for an unknown kind.
func fieldsOfKind(kind string) (string, bool) {
	fields, known := map[string]string{
		"mean": "vars var", "total": "vars var", "var": "vars var", "ratio": "num den", "by": "var by stat", "contrast": "of coef",
		"quantile": "var probs qrule ci_method", "ciprop": "var method", "ttest": "y group", "chisq": "row col statistic",
		"alpha": "items ci_method", "omega": "items ci_method", "items": "items", "table": "vars", "weights": "",
		"fay_herriot": "y vardir terms method", "rank_sets": "est se method tau", "calibration_property": "",
		"threshold": "var threshold truth assumed_deff power population", "sequence": "var order method range weight_bound planned",
		"sample_size": "margin threshold share power assumed_deff response_rate population",
		"allocation":  "var n method floor spread size cv exponent", "draw": "n method size by sizes seed joint",
		"response": "", "glm": "y terms family no_intercept", "drivers": "y items",
	}[kind]
	return "kind domain na_rm level df deff " + fields, known
}

// fieldsOfStep names what a step reads; false for an unknown step.
func fieldsOfStep(op string) (string, bool) {
	fields, known := map[string]string{
		"poststratify": "by cells", "rake": "margins epsilon max_iter", "trim": "lower upper strict",
		"calibrate": "method intercept terms totals bounds bounds_const epsilon max_iter",
		"replicate": "method replicates seed rho mse", "propensity": "answered terms weighted classes floor",
	}[op]
	return "op " + fields, known
}

// checkFields refuses a field that nothing reads, such as a misspelt one, and one
// that stands twice, so that no option is passed over in silence. Words for people
// may stand at the top under any other name. A request keeps its error for its entry.
func (f *File) checkFields(text []byte) error {
	if err := checkObject(text, reflect.TypeFor[File]()); err != nil {
		return err
	}
	for _, m := range members(text) {
		if m.name != "estimates" {
			continue
		}
		for k, request := range elements(m.value) {
			f.Requests[k].wrong = checkObject(request, reflect.TypeFor[Request]())
		}
	}
	return nil
}

type member struct {
	name  string
	value json.RawMessage
}

// members returns the fields of an object in their order; none of another value.
func members(text []byte) (out []member) {
	in := json.NewDecoder(bytes.NewReader(text))
	if start, err := in.Token(); err != nil || start != json.Delim('{') {
		return nil
	}
	for in.More() {
		m := member{}
		name, err := in.Token()
		if err != nil || in.Decode(&m.value) != nil {
			return out
		}
		m.name, _ = name.(string)
		out = append(out, m)
	}
	return out
}

// elements returns the values of a list; none of another value.
func elements(text []byte) (out []json.RawMessage) {
	if json.Unmarshal(text, &out) != nil {
		out = nil
	}
	return out
}

// check looks through a value that is read as the type.
func check(text []byte, of reflect.Type) error {
	if of.Kind() == reflect.Pointer {
		of = of.Elem()
	}
	if of.Kind() == reflect.Struct || of.Kind() == reflect.Map {
		return checkObject(text, of)
	}
	return nil
}

func checkObject(text []byte, of reflect.Type) error {
	seen, word := map[string]bool{}, ""
	list := members(text)
	for _, m := range list {
		if seen[m.name] {
			return weight.Errorf("analysis.field_twice", m.name, "the field stands there twice; name it once")
		}
		seen[m.name] = true
		if m.name == "kind" || m.name == "op" {
			_ = json.Unmarshal(m.value, &word) // it was read as a text before
		}
	}
	fields := fieldTypes(of)
	reads := readBy(of, fields, word)
	for _, m := range list {
		inside := fields[m.name]
		if of.Kind() == reflect.Map {
			inside = of.Elem()
		} else if !slices.Contains(reads, m.name) {
			if label(m, of) {
				continue
			}
			return weight.Errorf("analysis.field", m.name, "nothing reads this field; the fields here are %s", strings.Join(reads, ", "))
		}
		if err := checkMember(m, inside); err != nil {
			return err
		}
	}
	return nil
}

// checkMember looks through a field, or through every element of its list.
func checkMember(m member, of reflect.Type) error {
	if of == reflect.TypeFor[[]Request]() {
		return nil // every request has its own error
	}
	if of.Kind() != reflect.Slice {
		return placed(m.name, check(m.value, of))
	}
	for k, element := range elements(m.value) {
		if err := check(element, of.Elem()); err != nil {
			return within(fmt.Sprintf("%s[%d]", m.name, k), err)
		}
	}
	return nil
}

func placed(name string, err error) error {
	if err == nil {
		return nil
	}
	return within(name, err)
}

// readBy names the fields that an object may have, sorted: those of its type, and of
// these what its kind or step reads.
func readBy(of reflect.Type, fields map[string]reflect.Type, word string) []string {
	narrow, known := "", false
	switch of {
	case reflect.TypeFor[Request]():
		narrow, known = fieldsOfKind(word)
	case reflect.TypeFor[Step]():
		narrow, known = fieldsOfStep(word)
	}
	if known {
		out := strings.Fields(narrow)
		slices.Sort(out)
		return out
	}
	return sortedKeys(fields)
}

// fieldTypes returns the types of a struct's fields by their names in JSON.
func fieldTypes(of reflect.Type) map[string]reflect.Type {
	out := map[string]reflect.Type{}
	if of.Kind() != reflect.Struct {
		return out
	}
	for _, field := range reflect.VisibleFields(of) {
		if name := field.Tag.Get("json"); name != "" {
			out[name] = field.Type
		}
	}
	return out
}

// forPeople says whether a value is a text, or a list of texts.
func forPeople(text []byte) bool {
	var one string
	var list []string
	return string(text) != "null" && json.Unmarshal(text, &one) == nil || json.Unmarshal(text, &list) == nil && len(list) > 0
}
