package contact

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"minyi/indicators/fault"
)

// Case is one link with a telephone number, and what became of the calls. All of
// it is personal: it is stored encrypted only and never logged.
type Case struct {
	Serial   uint32    `json:"-"` // of the one-time link
	Version  int       `json:"-"` // counts changes, against lost updates
	Phone    string    `json:"phone"`
	Name     string    `json:"name,omitempty"`
	Place    string    `json:"place,omitempty"`
	Attempts []Attempt `json:"attempts,omitempty"` // the oldest first
	Checks   []Check   `json:"checks,omitempty"`   // of the interview, by other people
	Opened   string    `json:"opened,omitempty"`   // who opened the questionnaire last
	Sent     string    `json:"sent,omitempty"`     // who sent it
}

// Attempt is one call. Again is an appointment, zero for none. Of an interview
// neither time nor length is kept: with them whoever holds all keys would find its
// answer by day, place and length.
type Attempt struct {
	At    time.Time `json:"at,omitzero"`
	By    string    `json:"by"`
	Code  Code      `json:"code"`
	Again time.Time `json:"again,omitzero"`
	Note  string    `json:"note,omitempty"`
}

// Finding is what a verifying call found.
type Finding string

// The findings of a verifying call.
const (
	Confirmed Finding = "confirmed" // there was such an interview
	Unreached Finding = "unreached" // to be called again
	Mismatch  Finding = "mismatch"  // there was none, another person or not the whole questionnaire
)

// Check is one verifying call.
type Check struct {
	At      time.Time `json:"at"`
	By      string    `json:"by"`
	Finding Finding   `json:"finding"`
	Note    string    `json:"note,omitempty"`
}

const (
	maxNote    = 200
	mostDigits = 6 // in a row, in a note
	maxChecks  = 6
)

// CheckNote refuses with contact.note (parameter max) a note that is too long,
// and with contact.personal one in which a number stands that can name somebody:
// seven digits or more in a row, with or without separators.
func CheckNote(note string) error {
	if utf8.RuneCountInString(note) > maxNote || !utf8.ValidString(note) {
		return fault.New(fault.Invalid, "contact.note", "max", "200").At("note")
	}
	run := 0
	for _, r := range note {
		switch {
		case unicode.IsDigit(r):
			run++
		case !strings.ContainsRune("- ().", r):
			run = 0
		}
		if run > mostDigits {
			return fault.New(fault.Invalid, "contact.personal").At("note")
		}
	}
	return nil
}

// Log adds a call to a case. answered is whether the link is spent: an interview
// is one only when the caller opened the questionnaire and its sheet came. It
// refuses with contact.code, contact.sent (an interview without a sheet),
// contact.unsent (the caller sent the sheet, and says that nobody was there),
// contact.appointment (one that is past, at an hour at which nobody is called, or
// after the last day) and what CheckNote refuses.
func (c *Case) Log(a Attempt, r Rules, answered bool, end time.Time) error {
	d, err := Find(a.Code)
	if err != nil {
		return err
	}
	if !a.agrees(d, r, end) {
		return fault.New(fault.Invalid, "contact.appointment").At("again")
	}
	switch {
	case d.Interviewed() && (!answered || c.Opened != a.By):
		return fault.New(fault.Conflict, "contact.sent").At("code")
	case c.Sent == a.By && !d.fromSheet():
		return fault.New(fault.Conflict, "contact.unsent").At("code")
	}
	if err := CheckNote(a.Note); err != nil {
		return err
	}
	if d.Interviewed() {
		a.At = time.Time{}
	}
	c.Attempts = append(c.Attempts, a)
	return nil
}

// agrees reports whether the appointment of a call, if there is one, can be kept.
func (a Attempt) agrees(d Disposition, r Rules, end time.Time) bool {
	return a.Again.IsZero() || a.Again.After(a.At) && r.Allows(a.Again) && a.Again.Before(end) && !d.Final
}

// Verify adds a verifying call. It refuses with contact.verify.none a case that
// nobody interviewed, with contact.verify.own the interviewer, with
// contact.verify.done a case that is settled, and with contact.finding an unknown
// finding.
func (c *Case) Verify(k Check) error {
	who := c.Interviewer()
	switch {
	case who == "":
		return fault.New(fault.Conflict, "contact.verify.none")
	case who == k.By:
		return fault.New(fault.Conflict, "contact.verify.own")
	case c.Settled():
		return fault.New(fault.Conflict, "contact.verify.done")
	case k.Finding != Confirmed && k.Finding != Unreached && k.Finding != Mismatch:
		return fault.New(fault.Invalid, "contact.finding").At("finding")
	}
	if err := CheckNote(k.Note); err != nil {
		return err
	}
	c.Checks = append(c.Checks, k)
	return nil
}

// Interviewer is who interviewed, empty where nobody did.
func (c *Case) Interviewer() string {
	for _, a := range c.Attempts {
		if d, err := Find(a.Code); err == nil && d.Interviewed() {
			return a.By
		}
	}
	return ""
}

// Settled reports whether the verification of a case is over: found out, or given
// up after six calls.
func (c *Case) Settled() bool {
	for _, k := range c.Checks {
		if k.Finding != Unreached {
			return true
		}
	}
	return len(c.Checks) >= maxChecks
}

// Outcome is the disposition of a case by all its calls: an interview before a
// person who is not eligible, that before a refusal, another reason, nobody there,
// and what is unknown; of equals the last one. A case without a call is NotTried.
func (c *Case) Outcome() Disposition {
	best := Disposition{Code: NotTried, Class: UnknownHome}
	for _, a := range c.Attempts {
		if d, err := Find(a.Code); err == nil && d.weight() >= best.weight() {
			best = d
		}
	}
	return best
}

// appointment is the time that was agreed on in the last call, zero for none.
func (c *Case) appointment() time.Time {
	if len(c.Attempts) == 0 {
		return time.Time{}
	}
	return c.Attempts[len(c.Attempts)-1].Again
}

// refusals counts the calls that were refused, and who made the last of them.
func (c *Case) refusals() (n int, by string) {
	for _, a := range c.Attempts {
		if d, err := Find(a.Code); err == nil && d.Class == Refused {
			n, by = n+1, a.By
		}
	}
	return n, by
}

// Ended reports whether a case that was not answered is called no more.
func (c *Case) Ended(r Rules) bool {
	for _, a := range c.Attempts {
		if d, err := Find(a.Code); err == nil && d.Final {
			return true
		}
	}
	if !c.appointment().IsZero() {
		return false
	}
	refused, _ := c.refusals()
	if refused > 1 || refused == 1 && !r.Convert {
		return true
	}
	return len(c.Attempts) >= r.Attempts
}
