package access_test

import (
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base32"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"minyi/indicators/access"
	"minyi/indicators/db/dbtest"
	"minyi/indicators/store"
)

// openBox stands for the service's box: what it gives opens only where it belongs.
type openBox struct{}

var errElsewhere = errors.New("sealed for another place")

func (openBox) Seal(plain []byte, bound string) (string, error) {
	return base64.StdEncoding.EncodeToString([]byte(bound + "\n" + string(plain))), nil
}

func (openBox) Open(sealed, bound string) ([]byte, error) {
	raw, err := base64.StdEncoding.DecodeString(sealed)
	plain, ok := strings.CutPrefix(string(raw), bound+"\n")
	if err != nil || !ok {
		return nil, errElsewhere
	}
	return []byte(plain), nil
}

func demanding() access.Policy {
	return access.Policy{Demand: access.DemandStaff, Box: openBox{}, Issuer: "minyi", Site: "https://minyi.example"}
}

// openUnder is open with a policy.
func openUnder(t *testing.T, p access.Policy) *house {
	t.Helper()
	p.People = []byte("a key of this test")
	path := filepath.Join(t.TempDir(), "programme.db")
	dbtest.Place(t, "programme", path, store.Open)
	s, err := store.Open(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	h := &house{store: s, now: time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC), path: path}
	clock := func() time.Time { return h.now }
	h.Service = access.NewServiceUnder(p, s, clock, clock)
	return h
}

// enter signs in by password and returns how far that led, and where.
func (h *house) enter(t *testing.T, name, password string) (access.In, *access.Stay) {
	t.Helper()
	in, err := h.Enter(t.Context(), access.Try{Name: name, Password: password, Network: "n", Place: "192.0.2.7", Agent: "Firefox · Linux"})
	if err != nil {
		t.Fatal(err)
	}
	get := h.Visit
	if in.Stage == access.Halfway {
		get = h.Half
	}
	stay, err := get(t.Context(), in.Secret)
	if err != nil || stay == nil {
		t.Fatalf("got %v, %v, want a stay", stay, err)
	}
	return in, stay
}

// app is an authenticator app, written from RFC 6238 and not from the library.
func app(t *testing.T, seed string, at time.Time) string {
	t.Helper()
	key, err := base32.StdEncoding.DecodeString(seed)
	if err != nil {
		t.Fatal(err)
	}
	mac := hmac.New(sha1.New, key)
	var step [8]byte
	binary.BigEndian.PutUint64(step[:], uint64(at.Unix()/30))
	mac.Write(step[:])
	sum := mac.Sum(nil)
	from := sum[len(sum)-1] & 15
	return fmt.Sprintf("%06d", (binary.BigEndian.Uint32(sum[from:])&0x7fffffff)%1_000_000)
}

// equipped adds an account of the office with an app, and returns its seed, its
// recovery codes and the session in which they were made.
func (h *house) equipped(t *testing.T, name string) (seed string, codes []string, stay *access.Stay) {
	t.Helper()
	h.add(t, access.New{Name: name, Role: access.Office, Password: good})
	_, stay = h.enter(t, name, good)
	if err := h.NewSeed(t.Context(), stay); err != nil {
		t.Fatal(err)
	}
	seed, _, err := h.Seed(t.Context(), stay)
	if err != nil {
		t.Fatal(err)
	}
	if codes, err = h.ConfirmSeed(t.Context(), stay, app(t, seed, h.now), "n"); err != nil {
		t.Fatal(err)
	}
	return seed, codes, stay
}

// RFC 6238, appendix B, SHA-1: the last six of the eight digits; oathtool 2.6.7 of the
// OATH Toolkit prints the same ("oathtool --totp -b SEED -d 6 --now TIME").
func TestS06CodesAgreeWithRFC6238AndOathtool(t *testing.T) {
	t.Parallel()
	const seed = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
	h := openUnder(t, demanding())
	h.add(t, access.New{Name: "li", Role: access.Office, Password: good})
	sealed, err := openBox{}.Seal([]byte(seed), "li")
	if err != nil {
		t.Fatal(err)
	}
	set := func(f *access.Factors) error { f.Seed, f.Step = sealed, 0; return nil }
	for at, code := range map[int64]string{
		59: "287082", 1111111109: "081804", 1111111111: "050471", 1234567890: "005924", 2000000000: "279037", 20000000000: "353130",
	} {
		h.now = time.Unix(at, 0).UTC()
		if got := app(t, seed, h.now); got != code {
			t.Fatalf("the test's own app at %d: got %s, want %s", at, got, code)
		}
		if err := h.store.UpdateFactors(t.Context(), "li", entry(), set); err != nil {
			t.Fatal(err)
		}
		_, stay := h.enter(t, "li", good)
		if err := h.ProveCode(t.Context(), stay, code, "n"); err != nil {
			t.Errorf("at %d: %s was refused: %v", at, code, err)
		}
	}
}

