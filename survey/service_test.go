package survey_test

import (
	"strings"
	"testing"
	"time"

	"minyi/indicators/access"
	"minyi/indicators/roster"
	"minyi/survey"
	"minyi/survey/frame"
	"minyi/survey/invite"
	"minyi/survey/questionnaire"
)

func TestC84SurveyLiesInTheEvaluationWindow(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	late := order("640100")
	late.Window = roster.Between(roster.On(2020, time.October, 20), roster.On(2020, time.November, 2))
	_, err := h.Create(t.Context(), agent(), late)
	refused(t, "a window past the round's", err, "survey.window")
	if _, err := h.Create(t.Context(), agent(), order("640100")); err != nil {
		t.Fatal(err)
	}
	_, err = h.Create(t.Context(), agent(), order("640100"))
	refused(t, "a second survey of the unit (C31)", err, "survey.exists")
}

func TestC96OnlyTheAgencyRunsASurvey(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id := h.opened(t, "640100")
	for _, role := range []access.Role{
		access.Office, access.Assessor, access.Inspector, access.Applicant,
		access.Sysadmin, access.Secadmin, access.Auditor, "",
	} {
		by := access.Actor{Name: "x", Role: role, Unit: "640100"}
		_, created := h.Create(t.Context(), by, order("640200"))
		_, drawn := h.Draw(t.Context(), by, id, frame.Plan{Seed: 1, Links: 100, PerPSU: 10})
		_, hung := h.HangPoster(t.Context(), by, id, "x", nil)
		_, started := h.Start(t.Context(), by, id)
		_, closed := h.Close(t.Context(), by, id)
		_, counted := h.Fieldwork(t.Context(), by, id)
		_, listed := h.Surveys(t.Context(), by)
		_, comments := h.Comments(t.Context(), by, id)
		_, framed := h.ImportFrame(t.Context(), by, id, strings.NewReader(frameCSV()))
		_, seen := h.Frame(t.Context(), by, id)
		_, capped := h.SetQuota(t.Context(), by, id, nil)
		_, limited := h.LimitPoster(t.Context(), by, id, 1, survey.Limits{})
		traces := h.Traces(t.Context(), by, id, func(survey.Traced) error { return nil })
		forgotten := h.ForgetTraces(t.Context(), by, id)
		links := h.Links(t.Context(), by, id, invite.OneTime, func(survey.Link) error { return nil })
		for name, err := range map[string]error{
			"create": created, "draw": drawn, "poster": hung, "open": started, "close": closed, "counts": counted,
			"list": listed, "comments": comments, "import": framed, "frame": seen, "links": links,
			"quota": capped, "limits": limited, "traces": traces, "forget": forgotten,
		} {
			refused(t, string(role)+" "+name, err, "access.role")
		}
	}
}

func TestDrawStandsAndNamesItsFrame(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id := h.drawn(t, "640100")
	_, err := h.Draw(t.Context(), agent(), id, frame.Plan{Seed: 8, Links: 120, PerPSU: 10})
	refused(t, "a second draw", err, "survey.drawn")
	_, err = h.ImportFrame(t.Context(), agent(), id, strings.NewReader(frameCSV()))
	refused(t, "another frame after the draw", err, "survey.drawn")
	work, err := h.Fieldwork(t.Context(), agent(), id)
	if err != nil {
		t.Fatal(err)
	}
	f, err := h.Frame(t.Context(), agent(), id)
	if err != nil {
		t.Fatal(err)
	}
	again, err := f.Draw(work.Survey.Sample.Plan)
	if err != nil || again.Links() != work.Survey.Sample.Links() || again.FrameHash != work.Survey.FrameHash {
		t.Errorf("drawn again: got %d links from %s, %v, want %d from %s", again.Links(), again.FrameHash, err,
			work.Survey.Sample.Links(), work.Survey.FrameHash)
	}
	if got, want := work.Sampled.Links, again.Links(); got != want {
		t.Errorf("issued links: got %d, want %d", got, want)
	}
}

