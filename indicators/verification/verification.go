// Package verification keeps the record of on-site verification (实地核查, C33): which
// unit is visited by whom and when, which indicators are looked at and why, what the
// team found at the place against what the unit claims and the assessors found, the
// photographs, the signatures under it and how it was closed and sealed. It ranks
// nothing and names nobody: it files one mark in the scorebook, and naming reads
// whether a visit is closed (C34). Of the evaluation it reads the marks of single
// indicators, of the survey and of the ranking's totals nothing.
//
// # Who judges
//
//	feature | judge | input | tolerance | test
//	team, six categories and others, leader, reserve | C33 by hand | teams of one to four | exact | TestC33TheTeamIsOnRecordWithCategories
//	date within the window | C84 by hand | the day before, the first, the last, the day after | exact | TestC84AVisitLiesInTheEvaluationWindow
//	recusal | C95 by hand | a member, a reserve and a person of the office with a conflict | exact | TestC95WhoHasAConflictTakesNoPart
//	draw | sha256sum of coreutils 9.1, sort | ten indicators, two seeds | exact | TestTheDrawCanBeMadeAgainWithOtherTools
//	mark and outcome | by hand | tables of findings | exact | TestTheMarkIsTheShareConfirmed
//	values typed at the place | indicators.Judge, by hand | rates, days, lengths | exact | TestADifferentValueIsJudgedByTheThreshold
//	entries of two devices | by hand | same, other and equal values of one field, sent twice | exact | TestTwoDevicesThatDifferAreBothKept
//	digest that is signed | Chromium's JSON.stringify and crypto.subtle | a visit with Chinese text and a photograph | exact | TestBrowserTabletVerifiesAtThePlace
//	signatures end with a change | by hand | a change of each kind | exact | TestAChangeEndsTheSignatures
//	sealed record | crypto/ed25519 over the file alone; a flipped byte | one record | exact | TestC85TheClosedRecordIsSealedAndFiled
//	problems found | C93: the office's page of the register | one problem entered without a line | exact | TestBrowserTabletVerifiesAtThePlace
//	time of taking | Exif 2.3, 4.6.5 (DateTimeOriginal) | a file made by hand, both byte orders | exact | TestTheTimeOfTakingIsRead
//	at the place without a line | Chromium 820 px wide, its network switched off | two findings, a photograph, a signature | exact | TestBrowserTabletVerifiesAtThePlace
package verification

import (
	"slices"
	"time"

	"minyi/indicators"
	"minyi/indicators/access"
	"minyi/indicators/application"
	"minyi/indicators/evaluation"
	"minyi/indicators/naming"
	"minyi/indicators/roster"
)

// Item names what is looked at: an indicator, or a criterion on the single track.
type Item = evaluation.Item

// Visit is one on-site verification with its record. Once closed it changes only by
// a reopening.
type Visit struct {
	application.Key
	Version  int            `json:"version"`
	Project  roster.Project `json:"project"`
	Reason   string         `json:"reason"`   // why, for a unit outside the front group
	Snapshot string         `json:"snapshot"` // the ranking that the front group was taken from
	OpenedAt time.Time      `json:"opened_at"`
	OpenedBy string         `json:"opened_by"`

	Team  []Member    `json:"team"`
	Date  roster.Date `json:"date"`
	Seed  string      `json:"seed,omitempty"` // of the draw
	Items []Pick      `json:"items,omitempty"`

	Fields     map[string]string `json:"fields,omitempty"`  // what the team wrote, see FieldOf
	Touched    map[string]Touch  `json:"touched,omitempty"` // by field
	Clashes    []Clash           `json:"clashes,omitempty"`
	Photos     []Photo           `json:"photos,omitempty"`
	Problems   []string          `json:"problems,omitempty"` // ids in the register of problems
	Signatures []Signature       `json:"signatures,omitempty"`
	Done       []Done            `json:"done,omitempty"` // acts that were taken, by the ids that devices gave them

	Outcome    Outcome          `json:"outcome,omitempty"`
	Mark       *indicators.Mark `json:"mark"` // 0.00 to 100.00; nil while open
	ClosedAt   time.Time        `json:"closed_at"`
	ClosedBy   string           `json:"closed_by"`
	Seal       Seal             `json:"seal,omitzero"`
	Reopenings []Reopening      `json:"reopenings,omitempty"`

	OldChecks  map[indicators.Number]oldCheck `json:"checks,omitempty"` // of records from before the teams wrote field by field
	OldOpinion string                         `json:"opinion,omitempty"`
}

