package verification

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"minyi/indicators"
	"minyi/indicators/access"
	"minyi/indicators/application"
	"minyi/indicators/evaluation"
	"minyi/indicators/fault"
	"minyi/indicators/inbox"
	"minyi/indicators/naming"
	"minyi/indicators/roster"
	"minyi/indicators/scorebook"
)

// Open opens the record of a visit for a unit of the front group of the newest
// ranking; for another unit of the ranking with a reason (C32). Who has a conflict
// of interests with the unit opens none (C95).
func (s *Service) Open(ctx context.Context, by access.Actor, round int, t naming.Target, reason string) error {
	if err := by.Require(access.Office); err != nil {
		return err
	}
	snapshot, err := s.Store.Ranking(ctx, round)
	if err != nil {
		return err
	}
	var list fault.List
	checkWords(&list, "reason", &reason, textMost, false)
	row, ok := snapshot.Ranking.Find(t.Unit, t.Track)
	switch {
	case !ok:
		list.Add(fault.New(fault.NotFound, "verification.unknown"))
	case !row.Front && reason == "":
		list.Add(fault.New(fault.Invalid, "verification.reason").At("reason"))
	}
	if err := list.Err(); err != nil {
		return err
	}
	k := application.Key{Round: round, Unit: t.Unit, Track: t.Track}
	v := New(k, by.Name, s.now())
	if err := s.standsBack(ctx, by, v); err != nil {
		return err
	}
	v.Project, v.Reason, v.Snapshot = row.Project, reason, snapshot.ID
	v.Seed = scorebook.Digest([]byte(string(k.ID()) + "|" + snapshot.Digest))[:16]
	entry := s.entry(by, "verification.open", k, reason)
	entry.After = fmt.Sprintf(`{"ranking":%q,"seed":%q}`, snapshot.Digest, v.Seed)
	return s.Store.AddVisit(ctx, v, entry, func(p *naming.Proceeding) error {
		if p.Notice != nil {
			return fault.New(fault.Closed, "verification.late")
		}
		return nil
	})
}

// Plan is what the office decides before a visit.
type Plan struct {
	Team  []Member
	Date  roster.Date
	Items []Item
}

// Plan keeps the plan of a visit. The date lies in the evaluation window (C84); an
// account of the team is an inspector's or the office's own (C96). seen is the
// version of the visit that the form was made from. It tells the members with an
// account of the date.
func (s *Service) Plan(ctx context.Context, by access.Actor, k application.Key, seen int, p Plan) error {
	if err := by.Require(access.Office); err != nil {
		return err
	}
	terms, err := s.terms(ctx, k)
	if err != nil {
		return err
	}
	if err := s.mayPlan(ctx, by, k, p, terms); err != nil {
		return err
	}
	sights, err := s.sights(ctx, by, terms)
	if err != nil {
		return err
	}
	var before []Member
	v, err := s.update(ctx, by, k, "verification.plan", func(v *Visit) (err error) {
		before = v.Team
		switch {
		case v.Closed():
			return closed()
		case v.Version != seen:
			return fault.New(fault.Conflict, "verification.changed")
		}
		if v.Team, err = v.team(p.Team); err != nil {
			return err
		}
		v.Date = p.Date
		v.choose(p.Items, s.propose(terms, sights, v.Seed), sights)
		return v.changed(by.Name, s.now())
	})
	if err != nil {
		return err
	}
	return s.tell(ctx, v, terms.Unit, before)
}

// mayPlan refuses who has a conflict with the unit, and a plan that cannot stand.
func (s *Service) mayPlan(ctx context.Context, by access.Actor, k application.Key, p Plan, t evaluation.Terms) error {
	v, err := s.Visit(ctx, by, k)
	if err != nil {
		return err
	}
	var list fault.List
	s.checkPlan(&list, p, v, t)
	persons, err := s.Store.Persons(ctx)
	if err != nil {
		return err
	}
	s.checkAccounts(ctx, &list, p.Team)
	checkPersons(&list, p.Team, persons)
	if err := list.Err(); err != nil {
		return err
	}
	return s.standsBack(ctx, by, v)
}

