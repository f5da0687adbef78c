package main

import (
	"bytes"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"

	"minyi/indicators/access"
	"minyi/indicators/fault"
)

// The system, the security and the audit administrator are kept apart (三员分立):
// beside what everybody has for the own account, the first has no page at all, the
// second accounts, the third reads the trail and changes nothing, both read which data are kept; no
// page takes an entry of the trail away, and one account never holds two of the three,
// whatever way it is asked for (S13).
func TestS13ThreeAdministratorsAreApart(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for role, prefixes := range map[access.Role][]string{access.Sysadmin: nil, access.Secadmin: {"/accounts", "/office/privacy"}, access.Auditor: {"/office/trail", "/office/privacy"}} {
		for _, g := range h.grants {
			everybody := len(g.Roles) == 0 || len(g.Roles) >= len(access.Roles())-1 // applicants aside
			if everybody || !slices.Contains(g.Roles, role) {
				continue
			}
			own := slices.ContainsFunc(prefixes, func(p string) bool { return strings.HasPrefix(g.Path, p) })
			if !own || role == access.Auditor && g.Method != http.MethodGet {
				t.Errorf("%s may %s %s", role, g.Method, g.Path)
			}
		}
	}
	for _, g := range h.grants {
		if strings.Contains(g.Path, "/trail") && g.Method != http.MethodGet {
			t.Errorf("%s %s: nobody changes the trail", g.Method, g.Path)
		}
	}
	three := []access.Role{access.Sysadmin, access.Secadmin, access.Auditor}
	for _, first := range three {
		name := "three-" + string(first)
		if _, err := h.access.Add(t.Context(), access.Command("test"), access.New{Name: name, Role: first, Password: testPassword}); err != nil {
			t.Fatal(err)
		}
		for _, second := range three {
			if second == first {
				continue
			}
			if _, err := h.access.Add(t.Context(), access.Command("test"), access.New{Name: strings.ToUpper(name), Role: second, Password: testPassword}); !errors.Is(err, fault.New(fault.Conflict, "account.taken")) {
				t.Errorf("%s added as %s: got %v", name, second, err)
			}
			if err := h.access.Assign(t.Context(), access.Command("test"), name, second, ""); !errors.Is(err, fault.New(fault.Conflict, "account.fixed")) {
				t.Errorf("%s made %s: got %v", name, second, err)
			}
			root := rootCommand()
			root.SetOut(&bytes.Buffer{})
			root.SetErr(&bytes.Buffer{})
			root.SetArgs([]string{"account", "add", " " + name, "--role", string(second), "--data", h.dir})
			if err := root.ExecuteContext(t.Context()); err == nil {
				t.Errorf("the command line gives %s the role %s too", name, second)
			}
		}
	}
	security := access.Actor{Name: "three-secadmin", Role: access.Secadmin}
	for _, err := range []error{h.access.Disable(t.Context(), security, security.Name, true), h.access.Assign(t.Context(), security, "THREE-SECADMIN", access.Office, "")} {
		if !errors.Is(err, fault.New(fault.Conflict, "account.own")) {
			t.Errorf("the own account: got %v", err)
		}
	}
}
