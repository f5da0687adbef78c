// Package rule is the language of a questionnaire's conditions: the part of
// XLSForm's expressions that decides whether a question is relevant, with a few
// words of its own. It parses a condition, says what it looks at, evaluates it
// on the answers given so far (also where some are still to come), and searches
// for answers that meet it.
//
// It knows no paper: that a question exists, has such a code and comes before is
// the checker's business. It calls nothing and loops over nothing it was not
// given, so that every evaluation ends.
package rule

import "slices"

// Truth is the value of a condition while some answers are still to come.
type Truth uint8

// The values. Maybe hangs on a question that has not been come to yet.
const (
	No Truth = iota
	Maybe
	Yes
)

// Answer is what a condition sees of one answer. The zero Answer is none.
type Answer struct {
	Given bool     // there is an answer
	Apart bool     // it is not substantive: 不清楚, 不想回答, 不适用
	Codes []string // the chosen codes; none of a typed answer
	Value int64    // of a number or a point in millionths, of a date in days since 1970-01-01
	Typed bool     // Value is set
}

// Lookup returns the answer to a question, and whether the question has been
// come to: an answer that is still to come is not known.
type Lookup func(id string) (a Answer, known bool)

// Op is what an atom asks of an answer.
type Op string

// The operators. Equal and the four that follow it compare with a literal.
const (
	Equal       Op = "="
	Less        Op = "<"
	AtMost      Op = "<="
	Greater     Op = ">"
	AtLeast     Op = ">="
	In          Op = "in"          // one of several literals
	Selected    Op = "selected"    // among the chosen options
	Answered    Op = "answered"    // answered at all
	Substantive Op = "substantive" // answered, and not 不清楚 or the like
)

// Kind says how a literal was written.
type Kind uint8

// The kinds of literal.
const (
	Word   Kind = iota + 1 // 'yes': a code
	Number                 // 12.5: a number, or a code that is one
	Date                   // date('2026-03-01')
)

// Literal is one constant of a condition. Value is in the unit of Answer.Value.
type Literal struct {
	Kind  Kind
	Text  string
	Value int64
}

// Atom is one look at one answer.
type Atom struct {
	Question string
	Op       Op
	Literals []Literal
}

// join tells how a node puts its parts together.
type join uint8

const (
	leaf join = iota
	not
	and
	or
)

type node struct {
	join  join
	parts []*node
	atom  Atom
}

// Rule is one parsed condition. It is immutable.
type Rule struct {
	text  string
	root  *node
	atoms []Atom
}

// String returns the condition as its author wrote it.
func (r *Rule) String() string { return r.text }

// Atoms returns every look at an answer, in the order of the text.
func (r *Rule) Atoms() []Atom { return r.atoms }

// Refs returns the ids of the questions looked at, each once, in the order of
// the text.
func (r *Rule) Refs() []string {
	var out []string
	for _, a := range r.atoms {
		if !slices.Contains(out, a.Question) {
			out = append(out, a.Question)
		}
	}
	return out
}

// Unless returns the condition that a question does not have the code chosen:
// what a jump over other questions means to each of them. text names it.
func Unless(question, code, text string) *Rule {
	a := Atom{Question: question, Op: Selected, Literals: []Literal{{Kind: Word, Text: code}}}
	return &Rule{text: text, root: &node{join: not, parts: []*node{{atom: a}}}, atoms: []Atom{a}}
}

// Holds evaluates the condition; a question that has no answer yet counts as not
// answered.
func (r *Rule) Holds(answer func(id string) Answer) bool {
	return r.root.decide(func(id string) (Answer, bool) { return answer(id), true }) == Yes
}

// Decide evaluates the condition in Kleene's logic of three values: Maybe where
// answers that are still to come can make the difference, each taken by itself.
func (r *Rule) Decide(look Lookup) Truth { return r.root.decide(look) }

func (n *node) decide(look Lookup) Truth {
	switch n.join {
	case not:
		return Yes - n.parts[0].decide(look)
	case and:
		out := Yes
		for i := 0; i < len(n.parts) && out != No; i++ {
			out = min(out, n.parts[i].decide(look))
		}
		return out
	case or:
		out := No
		for i := 0; i < len(n.parts) && out != Yes; i++ {
			out = max(out, n.parts[i].decide(look))
		}
		return out
	default:
		return n.atom.decide(look)
	}
}

func (a Atom) decide(look Lookup) Truth {
	got, known := look(a.Question)
	switch {
	case !known:
		return Maybe
	case a.meets(got):
		return Yes
	}
	return No
}

// meets evaluates one atom. A comparison with an answer that is missing or not
// substantive is false, as in XLSForm; a code is compared as it stands.
func (a Atom) meets(got Answer) bool {
	switch a.Op {
	case Answered:
		return got.Given
	case Substantive:
		return got.Given && !got.Apart
	case Equal, In, Selected:
		return slices.ContainsFunc(a.Literals, got.is)
	default:
		return got.Given && !got.Apart && got.Typed && a.Op.order(got.Value, a.Literals[0].Value)
	}
}

func (o Op) order(x, y int64) bool {
	switch o {
	case Less:
		return x < y
	case AtMost:
		return x <= y
	case Greater:
		return x > y
	default:
		return x >= y
	}
}

func (got Answer) is(l Literal) bool {
	if slices.Contains(got.Codes, l.Text) && l.Kind != Date {
		return true
	}
	return l.Kind != Word && got.Given && !got.Apart && got.Typed && got.Value == l.Value
}
