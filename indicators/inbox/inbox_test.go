package inbox_test

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"minyi/indicators/access"
	"minyi/indicators/audit"
	"minyi/indicators/fault"
	"minyi/indicators/inbox"
	"minyi/indicators/store"
)

// world is a programme's database with accounts, and the inbox over it.
type world struct {
	*inbox.Service
	store *store.Store
	ctx   context.Context

	mu  sync.Mutex
	at  time.Time
	ids int
}

func (w *world) now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.at
}

func (w *world) id() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.ids++
	return fmt.Sprintf("id-%04d", w.ids)
}

// newWorld has two officers, an agency, and two applicants of 640100 and one of 640200.
func newWorld(t *testing.T) *world {
	t.Helper()
	s, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "programme.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	w := &world{store: s, ctx: t.Context(), at: time.Date(2020, time.August, 24, 1, 0, 0, 0, time.UTC)}
	for _, a := range []access.Account{
		{Name: "Office-1", Role: access.Office},
		{Name: "office-2", Role: access.Office},
		{Name: "agency", Role: access.Agency},
		{Name: "yinchuan", Role: access.Applicant, Unit: "640100"},
		{Name: "yinchuan-2", Role: access.Applicant, Unit: "640100"},
		{Name: "shizuishan", Role: access.Applicant, Unit: "640200"},
	} {
		a.Key, a.Created = access.Fold(a.Name), w.at
		if err := s.AddAccount(t.Context(), &a, audit.Entry{At: w.at, Actor: "test", Action: "account.add"}); err != nil {
			t.Fatal(err)
		}
	}
	w.Service = inbox.NewService(inbox.Config{
		Store: s, Key: []byte(strings.Repeat("k", 32)), Base: "https://minyi.example", Now: w.now, Wall: w.now, NewID: w.id,
		Say: func(lang, key string, params map[string]string) string {
			return lang + "|" + key + "|" + params["link"]
		},
	})
	return w
}

func officer() access.Actor { return access.Actor{Name: "Office-1", Role: access.Office} }
func second() access.Actor  { return access.Actor{Name: "office-2", Role: access.Office} }
func applicant() access.Actor {
	return access.Actor{Name: "yinchuan", Role: access.Applicant, Unit: "640100"}
}

func message(key string, to inbox.Recipient) inbox.Message {
	return inbox.Message{Code: "filing.closes", Params: map[string]string{"date": "2020-08-31"}, To: to, Link: "/apply", Key: key}
}

// got returns the keys in somebody's inbox.
func (w *world) got(t *testing.T, by access.Actor, show inbox.Show) (out []string) {
	t.Helper()
	all, n, err := w.Inbox(w.ctx, by, inbox.Filter{Show: show, Limit: 100})
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range all {
		out = append(out, c.Key)
	}
	if n != len(out) {
		t.Errorf("counted %d, listed %d", n, len(out))
	}
	return out
}

func (w *world) post(t *testing.T, all ...inbox.Message) {
	t.Helper()
	for _, m := range all {
		if err := w.Post(w.ctx, m); err != nil {
			t.Fatal(err)
		}
	}
}

func TestMessagesReachExactlyWhomTheyAreFor(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.post(t, message("role", inbox.ToRole(access.Office)), message("unit", inbox.ToUnit("640100")), message("one", inbox.ToAccount("OFFICE-1")))
	for _, c := range []struct {
		name string
		by   access.Actor
		want []string
	}{
		{"an officer", officer(), []string{"one", "role"}},
		{"the other officer", second(), []string{"role"}},
		{"the unit's applicant", applicant(), []string{"unit"}},
		{"the unit's second account", access.Actor{Name: "yinchuan-2"}, []string{"unit"}},
		{"another unit", access.Actor{Name: "shizuishan"}, nil},
		{"the agency", access.Actor{Name: "agency"}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := w.got(t, c.by, inbox.All); !slices.Equal(got, c.want) {
				t.Errorf("got %v, want %v", got, c.want)
			}
			if n, err := w.Unread(w.ctx, c.by); err != nil || n != len(c.want) {
				t.Errorf("unread: got %d, %v, want %d", n, err, len(c.want))
			}
		})
	}
}

