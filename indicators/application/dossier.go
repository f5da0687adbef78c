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

// Section is a part of the draft that is saved by itself, so that two people
// who work on different parts do not stand in each other's way.
type Section string

// The sections.
const (
	Self    Section = "self"    // self-assessment
	Words   Section = "report"  // report
	Profile Section = "profile" // project, leader, declaration
)

// Leader is the first person responsible (第一责任人, C06).
type Leader struct {
	Name string `json:"name"`
	Post string `json:"post"`
}

// Declaration is the unit's word that all is true (C98).
type Declaration struct {
	At time.Time `json:"at"`
	By string    `json:"by"` // account; empty while nothing is declared
}

// Made reports whether the declaration stands.
func (d Declaration) Made() bool { return d.By != "" }

// Dossier is one unit's application on one track of one round. Version counts
// all its changes, Edits those of each section.
type Dossier struct {
	Key
	Version      int                         `json:"version"`
	Edits        map[Section]int             `json:"edits"`
	State        State                       `json:"state"`
	Project      roster.Project              `json:"project"` // single track (C22)
	Title        string                      `json:"title"`   // of the single project, in the unit's words
	Leader       Leader                      `json:"leader"`
	Declaration  Declaration                 `json:"declaration"`
	Claims       map[indicators.Number]Claim `json:"claims"`
	Report       map[Part]string             `json:"report"`
	Exhibits     []Exhibit                   `json:"exhibits"`
	Seals        []Seal                      `json:"seals"` // oldest first; the last one stands while State is Filed
	Cancellation Cancellation                `json:"cancellation"`
	CreatedAt    time.Time                   `json:"created_at"`
	CreatedBy    string                      `json:"created_by"`
}

// New returns an empty draft.
func New(k Key, by string, now time.Time) Dossier {
	return Dossier{
		Key: k, State: Draft, Version: 1, Edits: map[Section]int{}, CreatedAt: now.UTC(), CreatedBy: by,
		Claims: map[indicators.Number]Claim{}, Report: map[Part]string{},
	}
}

// edit lets a section of a draft be changed by someone who saw it at the given
// count of edits; somebody else's saving in between is refused with
// dossier.conflict, so that nobody overwrites what he has not read.
func (d *Dossier) edit(s Section, seen int) error {
	if err := d.open(); err != nil {
		return err
	}
	if d.Edits[s] != seen {
		return fault.New(fault.Conflict, "dossier.conflict")
	}
	if d.Edits == nil {
		d.Edits = map[Section]int{}
	}
	d.Edits[s]++
	return nil
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

// Head is what a unit says of itself beside indicators and report.
type Head struct {
	Project  roster.Project
	Title    string
	Leader   Leader
	Declared bool
}

const (
	longestTitle = 60
	longestName  = 40
	longestPost  = 80
)

// SetProfile changes project, leader and declaration. Empty fields are fine in
// a draft.
func (d *Dossier) SetProfile(seen int, h Head, by string, now time.Time) error {
	var list fault.List
	checkText(&list, "title", h.Title, longestTitle, line)
	checkText(&list, "leader_name", h.Leader.Name, longestName, line)
	checkText(&list, "leader_post", h.Leader.Post, longestPost, line)
	if d.Track == roster.Single && h.Project != (roster.Project{}) {
		checkText(&list, "project_text", h.Project.Text, longestTitle, line)
		list = append(list, projectFaults(h.Project)...)
	}
	if err := list.Err(); err != nil {
		return err
	}
	if err := d.edit(Profile, seen); err != nil {
		return err
	}
	if d.Track == roster.Single {
		d.Project, d.Title = h.Project, h.Title
	}
	d.Leader = h.Leader
	switch {
	case !h.Declared:
		d.Declaration = Declaration{}
	case !d.Declaration.Made():
		d.Declaration = Declaration{At: now.UTC(), By: by}
	}
	return nil
}

// projectFaults checks a project and names its fields as the form does.
func projectFaults(p roster.Project) []*fault.Refusal {
	out := fault.All(p.Check())
	for _, r := range out {
		r.Field = "project_" + r.Field
	}
	return out
}