func TestLinkOpensItsFormOnlyInTime(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id := h.drawn(t, "640100")
	token := h.tokens(t, id, invite.OneTime)[0]
	_, err := h.Open(t.Context(), token)
	refused(t, "before it is opened", err, "survey.notyet")
	if _, err := h.Start(t.Context(), agent(), id); err != nil {
		t.Fatal(err)
	}
	h.on(2020, time.September, 9)
	_, err = h.Open(t.Context(), token)
	refused(t, "the day before", err, "survey.notyet")
	h.on(2020, time.September, 10)
	form, err := h.Open(t.Context(), strings.ToLower(token))
	if err != nil {
		t.Fatal(err)
	}
	if form.UnitName.Zh != "银川市" || form.Channel != survey.Sampled || !form.Rehearsal || !form.Questionnaire.Filled() {
		t.Errorf("got %+v, want Yinchuan's form of a sampled link in a rehearsal", form)
	}
	if home, _ := form.Questionnaire.WithRole(questionnaire.RoleArea); len(home.Choices) != 6+1 {
		t.Errorf("home areas: got %d, want the six of Yinchuan and none of these", len(home.Choices))
	}
	h.on(2020, time.October, 21)
	_, err = h.Open(t.Context(), token)
	refused(t, "the day after", err, "survey.closed")
	_, err = h.Open(t.Context(), token[:23]+"0")
	if err == nil {
		t.Error("a link that was never issued was opened")
	}
}

func TestLinkOfNoBatchIsUnknown(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.opened(t, "640100")
	signer, err := invite.NewSigner([]byte(strings.Repeat("k", 32)))
	if err != nil {
		t.Fatal(err)
	}
	for name, token := range map[string]invite.Token{
		"a serial past the last":  {Survey: 1, Serial: 9999},
		"a survey that is not":    {Survey: 2, Serial: 1},
		"serial 0":                {Survey: 1},
		"the largest of them all": {Survey: 65535, Serial: invite.MaxSerial},
	} {
		_, err := h.Open(t.Context(), signer.Format(token))
		refused(t, name, err, "token.unknown")
	}
}

