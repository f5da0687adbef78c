package access_test

import (
	"bytes"
	"os"
	"testing"

	"minyi/indicators/access"
	"minyi/indicators/fault"
)

// Two accounts are of two people only where somebody has said so: one account twice, two
// accounts of one person (whatever way the person was written) and an account of nobody
// named are refused (S14).
func TestS14TwoAccountsOfOnePersonAreOnePerson(t *testing.T) {
	t.Parallel()
	h := open(t)
	for name, person := range map[string]string{"li": "A-0127", "li2": " ａ 0127", "ma": "A-0128", "old": ""} {
		h.add(t, access.New{Name: name, Role: access.Office, Person: person, Password: good})
	}
	for _, c := range []struct{ first, second, want string }{
		{"li", "li", "people.same"},
		{"LI", "li", "people.same"},
		{"li", "li2", "people.same"},
		{"li2", "li", "people.same"},
		{"li", "old", "people.unnamed"},
		{"old", "li", "people.unnamed"},
		{"old", "old", "people.same"},
		{"li", "ma", ""},
		{"ma", "li2", ""},
		{"command x", "li", ""},
		{"", "li", ""},
	} {
		second, err := access.Actor{Name: c.second, Role: access.Office}.Second(t.Context(), h.store)
		if err != nil {
			t.Fatal(err)
		}
		if err := second.Apart(c.first); c.want == "" && err != nil || c.want != "" && !is(err, c.want) {
			t.Errorf("%q, then %q: got %v, want %s", c.first, c.second, err, c.want)
		}
	}
	if err := h.SetPerson(t.Context(), access.Command("x"), "old", "A-0129"); err != nil {
		t.Fatal(err)
	}
	second, err := access.Actor{Name: "old", Role: access.Office}.Second(t.Context(), h.store)
	if err != nil || second.Apart("li") != nil {
		t.Errorf("named afterwards: got %v, %v, want none", err, second.Apart("li"))
	}
}

// Of whose an account is, nothing but a keyed digest is kept, and the trail does not have
// it either.
func TestS14WhoseAnAccountIsIsKeptAsADigest(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.add(t, access.New{Name: "li", Role: access.Office, Person: "STAFF-NUMBER-7731", Password: good})
	if err := h.SetPerson(t.Context(), access.Command("x"), "li", "STAFF-NUMBER-7732"); err != nil {
		t.Fatal(err)
	}
	for _, file := range []string{h.path, h.path + "-wal"} {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if raw = bytes.ToLower(raw); bytes.Contains(raw, []byte("staff-number")) || bytes.Contains(raw, []byte("staffnumber")) {
			t.Errorf("%s holds the staff number", file)
		}
	}
}

// The security administrator names the person of every account of staff, and of none of
// an applicant; the three administrators are three people who do nothing else (S13).
func TestS13AndS14PeopleAreNamedByTheSecurityAdministrator(t *testing.T) {
	t.Parallel()
	h := open(t)
	sec := access.Actor{Name: "sec", Role: access.Secadmin}
	h.add(t, access.New{Name: "sec", Role: access.Secadmin, Person: "1", Password: good})
	h.add(t, access.New{Name: "office", Role: access.Office, Person: "2", Password: good})
	h.add(t, access.New{Name: "unit", Role: access.Applicant, Unit: "640100", Password: good})
	add := func(n access.New) error {
		n.Password = good
		_, err := h.Add(t.Context(), sec, n)
		return err
	}
	for name, c := range map[string]struct {
		err  error
		want string
	}{
		"staff without":               {add(access.New{Name: "a", Role: access.Office}), "people.needed"},
		"a bidirectional mark":        {add(access.New{Name: "a", Role: access.Office, Person: "1\u202e2"}), "people.name"},
		"spaces only":                 {add(access.New{Name: "a", Role: access.Office, Person: " - "}), "people.name"},
		"an applicant with":           {add(access.New{Name: "a", Role: access.Applicant, Unit: "640104", Person: "9"}), "people.applicant"},
		"two administrators":          {add(access.New{Name: "a", Role: access.Auditor, Person: "1"}), "account.apart"},
		"administrator and office":    {add(access.New{Name: "a", Role: access.Sysadmin, Person: "2"}), "account.apart"},
		"office and administrator":    {add(access.New{Name: "a", Role: access.Agency, Person: "1"}), "account.apart"},
		"named to be the same":        {h.SetPerson(t.Context(), sec, "office", "1"), "account.apart"},
		"the own account":             {h.SetPerson(t.Context(), sec, "SEC", "3"), "account.own"},
		"of an applicant":             {h.SetPerson(t.Context(), sec, "unit", "3"), "people.applicant"},
		"empty":                       {h.SetPerson(t.Context(), sec, "office", ""), "people.needed"},
		"by the system administrator": {h.SetPerson(t.Context(), access.Actor{Name: "x", Role: access.Sysadmin}, "office", "3"), "access.role"},
	} {
		if !is(c.err, c.want) {
			t.Errorf("%s: got %v, want %s", name, c.err, c.want)
		}
	}
	if err := h.Disable(t.Context(), access.Command("x"), "office", true); err != nil {
		t.Fatal(err)
	}
	if err := add(access.New{Name: "auditor", Role: access.Auditor, Person: "2"}); err != nil {
		t.Errorf("somebody whose other account is closed: got %v, want none", err)
	}
	if err := h.Disable(t.Context(), access.Command("x"), "office", false); !is(err, "account.apart") {
		t.Errorf("opened again: got %v, want account.apart", err)
	}
	if kind := fault.KindOf(h.Disable(t.Context(), access.Command("x"), "unit", true)); kind != 0 {
		t.Errorf("another account: got %v, want none", kind)
	}
}
