package rehearsal

import (
	"context"
	"strconv"

	"minyi/indicators"
)

// openRound opens the round with the notice that it rests on; its dates
// and numbers are those of the 2020 plan, which the door proposes.
func (r *Rehearsal) openRound(ctx context.Context) error {
	v, err := r.person(ctx, "office", 0)
	if err != nil {
		return err
	}
	page, err := v.at(ctx, "/office/rounds", map[string]string{
		"year": r.yearText(), "plan_number": "宁法办发〔2019〕39号", "plan_date": "2019-12-18", "plan_basis": "中法办发〔2019〕10号",
	})
	return unlessDone(page, err)
}

// setScheme sets marks, methods and shares: one mark an indicator, the survey
// with two fifths, small bonus and penalty items.
func (r *Rehearsal) setScheme(ctx context.Context) error {
	v, err := r.person(ctx, "office", 0)
	if err != nil {
		return err
	}
	page, err := v.get(ctx, "/office/indicators")
	if err != nil {
		return err
	}
	f, err := page.form("parts.evaluation", "reason")
	if err != nil {
		return err
	}
	values := map[string]string{
		"parts.evaluation": "60", "parts.survey": "40", "parts.verification": "0",
		"bonus_cap": "3", "penalty_cap": "5", "reason": "演练：首次确定分值、权重和评测方式",
	}
	for _, system := range indicators.Systems() {
		for _, item := range []string{"A1", "A2", "A3", "A4"} {
			values[string(system)+"."+item] = "2"
		}
		values[string(system)+".84.method"] = string(indicators.Surveyed)
		values[string(system)+".72.method"] = string(indicators.Surveyed)
		values[string(system)+".62.method"] = string(indicators.Sampling)
		values[string(system)+".1.method"] = string(indicators.OnSite)
	}
	if err := f.fill(values); err != nil {
		return err
	}
	_, err = v.send(ctx, f)
	return err
}

// closeInstrument closes one instrument of the round: after that it files
// nothing more, and its findings open for the ranking.
func (r *Rehearsal) closeInstrument(instrument string) func(context.Context) error {
	return func(ctx context.Context) error {
		v, err := r.person(ctx, "office", 0)
		if err != nil {
			return err
		}
		page, err := v.get(ctx, "/office")
		if err != nil {
			return err
		}
		for _, f := range page.forms() {
			if f.shown("instrument") == instrument {
				_, err := v.send(ctx, f)
				return err
			}
		}
		return nil // closed by somebody already
	}
}

// rank computes the ranking.
func (r *Rehearsal) rank(ctx context.Context) error {
	v, err := r.person(ctx, "office", 0)
	if err != nil {
		return err
	}
	page, err := v.get(ctx, "/office/ranking")
	if err != nil {
		return err
	}
	f, err := page.formTo("/office/ranking")
	if err != nil {
		return err
	}
	_, err = v.send(ctx, f)
	return err
}

// roundMark writes a mark with two decimals, between 0 and the most.
func roundMark(mark, most float64) string {
	return strconv.FormatFloat(max(0, min(most, mark)), 'f', 2, 64)
}
