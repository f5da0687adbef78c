package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"minyi/indicators/audit"
	"minyi/indicators/db"
	"minyi/indicators/evaluation"
	"minyi/indicators/fault"
	"minyi/indicators/roster"
)

const sqlAddInstitution = `INSERT INTO institutions (round, name, document) VALUES ($1, $2, $3)`

// AddInstitution keeps an evaluator; a second one of the name in the round is
// refused with institution.exists.
func (s *Store) AddInstitution(ctx context.Context, i *evaluation.Institution, entry *audit.Entry) error {
	return s.write(ctx, entry, func(tx *sql.Tx) error {
		document, err := encode(i)
		if err != nil {
			return err
		}
		entry.After = document
		_, err = tx.ExecContext(ctx, sqlAddInstitution, i.Round, i.Name, document)
		if db.Duplicate(err) {
			return fault.New(fault.Conflict, "institution.exists").At("name")
		}
		if err != nil {
			return fmt.Errorf("add institution: %w", err)
		}
		return nil
	})
}

const sqlInstitutions = `SELECT document FROM institutions WHERE round = $1 ORDER BY name`

// Institutions returns the evaluators of a round.
func (s *Store) Institutions(ctx context.Context, round int) ([]evaluation.Institution, error) {
	return documents[evaluation.Institution](ctx, s.db.Reader(), sqlInstitutions, round)
}

const (
	sqlInstitution     = `SELECT document FROM institutions WHERE round = $1 AND name = $2`
	sqlSaveInstitution = `UPDATE institutions SET document = $3 WHERE round = $1 AND name = $2`
)

// UpdateInstitution loads, changes and saves an evaluator that was seen at a
// version: institution.unknown, institution.changed.
func (s *Store) UpdateInstitution(ctx context.Context, round int, name string, seen int, entry *audit.Entry,
	change func(*evaluation.Institution) error,
) error {
	return s.write(ctx, entry, func(tx *sql.Tx) error {
		all, err := documents[evaluation.Institution](ctx, tx, sqlInstitution, round, name)
		if err != nil {
			return err
		}
		if len(all) == 0 {
			return fault.New(fault.NotFound, "institution.unknown")
		}
		i := &all[0]
		if i.Version != seen {
			return fault.New(fault.Conflict, "institution.changed")
		}
		if entry.Before, err = encode(i); err != nil {
			return err
		}
		if err := change(i); err != nil {
			return err
		}
		i.Version++
		if entry.After, err = encode(i); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, sqlSaveInstitution, round, name, entry.After); err != nil {
			return fmt.Errorf("save institution: %w", err)
		}
		return nil
	})
}

const sqlMembers = `SELECT document FROM members WHERE round = $1 ORDER BY account`

// Members returns the recorded assessors of a round.
func (s *Store) Members(ctx context.Context, round int) ([]evaluation.Member, error) {
	return documents[evaluation.Member](ctx, s.db.Reader(), sqlMembers, round)
}

const (
	sqlAddMember    = `INSERT INTO members (round, account, version, document) VALUES ($1, $2, $3, $4)`
	sqlUpdateMember = `UPDATE members SET version = $4, document = $5 WHERE round = $1 AND account = $2 AND version = $3`
)

// SaveMember keeps m, which was seen at its version, and what rule changes of the
// person's assignments without a result.
func (s *Store) SaveMember(ctx context.Context, m *evaluation.Member, entry *audit.Entry,
	rule func(mine []evaluation.Assignment) []evaluation.Assignment,
) error {
	return s.write(ctx, entry, func(tx *sql.Tx) error {
		seen := m.Version
		m.Version++
		document, err := encode(m)
		if err != nil {
			return err
		}
		if err := saveMember(ctx, tx, m, seen, document); err != nil {
			return err
		}
		mine, err := s.openOf(ctx, tx, m.Round, m.Account)
		if err != nil {
			return err
		}
		return saveAssignments(ctx, tx, rule(mine))
	})
}

func saveMember(ctx context.Context, tx *sql.Tx, m *evaluation.Member, seen int, document string) error {
	changed := fault.New(fault.Conflict, "member.changed").At("account")
	if seen > 0 {
		res, err := tx.ExecContext(ctx, sqlUpdateMember, m.Round, m.Account, seen, m.Version, document)
		return one(res, err, changed)
	}
	_, err := tx.ExecContext(ctx, sqlAddMember, m.Round, m.Account, m.Version, document)
	if db.Duplicate(err) {
		return changed
	}
	if err != nil {
		return fmt.Errorf("add member: %w", err)
	}
	return nil
}

