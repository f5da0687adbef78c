package rehearsal

import (
	"bytes"
	"context"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"minyi/indicators/roster"
)

// id names the applicant's dossier in addresses.
func (a applicant) id() string { return fmt.Sprintf("%d-%s-%s", a.year, a.unit.Code, a.track) }

// found gives the applicant the track whose dossier a page names: somebody at
// the demo may have filed in the other one, or withdrawn. ok is false where the
// page names neither.
func found(page *answer, a applicant) (_ applicant, ok bool) {
	for _, track := range append([]roster.Track{a.track}, roster.Tracks()...) {
		a.track = track
		if bytes.Contains(page.body, []byte(a.id())) {
			return a, true
		}
	}
	return a, false
}

// names returns the account names of a role.
func (r *Rehearsal) names(role string) []string {
	var out []string
	for _, a := range r.cfg.Accounts {
		if a.Role == role {
			out = append(out, a.Name)
		}
	}
	return out
}

// mark lets one assessor declare its interests and fill in the sheet of one
// dossier.
func (r *Rehearsal) mark(a applicant, assessor int) func(context.Context) error {
	return func(ctx context.Context) error {
		v, err := r.person(ctx, "assessor", assessor)
		if err != nil {
			return err
		}
		home, err := v.get(ctx, "/evaluate")
		if err != nil {
			return err
		}
		a, ok := found(home, a)
		if !ok {
			return nil // the dossier is not assigned to this assessor
		}
		if err := declare(ctx, v, "/evaluate/interests"); err != nil {
			return err
		}
		page, err := v.get(ctx, "/evaluate/"+a.id())
		if err != nil {
			return err
		}
		f, err := page.form("opinion", "do")
		if err != nil {
			return nil //nolint:nilerr // the sheet is closed: nothing to fill in
		}
		if err := r.fillSheet(f, a, assessor); err != nil {
			return err
		}
		return submitSheet(ctx, v, f)
	}
}

// submitSheet saves a filled-in sheet and confirms it on the page that checks it.
func submitSheet(ctx context.Context, v *visitor, f *form) error {
	page, err := v.send(ctx, f)
	if err != nil {
		return err
	}
	if f, err = page.formTo("/submit"); err != nil {
		return err
	}
	_, err = v.send(ctx, f)
	return err
}

// How the marks come about: a share of the full marks, from the unit's level,
// the assessor's severity and the item; a few units earn a bonus.
const (
	middleShare    = 0.86
	levelShare     = 0.06
	severityShare  = 0.015
	itemShare      = 0.08
	leastShare     = 0.35
	bonusShare     = 0.25
	additionalItem = "A"
)

func (r *Rehearsal) fillSheet(f *form, a applicant, assessor int) error {
	severity := severityShare * chance(r.seed, fmt.Sprintf("assessor %d", assessor)).NormFloat64()
	for _, field := range f.names("mark-") {
		item := strings.TrimPrefix(field, "mark-")
		full, err := fullMarks(f.field(field).label)
		if err != nil {
			return err
		}
		// The item's own quality is seen by both assessors; each errs a little.
		quality := chance(r.seed, "quality "+a.id()+" "+item)
		share := middleShare + levelShare*a.level + severity + itemShare*quality.NormFloat64() +
			severityShare*chance(r.seed, fmt.Sprintf("eye %d %s %s", assessor, a.id(), item)).NormFloat64()
		reason := "演练：依据申报材料和佐证材料。"
		if strings.HasPrefix(item, additionalItem) {
			if item != "A1" || quality.Float64() > bonusShare {
				continue
			}
			share, reason = 1, "演练：有省部级表彰证书。"
		}
		share = max(leastShare, min(1, share))
		values := map[string]string{field: roundMark(full*share, full), "reason-" + item: reason}
		if f.has("proof-" + item) {
			values["proof-"+item] = "演练证书〔2019〕1号"
		}
		if err := f.fill(values); err != nil {
			return err
		}
	}
	f.press("do", "check")
	opinion := "演练：材料基本齐全，多数指标有佐证；个别指标的佐证材料需要补充说明。"
	if a.track == roster.Single {
		opinion = "演练：项目思路清楚、成效明显，推广条件需进一步说明。"
	}
	return f.set("opinion", opinion)
}

// fullMarks reads the full marks from the label of a mark's field: the last
// number in it.
func fullMarks(label string) (float64, error) {
	numbers := regexp.MustCompile(`\d+(\.\d+)?`).FindAllString(label, -1)
	if len(numbers) == 0 {
		return 0, fmt.Errorf("no full marks in %q", label)
	}
	full, err := strconv.ParseFloat(numbers[len(numbers)-1], 64)
	if err != nil {
		return 0, fmt.Errorf("full marks: %w", err)
	}
	return full, nil
}

// closeEvaluation ends the evaluation of every dossier, then of the round.
func (r *Rehearsal) closeEvaluation(ctx context.Context) error {
	v, err := r.person(ctx, "office", 0)
	if err != nil {
		return err
	}
	for _, a := range r.cast {
		page, err := v.get(ctx, "/office/evaluation")
		if err != nil {
			return err
		}
		a, _ := found(page, a)
		f, err := page.formTo(a.id() + "/close")
		if err != nil {
			continue // closed already, or never filed
		}
		if _, err := v.send(ctx, f); err != nil {
			return err
		}
	}
	page, err := v.get(ctx, "/office/evaluation")
	if err != nil {
		return err
	}
	f, err := page.formTo("/office/evaluation/close")
	if err != nil {
		return err
	}
	page, err = v.send(ctx, f)
	return unlessDone(page, err)
}
