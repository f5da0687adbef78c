package access

import (
	"context"

	"minyi/indicators/fault"
)

// Recusals knows who has declared a conflict of interests with a unit in a round
// (C95). The programme's store does.
type Recusals interface {
	Conflicted(ctx context.Context, account string, round int, unit string) (bool, error)
}

// StandBack refuses with interest.recused where the actor has declared a conflict
// of interests with the unit: whoever has one decides nothing about it, whatever
// the role (C95). Every step that decides on one unit asks it.
func (a Actor) StandBack(ctx context.Context, r Recusals, round int, unit string) error {
	conflicted, err := r.Conflicted(ctx, a.Name, round, unit)
	if err != nil {
		return err
	}
	if conflicted {
		return fault.New(fault.Forbidden, "interest.recused", "unit", unit)
	}
	return nil
}
