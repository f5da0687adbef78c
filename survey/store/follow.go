package store

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"slices"
	"strings"

	"minyi/indicators/db"
)

const sqlIntakeColumns = `SELECT name FROM pragma_table_info('intake') ORDER BY cid`

// unknown stands for the column that the database fills itself: the row's number.
const unknown = -1

// intakeOrder says for every column of the table of answers which argument of the
// statement that stores one stands in it.
func intakeOrder(ctx context.Context, d *db.DB) (order []int, err error) {
	_, list, _ := strings.Cut(sqlIntake, "(")
	list, _, _ = strings.Cut(list, ")")
	given := strings.Split(list, ",")
	for i := range given {
		given[i] = strings.TrimSpace(given[i])
	}
	rows, err := d.Reader().QueryContext(ctx, sqlIntakeColumns)
	if err != nil {
		return nil, fmt.Errorf("survey: columns: %w", err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, fmt.Errorf("survey: columns: %w", err)
		}
		at := slices.Index(given, name)
		if at < 0 && name != "seq" {
			return nil, fmt.Errorf("survey: the intake fills no column %s", name)
		}
		order = append(order, at)
	}
	return order, rows.Err()
}

// add stores an answer and tells the database's check of the row (S49).
func (p *prepared) add(ctx context.Context, d *db.DB, args ...driver.Value) error {
	runner, ok := p.intake.(driver.StmtExecContext)
	if !ok {
		return fmt.Errorf("survey: %T does not run", p.intake)
	}
	p.args = named(p.args[:0], args)
	done, err := runner.ExecContext(ctx, p.args)
	if err != nil {
		return err
	}
	number, err := done.LastInsertId()
	if err != nil {
		return err
	}
	p.row = p.row[:0]
	for _, at := range p.order {
		if at == unknown {
			p.row = append(p.row, number)
		} else {
			p.row = append(p.row, args[at])
		}
	}
	d.Added("intake", p.row)
	return nil
}

// sums notes what was done to the tables, and returns the stand that it makes.
func (p *prepared) sums(ctx context.Context, d *db.DB) (now db.Stand, err error) {
	all, step, err := d.Sums()
	if err != nil {
		return now, err
	}
	for _, args := range all {
		if err := p.exec(ctx, p.sum, args...); err != nil {
			return now, err
		}
	}
	if step == nil {
		return now, nil
	}
	return p.step(ctx, step)
}

// step counts the transaction.
func (p *prepared) step(ctx context.Context, args []driver.Value) (now db.Stand, err error) {
	asker, ok := p.stand.(driver.StmtQueryContext)
	if !ok {
		return now, fmt.Errorf("survey: %T does not ask", p.stand)
	}
	p.args = named(p.args[:0], args)
	rows, err := asker.QueryContext(ctx, p.args)
	if err != nil {
		return now, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	var got [3]driver.Value
	if err := rows.Next(got[:]); err != nil {
		return now, fmt.Errorf("survey: stand: %w", err)
	}
	for i, to := range []*int64{&now.Writes, &now.Entries, &now.Answers} {
		*to, _ = got[i].(int64) // the columns are of a STRICT table
	}
	return now, nil
}
