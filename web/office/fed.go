package office

import (
	"slices"
)

// Surveyed reports whether a row of the table has an indicator that a survey
// gives: then the page shows value, interval, limit and mark, and the total with
// and without it.
func (t RankTable) Surveyed() bool {
	return slices.ContainsFunc(t.Rows, func(r RankRow) bool { return len(r.Fed) > 0 })
}
