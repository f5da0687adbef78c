package store_test

import (
	"testing"

	"minyi/indicators/db"
	"minyi/indicators/db/dbtest"
	"minyi/survey/store"
)

// F13: a database of each earlier schema, with data in every table, keeps every
// value when today's program opens it.
func TestF13EveryEarlierSchemaKeepsItsRowsWhenItIsUpgraded(t *testing.T) {
	t.Parallel()
	dbtest.Climb(t, db.Survey, store.Migrations(), nil)
}
