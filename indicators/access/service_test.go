package access_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"minyi/indicators/access"
	"minyi/indicators/fault"
	"minyi/indicators/store"
)

const good = "quiet river stone lamp"

type house struct {
	*access.Service
	store *store.Store
	now   time.Time
	path  string
}

func open(t *testing.T) *house {
	t.Helper()
	return openUnder(t, access.Policy{})
}

func (h *house) add(t *testing.T, n access.New) string {
	t.Helper()
	password, err := h.Add(t.Context(), access.Command("account add"), n)
	if err != nil {
		t.Fatal(err)
	}
	return password
}

func is(err error, code string) bool { return errors.Is(err, fault.New(fault.Invalid, code)) }

func TestFreshFolderHasNoAccount(t *testing.T) {
	t.Parallel()
	h := open(t)
	all, err := h.Accounts(t.Context(), access.Command("account list"))
	if err != nil || len(all) != 0 {
		t.Errorf("got %d accounts, %v, want none (S01)", len(all), err)
	}
}

func TestNamesAreOneAfterFolding(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.add(t, access.New{Name: "admin", Role: access.Sysadmin})
	for _, name := range []string{"Admin", "ａｄｍｉｎ", "admin ", "ADMIN"} {
		_, err := h.Add(t.Context(), access.Command("x"), access.New{Name: name, Role: access.Office})
		if !is(err, "account.taken") {
			t.Errorf("%q: got %v, want account.taken (S01)", name, err)
		}
	}
	for _, name := range []string{"", "  ", "a\u202eb", "a\x00b", strings.Repeat("名", 65), "\xff"} {
		_, err := h.Add(t.Context(), access.Command("x"), access.New{Name: name, Role: access.Office})
		if !is(err, "account.name") {
			t.Errorf("%q: got %v, want account.name", name, err)
		}
	}
}

func TestOnlySecurityAdministratorAddsAccounts(t *testing.T) {
	t.Parallel()
	h := open(t)
	for _, role := range access.Roles() {
		_, err := h.Add(t.Context(), access.Actor{Name: "x", Role: role}, access.New{Name: string(role), Role: access.Office, Person: "7"})
		if role == access.Secadmin {
			if err != nil {
				t.Errorf("%s: %v", role, err)
			}
		} else if !is(err, "access.role") {
			t.Errorf("%s: got %v, want access.role", role, err)
		}
	}
}

func TestPasswordRules(t *testing.T) {
	t.Parallel()
	h := open(t)
	for password, want := range map[string]string{
		"short":                    "password.length",
		strings.Repeat("长", 11):    "password.length",
		strings.Repeat("x9A-", 40): "password.length",
		"aaaaaaaaaaaaaaaa":         "password.simple",
		"abcdefghijklmnop":         "password.simple",
		"098765432109":             "password.simple",
		"qwertyuiopasdf":           "password.simple",
		"my name is Wang Fang":     "password.name",
		good:                       "",
		"依法治区办的密码要长一些":             "",
	} {
		_, err := h.Add(t.Context(), access.Command("x"), access.New{Name: "Wang Fang", Role: access.Office, Password: password})
		if want == "" && err != nil && !is(err, "account.taken") || want != "" && !is(err, want) {
			t.Errorf("%q: got %v, want %q (S02)", password, err, want)
		}
	}
}

func TestStoredPasswordIsArgon2id(t *testing.T) {
	t.Parallel()
	h := open(t)
	password := h.add(t, access.New{Name: "li", Role: access.Office})
	a, err := h.store.Account(t.Context(), "li")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(a.Hash, "$argon2id$v=19$m=19456,t=2,p=1$") || strings.Contains(a.Hash, password) {
		t.Errorf("got %q, want Argon2id with its parameters", a.Hash)
	}
	if !a.MustChange {
		t.Error("a one-time password need not be changed")
	}
}

