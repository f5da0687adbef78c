package evaluation

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"minyi/indicators/access"
	"minyi/indicators/application"
	"minyi/indicators/audit"
	"minyi/indicators/evidence"
	"minyi/indicators/fault"
	"minyi/indicators/roster"
)

// AppointStore keeps who evaluates: institutions, members, declared interests,
// and who marks what. A method that takes an entry stores it in the same
// transaction.
type AppointStore interface {
	access.Recusals
	access.People
	// AddInstitution refuses with institution.exists when the round has it.
	AddInstitution(ctx context.Context, i *Institution, entry *audit.Entry) error
	Institutions(ctx context.Context, round int) ([]Institution, error)
	// UpdateInstitution refuses with institution.unknown, and with
	// institution.changed when seen is not its version.
	UpdateInstitution(ctx context.Context, round int, name string, seen int, entry *audit.Entry, change func(*Institution) error) error
	Members(ctx context.Context, round int) ([]Member, error)
	// SaveMember keeps m, whose version is the one that was seen, and what rule
	// changes of the person's assignments without a result; member.changed when
	// somebody was quicker.
	SaveMember(ctx context.Context, m *Member, entry *audit.Entry, rule func(mine []Assignment) []Assignment) error
	// Statements returns those that hold.
	Statements(ctx context.Context, round int) (Register, error)
	// History returns all statements of a person, oldest first.
	History(ctx context.Context, round int, account string) ([]Statement, error)
	// AddStatements adds what rule makes of what the person has declared, and saves
	// what it changes of the person's assignments without a result.
	AddStatements(ctx context.Context, round int, account string, entry *audit.Entry,
		rule func(before map[roster.UnitCode]Statement, mine []Assignment) ([]Statement, []Assignment, error)) error
	Remind(ctx context.Context, r Reminder, entry *audit.Entry) error
	// Reminders returns the latest of each account.
	Reminders(ctx context.Context, round int) (map[string]Reminder, error)
	// Reassign saves the assignments that rule makes of what stands: new ones have
	// version 0.
	Reassign(ctx context.Context, round int, entry *audit.Entry, rule func(Standing) ([]Assignment, error)) error
	// Proposal returns the plan that is proposed, nil without one.
	Proposal(ctx context.Context, round int) (*Proposal, error)
	// SaveProposal replaces the one of version seen (0: any) by p.
	SaveProposal(ctx context.Context, p *Proposal, seen int, entry *audit.Entry) error
	// Confirm is Reassign and takes the proposal of that version off the table.
	Confirm(ctx context.Context, round, version int, entry *audit.Entry, rule func(Standing) ([]Assignment, error)) error
	// Dossiers returns all of a round.
	Dossiers(ctx context.Context, round int) ([]application.Dossier, error)
}

// Standing is what stands when assignments change.
type Standing struct {
	Assignments []Assignment
	Results     []Result
	Register    Register
}

// result reports whether a dossier has its result.
func (x Standing) result(k application.Key) bool {
	return slices.ContainsFunc(x.Results, func(r Result) bool { return r.Dossier == k })
}

// of returns the assignments of a dossier.
func (x Standing) of(k application.Key) (out []Assignment) {
	for _, a := range x.Assignments {
		if a.Dossier == k {
			out = append(out, a)
		}
	}
	return out
}

// Scans keeps the scans of contracts.
type Scans interface {
	Put(ctx context.Context, name string, r io.Reader) (evidence.File, error)
	Read(ctx context.Context, d evidence.Digest) (io.ReadSeekCloser, error)
}

func institutionObject(round int, name string) string {
	return fmt.Sprintf("institution/%d/%s", round, name)
}

// AddInstitution records an evaluator with its contract (C27). A body of the
// register can never be one (C96).
func (s *Service) AddInstitution(ctx context.Context, by access.Actor, i Institution) error {
	if err := by.Require(access.Office); err != nil {
		return err
	}
	if err := i.Check(); err != nil {
		return err
	}
	if s.isUnit(i.Name) {
		return fault.New(fault.Invalid, "institution.unit").At("name")
	}
	if _, err := s.Roster.Round(ctx, i.Round); err != nil {
		return err
	}
	i.AddedAt, i.AddedBy, i.Version = s.Now().UTC(), by.Name, 1
	return s.Store.AddInstitution(ctx, &i, s.entry(by, "institution.add", institutionObject(i.Round, i.Name)))
}

// isUnit reports whether the register has a unit of that name.
func (s *Service) isUnit(name string) bool {
	return slices.ContainsFunc(s.Roster.Units(), func(u roster.Unit) bool { return u.Name == strings.TrimSpace(name) })
}

