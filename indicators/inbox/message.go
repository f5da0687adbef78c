// Package inbox carries what the programme has to tell its accounts: messages, each
// posted once, with a copy in the inbox of every account that it is for, and the
// outbox by which e-mail and a messaging gateway say that something is there. It
// keeps the state of every copy and every delivery, so that the office sees who got
// what, when and how. It decides nothing about rounds, dossiers or results, knows no
// sentence of any language, and lets no result or name leave by e-mail.
package inbox

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"minyi/indicators/access"
	"minyi/indicators/fault"
)

// Message is what is to be said. Code names two sentences of the language files,
// inbox.<code>.subject and inbox.<code>.body, that Params fill. The name of a
// parameter says how pages write its value: "unit" is a unit's code and becomes its
// name; one that ends in "date" is a day such as 2020-08-31; one that ends in "_key"
// is a key of the language files and fills the placeholder without that ending; any
// other is written as it is.
type Message struct {
	Code   string
	Params map[string]string
	To     Recipient
	Link   string    // own path where the reader acts, such as /apply
	Due    time.Time // until when there is something to do; zero: nothing
	Key    string    // the same key is posted once
	Topic  string    // the thing that it is about, such as filing/2020/640100; a newer task on it replaces an older, Settle ends them; empty: none
}

// Recipient says whom a message is for: exactly one of its fields is set.
type Recipient struct {
	Account string      // one account, by name
	Role    access.Role // every account of the role
	Unit    string      // every account of the unit's applicant, by the unit's code
}

// ToAccount addresses one account by its name.
func ToAccount(name string) Recipient { return Recipient{Account: name} }

// ToRole addresses every account of a role.
func ToRole(r access.Role) Recipient { return Recipient{Role: r} }

// ToUnit addresses every account of a unit's applicant.
func ToUnit(code string) Recipient { return Recipient{Unit: code} }

// Audience writes the recipient down, as account:, role: or unit: and a name.
func (r Recipient) Audience() string {
	switch {
	case r.Account != "":
		return "account:" + access.Fold(r.Account)
	case r.Role != "":
		return "role:" + string(r.Role)
	}
	return "unit:" + r.Unit
}

// Takes reports whether an account is among the recipients; a disabled one never is.
func (r Recipient) Takes(a *access.Account) bool {
	switch {
	case a.Disabled:
		return false
	case r.Account != "":
		return a.Key == access.Fold(r.Account)
	case r.Role != "":
		return a.Role == r.Role
	}
	return a.Role == access.Applicant && a.Unit == r.Unit
}

// check says what a caller did wrong: never a person's mistake.
func (m Message) check() error {
	set := 0
	for _, s := range []string{m.To.Account, string(m.To.Role), m.To.Unit} {
		if s != "" {
			set++
		}
	}
	switch {
	case set != 1:
		return fmt.Errorf("message %s: %d recipients, not one", m.Code, set)
	case m.Code == "" || m.Key == "":
		return fmt.Errorf("message %q: code and key are needed", m.Code+m.Key)
	case !ownPath(m.Link):
		return fmt.Errorf("message %s: %q is no path of this service", m.Code, m.Link)
	}
	return nil
}

// ownPath reports whether a link leads to a page of this service.
func ownPath(link string) bool {
	return strings.HasPrefix(link, "/") && !strings.HasPrefix(link, "//") && !strings.ContainsAny(link, "\\\r\n")
}

// Kind is what a message is about; a person turns e-mail off by it.
type Kind string

// other is the kind of messages whose code begins with no kind.
const other Kind = "other"

// Kinds returns every kind in the order in which people read them: the first word of
// a message's code, such as filing of filing.closes.
func Kinds() []Kind {
	return []Kind{
		"calendar", "filing", "evaluation", "survey", "verification", "notice", "objection", "naming", "report", "spotcheck",
		"revocation", "recommendation", "feedback", "catalogue", other,
	}
}

// KindOf returns the kind of a message's code.
func KindOf(code string) Kind {
	first, _, _ := strings.Cut(code, ".")
	if k := Kind(first); slices.Contains(Kinds(), k) {
		return k
	}
	return other
}

// Posted is a message as it was kept.
type Posted struct {
	Message
	ID string
	At time.Time
}

// Copy is a message in one account's inbox.
type Copy struct {
	Posted
	Account string    // key of the account
	Team    string    // accounts that share the work
	Seen    time.Time // zero: unread
	Done    time.Time // zero: open
	Doer    string    // who said that it is done; empty where a rule did
}

// Task reports whether there was something to do.
func (c *Copy) Task() bool { return !c.Due.IsZero() }

// Open reports whether there still is.
func (c *Copy) Open() bool { return c.Task() && c.Done.IsZero() }

// Late reports whether the copy is still open after its due time.
func (c *Copy) Late(now time.Time) bool { return c.Open() && now.After(c.Due) }

// team names the accounts that share an account's work: the office, an agency, a
// unit's applicant; everybody else works alone.
func team(a *access.Account) string {
	switch a.Role { //nolint:exhaustive // everybody else works alone
	case access.Office:
		return string(access.Office)
	case access.Agency:
		return string(access.Agency) + "/" + a.Institution
	case access.Applicant:
		return "unit/" + a.Unit
	}
	return "account/" + a.Key
}

// clone keeps a caller's map out of what is stored.
func (m Message) clone() Message {
	m.Params = maps.Clone(m.Params)
	m.Due = m.Due.UTC().Truncate(time.Millisecond)
	return m
}

// missing is the refusal of a message that is not in the actor's inbox.
func missing() error { return fault.New(fault.NotFound, "inbox.missing") }

// ParseAudience reads what Audience wrote.
func ParseAudience(s string) Recipient {
	kind, name, _ := strings.Cut(s, ":")
	switch kind {
	case "account":
		return Recipient{Account: name}
	case "role":
		return Recipient{Role: access.Role(name)}
	}
	return Recipient{Unit: name}
}
