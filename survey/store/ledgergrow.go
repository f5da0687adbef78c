package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"minyi/indicators/db"
	"minyi/indicators/fault"
	"minyi/survey/ledger"
	"minyi/survey/ledger/keeper"
)

const (
	sqlDropGroup    = `DELETE FROM ledger_pending WHERE id = $1`
	sqlPutTile      = `INSERT INTO ledger_tile (log, level, number, hashes) VALUES ($1, $2, $3, $4) ON CONFLICT (log, level, number) DO UPDATE SET hashes = excluded.hashes`
	sqlPutLeaves    = `INSERT INTO ledger_leaf (code, log, idx) SELECT json_extract(value, '$[0]'), $1, json_extract(value, '$[1]') FROM json_each($2)`
	sqlGrowLog      = `UPDATE ledger_log SET size = $1, sm3 = $2 WHERE id = $3`
	sqlPutNote      = `INSERT INTO ledger_checkpoint (log, size, at, note) VALUES ($1, $2, $3, $4)`
	sqlHasNote      = `SELECT count(*) FROM ledger_checkpoint WHERE log = $1 AND size = $2`
	sqlCloseLog     = `UPDATE ledger_log SET closed = $1 WHERE id = $2`
	sqlWaitingLeast = `SELECT count(*) FROM ledger_pending WHERE log = $1`
)

// Grow appends what waits: leaves, tiles, checkpoint and the end of the waiting are
// one transaction.
func (s *Ledger) Grow(ctx context.Context, id int64, most int, at time.Time, grow func(keeper.Growing) (keeper.Grown, error)) (out keeper.Log, err error) {
	err = s.db.Write(ctx, func(tx *sql.Tx) error {
		g, err := growing(ctx, tx, id, most)
		if err != nil {
			return err
		}
		out = g.Log
		if len(g.Leaves) == 0 {
			if has, err := hasNote(ctx, tx, id, g.Log.Size); err != nil || has {
				return err
			}
		}
		grown, err := grow(g)
		if err != nil {
			return err
		}
		out.Size = grown.Growth.Size
		return errors.Join(putTiles(ctx, tx, g, grown), putLeaves(ctx, tx, g, grown), putSize(ctx, tx, id, at, grown))
	})
	return out, err
}

func hasNote(ctx context.Context, tx *sql.Tx, id, size int64) (bool, error) {
	var n int
	if err := tx.QueryRowContext(ctx, sqlHasNote, id, size).Scan(&n); err != nil {
		return false, fmt.Errorf("ledger: checkpoint: %w", err)
	}
	return n > 0, nil
}

// growing loads a log and takes about most of what waits for it.
func growing(ctx context.Context, tx *sql.Tx, id int64, most int) (keeper.Growing, error) {
	l, sm3, err := oneLog(tx.QueryRowContext(ctx, sqlLog, id))
	if err != nil {
		return keeper.Growing{}, err
	}
	g := keeper.Growing{Log: l, SM3: roots(l.Size, sm3), Kept: keptIn(ctx, tx, id)}
	if !g.SM3.Sound() {
		return g, fmt.Errorf("ledger: %s: the roots with SM3 do not fit %d leaves", l.Name, l.Size)
	}
	if !l.Closed.IsZero() {
		return g, nil
	}
	g.Leaves, err = take(ctx, tx, g, most)
	return g, err
}

// take returns the commitments of the oldest groups, each once and none that the log
// has already, in random order; the groups wait no longer.
func take(ctx context.Context, tx *sql.Tx, g keeper.Growing, most int) ([]ledger.Commitment, error) {
	var taken []int64
	fresh := map[ledger.Commitment]bool{}
	err := groups(ctx, tx, g.Log.ID, func(one group) bool {
		one.each(func(c ledger.Commitment) { fresh[c] = true })
		taken = append(taken, one.id)
		return len(fresh) >= most
	})
	if err != nil {
		return nil, err
	}
	leaves, err := unlogged(ctx, tx, g, fresh)
	if err != nil {
		return nil, err
	}
	for _, id := range taken {
		if _, err := tx.ExecContext(ctx, sqlDropGroup, id); err != nil {
			return nil, fmt.Errorf("ledger: take: %w", err)
		}
	}
	out := make([]ledger.Commitment, len(leaves))
	for k, i := range shuffled(len(leaves)) {
		out[k] = leaves[i]
	}
	return out, nil
}

// unlogged are those of the commitments that are no leaf of the log yet.
func unlogged(ctx context.Context, tx *sql.Tx, g keeper.Growing, of map[ledger.Commitment]bool) (out []ledger.Commitment, err error) {
	codes := make([]byte, 0, perCode*len(of))
	for c := range of {
		codes = strconv.AppendInt(append(codes, ','), c.Short(), 10)
	}
	known, err := indexesOf(ctx, tx, g.Log.ID, listed(codes))
	if err != nil {
		return nil, err
	}
	for _, index := range known {
		leaf, err := leafAt(g.Kept, index)
		if err != nil {
			return nil, err
		}
		delete(of, leaf)
	}
	return slices.Collect(maps.Keys(of)), nil
}

