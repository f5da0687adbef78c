// Package supervision is what comes after a naming: the standing of a name and its
// history, so that no name is for ever (C13), the yearly reports (C39, C40), the spot
// checks (C42, C43) and revocations (C44). It names nobody (naming does) and reads no
// mark but what A3 took off.
//
// What judges it:
//
//	feature                     independent judge                          input                        tolerance  test
//	standing as of a date       a history read by hand, day by day         four steps, nine days        exact      TestC13TheStandingAsOfADate
//	history of a name           the office's pages, the public's page, the one name of 2020, checked    exact      TestC13ANameIsCheckedAndClearedAndEverybodySeesIt
//	                            API and the trail, read as a user would    and cleared in 2021
//	yearly report and its proof the sentences C39, C40, states by hand     one report, its correction   exact      TestC39AndC40AReportCountsOnlyWithProofOfPublication
//	deadline and reminders      a calendar counted by hand, Asia/Shanghai  ten moments about 31 January exact      TestC39RemindersBeforeAndAfterTheLastDayOfJanuary
//	report sent on (C41)        the sentence C41                           the report of a nation's     exact      TestC41TheOfficeReadsTheReportThatItSendsOn
//	                                                                       area, filed and accepted
//	draw of spot checks         GNU coreutils 9.1: sha256sum, sort         seven units, two ways        exact      TestC42TheDrawIsMadeAgainByAnotherProgram
//	at least one is drawn       a table by hand                            eight sizes and shares       exact      TestC42AtLeastOneIsDrawn
//	spot check                  the sentence C43, outcomes by hand         100 indicators, one not met  exact      TestC43C47AFailedCheckOpensTheThirdGround,
//	                                                                                                               TestC43APassedCheckClearsTheName
//	revocation                  the sentences C44 to C48, a table by hand  grounds, people, evidence    exact      TestC44C45C46C48ARevocationNeedsAGroundEvidenceHearingAndTwoPeople
//	                            the pages, read as a user would            the one name of 2020         exact      TestC44ARevocationTakesEffectInTheRegister
//	who decides; one effect     silent points 11 and 14                    the settings both ways       exact      TestC44WhoDecidesIsASetting, TestC45OneEventMayHaveOneEffect
//	bar after ground 2          C99, rounds counted by hand                rounds 2022 and 2024         exact      TestC46AndC99AfterFraudTheNextRoundIsBarred
//	nothing is rewritten        SQLite itself                              steps, acts, draws, checks   exact      TestC13AStepNeverChanges and those above
//	the whole task              Chromium, then the store                   report to revocation         exact      TestBrowserReportsDrawsChecksAndRevokes
package supervision

import (
	"context"
	"io"
	"time"

	"minyi/indicators"
	"minyi/indicators/access"
	"minyi/indicators/audit"
	"minyi/indicators/evidence"
	"minyi/indicators/inbox"
	"minyi/indicators/naming"
	"minyi/indicators/roster"
)

// Step is one change of the standing of a name (C13).
type Step struct {
	Naming   string          `json:"naming"` // id of the name
	N        int             `json:"n"`      // from 1
	Standing naming.Standing `json:"standing"`
	From     roster.Date     `json:"from"`              // the first day on which it holds, in Asia/Shanghai
	Document string          `json:"document"`          // number of the office's document
	Grounds  []Ground        `json:"grounds,omitempty"` // of a revocation (C44)
	Words    string          `json:"words,omitempty"`   // a revocation's notice to everybody
	Body     roster.Revoker  `json:"body,omitempty"`    // who decided a revocation
	Check    string          `json:"check,omitempty"`   // id of the spot check that it is of (C43)
	Reason   string          `json:"reason,omitempty"`  // for the office; the public does not see it
	By       string          `json:"by,omitempty"`      // account; the public does not see it
	At       time.Time       `json:"at"`                // when it was recorded
}

// Record is a name with the steps of its standing, oldest first.
type Record struct {
	naming.Named
	Steps []Step `json:"steps"`
}

// On is the standing on a day: what the last step up to that day says, the naming
// being the first. It is empty before the naming.
func (r Record) On(day roster.Date) naming.Standing {
	if day.Before(r.Date) {
		return ""
	}
	out := r.Standing
	for _, s := range r.Steps {
		if !day.Before(s.From) {
			out = s.Standing
		}
	}
	return out
}

