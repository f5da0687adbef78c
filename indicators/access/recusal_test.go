package access_test

import (
	"testing"

	"minyi/indicators/access"
)

// TestC96AnAssessorCannotSignInFromAnApplicantsSession: neither an assessor nor an
// inspector is entered in a browser in which an applicant is signed in; anybody
// else is, and after signing out they are.
func TestC96AnAssessorCannotSignInFromAnApplicantsSession(t *testing.T) {
	t.Parallel()
	h := open(t)
	for name, role := range map[string]access.Role{"zhang": access.Assessor, "wang": access.Inspector, "liu": access.Office} {
		h.add(t, access.New{Name: name, Role: role, Password: good})
	}
	applicant := access.Actor{Name: "xixia", Role: access.Applicant, Unit: "640105"}
	for _, c := range []struct {
		name string
		from access.Actor
		code string
	}{
		{"zhang", applicant, "login.applicant"},
		{"wang", applicant, "login.applicant"},
		{"liu", applicant, ""},
		{"zhang", access.Actor{Name: "liu", Role: access.Office}, ""},
		{"zhang", access.Actor{}, ""},
	} {
		in, err := h.Enter(t.Context(), access.Try{From: c.from, Name: c.name, Password: good, Network: "n"})
		if c.code == "" && (err != nil || in.Secret == "") || c.code != "" && (!is(err, c.code) || in.Secret != "") {
			t.Errorf("%s from the session of %q: got %v", c.name, c.from.Role, err)
		}
	}
	_, err := h.Add(t.Context(), access.Command("test"), access.New{Name: "double", Role: access.Assessor, Unit: "640105", Password: good})
	if !is(err, "account.applicant") {
		t.Errorf("an assessor of an applicant's unit: got %v", err)
	}
}
