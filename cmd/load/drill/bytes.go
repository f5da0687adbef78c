package drill

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"minyi/indicators/db"
	"minyi/indicators/fault"
	surveystore "minyi/survey/store"
)

// Bytes changes bytes in the database of a killed service or in its log, so many times
// (F15), each time in a fresh copy without its index of the log: whoever opens it is
// refused, or the check names what is wrong, or every row is what it was. A log that was
// cut, or an older copy in the place of the file, is a whole, earlier state: it is
// refused as older than what was acknowledged.
func Bytes(edits int) func(context.Context, Options, *Outcome) error {
	return func(ctx context.Context, o Options, out *Outcome) error {
		const answers = 200
		s, err := open(ctx, o, answers)
		if err != nil {
			return err
		}
		defer func() { s.server.Kill() }()
		older := filepath.Join(o.Dir, "older.db")
		if err := db.Snapshot(ctx, filepath.Join(s.folder.Dir, "survey.db"), older); err != nil {
			return err
		}
		links, err := s.take(answers)
		if err != nil {
			return err
		}
		sheets, err := s.fillAll(ctx, links)
		if err != nil {
			return err
		}
		s.settled(ctx, out, sheets)
		s.server.Kill()
		e := &editing{site: s, out: out, older: older, outcomes: map[string]int{}}
		if e.want, _, err = e.content(ctx, "as it was", nil); err != nil {
			return err
		}
		for n := range edits {
			if err := e.edit(ctx, n); err != nil {
				return err
			}
		}
		if e.outcomes["older"] == 0 {
			out.wrong("no older state was named: the drill saw nothing")
		}
		out.count("edits", edits)
		for _, name := range []string{"refused", "named", "unchanged", "older"} {
			out.count(name, e.outcomes[name])
		}
		return nil
	}
}

type editing struct {
	*site
	out      *Outcome
	older    string // a copy from before the answers came
	want     string
	outcomes map[string]int
}

// content copies the database, changes the copy, opens it and returns the digest of
// its rows and what the checks say.
func (e *editing) content(ctx context.Context, name string, change func(dir string) error) (digest string, wrong []string, err error) {
	dir := filepath.Join(e.Dir, name)
	if err := errors.Join(os.MkdirAll(dir, 0o700), e.folder.Snapshot(dir)); err != nil {
		return "", nil, err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	if change != nil {
		if err := change(dir); err != nil {
			return "", nil, err
		}
	}
	d, err := db.Open(ctx, db.Survey, filepath.Join(dir, "survey.db"), surveystore.Migrations())
	var refusal *fault.Refusal
	switch {
	case errors.As(err, &refusal) && refusal.Code == "store.behind":
		return "", []string{"older"}, nil
	case err != nil:
		return "", []string{"refused"}, nil
	}
	defer func() { err = errors.Join(err, d.Close()) }()
	wrong, err = d.Check(ctx)
	if err == nil {
		err = d.CheckTrail(ctx)
	}
	if err == nil {
		digest, err = rowsOf(ctx, d.Reader())
	}
	if err != nil {
		return "", append(wrong, err.Error()), nil
	}
	return digest, wrong, nil
}

// edit changes one to four bytes somewhere; of ten turns one cuts the log, one changes
// it, and one puts the older copy in its place.
func (e *editing) edit(ctx context.Context, n int) error {
	chance := e.chance(1<<42 + uint64(n))
	got, wrong, err := e.content(ctx, "edited", func(dir string) error {
		path := filepath.Join(dir, "survey.db")
		switch n % 10 {
		case 9:
			return cut(path+"-wal", chance)
		case 8:
			return damage(path+"-wal", chance)
		case 7:
			return errors.Join(os.Remove(path+"-wal"), os.Remove(path), db.Snapshot(ctx, e.older, path))
		}
		return damage(path, chance)
	})
	switch {
	case err != nil:
		return err
	case len(wrong) == 1 && (wrong[0] == "refused" || wrong[0] == "older"):
		e.outcomes[wrong[0]]++
	case len(wrong) > 0:
		e.outcomes["named"]++
	case got == e.want:
		e.outcomes["unchanged"]++
	default:
		e.out.wrong("edit %d: rows have changed and nothing says so", n)
	}
	return nil
}

// cut cuts a file somewhere.
func cut(path string, chance *rand.Rand) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	return os.Truncate(path, chance.Int64N(info.Size()))
}

// damage changes bytes of a file.
func damage(path string, chance *rand.Rand) error {
	f, err := os.OpenFile(path, os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	info, err := f.Stat()
	if err != nil {
		return errors.Join(err, f.Close())
	}
	at, some := chance.Int64N(info.Size()-4), make([]byte, 1+chance.IntN(4))
	if _, err = f.ReadAt(some, at); err == nil {
		for i := range some {
			some[i] ^= byte(1 + chance.IntN(255))
		}
		_, err = f.WriteAt(some, at)
	}
	return errors.Join(err, f.Close())
}

// rowsOf digests every row of every table, in the order of their content, but of those
// that no figure rests on: drafts, keys of resends, and the bits of used links, which
// are counted against the answers.
func rowsOf(ctx context.Context, from *sql.DB) (string, error) {
	names, err := column(ctx, from, `SELECT name FROM sqlite_schema WHERE type = 'table'
		AND name NOT IN ('draft', 'resend', 'spent', 'content') ORDER BY name`)
	if err != nil {
		return "", err
	}
	h := sha256.New()
	for _, name := range names {
		columns, err := column(ctx, from, `SELECT 'quote("' || name || '")' FROM pragma_table_info('`+name+`') ORDER BY cid`)
		if err != nil {
			return "", err
		}
		rows, err := column(ctx, from, `SELECT `+strings.Join(columns, ` || ',' || `)+` FROM "`+name+`"`)
		if err != nil {
			return "", err
		}
		slices.Sort(rows)
		_, _ = fmt.Fprintln(h, name, rows) // a digest never fails
	}
	return fmt.Sprintf("%x", h.Sum(nil)), nil
}

func column(ctx context.Context, from *sql.DB, query string) (out []string, err error) {
	rows, err := from.QueryContext(ctx, query)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var text string
		if err := rows.Scan(&text); err != nil {
			return nil, err
		}
		out = append(out, text)
	}
	return out, rows.Err()
}
