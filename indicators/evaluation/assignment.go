// Package evaluation is the third party's work: which assessor reads which
// sealed dossier, the declaration of interests before it is opened, the score
// sheet with a mark and a reason for each indicator, a third sheet where two lie
// too far apart, and the finding that goes to the scorebook. It never learns
// what the residents' survey found (C29), and no assessor sees another's sheet.
package evaluation

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"minyi/indicators/application"
	"minyi/indicators/fault"
)

// Interest is what an assessor declared about a unit (C95).
type Interest string

// The declarations.
const (
	Undeclared Interest = ""
	Clear      Interest = "clear"    // no interest in the unit
	Conflicted Interest = "conflict" // has one, and stands back
)

// Declaration is a declaration of interests with its time.
type Declaration struct {
	Interest Interest  `json:"interest"`
	Text     string    `json:"text"` // what the interest is
	At       time.Time `json:"at"`
}

// Assignment gives one dossier to one assessor.
type Assignment struct {
	Dossier     application.Key `json:"dossier"`
	Assessor    string          `json:"assessor"` // account name
	Institution string          `json:"institution"`
	Arbiter     bool            `json:"arbiter"` // the third one, called when two sheets lie too far apart
	Version     int             `json:"version"`
	AssignedAt  time.Time       `json:"assigned_at"`
	AssignedBy  string          `json:"assigned_by"`
	Ended       *Ending         `json:"ended,omitempty"` // taken away: the sheet is kept and does not count
	Declaration Declaration     `json:"declaration"`
	Sheet       Sheet           `json:"sheet"`
}

// Object names the assignment in the trail.
func (a *Assignment) Object() string {
	return "evaluation/" + string(a.Dossier.ID()) + "/" + a.Assessor
}

// Counts reports whether the assignment may still bring a sheet: whoever has
// declared a conflict stands back, and what was taken away counts no more.
func (a *Assignment) Counts() bool { return a.Ended == nil && a.Declaration.Interest != Conflicted }

// Begun reports whether the sheet holds work, so that a new plan leaves it alone.
func (a *Assignment) Begun() bool { return a.Sheet.Edits > 0 || a.Sheet.Submitted() }

// gone reports whether the assignment was given to somebody else: then it looks as
// if it had never been. Who stood back is told so.
func (a *Assignment) gone() bool { return a.Ended != nil && a.Ended.Code != endConflict }

// How an assignment ends.
const (
	endConflict  = "conflict"  // a conflict of interests was declared or recorded
	endReplanned = "replanned" // a confirmed plan gave the dossier to somebody else
)

// open reports whether the assessor may go on with the sheet.
func (a *Assignment) open() bool { return a.ready() == nil && !a.Sheet.Submitted() }

// ready refuses work on a dossier before the declaration and after a conflict.
func (a *Assignment) ready() error {
	if a.Ended != nil {
		return fault.New(fault.Forbidden, "interest.conflict")
	}
	switch a.Declaration.Interest {
	case Clear:
		return nil
	case Conflicted:
		return fault.New(fault.Forbidden, "interest.conflict")
	case Undeclared:
		return fault.New(fault.Forbidden, "interest.undeclared")
	}
	return fault.New(fault.Forbidden, "interest.undeclared")
}

const (
	longestName    = 80
	longestReason  = 500
	longestOpinion = 2000
)

// checkText refuses broken encoding, control and direction marks and too many
// characters.
func checkText(list *fault.List, field, s string, most int) {
	marks := strings.ContainsFunc(s, func(r rune) bool {
		return r != '\n' && r != '\r' && r != '\t' && (unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r))
	})
	switch {
	case !utf8.ValidString(s):
		list.Add(fault.New(fault.Invalid, "text.encoding").At(field))
	case marks:
		list.Add(fault.New(fault.Invalid, "text.marks").At(field))
	case utf8.RuneCountInString(s) > most:
		list.Add(fault.New(fault.Invalid, "text.long", "most", itoa(most)).At(field))
	}
}
