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

// InstitutionKind is what an evaluator is (C27).
type InstitutionKind string

// The kinds of evaluators.
const (
	ThirdParty  InstitutionKind = "third-party"  // 科研院校、专业机构、社会组织
	ExpertGroup InstitutionKind = "expert-group" // 组织专家成立的评估组
)

// InstitutionKinds returns the kinds in the order of the notice.
func InstitutionKinds() []InstitutionKind { return []InstitutionKind{ThirdParty, ExpertGroup} }

// Institution is an evaluator with the record of its appointment.
type Institution struct {
	Name     string          `json:"name"` // as on the accounts of its assessors
	Kind     InstitutionKind `json:"kind"`
	Contract string          `json:"contract"` // number of the contract or appointment
	Round    int             `json:"round"`
	AddedAt  time.Time       `json:"added_at"`
	AddedBy  string          `json:"added_by"`
}

// Check refuses an institution without name, kind or contract.
func (i Institution) Check() error {
	var list fault.List
	checkText(&list, "name", i.Name, longestName)
	checkText(&list, "contract", i.Contract, longestName)
	if strings.TrimSpace(i.Name) == "" {
		list.Add(fault.New(fault.Invalid, "institution.name").At("name"))
	}
	if strings.TrimSpace(i.Contract) == "" {
		list.Add(fault.New(fault.Invalid, "institution.contract").At("contract"))
	}
	if i.Kind != ThirdParty && i.Kind != ExpertGroup {
		list.Add(fault.New(fault.Invalid, "institution.kind").At("kind"))
	}
	return list.Err()
}

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
	Declaration Declaration     `json:"declaration"`
	Sheet       Sheet           `json:"sheet"`
}

// Object names the assignment in the trail.
func (a *Assignment) Object() string {
	return "evaluation/" + string(a.Dossier.ID()) + "/" + a.Assessor
}

// Counts reports whether the assignment may still bring a sheet: whoever has
// declared a conflict stands back.
func (a *Assignment) Counts() bool { return a.Declaration.Interest != Conflicted }

// Declare records the declaration of interests, once (C95).
func (a *Assignment) Declare(i Interest, text string, now time.Time) error {
	if a.Declaration.Interest != Undeclared {
		return fault.New(fault.Conflict, "interest.declared")
	}
	var list fault.List
	checkText(&list, "text", text, longestReason)
	switch {
	case i != Clear && i != Conflicted:
		list.Add(fault.New(fault.Invalid, "interest.choose").At("interest"))
	case i == Conflicted && strings.TrimSpace(text) == "":
		list.Add(fault.New(fault.Invalid, "interest.text").At("text"))
	}
	if err := list.Err(); err != nil {
		return err
	}
	a.Declaration = Declaration{Interest: i, Text: text, At: now.UTC()}
	return nil
}

// ready refuses work on a dossier before the declaration and after a conflict.
func (a *Assignment) ready() error {
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
