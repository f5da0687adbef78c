package survey_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"minyi/indicators/access"
	"minyi/indicators/fault"
	"minyi/survey"
	"minyi/survey/frame"
	"minyi/survey/invite"
	"minyi/survey/monitor"
)

// code is that of a refusal, empty for none.
func code(err error) string {
	if all := fault.All(err); len(all) > 0 {
		return all[0].Code
	}
	return ""
}

func TestMonitorCountsTheSampleAndThePostersApart(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id := h.opened(t, "640200")
	links, posters := h.tokens(t, id, invite.OneTime), h.tokens(t, id, invite.Poster)
	for k := range 6 {
		h.respond(t, links[k], "4", "female")
	}
	h.on(2020, time.September, 17)
	for k := 6; k < 10; k++ {
		h.respond(t, links[k], "4", "male")
	}
	h.respond(t, posters[0], "1", "male")
	m, err := h.Monitor(t.Context(), agent(), id)
	if err != nil {
		t.Fatal(err)
	}
	if m.Sampled.Complete != 10 || m.Posters.Complete != 1 {
		t.Errorf("%d of the sample and %d of the posters, want 10 and 1", m.Sampled.Complete, m.Posters.Complete)
	}
	var days [][3]int
	for _, d := range m.Days {
		days = append(days, [3]int{d.Sampled, d.Answered, d.Postered})
	}
	if len(days) != 3 || days[0] != [3]int{6, 6, 0} || days[1] != [3]int{} || days[2] != [3]int{4, 4, 1} {
		t.Errorf("days %v, want six, none, and four with one of a poster", days)
	}
	complete, shares := 0, 0
	for _, s := range m.Strata() {
		complete += s.Complete
		shares += m.Share(s)
	}
	if complete != 10 || shares != 0 || m.TargetFrom != "" {
		t.Errorf("strata sum to %d with a target of %d (%q), want 10 and none", complete, shares, m.TargetFrom)
	}
	if m.Outcomes.All.I != 10 || m.Outcomes.All.Cases() != m.Sampled.Links {
		t.Errorf("outcomes %+v, want 10 interviews of %d links", m.Outcomes.All, m.Sampled.Links)
	}
	quiet := 0
	for _, a := range m.Alarms {
		if a.Kind == monitor.Quiet {
			quiet++
		}
	}
	if quiet != 0 {
		t.Errorf("%d quiet places after two days, want none before the third", quiet)
	}
	if _, err := h.Monitor(t.Context(), officer(), id); fault.KindOf(err) != fault.Forbidden {
		t.Errorf("the office: got %v, want to be refused", err)
	}
}

