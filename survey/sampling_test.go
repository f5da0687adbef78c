package survey_test

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"minyi/indicators/access"
	"minyi/indicators/fault"
	"minyi/indicators/roster"
	"minyi/survey"
	"minyi/survey/frame"
	"minyi/survey/frame/listing"
)

// marker stands in every name, telephone number and address of a list of people.
const (
	markName    = "玛珂珂"
	markPhone   = "0951777"
	markAddress = "标记路"
)

// peopleCSV is a list of people in four villages of two strata.
func peopleCSV(each int) string {
	var b strings.Builder
	b.WriteString("县区,城乡,村居,编号,姓名,电话,地址\n")
	for i := range 8 * each {
		psu := i % 8
		fmt.Fprintf(&b, "%s,%s,v%d,%d,%s%d,%s%04d,%s%d号\n", []string{"大武口区", "惠农区"}[psu/4], []string{"城镇", "乡村"}[psu%2], psu, i, markName, i, markPhone, i, markAddress, i)
	}
	return b.String()
}

// listed is a planned survey with an imported list of people.
func (h *house) listed(t *testing.T, unit roster.UnitCode, each int) survey.ID {
	t.Helper()
	sv, err := h.Create(t.Context(), agent(), order(unit))
	if err != nil {
		t.Fatal(err)
	}
	if err := h.Uploading(t.Context(), agent(), sv.ID, markName+".csv", listing.People, strings.NewReader(peopleCSV(each))); err != nil {
		t.Fatal(err)
	}
	if _, err := h.AcceptUpload(t.Context(), agent(), sv.ID, false, nil); err != nil {
		t.Fatal(err)
	}
	return sv.ID
}

// drawnList is a survey whose people are drawn by an announced number, with reserve.
func (h *house) drawnList(t *testing.T, unit roster.UnitCode) survey.ID {
	t.Helper()
	id := h.listed(t, unit, 60)
	plan := frame.Plan{Links: 80, PerPSU: 10, Reserve: 10}
	if _, err := h.SetPlan(t.Context(), agent(), id, frame.UsualTarget(), plan); err != nil {
		t.Fatal(err)
	}
	if _, err := h.AnnounceDraw(t.Context(), agent(), id, "双色球第2020107期", roster.On(2020, time.September, 15)); err != nil {
		t.Fatal(err)
	}
	if _, err := h.DrawBy(t.Context(), agent(), id, "03 07 11"); err != nil {
		t.Fatal(err)
	}
	return id
}

// files are the bytes of the survey half's files.
func (h *house) files(t *testing.T) []byte {
	t.Helper()
	names, err := filepath.Glob(filepath.Join(h.folder, "survey.db*"))
	if err != nil || len(names) == 0 {
		t.Fatal(names, err)
	}
	var all []byte
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, data...)
	}
	return all
}