const sqlOpenOf = known + `
	WHERE a.round = $1 AND a.assessor = $2 AND NOT EXISTS
		(SELECT 1 FROM results r WHERE r.round = a.round AND r.unit = a.unit AND r.track = a.track)
	ORDER BY a.unit, a.track`

// openOf returns a person's assignments of a round whose dossiers have no result.
func (s *Store) openOf(ctx context.Context, q queryer, round int, account string) ([]evaluation.Assignment, error) {
	return s.assignments(ctx, q, sqlOpenOf, round, account)
}

const (
	sqlInsertAssignment = `INSERT INTO assignments (round, unit, track, assessor, version, document) VALUES ($1, $2, $3, $4, $5, $6)`
	sqlChangeAssignment = `UPDATE assignments SET version = $6, document = $7
	WHERE round = $1 AND unit = $2 AND track = $3 AND assessor = $4 AND version = $5`
)

// saveAssignments saves assignments as they were changed; those of version 0 are
// new.
func saveAssignments(ctx context.Context, tx *sql.Tx, all []evaluation.Assignment) error {
	for _, a := range all {
		seen, k := a.Version, a.Dossier
		a.Version++
		document, err := bare(a)
		if err != nil {
			return err
		}
		if seen == 0 {
			if _, err := tx.ExecContext(ctx, sqlInsertAssignment, k.Round, string(k.Unit), string(k.Track), a.Assessor, a.Version, document); err != nil {
				return fmt.Errorf("add assignment: %w", err)
			}
			continue
		}
		res, err := tx.ExecContext(ctx, sqlChangeAssignment, k.Round, string(k.Unit), string(k.Track), a.Assessor, seen, a.Version, document)
		if err := one(res, err, fault.New(fault.Conflict, "plan.changed")); err != nil {
			return err
		}
	}
	return nil
}

const sqlStatements = `SELECT i.round, i.account, i.unit, i.n, i.document FROM interests i WHERE i.round = $1 AND i.n =
	(SELECT max(n) FROM interests j WHERE j.round = i.round AND j.account = i.account AND j.unit = i.unit)`

// Statements returns what everybody has declared in a round and holds.
func (s *Store) Statements(ctx context.Context, round int) (evaluation.Register, error) {
	return s.statements(ctx, s.db.Reader(), round)
}

func (s *Store) statements(ctx context.Context, q queryer, round int) (evaluation.Register, error) {
	all, err := s.interestDocuments(ctx, q, sqlStatements, round)
	out := evaluation.Register{}
	for _, x := range all {
		if out[x.Account] == nil {
			out[x.Account] = map[roster.UnitCode]evaluation.Statement{}
		}
		out[x.Account][x.Unit] = x
	}
	return out, err
}

const sqlHistory = `SELECT round, account, unit, n, document FROM interests WHERE round = $1 AND account = $2 ORDER BY unit, n`

// History returns all that a person has declared in a round, unit by unit, oldest
// first.
func (s *Store) History(ctx context.Context, round int, account string) ([]evaluation.Statement, error) {
	return s.interestDocuments(ctx, s.db.Reader(), sqlHistory, round, account)
}

const sqlConflicted = `SELECT COALESCE((SELECT conflict FROM interests
	WHERE round = $1 AND account = $2 AND unit = $3 ORDER BY n DESC LIMIT 1), 0)`

// Conflicted reports whether a person has declared a conflict of interests with a
// unit that holds.
func (s *Store) Conflicted(ctx context.Context, account string, round int, unit string) (bool, error) {
	var conflict int
	if err := s.db.Reader().QueryRowContext(ctx, sqlConflicted, round, account, unit).Scan(&conflict); err != nil {
		return false, fmt.Errorf("interests: %w", err)
	}
	return conflict == 1, nil
}

const sqlAddStatement = `INSERT INTO interests (round, unit, account, n, conflict, document) VALUES ($1, $2, $3, $4, $5, $6)`

// AddStatements adds what rule makes of what the person has declared, and saves
// what it changes of the person's assignments without a result.
func (s *Store) AddStatements(ctx context.Context, round int, account string, entry *audit.Entry,
	rule func(before map[roster.UnitCode]evaluation.Statement, mine []evaluation.Assignment) ([]evaluation.Statement, []evaluation.Assignment, error),
) error {
	return s.write(ctx, entry, func(tx *sql.Tx) error {
		before, err := s.statements(ctx, tx, round)
		if err != nil {
			return err
		}
		mine, err := s.openOf(ctx, tx, round, account)
		if err != nil {
			return err
		}
		add, changed, err := rule(before[account], mine)
		if err != nil {
			return err
		}
		for _, x := range add {
			document, err := s.hidden(sealInterest, interestRow(round, account, string(x.Unit), x.Number), x)
			if err != nil {
				return err
			}
			conflict := 0
			if x.Interest == evaluation.Conflicted {
				conflict = 1
			}
			if _, err := tx.ExecContext(ctx, sqlAddStatement, round, string(x.Unit), account, x.Number, conflict, document); err != nil {
				return fmt.Errorf("add declaration: %w", err)
			}
		}
		return saveAssignments(ctx, tx, changed)
	})
}

