package rehearsal

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"minyi/indicators"
	"minyi/indicators/roster"
)

// base is the address of the applicant's dossier.
func (a applicant) base() string { return fmt.Sprintf("/apply/%d/%s", a.year, a.track) }

// apply lets a unit fill in its dossier and file it. Where somebody else has
// filed it meanwhile, it is left alone.
func (r *Rehearsal) apply(a applicant) func(context.Context) error {
	return func(ctx context.Context) error {
		v, err := r.contact(ctx, a.unit.Code)
		if err != nil {
			return err
		}
		filed, err := start(ctx, v, a)
		if err != nil || filed {
			return err
		}
		steps := []func(context.Context, *visitor, applicant) error{r.words, r.profile, r.exhibits}
		if a.track == roster.Comprehensive {
			steps = append(steps, r.assess)
		}
		steps = append(steps, r.declare) // it covers all of it, so it comes last
		for _, step := range steps {
			if err := step(ctx, v, a); err != nil {
				return err
			}
		}
		desk, err := v.get(ctx, a.base())
		if err != nil {
			return err
		}
		f, err := desk.formTo("/file")
		if err != nil {
			return err
		}
		_, err = v.send(ctx, f)
		return err
	}
}

// start opens the draft, unless there is a dossier, and reports whether it is
// filed already.
func start(ctx context.Context, v *visitor, a applicant) (filed bool, err error) {
	home, err := v.get(ctx, "/apply")
	if err != nil {
		return false, err
	}
	if f, err := home.formTo(a.base() + "/start"); err == nil {
		page, err := v.send(ctx, f)
		if page != nil && page.status == http.StatusConflict {
			return true, nil // somebody else has filed in the other track
		}
		return false, err
	}
	desk, err := v.get(ctx, a.base())
	if err != nil {
		return false, err
	}
	_, err = desk.formTo("/file")
	return err != nil, nil
}

func (r *Rehearsal) words(ctx context.Context, v *visitor, a applicant) error {
	page, err := v.get(ctx, a.base()+"/report")
	if err != nil {
		return err
	}
	parts := []string{"measures", "results", "highlights"}
	if a.track == roster.Single {
		parts = []string{"facts", "achievements", "significance"}
	}
	values := map[string]string{}
	for _, part := range parts {
		values[part] = a.report(part)
	}
	_, err = v.submit(ctx, page, values)
	return err
}

func (r *Rehearsal) profile(ctx context.Context, v *visitor, a applicant) error {
	values := map[string]string{}
	values["leader_name"], values["leader_post"] = a.leader()
	if a.track == roster.Single {
		values["title"], values["project_field"] = a.project, string(a.field)
		if a.field == roster.OtherField {
			values["project_text"] = a.project
		}
	}
	_, err := v.at(ctx, a.base()+"/profile", values)
	return err
}

// The shares of indicators that a unit says it does not meet: few, as one in
// ten is the most that may be filed.
const (
	mostUnmet  = 6
	unmetShare = 0.035
)

// assess fills in the self-assessment: a verdict, the figures behind it where
// the indicator has limits, and a note.
func (r *Rehearsal) assess(ctx context.Context, v *visitor, a applicant) error {
	catalogue, err := indicators.Load(indicators.Edition2019, a.unit.System())
	if err != nil {
		return fmt.Errorf("indicators: %w", err)
	}
	page, err := v.get(ctx, a.base()+"/self?level=0")
	if err != nil {
		return err
	}
	f, err := page.form("claim-1")
	if err != nil {
		return err
	}
	rng, unmet := chance(r.seed, "self "+string(a.unit.Code)), 0
	for _, field := range f.names("claim-") {
		number := strings.TrimPrefix(field, "claim-")
		one, ok := catalogue.Find(indicators.Number(number))
		if !ok {
			return fmt.Errorf("indicator %s on the page, not in the catalogue", number)
		}
		verdict, note := "met", "演练：已达标，佐证材料见附件。"
		if unmet < mostUnmet && rng.Float64() < unmetShare {
			verdict, note, unmet = "unmet", "演练：正在整改。", unmet+1
		}
		if err := f.fill(map[string]string{field: verdict, "note-" + number: note}); err != nil {
			return err
		}
		if err := a.figures(f, one, verdict == "met"); err != nil {
			return err
		}
	}
	_, err = v.send(ctx, f)
	return err
}

