package reminder_test

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"minyi/indicators"
	"minyi/indicators/access"
	"minyi/indicators/audit"
	"minyi/indicators/inbox"
	"minyi/indicators/reminder"
	"minyi/indicators/roster"
	"minyi/indicators/store"
)

// state is what a round's steps say of themselves.
type state struct {
	unfiled []string
	sheets  []reminder.Sheets
	surveys []reminder.Survey
	visits  []string
	notice  bool
	named   bool
}

func (s *state) Unfiled(context.Context, int) ([]string, error)          { return s.unfiled, nil }
func (s *state) Sheets(context.Context, int) ([]reminder.Sheets, error)  { return s.sheets, nil }
func (s *state) Surveys(context.Context, int) ([]reminder.Survey, error) { return s.surveys, nil }
func (s *state) Visits(context.Context, int) ([]string, error)           { return s.visits, nil }
func (s *state) Posted(context.Context, int) (notice, named bool, err error) {
	return s.notice, s.named, nil
}

// house is a round of 2020 in a real store, with its inboxes.
type house struct {
	*reminder.Service
	*state
	store  *store.Store
	roster *roster.Service
	box    *inbox.Service
	mu     sync.Mutex
	at     time.Time
	ids    int
}

func (h *house) now() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.at
}

func (h *house) id() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.ids++
	return fmt.Sprintf("id-%04d", h.ids)
}

func officer() access.Actor { return access.Actor{Name: "wang", Role: access.Office} }

