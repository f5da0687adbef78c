package survey_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"minyi/survey"
	"minyi/survey/export"
	"minyi/survey/invite"
	"minyi/survey/tabulate"
)

// reviewedOf is a closed survey of n answers by chance whose review is over.
func (h *house) reviewedOf(t *testing.T, n int) survey.ID {
	t.Helper()
	id := h.manyAt(t, n, "政务大厅", "车站", "医院")
	h.endReview(t, id)
	return id
}

// settled lets two people put a plan in force.
func (h *house) settled(t *testing.T, id survey.ID, p tabulate.Plan) {
	t.Helper()
	sv, err := h.SetWeighting(t.Context(), agent(), id, p)
	if err != nil {
		t.Fatal(err)
	}
	digest := sv.Weighting.Draft.Digest()
	if _, err := h.ProposeWeighting(t.Context(), agent(), id, digest, "权数差别太大"); err != nil {
		t.Fatal(err)
	}
	if _, err := h.ConfirmWeighting(t.Context(), other(), id, digest); err != nil {
		t.Fatal(err)
	}
}

func trimmed() tabulate.Plan {
	return tabulate.Plan{Method: tabulate.Linear, Low: 20, High: 400, Trim: tabulate.Trim{Low: 70, High: 120, Strict: true}}
}

// A plan other than the house's own needs a reason and a second person; while it waits
// no result can be read, and the tables follow it once it is in force. The trail says
// who, when and why, and it survives a restart.
func TestPlanOfTheWeightsNeedsASecondPersonAndHidesTheResults(t *testing.T) {
	if testing.Short() {
		t.Skip("one thing after the other, which the race detector cannot judge")
	}
	t.Parallel()
	h := newHouse(t)
	id := h.reviewedOf(t, 160)
	sv, err := h.SetWeighting(t.Context(), agent(), id, trimmed())
	if err != nil {
		t.Fatal(err)
	}
	digest := sv.Weighting.Draft.Digest()
	_, err = h.Tabulate(t.Context(), agent(), id)
	refused(t, "results while a plan waits", err, "weigh.pending")
	_, err = h.ConfirmWeighting(t.Context(), other(), id, digest)
	refused(t, "confirmed before it was proposed", err, "weigh.notproposed")
	_, err = h.ProposeWeighting(t.Context(), agent(), id, digest, "  ")
	refused(t, "no reason", err, "weigh.reason")
	if _, err := h.ProposeWeighting(t.Context(), agent(), id, digest, "权数差别太大"); err != nil {
		t.Fatal(err)
	}
	_, err = h.ConfirmWeighting(t.Context(), agent(), id, digest)
	refused(t, "the same person", err, "weigh.self")
	if _, err = h.SetWeighting(t.Context(), other(), id, tabulate.Plan{Method: tabulate.Linear}); err != nil {
		t.Fatal(err)
	}
	_, err = h.ConfirmWeighting(t.Context(), other(), id, digest)
	refused(t, "changed after it was proposed", err, "weigh.notproposed")
	h.settled(t, id, trimmed())
	h.restart(t)
	r, err := h.Tabulate(t.Context(), agent(), id)
	if err != nil {
		t.Fatal(err)
	}
	if r.Weighting.Plan == nil || r.Weighting.Plan.Trim.High != 120 || r.Weighting.Trimmed == 0 {
		t.Errorf("got %+v, want the trimmed plan", r.Weighting)
	}
	mean := r.Weighting.Sum / tabulate.Number(r.Sampled.N)
	if r.Weighting.Max > 1.2*mean*(1+1e-9) || r.Weighting.Min < 0.7*mean*(1-1e-9) {
		t.Errorf("got weights from %v to %v about %v", r.Weighting.Min, r.Weighting.Max, mean)
	}
	entries, err := h.half.Trail(t.Context(), 0, 500)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, e := range entries {
		if strings.HasPrefix(e.Action, "survey.weights.") {
			got = append(got, strings.TrimPrefix(e.Action, "survey.weights.")+" "+e.Actor+" "+e.Reason)
		}
	}
	want := []string{"set li ", "propose li 权数差别太大", "set ma ", "set li ", "propose li 权数差别太大", "confirm ma 权数差别太大"}
	if !slices.Equal(got, want) {
		t.Errorf("got the trail %q, want %q", got, want)
	}
}