// figures enters what lies behind a verdict for each limit that the page asks
// about: on the limit where it is met, off it where it is not.
func (a applicant) figures(f *form, i indicators.Indicator, met bool) error {
	for place, t := range i.Thresholds {
		field, value := fmt.Sprintf("figure-%s-%d", i.Number, place), ""
		switch t.Form {
		case indicators.FormDate:
			day := time.Date(a.year, time.Month(t.Month), t.Day, 0, 0, 0, 0, time.UTC)
			if !met {
				day = day.AddDate(0, 0, 1)
			}
			field, value = fmt.Sprintf("on-%s-%d", i.Number, place), day.Format(time.DateOnly)
		case indicators.FormNumber:
			value = entered(t, met).String()
		case indicators.FormOutside: // the office enters the limit
		}
		if value == "" || !f.has(field) {
			continue
		}
		if err := f.set(field, value); err != nil {
			return err
		}
	}
	return nil
}

func entered(t indicators.Threshold, met bool) indicators.Mark {
	const one = indicators.Hundred / 100
	switch {
	case met:
		return t.Value
	case t.Op == indicators.AtMost:
		return t.Value + one
	}
	return t.Value - min(t.Value, one)
}

// declare makes the declaration of truth.
func (r *Rehearsal) declare(ctx context.Context, v *visitor, a applicant) error {
	page, err := v.get(ctx, a.base()+"/declaration")
	if err != nil {
		return err
	}
	if f, err := page.form("covers", "declared"); err == nil {
		if err := f.set("declared", "yes"); err != nil {
			return err
		}
		_, err = v.send(ctx, f)
		return err
	}
	return nil // made already, by a run that was cut short
}

// documents are how many made-up files a dossier has, besides one picture.
const documents = 8

// exhibits uploads the evidence: each document proves a share of the indicators
// or, for a project, is one of the three kinds.
func (r *Rehearsal) exhibits(ctx context.Context, v *visitor, a applicant) error {
	files := make([]proof, 0, documents+1)
	for n := range documents {
		files = append(files, document(string(a.unit.Code), n+1))
	}
	shot, err := picture(r.seed, string(a.unit.Code), 1)
	if err != nil {
		return err
	}
	page, err := v.get(ctx, a.base()+"/exhibits")
	if err != nil {
		return err
	}
	for n, one := range append(files, shot) {
		if strings.Contains(text(page.doc), one.name) {
			continue
		}
		f, err := page.form("file", "dated")
		if err != nil {
			return err
		}
		if err := a.place(f, n); err != nil {
			return err
		}
		if err := f.attach("file", one.name, one.kind, one.body); err != nil {
			return err
		}
		if page, err = v.send(ctx, f); err != nil {
			return err
		}
	}
	return nil
}

// place says what the nth file proves and when the document was made.
func (a applicant) place(f *form, n int) error {
	if err := f.set("dated", fmt.Sprintf("%d-%02d-15", a.year, n%6+1)); err != nil {
		return err
	}
	if a.track == roster.Single {
		kinds := []string{"awards", "media", "papers"}
		return f.set("attachment", kinds[n%len(kinds)])
	}
	var numbers []string
	for i := n + 1; i <= 100; i += documents {
		if needs := []int{23, 24, 25}; slices.Contains(needs, i) && !a.unit.RuleMakingPower() {
			continue
		}
		numbers = append(numbers, fmt.Sprint(i))
	}
	return f.set("indicator", strings.Join(numbers, ","))
}
