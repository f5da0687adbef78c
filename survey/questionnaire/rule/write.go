package rule

import "strings"

// XLSForm writes the condition in the words of XLSForm alone, for programs that
// do not know ours: "in" becomes "or", answered and substantive become comparisons.
// apart returns the codes of a question that are not substantive, which a
// comparison by order must leave out there.
func (r *Rule) XLSForm(apart func(id string) []string) string { return r.root.write(apart, leaf) }

func (n *node) write(apart func(id string) []string, outer join) string {
	switch n.join {
	case not:
		return "not(" + n.parts[0].write(apart, leaf) + ")"
	case and, or:
		word := " and "
		if n.join == or {
			word = " or "
		}
		parts := make([]string, len(n.parts))
		for i, p := range n.parts {
			parts[i] = p.write(apart, n.join)
		}
		return bracketed(strings.Join(parts, word), n.join == or && outer == and)
	case leaf:
	}
	return n.atom.write(apart, outer)
}

func bracketed(s string, yes bool) string {
	if yes {
		return "(" + s + ")"
	}
	return s
}

func (a Atom) write(apart func(id string) []string, outer join) string {
	ref := "${" + a.Question + "}"
	switch a.Op {
	case Selected:
		return "selected(" + ref + ", " + a.Literals[0].write() + ")"
	case Answered:
		return ref + " != ''"
	case Substantive:
		return bracketed(ref+" != ''"+unlike(ref, apart(a.Question)), outer == or && len(apart(a.Question)) > 0)
	case In:
		parts := make([]string, len(a.Literals))
		for i, l := range a.Literals {
			parts[i] = ref + " = " + l.write()
		}
		return bracketed(strings.Join(parts, " or "), outer == and && len(parts) > 1)
	case Equal:
		return ref + " = " + a.Literals[0].write()
	case Less, AtMost, Greater, AtLeast:
	}
	codes := apart(a.Question)
	return bracketed(ref+" "+string(a.Op)+" "+a.Literals[0].write()+unlike(ref, codes), outer == or && len(codes) > 0)
}

// unlike adds that an answer is none of the codes.
func unlike(ref string, codes []string) string {
	var b strings.Builder
	for _, code := range codes {
		b.WriteString(" and " + ref + " != '" + code + "'")
	}
	return b.String()
}

func (l Literal) write() string {
	switch l.Kind {
	case Number:
		return l.Text
	case Date:
		return "date('" + l.Text + "')"
	case Word:
	}
	return "'" + l.Text + "'"
}
