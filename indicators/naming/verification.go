package naming

import (
	"time"

	"minyi/indicators"
	"minyi/indicators/roster"
)

// Target is whom a verification, a candidacy or an objection is about.
type Target struct {
	Unit  roster.UnitCode `json:"unit"`
	Track roster.Track    `json:"track"`
}

// String writes the target for the trail, such as "640100/comprehensive".
func (t Target) String() string { return string(t.Unit) + "/" + string(t.Track) }

// Verification is what the road to a name reads of an on-site verification; the
// record itself is the matter of package verification.
type Verification struct {
	Target
	Project  roster.Project
	Outcome  string           // confirmed, corrected or refuted; empty while open
	Mark     *indicators.Mark // 0.00 to 100.00; nil while open
	Digest   string           // of the sealed record
	Members  int
	Date     roster.Date
	OpenedAt time.Time
	ClosedAt time.Time // zero while open
}

// refuted is the outcome after which a unit can be no candidate.
const refuted = "refuted"

// Closed reports whether the record is closed.
func (v Verification) Closed() bool { return !v.ClosedAt.IsZero() }

// Right reports whether the unit may be a candidate after it.
func (v Verification) Right() bool { return v.Closed() && v.Outcome != refuted }