// oldCheck is what older records hold of an indicator.
type oldCheck struct {
	Confirmed bool   `json:"confirmed"`
	Note      string `json:"note"`
}

// Touch is the last change of one field.
type Touch struct {
	By string    `json:"by"`
	At time.Time `json:"at"`
	On string    `json:"on,omitempty"` // what the device's own clock said, as text
}

// New returns the record of a visit that the office opens.
func New(k application.Key, by string, now time.Time) *Visit {
	return &Visit{Key: k, OpenedAt: now, OpenedBy: by}
}

// Closed reports whether the record is closed.
func (v *Visit) Closed() bool { return !v.ClosedAt.IsZero() }

// Target is whom the visit is about, as naming says it.
func (v *Visit) Target() naming.Target { return naming.Target{Unit: v.Unit, Track: v.Track} }

// Brief is what naming reads of the visit.
func (v *Visit) Brief() naming.Verification {
	return naming.Verification{
		Target: v.Target(), Project: v.Project, Outcome: string(v.Outcome), Mark: v.Mark, Digest: v.Seal.Digest,
		Members: len(v.Active()), Date: v.Date, OpenedAt: v.OpenedAt, ClosedAt: v.ClosedAt,
	}
}

// Adopt turns what an older record holds into fields, and returns the visit.
func (v *Visit) Adopt() *Visit {
	for number, check := range v.OldChecks {
		item := Item(number)
		v.pick(item, FromRecord)
		v.set(FieldOf(item, "result"), string(resultOf(check.Confirmed)))
		v.set(FieldOf(item, "remark"), check.Note)
	}
	if v.OldOpinion != "" {
		v.set(Words, v.OldOpinion)
	}
	v.OldChecks, v.OldOpinion = nil, ""
	for n := range v.Team {
		if v.Team[n].ID == "" {
			v.Team[n].ID = memberID(n)
		}
	}
	if v.Closed() && v.Outcome == "" {
		v.Outcome = Confirmed
	}
	return v
}

func resultOf(confirmed bool) Result {
	if confirmed {
		return AsClaimed
	}
	return Differs
}

// Member returns a member of the team by the id.
func (v *Visit) Member(id string) (*Member, bool) {
	n := slices.IndexFunc(v.Team, func(m Member) bool { return m.ID == id })
	if n < 0 {
		return nil, false
	}
	return &v.Team[n], true
}

// of returns the member whose account acts.
func (v *Visit) of(by access.Actor) (*Member, bool) {
	n := slices.IndexFunc(v.Team, func(m Member) bool {
		return m.Account != "" && access.Fold(m.Account) == access.Fold(by.Name)
	})
	if n < 0 {
		return nil, false
	}
	return &v.Team[n], true
}

// Active are the members who take part: no reserves, nobody who left and nobody with
// a conflict of interests.
func (v *Visit) Active() []Member {
	return slices.DeleteFunc(slices.Clone(v.Team), func(m Member) bool { return !m.Active() })
}

// Leader returns the member who leads, if one takes part.
func (v *Visit) Leader() (Member, bool) {
	all := v.Active()
	n := slices.IndexFunc(all, func(m Member) bool { return m.Part == Leads })
	if n < 0 {
		return Member{}, false
	}
	return all[n], true
}
