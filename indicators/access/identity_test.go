package access_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"minyi/indicators/access"
	"minyi/indicators/audit"
)

func entry() audit.Entry { return audit.Entry{Actor: "test", Action: "test", Object: "test"} }

// Encoded by the argon2 command of the reference implementation (Debian 20171227):
// "argon2 SALT -id -t 2 -k 19456 -p 1 -l 32 -e", the last with other parameters.
func TestS02Argon2idAgreesWithTheReferenceCommand(t *testing.T) {
	t.Parallel()
	h := open(t)
	for i, c := range []struct{ password, hash string }{
		{"quiet river stone lamp", "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHQxMjM0NTY3OA$iff/MY0M7uw/0JHhiktV8SGU2dO3N+X2/g7L7RLG2+w"},
		{"依法治区办的密码要长一些", "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHQxMjM0NTY3OA$Eklu20ioml/8bGlgfUd+sOCLKeFacytjfj2pPZkgMYk"},
		{"Tr0ub4dor&3-horse", "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHQxMjM0NTY3OA$NddA50U2C4fBnfKAAL+1kZ1ARXXC8SyxXSrQoDN4Lq0"},
		{"quiet river stone lamp", "$argon2id$v=19$m=8192,t=3,p=4$YW5vdGhlcnNhbHQ$4qvjkg52WjZ6CZVBvxvPZW594kREHtXD"},
	} {
		name := fmt.Sprintf("li%d", i)
		if err := h.store.AddAccount(t.Context(), &access.Account{Key: name, Name: name, Role: access.Office, Hash: c.hash, Created: h.now}, entry()); err != nil {
			t.Fatal(err)
		}
		if _, _, err := h.SignIn(t.Context(), name, c.password, "n"); err != nil {
			t.Errorf("%s: %v", c.hash, err)
		}
		if _, _, err := h.SignIn(t.Context(), name, c.password+"x", "n"); !is(err, "login.wrong") {
			t.Errorf("%s with another password: %v", c.hash, err)
		}
	}
}

func TestS02PasswordsThatGuessingBeginsWith(t *testing.T) {
	t.Parallel()
	h := openUnder(t, access.Policy{Level3: true})
	simple, classes, length, name := "password.simple", "password.classes", "password.length", "password.name"
	for password, want := range map[string]string{
		"Password1234!": simple, "P@ssw0rd2026!": simple, "Welcome12345!": simple, "Qwertyuiop123!": simple, "1qaz@WSX3edc": simple,
		"1q2w3e4r5t6Y!": simple, "zxcvbnm,./123A": simple, "Woaini1314520!": simple, "WoDeMiMa-2026": simple, "Zhongguo@123456": simple,
		"Ningxia-2026!": simple, "Yinchuan#2026": simple, "ZhangWei@1988": simple, "WangXiaoming99!": simple, "Iloveyou!2026": simple,
		"Dragon-Monkey-1": simple, "Abc123Abc123!": simple, "Aa1!Aa1!Aa1!": simple, "Admin@123456789": simple, "5201314-1314520A": simple,
		"!QAZ2wsx#EDC4": simple, "Trustno1-Trustno1": simple, "Liudehua@1961!": simple,
		"short-1A": length, "Aa1!": length, "My Wang Fang 2026!": name, "wang fangX9!!": name,
		"quietriverstone": classes, "quiet river stone": classes, "依法治区办的密码要长一些": classes,
		"Quiet river stone 7": "", "Krg7-pfw2-Hsx9": "",
	} {
		_, err := h.Add(t.Context(), access.Command("x"), access.New{Name: "Wang Fang", Role: access.Office, Password: password})
		if want == "" && err != nil && !is(err, "account.taken") || want != "" && !is(err, want) {
			t.Errorf("%q: got %v, want %q", password, err, want)
		}
	}
}