// Going back to the house's own plan takes one person; a plan that comes after results
// were read says so; a proposed result falls away with the plan that it was made under.
func TestPlanAfterTheResultsSaysSo(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("long work in one goroutine, which the race detector cannot judge")
	}
	h := newHouse(t)
	id := h.reviewedOf(t, 160)
	h.settled(t, id, trimmed())
	if _, err := h.Propose(t.Context(), agent(), id); err != nil {
		t.Fatal(err)
	}
	if _, err := h.Tabulate(t.Context(), agent(), id); err != nil {
		t.Fatal(err)
	}
	sv, err := h.SetWeighting(t.Context(), agent(), id, tabulate.Plan{})
	if err != nil {
		t.Fatal(err)
	}
	if sv, err = h.ProposeWeighting(t.Context(), agent(), id, sv.Weighting.Draft.Digest(), "回到默认做法"); err != nil {
		t.Fatal(err)
	}
	w := sv.Weighting
	if w.Draft != nil || w.Plan.Custom() || len(w.History) != 2 || w.History[0].Late || !w.History[1].Late {
		t.Errorf("got %+v", w)
	}
	if sv.Draft != nil {
		t.Error("the result proposed under the plan before still waits for its signatures")
	}
	if _, err = h.DropWeighting(t.Context(), agent(), id); err == nil {
		t.Error("a plan was dropped that is not there")
	}
}

// Before the review is closed nobody weights: nobody knows yet which answers count.
func TestWeightsComeAfterTheReview(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.reviewing = true
	id := h.many(t, 40)
	_, err := h.Weighting(t.Context(), agent(), id)
	refused(t, "during the review", err, "review.open")
	_, err = h.SetWeighting(t.Context(), agent(), id, trimmed())
	refused(t, "a plan during the review", err, "review.open")
}

const ages = "年龄,性别,人口\n18-39,男,\"130,000\"\n18-39,女,120000\n40-59,男,110000\n40-59,女,115000\n60岁及以上,男,60000\n60岁及以上,女,67000\n0-17,男,60000\n0-17,女,58000\n"