const sqlRemind = `INSERT INTO interest_reminders (round, account, at, document) VALUES ($1, $2, $3, $4)`

// Remind keeps that somebody was asked to declare.
func (s *Store) Remind(ctx context.Context, r evaluation.Reminder, entry *audit.Entry) error {
	return s.write(ctx, entry, func(tx *sql.Tx) error {
		document, err := encode(r)
		if err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, sqlRemind, r.Round, r.Account, r.At.UnixMilli(), document); err != nil {
			return fmt.Errorf("remind: %w", err)
		}
		return nil
	})
}

const sqlReminders = `SELECT document FROM interest_reminders WHERE round = $1 ORDER BY at`

// Reminders returns the latest reminder of each account.
func (s *Store) Reminders(ctx context.Context, round int) (map[string]evaluation.Reminder, error) {
	all, err := documents[evaluation.Reminder](ctx, s.db.Reader(), sqlReminders, round)
	out := map[string]evaluation.Reminder{}
	for _, r := range all {
		r.At = r.At.In(time.UTC)
		out[r.Account] = r
	}
	return out, err
}

// Reassign saves the assignments that rule makes of what stands.
func (s *Store) Reassign(ctx context.Context, round int, entry *audit.Entry, rule func(evaluation.Standing) ([]evaluation.Assignment, error)) error {
	return s.write(ctx, entry, func(tx *sql.Tx) error { return s.reassign(ctx, tx, round, rule) })
}

func (s *Store) reassign(ctx context.Context, tx *sql.Tx, round int, rule func(evaluation.Standing) ([]evaluation.Assignment, error)) error {
	var x evaluation.Standing
	var err error
	if x.Assignments, err = s.assignments(ctx, tx, sqlAssignments, round); err != nil {
		return err
	}
	if x.Results, err = documents[evaluation.Result](ctx, tx, sqlResults, round); err != nil {
		return err
	}
	if x.Register, err = s.statements(ctx, tx, round); err != nil {
		return err
	}
	all, err := rule(x)
	if err != nil {
		return err
	}
	return saveAssignments(ctx, tx, all)
}

const sqlProposal = `SELECT document FROM proposals WHERE round = $1`

// Proposal returns the plan of assignments that is proposed, nil without one.
func (s *Store) Proposal(ctx context.Context, round int) (*evaluation.Proposal, error) {
	all, err := documents[evaluation.Proposal](ctx, s.db.Reader(), sqlProposal, round)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	return &all[0], nil
}

const (
	sqlProposalVersion = `SELECT COALESCE((SELECT version FROM proposals WHERE round = $1), 0)`
	sqlSaveProposal    = `INSERT INTO proposals (round, version, document) VALUES ($1, $2, $3)
	ON CONFLICT (round) DO UPDATE SET version = excluded.version, document = excluded.document`
	sqlDropProposal = `DELETE FROM proposals WHERE round = $1 AND version = $2`
)

// SaveProposal replaces the proposal of version seen (0: any) by p; plan.changed
// when somebody was quicker.
func (s *Store) SaveProposal(ctx context.Context, p *evaluation.Proposal, seen int, entry *audit.Entry) error {
	return s.write(ctx, entry, func(tx *sql.Tx) error {
		var now int
		if err := tx.QueryRowContext(ctx, sqlProposalVersion, p.Round).Scan(&now); err != nil {
			return fmt.Errorf("proposal: %w", err)
		}
		if seen != 0 && seen != now {
			return fault.New(fault.Conflict, "plan.changed")
		}
		p.Version = int(max(int64(now+1), p.MadeAt.UnixMilli()))
		document, err := encode(p)
		if err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, sqlSaveProposal, p.Round, p.Version, document); err != nil {
			return fmt.Errorf("save proposal: %w", err)
		}
		return nil
	})
}

// Confirm is Reassign and takes the proposal of that version off the table.
func (s *Store) Confirm(ctx context.Context, round, version int, entry *audit.Entry, rule func(evaluation.Standing) ([]evaluation.Assignment, error)) error {
	return s.write(ctx, entry, func(tx *sql.Tx) error {
		res, err := tx.ExecContext(ctx, sqlDropProposal, round, version)
		if err := one(res, err, fault.New(fault.Conflict, "plan.changed")); err != nil {
			return err
		}
		return s.reassign(ctx, tx, round, rule)
	})
}
