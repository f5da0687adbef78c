// Package fault holds the one kind of error that a person can cause and mend:
// a refusal. It carries a kind (which decides the HTTP status), a code (which
// decides the sentence, in the language files) and the parameters of that
// sentence. It knows no language and no HTTP; everything that is not a refusal
// stays an ordinary error, wrapped with %w.
package fault

import (
	"errors"
	"strings"
)

// Kind says what sort of refusal it is; web/errors.go alone maps it to a status.
type Kind int

// The kinds of refusal.
const (
	Invalid     Kind = iota + 1 // the input breaks a rule of form: 400, or 422 on a form that is shown again
	Forbidden                   // the actor may not do this: 403
	NotFound                    // there is no such thing, or the actor may not know of it: 404
	Conflict                    // the thing has changed, is spent, or is in another state: 409
	Closed                      // the window for this is not open: 403 with the dates
	TooLarge                    // more bytes, rows or characters than the door takes: 413
	TooMany                     // too often in too short a time: 429
	Unavailable                 // the store cannot answer now; nothing was kept: 503
)

// Params fill the {placeholders} of a sentence.
type Params map[string]string

// Refusal is one refusal. Field is the name of the form field it belongs to,
// empty where it concerns the whole request.
type Refusal struct {
	Kind   Kind
	Code   string
	Field  string
	Params Params
}

// Error returns the code: good for logs, never shown to people.
func (r *Refusal) Error() string {
	if r.Field == "" {
		return r.Code
	}
	return r.Code + " (" + r.Field + ")"
}

// Is reports whether target is a refusal with the same code, so that
// errors.Is(err, fault.New(kind, "dossier.sealed")) works without pointers.
func (r *Refusal) Is(target error) bool {
	t, ok := target.(*Refusal)
	return ok && t.Code == r.Code
}

// New makes a refusal of the given kind and code. Pairs are parameter names and
// values in turn; a last name without a value is ignored.
func New(kind Kind, code string, pairs ...string) *Refusal {
	r := &Refusal{Kind: kind, Code: code}
	for i := 0; i+1 < len(pairs); i += 2 {
		if r.Params == nil {
			r.Params = Params{}
		}
		r.Params[pairs[i]] = pairs[i+1]
	}
	return r
}

// At returns the refusal, bound to a form field.
func (r *Refusal) At(field string) *Refusal {
	r.Field = field
	return r
}

// List is several refusals of one form, in the order of its fields.
type List []*Refusal

// Error joins the codes.
func (l List) Error() string {
	codes := make([]string, len(l))
	for i, r := range l {
		codes[i] = r.Error()
	}
	return strings.Join(codes, "; ")
}

// Unwrap lets errors.Is and errors.As see each refusal.
func (l List) Unwrap() []error {
	out := make([]error, len(l))
	for i, r := range l {
		out[i] = r
	}
	return out
}

// Add appends a refusal.
func (l *List) Add(r *Refusal) { *l = append(*l, r) }

// Err returns nil when nothing was refused, else the list.
func (l List) Err() error {
	if len(l) == 0 {
		return nil
	}
	return l
}

// All returns the refusals inside err, in order; none for any other error.
func All(err error) []*Refusal {
	var list List
	if errors.As(err, &list) {
		return list
	}
	var one *Refusal
	if errors.As(err, &one) {
		return []*Refusal{one}
	}
	return nil
}

// KindOf returns the kind of the first refusal in err, 0 when there is none.
func KindOf(err error) Kind {
	if err == nil {
		return 0 // most calls: spared the search
	}
	if all := All(err); len(all) > 0 {
		return all[0].Kind
	}
	return 0
}
