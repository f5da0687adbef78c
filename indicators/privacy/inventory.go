// Package privacy is the inventory of what the service stores: every column of both
// databases with its class, what it is kept for, how long, and what protects it
// (personal information protection law, articles 6, 19 and 51). The page for staff
// shows it, the erasure follows its terms, and a test holds it against the schema of a
// migrated database. It stores and deletes nothing itself.
//
//	what | independent judge | input | tolerance | test
//	S37 inventory | the schema as SQLite tells it | both databases, migrated | equal, by table and column | TestS37TheInventoryIsTheSchema
package privacy

import (
	"strings"
)

// Class is how much a column tells of people.
type Class string

// The classes. Sensitive is what article 28 of the law names, and what somebody could
// be harmed or accused by: answers that could be joined to a person, interests declared.
const (
	None      Class = "none"
	Personal  Class = "personal"
	Sensitive Class = "sensitive"
)

// Guard is what protects a column beside the rights on the file.
type Guard string

// The guards.
const (
	Bare   Guard = ""       // nothing: it tells of nobody, or must be readable by all
	Sealed Guard = "sealed" // under the ring or under the key of its survey
	Hashed Guard = "hashed" // a digest or an HMAC, of which the value cannot be told
)

// Column is one row of the inventory.
type Column struct {
	Half, Table, Name string
	Class             Class
	Guard             Guard
	Algorithm         string // of what is sealed, digested or signed: its name, or "named" where each value says it
	Purpose           string // key of its words, privacy.purpose.…
	Term              Term
}

// Term is until when something is kept: a rule, and days where the rule counts some.
type Term struct {
	Rule string // key of its words, privacy.term.…
	Days int    // 0: the rule alone, or as set for the survey or the round
}

// The terms that are the same everywhere, in days.
const (
	MessageDays = 1095 // a message, after it was posted
	TrailDays   = 183  // an entry of the trail, at least (Cybersecurity Law, article 21)
	codeDays    = 2    // an address that nobody confirmed
)

// Columns returns the inventory, table by table.
func Columns() []Column {
	var out []Column
	by := algorithms()
	for _, t := range tables() {
		for _, word := range strings.Fields(t.columns) {
			c := Column{Half: t.half, Table: t.name, Purpose: t.purpose, Term: t.term, Class: None}
			name, marks, _ := strings.Cut(word, ":")
			c.Name, c.Algorithm = name, by[t.name+"."+name]
			for _, m := range marks {
				switch m {
				case 'p':
					c.Class = Personal
				case 's':
					c.Class = Sensitive
				case 'x':
					c.Guard = Sealed
				case 'h':
					c.Guard = Hashed
				}
			}
			out = append(out, c)
		}
	}
	return out
}

// table is how the inventory is written down: its columns in the order of the schema,
// each with letters behind a colon: p personal, s sensitive, x sealed, h hashed; none
// of p and s tells of nobody.
type table struct {
	half, name, purpose string
	term                Term
	columns             string
}

// Halves are the two databases, as tables name them.
const (
	programme = "programme"
	survey    = "survey"
	both      = "trail" // tables that both have
)

func tables() []table {
	var out []table
	for _, half := range []string{programme, survey} {
		for _, t := range everywhere() {
			t.half = half
			out = append(out, t)
		}
	}
	return append(append(out, programmeTables()...), surveyTables()...)
}

// everywhere are the tables that both databases have.
func everywhere() []table {
	return []table{
		{both, "trail", "trail", Term{"trail", TrailDays}, "half seq at actor:p role action object:p outcome reason:p before:p after:p prev hash"},
		{both, "content", "checksum", Term{"file", 0}, "name rows a b c d"},
		{both, "stand", "checksum", Term{"file", 0}, "one writes entries answers proof"},
	}
}
