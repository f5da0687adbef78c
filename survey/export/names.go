package export

import (
	"strconv"
	"strings"
)

// maxName is the length of a variable's name that all formats take.
const maxName = 32

// Names makes variable names that every format takes, each once.
type Names struct{ taken map[string]bool }

// Name makes a name from an id, and keeps it.
func (n *Names) Name(id string) string {
	if n.taken == nil {
		n.taken = map[string]bool{}
	}
	base := plain(id)
	name := base
	for i := 2; n.taken[strings.ToLower(name)]; i++ {
		suffix := "_" + strconv.Itoa(i)
		name = base[:min(len(base), maxName-len(suffix))] + suffix
	}
	n.taken[strings.ToLower(name)] = true
	return name
}

// plain keeps letters, digits and underscores, and puts a letter first.
func plain(id string) string {
	name := strings.Map(func(r rune) rune {
		if letter(r) || digit(r) {
			return r
		}
		return '_'
	}, id)
	if name == "" || !letter(rune(name[0])) {
		name = "v" + name
	}
	name = name[:min(len(name), maxName-1)]
	if reserved(strings.ToLower(name)) {
		name += "_"
	}
	return name
}

func letter(r rune) bool { return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' }

func digit(r rune) bool { return r >= '0' && r <= '9' }

// reserved are words of SPSS, Stata and R that cannot name a variable.
func reserved(name string) bool {
	const words = " all and by eq ge gt le lt ne not or to with " +
		"byte double float if in int long using strl function for while repeat else next break true false null inf nan na "
	return strings.Contains(words, " "+name+" ")
}
