// Package scorebook keeps the findings of the instruments that look at a unit:
// its self-assessment, the third-party evaluators, the on-site verification, the
// residents' survey and the small one of deputies and committee members. Each files its finding here and none reads another's;
// they stay sealed until the instruments that the round needs are closed, and
// every reading is an entry in the trail (C97). It computes no total and knows
// no weights: that is naming's work. A missing finding is "not surveyed", never 0.
package scorebook

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"minyi/indicators"
	"minyi/indicators/fault"
	"minyi/indicators/roster"
)

// Instrument is one of those that look at a unit.
type Instrument string

// The instruments.
const (
	SelfAssessment Instrument = "self-assessment"
	Evaluation     Instrument = "evaluation"
	Survey         Instrument = "survey"
	Verification   Instrument = "verification"
	Deputies       Instrument = "deputies" // the small survey of deputies and committee members (C122)
)

// Instruments returns all instruments in the order in which they look.
func Instruments() []Instrument {
	return []Instrument{SelfAssessment, Evaluation, Survey, Deputies, Verification}
}

// ClosedBy is the instrument whose closing ends the filing of this one: the small
// survey of deputies ends with the residents'.
func (i Instrument) ClosedBy() Instrument {
	if i == Deputies {
		return Survey
	}
	return i
}

// Key names a finding: filing is idempotent by it. Track is empty for a survey's
// finding, which belongs to the unit whatever it applied for; the other
// instruments file one a unit and track.
type Key struct {
	Round      int             `json:"round"`
	Unit       roster.UnitCode `json:"unit"`
	Instrument Instrument      `json:"instrument"`
	Track      roster.Track    `json:"track"`
}

// String writes the key as an object of the trail.
func (k Key) String() string {
	return fmt.Sprintf("finding/%d/%s/%s/%s", k.Round, k.Unit, k.Instrument, k.Track)
}

// Finding is what one instrument found. Marks are hundredths on 0.00 to 100.00.
// A self-assessment files the share of its indicators met as its Mark.
type Finding struct {
	Key
	Project roster.Project  `json:"project"` // single projects, else zero
	Mark    indicators.Mark `json:"mark"`
	SE      indicators.Mark `json:"se"`  // standard error; 0 where none is known
	Low     indicators.Mark `json:"low"` // 95 % interval; both 0 where none is known
	High    indicators.Mark `json:"high"`
	Digest  string          `json:"digest"` // of what the finding rests on, hex SHA-256
	FiledAt time.Time       `json:"filed_at"`
	FiledBy string          `json:"filed_by"`
	Detail  json.RawMessage `json:"detail"`  // the instrument's own summary, may be shown after the notice
	Version int             `json:"version"` // 1, then one more for each correction
	Reason  string          `json:"reason"`  // why it was corrected; empty in version 1
}

const digestLength = 2 * sha256.Size

// Check refuses a finding that cannot stand in the book.
func (f Finding) Check() error {
	switch {
	case !slices.Contains(Instruments(), f.Instrument):
		return fault.New(fault.Invalid, "finding.instrument")
	case !f.tracked():
		return fault.New(fault.Invalid, "finding.track")
	case !f.inRange():
		return fault.New(fault.Invalid, "finding.range")
	case len(f.Digest) != digestLength:
		return fault.New(fault.Invalid, "finding.digest")
	case len(f.Detail) > 0 && !json.Valid(f.Detail):
		return fault.New(fault.Invalid, "finding.detail")
	case f.Track == roster.Single:
		return f.Project.Check()
	}
	return nil
}

// tracked reports whether the finding has a track where it must, and none where
// it is the unit's.
func (f Finding) tracked() bool {
	if f.Instrument == Survey || f.Instrument == Deputies {
		return f.Track == ""
	}
	return slices.Contains(roster.Tracks(), f.Track)
}

func (f Finding) inRange() bool {
	mark := f.Mark >= 0 && f.Mark <= indicators.Hundred && f.SE >= 0
	return mark && f.Low >= 0 && f.Low <= f.High && f.High <= indicators.Hundred
}

// Same reports whether two findings rest on the same and say the same.
func (f Finding) Same(o Finding) bool {
	return f.Key == o.Key && f.Digest == o.Digest && f.Mark == o.Mark && f.SE == o.SE &&
		f.Low == o.Low && f.High == o.High && f.Project == o.Project
}

// Digest returns the digest of what a finding rests on, for instruments that
// have no digest of their own.
func Digest(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}

// DigestOf returns one digest for a set of findings, in any order: what a
// ranking names as the data it rests on.
func DigestOf(findings []Finding) (string, error) {
	sorted := slices.Clone(findings)
	slices.SortFunc(sorted, func(a, b Finding) int { return strings.Compare(a.String(), b.String()) })
	raw, err := json.Marshal(sorted)
	if err != nil {
		return "", fmt.Errorf("digest of findings: %w", err)
	}
	return Digest(raw), nil
}
