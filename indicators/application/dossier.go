// Package application keeps a unit's dossier: what it says of itself, indicator
// by indicator, its report, its exhibits and its declaration, a draft until it
// is filed in the round's window and sealed from then on. It gives no marks and
// reads none: what others find about the unit it never learns (C96).
package application

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"minyi/indicators"
	"minyi/indicators/fault"
	"minyi/indicators/roster"
)

// Key names a dossier: a unit files at most one a round and track (C17).
type Key struct {
	Round int             `json:"round"`
	Unit  roster.UnitCode `json:"unit"`
	Track roster.Track    `json:"track"`
}

// ID is a key in one word, such as "2020-640100-comprehensive".
type ID string

// ID writes the key in one word.
func (k Key) ID() ID { return ID(fmt.Sprintf("%d-%s-%s", k.Round, k.Unit, k.Track)) }

// Object names the dossier in the trail.
func (k Key) Object() string { return "dossier/" + string(k.ID()) }

// ParseID reads what ID wrote; anything else is refused with dossier.unknown.
func ParseID(s string) (Key, error) {
	parts := strings.Split(s, "-")
	if len(parts) == 3 {
		year, err := strconv.Atoi(parts[0])
		k := Key{Round: year, Unit: roster.UnitCode(parts[1]), Track: roster.Track(parts[2])}
		if err == nil && string(k.ID()) == s && slices.Contains(roster.Tracks(), k.Track) {
			return k, nil
		}
	}
	return Key{}, unknown()
}

func unknown() *fault.Refusal { return fault.New(fault.NotFound, "dossier.unknown") }

// State is where a dossier stands.
type State string

// The states.
const (
	Draft     State = "draft"
	Filed     State = "filed"
	Cancelled State = "cancelled" // taken out by the office for untrue material (C99)
)

// Section is a part of the draft that is counted by itself.
type Section string

// The sections.
const (
	Self    Section = "self"    // self-assessment
	Words   Section = "report"  // report
	Profile Section = "profile" // project, leader, plan
)

// Touch is the last change of one field: who made it, when, and at which count of
// its section's edits.
type Touch struct {
	Edit int       `json:"edit"`
	By   string    `json:"by"`
	At   time.Time `json:"at"`
}

// Dossier is one unit's application on one track of one round. Version counts
// all its changes, Edits those of each section.
type Dossier struct {
	Key
	Version      int                             `json:"version"`
	Edits        map[Section]int                 `json:"edits"`
	State        State                           `json:"state"`
	Project      roster.Project                  `json:"project"`            // single track (C22)
	Title        string                          `json:"title"`              // of the single project, in the unit's words
	Criteria     map[indicators.Criterion]string `json:"criteria,omitempty"` // of the single project, in the unit's words (C21)
	Leader       Leader                          `json:"leader"`
	Plan         Plan                            `json:"plan"`
	Declaration  Declaration                     `json:"declaration"`
	Claims       map[indicators.Number]Claim     `json:"claims"`
	Report       map[Part]string                 `json:"report"`
	Exhibits     []Exhibit                       `json:"exhibits"`
	Bin          []Exhibit                       `json:"-"`                  // taken out of the draft, newest last: no part of what is filed
	Touched      map[string]Touch                `json:"touched,omitempty"`  // by form field
	Copied       map[string]ID                   `json:"copied,omitempty"`   // fields that were taken over and not yet looked at, with where from
	Seals        []Seal                          `json:"seals"`              // oldest first; the last one stands while State is Filed
	Formal       []Decision                      `json:"formal,omitempty"`   // of the formal check, oldest first
	Proposed     *Cancellation                   `json:"proposed,omitempty"` // a cancellation that nobody has confirmed yet
	Cancellation Cancellation                    `json:"cancellation"`
	CreatedAt    time.Time                       `json:"created_at"`
	CreatedBy    string                          `json:"created_by"`
}

// New returns an empty draft.
func New(k Key, by string, now time.Time) Dossier {
	return Dossier{
		Key: k, State: Draft, Version: 1, Edits: map[Section]int{}, CreatedAt: now.UTC(), CreatedBy: by,
		Claims: map[indicators.Number]Claim{}, Report: map[Part]string{},
	}
}

// edit lets fields of a section of a draft be changed by someone who saw it at
// the given count of edits. A field that somebody else has saved since is
// refused, so that nobody overwrites what he has not read; other fields of the
// same section never stand in the way.
func (d *Dossier) edit(s Section, seen int, fields []string) error {
	if err := d.open(); err != nil {
		return err
	}
	if seen > d.Edits[s] {
		return fault.New(fault.Conflict, "dossier.conflict")
	}
	var list fault.List
	for _, name := range fields {
		if t := d.Touched[name]; t.Edit > seen {
			list.Add(fault.New(fault.Conflict, "field.conflict", "by", t.By, "at", clockOf(t.At)).At(name))
		}
	}
	return list.Err()
}

// clockOf writes the time of day of a saving, in Asia/Shanghai.
func clockOf(at time.Time) string { return at.In(roster.Shanghai()).Format("15:04:05") }

// Editor is who changes a draft, and when.
type Editor struct {
	By string
	At time.Time
}

// touch notes that fields of a section were changed; they are no longer what was
// taken over from elsewhere.
func (d *Dossier) touch(s Section, by Editor, fields []string) {
	if len(fields) == 0 {
		return
	}
	if d.Edits == nil {
		d.Edits = map[Section]int{}
	}
	if d.Touched == nil {
		d.Touched = map[string]Touch{}
	}
	d.Edits[s]++
	for _, name := range fields {
		d.Touched[name] = Touch{Edit: d.Edits[s], By: by.By, At: by.At.UTC()}
		delete(d.Copied, name)
	}
}

// open refuses a change of anything but a draft.
func (d *Dossier) open() error {
	switch d.State {
	case Draft:
		return nil
	case Cancelled:
		return fault.New(fault.Conflict, "dossier.cancelled")
	case Filed:
		return fault.New(fault.Conflict, "dossier.sealed")
	}
	return fault.New(fault.Conflict, "dossier.sealed")
}
