package store

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"minyi/indicators/application"
	"minyi/indicators/evaluation"
	"minyi/indicators/keyring"
	"minyi/indicators/roster"
	"minyi/indicators/verification"
)

// Purposes of what the store itself seals: whole documents that tell of people.
const (
	sealVisit    = "visit"
	sealInterest = "interest"
)

// Seal has documents that tell of people sealed from now on: the records of on-site
// verification with the names of their teams, and declarations of interests. What
// lies bare is sealed at the next change of keys. It is called before the store is
// used.
func (s *Store) Seal(ring *keyring.Ring) { s.ring = ring }

// hidden writes a document, sealed and bound to its row where the store has keys.
func (s *Store) hidden(purpose, bound string, v any) (string, error) {
	text, err := encode(v)
	if err != nil || s.ring == nil {
		return text, err
	}
	return s.ring.Box(purpose).Seal([]byte(text), bound)
}

// shown reads a document that hidden wrote for that row, or one from before.
func (s *Store) shown(purpose, bound, text string, v any) error {
	if s.ring != nil && keyring.IsToken(text) {
		plain, err := s.ring.Box(purpose).Open(text, bound)
		if err != nil {
			return fmt.Errorf("document of %s: %w", bound, err)
		}
		text = string(plain)
	}
	return decode(text, v)
}

func visitRow(round int, unit, track string) string {
	return string(application.Key{Round: round, Unit: roster.UnitCode(unit), Track: roster.Track(track)}.ID())
}

// visitDocuments reads rows of round, unit, track and document.
func (s *Store) visitDocuments(ctx context.Context, q queryer, query string, args ...any) (out []verification.Visit, err error) {
	err = each(ctx, q, func(rows *sql.Rows) error {
		var round int
		var unit, track, text string
		if err := rows.Scan(&round, &unit, &track, &text); err != nil {
			return err
		}
		var v verification.Visit
		if err := s.shown(sealVisit, visitRow(round, unit, track), text, &v); err != nil {
			return err
		}
		out = append(out, *v.Adopt())
		return nil
	}, query, args...)
	return out, err
}

func interestRow(round int, account, unit string, n int) string {
	return fmt.Sprintf("%d/%s/%s/%d", round, account, unit, n)
}

// interestDocuments reads rows of round, account, unit, n and document.
func (s *Store) interestDocuments(ctx context.Context, q queryer, query string, args ...any) (out []evaluation.Statement, err error) {
	err = each(ctx, q, func(rows *sql.Rows) error {
		var round, n int
		var account, unit, text string
		if err := rows.Scan(&round, &account, &unit, &n, &text); err != nil {
			return err
		}
		var x evaluation.Statement
		if err := s.shown(sealInterest, interestRow(round, account, unit, n), text, &x); err != nil {
			return err
		}
		out = append(out, x)
		return nil
	}, query, args...)
	return out, err
}

// declared reads what latestInterest gives of an assignment: number, space, document.
func (s *Store) declared(a *evaluation.Assignment, interest string) error {
	if interest == "" {
		return nil
	}
	number, text, _ := strings.Cut(interest, " ")
	bound := fmt.Sprintf("%d/%s/%s/%s", a.Dossier.Round, a.Assessor, a.Dossier.Unit, number)
	var x evaluation.Statement
	if err := s.shown(sealInterest, bound, text, &x); err != nil {
		return err
	}
	a.Declaration = evaluation.Declaration{Interest: x.Interest, Text: x.Text, At: x.At}
	return nil
}

// bare writes an assignment without what was declared: that stands in the register of
// interests alone, sealed.
func bare(a evaluation.Assignment) (string, error) {
	a.Declaration.Text = ""
	return encode(a)
}

// sealed are the tables of this half in which tokens may stand: how to list the texts
// that hold some, or should, and how to put another in the place of one. A text holds
// a token with a nonce of its own, so that it stands for its row.
type sealed struct{ table, list, put string }

