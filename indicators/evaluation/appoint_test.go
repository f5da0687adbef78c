package evaluation_test

import (
	"fmt"
	"slices"
	"testing"

	"minyi/indicators/access"
	"minyi/indicators/application"
	"minyi/indicators/evaluation"
	"minyi/indicators/roster"
)

const house = "宁夏社会科学评估中心"

// second institution and a colleague in the office.
var (
	elsewhere = access.Actor{Name: "elsewhere", Role: access.Assessor, Institution: house}
	clerk     = access.Actor{Name: "office-2", Role: access.Office}
)

// panel is a world with a second institution, in which everybody but the given
// people has declared no interest.
func panel(t *testing.T, change func(*roster.Settings), but ...access.Actor) *world {
	t.Helper()
	w := newWorld(t, change)
	wants(t, w.service.AddInstitution(t.Context(), office, evaluation.Institution{
		Name: house, Kind: evaluation.Social, Contract: "委〔2020〕8号", Round: 2020,
	}), "")
	w.account(elsewhere)
	w.account(office)
	w.account(clerk)
	for _, who := range []access.Actor{first, second, third, fourth, elsewhere, office, clerk} {
		if !slices.Contains(but, who) {
			w.clear(who)
		}
	}
	return w
}

// declares lets somebody declare about 西夏区.
func (w *world) declares(who access.Actor, c evaluation.Choice, code string) []application.Key {
	w.t.Helper()
	lost, err := w.service.DeclareAll(w.t.Context(), who, 2020, map[roster.UnitCode]evaluation.Choice{wide.Unit: c})
	wants(w.t, err, code)
	return lost
}

// marked are the accounts whose assignments of a dossier count.
func (w *world) marked(k application.Key) (out []string) {
	w.t.Helper()
	all, err := w.store.Assignments(w.t.Context(), k.Round)
	if err != nil {
		w.t.Fatal(err)
	}
	for _, a := range all {
		if a.Dossier == k && a.Counts() {
			out = append(out, a.Assessor)
		}
	}
	return out
}

// planned proposes and returns the proposal.
func (w *world) planned(keep bool, seed uint64) *evaluation.Proposal {
	w.t.Helper()
	wants(w.t, w.service.Propose(w.t.Context(), office, 2020, keep, seed), "")
	o, err := w.service.Assignment(w.t.Context(), office, 2020)
	if err != nil || o.Proposal == nil {
		w.t.Fatalf("no proposal: %v", err)
	}
	return o.Proposal
}

func TestC27InstitutionsHaveAKindAContractAndATerm(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	ctx := t.Context()
	good := evaluation.Institution{Name: house, Kind: evaluation.Social, Contract: "委〔2020〕8号", Round: 2020}
	for name, c := range map[string]struct {
		change func(*evaluation.Institution)
		code   string
	}{
		"no kind":            {func(i *evaluation.Institution) { i.Kind = "other" }, "institution.kind"},
		"no contract":        {func(i *evaluation.Institution) { i.Contract = " " }, "institution.contract"},
		"half a term":        {func(i *evaluation.Institution) { i.Term.From = roster.On(2020, 9, 1) }, "institution.term"},
		"an applicant's own": {func(i *evaluation.Institution) { i.Name = "西夏区" }, "institution.unit"},
	} {
		i := good
		c.change(&i)
		if err := w.service.AddInstitution(ctx, office, i); err == nil {
			t.Errorf("%s: taken", name)
		} else {
			wants(t, err, c.code)
		}
	}
	good.Term = roster.Between(roster.On(2020, 9, 10), roster.On(2020, 9, 20))
	wants(t, w.service.AddInstitution(ctx, office, good), "")
	wants(t, w.service.AddInstitution(ctx, first, good), "access.role")
	w.account(elsewhere)
	w.clear(elsewhere)
	wants(t, w.service.Assign(ctx, office, wide, elsewhere.Name), "assignment.contract") // 1 September: not yet
	w.set("2020-09-15 09:00:00")
	wants(t, w.service.EndInstitution(ctx, office, 2020, house, 1, true, ""), "reason.needed")
	wants(t, w.service.EndInstitution(ctx, office, 2020, house, 1, true, "合同解除"), "")
	wants(t, w.service.Assign(ctx, office, wide, elsewhere.Name), "assignment.contract")
	wants(t, w.service.EndInstitution(ctx, office, 2020, house, 1, false, "恢复"), "institution.changed")
	wants(t, w.service.EndInstitution(ctx, office, 2020, house, 2, false, "恢复"), "")
	wants(t, w.service.Assign(ctx, office, wide, elsewhere.Name), "")
}

