// Package coding sorts what people wrote to the open questions of a survey into
// codes, by hand: a code book, the codes that two people give independently of each
// other, how far they agree, and the counts once differences are settled.
//
// A code belongs to a text, not to an answer: texts are kept apart from answers, and
// the same words have the same code. What is kept is a digest of the words with the
// code, never the words. It guesses no code and corrects nobody.
//
// # Who judges
//
//	feature | judge | input | tolerance | test
//	agreement of two people: kappa | Cohen's own example as in stats/agree; by hand | 10 texts | 1e-12 | TestAgreementIsCohensKappa
//	a coder sees nobody else's code before giving one | the rule itself | two coders | exact | TestNobodySeesAnothersCodeBeforeGivingOne
//	counts after settling | by hand | 6 texts | exact | TestCountsFollowTheCodesThatStand
//	code book, codes and settling outlast a restart; trail | the store's tables | 3 texts | exact | store: TestCodingsAreKept
//	the task in a browser | Chromium, the store's tables | one survey of the rehearsal | exact | cmd/minyi: TestBrowserResults
package coding

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"minyi/indicators/fault"
)

// Text is one text to an open question, and how often it came.
type Text struct {
	Question string
	Words    string
	N        int
}

// Digest names a text without its words: the SHA-256 of question and words, the
// first 16 bytes in hexadecimal.
func (t Text) Digest() string {
	const bytes = 16
	sum := sha256.Sum256([]byte("minyi/coding/v1\n" + t.Question + "\n" + t.Words))
	return hex.EncodeToString(sum[:bytes])
}

// Code is one entry of the code book. One that is retired is given no more, and
// stays with the texts that have it.
type Code struct {
	Key     string `json:"key"`
	Zh      string `json:"zh"`
	En      string `json:"en"`
	Note    string `json:"note"` // when to give it
	Retired bool   `json:"retired,omitempty"`
}

// Book is the code book of one survey; Version counts its changes.
type Book struct {
	Version int    `json:"version"`
	Codes   []Code `json:"codes"`
}

// Limits of a code book.
const (
	mostCodes = 60
	mostLabel = 60
	mostNote  = 500
)

// Add puts a code into the book. It is refused with coding.label where a name is
// missing or too long, coding.note, coding.twice for a name that the book has, and
// coding.many.
func (b *Book) Add(c Code) error {
	c.Zh, c.En, c.Note = strings.TrimSpace(c.Zh), strings.TrimSpace(c.En), strings.TrimSpace(c.Note)
	if c.En == "" {
		c.En = c.Zh
	}
	for field, label := range map[string]string{"zh": c.Zh, "en": c.En} {
		if n := utf8.RuneCountInString(label); n == 0 || n > mostLabel {
			return fault.New(fault.Invalid, "coding.label", "max", strconv.Itoa(mostLabel)).At(field)
		}
	}
	if utf8.RuneCountInString(c.Note) > mostNote {
		return fault.New(fault.Invalid, "coding.note", "max", strconv.Itoa(mostNote)).At("note")
	}
	if slices.ContainsFunc(b.Codes, func(o Code) bool { return o.Zh == c.Zh && !o.Retired }) {
		return fault.New(fault.Conflict, "coding.twice").At("zh")
	}
	if len(b.Codes) >= mostCodes {
		return fault.New(fault.Conflict, "coding.many", "max", strconv.Itoa(mostCodes))
	}
	c.Key, c.Retired = "c"+strconv.Itoa(len(b.Codes)+1), false
	b.Codes = append(b.Codes, c)
	b.Version++
	return nil
}

// Retire takes a code out of use, or refuses with coding.unknown.
func (b *Book) Retire(key string) error {
	for i := range b.Codes {
		if b.Codes[i].Key == key && !b.Codes[i].Retired {
			b.Codes[i].Retired = true
			b.Version++
			return nil
		}
	}
	return fault.New(fault.NotFound, "coding.unknown")
}

// Code returns the code of a key.
func (b *Book) Code(key string) (Code, bool) {
	i := slices.IndexFunc(b.Codes, func(c Code) bool { return c.Key == key })
	if i < 0 {
		return Code{}, false
	}
	return b.Codes[i], true
}

// gives refuses with coding.unknown a code that the book does not give (any more).
func (b *Book) gives(key string) error {
	if c, ok := b.Code(key); !ok || c.Retired {
		return fault.New(fault.NotFound, "coding.unknown")
	}
	return nil
}

// Mark is the code that one person gave a text; Settled is one that ends a
// difference.
type Mark struct {
	Text    string
	Coder   string
	Code    string
	Settled bool
	At      time.Time
}

// State says how far a text has come.
type State string

// The states: no code, one person's, two that agree, two that differ, settled.
const (
	Bare    State = "bare"
	Once    State = "once"
	Agreed  State = "agreed"
	Differs State = "differs"
	Settled State = "settled"
)

// Standing is a text with the codes that it has.
type Standing struct {
	Text
	Marks []Mark // without the settling one
	State State
	Code  string // that stands: agreed or settled, or one person's only
}

// stand sorts the marks of a text.
func stand(t Text, marks []Mark) Standing {
	s := Standing{Text: t, State: Bare}
	for _, m := range marks {
		if m.Settled {
			s.State, s.Code = Settled, m.Code
			continue
		}
		s.Marks = append(s.Marks, m)
	}
	if s.State == Settled || len(s.Marks) == 0 {
		return s
	}
	s.Code, s.State = s.Marks[0].Code, Once
	if len(s.Marks) > 1 {
		s.State = Agreed
		if s.Marks[1].Code != s.Code {
			s.State, s.Code = Differs, ""
		}
	}
	return s
}

// By returns the mark of a coder.
func (s *Standing) By(coder string) (Mark, bool) {
	i := slices.IndexFunc(s.Marks, func(m Mark) bool { return m.Coder == coder })
	if i < 0 {
		return Mark{}, false
	}
	return s.Marks[i], true
}

// seenBy hides what another person gave from a coder who has given nothing yet:
// two codes are worth more than one only where neither was seen before the other.
func (s Standing) seenBy(coder string) Standing {
	if _, own := s.By(coder); own || s.State == Settled || s.State == Agreed || s.State == Differs {
		return s
	}
	return Standing{Text: s.Text, State: s.State}
}