func TestPulseChangesWithWhatIsShown(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id := h.opened(t, "640200")
	pulse := func(by access.Actor, of survey.ID) survey.Pulse {
		p, err := h.Pulse(t.Context(), by, of)
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	first, all := pulse(agent(), id), pulse(agent(), "")
	if again := pulse(agent(), id); again != first {
		t.Errorf("got %+v, then %+v with nothing in between", first, again)
	}
	h.respond(t, h.tokens(t, id, invite.OneTime)[0], "4", "male")
	if now := pulse(agent(), id); now.Sheets != first.Sheets+1 {
		t.Errorf("sheets %d, want one more than %d", now.Sheets, first.Sheets)
	}
	if now := pulse(agent(), ""); now == all {
		t.Error("the pulse of all surveys did not change")
	}
}

func TestMonitorTargetComesFromTheSettingFirst(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id := h.opened(t, "640200")
	set := monitor.Usual()
	set.Target = 60
	if _, err := h.SetMonitoring(t.Context(), agent(), id, set); err != nil {
		t.Fatal(err)
	}
	m, err := h.Monitor(t.Context(), agent(), id)
	if err != nil || m.Target != 60 || m.TargetFrom != "set" {
		t.Fatalf("target %d from %q, %v; want 60 as set", m.Target, m.TargetFrom, err)
	}
	sum := 0
	for _, s := range m.Strata() {
		sum += m.Share(s)
	}
	if sum != 60 {
		t.Errorf("the strata share %d, want 60", sum)
	}
	set.Quiet = 0
	if _, err := h.SetMonitoring(t.Context(), agent(), id, set); code(err) != "monitor.bounds" {
		t.Errorf("out of bounds: got %v", err)
	}
	if _, err := h.Close(t.Context(), agent(), id); err != nil {
		t.Fatal(err)
	}
	if _, err := h.SetMonitoring(t.Context(), agent(), id, monitor.Usual()); code(err) != "survey.state" {
		t.Errorf("after the close: got %v", err)
	}
}

func TestRunningEstimateIsReadByLeaveAndOnTheTrailC97(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id := h.wide(t)
	links, chance := h.tokens(t, id, invite.OneTime), rand.New(rand.NewPCG(5, 6))
	chance.Shuffle(len(links), func(i, j int) { links[i], links[j] = links[j], links[i] })
	at := 0
	answer := func(n int) {
		for range n {
			point := "4"
			if chance.Float64() < 0.3 {
				point = "2"
			}
			h.respond(t, links[at], point, "female")
			at++
		}
	}
	read := func() string {
		_, err := h.ReadRunning(t.Context(), agent(), id)
		if err != nil && code(err) == "" {
			t.Fatal(err)
		}
		return code(err)
	}
	if got := read(); got != "monitor.peek.off" {
		t.Errorf("without leave: got %q", got)
	}
	if _, err := h.AllowPeek(t.Context(), agent(), id, true, " "); code(err) != "reason.needed" {
		t.Errorf("leave without a reason: got %v", err)
	}
	if _, err := h.AllowPeek(t.Context(), agent(), id, true, "中期汇报"); err != nil {
		t.Fatal(err)
	}
	answer(20)
	if got := read(); got != "monitor.peek.few" {
		t.Errorf("of 20 sheets: got %q", got)
	}
	answer(100)
	if got := read(); got != "" {
		t.Errorf("of 120 sheets: refused with %q", got)
	}
	if got := read(); got != "monitor.peek.soon" {
		t.Errorf("at once again: got %q", got)
	}
	answer(10)
	if got := read(); got != "" {
		t.Errorf("after ten more: refused with %q", got)
	}
	m, err := h.Monitor(t.Context(), agent(), id)
	if err != nil {
		t.Fatal(err)
	}
	kept := m.Survey.Watched.Readings
	if len(kept) != 2 || kept[0].N != 120 || kept[1].N != 130 || kept[0].By != agent().Name {
		t.Fatalf("readings %+v, want two of 120 and 130 sheets", kept)
	}
	for _, r := range kept {
		if !(r.Low < r.Est && r.Est < r.High) || r.Est < 0.5 || r.Est > 0.9 || r.High-r.Low < 0.15 {
			t.Errorf("reading %+v, want about 0.7 within wide limits", r)
		}
	}
	trail := trailOf(t, h)
	if got := strings.Count(trail, "survey.monitor.read"); got != 2 {
		t.Errorf("%d readings in the trail, want 2", got)
	}
	if strings.Contains(trail, "0.7") {
		t.Error("the trail tells what was read")
	}
	if _, err := h.Close(t.Context(), agent(), id); err != nil {
		t.Fatal(err)
	}
	if got := read(); got != "survey.state" {
		t.Errorf("after the close: got %q", got)
	}
}

// wide is a survey in the field with 40 PSUs in two strata.
func (h *house) wide(t *testing.T) survey.ID {
	t.Helper()
	sv, err := h.Create(t.Context(), agent(), order("640200"))
	if err != nil {
		t.Fatal(err)
	}
	var list strings.Builder
	list.WriteString("stratum,psu,name,size\n")
	for i := range 60 {
		fmt.Fprintf(&list, "rural,v%d,村%d,%d\nurban,c%d,社区%d,%d\n", i, i, 400+i, i, i, 500+i)
	}
	if _, err := h.ImportFrame(t.Context(), agent(), sv.ID, strings.NewReader(list.String())); err != nil {
		t.Fatal(err)
	}
	if _, err := h.Draw(t.Context(), agent(), sv.ID, frame.Plan{Seed: 7, Links: 400, PerPSU: 10}); err != nil {
		t.Fatal(err)
	}
	if _, err := h.Start(t.Context(), agent(), sv.ID); err != nil {
		t.Fatal(err)
	}
	return sv.ID
}

// trailOf is the text of all entries about the monitor.
func trailOf(t *testing.T, h *house) (out string) {
	t.Helper()
	err := h.half.Reader().QueryRowContext(t.Context(),
		`SELECT group_concat(action || ' ' || coalesce(json_extract(after, '$.monitoring'), ''), char(10)) FROM trail WHERE action LIKE 'survey.monitor.%'`).Scan(&out)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestLikenessIsShownFromTheLeastOnAndInSteps(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id := h.opened(t, "640200")
	links := h.tokens(t, id, invite.OneTime)
	rand.New(rand.NewPCG(7, 8)).Shuffle(len(links), func(i, j int) { links[i], links[j] = links[j], links[i] })
	look := func() *survey.Likeness {
		l, err := h.Likeness(t.Context(), agent(), id)
		if err != nil {
			t.Fatal(err)
		}
		return l
	}
	for _, link := range links[:9] {
		h.respond(t, link, "4", "female")
	}
	if got := look(); !got.Few || got.Census != nil {
		t.Errorf("of nine answers: %d tables are shown", len(got.Census))
	}
	for _, link := range links[9:40] {
		h.respond(t, link, "4", "female")
	}
	got := look()
	if got.Few || len(got.Census) == 0 || got.N != 40 {
		t.Fatalf("of 40 answers: %+v", got)
	}
	for _, b := range got.Census {
		for _, row := range b.Rows {
			if b.Variable == "sex" && row.Category == "female" && row.Share != 1 {
				t.Errorf("share of women %v, want all", row.Share)
			}
		}
	}
	if got.Response == nil || got.Response.R < 0 || got.Response.R > 1 || len(got.Response.Groups) < 2 {
		t.Errorf("R-indicator %+v", got.Response)
	}
	for _, link := range links[40:49] {
		h.respond(t, link, "4", "male")
	}
	if again := look(); again.N != 40 {
		t.Errorf("the table is of %d answers after nine more, want the 40 of before", again.N)
	}
	h.respond(t, links[49], "4", "male")
	if again := look(); again.N != 50 {
		t.Errorf("the table is of %d answers after ten more, want 50", again.N)
	}
}