func (s *Service) checkPlan(list *fault.List, p Plan, v *Visit, t evaluation.Terms) {
	window := t.Round.Settings.Evaluation
	if !p.Date.IsZero() && !v.late(window, s.now()) && (p.Date.Before(window.From) || window.To.Before(p.Date)) {
		list.Add(fault.New(fault.Invalid, "verification.date_window", "from", window.From.String(), "to", window.To.String()).At("date"))
	}
	lines := t.Lines()
	for _, item := range p.Items {
		if !has(lines, item) {
			list.Add(fault.New(fault.Invalid, "verification.item", "number", string(item)).At("items"))
		}
	}
}

// checkAccounts wants an inspector's account or one of the office (C96).
func (s *Service) checkAccounts(ctx context.Context, list *fault.List, team []Member) {
	for n, m := range team {
		if m.Account == "" {
			continue
		}
		a, err := s.Accounts.Account(ctx, access.Fold(m.Account))
		if err != nil || a.Disabled || a.Role != access.Inspector && a.Role != access.Office {
			list.Add(fault.New(fault.Invalid, "verification.account", "name", m.Account).At("team." + strconv.Itoa(n+1) + ".account"))
		}
	}
}

// checkPersons refuses two members of a team under accounts of one person (S14).
func checkPersons(list *fault.List, team []Member, persons access.Persons) {
	for n, m := range team {
		for _, o := range team[:n] {
			if access.Fold(o.Account) == access.Fold(m.Account) {
				continue // Visit.team says so
			}
			if err := persons.Apart(o.Account, m.Account); err != nil {
				list.Add(fault.New(fault.Invalid, "verification.account_person", "name", m.Account, "other", o.Account).At("team." + strconv.Itoa(n+1)))
			}
		}
	}
}

// choose keeps the items of the plan with their reasons. What the team has written
// about already stays.
func (v *Visit) choose(items []Item, proposed []Pick, sights []Sight) {
	next := &Visit{}
	for _, item := range items {
		n := slices.IndexFunc(proposed, func(p Pick) bool { return p.Item == item })
		if n < 0 {
			next.pick(item, Chosen)
			continue
		}
		for _, why := range proposed[n].Why {
			next.pick(item, why)
		}
	}
	for _, old := range v.Items {
		if v.Result(old.Item) != "" || slices.ContainsFunc(v.Photos, func(p Photo) bool { return p.Item == old.Item }) {
			for _, why := range old.Why {
				next.pick(old.Item, why)
			}
		}
	}
	v.Items = ordered(next.Items, sights)
}

// usualApart is the share of full marks from which assessors count as apart where
// the round looks at no single indicator.
const usualApart = 2000

func (s *Service) propose(t evaluation.Terms, sights []Sight, seed string) []Pick {
	apart := t.Round.Settings.ArbitrationItem
	if apart == 0 {
		apart = usualApart
	}
	return Propose(sights, apart, seed, t.Round.Settings.VerifyDraw)
}

// sights is what is known of each item of a unit before the visit.
func (s *Service) sights(ctx context.Context, by access.Actor, t evaluation.Terms) ([]Sight, error) {
	sheets, err := s.sheets(ctx, t.Dossier.Key)
	if err != nil {
		return nil, err
	}
	dubious, err := s.dubious(ctx, by, t.Dossier.Key)
	if err != nil {
		return nil, err
	}
	var out []Sight
	for _, l := range t.Lines() {
		x := Sight{Line: l, Dubious: dubious[l.Item]}
		for _, a := range sheets {
			if v, ok := a.Sheet.Verdicts[l.Item]; ok && v.Given {
				x.Marks = append(x.Marks, v.Mark)
			}
		}
		for _, e := range t.Dossier.Exhibits {
			x.Early = x.Early || !e.Dated.IsZero() && !e.Late(t.Round) && slices.Contains(e.Indicators, indicators.Number(l.Item))
		}
		out = append(out, x)
	}
	return out, nil
}

// sheets are the submitted sheets that count, by assessor.
func (s *Service) sheets(ctx context.Context, k application.Key) ([]evaluation.Assignment, error) {
	all, err := s.Store.AssignmentsOfDossier(ctx, k)
	if err != nil {
		return nil, fmt.Errorf("sheets of %s: %w", k.ID(), err)
	}
	return slices.DeleteFunc(all, func(a evaluation.Assignment) bool { return !a.Counts() || !a.Sheet.Submitted() }), nil
}

