package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
)

// altered names the tables that do not hold what was written (S49).
func (d *DB) altered(ctx context.Context) (wrong []string, err error) {
	tx, err := d.read.BeginTx(ctx, &sql.TxOptions{ReadOnly: true}) // one moment, also beside a service that writes
	if err != nil {
		return nil, fmt.Errorf("%s: content: %w", d.half, err)
	}
	defer func() { _ = tx.Rollback() }()                     // read only
	if has, err := hasContent(ctx, tx); err != nil || !has { // an older program's
		return nil, err
	}
	written, err := noted(ctx, tx)
	if err != nil {
		return nil, fmt.Errorf("%s: content: %w", d.half, err)
	}
	found, err := d.count(ctx, tx)
	if err != nil {
		return nil, fmt.Errorf("%s: content: %w", d.half, err)
	}
	wrong = differ(written, found)
	slices.Sort(wrong)
	return wrong, nil
}

// differ names what was written and is not found, and the other way round.
func differ(written, found map[string]figure) (wrong []string) {
	for name, f := range found {
		was, known := written[name]
		switch {
		case name == schemaRow && was != f:
			wrong = append(wrong, "the definitions of the tables are not those of the program")
		case was != f && (known || f != figure{}):
			wrong = append(wrong, fmt.Sprintf("table %s does not hold what was written: %d rows written, %d there", name, was.rows, f.rows))
		}
	}
	for name, was := range written {
		if _, there := found[name]; !there {
			wrong = append(wrong, fmt.Sprintf("table %s does not hold what was written: %d rows written, the table is gone", name, was.rows))
		}
	}
	return wrong
}

func noted(ctx context.Context, from reader) (_ map[string]figure, err error) {
	rows, err := from.QueryContext(ctx, sqlContent)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	out := map[string]figure{}
	for rows.Next() {
		var name string
		var f figure
		if err := rows.Scan(&name, &f.rows, &f.lanes[0], &f.lanes[1], &f.lanes[2], &f.lanes[3]); err != nil {
			return nil, err
		}
		out[name] = f
	}
	return out, rows.Err()
}
