package contact

import (
	"slices"

	"minyi/indicators/fault"
)

// Code is a disposition of AAPOR's Standard Definitions (10th edition, 2023), as
// of telephone surveys.
type Code string

// The codes with a rule of their own.
const (
	Complete    Code = "1.1"
	Partial     Code = "1.2"
	Refusal     Code = "2.112" // by the drawn person
	HomeRefusal Code = "2.111" // by somebody else of the household
	BreakOff    Code = "2.12"
	Absent      Code = "2.21" // eligible, never available; with an appointment: call again then
	Busy        Code = "3.12"
	NotTried    Code = "3.11"
)

// Class is the letter under which a disposition enters the rates.
type Class string

// The classes of the Standard Definitions.
const (
	Interview    Class = "I"
	PartIn       Class = "P"
	Refused      Class = "R" // refusal and break-off
	NonContact   Class = "NC"
	Other        Class = "O"  // eligible, not interviewed for another reason
	UnknownHome  Class = "UH" // not known whether there is a household behind
	UnknownOther Class = "UO" // not known whether the person is eligible
	Ineligible   Class = "NE"
)

// Disposition is what is known of a code.
type Disposition struct {
	Code  Code
	Class Class
	Final bool // no further call follows, whatever the rules allow
	Spoke bool // somebody was reached who can be called back
	Line  bool // says something about the number, not about the person
}

// Dispositions lists the codes that an interviewer may choose, in their order.
func Dispositions() []Disposition {
	return []Disposition{
		{Code: Complete, Class: Interview, Final: true},
		{Code: Partial, Class: PartIn, Final: true},
		{Code: HomeRefusal, Class: Refused, Spoke: true},
		{Code: Refusal, Class: Refused, Spoke: true},
		{Code: BreakOff, Class: Refused, Spoke: true},
		{Code: Absent, Class: NonContact, Spoke: true},
		{Code: "2.221", Class: NonContact},                         // answering device of the household, no message left
		{Code: "2.222", Class: NonContact},                         // the same, message left
		{Code: "2.31", Class: Other, Final: true},                  // dead
		{Code: "2.32", Class: Other, Final: true},                  // physically or mentally unable
		{Code: "2.331", Class: Other, Final: true},                 // language of the household
		{Code: "2.332", Class: Other, Final: true},                 // language of the person
		{Code: "2.35", Class: Other},                               // sound too bad to go on
		{Code: "2.36", Class: Other, Spoke: true},                  // place or activity does not allow an interview
		{Code: "2.90", Class: Other, Final: true},                  // another reason
		{Code: Busy, Class: UnknownHome},                           // always busy
		{Code: "3.13", Class: UnknownHome},                         // no answer
		{Code: "3.14", Class: UnknownHome},                         // answering device, not known whose
		{Code: "3.15", Class: UnknownHome},                         // barrier of the network: call blocked
		{Code: "3.16", Class: UnknownHome},                         // technical trouble
		{Code: "3.17", Class: UnknownHome},                         // operator's message that may mean several things
		{Code: "3.21", Class: UnknownOther, Spoke: true},           // not asked far enough to know
		{Code: "3.30", Class: UnknownOther, Spoke: true},           // not known whether the person lives there
		{Code: "3.90", Class: UnknownOther, Final: true},           // another reason
		{Code: "4.10", Class: Ineligible, Final: true},             // outside the sample's area
		{Code: "4.20", Class: Ineligible, Final: true, Line: true}, // fax or data line
		{Code: "4.31", Class: Ineligible, Final: true, Line: true}, // number does not work
		{Code: "4.32", Class: Ineligible, Final: true, Line: true}, // disconnected
		{Code: "4.33", Class: Ineligible, Line: true},              // out of service for a time
		{Code: "4.41", Class: Ineligible, Final: true, Line: true}, // number changed
		{Code: "4.42", Class: Ineligible, Final: true, Line: true}, // forwarded elsewhere
		{Code: "4.50", Class: Ineligible, Final: true, Line: true}, // no household: office, shop, institution
		{Code: "4.70", Class: Ineligible, Final: true},             // no eligible person
		{Code: "4.80", Class: Ineligible, Final: true},             // quota filled
		{Code: "4.90", Class: Ineligible, Final: true},             // another reason
	}
}

// Find returns what is known of a code, or refuses with contact.code.
func Find(code Code) (Disposition, error) {
	list := Dispositions()
	i := slices.IndexFunc(list, func(d Disposition) bool { return d.Code == code })
	if i < 0 {
		return Disposition{}, fault.New(fault.Invalid, "contact.code").At("code")
	}
	return list[i], nil
}

// In returns the class of a disposition in a sample of telephone numbers, or of
// people: a number that does not work is no eligible number, but says nothing
// about a person who was drawn by name or household, and stays unknown.
func (d Disposition) In(numbers bool) Class {
	if d.Line && !numbers {
		return UnknownOther
	}
	return d.Class
}

// Interviewed reports whether the call led to an interview.
func (d Disposition) Interviewed() bool { return d.Class == Interview || d.Class == PartIn }

// fromSheet reports whether a call may end so after its questionnaire was sent: an
// interview, or a sheet that says that the person refuses or is not eligible.
func (d Disposition) fromSheet() bool {
	return d.Interviewed() || d.Class == Refused || d.Class == Ineligible && !d.Line
}

// weight orders the classes of a case's calls: what was learned once is not
// unlearned by a later call that nobody answered.
func (d Disposition) weight() int {
	switch d.Class {
	case Interview, PartIn:
		return 6
	case Ineligible:
		if !d.Line {
			return 5
		}
		return 1
	case Refused:
		return 4
	case Other:
		return 3
	case NonContact:
		return 2
	case UnknownHome, UnknownOther:
	}
	return 0
}
