package survey_test

import (
	"errors"
	"strings"
	"testing"

	"minyi/indicators/access"
	"minyi/indicators/fault"
	"minyi/survey"
	"minyi/survey/library"
	"minyi/survey/questionnaire"
)

// made is a copy of the built-in form in the library.
func (h *house) made(t *testing.T, name string) *library.Paper {
	t.Helper()
	form, err := questionnaire.Read(questionnaire.Default())
	if err != nil {
		t.Fatal(err)
	}
	p, err := h.papers.Make(t.Context(), agent(), name, form, []library.Remark{{Place: "3", Text: "？？", Code: "pasted.stray"}})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestPublishingNeedsTwoPeople(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	p := h.made(t, "满意度 甲")
	if _, err := h.papers.Approve(t.Context(), other(), p.ID, "x"); err == nil {
		t.Error("approved before it was proposed")
	}
	p, err := h.papers.Propose(t.Context(), agent(), p.ID)
	if err != nil {
		t.Fatal(err)
	}
	_, err = h.papers.Propose(t.Context(), other(), p.ID)
	refused(t, "a second proposal", err, "paper.proposed")
	_, err = h.papers.Approve(t.Context(), agent(), p.ID, p.Proposal.Hash)
	refused(t, "the proposer approves", err, "paper.second")
	_, err = h.papers.Approve(t.Context(), other(), p.ID, strings.Repeat("0", 64))
	refused(t, "another hash", err, "paper.changed")
	done, err := h.papers.Approve(t.Context(), other(), p.ID, p.Proposal.Hash)
	if err != nil {
		t.Fatal(err)
	}
	if len(done.Editions) != 1 || done.Editions[0].Proposed != "li" || done.Editions[0].Approved != "ma" {
		t.Errorf("versions: got %+v", done.Editions)
	}
	_, err = h.papers.Propose(t.Context(), agent(), p.ID)
	refused(t, "the same again", err, "paper.same")
	err = h.papers.Remove(t.Context(), agent(), p.ID)
	refused(t, "removing what is published", err, "paper.published")
	trail, err := h.half.Trail(t.Context(), 0, 20)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range trail {
		got = append(got, e.Actor+" "+e.Action)
	}
	if want := "li paper.create, li paper.propose, ma paper.publish"; strings.Join(got, ", ") != want {
		t.Errorf("trail: got %v, want %s", got, want)
	}
}

func TestSecondEditorIsToldAndNothingIsOverwritten(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	p := h.made(t, "满意度 乙")
	title := func(text string) func(*questionnaire.Form) error {
		return func(f *questionnaire.Form) error {
			f.Title.Zh = text
			return nil
		}
	}
	first, err := h.papers.Save(t.Context(), other(), p.ID, p.Version, title("先存的"))
	if err != nil {
		t.Fatal(err)
	}
	_, err = h.papers.Save(t.Context(), agent(), p.ID, p.Version, title("后存的"))
	refused(t, "a save over another's", err, "paper.changed")
	if all := fault.All(err); len(all) != 1 || all[0].Params["by"] != "ma" {
		t.Errorf("the refusal names %v, want ma", all)
	}
	now, err := h.papers.Paper(t.Context(), agent(), p.ID)
	if err != nil {
		t.Fatal(err)
	}
	if f, err := now.Draft(); err != nil || f.Title.Zh != "先存的" || now.Version != first.Version {
		t.Errorf("stored: got %q, %v", f.Title.Zh, err)
	}
}

func TestAnEditTakesTheProposalBack(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	p := h.made(t, "满意度 丙")
	p, err := h.papers.Propose(t.Context(), agent(), p.ID)
	if err != nil {
		t.Fatal(err)
	}
	hash := p.Proposal.Hash
	p, err = h.papers.Save(t.Context(), agent(), p.ID, p.Version, func(f *questionnaire.Form) error {
		f.Closing.Zh = "谢谢您。"
		return nil
	})
	if err != nil || p.Proposal != nil {
		t.Fatalf("after an edit: proposal %v, %v", p.Proposal, err)
	}
	_, err = h.papers.Approve(t.Context(), other(), p.ID, hash)
	refused(t, "approving what was changed", err, "paper.unproposed")
}

func TestUnsoundDraftIsKeptButNotPublished(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	p := h.made(t, "满意度 丁")
	p, err := h.papers.Save(t.Context(), agent(), p.ID, p.Version, func(f *questionnaire.Form) error {
		it, _ := f.Find("q05")
		it.Text.En = ""
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	found := p.Findings()
	if len(found) != 1 || found[0].Field != "q05" || found[0].Code != "questionnaire.untranslated" {
		t.Errorf("findings: got %v", found)
	}
	_, err = h.papers.Propose(t.Context(), agent(), p.ID)
	refused(t, "proposing an untranslated text", err, "questionnaire.untranslated")
	if err := h.papers.Remove(t.Context(), agent(), p.ID); err != nil {
		t.Fatal(err)
	}
	_, err = h.papers.Paper(t.Context(), agent(), p.ID)
	refused(t, "after its removal", err, "paper.unknown")
}

func TestSurveyIsMadeFromAPublishedVersionOnly(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	p := h.made(t, "满意度 戊")
	o := order("640100")
	o.Edition = library.Ref{ID: p.ID}
	_, err := h.Create(t.Context(), agent(), o)
	refused(t, "a survey from a draft", err, "paper.unpublished")
	o.Edition = library.Ref{ID: p.ID, Number: 1}
	_, err = h.Create(t.Context(), agent(), o)
	refused(t, "a survey from a version that there is not", err, "paper.unknown")
	o.Edition = h.published(t, "满意度 己", questionnaire.Default())
	sv, err := h.Create(t.Context(), agent(), o)
	if err != nil {
		t.Fatal(err)
	}
	printed, err := h.papers.Published(t.Context(), o.Edition)
	if err != nil {
		t.Fatal(err)
	}
	if got := sv.Paper.Origin; got.Hash != printed.Hash || got.Name != "满意度 己" || got.Number != 1 {
		t.Errorf("origin: got %+v", got)
	}
	if err := h.half.Write(t.Context(), touchEdition(t)); err == nil {
		t.Error("a published version was changed in the database")
	}
	h.restart(t)
}

func TestOthersLibraryIsNotSeen(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	p := h.made(t, "满意度 庚")
	stranger := access.Actor{Name: "zhao", Role: access.Agency, Institution: "elsewhere"}
	_, err := h.papers.Paper(t.Context(), stranger, p.ID)
	refused(t, "another agency's questionnaire", err, "paper.unknown")
	if all, err := h.papers.Papers(t.Context(), stranger); err != nil || len(all) != 0 {
		t.Errorf("another agency's list: got %d, %v", len(all), err)
	}
	_, err = h.papers.Papers(t.Context(), officer())
	refused(t, "the office", err, "access.role")
}

func TestTrialKeepsNothingAndShowsWhatIsUnfinished(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	p := h.made(t, "满意度 辛")
	_, err := h.papers.Save(t.Context(), agent(), p.ID, p.Version, func(f *questionnaire.Form) error {
		it, _ := f.Find("q05")
		it.Text.En = ""
		it, _ = f.Find("q06")
		it.Relevant = "${nobody} = 'x'"
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	trial := survey.NewTrial(h.papers, []byte(strings.Repeat("s", 32)), h.now)
	token := trial.Token(library.Ref{ID: p.ID})
	form, err := trial.Open(t.Context(), token)
	if err != nil {
		t.Fatal(err)
	}
	if !form.Trial || len(form.Questionnaire.Questions()) != len(mustParse(t).Questions()) {
		t.Errorf("the form of a trial: trial %v, %d questions", form.Trial, len(form.Questionnaire.Questions()))
	}
	before := h.rows(t, "intake")
	in := survey.Submission{Token: token, Key: "k", Sheet: filled(t, form.Questionnaire, "5", "male"), Lang: "zh-CN"}
	if _, err := trial.Submit(t.Context(), in); err != nil {
		t.Fatal(err)
	}
	if got := h.rows(t, "intake"); got != before {
		t.Errorf("rows after a trial: got %d, want %d", got, before)
	}
	for _, wrong := range []string{"", token[1:], "0" + token[1:], token + "1", trial.Token(library.Ref{})[:20] + "." + string(p.ID) + ".0"} {
		if _, err := trial.Open(t.Context(), wrong); !errors.Is(err, fault.New(fault.NotFound, "token.unknown")) {
			t.Errorf("%q: got %v", wrong, err)
		}
	}
}

// TestTrialShowsTheOthersWhereAQuestionCannotBeAsked breaks questions one after the
// other: what is left is shown.
func TestTrialShowsTheOthersWhereAQuestionCannotBeAsked(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	p := h.made(t, "满意度 壬")
	_, err := h.papers.Save(t.Context(), agent(), p.ID, p.Version, func(f *questionnaire.Form) error {
		it, _ := f.Find("q05")
		it.Type, it.Scored, it.Scale = questionnaire.Single, false, "" // a choice without options
		f.Add(questionnaire.Items, questionnaire.Item{ID: "new", Type: questionnaire.ScaleOf, Scale: "none"})
		f.Add(questionnaire.Items, questionnaire.Item{
			ID: "rows", Type: questionnaire.Grid, Text: questionnaire.Text{Zh: "{row}"}, Scale: "none",
			Rows: []questionnaire.Row{{ID: "rows_1"}},
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	trial := survey.NewTrial(h.papers, []byte(strings.Repeat("s", 32)), h.now)
	form, err := trial.Open(t.Context(), trial.Token(library.Ref{ID: p.ID}))
	if err != nil {
		t.Fatalf("nothing is shown: %v", err)
	}
	if got, want := len(form.Questionnaire.Questions()), len(mustParse(t).Questions())-1; got != want {
		t.Errorf("questions shown: got %d, want %d: all but q05 and the new ones", got, want)
	}
}

func mustParse(t *testing.T) *questionnaire.Questionnaire {
	t.Helper()
	q, err := questionnaire.Parse(questionnaire.Default())
	if err != nil {
		t.Fatal(err)
	}
	return q
}

func TestRefIsReadAsItIsWritten(t *testing.T) {
	t.Parallel()
	for _, r := range []library.Ref{{}, {ID: "a-b.c", Number: 3}, {ID: "x"}} {
		if got, ok := library.ParseRef(r.String()); !ok || got != r {
			t.Errorf("%v: got %v, %v", r, got, ok)
		}
	}
	for _, bad := range []string{"x", ".1", "x.", "x.-1", "x.y"} {
		if _, ok := library.ParseRef(bad); ok {
			t.Errorf("%q was read", bad)
		}
	}
}