// A distribution from a file: what its names say is guessed, the rest is settled by
// hand, categories are put together, and the weights meet it.
func TestMarginFromAFileIsMappedAndMet(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("long work in one goroutine, which the race detector cannot judge")
	}
	h := newHouse(t)
	id := h.reviewedOf(t, 240)
	_, _, err := h.AddMargin(t.Context(), agent(), id, "年龄.csv", []byte("\xff\xfe"))
	refused(t, "no UTF-8", err, "weigh.file")
	_, at, err := h.AddMargin(t.Context(), agent(), id, `C:\数据\年龄.csv`, []byte("\ufeff"+ages))
	if err != nil {
		t.Fatal(err)
	}
	v, err := h.Margin(t.Context(), agent(), id, at)
	if err != nil {
		t.Fatal(err)
	}
	if v.Import.Name != "年龄.csv" || v.Import.Columns[1] != "sex" || v.Import.Columns[2] != survey.TotalColumn || v.Import.Values[1]["女"] != "female" {
		t.Errorf("got %+v, want sex and people guessed", v.Import.Mapping)
	}
	m := v.Import.Mapping
	m.Columns[0] = "s1"
	if _, err = h.MapMargin(t.Context(), agent(), id, at, m); err != nil {
		t.Fatal(err)
	}
	if v, err = h.Margin(t.Context(), agent(), id, at); err != nil {
		t.Fatal(err)
	}
	m = v.Import.Mapping
	m.Values[0] = map[string]string{"18-39": "30-39", "40-59": "50-59", "60岁及以上": "60-69", "0-17": ""}
	m.Join[0] = map[string]string{"18-29": "30-39", "40-49": "50-59", "ge70": "60-69", "70+": "60-69"}
	for code := range m.Join[0] {
		if !slices.ContainsFunc(v.Variables, func(v survey.Variable) bool {
			return v.ID == "s1" && slices.ContainsFunc(v.Choices, func(c survey.Category) bool { return c.Code == code })
		}) {
			delete(m.Join[0], code)
		}
	}
	sv, err := h.MapMargin(t.Context(), agent(), id, at, m)
	if err != nil {
		t.Fatal(err)
	}
	if n := len(sv.Weighting.Draft.Plan.Targets); n != 1 || len(sv.Weighting.Draft.Plan.Targets[0].Cells) != 6 {
		t.Fatalf("got %d margins: %+v", n, sv.Weighting.Draft.Plan.Targets)
	}
	p := sv.Weighting.Draft.Plan
	p.Without = []string{"sex", "age"}
	h.settled(t, id, p)
	r, err := h.Tabulate(t.Context(), agent(), id)
	if err != nil {
		t.Fatal(err)
	}
	cells := r.Weighting.Margins[len(r.Weighting.Margins)-1]
	if cells.Variable != "s1×sex" || cells.Cells[0].Category != "30-39×male" || cells.Status != "imported" {
		t.Errorf("got %+v", cells)
	}
	if got, want := float64(cells.Cells[1].Total/cells.Cells[0].Total), 120.0/130; got < want-1e-9 || got > want+1e-9 {
		t.Errorf("women to men under 40: got %v, want %v", got, want)
	}
	wrong := v.Import.Mapping
	wrong.Columns = []string{"sex", "sex", survey.TotalColumn}
	if _, at, err = h.AddMargin(t.Context(), agent(), id, "年龄.csv", []byte(ages)); err != nil {
		t.Fatal(err)
	}
	_, err = h.MapMargin(t.Context(), agent(), id, at, wrong)
	refused(t, "one variable twice", err, "weigh.column")
	if sv, err = h.RemoveMargin(t.Context(), agent(), id, "年龄.csv 2"); err != nil || len(sv.Weighting.Draft.Imports) != 0 {
		t.Errorf("got %v and %v, want the second file gone", sv.Weighting.Draft, err)
	}
}

// What is shown while a plan is chosen holds no estimate, and the nonresponse
// adjustment knows who was invited.
func TestWeightingViewKnowsTheInvitedAndNoEstimate(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id := h.reviewedOf(t, 240)
	if _, err := h.SetWeighting(t.Context(), agent(), id, tabulate.Plan{Nonresponse: tabulate.Nonresponse{Method: tabulate.ByClass, By: []string{tabulate.Stratum}}}); err != nil {
		t.Fatal(err)
	}
	v, err := h.Weighting(t.Context(), agent(), id)
	if err != nil || v.Refusal != nil {
		t.Fatal(err, v.Refusal)
	}
	links := len(h.tokens(t, id, invite.OneTime))
	invited, back := 0, 0
	for _, c := range v.Appraisal.Weighting.Classes {
		invited, back = invited+c.Invited, back+c.Back
	}
	if invited != links || back < 200 || back > 240 || len(v.Appraisal.Weighting.Classes) != 2 {
		t.Errorf("got %d of %d back, want 240 at most of %d", back, invited, links)
	}
	if len(v.Appraisal.Choices) < 6 || !(v.Appraisal.Choices[0].Index > 0) {
		t.Errorf("got %+v", v.Appraisal.Choices)
	}
}