func TestS03PasswordsGrowOldAndDoNotComeBackAtLevel3Only(t *testing.T) {
	t.Parallel()
	for _, level3 := range []bool{false, true} {
		h := openUnder(t, access.Policy{Level3: level3})
		fresh := func(i int) string { return fmt.Sprintf("Quiet river stone %d", i) }
		h.add(t, access.New{Name: "li", Role: access.Office, Password: fresh(0)})
		by := access.Actor{Name: "li", Role: access.Office}
		for day, want := range map[int]access.Due{89: access.DueNothing, 90: access.DueExpired} {
			start := h.now
			h.now = h.now.AddDate(0, 0, day)
			if !level3 {
				want = access.DueNothing
			}
			if _, stay := h.enter(t, "li", fresh(0)); stay.Due != want {
				t.Errorf("level 3 %t, after %d days: got %q, want %q", level3, day, stay.Due, want)
			}
			h.now = start
		}
		if !level3 {
			continue
		}
		for i := range 5 {
			if err := h.ChangePassword(t.Context(), by, fresh(i), fresh(i+1), "n"); err != nil {
				t.Fatal(err)
			}
		}
		for _, past := range []int{1, 3} {
			if err := h.ChangePassword(t.Context(), by, fresh(5), fresh(past), "n"); !is(err, "password.past") {
				t.Errorf("back to password %d of 5: got %v, want password.past", past, err)
			}
		}
		if err := h.ChangePassword(t.Context(), by, fresh(5), fresh(6), "n"); err != nil {
			t.Fatal(err)
		}
		if err := h.ChangePassword(t.Context(), by, fresh(6), fresh(0), "n"); err != nil {
			t.Errorf("back to the sixth before this: %v", err)
		}
	}
}

func TestS02AOneTimePasswordEndsWithinAWeek(t *testing.T) {
	t.Parallel()
	h := open(t)
	password := h.add(t, access.New{Name: "li", Role: access.Office})
	if len(password) < 28 {
		t.Errorf("%d signs of 5 bits are fewer than 128 bits (S48)", len(password))
	}
	h.now = h.now.Add(8 * 24 * time.Hour)
	if _, _, err := h.SignIn(t.Context(), "li", password, "n"); !is(err, "login.expired") {
		t.Errorf("after eight days: got %v, want login.expired", err)
	}
}

// A thousand guesses at once: what counts is when a check begins.
func TestS04AThousandGuessesAreTenComputations(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.add(t, access.New{Name: "li", Role: access.Office, Password: good})
	before := h.Computed()
	var all sync.WaitGroup
	for range 1000 {
		all.Go(func() {
			if _, _, err := h.SignIn(t.Context(), "li", "guess", "stranger"); !is(err, "login.wrong") && !is(err, "login.wait") {
				t.Errorf("got %v", err)
			}
		})
	}
	all.Wait()
	if got := h.Computed() - before; got > 10 {
		t.Errorf("got %d hash computations, want at most 10", got)
	}
	if _, _, err := h.SignIn(t.Context(), "li", good, "home"); err != nil {
		t.Errorf("the owner elsewhere: %v", err)
	}
}

// The same refusal, one hash computation and one entry of the trail each: what takes
// time is the same.
func TestS05UnknownAndKnownNamesCostTheSame(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.add(t, access.New{Name: "li", Role: access.Office, Password: good})
	h.add(t, access.New{Name: "gone", Role: access.Office, Password: good})
	if err := h.Disable(t.Context(), access.Command("x"), "gone", true); err != nil {
		t.Fatal(err)
	}
	costs := map[string]string{}
	for name, password := range map[string]string{"li": "guess", "nobody": "guess", "gone": good} {
		entries, err := h.store.Trail(t.Context(), 0, 1000)
		if err != nil {
			t.Fatal(err)
		}
		computed := h.Computed()
		_, _, refusal := h.SignIn(t.Context(), name, password, "n")
		after, err := h.store.Trail(t.Context(), 0, 1000)
		if err != nil {
			t.Fatal(err)
		}
		costs[name] = fmt.Sprintf("%v, %d computed, %d written", refusal, h.Computed()-computed, len(after)-len(entries))
		if last := after[len(after)-1]; name == "nobody" && strings.Contains(last.Actor+last.Object+last.Reason, "nobody") {
			t.Errorf("a name that nobody has, perhaps a password, stands in the trail: %+v", last)
		}
	}
	for name, cost := range costs {
		if cost != costs["li"] || !strings.Contains(cost, "1 computed, 1 written") {
			t.Errorf("%s: got %s, want as a wrong password: %s", name, cost, costs["li"])
		}
	}
}

