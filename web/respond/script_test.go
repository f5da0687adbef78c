package respond_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// token matches one token of ECMAScript 5.1 (Ecma-262, 5.1 edition, clause 7):
// white space and comments, a string, a number, a name, a punctuator. Longer
// punctuators come first.
var token = regexp.MustCompile(`^(?:\s+|//[^\n]*|/\*(?s:.*?)\*/|'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"|` +
	`(?:0[xX][0-9a-fA-F]+|\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+)|[A-Za-z_$][\w$]*|` +
	`>>>=|===|!==|>>>|<<=|>>=|[<>=!]=|&&|\|\||\+\+|--|<<|>>|[-+*/%&|^]=|[-{}()\[\].;,<>+*%&|^!~?:=/])`)

var literal = regexp.MustCompile(`^/(?:[^/\\\n\[]|\\.|\[(?:[^\]\\\n]|\\.)*\])+/[gim]*`)

var (
	name   = regexp.MustCompile(`^[A-Za-z_$]`)
	number = regexp.MustCompile(`^\.?\d`)
)

// newer names what a text has that a browser of ECMAScript 5 cannot read, or that
// the door's script must not use; empty where there is nothing. It reads tokens,
// brackets and what stands before a block, which is where the later editions
// differ.
func newer(source string) string {
	later := []string{
		"let", "const", "class", "extends", "super", "import", "export", "yield", "await", "async", "of", "static", "enum",
		"Promise", "Symbol", "Proxy", "Map", "Set", "fetch", "eval", "innerHTML", "Function",
	}
	var open []string
	before, touching, depth := "", "", 0
	for rest := source; rest != ""; {
		one := token.FindString(rest)
		operand := before == "" || strings.Contains("(,=:[!&|?{};", before[len(before)-1:]) || before == "return"
		if rest[0] == '/' && operand && !strings.HasPrefix(one, "//") && !strings.HasPrefix(one, "/*") {
			one = literal.FindString(rest)
		}
		at := fmt.Sprintf("%q after %q", rest[:min(20, len(rest))], before)
		switch {
		case one == "":
			return "no token of ES5: " + at
		case slices.Contains(later, one) && before != ".":
			return "a word of later editions: " + at
		case slices.Contains([]string{"=>", "**", "?.", "??", "..", "!!="}, touching+one):
			return "an operator of later editions: " + at
		case name.MatchString(one) && number.MatchString(touching):
			return "a number of later editions: " + at
		case strings.Contains("([{", one):
			open = append(open, one)
			depth = max(depth, len(open))
		case strings.Contains(")]}", one):
			if len(open) == 0 || open[len(open)-1]+one != map[string]string{")": "()", "]": "[]", "}": "{}"}[one] {
				return "brackets: " + at
			}
			if before == "," && one != ")" {
				return "a comma at the end: " + at
			}
			open = open[:len(open)-1]
		}
		rest, touching = rest[len(one):], one
		if strings.TrimSpace(one) != "" && !strings.HasPrefix(one, "//") && !strings.HasPrefix(one, "/*") {
			before = one
		}
	}
	if len(open) > 0 || depth == 0 {
		return "brackets are left open"
	}
	return ""
}

func TestTheES5CheckSeesLaterEditions(t *testing.T) {
	t.Parallel()
	const fine = `(function () { var a = /[/"]x/g, b = {c: 'd\'', "e": [1.5, 0x1F]}; if (a / 2 > b.c && !a) { return a ? b : {}; } }());`
	if got := newer(fine); got != "" {
		t.Errorf("ES5: got %s", got)
	}
	for _, one := range []string{
		"(a => a)", "(`x`)", "let a = (1)", "const b = [2]", "f(...x)", "(a ** b, c)", "a?.b()", "(a ?? b)", "class A {}",
		"async function f() {}", "[1, 2,]", "({a: 1,})", "(1", "f(@x)", "x.innerHTML = eval('1')", "(0b11)", "import('x')",
	} {
		if newer(one) == "" {
			t.Errorf("%s passes as ES5", one)
		}
	}
}
