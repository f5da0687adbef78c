package store_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"minyi/indicators/access"
	"minyi/indicators/audit"
	"minyi/indicators/db"
	"minyi/indicators/db/dbtest"
	"minyi/indicators/fault"
	"minyi/indicators/inbox"
	"minyi/indicators/keyring"
	"minyi/indicators/privacy"
	"minyi/indicators/store"
)

// people is a programme half with two officials, whose addresses, subscription,
// session and messages it keeps.
type people struct {
	*store.Store
	*privacy.Service
	inbox *inbox.Service
	path  string
	now   time.Time
}

func (p *people) clock() time.Time { return p.now }

func li() access.Actor { return access.Actor{Name: "li", Role: access.Office} }

func newPeople(t *testing.T) *people {
	t.Helper()
	p := &people{path: filepath.Join(t.TempDir(), "programme.db"), now: time.Date(2020, 9, 1, 2, 0, 0, 0, time.UTC)}
	dbtest.Place(t, "programme", p.path, store.Open)
	var err error
	if p.Store, err = store.Open(t.Context(), p.path); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { must(t, p.Close()) })
	keys, err := keyring.Open(filepath.Dir(p.path), keyring.AES, p.clock)
	must(t, err)
	n := 0
	p.inbox = inbox.NewService(inbox.Config{
		Store: p.Store, Seals: keyring.New(keys).Box("mailbox"), Now: p.clock, Wall: p.clock,
		NewID: func() string { n++; return "message-" + strings.Repeat("x", n) },
	})
	p.Service = privacy.NewService(p.Store, p.clock, p.clock)
	for _, name := range []string{"li", "wang"} {
		a := &access.Account{Key: name, Name: name, Role: access.Office, Hash: "-", Created: p.now}
		must(t, p.AddAccount(t.Context(), a, audit.Entry{Action: "account.add", Object: "account/" + name}))
		must(t, p.AddSession(t.Context(), &access.Session{Hash: "session-of-" + name, Key: name, Created: p.now, Seen: p.now}, audit.Entry{Action: "login.in"}))
		by := access.Actor{Name: name, Role: access.Office}
		must(t, p.inbox.Choose(t.Context(), by, inbox.Wish{Phone: "13900001111"}))
		_, err := p.inbox.NewFeed(t.Context(), by)
		must(t, err)
	}
	must(t, p.inbox.Post(t.Context(), inbox.Message{
		Key: "marker-key", Code: "steps.moved", Link: "/marker-link", To: inbox.ToRole(access.Office),
	}))
	return p
}

// traces are bytes by which what is kept of a person can be found in a file.
func (p *people) traces(t *testing.T, account string) [][]byte {
	t.Helper()
	box, err := p.Mailbox(t.Context(), account)
	must(t, err)
	if box.Phone == "" {
		t.Fatalf("%s has no number", account)
	}
	return [][]byte{[]byte(box.Phone)}
}

// standing says which of the traces stand in the file, its log or a fresh backup.
func (p *people) standing(t *testing.T, traces [][]byte) (n int) {
	t.Helper()
	backup := filepath.Join(t.TempDir(), "backup.db")
	must(t, db.Snapshot(t.Context(), p.path, backup))
	for _, path := range []string{p.path, p.path + "-wal", backup} {
		raw, err := os.ReadFile(path)
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			t.Fatal(err)
		}
		for _, one := range traces {
			n += bytes.Count(raw, one)
		}
	}
	return n
}

func (p *people) last(t *testing.T) audit.Entry {
	t.Helper()
	all, err := p.Trail(t.Context(), 0, 10000)
	must(t, err)
	return all[len(all)-1]
}

