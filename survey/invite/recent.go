package invite

import (
	"strings"
	"sync/atomic"
)

// recent remembers tokens that were read a moment ago: a form that is sent asks
// for its link three times, and what proves a link costs two HMACs each time. It
// is safe for concurrent use and holds what its places hold, no more.
type recent struct {
	places [1 << recentBits]atomic.Pointer[known]
}

const recentBits = 10

// known is a token of this installation, as somebody typed it.
type known struct {
	text  string
	token Token
}

// place is where a token lies: its last characters are part of the MAC, and so
// spread by chance.
func (r *recent) place(text string) *atomic.Pointer[known] {
	at := uint32(0)
	for i := max(0, len(text)-4); i < len(text); i++ {
		at = at*31 + uint32(text[i])
	}
	return &r.places[at&(1<<recentBits-1)]
}

func (r *recent) find(text string) (Token, bool) {
	if one := r.place(text).Load(); one != nil && one.text == text {
		return one.token, true
	}
	return Token{}, false
}

// keep remembers a token that has proved itself.
func (r *recent) keep(text string, t Token) {
	r.place(text).Store(&known{strings.Clone(text), t}) // text may lie in the memory of a request
}