func TestTheSameKeyIsPostedOnceUnderManyCallers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var all sync.WaitGroup
	failures := make(chan error, 8)
	for range cap(failures) {
		all.Go(func() {
			for i := range 5 {
				if err := w.Post(w.ctx, message(fmt.Sprint("key-", i), inbox.ToRole(access.Office))); err != nil {
					failures <- err
				}
			}
		})
	}
	all.Wait()
	close(failures)
	for err := range failures {
		t.Error(err)
	}
	got := w.got(t, officer(), inbox.All)
	slices.Sort(got)
	if want := []string{"key-0", "key-1", "key-2", "key-3", "key-4"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestAMessageWithoutOneRecipientOrWithAForeignLinkIsACallersMistake(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for name, m := range map[string]inbox.Message{
		"no recipient":   message("a", inbox.Recipient{}),
		"two recipients": message("b", inbox.Recipient{Role: access.Office, Unit: "640100"}),
		"no key":         message("", inbox.ToRole(access.Office)),
		"another host":   {Code: "x", Key: "c", To: inbox.ToRole(access.Office), Link: "//evil.example/"},
		"a scheme":       {Code: "x", Key: "d", To: inbox.ToRole(access.Office), Link: "https://evil.example/"},
	} {
		if err := w.Post(w.ctx, m); err == nil {
			t.Errorf("%s: was posted", name)
		}
	}
	if got := w.got(t, officer(), inbox.All); len(got) > 0 {
		t.Errorf("got %v", got)
	}
}

func TestReadAndUnreadBelongToOneAccountDoneToAllWhoShareTheWork(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	task := message("task", inbox.ToUnit("640100"))
	task.Due = w.now().Add(24 * time.Hour)
	w.post(t, task, message("word", inbox.ToUnit("640100")))
	all, _, err := w.Inbox(w.ctx, applicant(), inbox.Filter{Show: inbox.Tasks, Limit: 9})
	if err != nil || len(all) != 1 {
		t.Fatalf("got %v, %v", all, err)
	}
	id := all[0].ID
	if err := w.Finish(w.ctx, officer(), id); fault.KindOf(err) != fault.NotFound {
		t.Errorf("somebody else's task: got %v, want not found", err)
	}
	if err := w.Finish(w.ctx, applicant(), id); err != nil {
		t.Fatal(err)
	}
	colleague := access.Actor{Name: "yinchuan-2", Role: access.Applicant, Unit: "640100"}
	if got := w.got(t, colleague, inbox.Tasks); len(got) != 0 {
		t.Errorf("the colleague still has %v", got)
	}
	if c, err := w.Message(w.ctx, colleague, id); err != nil || c.Doer != "yinchuan" {
		t.Errorf("got %+v, %v, want done by yinchuan", c, err)
	}
	if err := w.Reopen(w.ctx, colleague, id); err != nil {
		t.Fatal(err)
	}
	if got, want := w.got(t, applicant(), inbox.Tasks), []string{"task"}; !slices.Equal(got, want) {
		t.Errorf("after reopening: got %v, want %v", got, want)
	}
	if err := w.See(w.ctx, applicant(), ""); err != nil {
		t.Fatal(err)
	}
	if n, _ := w.Unread(w.ctx, colleague); n != 2 {
		t.Errorf("the colleague has %d unread, want 2", n)
	}
	if err := w.Unsee(w.ctx, applicant(), id); err != nil {
		t.Fatal(err)
	}
	if got, want := w.got(t, applicant(), inbox.Unread), []string{"task"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestANewerTaskOnATopicReplacesTheOlderAndSettlingEndsAll(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for i, days := range []int{7, 3} {
		m := message(fmt.Sprint("in-", days), inbox.ToUnit("640100"))
		m.Topic, m.Due = "filing/2020/640100", w.now().Add(time.Duration(i+1)*time.Hour)
		w.post(t, m)
	}
	elsewhere := message("other", inbox.ToUnit("640200"))
	elsewhere.Topic, elsewhere.Due = "filing/2020/640200", w.now().Add(time.Hour)
	w.post(t, elsewhere)
	if got, want := w.got(t, applicant(), inbox.Tasks), []string{"in-3"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if err := w.Settle(w.ctx, "filing/2020/640100"); err != nil {
		t.Fatal(err)
	}
	if got := w.got(t, applicant(), inbox.Tasks); len(got) != 0 {
		t.Errorf("after settling: got %v", got)
	}
	if got, want := w.got(t, access.Actor{Name: "shizuishan"}, inbox.Tasks), []string{"other"}; !slices.Equal(got, want) {
		t.Errorf("the other unit: got %v, want %v", got, want)
	}
}
