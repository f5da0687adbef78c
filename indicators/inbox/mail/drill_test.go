package mail_test

import (
	"encoding/base64"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-smtp"
	"github.com/google/uuid"

	"minyi/indicators/access"
	"minyi/indicators/audit"
	"minyi/indicators/fault"
	"minyi/indicators/inbox"
	"minyi/indicators/inbox/mail"
	"minyi/indicators/store"
)

// house is an inbox with a real store and a real mail server, and a clock by hand.
type house struct {
	*inbox.Service
	store  *store.Store
	office *postOffice
	at     time.Time
}

func newHouse(t *testing.T) *house {
	t.Helper()
	office, cfg := opened(t, mail.StartTLS)
	s, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "programme.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	h := &house{store: s, office: office, at: time.Date(2020, 8, 24, 1, 0, 0, 0, time.UTC)}
	now := func() time.Time { return h.at }
	h.Service = inbox.NewService(inbox.Config{
		Store: s, Key: []byte(strings.Repeat("k", 32)), Base: "https://minyi.example", Now: now, Wall: now, NewID: uuid.NewString,
		Mail: client(t, cfg),
		Say:  func(lang, key string, p map[string]string) string { return lang + " " + key + " " + p["link"] },
	})
	for _, name := range []string{"li", "wang"} {
		a := &access.Account{Key: name, Name: name, Role: access.Applicant, Unit: "640100", Created: h.at}
		if err := s.AddAccount(t.Context(), a, audit.Entry{At: h.at, Actor: "test", Action: "account.add"}); err != nil {
			t.Fatal(err)
		}
	}
	return h
}

func (h *house) actor(name string) access.Actor {
	return access.Actor{Name: name, Role: access.Applicant, Unit: "640100"}
}

// reached gives an account an address: asked for, and confirmed by the code that
// came by mail.
func (h *house) reached(t *testing.T, name string) {
	t.Helper()
	if err := h.Address(t.Context(), h.actor(name), name+"@unit.example"); err != nil {
		t.Fatal(err)
	}
	letters, _ := h.office.got()
	code := regexp.MustCompile(`/inbox/confirm/([\w-]+)`).FindStringSubmatch(plain(letters[len(letters)-1]))
	if code == nil {
		t.Fatalf("no code in %q", letters[len(letters)-1])
	}
	if err := h.Confirm(t.Context(), h.actor(name), code[1]); err != nil {
		t.Fatal(err)
	}
}

// plain takes the soft line breaks of quoted-printable out.
func plain(letter string) string { return strings.ReplaceAll(letter, "=\r\n", "") }

