package evaluation

import (
	"context"
	"errors"

	"minyi/indicators/application"
	"minyi/indicators/audit"
	"minyi/indicators/fault"
)

// Sheets keeps the items of drafts one by one, so that a change of one costs the
// same however long the sheet is.
type Sheets interface {
	// KeepCells gives rule an assignment whose sheet holds the named items as
	// they are stored, and keeps the cells and the entries that it returns, all
	// or none. A dossier with a result is refused with evaluation.closed.
	KeepCells(ctx context.Context, k application.Key, assessor string, items []Item,
		rule func(a *Assignment) ([]Cell, []audit.Entry, error)) error
	// Submissions returns every sheet of an assignment as it was submitted, the
	// first first.
	Submissions(ctx context.Context, k application.Key, assessor string) ([]Sheet, error)
}

// vanished reports whether the dossier is no longer there for its assessor.
func vanished(err error) bool {
	return errors.Is(err, fault.New(fault.NotFound, "dossier.unknown"))
}
