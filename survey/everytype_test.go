package survey_test

import (
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"minyi/survey"
	"minyi/survey/frame"
	"minyi/survey/invite"
	"minyi/survey/library"
	"minyi/survey/questionnaire"
)

// published puts a questionnaire into the library and publishes it by two people.
func (h *house) published(t *testing.T, name string, text []byte) library.Ref {
	t.Helper()
	form, err := questionnaire.Read(text)
	if err != nil {
		t.Fatal(err)
	}
	p, err := h.papers.Make(t.Context(), agent(), name, form, nil)
	if err != nil {
		t.Fatal(err)
	}
	if p, err = h.papers.Propose(t.Context(), agent(), p.ID); err != nil {
		t.Fatal(err)
	}
	if p, err = h.papers.Approve(t.Context(), other(), p.ID, p.Proposal.Hash); err != nil {
		t.Fatal(err)
	}
	return library.Ref{ID: p.ID, Number: len(p.Editions)}
}

// sampleForm is the sample paper with every type of question.
func sampleForm(t *testing.T) []byte {
	t.Helper()
	form, err := os.ReadFile(filepath.Join("questionnaire", "testdata", "sample.json"))
	if err != nil {
		t.Fatal(err)
	}
	return form
}

func (h *house) sendTyped(t *testing.T, token, query string) {
	t.Helper()
	form, err := h.Open(t.Context(), token)
	if err != nil {
		t.Fatal(err)
	}
	values, err := url.ParseQuery(query)
	if err != nil {
		t.Fatal(err)
	}
	home, _ := form.Questionnaire.Question("s2")
	values.Set("s2", home.Choices[0].Code)
	sheet, err := form.Questionnaire.Check(values, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.Submit(t.Context(), survey.Submission{Token: token, Key: "key-" + token, Sheet: sheet, Lang: "zh-CN"}); err != nil {
		t.Fatal(err)
	}
}

// everyType opens a survey with every type of question and returns its links.
func (h *house) everyType(t *testing.T) (survey.ID, []string) {
	t.Helper()
	o := order("640100")
	o.Edition = h.published(t, "各种题型", sampleForm(t))
	sv, err := h.Create(t.Context(), agent(), o)
	if err != nil {
		t.Fatal(err)
	}
	id := sv.ID
	if _, err := h.ImportFrame(t.Context(), agent(), id, csvFrame()); err != nil {
		t.Fatal(err)
	}
	if _, err := h.Draw(t.Context(), agent(), id, frame.Plan{Seed: 7, Links: 120, PerPSU: 10}); err != nil {
		t.Fatal(err)
	}
	if _, err := h.Start(t.Context(), agent(), id); err != nil {
		t.Fatal(err)
	}
	tokens := h.tokens(t, id, invite.OneTime)
	return id, tokens
}

// The whole way of a paper with every type: published, answered, closed, counted.
func TestEveryTypeGoesTheWholeWay(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id, tokens := h.everyType(t)
	const entry = "consent=yes&s1=60-69&s3=24&s4=no&s5=yes&q01=4&g1a=5&g1b=98&g1c=3&b1=female&b2=rural"
	h.sendTyped(t, tokens[0], entry+"&q02=0&q03=2&q03a=work&q03b=修路&b4=yes&b5=１&b6=2026年3月1日&b7=1.5&b8=fair&b8=fast&b8=near&b9=公开&o1=很好")
	h.sendTyped(t, tokens[1], entry+"&q02=97&q03=98&b4=no&b8=ref&o1=谢谢")
	h.sendTyped(t, tokens[2], entry+"&q02=10&q03=5&b4=yes&b5=dk&o1=ref")
	h.sendTyped(t, tokens[3], "consent=yes&s1=60-69&s3=5")
	h.restart(t)
	if _, err := h.Close(t.Context(), agent(), id); err != nil {
		t.Fatal(err)
	}
	texts, err := h.Comments(t.Context(), agent(), id)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"修路", "公开", "很好", "谢谢"}
	if slices.Sort(want); !slices.Equal(texts, want) {
		t.Errorf("texts: got %v, want %v", texts, want)
	}
	result, err := h.Tabulate(t.Context(), agent(), id)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := result.Fieldwork.ScreenedOut, 1; got != want {
		t.Errorf("screened out: got %d, want %d", got, want)
	}
	for _, item := range result.Sampled.Items {
		if item.ID != "q02" {
			continue
		}
		if item.Mean.N != 2 || item.NotApplicable == nil || item.NotApplicable.N != 3 {
			t.Errorf("q02: got %+v, want 2 points and one of three 不适用", item)
		}
	}
}