// TestPeopleOfAFrameAreSealedAndErasedInTime reads the database's files: names,
// telephone numbers and addresses are never in them, the sealed pages are gone with
// the key after the term, and the trail says how many there were and their hash.
func TestPeopleOfAFrameAreSealedAndErasedInTime(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id := h.drawnList(t, "640200")
	sealed := h.page(t)
	before := h.files(t)
	for _, mark := range []string{markName, markPhone, markAddress} {
		if bytes.Contains(before, []byte(mark)) {
			t.Errorf("%s is in the file in plain", mark)
		}
	}
	if !bytes.Contains(before, sealed[:64]) {
		t.Fatal("the search would not find a sealed page")
	}
	if _, err := h.Start(t.Context(), agent(), id); err != nil {
		t.Fatal(err)
	}
	if _, err := h.Close(t.Context(), agent(), id); err != nil {
		t.Fatal(err)
	}
	hash := h.list(t, id).Hash
	h.on(2020, time.October, 15) // thirty days after the close: kept to the end of that day
	if err := h.Tend(t.Context()); err != nil || h.rows(t, "frame_page") == 0 {
		t.Fatalf("erased a day early: %v", err)
	}
	h.on(2020, time.October, 16)
	if err := h.Tend(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := h.rows(t, "frame_page"); n != 0 {
		t.Errorf("%d pages are left", n)
	}
	if bytes.Contains(h.files(t), sealed[:64]) {
		t.Error("a sealed page is still in the file")
	}
	if keys, err := filepath.Glob(filepath.Join(h.waves(), "*")); err != nil || len(keys) != 1 {
		t.Errorf("keys left: %v, want that of the wave only (%v)", keys, err)
	}
	if _, err := h.Drawn(t.Context(), agent(), id); !errors.Is(err, fault.New(fault.Conflict, "people.erased")) {
		t.Errorf("reading afterwards: got %v, want people.erased", err)
	}
	if said := h.said(t, "survey.frame.erase"); !strings.Contains(said, `"people":480`) || !strings.Contains(said, hash) {
		t.Errorf("the trail says %s", said)
	}
	if check, err := h.CheckDraw(t.Context(), agent(), id); err != nil || !check.Right() || !check.Erased {
		t.Errorf("the check afterwards: %+v, %v", check, err)
	}
	if err := h.Tend(t.Context()); err != nil {
		t.Errorf("once more: %v", err)
	}
}

// page is a sealed page as it is stored.
func (h *house) page(t *testing.T) (sealed []byte) {
	t.Helper()
	if err := h.half.Reader().QueryRowContext(t.Context(), `SELECT sealed FROM frame_page LIMIT 1`).Scan(&sealed); err != nil {
		t.Fatal(err)
	}
	return sealed
}

// said is what the last entry of an action says afterwards.
func (h *house) said(t *testing.T, action string) (after string) {
	t.Helper()
	err := h.half.Reader().QueryRowContext(t.Context(), `SELECT after FROM trail WHERE action = $1 ORDER BY seq DESC LIMIT 1`, action).Scan(&after)
	if err != nil {
		t.Fatal(err)
	}
	return after
}

func (h *house) list(t *testing.T, id survey.ID) *survey.List {
	t.Helper()
	work, err := h.Fieldwork(t.Context(), agent(), id)
	if err != nil {
		t.Fatal(err)
	}
	return work.Survey.Sampling.List
}

// Nobody is drawn twice, everybody drawn is in the village of the link, and a
// restart draws nobody else.
func TestDrawnPeopleBelongToTheirLinks(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id := h.drawnList(t, "640200")
	people, err := h.Drawn(t.Context(), agent(), id)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for i, p := range people {
		var n int
		if _, err := fmt.Sscanf(p.Code, "%d", &n); err != nil {
			t.Fatal(err)
		}
		if seen[p.Code] || p.Serial != uint32(i+1) || p.PSU != fmt.Sprintf("v%d", n%8) || p.Name != fmt.Sprintf("%s%d", markName, n) {
			t.Fatalf("person %d: %+v", i, p)
		}
		seen[p.Code] = true
	}
	if len(people) != 80 {
		t.Errorf("got %d people, want 80", len(people))
	}
	h.restart(t)
	again, err := h.Drawn(t.Context(), agent(), id)
	if err != nil || !slices.Equal(people, again) {
		t.Errorf("after a restart: %v, the same %v", err, slices.Equal(people, again))
	}
	if _, err := h.ReleaseReserve(t.Context(), agent(), id, "大武口区·城镇", 5, "回答不够"); err != nil {
		t.Fatal(err)
	}
	more, err := h.Drawn(t.Context(), agent(), id)
	if err != nil || len(more) <= len(people) || !slices.Equal(more[:len(people)], people) {
		t.Fatalf("with the reserve: %d people, %v", len(more), err)
	}
	for _, p := range more[len(people):] {
		if seen[p.Code] || p.Stratum != "大武口区·城镇" {
			t.Errorf("of the reserve: %+v, drawn before %v", p, seen[p.Code])
		}
	}
	if check, err := h.CheckDraw(t.Context(), agent(), id); err != nil || !check.Right() {
		t.Errorf("the check: %+v, %v", check, err)
	}
	if _, err := h.Drawn(t.Context(), officer(), id); !errors.Is(err, fault.New(fault.Forbidden, "")) && fault.KindOf(err) != fault.Forbidden {
		t.Errorf("the office: got %v, want forbidden", err)
	}
}

// The seed cannot be chosen: frame and plan are fixed by the announcement, the
// number must be due, and another number gives another sample.
func TestAnAnnouncedDrawLeavesNoChoice(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id := h.listed(t, "640200", 60)
	due := roster.On(2020, time.September, 20)
	_, err := h.AnnounceDraw(t.Context(), agent(), id, "双色球", due)
	refused(t, "without a plan", err, "draw.noplan")
	if _, err := h.SetPlan(t.Context(), agent(), id, frame.UsualTarget(), frame.Plan{Links: 80, PerPSU: 10}); err != nil {
		t.Fatal(err)
	}
	_, err = h.AnnounceDraw(t.Context(), agent(), id, "双色球", roster.On(2020, time.September, 14))
	refused(t, "a number that is known", err, "draw.due")
	if _, err := h.AnnounceDraw(t.Context(), agent(), id, "双色球", due); err != nil {
		t.Fatal(err)
	}
	_, err = h.SetPlan(t.Context(), agent(), id, frame.UsualTarget(), frame.Plan{Links: 40, PerPSU: 10})
	refused(t, "another plan", err, "draw.announced")
	_, err = h.ImportFrame(t.Context(), agent(), id, csvFrame())
	refused(t, "another frame", err, "draw.announced")
	_, err = h.Draw(t.Context(), agent(), id, frame.Plan{Seed: 1, Links: 80, PerPSU: 10})
	refused(t, "a seed of one's own", err, "draw.announced")
	_, err = h.DrawBy(t.Context(), agent(), id, "1")
	refused(t, "before it is due", err, "draw.early")
	if _, err = h.TakeBackDraw(t.Context(), agent(), id, " "); !errors.Is(err, fault.New(fault.Invalid, "reason.needed")) {
		t.Errorf("without a reason: %v", err)
	}
	if _, err = h.TakeBackDraw(t.Context(), agent(), id, "写错了期号"); err != nil {
		t.Fatal(err)
	}
	sv, err := h.AnnounceDraw(t.Context(), agent(), id, "双色球第2020108期", due)
	if err != nil || sv.Sampling.Withdrawn != 1 {
		t.Fatalf("announced anew: %v, withdrawn %d", err, sv.Sampling.Withdrawn)
	}
	h.on(2020, time.September, 20)
	sv, err = h.DrawBy(t.Context(), agent(), id, "03 07")
	if err != nil {
		t.Fatal(err)
	}
	if want := frame.SeedOf(sv.FrameHash, sv.Sampling.Announced.Plan, "03 07"); sv.Sample.Plan.Seed != want {
		t.Errorf("seed: got %d, want %d", sv.Sample.Plan.Seed, want)
	}
	_, err = h.DrawBy(t.Context(), agent(), id, "03 08")
	refused(t, "a second draw", err, "survey.drawn")
}

func TestRowsWithMistakesAreLeftOutOnlyOnPurpose(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	sv, err := h.Create(t.Context(), agent(), order("640200"))
	if err != nil {
		t.Fatal(err)
	}
	text := peopleCSV(10) + "大武口区,城镇,v0,9999,某,没有,\n"
	if err := h.Uploading(t.Context(), agent(), sv.ID, "名单.csv", listing.People, strings.NewReader(text)); err != nil {
		t.Fatal(err)
	}
	_, err = h.AcceptUpload(t.Context(), agent(), sv.ID, false, nil)
	refused(t, "with a mistake", err, "listing.mistakes")
	var last int
	got, err := h.AcceptUpload(t.Context(), agent(), sv.ID, true, func(done, _ int) { last = done })
	if err != nil || got.Sampling.LeftOut != 1 || got.Sampling.List.Count != 80 || last < 80 {
		t.Errorf("got %+v, told %d, %v", got.Sampling, last, err)
	}
	_, err = h.AcceptUpload(t.Context(), agent(), sv.ID, true, nil)
	refused(t, "the same file again", err, "listing.none")
	if said := h.said(t, "survey.frame"); !strings.Contains(said, `"rows_left_out":1`) {
		t.Errorf("the trail says %s", said)
	}
}

// A new frame leaves nothing of the list before it.
func TestAReplacedListIsGone(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id := h.listed(t, "640200", 60)
	if h.rows(t, "frame_page") == 0 {
		t.Fatal("no pages were stored")
	}
	if _, err := h.ImportFrame(t.Context(), agent(), id, csvFrame()); err != nil {
		t.Fatal(err)
	}
	if n := h.rows(t, "frame_page"); n != 0 {
		t.Errorf("%d pages are left", n)
	}
	if _, err := h.Drawn(t.Context(), agent(), id); !errors.Is(err, fault.New(fault.Conflict, "sample.nopeople")) {
		t.Errorf("got %v, want sample.nopeople", err)
	}
}

// One frame for all: each survey gets the domain of its unit, sealed under its own
// key, with the links planned for that domain.
func TestOneFrameServesSeveralSurveys(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	from := h.listed(t, "640200", 60)
	plan := frame.Plan{PerPSU: 10, Domains: map[string]int{"大武口区": 60, "惠农区": 40}}
	if _, err := h.SetPlan(t.Context(), agent(), from, frame.UsualTarget(), plan); err != nil {
		t.Fatal(err)
	}
	var to []survey.ID
	for _, unit := range []roster.UnitCode{"640202", "640205"} {
		sv, err := h.Create(t.Context(), agent(), order(unit))
		if err != nil {
			t.Fatal(err)
		}
		to = append(to, sv.ID)
	}
	other, err := h.Create(t.Context(), agent(), order("640300"))
	if err != nil {
		t.Fatal(err)
	}
	err = h.ShareSample(t.Context(), agent(), from, append(slices.Clone(to), other.ID), true)
	refused(t, "a unit without a domain", err, "share.nothing")
	if got := h.list(t, to[0]); got != nil {
		t.Error("a refused sharing gave something to somebody")
	}
	if err := h.ShareSample(t.Context(), agent(), from, to, true); err != nil {
		t.Fatal(err)
	}
	for i, id := range to {
		work, err := h.Fieldwork(t.Context(), agent(), id)
		if err != nil {
			t.Fatal(err)
		}
		if got, want := work.Survey.Sampling.Plan.Links, []int{60, 40}[i]; got != want || work.Survey.Sampling.List.Count != 240 {
			t.Errorf("%s: got %d links of %d people, want %d", work.Survey.Unit, got, work.Survey.Sampling.List.Count, want)
		}
		if _, err := h.AnnounceDraw(t.Context(), agent(), id, "双色球", roster.On(2020, time.September, 15)); err != nil {
			t.Fatal(err)
		}
		if _, err := h.DrawBy(t.Context(), agent(), id, "7"); err != nil {
			t.Fatal(err)
		}
		people, err := h.Drawn(t.Context(), agent(), id)
		if err != nil || len(people) != []int{60, 40}[i] || !strings.HasPrefix(people[0].Stratum, []string{"大武口区", "惠农区"}[i]) {
			t.Errorf("%d people, %v", len(people), err)
		}
	}
}

func TestOnlyTheAgencyComesNearTheFrame(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id := h.drawnList(t, "640200")
	by, ctx := access.Actor{Name: "wang", Role: access.Office}, t.Context()
	for name, step := range map[string]func() error{
		"upload":  func() error { return h.Uploading(ctx, by, id, "x", listing.Areas, strings.NewReader("a")) },
		"preview": func() error { _, err := h.Uploaded(ctx, by, id); return err },
		"accept":  func() error { _, err := h.AcceptUpload(ctx, by, id, true, nil); return err },
		"drawn":   func() error { _, err := h.Drawn(ctx, by, id); return err },
		"frame":   func() error { _, err := h.Frame(ctx, by, id); return err },
		"check":   func() error { _, err := h.CheckDraw(ctx, by, id); return err },
		"release": func() error { _, err := h.ReleaseReserve(ctx, by, id, "", 1, "x"); return err },
		"erase":   func() error { return h.EraseFrame(ctx, by, id, "x") },
		"share":   func() error { return h.ShareSample(ctx, by, id, nil, false) },
	} {
		if err := step(); fault.KindOf(err) != fault.Forbidden {
			t.Errorf("%s: got %v, want forbidden", name, err)
		}
	}
}