const (
	sqlSealedMailbox      = `SELECT document FROM mailbox WHERE instr(document, 'mys1.') > 0`
	sqlResealMailbox      = `UPDATE mailbox SET document = $2 WHERE document = $1`
	sqlSealedObjections   = `SELECT document FROM objections WHERE instr(document, 'mys1.') > 0`
	sqlResealObjections   = `UPDATE objections SET document = $2 WHERE document = $1`
	sqlSealedVerification = `SELECT document FROM verification WHERE instr(document, 'mys1.') > 0`
	sqlResealVerification = `UPDATE verification SET document = $2 WHERE document = $1`
	sqlSealedInterests    = `SELECT document FROM interests WHERE instr(document, 'mys1.') > 0`
	sqlResealInterests    = `UPDATE interests SET document = $2 WHERE document = $1`
	sqlSealedSeeds        = `SELECT seed FROM factor WHERE seed <> ''`
	sqlResealSeeds        = `UPDATE factor SET seed = $2 WHERE seed = $1`
	sqlSealedPending      = `SELECT pending FROM factor WHERE pending <> ''`
	sqlResealPending      = `UPDATE factor SET pending = $2 WHERE pending = $1`
)

func sealedTables() []sealed {
	return []sealed{
		{"mailbox", sqlSealedMailbox, sqlResealMailbox},
		{"objections", sqlSealedObjections, sqlResealObjections},
		{"verification", sqlSealedVerification, sqlResealVerification},
		{"interests", sqlSealedInterests, sqlResealInterests},
		{"factor", sqlSealedSeeds, sqlResealSeeds},
		{"factor", sqlSealedPending, sqlResealPending},
	}
}

// Reseal has every stored text with tokens sealed anew by change, each by itself, so
// that a stop leaves every row whole and no writer waits long; a row that somebody
// else changed meanwhile is left to the next pass. Rows that lie bare are sealed
// first. It returns how many tokens it changed, and hands over every text as it now
// is.
func (s *Store) Reseal(ctx context.Context, change func(text string) (string, int, error), seen func(text string)) (n int, err error) {
	if n, err = s.sealBare(ctx); err != nil {
		return n, err
	}
	err = s.sealedTexts(ctx, func(of sealed, text string) error {
		fresh, changed, err := change(text)
		if err == nil && changed > 0 {
			err = s.replace(ctx, of.put, text, fresh)
		}
		if err == nil {
			n += changed
			seen(fresh)
		}
		return err
	})
	return n, err
}

// SealedTexts hands over every stored text with tokens, and the table that it lies in.
func (s *Store) SealedTexts(ctx context.Context, use func(table, text string) error) error {
	return s.sealedTexts(ctx, func(of sealed, text string) error { return use(of.table, text) })
}

func (s *Store) sealedTexts(ctx context.Context, use func(of sealed, text string) error) error {
	for _, one := range sealedTables() {
		texts, err := s.texts(ctx, one.list)
		if err != nil {
			return err
		}
		for _, text := range texts {
			if err := use(one, text); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *Store) texts(ctx context.Context, query string) (out []string, err error) {
	err = each(ctx, s.db.Reader(), func(rows *sql.Rows) error {
		var text string
		err := rows.Scan(&text)
		out = append(out, text)
		return err
	}, query)
	return out, err
}

func (s *Store) replace(ctx context.Context, query, old, fresh string) error {
	return s.db.Write(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, query, old, fresh); err != nil {
			return fmt.Errorf("seal anew: %w", err)
		}
		return nil
	})
}

const (
	sqlBareVisits    = `SELECT round, unit, track, document FROM verification WHERE instr(document, 'mys1.') = 0`
	sqlBareInterests = `SELECT round, account, unit, n, document FROM interests WHERE instr(document, 'mys1.') = 0`
)

// sealBare seals the documents that lie bare from before.
func (s *Store) sealBare(ctx context.Context) (n int, err error) {
	if s.ring == nil {
		return 0, nil
	}
	type row struct{ put, purpose, bound, text string }
	var bare []row
	err = each(ctx, s.db.Reader(), func(rows *sql.Rows) error {
		var round int
		var unit, track, text string
		err := rows.Scan(&round, &unit, &track, &text)
		bare = append(bare, row{sqlResealVerification, sealVisit, visitRow(round, unit, track), text})
		return err
	}, sqlBareVisits)
	if err != nil {
		return 0, err
	}
	err = each(ctx, s.db.Reader(), func(rows *sql.Rows) error {
		var round, number int
		var account, unit, text string
		err := rows.Scan(&round, &account, &unit, &number, &text)
		bare = append(bare, row{sqlResealInterests, sealInterest, interestRow(round, account, unit, number), text})
		return err
	}, sqlBareInterests)
	if err != nil {
		return 0, err
	}
	for _, one := range bare {
		token, err := s.ring.Box(one.purpose).Seal([]byte(one.text), one.bound)
		if err != nil {
			return n, err
		}
		if err := s.replace(ctx, one.put, one.text, token); err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}