func (h *house) deliver(t *testing.T) int {
	t.Helper()
	n, err := h.Deliver(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func (h *house) post(t *testing.T, key string) {
	t.Helper()
	if err := h.Post(t.Context(), inbox.Message{
		Code: "filing.closes", Params: map[string]string{"unit": "640100", "mark": "87.25"}, To: inbox.ToUnit("640100"), Link: "/apply", Key: key,
	}); err != nil {
		t.Fatal(err)
	}
}

// states are the states of all e-mails, by account.
func (h *house) states(t *testing.T) (out []string) {
	t.Helper()
	all, _, err := h.Messages(t.Context(), access.Actor{Name: "office", Role: access.Office}, inbox.OutboxFilter{Limit: 100})
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range all {
		for _, d := range m.Deliveries {
			if d.Channel == inbox.Email {
				out = append(out, m.Name+" "+string(d.State)+" "+d.Reason)
			}
		}
	}
	slices.Sort(out)
	return out
}

func TestAMailServerThatWasAwayGetsEachLetterOnce(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.reached(t, "li")
	h.reached(t, "wang")
	before, _ := h.office.got()
	h.office.mu.Lock()
	h.office.down = true
	h.office.mu.Unlock()
	h.post(t, "one")
	if n := h.deliver(t); n != 0 {
		t.Fatalf("%d sent to a server that is away", n)
	}
	if got, want := h.states(t), []string{"li failed unreachable", "wang waiting "}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v: the second is not tried at a server that is away", got, want)
	}
	h.office.mu.Lock()
	h.office.down = false
	h.office.mu.Unlock()
	h.at = h.at.Add(time.Minute)
	for range 3 {
		h.deliver(t)
		h.at = h.at.Add(time.Hour)
	}
	if got, want := h.states(t), []string{"li sent ", "wang sent "}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	letters, to := h.office.got()
	slices.Sort(to[len(before):])
	if got, want := to[len(before):], []string{"li@unit.example", "wang@unit.example"}; !slices.Equal(got, want) {
		t.Errorf("the server got letters to %v, want %v", got, want)
	}
	for _, l := range letters[len(before):] {
		for _, secret := range []string{"87.25", "640100", "filing", "li ", "wang "} {
			body := plain(l[strings.Index(l, "\r\n\r\n"):])
			if strings.Contains(body, secret) {
				t.Errorf("a letter says %q: %s", secret, body)
			}
		}
	}
}

func TestARecipientThatIsRefusedDoesNotKeepTheOthersFromTheirs(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.reached(t, "li")
	h.reached(t, "wang")
	h.office.mu.Lock()
	h.office.refuse["li@unit.example"] = &smtp.SMTPError{Code: 550, Message: "gone"}
	h.office.mu.Unlock()
	h.post(t, "one")
	if n := h.deliver(t); n != 1 {
		t.Errorf("%d sent, want 1", n)
	}
	if got, want := h.states(t), []string{"li given-up refused", "wang sent "}; !slices.Equal(got, want) {
		t.Fatalf("got %v, want %v", got, want)
	}
	h.office.mu.Lock()
	delete(h.office.refuse, "li@unit.example")
	h.office.mu.Unlock()
	all, _, err := h.Messages(t.Context(), access.Actor{Name: "office", Role: access.Office}, inbox.OutboxFilter{State: inbox.GivenUp, Limit: 9})
	if err != nil || len(all) != 1 {
		t.Fatalf("got %d, %v: the failure is found by its state", len(all), err)
	}
	if err := h.Resend(t.Context(), h.actor("li"), all[0].ID, "li", inbox.Email); fault.KindOf(err) != fault.Forbidden {
		t.Errorf("an applicant sends again: got %v", err)
	}
	if err := h.Resend(t.Context(), access.Actor{Name: "office", Role: access.Office}, all[0].ID, "li", inbox.Email); err != nil {
		t.Fatal(err)
	}
	if n := h.deliver(t); n != 1 {
		t.Errorf("%d sent after the office said so, want 1", n)
	}
}

func TestAFailingLetterIsTriedEverMoreSlowlyAndThenGivenUp(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.reached(t, "li")
	h.office.mu.Lock()
	h.office.refuse["li@unit.example"] = &smtp.SMTPError{Code: 451, Message: "later"}
	h.office.mu.Unlock()
	h.post(t, "one")
	var gaps []time.Duration
	last := h.at
	for range 2000 { // steps of a minute, then of an hour: more than five days
		_, err := h.Deliver(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		all, _, err := h.Messages(t.Context(), access.Actor{Name: "office", Role: access.Office}, inbox.OutboxFilter{Name: "li", Limit: 1})
		if err != nil {
			t.Fatal(err)
		}
		d := all[0].Deliveries[0]
		if d.At.Equal(h.at) {
			gaps, last = append(gaps, h.at.Sub(last)), h.at
		}
		if d.State == inbox.GivenUp {
			break
		}
		h.at = d.Next
	}
	const hour = time.Hour
	want := []time.Duration{0, time.Minute, 5 * time.Minute, 15 * time.Minute, hour, 2 * hour, 4 * hour, 8 * hour, 12 * hour, 24 * hour, 24 * hour, 48 * hour}
	if !slices.Equal(gaps, want) {
		t.Errorf("attempts after %v, want %v", gaps, want)
	}
}

func TestAddressesLieSealedAndCountOnlyOnceConfirmed(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	li := h.actor("li")
	if err := h.Address(t.Context(), li, "li@unit.example"); err != nil {
		t.Fatal(err)
	}
	if err := h.Address(t.Context(), li, "li@unit.example"); fault.KindOf(err) != fault.TooMany {
		t.Errorf("a second code within a minute: got %v", err)
	}
	letters, _ := h.office.got()
	code := regexp.MustCompile(`/inbox/confirm/([\w-]+)`).FindStringSubmatch(plain(letters[0]))[1]
	raw, err := base64.RawURLEncoding.DecodeString(code)
	if err != nil || len(raw)*8 < 128 {
		t.Errorf("the code has %d bits, %v", len(raw)*8, err)
	}
	h.post(t, "before")
	if got := h.states(t); !slices.Contains(got, "li addressless ") {
		t.Errorf("before the code came back: got %v", got)
	}
	for name, by := range map[string]access.Actor{"somebody else's code": h.actor("wang")} {
		if err := h.Confirm(t.Context(), by, code); fault.KindOf(err) != fault.Invalid {
			t.Errorf("%s: got %v", name, err)
		}
	}
	if err := h.Confirm(t.Context(), li, code+"x"); fault.KindOf(err) != fault.Invalid {
		t.Errorf("a wrong code: got %v", err)
	}
	if err := h.Confirm(t.Context(), li, code); err != nil {
		t.Fatal(err)
	}
	if err := h.Confirm(t.Context(), li, code); fault.KindOf(err) != fault.Invalid {
		t.Errorf("a code that was used: got %v", err)
	}
	box, err := h.store.Mailbox(t.Context(), "li")
	if err != nil || strings.Contains(box.Email, "unit") || box.Email == "" {
		t.Errorf("at rest: got %q, %v", box.Email, err)
	}
	if err := h.Choose(t.Context(), li, inbox.Wish{Lang: "en", Off: []inbox.Kind{"filing"}, Phone: "+86 139-0000-0000"}); err != nil {
		t.Fatal(err)
	}
	h.post(t, "after")
	if got := h.states(t); !slices.Contains(got, "li declined ") {
		t.Errorf("a kind that is turned off: got %v", got)
	}
	reach, err := h.Reach(t.Context(), li)
	if err != nil || reach.Email != "li@unit.example" || reach.Phone != "+8613900000000" || reach.Lang != "en" {
		t.Errorf("got %+v, %v", reach, err)
	}
	entries, err := h.store.Trail(t.Context(), 0, 100)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		if text := e.Before + e.After + e.Reason + e.Object; strings.Contains(text, "example") || strings.Contains(text, code) || strings.Contains(text, "1390000") {
			t.Errorf("the trail says %q", text)
		}
	}
}

func TestACodeThatIsTwoDaysOldDoesNotCount(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	if err := h.Address(t.Context(), h.actor("li"), "li@unit.example"); err != nil {
		t.Fatal(err)
	}
	letters, _ := h.office.got()
	code := regexp.MustCompile(`/inbox/confirm/([\w-]+)`).FindStringSubmatch(plain(letters[0]))[1]
	h.at = h.at.Add(48*time.Hour + time.Second)
	if err := h.Confirm(t.Context(), h.actor("li"), code); fault.KindOf(err) != fault.Invalid {
		t.Errorf("got %v", err)
	}
}
