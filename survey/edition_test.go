package survey_test

import (
	"database/sql"
	"testing"
)

// touchEdition changes a published version behind the service's back.
func touchEdition(t *testing.T) func(*sql.Tx) error {
	t.Helper()
	return func(tx *sql.Tx) error {
		_, err := tx.ExecContext(t.Context(), `UPDATE edition SET form = 'x'`)
		return err
	}
}
