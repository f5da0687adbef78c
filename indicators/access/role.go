package access

import (
	"slices"

	"minyi/indicators/fault"
)

// Role is what an account is for. An account has exactly one.
type Role string

// The roles. The three administrators are kept apart (三员分立): none of them
// does any business, and none does another's work.
const (
	Office      Role = "office"      // 办: the office for law-based governance
	Agency      Role = "agency"      // the statistics agency
	Interviewer Role = "interviewer" // 访员: calls residents for the agency and sees the calls only
	Assessor    Role = "assessor"    // marks for the third-party evaluator
	Inspector   Role = "inspector"   // member of an on-site verification team
	Applicant   Role = "applicant"   // 申报单位
	Sysadmin    Role = "sysadmin"    // 系统管理员
	Secadmin    Role = "secadmin"    // 安全管理员
	Auditor     Role = "auditor"     // 审计管理员
)

// Roles returns every role, in the order in which people read them.
func Roles() []Role {
	return []Role{Office, Agency, Interviewer, Assessor, Inspector, Applicant, Sysadmin, Secadmin, Auditor}
}

// ParseRole returns the role of that name, or a refusal.
func ParseRole(s string) (Role, error) {
	if !slices.Contains(Roles(), Role(s)) {
		return "", fault.New(fault.Invalid, "account.role").At("role")
	}
	return Role(s), nil
}

// Actor is somebody who acts: an account within a session, or a command run on
// the machine itself.
type Actor struct {
	Name        string // account name; unique
	Role        Role
	Unit        string // the unit an applicant acts for, else empty
	Institution string // the evaluator or agency that the account belongs to, else empty
}

// Command is the actor for something done by a command on the server itself.
func Command(name string) Actor { return Actor{Name: "command " + name, Role: "command"} }

// Anonymous reports whether nobody is signed in.
func (a Actor) Anonymous() bool { return a.Name == "" }

// Require refuses unless the actor has one of the roles: deny by default.
func (a Actor) Require(roles ...Role) error {
	if slices.Contains(roles, a.Role) {
		return nil
	}
	return fault.New(fault.Forbidden, "access.role")
}