func TestC96AnApplicantsAccountIsNeverAnAssessor(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	ctx := t.Context()
	w.account(plain)
	w.account(access.Actor{Name: "double", Role: access.Assessor, Unit: "640105", Institution: firm})
	for _, name := range []string{plain.Name, "double", "nobody"} {
		_, err := w.service.SaveMember(ctx, office, evaluation.Member{Round: 2020, Account: name, Institution: firm})
		wants(t, err, "member.account")
		wants(t, w.service.Assign(ctx, office, wide, name), "assignment.assessor")
	}
	_, err := w.service.SaveMember(ctx, plain, evaluation.Member{Round: 2020, Account: first.Name, Institution: firm})
	wants(t, err, "access.role")
	_, err = w.service.DeclareAll(ctx, plain, 2020, nil)
	wants(t, err, "access.role")
}

func TestC95NothingIsOpenedBeforeEverybodyIsDeclared(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	ctx := t.Context()
	wants(t, w.service.Assign(ctx, office, wide, first.Name), "")
	w.declares(first, evaluation.Choice{Interest: evaluation.Clear}, "")
	work, err := w.service.Open(ctx, first, wide)
	if err != nil || work.Terms.Dossier != nil || work.Missing != 1 {
		t.Errorf("with one applicant missing: got %+v, %v", work, err)
	}
	_, _, err = w.service.Exhibit(ctx, first, wide, exhibitOf(t, w, wide))
	wants(t, err, "interest.missing")
	w.clear(first)
	if work, err = w.service.Open(ctx, first, wide); err != nil || work.Terms.Dossier == nil {
		t.Errorf("after all are declared: got %+v, %v", work, err)
	}
}

func TestC95DeclarationsAreNewEntriesWithReasons(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	w.declares(first, evaluation.Choice{Interest: evaluation.Conflicted}, "interest.text")
	w.declares(first, evaluation.Choice{Interest: evaluation.Clear}, "")
	w.declares(first, evaluation.Choice{Interest: evaluation.Clear}, "") // the same again is nothing
	w.declares(first, evaluation.Choice{Interest: evaluation.Conflicted, Text: "兼任顾问"}, "interest.declared")
	w.declares(first, evaluation.Choice{Interest: evaluation.Conflicted, Text: "兼任顾问", Reason: "新近受聘"}, "")
	all, err := w.store.History(t.Context(), 2020, first.Name)
	if err != nil || len(all) != 2 || all[0].Interest != evaluation.Clear || all[1].Reason != "新近受聘" || all[1].Number != 2 {
		t.Errorf("got %+v, %v, want both entries", all, err)
	}
	if got := trail(t, w, "interest.declare"); len(got) != 3 {
		t.Errorf("got %d entries in the trail, want 3", len(got))
	}
	for _, e := range trail(t, w, "interest.declare") {
		if e.Reason != "" {
			t.Errorf("the trail holds the words %q", e.Reason)
		}
	}
}

func TestC95AConflictAfterTheAssignmentTakesItAway(t *testing.T) {
	t.Parallel()
	w := panel(t, nil)
	w.assign(wide, first)
	w.assign(wide, second)
	w.submit(first, wide, 80)
	lost := w.declares(first, evaluation.Choice{Interest: evaluation.Conflicted, Text: "亲属任职", Reason: "刚刚得知"}, "")
	if len(lost) != 1 || lost[0] != wide {
		t.Errorf("got %v, want the dossier", lost)
	}
	if got := w.marked(wide); !slices.Equal(got, []string{second.Name}) {
		t.Errorf("got %v, want the second alone", got)
	}
	if s := w.sheet(first, wide); !s.Submitted() {
		t.Error("the sheet is gone")
	}
	o, err := w.service.Assignment(t.Context(), office, 2020)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range o.Rows {
		if r.Dossier == wide && (len(r.Lost) != 1 || len(r.Seats) != 1) {
			t.Errorf("the office is told %+v", r)
		}
	}
	// Only the open place is filled: the sheet that is begun stays, and who stood
	// back is not asked again.
	p := w.planned(true, 7)
	wants(t, w.service.Confirm(t.Context(), office, 2020, p.Version, "补齐"), "")
	got := w.marked(wide)
	if len(got) != 2 || !slices.Contains(got, second.Name) || slices.Contains(got, first.Name) {
		t.Errorf("got %v", got)
	}
}

