package store_test

import (
	"database/sql"
	"slices"
	"testing"

	"minyi/survey/questionnaire"
	"minyi/survey/store"
)

// TestDaysCountWhatWaitsAndWhatIsFiled counts answers by their days on both sides of
// the re-filing.
func TestDaysCountWhatWaitsAndWhatIsFiled(t *testing.T) {
	t.Parallel()
	h := fresh(t)
	defer h.close(t)
	for _, q := range []string{
		`INSERT INTO intake (survey, batch, outcome, english, day, answers, comment) VALUES (1, 1, 1, 0, 10, x'00', ''), (1, 1, 1, 0, 11, x'00', ''), (2, 1, 1, 0, 11, x'00', '')`,
		`INSERT INTO response (id, survey, batch, outcome, english, day, answers, comment) VALUES (5, 1, 1, 1, 0, 10, x'00', ''), (6, 1, 1, 2, 0, 10, x'00', ''), (7, 1, 2, 1, 0, 12, x'00', '')`,
	} {
		err := h.db.Write(t.Context(), func(tx *sql.Tx) error {
			_, err := tx.ExecContext(t.Context(), q)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	type one struct {
		day     int32
		batch   uint32
		outcome questionnaire.Disposition
		n       int
	}
	var got []one
	err := store.New(h.db).Days(t.Context(), 1, func(day int32, batch uint32, outcome questionnaire.Disposition, n int) error {
		got = append(got, one{day, batch, outcome, n})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	want := []one{{10, 1, 1, 2}, {10, 1, 2, 1}, {11, 1, 1, 1}, {12, 2, 1, 1}}
	if !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}