// dubious are the items with an open problem of a penalty's kind.
func (s *Service) dubious(ctx context.Context, by access.Actor, k application.Key) (map[Item]bool, error) {
	out := map[Item]bool{}
	all, err := s.Problems.Problems(ctx, by, k.Round)
	for _, p := range all {
		if p.Dossier == k && p.Open() && slices.Contains([]evaluation.ProblemKind{evaluation.FalseMaterial, evaluation.PenaltyA3, evaluation.PenaltyA4}, p.Kind) {
			out[p.Item] = true
		}
	}
	return out, err
}

// Declare keeps what a member declares about the unit (C95): the member with the
// own account, or the office for a member who signed on paper.
func (s *Service) Declare(ctx context.Context, by access.Actor, k application.Key, member string, i Interest, about string) error {
	before, err := s.Visit(ctx, by, k)
	if err != nil {
		return err
	}
	var list fault.List
	checkWords(&list, "about", &about, textMost, i == Conflicted)
	if i != Clear && i != Conflicted {
		list.Add(fault.New(fault.Invalid, "interest.choose").At("interest"))
	}
	m, ok := before.Member(member)
	if !ok {
		return unknown()
	}
	own, mine := before.of(by)
	if by.Role != access.Office && (!mine || own.ID != m.ID) {
		return fault.New(fault.Forbidden, "access.role")
	}
	if err := list.Err(); err != nil {
		return err
	}
	if i == Clear {
		about = ""
	}
	v, err := s.update(ctx, by, k, "verification.declare", func(v *Visit) error {
		return v.declare(member, i, about, Touch{By: by.Name, At: s.now()})
	})
	if err != nil {
		return err
	}
	return s.settle(ctx, v, v.Team)
}

// declare keeps a member's declaration.
func (v *Visit) declare(member string, i Interest, about string, at Touch) error {
	m, ok := v.Member(member)
	switch {
	case !ok:
		return unknown()
	case v.Closed():
		return closed()
	}
	m.Interest, m.About, m.Declared = i, about, at
	return v.changed(at.By, at.At)
}

// topic is what a member's task is about: one a visit and account.
func (v *Visit) topic(account string) string { return Object(v.Key) + "/" + account }

// expected reports whether the member is asked to be there on the day.
func (v *Visit) expected(m Member) bool {
	return m.Account != "" && m.Part != HasLeft && !m.Recused() && !v.Date.IsZero() && !v.Closed()
}

// tell posts the date to the members with an account, once a date, and ends the tasks
// of those who were in the team before and are expected no longer.
func (s *Service) tell(ctx context.Context, v *Visit, u roster.Unit, before []Member) error {
	if err := s.settle(ctx, v, slices.Concat(before, v.Team)); err != nil {
		return err
	}
	for _, m := range v.Team {
		if !v.expected(m) {
			continue
		}
		key := fmt.Sprintf("%s/%s/%d", v.topic(m.Account), v.Date, len(v.Reopenings))
		err := s.Posts.Post(ctx, inbox.Message{
			Code: "verification.planned", To: inbox.ToAccount(m.Account), Link: "/verify/" + string(v.ID()), Key: key, Topic: v.topic(m.Account),
			Params: map[string]string{"unit": string(u.Code), "date": v.Date.String(), "part_key": "verification.part." + string(m.Part)}, Due: v.Date.Plus(1).Start(),
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// settle ends the tasks of those of the people whom the visit does not expect: the
// visit is closed or has no date, they left the team, or have declared an interest.
func (s *Service) settle(ctx context.Context, v *Visit, people []Member) error {
	for _, m := range people {
		there := func(n Member) bool { return access.Fold(n.Account) == access.Fold(m.Account) && v.expected(n) }
		if m.Account == "" || slices.ContainsFunc(v.Team, there) {
			continue
		}
		if err := s.Posts.Settle(ctx, v.topic(m.Account)); err != nil {
			return err
		}
	}
	return nil
}