// perCode is about how many bytes the code of a leaf takes in a list.
const perCode = 18

// listed is a JSON array of what is written with a comma before each.
func listed(parts []byte) string { return "[" + strings.TrimPrefix(string(parts), ",") + "]" }

const sqlIndexes = `SELECT f.idx FROM json_each($2) AS j JOIN ledger_leaf AS f ON f.code = j.value AND f.log = $1`

// indexesOf are the indexes of the leaves of a log that have one of the codes: one
// statement for all of them, as each costs many times what a row does.
func indexesOf(ctx context.Context, tx *sql.Tx, id int64, codes string) (out []int64, err error) {
	rows, err := tx.QueryContext(ctx, sqlIndexes, id, codes)
	if err != nil {
		return nil, db.Refuse(fmt.Errorf("ledger: find: %w", err))
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var index int64
		if err := rows.Scan(&index); err != nil {
			return nil, fmt.Errorf("ledger: find: %w", err)
		}
		out = append(out, index)
	}
	return out, rows.Err()
}

// leafAt reads one leaf from its tile.
func leafAt(kept ledger.Kept, index int64) (ledger.Commitment, error) {
	data, err := kept(ledger.Place{Level: ledger.Leaves, Number: index / ledger.TileWidth})
	if err != nil {
		return ledger.Commitment{}, err
	}
	from := int(index%ledger.TileWidth) * ledger.HashSize
	if len(data) < from+ledger.HashSize {
		return ledger.Commitment{}, fmt.Errorf("ledger: leaf %d: %w", index, fault.New(fault.NotFound, "ledger.hash"))
	}
	return ledger.Commitment(data[from : from+ledger.HashSize]), nil
}

// roots reads the stored roots with SM3.
func roots(size int64, raw []byte) ledger.Range {
	r := ledger.Range{Size: size}
	for part := range slices.Chunk(raw, ledger.HashSize) {
		if len(part) == ledger.HashSize {
			r.Roots = append(r.Roots, [ledger.HashSize]byte(part))
		}
	}
	return r
}

func putTiles(ctx context.Context, tx *sql.Tx, g keeper.Growing, grown keeper.Grown) error {
	tiles, err := g.Kept.Fill(grown.Growth, g.Leaves)
	if err != nil {
		return err
	}
	for _, t := range tiles {
		if _, err := tx.ExecContext(ctx, sqlPutTile, g.Log.ID, t.Level, t.Number, t.Hashes); err != nil {
			return fmt.Errorf("ledger: store tile: %w", err)
		}
	}
	return nil
}

// putLeaves makes the leaves findable, in the order of their codes, which is that of
// the table.
func putLeaves(ctx context.Context, tx *sql.Tx, g keeper.Growing, grown keeper.Grown) error {
	order := make([]int, len(g.Leaves))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return slices.Compare(g.Leaves[a][:], g.Leaves[b][:]) })
	first := grown.Growth.Size - int64(len(g.Leaves))
	rows := make([]byte, 0, 2*perCode*len(order))
	for _, i := range order {
		rows = strconv.AppendInt(append(rows, ",["...), g.Leaves[i].Short(), 10)
		rows = append(strconv.AppendInt(append(rows, ','), first+int64(i), 10), ']')
	}
	if _, err := tx.ExecContext(ctx, sqlPutLeaves, g.Log.ID, listed(rows)); err != nil {
		return fmt.Errorf("ledger: store leaves: %w", err)
	}
	return nil
}

func putSize(ctx context.Context, tx *sql.Tx, id int64, at time.Time, grown keeper.Grown) error {
	var raw []byte
	for _, r := range grown.SM3.Roots {
		raw = append(raw, r[:]...)
	}
	if raw == nil {
		raw = []byte{}
	}
	if _, err := tx.ExecContext(ctx, sqlGrowLog, grown.Growth.Size, raw, id); err != nil {
		return fmt.Errorf("ledger: grow: %w", err)
	}
	if _, err := tx.ExecContext(ctx, sqlPutNote, id, grown.Growth.Size, at.UnixMilli(), grown.Note); err != nil {
		return fmt.Errorf("ledger: store checkpoint: %w", err)
	}
	return nil
}

// Close ends a log in which nothing waits.
func (s *Ledger) Close(ctx context.Context, id int64, at time.Time) (out keeper.Log, err error) {
	err = s.db.Write(ctx, func(tx *sql.Tx) error {
		if out, _, err = oneLog(tx.QueryRowContext(ctx, sqlLog, id)); err != nil || !out.Closed.IsZero() {
			return err
		}
		var groups int
		if err := tx.QueryRowContext(ctx, sqlWaitingLeast, id).Scan(&groups); err != nil {
			return fmt.Errorf("ledger: close: %w", err)
		}
		if groups > 0 {
			return fault.New(fault.Conflict, "ledger.waiting")
		}
		if _, err := tx.ExecContext(ctx, sqlCloseLog, at.UnixMilli(), id); err != nil {
			return fmt.Errorf("ledger: close: %w", err)
		}
		out.Closed = time.UnixMilli(at.UnixMilli()).UTC()
		return nil
	})
	return out, err
}
