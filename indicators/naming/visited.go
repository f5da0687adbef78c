package naming

import (
	"context"
	"slices"
	"time"

	"minyi/indicators"
	"minyi/indicators/access"
	"minyi/indicators/fault"
	"minyi/indicators/roster"
)

// Visited is what the road to a name must know of an on-site verification (C34).
type Visited struct {
	Target
	Project  roster.Project   `json:"project"`
	Closed   bool             `json:"closed"`
	Right    bool             `json:"right"` // closed with an outcome that lets the unit be a candidate
	Mark     *indicators.Mark `json:"mark,omitempty"`
	ClosedAt time.Time        `json:"closed_at,omitzero"`
}

// Visits gives the on-site verifications of a round.
type Visits interface {
	Visited(ctx context.Context, round int) ([]Visited, error)
	// Reopen opens a closed verification again, with a reason.
	Reopen(ctx context.Context, by access.Actor, round int, target Target, reason string) error
}

// ownVisits are the verifications that the store reads beside the proceeding.
type ownVisits struct{ *Service }

// Visited lists the proceeding's records; each closed one has a right outcome.
func (v ownVisits) Visited(ctx context.Context, round int) ([]Visited, error) {
	p, err := v.store.Proceeding(ctx, round)
	if err != nil {
		return nil, err
	}
	var out []Visited
	for _, r := range p.Verifications {
		out = append(out, Visited{
			Target: r.Target, Project: r.Project, Closed: r.Closed(), Right: r.Right(), Mark: r.Mark, ClosedAt: r.ClosedAt,
		})
	}
	return out, nil
}

// Reopen is refused: the records are kept elsewhere.
func (ownVisits) Reopen(context.Context, access.Actor, int, Target, string) error {
	return fault.New(fault.NotFound, "verification.unknown")
}

// visitOf finds the verification of a target.
func visitOf(all []Visited, t Target) Visited {
	i := slices.IndexFunc(all, func(v Visited) bool { return v.Target == t })
	if i < 0 {
		return Visited{}
	}
	return all[i]
}
