package rule

import (
	"fmt"
	"strings"

	"minyi/survey/questionnaire/typed"
)

// The limits of one condition.
const (
	maxText  = 2000 // bytes
	maxDepth = 40   // nested brackets
	maxAtoms = 200
)

// SyntaxError says where a condition cannot be read: Near is the word at fault,
// empty at the end of the text.
type SyntaxError struct {
	At   int // byte from 0
	Near string
}

// Error returns a message for logs.
func (e *SyntaxError) Error() string { return fmt.Sprintf("rule: near %q at byte %d", e.Near, e.At) }

// Parse reads a condition:
//
//	${age} >= 60 and not(${s4} = 'yes')
//	selected(${b3}, 'dispute') or ${b1} in ('a', 'b')
//	${seen} < date('2026-03-01') and answered(${q10}) and substantive(${q10})
//
// A comparison with an empty text asks whether there is an answer, as in XLSForm.
// and binds more tightly than or. The error is a *SyntaxError.
func Parse(text string) (*Rule, error) {
	if len(text) > maxText {
		return nil, &SyntaxError{At: maxText}
	}
	words, err := scan(text)
	if err != nil {
		return nil, err
	}
	p := &parser{words: words, end: len(text)}
	root, err := p.either(0)
	if err != nil {
		return nil, err
	}
	if p.at < len(p.words) || len(p.atoms) > maxAtoms {
		return nil, p.wrong()
	}
	return &Rule{text: text, root: root, atoms: p.atoms}, nil
}

type parser struct {
	words []token
	at    int
	end   int
	atoms []Atom
}

func (p *parser) wrong() error {
	if p.at < len(p.words) {
		return &SyntaxError{At: p.words[p.at].at, Near: p.words[p.at].text}
	}
	return &SyntaxError{At: p.end}
}

// take steps over the next token if it is the given sign or word.
func (p *parser) take(text string) bool {
	if p.at < len(p.words) && p.words[p.at].kind == sign && p.words[p.at].text == text {
		p.at++
		return true
	}
	return false
}

// next returns the next token if it is of the kind.
func (p *parser) next(k kind) (token, bool) {
	if p.at < len(p.words) && p.words[p.at].kind == k {
		p.at++
		return p.words[p.at-1], true
	}
	return token{}, false
}

func (p *parser) either(depth int) (*node, error) {
	return p.series(depth, or, "or", func() (*node, error) {
		return p.series(depth, and, "and", func() (*node, error) { return p.one(depth) })
	})
}

// series reads parts with a word between them.
func (p *parser) series(depth int, j join, word string, part func() (*node, error)) (*node, error) {
	if depth > maxDepth {
		return nil, p.wrong()
	}
	out := &node{join: j}
	for {
		n, err := part()
		if err != nil {
			return nil, err
		}
		out.parts = append(out.parts, n)
		if !p.take(word) {
			break
		}
	}
	if len(out.parts) == 1 {
		return out.parts[0], nil
	}
	return out, nil
}

// one reads a bracket, a negation, a function or a comparison.
func (p *parser) one(depth int) (*node, error) {
	negated := p.take("not")
	if p.take("(") {
		n, err := p.either(depth + 1)
		if err == nil && !p.take(")") {
			err = p.wrong()
		}
		if err == nil && negated {
			n = &node{join: not, parts: []*node{n}}
		}
		return n, err
	}
	if negated {
		return nil, p.wrong()
	}
	for _, f := range []Op{Selected, Answered, Substantive} {
		if p.take(string(f)) {
			return p.function(f)
		}
	}
	return p.comparison()
}

func (p *parser) function(op Op) (*node, error) {
	if !p.take("(") {
		return nil, p.wrong()
	}
	ref, ok := p.next(name)
	if !ok {
		return nil, p.wrong()
	}
	a := Atom{Question: ref.text, Op: op}
	if op == Selected {
		if !p.take(",") {
			return nil, p.wrong()
		}
		start := p.at
		word, ok := p.next(quoted)
		if !ok || word.text == "" {
			p.at = start
			return nil, p.wrong()
		}
		a.Literals = []Literal{{Kind: Word, Text: word.text}}
	}
	if !p.take(")") {
		return nil, p.wrong()
	}
	return p.keep(a), nil
}

func (p *parser) keep(a Atom) *node {
	p.atoms = append(p.atoms, a)
	return &node{atom: a}
}

func (p *parser) comparison() (*node, error) {
	ref, ok := p.next(name)
	if !ok {
		return nil, p.wrong()
	}
	if p.take("in") {
		return p.list(ref.text)
	}
	for _, op := range []string{"=", "!=", "<", "<=", ">", ">="} {
		if !p.take(op) {
			continue
		}
		start := p.at
		l, err := p.literal()
		if err != nil {
			return nil, err
		}
		if l.Kind == Word && op != "=" && op != "!=" {
			p.at = start // codes have no order
			return nil, p.wrong()
		}
		return p.compare(ref.text, op, l), nil
	}
	return nil, p.wrong()
}

// compare makes "!=" the negation of "=", and a comparison with an empty text the
// question whether there is an answer.
func (p *parser) compare(id, op string, l Literal) *node {
	negated := op == "!="
	a := Atom{Question: id, Op: Op(op), Literals: []Literal{l}}
	if negated {
		a.Op = Equal
	}
	if l.Kind == Word && l.Text == "" {
		a, negated = Atom{Question: id, Op: Answered}, !negated
	}
	n := p.keep(a)
	if negated {
		return &node{join: not, parts: []*node{n}}
	}
	return n
}

func (p *parser) list(id string) (*node, error) {
	a := Atom{Question: id, Op: In}
	if !p.take("(") {
		return nil, p.wrong()
	}
	for {
		start := p.at
		l, err := p.literal()
		if err != nil {
			return nil, err
		}
		if l.Text == "" {
			p.at = start
			return nil, p.wrong()
		}
		a.Literals = append(a.Literals, l)
		if p.take(")") {
			return p.keep(a), nil
		}
		if !p.take(",") {
			return nil, p.wrong()
		}
	}
}

// literal reads 'a code', a number or date('2026-03-01').
func (p *parser) literal() (Literal, error) {
	if t, ok := p.next(quoted); ok {
		return Literal{Kind: Word, Text: t.text}, nil
	}
	if t, ok := p.next(number); ok {
		v, _, sound := typed.Number(t.text)
		if !sound || strings.ContainsAny(t.text, "+,") {
			p.at--
			return Literal{}, p.wrong()
		}
		return Literal{Kind: Number, Text: t.text, Value: v}, nil
	}
	if !p.take("date") || !p.take("(") {
		return Literal{}, p.wrong()
	}
	t, ok := p.next(quoted)
	if !ok {
		return Literal{}, p.wrong()
	}
	days, sound := typed.Date(t.text)
	if !sound || typed.FormatDate(days) != t.text {
		p.at--
		return Literal{}, p.wrong()
	}
	if !p.take(")") {
		return Literal{}, p.wrong()
	}
	return Literal{Kind: Date, Text: t.text, Value: days}, nil
}