func TestReceiptIsTheSameForAnEqualResendOnly(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id := h.opened(t, "640100")
	token := h.tokens(t, id, invite.OneTime)[0]
	form, err := h.Open(t.Context(), token)
	if err != nil {
		t.Fatal(err)
	}
	in := survey.Submission{Token: token, Key: "k1", Sheet: filled(t, form.Questionnaire, "5", "male"), Lang: "zh-CN"}
	first, err := h.Submit(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	if len(first.Code) != 10 || first.Disposition != questionnaire.Complete {
		t.Errorf("got receipt %+v, want ten characters of a complete answer", first)
	}
	h.restart(t)
	again, err := h.Submit(t.Context(), in)
	if err != nil || again.Code != first.Code {
		t.Errorf("equal resend after a restart: got %s, %v, want %s", again.Code, err, first.Code)
	}
	changed := in
	changed.Sheet = filled(t, form.Questionnaire, "1", "male")
	_, err = h.Submit(t.Context(), changed)
	refused(t, "the same key with other content", err, "submission.changed")
	changed.Key = "k2"
	_, err = h.Submit(t.Context(), changed)
	refused(t, "another form on a used link", err, "token.spent")
	if shown, err := h.Open(t.Context(), token); shown == nil {
		t.Errorf("opening a used link: got no form, %v; want it beside the refusal", err)
	} else {
		refused(t, "opening a used link", err, "token.spent")
	}
	in.Key = ""
	_, err = h.Submit(t.Context(), in)
	refused(t, "no key", err, "submission.key")
}

func TestScreenedOutAndRefusedSpendTheirLinkAndAreCounted(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id := h.opened(t, "640100")
	tokens := h.tokens(t, id, invite.OneTime)
	for i, values := range []map[string][]string{{"consent": {"no"}}, {"consent": {"yes"}, "s1": {"u18"}}} {
		form, err := h.Open(t.Context(), tokens[i])
		if err != nil {
			t.Fatal(err)
		}
		sheet, err := form.Questionnaire.Check(values, 0)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := h.Submit(t.Context(), survey.Submission{Token: tokens[i], Key: "k", Sheet: sheet}); err != nil {
			t.Fatal(err)
		}
		_, err = h.Open(t.Context(), tokens[i])
		refused(t, "the link afterwards", err, "token.spent")
	}
	h.respond(t, tokens[2], "5", "male")
	for range 2 {
		poster := h.tokens(t, id, invite.Poster)[0]
		form, err := h.Open(t.Context(), poster)
		if err != nil {
			t.Fatal(err)
		}
		in := survey.Submission{Token: poster, Key: "p" + h.NewID(), Sheet: filled(t, form.Questionnaire, "1", "male")}
		if _, err := h.Submit(t.Context(), in); err != nil {
			t.Fatal(err)
		}
	}
	work, err := h.Fieldwork(t.Context(), agent(), id)
	if err != nil {
		t.Fatal(err)
	}
	want := survey.Counts{Links: work.Survey.Sample.Links(), Complete: 1, ScreenedOut: 1, Refused: 1}
	if work.Sampled != want {
		t.Errorf("sampled: got %+v, want %+v", work.Sampled, want)
	}
	if want := (survey.Counts{Links: 1, Complete: 2}); work.Posters != want {
		t.Errorf("posters: got %+v, want %+v", work.Posters, want)
	}
	// RR2: 1 complete of 119 links that may be eligible, 0.84 %.
	if got, want := work.Sampled.ResponseRate(), 84; int(got) != want {
		t.Errorf("response rate: got %d, want %d hundredths of a per cent", got, want)
	}
}

func TestClosedSurveyTakesNothingAndForgetsTheOrder(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id := h.opened(t, "640100")
	tokens := h.tokens(t, id, invite.OneTime)
	for _, token := range tokens[:30] {
		h.respond(t, token, "4", "female")
	}
	if _, err := h.Close(t.Context(), agent(), id); err != nil {
		t.Fatal(err)
	}
	_, err := h.Close(t.Context(), agent(), id)
	refused(t, "closing twice", err, "survey.state")
	form, err := h.Open(t.Context(), tokens[31])
	refused(t, "a link afterwards", err, "survey.closed")
	_, err = h.Submit(t.Context(), survey.Submission{Token: tokens[31], Key: "k", Sheet: filled(t, form.Questionnaire, "1", "male")})
	refused(t, "an answer afterwards", err, "survey.closed")
	h.restart(t)
	var left, filed int
	for query, to := range map[string]*int{
		`SELECT (SELECT count(*) FROM intake) + (SELECT count(*) FROM resend)`: &left,
		`SELECT count(*) FROM response`:                                        &filed,
	} {
		if err := h.half.Reader().QueryRowContext(t.Context(), query).Scan(to); err != nil {
			t.Fatal(err)
		}
	}
	if left != 0 || filed != 30 {
		t.Errorf("got %d rows in the order of arrival and %d re-filed, want 0 and 30", left, filed)
	}
}

func TestC11EveryStepIsInTheTrailWithoutTokensOrAnswers(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id := h.opened(t, "640100")
	tokens := h.tokens(t, id, invite.OneTime)
	h.respond(t, tokens[0], "5", "male")
	if _, err := h.Close(t.Context(), agent(), id); err != nil {
		t.Fatal(err)
	}
	entries, err := h.half.Trail(t.Context(), 0, 100)
	if err != nil {
		t.Fatal(err)
	}
	var actions, all []string
	for _, e := range entries {
		actions = append(actions, e.Action)
		all = append(all, e.Actor, e.Object, e.Before, e.After, e.Reason)
	}
	want := "survey.create survey.frame survey.draw survey.poster survey.open survey.links survey.close survey.review.propose_end survey.review.end"
	if got := strings.Join(actions, " "); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	for _, token := range tokens {
		if strings.Contains(strings.Join(all, "\n"), token) {
			t.Errorf("the trail holds the token %s", token)
		}
	}
}
