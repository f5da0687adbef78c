package survey_test

import (
	"encoding/json"
	"testing"

	"minyi/survey/frame"
	"minyi/survey/invite"
	"minyi/survey/questionnaire"
	"minyi/survey/tabulate"
)

// The tables that the service makes from columns are those of the sheets read one by
// one.
func TestTablesFromColumnsAreThoseOfTheSheets(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	id := h.answered(t, 40)
	work, err := h.Fieldwork(t.Context(), agent(), id)
	if err != nil {
		t.Fatal(err)
	}
	result, err := h.Tabulate(t.Context(), agent(), id)
	if err != nil {
		t.Fatal(err)
	}
	paper, err := work.Survey.Paper.Questionnaire()
	if err != nil {
		t.Fatal(err)
	}
	unit := string(work.Survey.Unit)
	in := tabulate.Input{Population: float64(frame.AreaOf(unit).Population), Margins: frame.Margins(unit), Fieldwork: result.Fieldwork, Items: itemsOf(paper)}
	err = h.intake.Answers(work.Survey.Number, func(number uint32, packed []byte) error {
		sheet, err := paper.Unpack(packed, "")
		if err != nil || !sheet.Disposition.InScope() {
			return err
		}
		batch, _ := work.Survey.Batches.Number(number)
		one := personOf(paper, sheet)
		if batch.Kind == invite.Poster {
			in.Posters = append(in.Posters, one)
			return nil
		}
		drawn, _ := work.Survey.Sample.Stratum(batch.Stratum)
		one.Stratum, one.PSU, one.Weight = batch.Stratum, batch.PSU, float64(drawn.Population)/float64(drawn.Links)
		in.Sampled = append(in.Sampled, one)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	want, err := tabulate.Tabulate(in)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := written(t, result), written(t, want); got != want || result.Sampled.N == 0 {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func written(t *testing.T, result *tabulate.Result) string {
	t.Helper()
	text, err := json.Marshal(result)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// itemsOf lists the scored items of a paper.
func itemsOf(paper *questionnaire.Questionnaire) (out []tabulate.Item) {
	for _, one := range paper.Scored() {
		item := tabulate.Item{
			ID: one.ID, Indicator: paper.PrimaryIndicator(one.ID), Valid: paper.ValidPoints(one.ID),
			DontKnow:      paper.ReasonPoint(one.ID, questionnaire.DontKnow),
			NoAnswer:      paper.ReasonPoint(one.ID, questionnaire.NoAnswer),
			NotApplicable: paper.ReasonPoint(one.ID, questionnaire.NotApplicable),
		}
		for _, p := range item.Valid {
			if paper.SatisfiedPoint(one.ID, p) {
				item.Satisfied = append(item.Satisfied, p)
			}
		}
		out = append(out, item)
	}
	return out
}

// personOf is a sheet as far as estimates need it, without the design.
func personOf(paper *questionnaire.Questionnaire, sheet questionnaire.Sheet) tabulate.Response {
	one := tabulate.Response{
		Sex: paper.RoleCode(sheet, questionnaire.RoleSex), Residence: paper.RoleCode(sheet, questionnaire.RoleResidence),
		Age: paper.AgeMargin(sheet), Insider: paper.Flagged(sheet, "insider"),
	}
	for _, item := range paper.Scored() {
		one.Points = append(one.Points, paper.Point(sheet, item.ID))
	}
	return one
}
