package main

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	walker "minyi/cmd/internal/browser"
	"minyi/indicators/access"
	"minyi/indicators/inbox"
	"minyi/indicators/roster"
)

// TestC90CalendarInABrowser moves the notice with a reason as the office does, finds
// it on the public's calendar and in an applicant's inbox, and reads it there; the
// filing window is refused. Then it looks into the store.
func TestC90CalendarInABrowser(t *testing.T) {
	if testing.Short() {
		t.Skip("plays a round for a browser")
	}
	t.Parallel()
	walker.Need(t)
	folder := t.TempDir()
	d := startDemo(t, folder, "--at", "2020-09-02T09:00")
	p := walker.Open(t, d.URL, walker.Options{Screen: walker.Desk(), Script: true})
	enter(t, d, p, "office1")
	p.Go("/office/calendar")
	p.Select("#notice_to", "2020-11-20")
	p.Fill("#reason", "答复异议需要更多时间")
	p.Press(`form[action="/office/calendar/2020"] button`)
	if got := p.Text("main"); !strings.Contains(got, "日程已调整并公告") || !strings.Contains(got, "答复异议需要更多时间") {
		t.Fatalf("after the change: %.600s", got)
	}
	for _, barrier := range p.Barriers() {
		t.Errorf("the office's calendar: %s", barrier)
	}
	p.Go("/office/messages?kind=calendar")
	if got := p.Text("main"); !strings.Contains(got, "日程调整") || !strings.Contains(got, "未配置") {
		t.Errorf("messages: %.600s", got)
	}
	signOut(p)
	p.Go("/calendar")
	if got := p.Text("main"); !strings.Contains(got, "2020年11月20日") || !strings.Contains(got, "答复异议需要更多时间") {
		t.Errorf("the public's calendar: %.600s", got)
	}
	status, feed := d.person(t).open("/calendar.ics")
	if status != 200 || !strings.Contains(feed, "UID:round-2020-notice@127.0.0.1\r\n") || !strings.Contains(feed, "DTEND;VALUE=DATE:20201121\r\n") {
		t.Errorf("the feed: %d %.900s", status, feed)
	}
	enter(t, d, p, "applicant-640100")
	p.Go("/inbox?kind=calendar")
	if got := p.Text("main"); !strings.Contains(got, "公示改为2020年11月1日至2020年11月20日") {
		t.Errorf("the applicant's inbox: %.600s", got)
	}
	p.Press(`li.mail button[value="read"]`)
	if got := p.Count("li.mail.fresh"); got != 0 {
		t.Errorf("%d are unread after reading", got)
	}
	movedInStore(t, folder)
}

// movedInStore looks at what the change left: the window, its reason and time, the
// read message, and a trail that is whole.
func movedInStore(t *testing.T, folder string) {
	t.Helper()
	s, err := readProgramme(t, filepath.Join(folder, programmeFile))
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}()
	r, err := s.Round(t.Context(), 2020)
	if err != nil || len(r.Moves) != 1 || r.Moves[0].By != "office1" || r.Moves[0].Reason != "答复异议需要更多时间" ||
		r.Settings.Notice.To != roster.On(2020, time.November, 20) {
		t.Errorf("the round: got %+v, %v", r.Moves, err)
	}
	all, _, err := s.Copies(t.Context(), access.Fold("applicant-640100"), inbox.Filter{Kind: "calendar", Limit: 9})
	if err != nil || len(all) != 1 || all[0].Seen.IsZero() {
		t.Errorf("the inbox: got %+v, %v, want one message that was read", all, err)
	}
	if err := s.CheckTrail(t.Context()); err != nil {
		t.Error(err)
	}
}
