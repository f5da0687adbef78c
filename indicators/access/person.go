package access

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"strings"
	"unicode"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"

	"minyi/indicators/fault"
)

// Persons says whose the accounts of staff are: by the key of the account, a text that
// is equal for accounts of one person, empty where nobody has been named. Accounts of
// applicants are not there.
type Persons map[string]string

// People knows whose the accounts of staff are. The programme's store does.
type People interface {
	Persons(ctx context.Context) (Persons, error)
}

// Apart refuses unless two accounts are of two people: with people.same one account
// twice and two accounts of one person, with people.unnamed where nobody has said whose
// one of them is. A name that is no account of staff here (a command on the machine) is
// compared as a name.
func (p Persons) Apart(first, second string) error {
	if first == "" || second == "" {
		return nil // there are not two
	}
	if Fold(first) == Fold(second) {
		return fault.New(fault.Forbidden, "people.same", "account", first)
	}
	one, known := p[Fold(first)]
	other, ours := p[Fold(second)]
	switch {
	case !known || !ours:
		return nil
	case other == "":
		return fault.New(fault.Forbidden, "people.unnamed", "account", second)
	case one == "":
		return fault.New(fault.Forbidden, "people.unnamed", "account", first)
	case one == other:
		return fault.New(fault.Forbidden, "people.same", "account", first)
	}
	return nil
}

// Second is somebody who is to be the second of two people (S14).
type Second struct {
	name    string
	persons Persons
}

// Second says what is known of the actor as the second of two people. It is asked
// before the step; Apart judges inside it. Without people it goes by accounts alone.
func (a Actor) Second(ctx context.Context, p People) (Second, error) {
	s := Second{name: a.Name}
	if p == nil {
		return s, nil
	}
	var err error
	if s.persons, err = p.Persons(ctx); err != nil {
		return s, fmt.Errorf("second person: %w", err)
	}
	return s, nil
}

// Apart refuses unless whoever is second is somebody else than who was first; see
// Persons.Apart.
func (s Second) Apart(first string) error { return s.persons.Apart(first, s.name) }

// personMethod names how whose account it is was turned into what is kept, so that
// another method can follow (S47).
const personMethod = "hs256."

// person turns whose account it is, such as a staff number, into what is kept: a keyed
// digest, which tells nothing to who has not the key and tells equal from different to
// who has. Width, case and spaces make no difference. Empty stays empty.
func (p Policy) person(text string) (string, error) {
	if text == "" {
		return "", nil
	}
	folded := foldPerson(text)
	if !fits(text, folded) {
		return "", fault.New(fault.Invalid, "people.name").At("person")
	}
	if len(p.People) == 0 {
		return "", fmt.Errorf("person: there is no key")
	}
	mac := hmac.New(sha256.New, p.People)
	mac.Write([]byte(folded))
	return personMethod + base64.RawURLEncoding.EncodeToString(mac.Sum(nil)), nil
}

// foldPerson takes away in what way somebody was written.
func foldPerson(text string) string {
	folded := cases.Fold().String(norm.NFKC.String(text))
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || r == '-' {
			return -1
		}
		return r
	}, folded)
}

// SetPerson says whose an account of staff is; its sessions end. Only a keyed digest is
// kept, and the trail has only that it was said. Nobody says this of the own account. It
// refuses with account.apart where the three administrators would be one person, or
// one of them somebody who also does business (S13).
func (s *Service) SetPerson(ctx context.Context, by Actor, name, person string) error {
	if err := by.Require(Secadmin, "command"); err != nil {
		return err
	}
	key := Fold(name)
	if key == Fold(by.Name) {
		return fault.New(fault.Conflict, "account.own")
	}
	if person == "" {
		return fault.New(fault.Invalid, "people.needed").At("person")
	}
	old, err := s.store.Account(ctx, key)
	if err != nil {
		return err
	}
	if old.Role == Applicant {
		return fault.New(fault.Conflict, "people.applicant").At("person")
	}
	kept, err := s.policy.person(person)
	if err != nil {
		return err
	}
	if err := s.holdsApart(ctx, key, old.Role, kept); err != nil {
		return err
	}
	entry := s.entry(by, "account.person", "account/"+key)
	entry.Before, entry.After = fmt.Sprintf(`{"named":%t}`, old.Person != ""), `{"named":true}`
	return s.store.UpdateAccount(ctx, key, entry, func(a *Account) error {
		a.Person = kept
		return nil
	})
}

// holdsApart refuses where a person would hold one of the three administrators' roles
// beside any other role.
func (s *Service) holdsApart(ctx context.Context, key string, role Role, person string) error {
	if person == "" {
		return nil
	}
	all, err := s.store.Accounts(ctx)
	if err != nil {
		return err
	}
	for _, a := range all {
		if a.Key != key && a.Person == person && a.Role != role && !a.Disabled && (administers(a.Role) || administers(role)) {
			return fault.New(fault.Conflict, "account.apart", "account", a.Name).At("person")
		}
	}
	return nil
}

// mayReturn refuses to open an account again where its person has come to hold what it
// must not be held beside.
func (s *Service) mayReturn(ctx context.Context, key string) error {
	a, err := s.store.Account(ctx, key)
	if err != nil {
		return err
	}
	return s.holdsApart(ctx, key, a.Role, a.Person)
}

func administers(role Role) bool { return role == Sysadmin || role == Secadmin || role == Auditor }
