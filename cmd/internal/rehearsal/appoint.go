package rehearsal

import (
	"context"
	"strings"
)

// appointEvaluator records the evaluator with its contract, and what its assessors
// know well.
func (r *Rehearsal) appointEvaluator(ctx context.Context) error {
	v, err := r.person(ctx, "office", 0)
	if err != nil {
		return err
	}
	page, err := v.get(ctx, "/office/evaluation/institutions")
	if err != nil {
		return err
	}
	f, err := page.formTo("/office/evaluation/institutions")
	if err != nil {
		return err
	}
	err = f.fill(map[string]string{
		"name": evaluator, "kind": "professional", "contract": "演练合同〔2020〕1号", "date": r.dated("08-20"),
		"from": r.dated("08-25"), "to": r.dated("12-31"), "scope": "演练：对全部申报材料独立评分并出具评估意见",
	})
	if err != nil {
		return err
	}
	page, err = v.send(ctx, f)
	if err := unlessDone(page, err); err != nil {
		return err
	}
	for _, name := range r.names("assessor") {
		if err := recordMember(ctx, v, name); err != nil {
			return err
		}
	}
	return nil
}

// recordMember records who an assessor is.
func recordMember(ctx context.Context, v *visitor, name string) error {
	page, err := v.get(ctx, "/office/evaluation/members?edit="+name)
	if err != nil {
		return err
	}
	f, err := page.formTo("/office/evaluation/members")
	if err != nil {
		return unlessGone(err)
	}
	if err := f.fill(map[string]string{"account": name, "title": "研究员（虚构）", "employer": "某大学（虚构）"}); err != nil {
		return err
	}
	page, err = v.send(ctx, f)
	return unlessDone(page, err)
}

// declareAll lets the assessors and the office's staff declare that they have no
// interest in any applicant.
func (r *Rehearsal) declareAll(ctx context.Context) error {
	for role, path := range map[string]string{"assessor": "/evaluate/interests", "office": "/office/evaluation/interests/own"} {
		for n := range r.names(role) {
			v, err := r.person(ctx, role, n)
			if err != nil {
				return err
			}
			if err := declare(ctx, v, path); err != nil {
				return err
			}
		}
	}
	return nil
}

// declare declares no interest in those applicants about whom nothing is said.
func declare(ctx context.Context, v *visitor, path string) error {
	page, err := v.get(ctx, path)
	if err != nil {
		return err
	}
	f, err := page.form("rest")
	if err != nil {
		return unlessGone(err) // nothing is missing
	}
	if err := f.set("rest", "yes"); err != nil {
		return err
	}
	_, err = v.send(ctx, f)
	return err
}

// planAssignment has a plan made of who marks what and confirms it. Where somebody
// at the demo has taken the round another way, so that there is none, every
// dossier goes to whoever may mark it.
func (r *Rehearsal) planAssignment(ctx context.Context) error {
	v, err := r.person(ctx, "office", 0)
	if err != nil {
		return err
	}
	page, err := v.at(ctx, "/office/evaluation/assignment", map[string]string{"scope": "open", "seed": "2020"})
	if page == nil || page.status >= 500 {
		return unlessGone(err)
	}
	f, err := page.formTo("/office/evaluation/assignment/confirm")
	if err != nil {
		return r.assignByHand(ctx, v)
	}
	if err := f.set("reason", "演练：按优化方案分派"); err != nil {
		return err
	}
	page, err = v.send(ctx, f)
	return unlessDone(page, err)
}

// assignByHand gives each dossier to those who may mark it, as long as it wants
// any.
func (r *Rehearsal) assignByHand(ctx context.Context, v *visitor) error {
	for _, a := range r.cast {
		page, err := v.get(ctx, "/office/evaluation/assignment")
		if err != nil {
			return err
		}
		a, ok := found(page, a)
		if !ok {
			continue // nothing is filed: nothing to assign
		}
		page, err = v.get(ctx, "/office/evaluation/assignment?change="+a.id())
		if err != nil {
			return err
		}
		for _, f := range page.forms() {
			if !strings.HasSuffix(f.action.Path, a.id()+"/assign") {
				continue
			}
			got, err := v.send(ctx, f)
			if err := unlessDone(got, err); err != nil {
				return err
			}
		}
	}
	return nil
}