func TestS06ACodeAndARecoveryCodeWorkOnce(t *testing.T) {
	t.Parallel()
	h := openUnder(t, demanding())
	seed, codes, _ := h.equipped(t, "li")
	if len(codes) != 10 {
		t.Fatalf("got %d recovery codes, want 10", len(codes))
	}
	h.now = h.now.Add(30 * time.Second)
	code := app(t, seed, h.now)
	for _, c := range []struct{ name, code, want string }{
		{"a code of yesterday", app(t, seed, h.now.Add(-24*time.Hour)), "factor.code"},
		{"the code with which the app was set up", app(t, seed, h.now.Add(-30*time.Second)), "factor.code"},
		{"a code", code[:3] + " " + code[3:], ""},
		{"the same again", code, "factor.code"},
		{"a recovery code as people type it", " " + strings.ToUpper(strings.ReplaceAll(codes[3], "-", " ")), ""},
		{"the same again", codes[3], "factor.code"},
		{"another recovery code", codes[9], ""},
		{"nothing", "", "factor.code"},
	} {
		in, stay := h.enter(t, "li", good)
		if in.Stage != access.Halfway {
			t.Fatalf("%s: the password alone led to stage %d", c.name, in.Stage)
		}
		if who, err := h.Visit(t.Context(), in.Secret); err != nil || who != nil {
			t.Fatalf("%s: before the second factor: got %v, %v, want nobody", c.name, who, err)
		}
		err := h.ProveCode(t.Context(), stay, c.code, "n")
		if c.want == "" && err != nil || c.want != "" && !is(err, c.want) {
			t.Errorf("%s: got %v, want %q", c.name, err, c.want)
		}
		who, visitErr := h.Visit(t.Context(), stay.Fresh)
		if visitErr != nil || (who != nil) != (c.want == "") {
			t.Errorf("%s: got %v, %v", c.name, who, visitErr)
		}
		if old, err := h.Half(t.Context(), in.Secret); c.want == "" && (err != nil || old != nil) {
			t.Errorf("%s: the halfway session lives on: %v, %v (S07)", c.name, old, err)
		}
	}
	f, err := h.store.Factors(t.Context(), "li")
	if err != nil || len(f.Recovery) != 8 {
		t.Errorf("got %d recovery codes left, %v, want 8", len(f.Recovery), err)
	}
}

func TestS06AResetKeepsTheFactorAndOnlyTheMachineTakesItAway(t *testing.T) {
	t.Parallel()
	h := openUnder(t, demanding())
	h.equipped(t, "li")
	sec := access.Actor{Name: "sec", Role: access.Secadmin}
	password, err := h.Reset(t.Context(), sec, "LI")
	if err != nil {
		t.Fatal(err)
	}
	in, stay := h.enter(t, "li", password)
	if in.Stage != access.Halfway || stay.Due != access.DuePassword {
		t.Errorf("after the reset: stage %d, due %q, want the factor first and then the password", in.Stage, stay.Due)
	}
	if err := h.Unlock(t.Context(), sec, "li", "lost"); !is(err, "access.role") {
		t.Errorf("the security administrator takes a factor away: got %v, want access.role", err)
	}
	if err := h.Unlock(t.Context(), access.Command("account unlock"), "li", " "); !is(err, "factor.reason") {
		t.Errorf("without a reason: got %v", err)
	}
	if err := h.Unlock(t.Context(), access.Command("account unlock"), "li", "phone and paper burnt"); err != nil {
		t.Fatal(err)
	}
	if half, err := h.Half(t.Context(), in.Secret); err != nil || half != nil {
		t.Errorf("the session lives on: %v, %v", half, err)
	}
	if in, _ := h.enter(t, "li", password); in.Stage != access.Enrol {
		t.Errorf("afterwards: got stage %d, want setting up anew", in.Stage)
	}
}

