package survey_test

import (
	"bytes"
	"encoding/csv"
	"strings"
	"testing"

	"minyi/indicators/access"
	"minyi/survey"
	"minyi/survey/export"
	"minyi/survey/invite"
	"minyi/survey/release"
)

// interviewed is a closed survey whose review is open: 24 interviews by two people,
// then so many answers that people gave alone.
func (h *house) interviewed(t *testing.T, alone int) survey.ID {
	t.Helper()
	h.reviewing = true
	id := h.called(t, 120)
	for i := range 24 {
		h.interview(t, []access.Actor{ding(), hu()}[i%2], id, []string{"5", "2", "4", "3"}[i%4], []string{"male", "female"}[i/12])
	}
	for _, token := range h.tokens(t, id, invite.OneTime) {
		form, err := h.Open(t.Context(), token)
		if err != nil || alone == 0 {
			continue
		}
		alone--
		in := survey.Submission{Token: token, Key: "k" + token, Sheet: filled(t, form.Questionnaire, "3", "male"), Trace: &survey.Trace{Started: h.now(), Total: 90}}
		if _, err := h.Submit(t.Context(), in); err != nil {
			t.Fatal(err)
		}
	}
	closeSurvey(t, h, id)
	return id
}

// TestTheModeIsExportedWhereItTellsNobodysAnswer compares the export with the traces
// counted by hand: a batch in which one of several modes has fewer than the least
// shown has no modes at all, and without traces none has.
func TestTheModeIsExportedWhereItTellsNobodysAnswer(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id := h.interviewed(t, 30)
	truth := map[string]map[survey.Mode]int{}
	err := h.Traces(t.Context(), agent(), id, func(one survey.Traced) error {
		if truth[one.Batch.PSU] == nil {
			truth[one.Batch.PSU] = map[survey.Mode]int{}
		}
		truth[one.Batch.PSU][one.Trace.Mode]++
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	h.endReview(t, id)
	want := map[string]int{}
	for psu, modes := range truth {
		few := false
		for _, n := range modes {
			few = few || len(modes) > 1 && n < 5
		}
		for mode, n := range modes {
			name := map[survey.Mode]string{survey.Self: "self", survey.Assisted: "assisted"}[mode]
			if few {
				name = ""
			}
			want[psu+" "+name] += n
		}
	}
	got := h.modesExported(t, id)
	for key, n := range want {
		if got[key] != n {
			t.Errorf("%q: got %d, want %d", key, got[key], n)
		}
	}
	if len(got) != len(want) || len(want) < 2 {
		t.Errorf("got %v, want %v", got, want)
	}
	if err := h.ForgetTraces(t.Context(), agent(), id); err != nil {
		t.Fatal(err)
	}
	for key := range h.modesExported(t, id) {
		if !strings.HasSuffix(key, " ") {
			t.Errorf("without traces a mode is told: %q", key)
		}
	}
}

// modesExported counts the rows of an export by PSU and mode.
func (h *house) modesExported(t *testing.T, id survey.ID) map[string]int {
	t.Helper()
	got := map[string]int{}
	for _, row := range table(t, h.taken(t, id, export.AsCSV)["data.csv"]) {
		if row["channel"] == "sampled" {
			got[row["psu"]+" "+row["mode"]]++
		}
	}
	return got
}

// TestInterviewersStandInTheReviewUnderOtherNames looks for the effects of each
// interviewer, under a name that is not theirs, and for the interviews behind it.
func TestInterviewersStandInTheReviewUnderOtherNames(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id := h.interviewed(t, 30)
	b, err := h.Board(t.Context(), agent(), id)
	if err != nil {
		t.Fatal(err)
	}
	if len(b.Hands.Names) != 2 || b.Hands.Level.N != 24 || !(b.Hands.Level.F > 50) {
		t.Fatalf("got %+v", b.Hands)
	}
	for k, name := range b.Hands.Names {
		if name == "ding" || name == "hu" || len(name) != 5 {
			t.Errorf("an interviewer is called %q", name)
		}
		rows := b.Pick(survey.Pick{Hand: name}, &survey.Decided{})
		if len(rows) != 12 || b.Hands.Level.Groups[k].N != 12 {
			t.Errorf("%s: got %d rows of %+v", name, len(rows), b.Hands.Level.Groups[k])
		}
		for _, row := range rows {
			if row.Mode != survey.Assisted {
				t.Errorf("%s: an answer with mode %d", name, row.Mode)
			}
		}
	}
}

// TestTheStatementNamesTheTelephone reads the document as it would be signed.
func TestTheStatementNamesTheTelephone(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id := h.interviewed(t, 30)
	h.endReview(t, id)
	d, err := release.Parse(h.propose(t, id).Draft.Document)
	if err != nil {
		t.Fatal(err)
	}
	facts := d.Method.Facts
	if facts.Calls != 24 || strings.Join(facts.Modes, " ") != "phone poster sampled" {
		t.Errorf("got %d calls by %v", facts.Calls, facts.Modes)
	}
}

// TestNumbersAreReadFromAWorkbook gives the rows of a CSV file as a workbook.
func TestNumbersAreReadFromAWorkbook(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id := h.called(t, 3)
	rows, err := csv.NewReader(strings.NewReader(phones(4, 7))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var file bytes.Buffer
	err = export.List(&file, "numbers", func(fn func([]string) error) error {
		for _, row := range rows {
			if err := fn(row); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if n, err := h.ImportNumbers(t.Context(), agent(), id, &file); err != nil || n != 7 {
		t.Fatalf("got %d, %v", n, err)
	}
	out, err := h.Outcomes(t.Context(), agent(), id)
	if err != nil || out.Cases != 10 {
		t.Errorf("links with a number: got %+v, %v", out, err)
	}
	_, err = h.ImportNumbers(t.Context(), agent(), id, strings.NewReader("PK\x03\x04 no workbook"))
	hasCode(t, "what is no workbook", err, "listing.book")
}