// ChangeInstitution changes kind, contract, scope, term and lead of an
// institution that was seen at i.Version.
func (s *Service) ChangeInstitution(ctx context.Context, by access.Actor, i Institution) error {
	if err := by.Require(access.Office); err != nil {
		return err
	}
	if err := i.Check(); err != nil {
		return err
	}
	if err := s.checkLead(ctx, i); err != nil {
		return err
	}
	return s.institution(ctx, by, i.Round, i.Name, i.Version, "institution.change", "", func(old *Institution) error {
		old.Kind, old.Contract, old.Date, old.Scope, old.Term, old.Lead = i.Kind, i.Contract, i.Date, i.Scope, i.Term, i.Lead
		return nil
	})
}

// checkLead wants the lead to be one of the institution's members.
func (s *Service) checkLead(ctx context.Context, i Institution) error {
	if i.Lead == "" {
		return nil
	}
	b, err := s.bench(ctx, i.Round)
	if err != nil {
		return err
	}
	if m, ok := b.member(i.Lead); !ok || m.Institution != i.Name || m.Left != nil {
		return fault.New(fault.Invalid, "institution.lead").At("lead")
	}
	return nil
}

func (s *Service) institution(ctx context.Context, by access.Actor, round int, name string, seen int, action, reason string, change func(*Institution) error) error {
	entry := s.entry(by, action, institutionObject(round, name))
	entry.Reason = reason
	return s.Store.UpdateInstitution(ctx, round, name, seen, entry, change)
}

// EndInstitution ends an appointment, or lets it hold again, with a reason. An
// institution whose appointment does not hold gets no further dossier; what its
// members have is theirs until a plan gives it to others.
func (s *Service) EndInstitution(ctx context.Context, by access.Actor, round int, name string, seen int, end bool, reason string) error {
	if err := by.Require(access.Office); err != nil {
		return err
	}
	if err := checkWords("reason", reason, "reason.needed"); err != nil {
		return err
	}
	action := "institution.resume"
	if end {
		action = "institution.end"
	}
	return s.institution(ctx, by, round, name, seen, action, strings.TrimSpace(reason), func(i *Institution) error {
		i.Ended = nil
		if end {
			i.Ended = &Ending{At: s.Now().UTC(), By: by.Name, Reason: strings.TrimSpace(reason)}
		}
		return nil
	})
}

// AttachScan keeps the scan of an institution's contract.
func (s *Service) AttachScan(ctx context.Context, by access.Actor, round int, name string, seen int, file string, r io.Reader) error {
	if err := by.Require(access.Office); err != nil {
		return err
	}
	put, err := s.Scans.Put(ctx, file, r)
	if err != nil {
		return err
	}
	return s.institution(ctx, by, round, name, seen, "institution.scan", "", func(i *Institution) error {
		i.Scan = put
		return nil
	})
}

// Scan gives the bytes of the scan of an institution's contract, to the office.
func (s *Service) Scan(ctx context.Context, by access.Actor, round int, name string) (evidence.File, io.ReadSeekCloser, error) {
	all, err := s.Institutions(ctx, by, round)
	if err != nil {
		return evidence.File{}, nil, err
	}
	for _, i := range all {
		if i.Name == name && i.Scan.Digest != "" {
			r, err := s.Scans.Read(ctx, i.Scan.Digest)
			return i.Scan, r, err
		}
	}
	return evidence.File{}, nil, fault.New(fault.NotFound, "evidence.unknown")
}

// ScanDigests returns the digests of the scans of all contracts of a round: what
// doctor checks.
func (s *Service) ScanDigests(ctx context.Context, round int) ([]evidence.Digest, error) {
	all, err := s.Store.Institutions(ctx, round)
	var out []evidence.Digest
	for _, i := range all {
		if i.Scan.Digest != "" {
			out = append(out, i.Scan.Digest)
		}
	}
	return out, err
}

// Institutions returns the evaluators of a round, to the office.
func (s *Service) Institutions(ctx context.Context, by access.Actor, round int) ([]Institution, error) {
	if err := by.Require(access.Office); err != nil {
		return nil, err
	}
	return s.Store.Institutions(ctx, round)
}

