package scorebook

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"minyi/indicators/access"
	"minyi/indicators/audit"
	"minyi/indicators/fault"
	"minyi/indicators/roster"
)

// Strike says that what was found about a unit on a track does not count in a
// round: its application was withdrawn or, lasting, cancelled (C99). The
// findings stay in the book; nobody reads, ranks or publishes them.
type Strike struct {
	Round   int
	Unit    roster.UnitCode
	Track   roster.Track
	Lasting bool // cancelled by the office; else it ends when the unit files again
	At      time.Time
	By      string
	Reason  string
}

// String names the strike in the trail.
func (s Strike) String() string {
	return fmt.Sprintf("strike/%d/%s/%s", s.Round, s.Unit, s.Track)
}

// Strike takes a unit out of the round on one track: the office for good, with
// a reason, an applicant its own unit until it files again. Striking twice keeps
// the lasting one.
func (b *Book) Strike(ctx context.Context, by access.Actor, round int, unit roster.UnitCode, track roster.Track, reason string) error {
	if err := by.Require(access.Office, access.Applicant); err != nil {
		return err
	}
	lasting := by.Role == access.Office
	switch {
	case !lasting && by.Unit != string(unit):
		return fault.New(fault.Forbidden, "access.role")
	case lasting && strings.TrimSpace(reason) == "":
		return fault.New(fault.Invalid, "reason.needed").At("reason")
	case utf8.RuneCountInString(reason) > strikeMost:
		return fault.New(fault.Invalid, "words.long").At("reason")
	}
	s := Strike{Round: round, Unit: unit, Track: track, Lasting: lasting, At: b.now(), By: by.Name, Reason: reason}
	return b.store.Strike(ctx, s, b.struck(by, s))
}

const strikeMost = 4000 // characters of a reason; cancellations quote evidence

// Struck returns who is out of the round. It shows no result and is no reading.
func (b *Book) Struck(ctx context.Context, round int) ([]Strike, error) {
	return b.store.Strikes(ctx, round)
}

// lift ends the strike of a unit that files its self-assessment again; one that
// lasts stays.
func (b *Book) lift(ctx context.Context, by access.Actor, k Key) error {
	if k.Instrument != SelfAssessment {
		return nil
	}
	s := Strike{Round: k.Round, Unit: k.Unit, Track: k.Track}
	return b.store.LiftStrike(ctx, s, b.restored(by, s))
}

// Suspend takes a unit out of the round on one track because its filing was
// returned or not accepted: until it files again, or the office resumes it. Only
// the office may.
func (b *Book) Suspend(ctx context.Context, by access.Actor, round int, unit roster.UnitCode, track roster.Track, reason string) error {
	if err := by.Require(access.Office); err != nil {
		return err
	}
	s := Strike{Round: round, Unit: unit, Track: track, At: b.now(), By: by.Name, Reason: reason}
	return b.store.Strike(ctx, s, b.struck(by, s))
}

// Resume ends a suspension; a lasting strike stays. Only the office may.
func (b *Book) Resume(ctx context.Context, by access.Actor, round int, unit roster.UnitCode, track roster.Track) error {
	if err := by.Require(access.Office); err != nil {
		return err
	}
	s := Strike{Round: round, Unit: unit, Track: track}
	return b.store.LiftStrike(ctx, s, b.restored(by, s))
}

// What the trail says a unit is in a round, before and after.
const (
	counted   = "counted"
	suspended = "suspended" // until it files again
	out       = "out"       // for good
)

func (b *Book) struck(by access.Actor, s Strike) audit.Entry {
	entry := b.entry(by, "scorebook.strike", s.String(), s.Reason)
	entry.Before, entry.After = counted, suspended
	if s.Lasting {
		entry.After = out
	}
	return entry
}

func (b *Book) restored(by access.Actor, s Strike) audit.Entry {
	entry := b.entry(by, "scorebook.restore", s.String(), "")
	entry.Before, entry.After = suspended, counted
	return entry
}
