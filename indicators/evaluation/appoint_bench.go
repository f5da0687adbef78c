package evaluation

import (
	"cmp"
	"context"
	"slices"
	"time"

	"minyi/indicators/access"
	"minyi/indicators/application"
	"minyi/indicators/fault"
	"minyi/indicators/roster"
)

// bench is everything that appointing looks at in a round.
type bench struct {
	Standing
	round        *roster.Round
	now          time.Time
	dossiers     []application.Dossier // accepted, by unit and track
	institutions []Institution
	members      []Member
	persons      access.Persons
	unit         func(roster.UnitCode) (roster.Unit, error)
}

func (s *Service) bench(ctx context.Context, round int) (*bench, error) {
	b := &bench{now: s.Now(), unit: s.Roster.Unit}
	var err error
	if b.round, err = s.Roster.Round(ctx, round); err != nil {
		return nil, err
	}
	dossiers, err := s.Store.Dossiers(ctx, round)
	if err != nil {
		return nil, err
	}
	b.dossiers = slices.DeleteFunc(dossiers, func(d application.Dossier) bool { return !d.Accepted() })
	if b.institutions, err = s.Store.Institutions(ctx, round); err != nil {
		return nil, err
	}
	if b.Register, err = s.Store.Statements(ctx, round); err != nil {
		return nil, err
	}
	if b.Assignments, err = s.Store.Assignments(ctx, round); err != nil {
		return nil, err
	}
	if b.Results, err = s.Store.Results(ctx, round); err != nil {
		return nil, err
	}
	if b.persons, err = s.Store.Persons(ctx); err != nil {
		return nil, err
	}
	b.members, err = s.members(ctx, round, b.institutions)
	return b, err
}

// members returns the recorded members, and those whose accounts name an
// appointed institution. Accounts that are closed count as left.
func (s *Service) members(ctx context.Context, round int, institutions []Institution) ([]Member, error) {
	out, err := s.Store.Members(ctx, round)
	if err != nil {
		return nil, err
	}
	accounts, err := s.Accounts.Accounts(ctx)
	if err != nil {
		return nil, err
	}
	for _, a := range accounts {
		at := slices.IndexFunc(out, func(m Member) bool { return m.Account == a.Name })
		known := slices.ContainsFunc(institutions, func(i Institution) bool { return i.Name == a.Institution })
		switch {
		case at >= 0 && mayMark(a) != nil && out[at].Left == nil:
			out[at].Left = &Ending{}
		case at < 0 && known && mayMark(a) == nil:
			out = append(out, Member{Round: round, Account: a.Name, Institution: a.Institution})
		}
	}
	slices.SortStableFunc(out, func(a, b Member) int {
		return cmp.Or(cmp.Compare(a.Institution, b.Institution), cmp.Compare(a.Account, b.Account))
	})
	return out, nil
}

func (b *bench) member(account string) (Member, bool) {
	for _, m := range b.members {
		if access.Fold(m.Account) == access.Fold(account) {
			return m, true
		}
	}
	return Member{}, false
}

func (b *bench) institution(name string) *Institution {
	for n := range b.institutions {
		if b.institutions[n].Name == name {
			return &b.institutions[n]
		}
	}
	return nil
}

// capacity is how many dossiers a member may have.
func (b *bench) capacity(m Member) int {
	if m.Capacity > 0 {
		return m.Capacity
	}
	return b.round.Settings.AssessorCapacity()
}

func (b *bench) employed(m Member, u roster.Unit) Exclusion {
	at, err := b.unit(m.Workplace)
	if err != nil {
		return NoExclusion // nowhere in the register
	}
	return m.employment(u, at)
}

// exclusion is why a member must not mark a unit's dossiers.
func (b *bench) exclusion(m Member, u roster.Unit) Exclusion {
	i := b.institution(m.Institution)
	switch {
	case m.Left != nil:
		return NoLonger
	case i == nil || i.State(b.now) != TermActive:
		return NotAppointed
	case b.Register.Of(m.Account, u.Code) == Conflicted:
		return Declared
	}
	if e := b.employed(m, u); e != NoExclusion {
		return e
	}
	if b.Register.Of(m.Account, u.Code) == Undeclared {
		return NotDeclared
	}
	return NoExclusion
}

// refuse says in words why a person cannot be given a dossier.
func (e Exclusion) refuse() error {
	var r *fault.Refusal
	switch e {
	case NoExclusion:
		return nil
	case Declared:
		r = fault.New(fault.Conflict, "assignment.conflict")
	case NotDeclared:
		r = fault.New(fault.Conflict, "assignment.undeclared")
	case Employed, Superior, Subordinate:
		r = fault.New(fault.Conflict, "assignment.employed")
	case NotAppointed:
		r = fault.New(fault.Conflict, "assignment.contract")
	case NoLonger:
		r = fault.New(fault.Conflict, "assignment.left")
	case SameHouse:
		r = fault.New(fault.Conflict, "assignment.same")
	case AlreadyThere:
		r = fault.New(fault.Conflict, "assignment.exists")
	case NoRoom:
		r = fault.New(fault.Conflict, "assignment.full")
	case OtherAccount:
		r = fault.New(fault.Conflict, "assignment.person")
	case Nobody:
		r = fault.New(fault.Conflict, "assignment.unnamed")
	}
	return r.At("assessor")
}

