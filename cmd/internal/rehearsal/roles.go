package rehearsal

import "fmt"

// Account is one way in to the server that is played on.
type Account struct {
	Role        string `json:"role"`
	Name        string `json:"name"`
	Password    string `json:"password"`
	Unit        string `json:"unit,omitempty"`        // code of the unit that an applicant acts for
	Institution string `json:"institution,omitempty"` // of an assessor, an inspector or the agency
}

// The evaluator and the agency of the rehearsal, plainly made up.
const (
	evaluator    = "第三方评估机构（演练）"
	surveyAgency = "社情民意调查中心（演练）"
)

// Person is whose the account is: of staff each account is somebody else's; of
// applicants nobody says it.
func (a Account) Person() string {
	if a.Unit != "" {
		return ""
	}
	return "rehearsal " + a.Name
}

// Roles returns the accounts that a rehearsal needs, without passwords: two each
// of office, agency and assessor, one of every other role, and one for each of
// the twelve applicants.
func Roles() []Account {
	var out []Account
	for _, r := range []struct {
		role, institution string
		n                 int
	}{
		{"office", "", 2},
		{"agency", surveyAgency, 2},
		{"assessor", evaluator, 2},
		{"interviewer", surveyAgency, 1},
		{"inspector", evaluator, 1},
		{"sysadmin", "", 1},
		{"secadmin", "", 1},
		{"auditor", "", 1},
	} {
		for n := range r.n {
			out = append(out, Account{Role: r.role, Name: fmt.Sprintf("%s%d", r.role, n+1), Institution: r.institution})
		}
	}
	for _, c := range applicants() {
		out = append(out, Account{Role: "applicant", Name: "applicant-" + string(c.code), Unit: string(c.code)})
	}
	return out
}