func TestS06WhoOwesASecondFactorSetsItUpFirst(t *testing.T) {
	t.Parallel()
	h := openUnder(t, demanding())
	h.add(t, access.New{Name: "unit", Role: access.Applicant, Unit: "640100", Password: good})
	if in, stay := h.enter(t, "unit", good); in.Stage != access.Full || stay.Due != access.DueNothing {
		t.Errorf("an applicant: got stage %d, due %q", in.Stage, stay.Due)
	}
	h.add(t, access.New{Name: "li", Role: access.Auditor, Password: good})
	in, stay := h.enter(t, "li", good)
	if in.Stage != access.Enrol || stay.Due != access.DueFactor {
		t.Fatalf("an auditor: got stage %d, due %q, want to set up a factor", in.Stage, stay.Due)
	}
	if err := h.NewSeed(t.Context(), stay); err != nil {
		t.Fatal(err)
	}
	seed, link, err := h.Seed(t.Context(), stay)
	if err != nil || !strings.HasPrefix(link, "otpauth://totp/minyi:li?") || !strings.Contains(link, "secret="+seed) {
		t.Errorf("got %q, %v", link, err)
	}
	if _, err := h.ConfirmSeed(t.Context(), stay, "000000", "n"); !is(err, "factor.code") {
		t.Errorf("a wrong first code: got %v", err)
	}
	if _, err := h.ConfirmSeed(t.Context(), stay, app(t, seed, h.now), "n"); err != nil {
		t.Fatal(err)
	}
	if old, err := h.Visit(t.Context(), in.Secret); err != nil || old != nil {
		t.Errorf("the session from before lives on: %v, %v (S07)", old, err)
	}
	now, err := h.Visit(t.Context(), stay.Fresh)
	if err != nil || now == nil || now.Due != access.DueNothing {
		t.Fatalf("got %v, %v, want a full session", now, err)
	}
	if err := h.DropApp(t.Context(), now); !is(err, "factor.last") {
		t.Errorf("taking the last factor away: got %v, want factor.last", err)
	}
	h.now = h.now.Add(11 * time.Minute)
	if now, err = h.Visit(t.Context(), stay.Fresh); err != nil || now == nil {
		t.Fatalf("got %v, %v", now, err)
	}
	if _, err := h.Refill(t.Context(), now); !is(err, "factor.prove") {
		t.Errorf("new recovery codes eleven minutes later: got %v, want to sign in again", err)
	}
	if seed, _, err := h.Seed(t.Context(), now); err != nil || seed != "" {
		t.Errorf("a seed is shown: %q, %v", seed, err)
	}
}

// Whoever knows the password has ten tries at the code from one network, and a bound
// from all networks together.
func TestS06GuessingCodesIsStoppedFromManyNetworksToo(t *testing.T) {
	t.Parallel()
	h := openUnder(t, demanding())
	h.equipped(t, "li")
	_, stay := h.enter(t, "li", good)
	wrong := 0
	for i := range 500 {
		err := h.ProveCode(t.Context(), stay, "000000", fmt.Sprintf("network %d", i/20))
		switch {
		case is(err, "factor.code"):
			wrong++
		case !is(err, "login.wait"):
			t.Fatal(err)
		}
	}
	if wrong < 100 || wrong > 300 {
		t.Errorf("got %d codes tried, want ten from each network and no more than 300 in all", wrong)
	}
}

func TestPasskeysNeedAnAddressThatBrowsersMakeThemFor(t *testing.T) {
	t.Parallel()
	for site, want := range map[string]string{
		"https://survey.nx.gov.cn": "survey.nx.gov.cn", "https://survey.nx.gov.cn:8443": "survey.nx.gov.cn", "http://survey.nx.gov.cn": "",
		"http://127.0.0.1:8080": "localhost", "http://localhost:8080": "localhost", "https://10.1.2.3": "", "": "", "nonsense": "",
	} {
		p := demanding()
		p.Site = site
		s := access.NewServiceUnder(p, nil, time.Now, time.Now)
		if got, ok := s.Passes(); got != want || ok != (want != "") {
			t.Errorf("%q: got %q, %t, want %q", site, got, ok, want)
		}
	}
}