// load is the work with a dossier: one point, one more for every 25 indicators on
// its sheet and one more for every 100 files. A single project is one point, a
// department's dossier about 3, an area's about 5.
func load(d application.Dossier) int {
	const perIndicators, perFiles = 25, 100
	return 1 + len(d.Claims)/perIndicators + len(d.Exhibits)/perFiles
}

// counted returns the assignments of a dossier that count.
func (b *bench) counted(k application.Key) []Assignment {
	return slices.DeleteFunc(b.of(k), func(a Assignment) bool { return !a.Counts() })
}

// Assign gives a filed dossier to an assessor of an institution that has a
// contract in the round (C27). It is possible once filing is over, when nothing
// can be withdrawn any more, and until the evaluation is. A further assessor
// after the round's number is the arbiter, and only where the sheets call for one
// (C94). Who has not declared yet may be given a dossier, but cannot open it.
func (s *Service) Assign(ctx context.Context, by access.Actor, k application.Key, assessor string) error {
	if err := by.Require(access.Office); err != nil {
		return err
	}
	_, terms, err := s.Dossiers.Sealed(ctx, k)
	if err != nil {
		return err
	}
	if err := appointing(terms.Round.Settings, s.Now()); err != nil {
		return err
	}
	m, b, err := s.person(ctx, k.Round, assessor)
	if err != nil {
		return err
	}
	if e := b.exclusion(m, terms.Unit); e != NoExclusion && e != NotDeclared {
		return e.refuse()
	}
	a := Assignment{Dossier: k, Assessor: m.Account, Institution: m.Institution, AssignedAt: s.Now().UTC(), AssignedBy: by.Name}
	entry := s.entry(by, "assignment.add", a.Object())
	if err := s.recused(ctx, by, k.Round, k.Unit, entry); err != nil {
		return err
	}
	at, err := s.standing(ctx, k.Round)
	if err != nil {
		return err
	}
	return s.Store.Reassign(ctx, k.Round, entry, func(x Standing) ([]Assignment, error) {
		if x.result(k) {
			return nil, fault.New(fault.Conflict, "evaluation.closed")
		}
		if err := a.join(x.of(k), at); err != nil {
			return nil, err
		}
		if err := b.apart(k, x, a.Assessor); err != nil {
			return nil, err
		}
		entry.After, err = compact(given{a.Assessor, a.Arbiter})
		return []Assignment{a}, err
	})
}

// apart refuses an account of somebody who marks the dossier under another one, as
// each of its sheets is another person's (C28, S14).
func (b *bench) apart(k application.Key, now Standing, account string) error {
	for _, o := range now.of(k) {
		if !o.Counts() || o.Assessor == account {
			continue
		}
		if err := b.persons.Apart(o.Assessor, account); err != nil {
			return err
		}
	}
	return nil
}

// double is why a member must not be one of several for a dossier: the same person is a
// member under another account, or nobody has said whose the account is.
func (b *bench) double(m Member) Exclusion {
	person, known := b.persons[access.Fold(m.Account)]
	switch {
	case !known:
		return NoExclusion
	case person == "":
		return Nobody
	}
	for _, o := range b.members {
		if o.Account == m.Account {
			return NoExclusion // the first of them
		}
		if o.Left == nil && b.persons[access.Fold(o.Account)] == person {
			return OtherAccount
		}
	}
	return NoExclusion
}

// given is what the trail keeps of an assignment.
type given struct {
	Assessor string `json:"assessor"`
	Arbiter  bool   `json:"arbiter"`
}

// join decides whether the dossier takes one more assessor, and as what. What was
// taken away from the same person before is given back with its sheet.
func (a *Assignment) join(ofDossier []Assignment, at *standing) error {
	s := at.settings()
	if slices.ContainsFunc(ofDossier, func(o Assignment) bool { return o.Assessor == a.Assessor && o.Ended == nil }) {
		return AlreadyThere.refuse()
	}
	var plain []Assignment
	arbiter := false
	for _, o := range ofDossier {
		switch {
		case o.Assessor == a.Assessor:
			a.Version, a.Sheet = o.Version, o.Sheet
		case o.Counts() && o.Arbiter:
			arbiter = true
		case o.Counts():
			plain = append(plain, o)
		}
	}
	if len(plain) < s.Assessors {
		return a.beside(plain, s)
	}
	if arbiter || !at.disputed(a.Dossier, ofDossier) {
		return fault.New(fault.Conflict, "assignment.enough", "need", itoa(s.Assessors)).At("assessor")
	}
	a.Arbiter = true
	return nil
}

// beside refuses a second assessor of one institution where the round wants
// different ones.
func (a *Assignment) beside(plain []Assignment, s roster.Settings) error {
	if s.InstitutionsDiffer && slices.ContainsFunc(plain, func(o Assignment) bool { return o.Institution == a.Institution }) {
		return SameHouse.refuse()
	}
	return nil
}

// person returns the member of that account when it may mark in the round at all.
func (s *Service) person(ctx context.Context, round int, name string) (Member, *bench, error) {
	account, err := s.Accounts.Account(ctx, access.Fold(name))
	if fault.KindOf(err) == fault.NotFound {
		return Member{}, nil, fault.New(fault.Invalid, "assignment.assessor").At("assessor")
	}
	if err != nil {
		return Member{}, nil, err
	}
	if err := mayMark(*account); err != nil {
		return Member{}, nil, err
	}
	b, err := s.bench(ctx, round)
	if err != nil {
		return Member{}, nil, err
	}
	m, ok := b.member(account.Name)
	if !ok {
		return Member{}, nil, NotAppointed.refuse()
	}
	return m, b, nil
}
