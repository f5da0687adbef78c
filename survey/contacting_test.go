package survey_test

import (
	"bytes"
	"database/sql"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"minyi/indicators/access"
	"minyi/indicators/fault"
	"minyi/survey"
	"minyi/survey/contact"
	"minyi/survey/invite"
)

func ding() access.Actor { return access.Actor{Name: "ding", Role: access.Interviewer} }
func hu() access.Actor   { return access.Actor{Name: "hu", Role: access.Interviewer} }

func hasCode(t *testing.T, what string, err error, code string) {
	t.Helper()
	for _, r := range fault.All(err) {
		if r.Code == code {
			return
		}
	}
	t.Errorf("%s: got %v, want %s", what, err, code)
}

// phones is a file of numbers for the first n links.
func phones(from, n int) string {
	var b strings.Builder
	b.WriteString("serial,phone,name,place\n")
	for i := range n {
		fmt.Fprintf(&b, "%d,1380000%04d,居民%d号,幸福路%d号\n", from+i, from+i, from+i, from+i)
	}
	return b.String()
}

// called is a survey in the field with telephone numbers for its first n links.
func (h *house) called(t *testing.T, n int) survey.ID {
	t.Helper()
	id := h.opened(t, "640100")
	got, err := h.ImportNumbers(t.Context(), agent(), id, strings.NewReader(phones(1, n)))
	if err != nil || got != n {
		t.Fatalf("numbers: got %d, %v", got, err)
	}
	r := contact.DefaultRules()
	r.On = true
	if err := h.SetContactRules(t.Context(), agent(), id, r); err != nil {
		t.Fatal(err)
	}
	return id
}

// interview makes a whole interview with the next case.
func (h *house) interview(t *testing.T, by access.Actor, id survey.ID, point, sex string) string {
	t.Helper()
	ctx := survey.Calling(t.Context(), by)
	code, err := h.NextCall(ctx, by, id)
	if err != nil {
		t.Fatal(err)
	}
	line := h.Telephone()
	form, err := line.Open(ctx, code)
	if err != nil {
		t.Fatal(err)
	}
	h.at.Add((5 * time.Minute).Milliseconds())
	in := survey.Submission{Token: code, Key: "key-" + code, Sheet: filled(t, form.Questionnaire, point, sex), Lang: "zh-CN", Trace: &survey.Trace{Started: h.now(), Total: 300}}
	if _, err := line.Submit(ctx, in); err != nil {
		t.Fatal(err)
	}
	if err := h.LogCall(ctx, by, code, contact.Attempt{Code: contact.Complete}); err != nil {
		t.Fatal(err)
	}
	return code
}

func sms() survey.Outreach {
	return survey.Outreach{Way: survey.BySMS, Message: "{name}您好，{unit}满意度测评：{link}", Base: "https://minyi.example"}
}

func count(n *int) func(survey.Recipient) error {
	return func(survey.Recipient) error { *n++; return nil }
}