func TestSessionsEnd(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		do   func(*testing.T, *house, string)
	}{
		{"after 30 idle minutes", func(_ *testing.T, h *house, _ string) { h.now = h.now.Add(access.Idle) }},
		{"after 12 hours of use", func(t *testing.T, h *house, secret string) {
			t.Helper()
			for range 48 {
				h.now = h.now.Add(15 * time.Minute)
				if _, err := h.Visit(t.Context(), secret); err != nil {
					t.Fatal(err)
				}
			}
		}},
		{"when the clock is set back", func(_ *testing.T, h *house, _ string) { h.now = h.now.Add(-2 * time.Hour) }},
		{"when the clock is set back an hour after two of use (F14)", func(t *testing.T, h *house, secret string) {
			t.Helper()
			for range 6 {
				h.now = h.now.Add(20 * time.Minute)
				if a, err := h.Visit(t.Context(), secret); err != nil || a == nil {
					t.Fatalf("got %v, %v", a, err)
				}
			}
			h.now = h.now.Add(-time.Hour)
		}},
		{"in the year 2000 (F14)", func(_ *testing.T, h *house, _ string) { h.now = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC) }},
		{"a day later (F14)", func(_ *testing.T, h *house, _ string) { h.now = h.now.Add(24 * time.Hour) }},
		{"on sign-out", func(t *testing.T, h *house, secret string) {
			t.Helper()
			if err := h.SignOut(t.Context(), access.Actor{Name: "li", Role: access.Office}, secret); err != nil {
				t.Fatal(err)
			}
		}},
		{"on a new password", func(t *testing.T, h *house, _ string) {
			t.Helper()
			err := h.ChangePassword(t.Context(), access.Actor{Name: "li", Role: access.Office}, good, "another long sentence", "n")
			if err != nil {
				t.Fatal(err)
			}
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			h := open(t)
			h.add(t, access.New{Name: "li", Role: access.Office, Password: good})
			secret, actor, err := h.SignIn(t.Context(), " LI", good, "n")
			if err != nil || actor.Role != access.Office {
				t.Fatalf("got %v, %v", actor, err)
			}
			if a, err := h.Visit(t.Context(), secret); err != nil || a == nil {
				t.Fatalf("got %v, %v, want the account", a, err)
			}
			c.do(t, h, secret)
			if a, err := h.Visit(t.Context(), secret); err != nil || a != nil {
				t.Errorf("got %v, %v, want nobody (S08)", a, err)
			}
		})
	}
}

func TestThrottleStopsGuessingButNotTheOwner(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.add(t, access.New{Name: "li", Role: access.Office, Password: good})
	wrong, waits := 0, 0
	for range 40 {
		_, _, err := h.SignIn(t.Context(), "li", "guess", "stranger")
		switch {
		case is(err, "login.wrong"):
			wrong++
		case is(err, "login.wait"):
			waits++
		default:
			t.Fatal(err)
		}
	}
	if wrong > 10 || waits == 0 {
		t.Errorf("got %d checks and %d waits, want at most 10 checks (S04)", wrong, waits)
	}
	if _, _, err := h.SignIn(t.Context(), "li", good, "home"); err != nil {
		t.Errorf("the owner elsewhere: %v", err)
	}
	h.now = h.now.Add(2 * time.Hour)
	if _, _, err := h.SignIn(t.Context(), "li", good, "stranger"); err != nil {
		t.Errorf("after the wait: %v", err)
	}
}

func TestUnknownNameAndWrongPasswordReadAlike(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.add(t, access.New{Name: "li", Role: access.Office, Password: good})
	_, _, known := h.SignIn(t.Context(), "li", "guess", "n")
	_, _, unknown := h.SignIn(t.Context(), "nobody", "guess", "n")
	if !is(known, "login.wrong") || !is(unknown, "login.wrong") {
		t.Errorf("got %v and %v, want login.wrong for both (S05)", known, unknown)
	}
}