// Latest is the first day of the newest step, else of the naming.
func (r Record) Latest() roster.Date {
	if n := len(r.Steps); n > 0 {
		return r.Steps[n-1].From
	}
	return r.Date
}

// Now is the standing after all steps.
func (r Record) Now() naming.Standing {
	if n := len(r.Steps); n > 0 {
		return r.Steps[n-1].Standing
	}
	return r.Standing
}

// Store keeps the steps. A method that takes an entry stores it in the same
// transaction; the rule may say more in it.
type Store interface {
	access.Recusals
	access.People
	// NamedRecords returns all names ever given with their steps, newest name first.
	NamedRecords(ctx context.Context) ([]Record, error)
	// NamedRecord returns one name with its steps, or refuses with NotFound
	// named.unknown.
	NamedRecord(ctx context.Context, id string) (Record, error)
	// AddStanding keeps the step that rule makes of the name as it stands.
	AddStanding(ctx context.Context, id string, entry *audit.Entry, rule func(Record) (Step, error)) error
	// Revocations returns all proposals to revoke a name, oldest first.
	Revocations(ctx context.Context, id string) ([]Revocation, error)
	// Revise gives rule the name and its open proposal (nil for none), and keeps the
	// proposal that comes back, with the step if there is one.
	Revise(ctx context.Context, id string, entry *audit.Entry, rule func(Record, *Revocation) (Revocation, *Step, error)) error
	// TakenOff returns what was taken off a unit in a round for grave acts, the penalty
	// item A3 (C69), 0 where nothing was.
	TakenOff(ctx context.Context, round int, target naming.Target) (indicators.Mark, error)
	ReportStore
	SpotStore
}

// ReportStore keeps yearly reports (C39).
type ReportStore interface {
	// Reports returns all reports that were begun, with all that was done.
	Reports(ctx context.Context) ([]Report, error)
	// Report returns a unit's report on a year, an empty one where none was begun.
	Report(ctx context.Context, unit roster.UnitCode, year int) (Report, error)
	// UpdateReport keeps what rule makes of the report. What was done is only added to.
	UpdateReport(ctx context.Context, unit roster.UnitCode, year int, entry *audit.Entry, rule func(*Report) error) error
}

// SpotStore keeps draws and spot checks (C42, C43).
type SpotStore interface {
	// Spots returns the lists of all years with their draws, newest first.
	Spots(ctx context.Context) ([]Spot, error)
	// FreezeSpot keeps a year's list for good; a second one refuses with spot.frozen.
	FreezeSpot(ctx context.Context, x Spot, entry *audit.Entry) error
	// DrawSpot keeps the draw that rule makes of the year's list, for good, and its
	// checks; a year without a list refuses with NotFound spot.none.
	DrawSpot(ctx context.Context, year int, entry *audit.Entry, rule func(*Spot) ([]Check, error)) error
	// Checks returns all spot checks, newest year first.
	Checks(ctx context.Context) ([]Check, error)
	// UpdateCheck keeps what rule makes of a check, given the names that it is of,
	// with the steps of their standing; an unknown one refuses with NotFound
	// check.unknown.
	UpdateCheck(ctx context.Context, id string, entry *audit.Entry, rule func(*Check, []Record) ([]Step, error)) error
}

// Rounds gives the rounds with their settings, the units, and the indicators as they
// hold in a round.
type Rounds interface {
	Round(ctx context.Context, year int) (*roster.Round, error)
	Current(ctx context.Context) (*roster.Round, error)
	Catalogue(ctx context.Context, year int, system indicators.System) (*indicators.Catalogue, error)
	Unit(code roster.UnitCode) (roster.Unit, error)
}

// Poster tells accounts what they have to know, each message once, and ends the
// tasks of a topic.
type Poster interface {
	Post(ctx context.Context, m inbox.Message) error
	Settle(ctx context.Context, topic string) error
}

// Files keeps the files of evidence by their content.
type Files interface {
	Put(ctx context.Context, name string, r io.Reader) (evidence.File, error)
	Read(ctx context.Context, d evidence.Digest) (io.ReadSeekCloser, error)
}

// Service is the office's supervision.
type Service struct{ Config }

// Config is what a Service needs.
type Config struct {
	Store    Store
	Rounds   Rounds
	Post     Poster
	Calendar indicators.Calendar
	Files    Files
	NewID    func() string
	Now      func() time.Time // programme clock
}

// NewService makes a Service.
func NewService(cfg Config) *Service { return &Service{cfg} }