// The tables that hold answers are gone while the reminder is made: whom it goes to
// follows from the spent bits alone.
func TestARemindersListReadsNoAnswer(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id := h.called(t, 30)
	links := h.tokens(t, id, invite.OneTime)
	for _, token := range links[:7] {
		h.respond(t, token, "4", "male")
	}
	err := h.half.Write(t.Context(), func(tx *sql.Tx) error {
		var all error
		for _, table := range []string{"response", "paradata", "intake"} {
			_, err := tx.ExecContext(t.Context(), `DROP TABLE `+table)
			all = errors.Join(all, err)
		}
		return all
	})
	if err != nil {
		t.Fatal(err)
	}
	var all, left int
	if err := h.Recipients(t.Context(), agent(), id, sms(), count(&all)); err != nil {
		t.Fatal(err)
	}
	used := map[string]bool{}
	for _, token := range links[:7] {
		used["https://minyi.example/q/"+token] = true
	}
	wave, err := h.Remind(t.Context(), agent(), id, sms(), func(r survey.Recipient) error {
		left++
		if used[r.Link] || r.Answered {
			t.Errorf("%s is reminded, and has answered", r.Link)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if all != len(links) || left != len(links)-7 || wave.Count != left {
		t.Errorf("got %d in all, %d left, a wave of %d; want %d, %d, %d", all, left, wave.Count, len(links), len(links)-7, len(links)-7)
	}
	work, err := h.Contacting(t.Context(), agent(), id)
	if err != nil || len(work.Plan.Waves) != 1 || work.Plan.Waves[0].Count != left {
		t.Errorf("waves on record: %+v, %v", work, err)
	}
}

func TestListsCarryTheMessageWithItsLength(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id := h.called(t, 4)
	o := sms()
	o.Numbered = true
	var got []survey.Recipient
	if err := h.Recipients(t.Context(), agent(), id, o, func(r survey.Recipient) error { got = append(got, r); return nil }); err != nil {
		t.Fatal(err)
	}
	if len(got) != 4 {
		t.Fatalf("got %d lines, want 4", len(got))
	}
	want := "居民1号您好，银川市满意度测评：" + got[0].Link
	if got[0].Message != want || got[0].Phone != "13800000001" || got[0].Size != contact.Weigh(want) || got[0].Size.Parts != 1+len([]rune(want))/70 {
		t.Errorf("got %+v", got[0])
	}
	reach, err := h.Reach(t.Context(), agent(), id, o)
	if err != nil || reach.Links != 4 || reach.Parts != 4*got[0].Size.Parts || reach.Examples[0].Phone != "138******01" {
		t.Errorf("reach: got %+v, %v", reach, err)
	}
	hasCode(t, "no link", h.Recipients(t.Context(), agent(), id, survey.Outreach{Way: survey.BySMS, Message: "您好"}, count(new(int))), "contact.nolink")
	hasCode(t, "no way", h.Recipients(t.Context(), agent(), id, survey.Outreach{Way: "pigeon"}, count(new(int))), "contact.way")
	hasCode(t, "an interviewer", h.Recipients(t.Context(), ding(), id, o, count(new(int))), "access.role")
	h.noTrail(t, "13800000001", "居民1号", got[0].Code)
}

// noTrail demands that words stand in no entry of the trail.
func (h *house) noTrail(t *testing.T, words ...string) {
	t.Helper()
	rows, err := h.half.Reader().QueryContext(t.Context(), `SELECT before || after || object || reason FROM trail`)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rows.Close() }()
	n := 0
	for rows.Next() {
		var text string
		if err := rows.Scan(&text); err != nil {
			t.Fatal(err)
		}
		n++
		for _, w := range words {
			if strings.Contains(text, w) {
				t.Errorf("%q stands in the trail: %s", w, text)
			}
		}
	}
	if err := rows.Err(); err != nil || n == 0 {
		t.Errorf("%d entries, %v", n, err)
	}
}

func TestNumbersAreTakenForLinksTheyBelongTo(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id := h.opened(t, "640100")
	links := h.tokens(t, id, invite.OneTime)
	other := h.tokens(t, id, invite.Poster)[0]
	sv := h.survey(t, id)
	psu := sv.Batches[1].PSU
	take := func(file string) (int, error) {
		return h.ImportNumbers(t.Context(), agent(), id, strings.NewReader(file))
	}
	n, err := take("link,phone\nhttps://minyi.example/q/" + links[2] + ",13800000001\n" + invite.Spaced(links[3]) + ",13800000002\n")
	if err != nil || n != 2 {
		t.Errorf("by link: got %d, %v", n, err)
	}
	h.respond(t, links[sv.Batches[1].First-1], "4", "male")
	if n, err = take("psu,phone\n" + psu + ",13800000003\n" + psu + ",13800000004\n"); err != nil || n != 2 {
		t.Errorf("by PSU: got %d, %v", n, err)
	}
	var with []string
	o := sms()
	o.Numbered = true
	if err := h.Recipients(t.Context(), agent(), id, o, func(r survey.Recipient) error {
		with = append(with, r.Link[len("https://minyi.example/q/"):])
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	second := int(sv.Batches[1].First) // the first link of that PSU is spent
	if want := []string{links[2], links[3], links[second], links[second+1]}; !slices.Equal(with, want) {
		t.Errorf("got %v, want %v", with, want)
	}
	for name, c := range map[string]struct{ file, code string }{
		"a poster":            {"link,phone\n" + other + ",13800000009\n", "numbers.link"},
		"no link":             {"serial,phone\n99999,13800000009\n", "numbers.link"},
		"a link twice":        {"serial,phone\n1,13800000009\n1,13800000008\n", "numbers.linktwice"},
		"a PSU not drawn":     {"psu,phone\nnowhere,13800000009\n", "numbers.psu"},
		"more than its links": {"psu,phone\n" + many(psu, 10), "numbers.full"}, // two of ten are taken, one is spent
	} {
		_, err := take(c.file)
		hasCode(t, name, err, c.code)
	}
}

// many is n numbers for one PSU.
func many(psu string, n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "%s,1390000%04d\n", psu, i)
	}
	return b.String()
}

func TestACallIsOneWithTheCaseInHand(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id := h.called(t, 3)
	code, err := h.NextCall(t.Context(), ding(), id)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := h.NextCall(t.Context(), ding(), id); err != nil || again != code {
		t.Errorf("the next while one is in hand: got %s, %v", again, err)
	}
	if theirs, err := h.NextCall(t.Context(), hu(), id); err != nil || theirs == code {
		t.Errorf("another interviewer gets the same case: %v", err)
	}
	_, err = h.CallSheet(t.Context(), hu(), code)
	hasCode(t, "another's sheet", err, "contact.nothand")
	_, err = h.Telephone().Open(survey.Calling(t.Context(), hu()), code)
	hasCode(t, "another's questionnaire", err, "contact.nothand")
	_, err = h.Telephone().Open(t.Context(), code)
	hasCode(t, "nobody's", err, "access.role")
	sheet, err := h.CallSheet(t.Context(), ding(), code)
	if err != nil || !strings.HasPrefix(sheet.Phone, "1380000") || sheet.Place == "" {
		t.Errorf("got %+v, %v", sheet, err)
	}
	for _, token := range h.tokens(t, id, invite.OneTime) {
		if strings.Contains(fmt.Sprintf("%+v", sheet), token) {
			t.Error("the interviewer gets the link to see")
		}
	}
	hasCode(t, "no sheet", h.LogCall(t.Context(), ding(), code, contact.Attempt{Code: contact.Complete}), "contact.sent")
	if err := h.LogCall(t.Context(), ding(), code, contact.Attempt{Code: "3.13"}); err != nil {
		t.Error(err)
	}
	hasCode(t, "given away", h.LogCall(t.Context(), ding(), code, contact.Attempt{Code: "3.13"}), "contact.nothand")
	_, err = h.NextCall(t.Context(), officer(), id)
	hasCode(t, "the office calls", err, "access.role")
	h.at.Add((12 * time.Hour).Milliseconds())
	_, err = h.NextCall(t.Context(), ding(), id)
	hasCode(t, "at night", err, "contact.hours")
}

func TestWhoAnsweredAloneIsNotCalled(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id := h.called(t, 2)
	links := h.tokens(t, id, invite.OneTime)
	h.respond(t, links[0], "4", "male")
	h.respond(t, links[1], "4", "male")
	_, err := h.NextCall(t.Context(), ding(), id)
	hasCode(t, "all have answered", err, "contact.nocase")
}

func TestAnInterviewIsKeptAsAnAnswerWithItsModeAndNoBond(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id := h.called(t, 25)
	for range 21 {
		h.interview(t, ding(), id, "4", "male")
	}
	h.interview(t, hu(), id, "2", "female")
	h.respond(t, h.tokens(t, id, invite.OneTime)[40], "5", "male")
	out, err := h.Outcomes(t.Context(), agent(), id)
	if err != nil {
		t.Fatal(err)
	}
	if out.All.I != 23 || out.Calls.I != 22 || out.Cases != 25 || out.All.Cases() != 120 {
		t.Errorf("outcomes: %+v", out)
	}
	closeSurvey(t, h, id)
	modes := map[survey.Mode]int{}
	devices := map[survey.Digest]int{}
	err = h.Traces(t.Context(), agent(), id, func(one survey.Traced) error {
		if one.Trace != nil {
			modes[one.Trace.Mode]++
			devices[one.Trace.Device]++
			if one.Trace.Network != (survey.Digest{}) {
				t.Error("the network of an interviewer is kept")
			}
		}
		return nil
	})
	if err != nil || modes[survey.Assisted] != 22 || devices[h.Hash(id, survey.WithInterviewer, "ding")] != 21 {
		t.Errorf("modes %v, devices %v, %v", modes, devices, err)
	}
	raw := h.raw(t)
	for _, word := range []string{"13800000001", "居民1号", "幸福路1号", `"code":"1.1"`, `"by":"ding"`} {
		if bytes.Contains(raw, []byte(word)) {
			t.Errorf("%q stands in the file", word)
		}
	}
	h.noTrail(t, "13800000001", "居民1号", "1.1")
}

func closeSurvey(t *testing.T, h *house, id survey.ID) {
	t.Helper()
	if _, err := h.Close(t.Context(), agent(), id); err != nil {
		t.Fatal(err)
	}
}

func TestInterviewsAreVerifiedByOthersAndTheFindingIsOnRecord(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id := h.called(t, 5)
	h.interview(t, ding(), id, "4", "male")
	_, err := h.NextVerification(t.Context(), ding(), id)
	hasCode(t, "one's own", err, "contact.noverify")
	code, err := h.NextVerification(t.Context(), hu(), id)
	if err != nil {
		t.Fatal(err)
	}
	_, err = h.Telephone().Open(survey.Calling(t.Context(), hu()), code)
	hasCode(t, "the questionnaire of an interview to be verified", err, "contact.nothand")
	hasCode(t, "a call", h.LogCall(t.Context(), hu(), code, contact.Attempt{Code: "3.13"}), "contact.nothand")
	if err := h.LogVerification(t.Context(), hu(), code, contact.Check{Finding: contact.Mismatch}); err != nil {
		t.Fatal(err)
	}
	h.restart(t) // it is on the disk
	work, err := h.Contacting(t.Context(), agent(), id)
	if err != nil {
		t.Fatal(err)
	}
	want := contact.Work{Name: "ding", Attempts: 1, Interviews: 1, Seconds: 300, Drawn: 1, Verified: 1, Mismatches: 1}
	if len(work.Workers) != 1 || work.Workers[0] != want || work.Verify != 0 {
		t.Errorf("got %+v, want %+v", work.Workers, want)
	}
}

// By hand: 120 links; 3 complete alone, 1 by telephone; 1 refuses, 1 is dead, 1
// number is dead, 1 has nobody at home, 1 is absent; 111 nobody called.
func TestOutcomesOfLinksAndCalls(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id := h.called(t, 9)
	for _, token := range h.tokens(t, id, invite.OneTime)[50:53] {
		h.respond(t, token, "4", "male")
	}
	h.interview(t, ding(), id, "4", "male")
	for _, code := range []contact.Code{contact.Refusal, "2.31", "4.31", "3.13", contact.Absent} {
		one, err := h.NextCall(t.Context(), ding(), id)
		if err != nil {
			t.Fatal(err)
		}
		if err := h.LogCall(t.Context(), ding(), one, contact.Attempt{Code: code}); err != nil {
			t.Fatal(err)
		}
	}
	want := contact.Counts{I: 4, R: 1, O: 1, NC: 1, UO: 1, UH: 112}
	out, err := h.Outcomes(t.Context(), agent(), id)
	if err != nil || out.All != want {
		t.Errorf("got %+v, %v; want %+v", out.All, err, want)
	}
	if out.Calls.I != 1 || out.Codes["4.31"] != 1 || len(out.Strata) != 2 {
		t.Errorf("calls: %+v", out)
	}
	if got := fmt.Sprintf("%.4f", float64(out.Rates.RR1)); got != "0.0333" { // 4 of 120
		t.Errorf("RR1 %s", got)
	}
}

func TestCallsAreErasedWithTheFrameAndTheirNumbersStay(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id := h.called(t, 5)
	h.interview(t, ding(), id, "4", "male")
	before, err := h.Outcomes(t.Context(), agent(), id)
	if err != nil {
		t.Fatal(err)
	}
	closeSurvey(t, h, id)
	if got := h.rows(t, "contact_case"); got != 6 { // and the lengths
		t.Fatalf("%d cases", got)
	}
	if err := h.EraseFrame(t.Context(), agent(), id, "提前清除"); err != nil {
		t.Fatal(err)
	}
	for _, step := range []string{"at once", "after a restart"} {
		out, err := h.Outcomes(t.Context(), agent(), id)
		if err != nil || out.All != before.All || out.Calls != before.Calls || out.Cases != 5 {
			t.Errorf("%s: got %+v, %v; want %+v", step, out, err, before)
		}
		work, err := h.Contacting(t.Context(), agent(), id)
		if err != nil || !work.Erased || len(work.Workers) != 1 || h.rows(t, "contact_case") != 0 {
			t.Errorf("%s: %+v, %v", step, work, err)
		}
		h.restart(t)
	}
	_, err = h.NextVerification(t.Context(), hu(), id)
	hasCode(t, "verify what is erased", err, "contact.erased")
}

func TestTheEffectOfTheModeIsShownAfterTheReview(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.reviewing = true
	id := h.called(t, 120)
	for i := range 24 {
		h.interview(t, []access.Actor{ding(), hu()}[i%2], id, []string{"5", "4"}[i%2], []string{"male", "female"}[i/12])
	}
	n := 0
	for _, token := range h.tokens(t, id, invite.OneTime) {
		form, err := h.Open(t.Context(), token)
		if err != nil || n == 36 {
			continue
		}
		mode, answer := survey.Self, "3"
		if n >= 24 {
			mode, answer = survey.OnPaper, "4"
		}
		in := survey.Submission{
			Token: token, Key: "k" + token, Sheet: filled(t, form.Questionnaire, answer, []string{"male", "female"}[n%2]),
			Trace: &survey.Trace{Started: h.now(), Total: 90, Mode: mode},
		}
		if _, err := h.Submit(t.Context(), in); err != nil {
			t.Fatal(err)
		}
		n++
	}
	_, err := h.ModeEffect(t.Context(), agent(), id)
	hasCode(t, "in the field", err, "survey.state")
	closeSurvey(t, h, id)
	_, err = h.ModeEffect(t.Context(), agent(), id)
	hasCode(t, "before the review", err, "review.open")
	h.endReview(t, id)
	got, err := h.ModeEffect(t.Context(), agent(), id)
	if err != nil {
		t.Fatal(err)
	}
	// All items at 3 are 50 of 100; half at 5 and half at 4 are about 87.5.
	index := got.Rows[0]
	if got.Alone != 24 || got.Phone != 24 || index.Name != survey.IndexMeasure || float64(index.Alone.Est) != 50 || index.Other.Est < 80 || index.Other.Est > 95 {
		t.Errorf("got %+v", got)
	}
	if d := float64(index.Difference.Est - index.Other.Est + index.Alone.Est); d > 1e-9 || d < -1e-9 || !(index.Adjusted.SE > 0) {
		t.Errorf("difference %+v, adjusted %+v", index.Difference, index.Adjusted)
	}
	if paper := got.OnPaper[0]; got.Paper != 12 || math.Abs(float64(paper.Other.Est)-75) > 1e-9 || math.Abs(float64(paper.Alone.Est)-50) > 1e-9 {
		t.Errorf("on paper: got %d people, %+v", got.Paper, paper)
	}
	if err := h.ForgetTraces(t.Context(), agent(), id); err != nil {
		t.Fatal(err)
	}
	kept, err := h.ModeEffect(t.Context(), agent(), id)
	if err != nil || kept.Phone != 24 || kept.Rows[0].Difference != index.Difference {
		t.Errorf("after the traces: %+v, %v", kept, err)
	}
}

// The drawn people of a list are called and written to at their own links: who is
// listed and who is called are the same person at each link.
func TestNumbersOfTheDrawnPeopleAreTaken(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id := h.drawnList(t, "640200")
	people, err := h.Drawn(t.Context(), agent(), id)
	if err != nil {
		t.Fatal(err)
	}
	n, err := h.TakeNumbers(t.Context(), agent(), id)
	if err != nil || n != len(people) || n == 0 {
		t.Fatalf("got %d of %d people, %v", n, len(people), err)
	}
	o, i := sms(), 0
	o.Numbered = true
	err = h.Recipients(t.Context(), agent(), id, o, func(r survey.Recipient) error {
		if p := people[i]; r.Phone != p.Phone || r.Name != p.Name || r.Address != p.Address || r.PSU != p.PSU {
			t.Errorf("line %d: got %+v, want %+v", i, r, p)
		}
		i++
		return nil
	})
	if err != nil || i != n {
		t.Errorf("got %d lines, %v; want %d", i, err, n)
	}
	if _, err := h.Start(t.Context(), agent(), id); err != nil {
		t.Fatal(err)
	}
	r := contact.DefaultRules()
	r.On = true
	if err := h.SetContactRules(t.Context(), agent(), id, r); err != nil {
		t.Fatal(err)
	}
	h.interview(t, ding(), id, "4", "male")
	for _, mark := range []string{markName, markPhone, markAddress} {
		if bytes.Contains(h.files(t), []byte(mark)) {
			t.Errorf("%s stands in the file", mark)
		}
	}
}
