package access

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"

	"minyi/indicators/fault"
)

// Account is one person's way in. Its key is the folded name, so that `Admin`,
// `ａｄｍｉｎ` and `admin ` are one name.
type Account struct {
	Key         string // folded name, unique
	Name        string // as it was given
	Role        Role
	Unit        string // for an applicant: the unit it acts for
	Institution string // for an assessor: the evaluator it belongs to
	Person      string // of staff: keyed digest of whose it is, for two people where two are needed; empty: nobody has said
	Hash        string // Argon2id, with its parameters
	MustChange  bool   // the password is a one-time one
	Disabled    bool
	Created     time.Time
	Changed     time.Time // when the password was set; zero: when the account was made
	Past        []string  // hashes of former passwords, the latest first; only the level-3 scheme keeps any
}

// set is when the password was set.
func (a *Account) set() time.Time {
	if a.Changed.IsZero() {
		return a.Created
	}
	return a.Changed
}

// marks reports whether the account gives marks: no applicant's unit may ever hold
// one (C96).
func (a *Account) marks() bool { return a.Role == Assessor || a.Role == Inspector }

// Actor is the account as somebody who acts.
func (a *Account) Actor() Actor {
	return Actor{Name: a.Name, Role: a.Role, Unit: a.Unit, Institution: a.Institution}
}

const maxName = 64

// Fold returns the key of an account name: NFKC, case folded, without space at
// the ends.
func Fold(name string) string {
	return strings.TrimSpace(cases.Fold().String(norm.NFKC.String(name)))
}

// checkName refuses a name that is empty, longer than 64 characters, not valid
// text, or holds control or direction marks.
func checkName(name string) error {
	if !fits(name, Fold(name)) {
		return fault.New(fault.Invalid, "account.name").At("name")
	}
	return nil
}

// fits reports whether a text is valid, at most 64 characters long, without control
// and direction marks, and not empty once it is folded.
func fits(text, folded string) bool {
	if !utf8.ValidString(text) || folded == "" || utf8.RuneCountInString(text) > maxName {
		return false
	}
	return !strings.ContainsFunc(text, func(r rune) bool { return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) })
}
