package survey

import (
	"context"

	"minyi/indicators/audit"
)

// ReviewStore keeps the acts of the reviews. Nothing in it is ever deleted but the
// mark that an answer is excluded.
type ReviewStore interface {
	// Decide is Update with the acts of the survey's review: what the rule left in
	// the docket is saved. An act about an answer that the survey does not have is
	// refused with review.unknown.
	Decide(ctx context.Context, id ID, entry audit.Entry, rule func(*Survey, *Docket) error) (*Survey, error)
	// Acts returns the acts of a survey's review in their order, without the answers
	// they are about.
	Acts(ctx context.Context, id ID) ([]*Act, error)
	// ActResponses returns the answers of one act, ascending.
	ActResponses(ctx context.Context, id ID, act int) ([]int64, error)
	// ExcludedBy returns the excluded answers of a survey with the act behind each.
	ExcludedBy(ctx context.Context, id ID) (map[int64]int, error)
	// Excluded calls fn for each excluded answer of a survey.
	Excluded(ctx context.Context, id ID, fn func(Record) error) error
	// Run returns what the detector said of a survey, sealed, with the digest of the
	// data it looked at; an empty digest where nothing is kept.
	Run(ctx context.Context, id ID) (digest string, sealed []byte, err error)
	// KeepRun keeps that in place of what was kept before; DropRun deletes it.
	KeepRun(ctx context.Context, id ID, digest string, sealed []byte) error
	DropRun(ctx context.Context, id ID) error
}