// TestS41OfficialsSeeCopyCorrectAndDelete: one part a right, and what must stay is
// named and stays.
func TestS41OfficialsSeeCopyCorrectAndDelete(t *testing.T) {
	t.Parallel()
	p := newPeople(t)
	r, err := p.Own(t.Context(), li())
	if err != nil || r.Name != "li" || r.Role != access.Office || len(r.Sessions) != 1 || len(r.Messages) != 1 || !r.Feed || !r.Mailbox || r.Trail == 0 {
		t.Fatalf("seen: %+v, %v", r, err)
	}
	if copied, err := p.Service.Copy(t.Context(), li()); err != nil || copied.Name != "li" || p.last(t).Action != "privacy.copy" {
		t.Errorf("copied: %+v, %v, %v", copied, err, p.last(t))
	}
	must(t, p.inbox.Choose(t.Context(), li(), inbox.Wish{Phone: "13900002222"}))
	if reach, err := p.inbox.Reach(t.Context(), li()); err != nil || reach.Phone != "13900002222" {
		t.Errorf("corrected: %+v, %v", reach, err)
	}
	traces := p.traces(t, "li")
	counts, err := p.Drop(t.Context(), li())
	if err != nil || counts["mailbox"] != 1 || counts["feed"] != 1 || counts["message_copy"] != 1 {
		t.Errorf("deleted: %v, %v", counts, err)
	}
	if e := p.last(t); e.Action != "privacy.drop" || !strings.Contains(e.After, `"mailbox":1`) || strings.Contains(e.After, "139") {
		t.Errorf("the trail says %+v", e)
	}
	if n := p.standing(t, traces); n != 0 {
		t.Errorf("what was deleted stands %d times in the files", n)
	}
	if r, err = p.Own(t.Context(), li()); err != nil || r.Mailbox || r.Feed || len(r.Messages) != 0 || r.Name != "li" || r.Trail == 0 {
		t.Errorf("left: %+v, %v", r, err)
	}
	if other, err := p.Own(t.Context(), access.Actor{Name: "wang", Role: access.Office}); err != nil || !other.Mailbox || len(other.Messages) != 1 {
		t.Errorf("somebody else's went too: %+v, %v", other, err)
	}
	if _, err := p.Own(t.Context(), access.Actor{}); fault.KindOf(err) != fault.Forbidden {
		t.Errorf("a stranger got %v", err)
	}
}

// TestS40WhatIsPastItsTermIsGoneFromTheFiles: sessions that are over, addresses and
// subscriptions of a closed account, and messages after three years go, with an entry
// that counts them; their bytes stand neither in the file, nor in its log, nor in a
// backup that is made later. What is within its term stays.
func TestS40WhatIsPastItsTermIsGoneFromTheFiles(t *testing.T) {
	t.Parallel()
	p := newPeople(t)
	entries := p.last(t).Seq
	must(t, p.Tend(t.Context()))
	if got := p.last(t).Seq; got != entries {
		t.Errorf("nothing was due and the trail has %d more entries", got-entries)
	}
	traces := append(p.traces(t, "li"), []byte("session-of-li"), []byte("session-of-wang"))
	if n := p.standing(t, traces); n < len(traces) {
		t.Fatalf("before: %d found", n)
	}
	must(t, p.UpdateAccount(t.Context(), "li", audit.Entry{Action: "account.disable"}, func(a *access.Account) error { a.Disabled = true; return nil }))
	p.now = p.now.Add(13 * time.Hour)
	must(t, p.Tend(t.Context()))
	e := p.last(t)
	if e.Action != "privacy.erase" || !strings.Contains(e.After, `"mailbox":1`) || !strings.Contains(e.After, `"feed":1`) || !strings.Contains(e.After, `"session":1`) {
		t.Errorf("the trail says %+v", e)
	}
	if n := p.standing(t, traces); n != 0 {
		t.Errorf("what was erased stands %d times in the files", n)
	}
	if n := p.standing(t, p.traces(t, "wang")); n == 0 {
		t.Error("the address of somebody who is still there is gone")
	}
	message := [][]byte{[]byte("marker-key"), []byte("/marker-link")}
	p.now = p.now.AddDate(0, 0, privacy.MessageDays-1)
	must(t, p.Tend(t.Context()))
	if n := p.standing(t, message); n == 0 {
		t.Error("a message is gone before its term")
	}
	p.now = p.now.AddDate(0, 0, 1)
	must(t, p.Tend(t.Context()))
	if e := p.last(t); !strings.Contains(e.After, `"message":1`) || !strings.Contains(e.After, `"message_copy":2`) {
		t.Errorf("the trail says %+v", e)
	}
	if n := p.standing(t, message); n != 0 {
		t.Errorf("the message stands %d times in the files", n)
	}
}