func newHouse(t *testing.T) *house {
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
	h := &house{store: s, state: &state{}, at: roster.On(2020, time.July, 1).Start()}
	if h.roster, err = roster.NewService(s, h.now); err != nil {
		t.Fatal(err)
	}
	for _, a := range []access.Account{
		{Name: "wang", Role: access.Office},
		{Name: "chen", Role: access.Assessor},
		{Name: "agency", Role: access.Agency},
		{Name: "lin", Role: access.Inspector},
		{Name: "yinchuan", Role: access.Applicant, Unit: "640100"},
		{Name: "shizuishan", Role: access.Applicant, Unit: "640200"},
	} {
		a.Key, a.Created = a.Name, h.at
		if err := s.AddAccount(t.Context(), &a, audit.Entry{At: h.at, Actor: "test", Action: "account.add"}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := h.roster.OpenRound(t.Context(), officer(), roster.NewRound{
		Year: 2020, Edition: indicators.Edition2019, Settings: roster.Defaults(2020),
		Plan: roster.Plan{Number: "宁法办发〔2019〕39号", Date: roster.On(2019, time.December, 18), Basis: "中法办发〔2019〕10号"},
	}); err != nil {
		t.Fatal(err)
	}
	h.restart()
	return h
}

// restart makes the services anew over the same store.
func (h *house) restart() {
	h.box = inbox.NewService(inbox.Config{Store: h.store, Key: []byte(strings.Repeat("k", 32)), Now: h.now, Wall: h.now, NewID: h.id})
	h.Service = reminder.NewService(h.roster, h.state, h.box)
}

// on moves the clock to nine in the morning of a day and reminds.
func (h *house) on(t *testing.T, month time.Month, day int) {
	t.Helper()
	h.mu.Lock()
	h.at = roster.On(2020, month, day).Start().Add(9 * time.Hour)
	h.mu.Unlock()
	if err := h.Remind(t.Context(), h.now()); err != nil {
		t.Fatal(err)
	}
}

// got returns what somebody's inbox holds, oldest first, as codes and stages.
func (h *house) got(t *testing.T, name string, show inbox.Show) (out []string) {
	t.Helper()
	all, _, err := h.box.Inbox(t.Context(), access.Actor{Name: name}, inbox.Filter{Show: show, Limit: 100})
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range slices.Backward(all) {
		parts := strings.Split(m.Key, "/")
		out = append(out, m.Code+" "+strings.Join(parts[len(parts)-2:], "/"))
	}
	return out
}

func (h *house) want(t *testing.T, name string, want ...string) {
	t.Helper()
	if got := h.got(t, name, inbox.All); !slices.Equal(got, want) {
		t.Errorf("%s: got %q, want %q", name, got, want)
	}
}

func TestApplicantsAreRemindedOfFilingUntilTheyHaveFiled(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.unfiled = []string{"640100", "640200"}
	h.on(t, time.July, 31)
	h.want(t, "yinchuan")
	h.on(t, time.August, 24) // the last day is 31 August: 7 days before its end is the start of the 25th
	h.want(t, "yinchuan")
	h.on(t, time.August, 25)
	h.on(t, time.August, 26)
	h.want(t, "yinchuan", "filing.closes before/7")
	h.unfiled = []string{"640200"} // Yinchuan files
	h.on(t, time.August, 29)
	h.on(t, time.August, 31)
	h.on(t, time.September, 1)
	h.want(t, "yinchuan", "filing.closes before/7")
	if open := h.got(t, "yinchuan", inbox.Tasks); len(open) > 0 {
		t.Errorf("after filing %v is open", open)
	}
	h.want(t, "shizuishan", "filing.closes before/7", "filing.closes before/3", "filing.closes before/1")
	if open := h.got(t, "shizuishan", inbox.Tasks); len(open) > 0 {
		t.Errorf("after the window %v is open: nothing can be done any more", open)
	}
}

func TestWhatWasMissedIsToldOnceAndNothingTwice(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.unfiled = []string{"640100"}
	h.on(t, time.August, 30) // down since July: of 7 and 3 days only the nearer is told
	h.want(t, "yinchuan", "filing.closes before/3")
	var all sync.WaitGroup
	failures := make(chan error, 4)
	for range cap(failures) {
		all.Go(func() {
			for range 3 {
				if err := h.Remind(context.WithoutCancel(t.Context()), h.now()); err != nil {
					failures <- err
					return
				}
			}
		})
	}
	all.Wait()
	close(failures)
	for err := range failures {
		t.Error(err)
	}
	h.restart()
	h.on(t, time.August, 30)
	h.want(t, "yinchuan", "filing.closes before/3")
}

func TestC84EvaluationSurveyAndVerificationAreRemindedWithinTheirWindow(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.sheets = []reminder.Sheets{{Account: "chen", Interests: 1, Sheets: 2}}
	h.visits = []string{"640100"}
	h.on(t, time.August, 31)
	h.want(t, "chen")
	h.on(t, time.September, 1)
	h.want(t, "chen", "evaluation.interest 2020-10-31/start", "evaluation.sheet 2020-10-31/start")
	h.sheets[0].Interests = 0
	h.on(t, time.October, 25)
	if got, want := h.got(t, "chen", inbox.Tasks), []string{"evaluation.sheet before/7"}; !slices.Equal(got, want) {
		t.Errorf("open: got %v, want %v", got, want)
	}
	h.want(t, "lin", "verification.close before/7")
	h.want(t, "wang", "evaluation.close before/7", "verification.close before/7")
	h.sheets, h.visits = nil, nil
	h.on(t, time.November, 2)
	h.want(t, "lin", "verification.close before/7")
	for _, name := range []string{"chen", "lin"} {
		if got := h.got(t, name, inbox.Tasks); len(got) > 0 {
			t.Errorf("%s: done, but open: %v", name, got)
		}
	}
}

func TestC29TheSurveyIsDueInTheWindowOfTheEvaluation(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.on(t, time.August, 31)
	h.want(t, "agency")
	h.on(t, time.September, 1)
	h.want(t, "agency", "survey.open 2020-10-31/start")
	h.surveys = []reminder.Survey{{Unit: "640100", Window: roster.Between(roster.On(2020, 9, 5), roster.On(2020, 9, 30)), Asking: true}}
	h.on(t, time.September, 28)
	h.want(t, "agency", "survey.open 2020-10-31/start", "survey.closes before/3")
	h.surveys[0].Asking = false
	h.on(t, time.October, 2)
	h.on(t, time.November, 1) // the evaluation is over, the survey not released
	h.on(t, time.November, 9)
	got := h.got(t, "agency", inbox.All)
	if want := []string{"survey.release 2020-10-31/start", "survey.release_late late/0", "survey.release_late late/1"}; !slices.Equal(got[2:], want) {
		t.Errorf("got %v, want %v", got[2:], want)
	}
	h.surveys[0].Released = true
	h.on(t, time.November, 20)
	if open := h.got(t, "agency", inbox.Tasks); len(open) > 0 {
		t.Errorf("released, but open: %v", open)
	}
}

func TestC86AndC88TheOfficeIsRemindedOfNoticeAndNaming(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.on(t, time.November, 1)
	h.want(t, "wang", "notice.post 2020-11-10/start")
	h.notice = true
	h.on(t, time.November, 9)
	h.want(t, "wang", "notice.post 2020-11-10/start")
	h.on(t, time.December, 1)
	h.on(t, time.December, 29)
	h.want(t, "wang", "notice.post 2020-11-10/start", "naming.decide 2020-12-31/start", "naming.decide before/3")
	h.named = true
	h.on(t, time.December, 31)
	if open := h.got(t, "wang", inbox.Tasks); len(open) > 0 {
		t.Errorf("named, but open: %v", open)
	}
}

func TestC90AMovedStepIsRemindedByItsNewDates(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.notice = true
	h.on(t, time.December, 25)
	h.want(t, "wang", "naming.decide before/7")
	r, err := h.roster.Round(t.Context(), 2020)
	if err != nil {
		t.Fatal(err)
	}
	to := r.Settings.Windows()
	to.Naming.To = roster.On(2021, time.January, 15)
	if err := h.roster.Reschedule(t.Context(), officer(), 2020, r.Version, to, "会议改期"); err != nil {
		t.Fatal(err)
	}
	h.on(t, time.December, 26)
	h.want(t, "wang", "naming.decide before/7", "naming.decide 2021-01-15/start")
	if got := h.got(t, "wang", inbox.Tasks); len(got) != 1 || got[0] != "naming.decide 2021-01-15/start" {
		t.Errorf("open: got %v", got)
	}
}

func TestC65AnOverdueUpdateOfTheIndicatorsIsTold(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.mu.Lock()
	h.at = time.Date(2021, time.December, 20, 1, 0, 0, 0, time.UTC) // two years and two days after the notice of 18 December 2019
	h.mu.Unlock()
	if err := h.Remind(t.Context(), h.now()); err != nil {
		t.Fatal(err)
	}
	h.want(t, "wang", "catalogue.update_late late/0")
}

func TestTheDaysAreSettingsOfTheRound(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	r, err := h.roster.Round(t.Context(), 2020)
	if err != nil {
		t.Fatal(err)
	}
	to := r.Settings
	to.RemindSteps = "20, 2"
	if err := h.roster.Adjust(t.Context(), officer(), 2020, r.Version, to, "较早提醒"); err != nil {
		t.Fatal(err)
	}
	h.unfiled = []string{"640100"}
	h.on(t, time.August, 12)
	h.on(t, time.August, 25)
	h.on(t, time.August, 30)
	h.want(t, "yinchuan", "filing.closes before/20", "filing.closes before/2")
	r, err = h.roster.Round(t.Context(), 2020)
	if err != nil {
		t.Fatal(err)
	}
	to.RemindSteps = "soon"
	if err := h.roster.Adjust(t.Context(), officer(), 2020, r.Version, to, "x"); err == nil {
		t.Error("days that are none were taken")
	}
}
