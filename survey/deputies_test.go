package survey_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"minyi/indicators/access"
	"minyi/indicators/scorebook"
	"minyi/survey"
	"minyi/survey/frame"
	"minyi/survey/invite"
	"minyi/survey/release"
)

// deputyList is a list of n people.
func deputyList(n int) string {
	var b strings.Builder
	b.WriteString("姓名,类别,联系方式\n")
	for i := range n {
		fmt.Fprintf(&b, "委员%03d,人大代表,1390000%04d\n", i, i)
	}
	return b.String()
}

// asked is an open survey of n deputies with its links.
func (h *house) asked(t *testing.T, n int) (*survey.Deputies, survey.ID, []string) {
	t.Helper()
	d := survey.NewDeputies(h.Service)
	sv, err := d.Create(t.Context(), agent(), order("640200"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.ImportList(t.Context(), agent(), sv.ID, strings.NewReader(deputyList(n))); err != nil {
		t.Fatal(err)
	}
	if _, err := d.Open(t.Context(), agent(), sv.ID); err != nil {
		t.Fatal(err)
	}
	var out []string
	err = d.Links(t.Context(), agent(), sv.ID, func(l survey.DeputyLink) error {
		if !strings.HasPrefix(l.Name, "委员") || l.Office != "人大代表" || l.Spent {
			t.Errorf("got %+v", l)
		}
		out = append(out, l.Token)
		return nil
	})
	if err != nil || len(out) != n {
		t.Fatalf("got %d links, %v, want %d", len(out), err, n)
	}
	return d, sv.ID, out
}

// says sends one deputy's answer; "no" means that he never suggested anything.
func (h *house) says(t *testing.T, token, point string) {
	t.Helper()
	form, err := h.Open(t.Context(), token)
	if err != nil {
		t.Fatal(err)
	}
	values := map[string][]string{"consent": {"yes"}, "s1": {"yes"}, "d01": {point}, "d02": {point}, "d03": {"4"}, "d04": {"98"}, "b1": {"deputy"}, "i1": {"no"}}
	if point == "no" {
		values = map[string][]string{"consent": {"yes"}, "s1": {"no"}}
	}
	sheet, err := form.Questionnaire.Check(values, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.Submit(t.Context(), survey.Submission{Token: token, Key: "key-" + token, Sheet: sheet, Lang: "zh-CN"}); err != nil {
		t.Fatal(err)
	}
}

// TestC122DeputiesAreAskedAllAndTheirShareIsFiled: 41 on the list, 29 satisfied,
// one not, one who never suggested anything. Of the 40 who belong to it the limits
// are 36 and 39, and 37 one-sided (R's hypergeometric distribution, see
// stats/estimate/testdata/census-R.csv): 96.66 % cut off, 90.00 to 97.50, 92.50.
func TestC122DeputiesAreAskedAllAndTheirShareIsFiled(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	d, id, tokens := h.asked(t, 41)
	for i, token := range tokens[:31] {
		h.says(t, token, map[int]string{0: "2", 30: "no"}[i]+map[bool]string{true: "5"}[i > 0 && i < 30])
	}
	if _, err := d.Result(t.Context(), agent(), id); err == nil {
		t.Error("the result may be read before the close")
	}
	if _, err := d.Close(t.Context(), agent(), id); err != nil {
		t.Fatal(err)
	}
	sv, err := d.Propose(t.Context(), agent(), id)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.Approve(t.Context(), agent(), id, sv.Draft.Digest); err != nil {
		t.Fatal(err)
	}
	_, err = d.Approve(t.Context(), agent(), id, sv.Draft.Digest)
	refused(t, "the same account twice (S14)", err, "release.twice")
	if sv, err = d.Approve(t.Context(), other(), id, sv.Draft.Digest); err != nil || sv.State != survey.Released {
		t.Fatalf("got %+v, %v", sv.State, err)
	}
	f := h.finding(t)
	all, err := f.Satisfactions()
	want := scorebook.Satisfaction{Indicator: "72", Item: "d01", N: 30, Est: 9666, Low: 9000, High: 9750, AtLeast: 9250}
	if err != nil || len(all) != 1 || all[0] != want {
		t.Errorf("got %+v, %v, want %+v", all, err, want)
	}
	if f.Instrument != scorebook.Deputies || f.Track != "" || f.Mark != 9666 || f.Digest != sv.Draft.Digest {
		t.Errorf("got %+v", f)
	}
	out, err := d.Released(t.Context(), officer(), id)
	if err != nil {
		t.Fatal(err)
	}
	if got := out.Document.Result.Rates; got.RR1 != 30.0/40 {
		t.Errorf("response rate: got %v, want 30 of 40", got.RR1)
	}
	if _, err := release.VerifyCensus(out.PublicKey, out.Draft.Document, release.Signature{KeyID: out.Draft.KeyID, Bytes: out.Draft.Signature}); err != nil {
		t.Errorf("anyone's check: %v", err)
	}
	if _, err := release.Parse(out.Draft.Document); err == nil {
		t.Error("it passes for the release of a residents' survey")
	}
	h.noTrail(t, "委员001", "13900000001")
	if raw := string(h.raw(t)); strings.Contains(raw, "委员001") || strings.Contains(raw, "13900000001") {
		t.Error("the database holds names in the clear")
	}
}

// TestC122DeputiesAndResidentsNeverMix: no verb of the residents' surveys knows the
// deputies', none of the lists has the other's, and both may stand for one unit.
func TestC122DeputiesAndResidentsNeverMix(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	residents := h.opened(t, "640200")
	d, id, tokens := h.asked(t, 6)
	ctx, by := t.Context(), agent()
	_, detail := h.Fieldwork(ctx, by, id)
	_, drawn := h.Draw(ctx, by, id, frame.Plan{Seed: 1, Links: 100, PerPSU: 10})
	_, framed := h.ImportFrame(ctx, by, id, strings.NewReader(frameCSV()))
	_, hung := h.HangPoster(ctx, by, id, "x", nil)
	_, closed := h.Service.Close(ctx, by, id)
	_, proposed := h.Propose(ctx, by, id)
	_, approved := h.Approve(ctx, by, id, "x")
	_, released := h.Released(ctx, by, id)
	_, tables := h.Tabulate(ctx, by, id)
	_, reviewed := h.ProposeReviewEnd(ctx, by, id, true)
	_, monitor := h.Monitor(ctx, by, id)
	links := h.Links(ctx, by, id, invite.OneTime, func(survey.Link) error { return nil })
	_, one := d.One(ctx, by, residents)
	_, ended := d.Close(ctx, by, residents)
	_, listed := d.ImportList(ctx, by, residents, strings.NewReader(deputyList(3)))
	for name, err := range map[string]error{
		"detail": detail, "draw": drawn, "frame": framed, "poster": hung, "close": closed, "propose": proposed, "approve": approved,
		"release": released, "tables": tables, "review": reviewed, "monitor": monitor, "links": links,
		"residents' survey": one, "its close": ended, "its list": listed,
	} {
		refused(t, name, err, "survey.unknown")
	}
	h.says(t, tokens[0], "1")
	all, err := h.Surveys(ctx, by)
	if err != nil || len(all) != 1 || all[0].Survey.ID != residents || all[0].Sampled.Returned() != 0 {
		t.Errorf("the residents' surveys: got %d, %v", len(all), err)
	}
	few, err := d.All(ctx, by)
	if err != nil || len(few) != 1 || few[0].Survey.ID != id || few[0].Sampled.Complete != 1 {
		t.Errorf("the deputies' surveys: got %d, %v", len(few), err)
	}
}

// TestC96OnlyTheAgencyAsksDeputies: nobody else creates, lists, closes or reads.
func TestC96OnlyTheAgencyAsksDeputies(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	d, id, _ := h.asked(t, 6)
	for _, role := range access.Roles() {
		if role == access.Agency {
			continue
		}
		by := access.Actor{Name: "x", Role: role, Unit: "640200"}
		_, created := d.Create(t.Context(), by, order("640100"))
		_, listed := d.ImportList(t.Context(), by, id, strings.NewReader(deputyList(3)))
		_, opened := d.Open(t.Context(), by, id)
		_, closed := d.Close(t.Context(), by, id)
		_, proposed := d.Propose(t.Context(), by, id)
		_, approved := d.Approve(t.Context(), by, id, "x")
		_, read := d.Result(t.Context(), by, id)
		_, all := d.All(t.Context(), by)
		filed := d.File(t.Context(), by, id)
		links := d.Links(t.Context(), by, id, func(survey.DeputyLink) error { return nil })
		for name, err := range map[string]error{
			"create": created, "list": listed, "open": opened, "close": closed, "propose": proposed, "approve": approved,
			"read": read, "all": all, "file": filed, "links": links,
		} {
			refused(t, string(role)+" "+name, err, "access.role")
		}
	}
}

func TestListsOfDeputiesThatCannotBeUsedAreRefusedByRow(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	d := survey.NewDeputies(h.Service)
	sv, err := d.Create(t.Context(), agent(), order("640200"))
	if err != nil {
		t.Fatal(err)
	}
	_, err = d.Open(t.Context(), agent(), sv.ID)
	refused(t, "open without a list", err, "survey.nolinks")
	for want, list := range map[string]string{
		"deputies.noname": "类别,联系方式\n人大代表,1\n",
		"deputies.row":    "姓名,类别\n,人大代表\n",
		"deputies.twice":  "姓名\n张三\n张三\n",
		"deputies.long":   "姓名\n" + strings.Repeat("长", 61) + "\n",
		"deputies.count":  "姓名\n",
		"listing.empty":   "  ",
	} {
		_, err := d.ImportList(t.Context(), agent(), sv.ID, strings.NewReader(list))
		refused(t, want, err, want)
	}
	for _, n := range []int{9, 4} { // the second list takes the place of the first
		if _, err := d.ImportList(t.Context(), agent(), sv.ID, strings.NewReader(deputyList(n))); err != nil {
			t.Fatal(err)
		}
	}
	got, err := d.One(t.Context(), agent(), sv.ID)
	if err != nil || got.Sampled.Links != 4 || h.rows(t, "frame_page") != 1 {
		t.Errorf("got %d links, %v, %d pages", got.Sampled.Links, err, h.rows(t, "frame_page"))
	}
}

// TestS46TheListOfDeputiesIsErasedAfterItsTerm, by the clock.
func TestS46TheListOfDeputiesIsErasedAfterItsTerm(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	d, id, tokens := h.asked(t, 6)
	h.says(t, tokens[0], "5")
	if _, err := d.Close(t.Context(), agent(), id); err != nil {
		t.Fatal(err)
	}
	if err := h.Tend(t.Context()); err != nil {
		t.Fatal(err)
	}
	if h.rows(t, "frame_page") != 1 {
		t.Error("the list is gone before its term")
	}
	h.on(2021, time.June, 1)
	for range 2 {
		if err := h.Tend(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	refused(t, "links after the term", d.Links(t.Context(), agent(), id, func(survey.DeputyLink) error { return nil }), "people.erased")
	if h.rows(t, "frame_page") != 0 {
		t.Error("the list is kept after its term")
	}
}

// TestFilingOfDeputiesThatWasCutShortIsMadeUp by File, and File twice changes
// nothing.
func TestFilingOfDeputiesThatWasCutShortIsMadeUp(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	d, id, tokens := h.asked(t, 6)
	_, err := d.Propose(t.Context(), agent(), id)
	refused(t, "before the close", err, "survey.state")
	for _, token := range tokens[:3] {
		h.says(t, token, "5")
	}
	if _, err := d.Close(t.Context(), agent(), id); err != nil {
		t.Fatal(err)
	}
	h.restart(t)
	d = survey.NewDeputies(h.Service)
	sv, err := d.Propose(t.Context(), agent(), id)
	if err != nil {
		t.Fatal(err)
	}
	for _, by := range []access.Actor{agent(), other()} {
		if _, err := d.Approve(t.Context(), by, id, sv.Draft.Digest); err != nil {
			t.Fatal(err)
		}
	}
	for range 2 {
		if err := d.File(t.Context(), agent(), id); err != nil {
			t.Fatal(err)
		}
	}
	all, err := h.finding(t).Satisfactions()
	if err != nil || len(all) != 1 || !all[0].Few || all[0].Est != 0 || all[0].N != 3 {
		t.Errorf("got %+v, %v, want too few to tell", all, err)
	}
}