func TestC95WhoeverHasAConflictDecidesNothing(t *testing.T) {
	t.Parallel()
	w := panel(t, nil, clerk)
	ctx := t.Context()
	p := w.planned(true, 1)
	wants(t, w.service.Confirm(ctx, clerk, 2020, p.Version, "确认"), "interest.own") // nothing declared yet
	w.clear(clerk)
	w.declares(clerk, evaluation.Choice{Interest: evaluation.Conflicted, Text: "原籍并有亲属", Reason: "补充"}, "")
	wants(t, w.service.Confirm(ctx, clerk, 2020, p.Version, "确认"), "interest.recused")
	wants(t, w.service.Assign(ctx, clerk, wide, first.Name), "interest.recused")
	wants(t, w.service.Assign(ctx, clerk, one, first.Name), "") // another unit
	_, err := w.service.Close(ctx, clerk, wide, "")
	wants(t, err, "interest.recused")
	wants(t, w.apply.ProposeCancel(ctx, clerk, wide, application.Cancellation{Reason: "x", Evidence: "y", Document: "z"}), "interest.recused")
	if len(trail(t, w, "plan.confirm")) != 1 {
		t.Error("the refusal is not in the trail")
	}
}

func TestC95WhoeverTheUnitEmploysIsExcluded(t *testing.T) {
	t.Parallel()
	w := panel(t, nil)
	ctx := t.Context()
	for _, c := range []struct {
		at   roster.UnitCode
		k    application.Key
		code string
	}{
		{"640105", wide, "assignment.employed"}, // the unit itself
		{"640100", wide, "assignment.employed"}, // its superior
		{"640105", one, "assignment.employed"},  // one under it
		{"640200", wide, ""},                    // another city
	} {
		members, _, err := w.service.Roll(ctx, office, 2020)
		if err != nil {
			t.Fatal(err)
		}
		at := slices.IndexFunc(members, func(m evaluation.Member) bool { return m.Account == third.Name })
		m := members[at]
		m.Workplace = c.at
		_, err = w.service.SaveMember(ctx, office, m)
		wants(t, err, "")
		wants(t, w.service.Assign(ctx, office, c.k, third.Name), c.code)
	}
	// Recorded later, the employer takes what was assigned away.
	members, _, err := w.service.Roll(ctx, office, 2020)
	if err != nil {
		t.Fatal(err)
	}
	m := members[slices.IndexFunc(members, func(m evaluation.Member) bool { return m.Account == third.Name })]
	m.Workplace = "640100"
	lost, err := w.service.SaveMember(ctx, office, m)
	if err != nil || len(lost) != 1 || lost[0] != wide || len(w.marked(wide)) != 0 {
		t.Errorf("got %v, %v, marked by %v", lost, err, w.marked(wide))
	}
}