func TestS07ConfirmingGivesTheSessionANewSecret(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.add(t, access.New{Name: "li", Role: access.Assessor, Password: good})
	in, stay := h.enter(t, "li", good)
	if len(in.Secret) < 22 {
		t.Errorf("%d signs are fewer than 128 bits", len(in.Secret))
	}
	if err := h.Confirm(access.Within(t.Context(), stay), stay.Actor(), good, "n"); err != nil {
		t.Fatal(err)
	}
	if old, err := h.Visit(t.Context(), in.Secret); err != nil || old != nil {
		t.Errorf("the old secret: got %v, %v, want nobody", old, err)
	}
	if now, err := h.Visit(t.Context(), stay.Fresh); err != nil || now == nil {
		t.Errorf("the new secret: got %v, %v, want the account", now, err)
	}
}

// Every way of ending, seen by a second service on the same store at its next request.
func TestS08SessionsEndForEveryInstanceAtOnce(t *testing.T) {
	t.Parallel()
	sec := access.Actor{Name: "sec", Role: access.Secadmin}
	for name, c := range map[string]struct {
		do    func(*testing.T, *house, *access.Stay) error
		here  bool // the session in which it was done lives on
		there bool // the other lives on
	}{
		"disabled": {do: func(t *testing.T, h *house, _ *access.Stay) error {
			t.Helper()
			return h.Disable(t.Context(), sec, "li", true)
		}},
		"another role": {do: func(t *testing.T, h *house, _ *access.Stay) error {
			t.Helper()
			return h.Assign(t.Context(), sec, "li", access.Agency, "")
		}},
		"a reset": {do: func(t *testing.T, h *house, _ *access.Stay) error {
			t.Helper()
			_, err := h.Reset(t.Context(), sec, "li")
			return err
		}},
		"its owner ends all others": {here: true, do: func(t *testing.T, h *house, here *access.Stay) error {
			t.Helper()
			return h.EndOthers(t.Context(), here)
		}},
		"its owner ends this one": {there: true, do: func(t *testing.T, h *house, here *access.Stay) error {
			t.Helper()
			return h.EndOwn(t.Context(), here.Actor(), here.Session.Handle())
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := open(t)
			clock := func() time.Time { return h.now }
			second := access.NewService(h.store, clock, clock)
			h.add(t, access.New{Name: "li", Role: access.Office, Password: good})
			here, stay := h.enter(t, "li", good)
			there, _ := h.enter(t, "li", good)
			if open, err := h.Sessions(t.Context(), stay.Actor()); err != nil || len(open) != 2 || open[0].Place != "192.0.2.7" || open[0].Agent != "Firefox · Linux" {
				t.Fatalf("got %v, %v, want two sessions with place and browser", open, err)
			}
			if err := c.do(t, h, stay); err != nil {
				t.Fatal(err)
			}
			for secret, want := range map[string]bool{here.Secret: c.here, there.Secret: c.there} {
				if who, err := second.Visit(t.Context(), secret); err != nil || (who != nil) != want {
					t.Errorf("got %v, %v, want alive %t", who, err, want)
				}
			}
		})
	}
}

func TestS08NobodyEndsAnothersSession(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.add(t, access.New{Name: "li", Role: access.Office, Password: good})
	h.add(t, access.New{Name: "ma", Role: access.Office, Password: good})
	_, li := h.enter(t, "li", good)
	in, ma := h.enter(t, "ma", good)
	if err := h.EndOwn(t.Context(), li.Actor(), ma.Session.Handle()); !is(err, "session.missing") {
		t.Errorf("got %v, want session.missing", err)
	}
	if err := h.EndOthers(t.Context(), li); err != nil {
		t.Fatal(err)
	}
	if who, err := h.Visit(t.Context(), in.Secret); err != nil || who == nil {
		t.Errorf("the other account: got %v, %v", who, err)
	}
}

