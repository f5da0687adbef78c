package survey_test

import (
	"database/sql"
	"encoding/json"
	"math"
	"slices"
	"testing"

	"minyi/indicators/access"
	"minyi/survey"
	"minyi/survey/coding"
	"minyi/survey/questionnaire"
	"minyi/survey/release"
	"minyi/survey/result"
	"minyi/survey/store"
)

func (h *house) resultsOf(t *testing.T, id survey.ID) *survey.Results {
	t.Helper()
	r, err := h.Results(t.Context(), agent(), id)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// backdate makes a survey one of an earlier round.
func (h *house) backdate(t *testing.T, id survey.ID, round int) {
	t.Helper()
	err := h.half.Write(t.Context(), func(tx *sql.Tx) error {
		_, err := tx.ExecContext(t.Context(), `UPDATE survey SET round = $1, doc = json_set(doc, '$.round', $1) WHERE id = $2`, round, string(id))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	h.restart(t)
}

// acts counts the entries of the trail with an action.
func (h *house) acts(t *testing.T, action string) (n int) {
	t.Helper()
	if err := h.half.Reader().QueryRowContext(t.Context(), `SELECT count(*) FROM trail WHERE action = $1`, action).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestC97ResultsAreForTheAgencyAfterTheReviewAndOnTheTrail(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.reviewing = true
	id := h.many(t, 60)
	_, err := h.Results(t.Context(), agent(), id)
	refused(t, "before the review is closed", err, "review.open")
	_, err = h.Texts(t.Context(), agent(), string(id))
	refused(t, "texts before the review is closed", err, "review.open")
	beside, err := h.Beside(t.Context(), agent(), 0, "")
	if err != nil || len(beside.Waiting) != 1 || len(beside.Sides) != 0 {
		t.Errorf("side by side before the review is closed: got %+v, %v, want the survey waiting", beside, err)
	}
	h.endReview(t, id)
	for _, role := range []access.Role{access.Office, access.Applicant, access.Assessor, access.Sysadmin, ""} {
		by := access.Actor{Name: "x", Role: role, Unit: "640200"}
		_, err := h.Results(t.Context(), by, id)
		refused(t, string(role)+" results", err, "access.role")
		_, err = h.Beside(t.Context(), by, 0, "")
		refused(t, string(role)+" side by side", err, "access.role")
		_, err = h.ShowFrom(t.Context(), by, id, 20, "x")
		refused(t, string(role)+" the least", err, "access.role")
	}
	before := h.acts(t, "survey.results")
	h.resultsOf(t, id)
	if _, err := h.Beside(t.Context(), agent(), 2020, "q01"); err != nil {
		t.Fatal(err)
	}
	if got := h.acts(t, "survey.results") - before; got != 2 {
		t.Errorf("readings in the trail: got %d, want 2", got)
	}
}

func TestTheLeastShownHidesAndIsSetForAReason(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id := h.many(t, 60)
	h.endReview(t, id)
	if got := h.resultsOf(t, id); got.Survey.LeastShown() != 10 || !got.Whole() {
		t.Errorf("the least: got %d, want 10, below which nothing is told apart", got.Survey.LeastShown())
	}
	_, err := h.ShowFrom(t.Context(), agent(), id, 2, "x")
	refused(t, "two", err, "results.least")
	_, err = h.ShowFrom(t.Context(), agent(), id, 30, " ")
	refused(t, "no reason", err, "results.reason")
	if _, err := h.ShowFrom(t.Context(), agent(), id, 61, "小样本"); err != nil {
		t.Fatal(err)
	}
	got := h.resultsOf(t, id)
	table, err := got.By(result.Everybody)
	if err != nil || got.Whole() {
		t.Fatalf("sixty answers below 61: %v, %v", got.Whole(), err)
	}
	for _, row := range table.Items {
		if c := row.Cells[0]; c.Hidden != result.Small || c.Satisfied.Est.Known() || c.N != 0 {
			t.Errorf("%s is shown: %+v", row.ID, c)
		}
	}
	verdict, err := got.Verdict()
	if err != nil || verdict.Hidden != result.Small {
		t.Errorf("the verdict: got %+v, %v, want it hidden", verdict, err)
	}
	beside, err := h.Beside(t.Context(), agent(), 2020, "")
	if err != nil || beside.Sides[0].Standings[0].Hidden != result.Small || beside.Sides[0].Standings[0].Est.Est.Known() {
		t.Errorf("side by side: got %+v, %v, want it hidden", beside.Sides, err)
	}
}

// Both rounds' official figures are the judge; the tests of differences have theirs
// in package result.
func TestChangesAreThoseSinceTheUnitsLastRound(t *testing.T) {
	if testing.Short() {
		t.Skip("one goroutine drives it")
	}
	t.Parallel()
	h := newHouse(t)
	first := h.many(t, 120)
	h.endReview(t, first)
	h.backdate(t, first, 2018)
	second := h.many(t, 100)
	h.endReview(t, second)
	got, was := h.resultsOf(t, second), h.resultsOf(t, first)
	if got.Before() != 2018 || was.Before() != 0 {
		t.Errorf("the round before: got %d and %d, want 2018 and none", got.Before(), was.Before())
	}
	all, err := got.Changes(result.Everybody)
	if err != nil {
		t.Fatal(err)
	}
	now, then := got.Official.Sampled, was.Official.Sampled
	if len(all) != len(now.Items)+1 {
		t.Fatalf("got %d changes, want one an item and the index", len(all))
	}
	for k, item := range now.Items {
		want := float64(item.Satisfied.Est - then.Items[k].Satisfied.Est)
		se := math.Hypot(float64(item.Satisfied.SE), float64(then.Items[k].Satisfied.SE))
		if c := all[k]; c.Item != item.ID || math.Abs(float64(c.Share.Est)-want) > 1e-9 || math.Abs(float64(c.Share.SE)-se) > 1e-9 || c.Share.Holm < c.Share.P {
			t.Errorf("%s: got %+v, want a difference of %v ± %v", item.ID, c.Share, want, se)
		}
	}
	last := all[len(all)-1]
	if want := float64(now.Index.Est - then.Index.Est); last.Item != "" || math.Abs(float64(last.Mean.Est)-want) > 1e-9 {
		t.Errorf("the index: got %+v, want %v", last.Mean, want)
	}
	groups, err := got.Changes(result.Sex)
	if err != nil || !slices.ContainsFunc(groups, func(c survey.Change) bool { return c.Category == "female" && c.Item == "q01" }) {
		t.Errorf("changes by sex: got %d, %v, want women's too", len(groups), err)
	}
}

func TestTextsAreCodedByTheirWords(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id := h.many(t, 60)
	h.endReview(t, id)
	texts, err := h.Texts(t.Context(), agent(), string(id))
	if err != nil || len(texts) == 0 {
		t.Fatalf("got %d texts, %v", len(texts), err)
	}
	comments, err := h.Comments(t.Context(), agent(), id)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, one := range texts {
		n += one.N
	}
	if n != len(comments) {
		t.Errorf("%d texts, %d comments", n, len(comments))
	}
	desk := coding.NewService(store.New(h.half), h, nil, h.now)
	if _, err := desk.AddCode(t.Context(), agent(), string(id), coding.Code{Zh: "道路"}); err != nil {
		t.Fatal(err)
	}
	if err := desk.Give(t.Context(), agent(), string(id), map[string]string{texts[0].Digest(): "c1"}); err != nil {
		t.Fatal(err)
	}
	seen, err := desk.Desk(t.Context(), other(), string(id), coding.Search{})
	if err != nil || seen.Counts.Codes[0].N != texts[0].N || seen.Found[0].Code != "" {
		t.Errorf("got %+v, %v, want %d texts coded and nothing shown to another coder", seen, err, texts[0].N)
	}
}

// TestWhatIsSignedDoesNotTellOfAFewInsiders looks for the table without those who
// work for the evaluated body in what is signed: with fewer of them than the least
// the difference to the official table would be theirs.
func TestWhatIsSignedDoesNotTellOfAFewInsiders(t *testing.T) {
	if testing.Short() {
		t.Skip("one goroutine drives it")
	}
	t.Parallel()
	h := newHouse(t)
	id := h.many(t, 200)
	h.endReview(t, id)
	official := h.resultsOf(t, id).Official
	if official.Insiders < 3 || official.Insiders > 90 {
		t.Fatalf("%d insiders: nothing to judge", official.Insiders)
	}
	for _, c := range []struct {
		least int
		want  bool
	}{{official.Insiders, true}, {official.Insiders + 1, false}} {
		if _, err := h.ShowFrom(t.Context(), agent(), id, c.least, "保护少数人"); err != nil {
			t.Fatal(err)
		}
		if got := h.resultsOf(t, id).WithoutInsiders() != nil; got != c.want {
			t.Errorf("%d insiders, least %d: the page has the table: %v, want %v", official.Insiders, c.least, got, c.want)
		}
		var document release.Document
		if err := json.Unmarshal(h.propose(t, id).Draft.Document, &document); err != nil {
			t.Fatal(err)
		}
		if got := document.Result.WithoutInsiders != nil; got != c.want {
			t.Errorf("%d insiders, least %d: the document has the table: %v, want %v", official.Insiders, c.least, got, c.want)
		}
	}
}

// TestAgesAreGroupedAsThePaperAsksThemToo has the bands of the paper: those that the
// census joins have its answers together.
func TestAgesAreGroupedAsThePaperAsksThemToo(t *testing.T) {
	if testing.Short() {
		t.Skip("one goroutine drives it")
	}
	t.Parallel()
	h := newHouse(t)
	id := h.many(t, 380)
	h.endReview(t, id)
	if _, err := h.ShowFrom(t.Context(), agent(), id, 3, "看分段"); err != nil {
		t.Fatal(err)
	}
	r := h.resultsOf(t, id)
	census, err := r.By(result.Age)
	if err != nil {
		t.Fatal(err)
	}
	asked, err := r.By(result.AgeAsked)
	if err != nil {
		t.Fatal(err)
	}
	ages, _ := r.Paper.WithRole(questionnaire.RoleAge)
	judged := 0
	for k, row := range asked.Items {
		sums := map[string]int{}
		for _, c := range row.Cells {
			if choice, ok := ages.Choice(c.Category); ok && c.Hidden == result.Shown {
				sums[choice.Margin] += c.N
			}
		}
		for _, of := range census.Items[k].Cells {
			if of.Category == "15-59" && of.Hidden == result.Shown && len(row.Cells) > 4 {
				judged++
				if got := sums["15-59"]; got != of.N {
					t.Errorf("%s: the bands from 18 to 59 have %d answers together, the census group %d", row.ID, got, of.N)
				}
			}
		}
	}
	if judged == 0 {
		t.Error("nothing judged")
	}
}
