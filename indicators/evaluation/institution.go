package evaluation

import (
	"slices"
	"strings"
	"time"

	"minyi/indicators/access"
	"minyi/indicators/evidence"
	"minyi/indicators/fault"
	"minyi/indicators/roster"
)

// InstitutionKind is what an evaluator is (C27).
type InstitutionKind string

// The kinds of evaluators: the notice names three of institutions and says
// "and others", and groups of experts that the office forms itself.
const (
	Research     InstitutionKind = "research"     // 科研院校
	Professional InstitutionKind = "professional" // 专业机构
	Social       InstitutionKind = "social"       // 社会组织
	ThirdParty   InstitutionKind = "third-party"  // 其他第三方机构
	ExpertGroup  InstitutionKind = "expert-group" // 组织专家成立的评估组
)

// InstitutionKinds returns the kinds in the order of the notice.
func InstitutionKinds() []InstitutionKind {
	return []InstitutionKind{Research, Professional, Social, ThirdParty, ExpertGroup}
}

// Ending is when, by whom and why something came to its end.
type Ending struct {
	At     time.Time `json:"at"`
	By     string    `json:"by"`
	Code   string    `json:"code,omitempty"` // what kind of end, where there are several
	Reason string    `json:"reason"`
}

// Institution is an evaluator with the record of its appointment.
type Institution struct {
	Name     string          `json:"name"` // as on the accounts of its assessors
	Kind     InstitutionKind `json:"kind"`
	Contract string          `json:"contract"` // number of the contract or appointment
	Date     roster.Date     `json:"date,omitzero"`
	Scope    string          `json:"scope,omitempty"`
	Term     roster.Window   `json:"term,omitzero"`  // of the appointment; zero: the round
	Scan     evidence.File   `json:"scan,omitzero"`  // of the contract
	Lead     string          `json:"lead,omitempty"` // account that signs the institution's opinion
	Ended    *Ending         `json:"ended,omitempty"`
	Round    int             `json:"round"`
	Version  int             `json:"version"` // counts its changes
	AddedAt  time.Time       `json:"added_at"`
	AddedBy  string          `json:"added_by"`
}

// InstitutionState is where an appointment stands.
type InstitutionState string

// The states.
const (
	TermPending InstitutionState = "pending" // its term has not begun
	TermActive  InstitutionState = "active"
	TermExpired InstitutionState = "expired" // its term is over
	TermEnded   InstitutionState = "ended"   // the office has ended it
)

// State returns where the appointment stands at that moment.
func (i Institution) State(now time.Time) InstitutionState {
	switch {
	case i.Ended != nil:
		return TermEnded
	case i.Term == roster.Window{}:
		return TermActive
	case !i.Term.Began(now):
		return TermPending
	case i.Term.Over(now):
		return TermExpired
	}
	return TermActive
}

// Check refuses an institution without name, kind or contract, and a term that
// ends before it begins.
func (i Institution) Check() error {
	var list fault.List
	checkText(&list, "name", i.Name, longestName)
	checkText(&list, "contract", i.Contract, longestName)
	checkText(&list, "scope", i.Scope, longestReason)
	if strings.TrimSpace(i.Name) == "" {
		list.Add(fault.New(fault.Invalid, "institution.name").At("name"))
	}
	if strings.TrimSpace(i.Contract) == "" {
		list.Add(fault.New(fault.Invalid, "institution.contract").At("contract"))
	}
	if !slices.Contains(InstitutionKinds(), i.Kind) {
		list.Add(fault.New(fault.Invalid, "institution.kind").At("kind"))
	}
	if from, to := i.Term.From, i.Term.To; from.IsZero() != to.IsZero() || to.Before(from) {
		list.Add(fault.New(fault.Invalid, "institution.term").At("to"))
	}
	return list.Err()
}

// Speciality is what an assessor knows well: an indicator system, or a field of
// single projects.
type Speciality string

// Specialities returns everything that can be chosen.
func Specialities() []Speciality {
	out := []Speciality{"areas", "departments"}
	for _, f := range roster.Fields() {
		out = append(out, Speciality(f))
	}
	return out
}