// The judge is R with survey: for every kind of plan the exported script redoes the
// weights and all estimates from the exported data, to 1e-6.
func TestReadersScriptRedoesEveryPlan(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("long work in one goroutine, which the race detector cannot judge")
	}
	if err := exec.CommandContext(t.Context(), "Rscript", "-e", "library(survey)").Run(); err != nil {
		if os.Getenv("MINYI_READERS") != "" {
			t.Fatal("R with its package survey is not installed")
		}
		t.Skip("R with its package survey is not installed")
	}
	h := newHouse(t)
	id := h.reviewedOf(t, 240)
	own := []tabulate.Target{{Name: "性别和层", Source: "户籍", Variables: []string{"sex", tabulate.Stratum}, Cells: []tabulate.TargetCell{
		{Codes: []string{"male", "rural"}, Parts: 22},
		{Codes: []string{"male", "urban"}, Parts: 29},
		{Codes: []string{"female", "rural"}, Parts: 20},
		{Codes: []string{"female", "urban"}, Parts: 29},
	}}}
	by := func(m tabulate.Adjust, classes int, facts ...string) tabulate.Nonresponse {
		return tabulate.Nonresponse{Method: m, By: facts, Classes: classes}
	}
	for name, plan := range map[string]tabulate.Plan{
		"logit, own margin, propensity classes, strictly trimmed": {
			Method: tabulate.Logit, Low: 20, High: 400, Without: []string{"sex"}, Targets: own,
			Nonresponse: by(tabulate.Propensity, 3, tabulate.Stratum, tabulate.Size), Trim: tabulate.Trim{Low: 60, High: 150, Strict: true},
		},
		"poststratified, by PSU": {
			Method: tabulate.Poststratify, Without: []string{"sex", "age"}, Targets: own, Nonresponse: by(tabulate.ByClass, 0, tabulate.PSU),
		},
		"equal base, by size, trimmed and again": {
			Base: tabulate.EqualBase, Nonresponse: by(tabulate.ByClass, 0, tabulate.Size), Trim: tabulate.Trim{High: 120, Again: true},
		},
		"blended, linear, propensity, trimmed": {
			Blend: tabulate.Pseudo, Method: tabulate.Linear, Nonresponse: by(tabulate.Propensity, 0, tabulate.Size), Trim: tabulate.Trim{Low: 40, High: 180},
		},
	} {
		h.settled(t, id, plan)
		files := h.taken(t, id, export.AsScript)
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			redone(t, files, 1e-6)
		})
	}
}

// redone runs the exported script and compares every number, and the weights.
func redone(t *testing.T, files map[string][]byte, tolerance float64) {
	t.Helper()
	folder := t.TempDir()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(folder, name), text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	out, err := exec.CommandContext(t.Context(), "Rscript", "--vanilla", filepath.Join(folder, "weights-and-estimates.R"), folder).CombinedOutput()
	if err != nil {
		t.Fatalf("R: %v\n%s", err, out)
	}
	_, line, _ := strings.Cut(string(out), "weights: greatest relative difference ")
	said, _, _ := strings.Cut(line, "\n")
	if v, err := strconv.ParseFloat(said, 64); err != nil || v > tolerance {
		t.Errorf("weights: R differs by %s", said)
	}
	read := func(name string) map[string]map[string]string {
		text, err := os.ReadFile(filepath.Join(folder, name))
		if err != nil {
			t.Fatal(err)
		}
		rows := map[string]map[string]string{}
		for _, row := range table(t, text) {
			rows[row["table"]+"/"+row["item"]+"/"+row["measure"]] = row
		}
		return rows
	}
	ours, theirs := read("estimates.csv"), read("estimates-r.csv")
	if len(ours) != len(theirs) || len(ours) < 100 {
		t.Errorf("got %d estimates of ours and %d of R's", len(ours), len(theirs))
	}
	for name, row := range ours {
		for _, column := range []string{"n", "df", "est", "se", "low", "high"} {
			near(t, name+" "+column, row[column], theirs[name][column], tolerance)
		}
	}
}