func TestC94APlanGivesIndependentAssessorsOfDifferentInstitutions(t *testing.T) {
	t.Parallel()
	w := panel(t, func(s *roster.Settings) { s.InstitutionsDiffer, s.LeastDossiers = true, 0 }, fourth)
	ctx := t.Context()
	p := w.planned(false, 20)
	if again := w.planned(false, 20); fmt.Sprint(again.Pairs) != fmt.Sprint(p.Pairs) {
		t.Errorf("the same seed: got %v and %v", p.Pairs, again.Pairs)
	} else {
		p = again
	}
	if !p.Proved {
		t.Error("the plan is not proved")
	}
	for _, k := range []application.Key{wide, one} {
		var who []string
		for _, x := range p.Pairs {
			if x.Dossier == k {
				who = append(who, x.Assessor)
			}
		}
		if len(who) != 2 || !slices.Contains(who, elsewhere.Name) || slices.Contains(who, fourth.Name) {
			t.Errorf("%s: got %v, want one of each institution who has declared", k.ID(), who)
		}
	}
	// By hand: what each would change is told before; who is excluded is refused.
	var inside string
	for _, x := range p.Pairs {
		if x.Dossier == wide && x.Assessor != elsewhere.Name {
			inside = x.Assessor
		}
	}
	all, err := w.service.Candidates(ctx, office, wide, inside)
	if err != nil {
		t.Fatal(err)
	}
	why := map[string]evaluation.Exclusion{}
	for _, c := range all {
		why[c.Member.Account] = c.Why
	}
	if why[fourth.Name] != evaluation.NotDeclared || why[elsewhere.Name] != evaluation.AlreadyThere {
		t.Errorf("got %v", why)
	}
	wants(t, w.service.Adjust(ctx, office, wide, p.Version, inside, fourth.Name), "assignment.undeclared")
	other := all[0]
	wants(t, w.service.Adjust(ctx, office, wide, p.Version, inside, other.Member.Account), "")
	wants(t, w.service.Confirm(ctx, office, 2020, p.Version, "确认"), "plan.changed")
	o, err := w.service.Assignment(ctx, office, 2020)
	if err != nil || o.Now.Total-p.Found.Total != other.Change {
		t.Errorf("the change was told as %d and is %d (%v)", other.Change, o.Now.Total-p.Found.Total, err)
	}
	wants(t, w.service.Confirm(ctx, office, 2020, o.Proposal.Version, ""), "reason.needed")
	wants(t, w.service.Confirm(ctx, office, 2020, o.Proposal.Version, "人工核对"), "")
	if got := w.marked(wide); !slices.Contains(got, other.Member.Account) || len(got) != 2 {
		t.Errorf("got %v", got)
	}
	if got := trail(t, w, "plan.confirm"); len(got) != 1 || got[0].Reason != "人工核对" {
		t.Errorf("the trail says %+v", got)
	}
	for _, who := range []access.Actor{first, second, third, elsewhere} {
		mine, err := w.service.Mine(ctx, who)
		if err != nil || len(mine) > 2 {
			t.Errorf("%s sees %v, %v", who.Name, mine, err)
		}
		for _, a := range mine {
			if a.Assessor != who.Name {
				t.Errorf("%s sees an assignment of %s", who.Name, a.Assessor)
			}
		}
	}
}

func TestC94APlanThatCannotBeIsExplained(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	ctx := t.Context()
	wants(t, w.service.Propose(ctx, office, 2020, true, 1), "plan.few") // nobody has declared
	for _, who := range []access.Actor{first, second} {
		w.clear(who)
	}
	wants(t, w.service.Propose(ctx, office, 2020, true, 1), "")
	w.declares(first, evaluation.Choice{Interest: evaluation.Conflicted, Text: "任职", Reason: "补充"}, "")
	wants(t, w.service.Propose(ctx, office, 2020, true, 1), "plan.few")
	o, err := w.service.Assignment(ctx, office, 2020)
	if err != nil {
		t.Fatal(err)
	}
	w.clear(office)
	err = w.service.Confirm(ctx, office, 2020, o.Proposal.Version, "确认") // the older plan has become excluded
	wants(t, err, "plan.excluded")
}

func TestWhoeverHasNotDeclaredIsReminded(t *testing.T) {
	t.Parallel()
	w := panel(t, nil, fourth, clerk)
	ctx := t.Context()
	n, err := w.service.Remind(ctx, office, 2020, "")
	if err != nil || n != 2 {
		t.Errorf("got %d, %v, want 2", n, err)
	}
	page, err := w.service.Interests(ctx, fourth, 2020)
	if err != nil || page.Reminder == nil || page.Missing != 2 || len(page.Rows) != 2 {
		t.Errorf("got %+v, %v", page, err)
	}
	w.clear(fourth)
	if page, err = w.service.Interests(ctx, fourth, 2020); err != nil || page.Reminder != nil {
		t.Errorf("after declaring: got %+v, %v", page, err)
	}
	_, err = w.service.Remind(ctx, office, 2020, fourth.Name)
	wants(t, err, "interest.complete")
	_, err = w.service.Declarants(ctx, first, 2020)
	wants(t, err, "access.role")
}