// Member is an assessor of an institution in a round. Who is not recorded but
// whose account names an appointed institution is a member of it too, without
// particulars.
type Member struct {
	Round       int             `json:"round"`
	Account     string          `json:"account"`
	Institution string          `json:"institution"`
	Title       string          `json:"title"`
	Speciality  []Speciality    `json:"speciality"`
	Employer    string          `json:"employer"`  // in words
	Workplace   roster.UnitCode `json:"workplace"` // the unit of the register that employs the assessor, else empty
	Capacity    int             `json:"capacity"`  // dossiers at most; 0: as the round sets it
	Left        *Ending         `json:"left,omitempty"`
	Version     int             `json:"version"` // 0: not recorded
	AddedAt     time.Time       `json:"added_at"`
	AddedBy     string          `json:"added_by"`
}

// Check refuses particulars that are too long or unknown.
func (m Member) Check() error {
	var list fault.List
	checkText(&list, "title", m.Title, longestName)
	checkText(&list, "employer", m.Employer, longestName)
	for _, x := range m.Speciality {
		if !slices.Contains(Specialities(), x) {
			list.Add(fault.New(fault.Invalid, "member.speciality").At("speciality"))
			break
		}
	}
	if m.Capacity < 0 || m.Capacity > mostDossiers {
		list.Add(fault.New(fault.Invalid, "member.capacity", "most", itoa(mostDossiers)).At("capacity"))
	}
	return list.Err()
}

const mostDossiers = 200

// Exclusion is why a person must not mark or decide on a unit; empty where
// nothing stands against it.
type Exclusion string

// The exclusions.
const (
	NoExclusion  Exclusion = ""
	Declared     Exclusion = "conflict"    // the person declared an interest (C95)
	NotDeclared  Exclusion = "undeclared"  // nothing is declared yet (C95)
	Employed     Exclusion = "employed"    // the unit employs the person
	Superior     Exclusion = "superior"    // the unit's superior employs the person
	Subordinate  Exclusion = "subordinate" // a unit under this one employs the person
	NotAppointed Exclusion = "institution" // the institution's appointment does not hold
	NoLonger     Exclusion = "left"        // the person has left the institution
	SameHouse    Exclusion = "same"        // another assessor of the dossier is of the same institution
	AlreadyThere Exclusion = "there"       // marks the dossier already
	NoRoom       Exclusion = "full"        // has as many dossiers as the person may have
	OtherAccount Exclusion = "person"      // the same person marks under another account (S14)
	Nobody       Exclusion = "unnamed"     // nobody has said whose the account is (S14)
)

// employment is the conflict that lies in a person's workplace: the unit itself,
// its superior, or one under it. The notice asks for recusal only; that whoever is
// paid by a unit or by its superior has an interest in it is our reading, and
// that whoever is paid by one under it has, too.
func (m Member) employment(u, at roster.Unit) Exclusion {
	switch {
	case m.Workplace == "":
		return NoExclusion
	case m.Workplace == u.Code:
		return Employed
	case u.Parent != "" && m.Workplace == u.Parent:
		return Superior
	case at.Parent != "" && at.Parent == u.Code:
		return Subordinate
	}
	return NoExclusion
}

// misfit is 0 where the member knows well what the dossier is about, 1 where the
// record does not say, and 2 where it says something else.
func (m Member) misfit(u roster.Unit, track roster.Track, field roster.Field) int {
	about := Speciality("areas")
	switch {
	case track == roster.Single:
		about = Speciality(field)
	case u.Kind == roster.Bureau:
		about = "departments"
	}
	switch {
	case len(m.Speciality) == 0:
		return 1
	case slices.Contains(m.Speciality, about):
		return 0
	}
	return 2
}

// mayMark refuses an account that can never be an assessor's: of another role,
// closed, or of an applicant's unit (C96).
func mayMark(a access.Account) error {
	if a.Role != access.Assessor || a.Disabled || a.Unit != "" {
		return fault.New(fault.Invalid, "assignment.assessor").At("assessor")
	}
	return nil
}
