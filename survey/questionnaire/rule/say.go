package rule

// Speaker puts the parts of a condition into words of some language.
type Speaker interface {
	Atom(a Atom) string
	Not(of string) string
	All(of []string) string // and
	Any(of []string) string // or
}

// Say puts the condition into the words of a speaker, for people who follow it
// themselves, such as on paper.
func (r *Rule) Say(with Speaker) string { return r.root.say(with) }

func (n *node) say(with Speaker) string {
	switch n.join {
	case not:
		return with.Not(n.parts[0].say(with))
	case and, or:
		parts := make([]string, len(n.parts))
		for i, p := range n.parts {
			parts[i] = p.say(with)
		}
		if n.join == and {
			return with.All(parts)
		}
		return with.Any(parts)
	case leaf:
	}
	return with.Atom(n.atom)
}
