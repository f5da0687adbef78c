package main

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"minyi/indicators/db"
	"minyi/indicators/db/dbtest"
	"minyi/indicators/privacy"
	"minyi/indicators/store"
	surveystore "minyi/survey/store"
)

const sqlSchema = `SELECT m.name, c.name FROM sqlite_master m, pragma_table_info(m.name) c
	WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite~_%' ESCAPE '~' AND m.name NOT LIKE '%~_schema' ESCAPE '~' ORDER BY m.name, c.cid`

// TestS37TheInventoryIsTheSchema holds the inventory of package privacy against the
// schema of both databases: a column that nobody has classed fails, and so does a row
// of the inventory that is no column.
func TestS37TheInventoryIsTheSchema(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	programme, survey := filepath.Join(dir, programmeFile), filepath.Join(dir, surveyFile)
	dbtest.Place(t, "programme", programme, store.Open)
	dbtest.Place(t, "survey", survey, func(ctx context.Context, path string) (*db.DB, error) {
		return db.Open(ctx, db.Survey, path, surveystore.Migrations())
	})
	want := map[string][]string{}
	for half, path := range map[db.Half]string{db.Programme: programme, db.Survey: survey} {
		rows, err := rawSQL(t, path).QueryContext(t.Context(), sqlSchema)
		if err != nil {
			t.Fatal(err)
		}
		defer rows.Close()
		for rows.Next() {
			var table, column string
			if err := rows.Scan(&table, &column); err != nil {
				t.Fatal(err)
			}
			key := string(half) + "." + table
			want[key] = append(want[key], column)
		}
		if err := rows.Err(); err != nil {
			t.Fatal(err)
		}
	}
	got := map[string][]string{}
	for _, c := range privacy.Columns() {
		key := c.Half + "." + c.Table
		got[key] = append(got[key], c.Name)
		if c.Class == privacy.Sensitive && c.Guard == privacy.Bare && !slices.Contains(readable(), key+"."+c.Name) {
			t.Errorf("%s.%s is sensitive and lies bare: seal it, or say here why it cannot be", key, c.Name)
		}
	}
	for key, columns := range want {
		if !slices.Equal(got[key], columns) {
			half, table, _ := strings.Cut(key, ".")
			t.Errorf("the inventory does not know the columns of %s: in indicators/privacy/tables.go write\n\t%s\n"+
				"and put behind each column what it is: :p personal, :s sensitive, :x sealed, :h hashed (now: %s)",
				key, fmt.Sprintf("{%s, %q, PURPOSE, TERM, %q},", half, table, strings.Join(columns, " ")), strings.Join(got[key], " "))
		}
	}
	for key := range got {
		if want[key] == nil {
			t.Errorf("the inventory names %s, and there is no such table", key)
		}
	}
}

// readable are the sensitive columns that are not sealed: answers and comments, which
// name nobody and are counted all the time, and whether an interest conflicts, which
// the draw of assignments reads.
func readable() []string {
	return []string{
		"survey.intake.answers", "survey.intake.comment", "survey.response.answers", "survey.response.comment", "survey.spoiled.content",
		"survey.superseded.answers", "programme.interests.conflict",
	}
}