func TestS13AdministratorsAndApplicantsKeepTheirRole(t *testing.T) {
	t.Parallel()
	h := open(t)
	h.add(t, access.New{Name: "office", Role: access.Office, Password: good})
	h.add(t, access.New{Name: "audit", Role: access.Auditor, Password: good})
	for _, c := range []struct {
		by   access.Actor
		name string
		role access.Role
		want string
	}{
		{access.Command("x"), "audit", access.Office, "account.fixed"},
		{access.Command("x"), "office", access.Sysadmin, "account.fixed"},
		{access.Command("x"), "office", access.Applicant, "account.fixed"},
		{access.Actor{Name: "Office", Role: access.Secadmin}, "office", access.Agency, "account.own"},
		{access.Actor{Name: "x", Role: access.Office}, "office", access.Agency, "access.role"},
		{access.Command("x"), "office", "king", "account.role"},
		{access.Command("x"), "office", access.Agency, ""},
	} {
		err := h.Assign(t.Context(), c.by, c.name, c.role, "")
		if c.want == "" && err != nil || c.want != "" && !is(err, c.want) {
			t.Errorf("%s to %s by %s: got %v, want %q", c.name, c.role, c.by.Role, err, c.want)
		}
	}
}

func TestS48KeysEndByTheirTermAndByHand(t *testing.T) {
	t.Parallel()
	h := open(t)
	by := access.Command("test")
	secret, err := h.AddKey(t.Context(), by, "exchange", access.Office, 30)
	if err != nil {
		t.Fatal(err)
	}
	opens := func(want bool) {
		t.Helper()
		if _, err := h.Bearer(t.Context(), "Bearer "+secret); (err == nil) != want {
			t.Errorf("got %v, want to open: %t", err, want)
		}
	}
	opens(true)
	h.now = h.now.AddDate(0, 0, 30)
	opens(false)
	for _, days := range []int{0, -1, 1101} {
		if _, err := h.AddKey(t.Context(), by, "other", access.Office, days); !is(err, "key.term") {
			t.Errorf("%d days: got %v, want key.term", days, err)
		}
	}
}

// What is in the files after everything was used: no secret that opens anything.
func TestS48TheStoreHoldsNoSecretThatOpens(t *testing.T) {
	t.Parallel()
	p := demanding()
	p.Box = darkBox{}
	h := openUnder(t, p)
	seed, codes, stay := h.equipped(t, "li")
	key, err := h.AddKey(t.Context(), access.Command("test"), "exchange", access.Office, 30)
	if err != nil {
		t.Fatal(err)
	}
	password, err := h.Reset(t.Context(), access.Command("test"), "li")
	if err != nil {
		t.Fatal(err)
	}
	secrets := append([]string{good, seed, key, password, stay.Fresh, strings.ReplaceAll(codes[0], "-", "")}, codes...)
	files, err := filepath.Glob(h.path + "*")
	if err != nil || len(files) == 0 {
		t.Fatalf("got %v, %v", files, err)
	}
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for i, secret := range secrets {
			if strings.Contains(string(raw), secret) {
				t.Errorf("secret %d stands in %s", i, filepath.Base(file))
			}
		}
	}
}

// darkBox hides what it seals.
type darkBox struct{}

func (darkBox) Seal(plain []byte, bound string) (string, error) {
	return openBox{}.Seal(flip(plain), bound)
}

func (darkBox) Open(sealed, bound string) ([]byte, error) {
	plain, err := openBox{}.Open(sealed, bound)
	return flip(plain), err
}

func flip(plain []byte) []byte {
	out := make([]byte, len(plain))
	for i, b := range plain {
		out[i] = ^b
	}
	return out
}