// SaveMember records an assessor of an institution, or changes the record that
// was seen at m.Version. Dossiers of units that the person's workplace forbids are
// taken away; their keys are returned.
func (s *Service) SaveMember(ctx context.Context, by access.Actor, m Member) ([]application.Key, error) {
	if err := by.Require(access.Office); err != nil {
		return nil, err
	}
	if err := m.Check(); err != nil {
		return nil, err
	}
	b, err := s.bench(ctx, m.Round)
	if err != nil {
		return nil, err
	}
	if err := s.admit(ctx, b, &m); err != nil {
		return nil, err
	}
	now := s.Now().UTC()
	m.AddedAt, m.AddedBy = now, by.Name
	entry, err := s.moved(by, b, m)
	if err != nil {
		return nil, err
	}
	var lost []application.Key
	err = s.Store.SaveMember(ctx, &m, entry, func(mine []Assignment) (taken []Assignment) {
		for _, a := range mine {
			if u, err := s.Roster.Unit(a.Dossier.Unit); err == nil && a.Ended == nil && b.employed(m, u) != NoExclusion {
				a.Ended = &Ending{At: now, By: by.Name, Code: endConflict}
				taken, lost = append(taken, a), append(lost, a.Dossier)
			}
		}
		return taken
	})
	return lost, err
}

// admit refuses an account that can never mark, one of another institution, and
// an unknown institution or workplace.
func (s *Service) admit(ctx context.Context, b *bench, m *Member) error {
	account, err := s.Accounts.Account(ctx, access.Fold(m.Account))
	if fault.KindOf(err) == fault.NotFound {
		return fault.New(fault.Invalid, "member.account").At("account")
	}
	if err != nil {
		return err
	}
	if mayMark(*account) != nil || s.isUnit(account.Institution) {
		return fault.New(fault.Invalid, "member.account").At("account")
	}
	m.Account = account.Name
	switch {
	case b.institution(m.Institution) == nil:
		return fault.New(fault.Invalid, "institution.unknown").At("institution")
	case account.Institution != "" && account.Institution != m.Institution:
		return fault.New(fault.Conflict, "member.elsewhere", "institution", account.Institution).At("institution")
	case m.Workplace != "":
		if _, err := s.Roster.Unit(m.Workplace); err != nil {
			return fault.New(fault.Invalid, "unit.unknown").At("workplace")
		}
	}
	return nil
}

// EndMember records that a person has left the institution, or is back, with the
// reason. Who has left gets no further dossier; what has not been begun is open to
// the next plan.
func (s *Service) EndMember(ctx context.Context, by access.Actor, round int, account string, seen int, end bool, reason string) error {
	if err := by.Require(access.Office); err != nil {
		return err
	}
	if err := checkWords("reason", reason, "reason.needed"); err != nil {
		return err
	}
	b, err := s.bench(ctx, round)
	if err != nil {
		return err
	}
	m, ok := b.member(account)
	if !ok {
		return fault.New(fault.NotFound, "member.unknown")
	}
	m.Round, m.Version, m.Left = round, seen, nil
	action := "member.back"
	if end {
		m.Left, action = &Ending{At: s.Now().UTC(), By: by.Name, Reason: strings.TrimSpace(reason)}, "member.left"
	}
	entry := s.entry(by, action, fmt.Sprintf("member/%d/%s", round, m.Account))
	entry.Reason = strings.TrimSpace(reason)
	entry.Before, entry.After = fmt.Sprintf(`{"left":%t}`, !end), fmt.Sprintf(`{"left":%t}`, end)
	return s.Store.SaveMember(ctx, &m, entry, func([]Assignment) []Assignment { return nil })
}

// moved is the entry of a member's record, with what it said before.
func (s *Service) moved(by access.Actor, b *bench, m Member) (entry *audit.Entry, err error) {
	entry = s.entry(by, "member.save", fmt.Sprintf("member/%d/%s", m.Round, m.Account))
	if entry.After, err = placed(m); err != nil {
		return nil, err
	}
	if was, ok := b.member(m.Account); ok && was.Version > 0 {
		entry.Before, err = placed(was)
	}
	return entry, err
}

// placed is what the trail says of a member: whose, of how many dossiers and employed
// where.
func placed(m Member) (string, error) {
	return compact(struct {
		Institution string          `json:"institution"`
		Capacity    int             `json:"capacity"`
		Workplace   roster.UnitCode `json:"workplace"`
		Speciality  []Speciality    `json:"speciality,omitempty"`
	}{m.Institution, m.Capacity, m.Workplace, m.Speciality})
}

func compact(v any) (string, error) {
	raw, err := json.Marshal(v)
	if err != nil {
		return "", fmt.Errorf("appoint: %w", err)
	}
	return string(raw), nil
}

// appointing refuses assignments before filing is over, when a dossier could
// still be withdrawn, and after the evaluation.
func appointing(s roster.Settings, now time.Time) error {
	if !s.Filing.Over(now) || s.Evaluation.Over(now) {
		return fault.New(fault.Closed, "assignment.window", "from", s.Filing.To.Plus(1).String(), "to", s.Evaluation.To.String())
	}
	return nil
}
