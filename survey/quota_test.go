package survey_test

import (
	"fmt"
	"maps"
	"strings"
	"sync"
	"testing"

	"minyi/survey"
	"minyi/survey/frame"
	"minyi/survey/invite"
	"minyi/survey/questionnaire"
)

// planned is a survey with 320 links that has not opened yet, and its paper.
func (h *house) planned(t *testing.T) (survey.ID, *questionnaire.Questionnaire) {
	t.Helper()
	sv, err := h.Create(t.Context(), agent(), order("640100"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.ImportFrame(t.Context(), agent(), sv.ID, csvFrame()); err != nil {
		t.Fatal(err)
	}
	if _, err := h.Draw(t.Context(), agent(), sv.ID, frame.Plan{Seed: 7, Links: 320, PerPSU: 10}); err != nil {
		t.Fatal(err)
	}
	paper, err := sv.Paper.Questionnaire()
	if err != nil {
		t.Fatal(err)
	}
	return sv.ID, paper
}

// sixteen are cells of age, sex and kind of home, each with its limit.
func sixteen(limit func(i int) int) *survey.Quota {
	q := &survey.Quota{Questions: []string{"s1", "b1", "b2"}}
	for _, age := range []string{"18-29", "30-39", "40-49", "50-59"} {
		for _, sex := range []string{"male", "female"} {
			for _, home := range []string{"urban", "rural"} {
				q.Cells = append(q.Cells, survey.Cell{Codes: []string{age, sex, home}, Limit: limit(len(q.Cells))})
			}
		}
	}
	return q
}

// inCell is a whole sheet with the codes of a cell.
func inCell(t *testing.T, q *questionnaire.Questionnaire, u *survey.Quota, c survey.Cell) questionnaire.Sheet {
	t.Helper()
	base := filled(t, q, "4", "male")
	values := map[string][]string{}
	for _, one := range q.Questions() {
		values[one.ID] = q.Codes(base, one.ID)
	}
	for i, id := range u.Questions {
		values[id] = []string{c.Codes[i]}
	}
	sheet, err := q.Check(values, 0)
	if err != nil {
		t.Fatal(err)
	}
	return sheet
}

func TestQuotasOfCrossedStrataHoldExactlyUnderConcurrency(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id, paper := h.planned(t)
	quota := sixteen(func(i int) int { return i })
	if _, err := h.SetQuota(t.Context(), agent(), id, quota); err != nil {
		t.Fatal(err)
	}
	if _, err := h.Start(t.Context(), agent(), id); err != nil {
		t.Fatal(err)
	}
	tokens := h.tokens(t, id, invite.OneTime)
	sheets := make([]questionnaire.Sheet, len(quota.Cells))
	for i, c := range quota.Cells {
		sheets[i] = inCell(t, paper, quota, c)
	}
	var group sync.WaitGroup
	var mu sync.Mutex
	counted, full := map[int]int{}, map[int]int{}
	const hands = 64
	for hand := range hands {
		group.Go(func() {
			for i := hand; i < 320; i += hands {
				cell := i % 16
				in := survey.Submission{Token: tokens[i], Key: fmt.Sprint("key", i), Sheet: sheets[cell]}
				receipt, err := h.Submit(t.Context(), in)
				if err != nil {
					t.Error(err)
				}
				again, err := h.Submit(t.Context(), in)
				if err != nil || again != receipt {
					t.Errorf("sent again: got %+v, %v, want %+v", again, err, receipt)
				}
				mu.Lock()
				if receipt.Disposition == questionnaire.QuotaFull {
					full[cell]++
				} else {
					counted[cell]++
				}
				mu.Unlock()
			}
		})
	}
	group.Wait()
	for range 2 {
		work, err := h.Fieldwork(t.Context(), agent(), id)
		if err != nil {
			t.Fatal(err)
		}
		for i, c := range work.Cells { // 20 sheets came for each cell
			if c.Counted != i || c.Full != 20-i || counted[i] != i || full[i] != 20-i {
				t.Errorf("cell %v: got %d counted and %d full, told %d and %d, want %d and %d", c.Codes, c.Counted, c.Full, counted[i], full[i], i, 20-i)
			}
		}
		if work.Sampled.Complete != 120 || work.Sampled.QuotaFull != 200 || work.Sampled.Returned() != 320 {
			t.Errorf("got %+v, want 120 complete and 200 whose quota was full", work.Sampled)
		}
		h.restart(t)
	}
	h.thanked(t, tokens, sheets)
	h.left(t, id)
}

// thanked sends forms again after a restart: who was counted then is told so, and
// who found the cell full is told that.
func (h *house) thanked(t *testing.T, tokens []string, sheets []questionnaire.Sheet) {
	t.Helper()
	full := 0
	for i, token := range tokens {
		receipt, err := h.Submit(t.Context(), survey.Submission{Token: token, Key: fmt.Sprint("key", i), Sheet: sheets[i%16]})
		if err != nil {
			t.Fatal(err)
		}
		if receipt.Disposition == questionnaire.QuotaFull {
			full++
		}
		_, err = h.Open(t.Context(), token)
		refused(t, "the link afterwards", err, "token.spent")
	}
	if full != 200 {
		t.Errorf("after a restart: got %d told of a full cell, want 200", full)
	}
}

// left closes the survey: only counted sheets are in its tables, and all are kept
// with their strata.
func (h *house) left(t *testing.T, id survey.ID) {
	t.Helper()
	if _, err := h.Close(t.Context(), agent(), id); err != nil {
		t.Fatal(err)
	}
	result, err := h.Tabulate(t.Context(), agent(), id)
	if err != nil {
		t.Fatal(err)
	}
	if got := result.Sampled.Items[0].Satisfied.N; got != 120 {
		t.Errorf("in the tables: got %d sheets, want 120", got)
	}
	kept := map[questionnaire.Disposition]int{}
	if err := h.Traces(t.Context(), agent(), id, func(one survey.Traced) error { kept[one.Outcome]++; return nil }); err != nil {
		t.Fatal(err)
	}
	if kept[questionnaire.Complete] != 120 || kept[questionnaire.QuotaFull] != 200 {
		t.Errorf("kept: got %v, want 120 and 200", kept)
	}
	var strata int
	if err := h.half.Reader().QueryRowContext(t.Context(), `SELECT count(DISTINCT cell) FROM response WHERE outcome = 6`).Scan(&strata); err != nil || strata != 16 {
		t.Errorf("strata of those turned away: got %d, %v, want all 16", strata, err)
	}
}

// Who is screened out is under no quota, and is recorded with the strata that
// were asked for before the end; so is who belongs to no cell.
func TestQuotaLeavesOthersAlone(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id, paper := h.planned(t)
	quota := &survey.Quota{Questions: []string{"s1"}, Cells: []survey.Cell{{Codes: []string{"18-29"}}}}
	if _, err := h.SetQuota(t.Context(), agent(), id, quota); err != nil {
		t.Fatal(err)
	}
	if _, err := h.HangPoster(t.Context(), agent(), id, "大厅", nil); err != nil {
		t.Fatal(err)
	}
	if _, err := h.Start(t.Context(), agent(), id); err != nil {
		t.Fatal(err)
	}
	screened, err := paper.Check(map[string][]string{"consent": {"yes"}, "s1": {"18-29"}, "s2": {"640104"}, "s3": {"lt6m"}}, 0)
	if err != nil {
		t.Fatal(err)
	}
	young := inCell(t, paper, quota, quota.Cells[0])
	old := inCell(t, paper, quota, survey.Cell{Codes: []string{"70+"}})
	tokens := h.tokens(t, id, invite.OneTime)
	for i, c := range []struct {
		token string
		sheet questionnaire.Sheet
		want  questionnaire.Disposition
	}{
		{tokens[0], young, questionnaire.QuotaFull},
		{tokens[1], screened, questionnaire.ScreenedOut},
		{tokens[2], old, questionnaire.Complete},
		{h.tokens(t, id, invite.Poster)[0], young, questionnaire.Complete}, // posters have a cap of their own
	} {
		receipt, err := h.Submit(t.Context(), survey.Submission{Token: c.token, Key: "k", Sheet: c.sheet})
		if err != nil || receipt.Disposition != c.want {
			t.Errorf("sheet %d: got %v, %v, want %v", i, receipt.Disposition, err, c.want)
		}
	}
	work, err := h.Fieldwork(t.Context(), agent(), id)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := work.Cells[0].CellCount, (survey.CellCount{Full: 1, Other: 1}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	// RR2: 1 complete of 318 links that may be eligible; a full quota is none (4.8).
	if got := int(work.Sampled.ResponseRate()); got != 31 {
		t.Errorf("response rate: got %d, want 31 hundredths of a per cent", got)
	}
}

// Somebody screened out counts in the cell of the strata that the form gave, also
// where they are asked after the screening and the sheet does not keep them; what
// was not given, or is no answer, leads to no cell.
func TestStrataOfThoseScreenedOutAreRecorded(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id, paper := h.planned(t)
	if got, want := strings.Join(survey.Late(paper), " "), "s2 s4 b1 b2"; got != want {
		t.Errorf("asked after the screening begins: got %q, want %q", got, want)
	}
	quota := &survey.Quota{Questions: []string{"s1", "b1"}, Cells: []survey.Cell{{Codes: []string{"18-29", "male"}, Limit: 5}}}
	if _, err := h.SetQuota(t.Context(), agent(), id, quota); err != nil {
		t.Fatal(err)
	}
	if _, err := h.Start(t.Context(), agent(), id); err != nil {
		t.Fatal(err)
	}
	tokens := h.tokens(t, id, invite.OneTime)
	young := map[string][]string{"consent": {"yes"}, "s1": {"18-29"}, "s2": {"640104"}, "s3": {"lt6m"}}
	for i, c := range []struct {
		sex  []string
		want int // sheets screened out in the cell
	}{
		{[]string{"male"}, 1}, {nil, 1}, {[]string{"female"}, 1}, {[]string{"male", "female"}, 1}, {[]string{"x"}, 1}, {[]string{"male"}, 2},
	} {
		given := maps.Clone(young)
		if c.sex != nil {
			given["b1"] = c.sex
		}
		sheet, err := paper.Check(young, 0)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := h.Submit(t.Context(), survey.Submission{Token: tokens[i], Key: "k", Sheet: sheet, Given: given}); err != nil {
			t.Fatal(err)
		}
		work, err := h.Fieldwork(t.Context(), agent(), id)
		if err != nil {
			t.Fatal(err)
		}
		if got, want := work.Cells[0].CellCount, (survey.CellCount{Other: c.want}); got != want {
			t.Errorf("sheet %d: got %+v, want %+v", i, got, want)
		}
	}
}

func TestQuotaIsCheckedAgainstThePaperAndSetBeforeTheOpening(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id, paper := h.planned(t)
	cell := func(codes ...string) []survey.Cell { return []survey.Cell{{Codes: codes, Limit: 3}} }
	for name, c := range map[string]struct {
		quota survey.Quota
		code  string
	}{
		"no question":               {survey.Quota{Cells: cell()}, "quota.questions"},
		"an opinion":                {survey.Quota{Questions: []string{paper.Scored()[0].ID}, Cells: cell("4")}, "quota.questions"},
		"several answers":           {survey.Quota{Questions: []string{"b3"}, Cells: cell("service")}, "quota.questions"},
		"a question twice":          {survey.Quota{Questions: []string{"b1", "b1"}, Cells: cell("male", "male")}, "quota.questions"},
		"four questions":            {survey.Quota{Questions: []string{"s1", "b1", "b2", "s2"}, Cells: cell("18-29", "male", "urban", "640104")}, "quota.questions"},
		"a code that ends":          {survey.Quota{Questions: []string{"s1"}, Cells: cell("u18")}, "quota.cell"},
		"a code that is not":        {survey.Quota{Questions: []string{"b1"}, Cells: cell("x")}, "quota.cell"},
		"too few codes":             {survey.Quota{Questions: []string{"s1", "b1"}, Cells: cell("18-29")}, "quota.cell"},
		"a cell twice":              {survey.Quota{Questions: []string{"b1"}, Cells: append(cell("male"), cell("male")...)}, "quota.cell"},
		"less than none":            {survey.Quota{Questions: []string{"b1"}, Cells: []survey.Cell{{Codes: []string{"male"}, Limit: -1}}}, "quota.limit"},
		"more than a cell can hold": {survey.Quota{Questions: []string{"b1"}, Cells: []survey.Cell{{Codes: []string{"male"}, Limit: 1_000_001}}}, "quota.limit"},
		"no cell":                   {survey.Quota{Questions: []string{"b1"}}, "quota.empty"},
	} {
		_, err := h.SetQuota(t.Context(), agent(), id, &c.quota)
		refused(t, name, err, c.code)
	}
	crossed, err := survey.Crossed(paper, []string{"s1", "b1", "s2"})
	if err != nil || len(crossed) != 6*3*6 {
		t.Errorf("got %d combinations, %v, want 108: 6 ages, 3 sexes with no answer, 6 areas", len(crossed), err)
	}
	for _, quota := range []*survey.Quota{sixteen(func(int) int { return 1 }), nil, sixteen(func(int) int { return 2 })} {
		if _, err := h.SetQuota(t.Context(), agent(), id, quota); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := h.Start(t.Context(), agent(), id); err != nil {
		t.Fatal(err)
	}
	_, err = h.SetQuota(t.Context(), agent(), id, nil)
	refused(t, "after the opening", err, "survey.state")
	if got := h.trail(t, "survey.quota"); got != "li agency, li agency, li agency" {
		t.Errorf("trail: got %q, want three changes", got)
	}
}
