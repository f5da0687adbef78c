// Package recommendation leads from a name of the autonomous region to the national
// one: the office opens a call, cities and counties with a valid name apply, the
// office reviews each, orders those that passed, writes one opinion for each, sends
// the list to the centre and keeps what the centre decided (C37, C38). For the
// nationally named it forwards the yearly report (C41). It names nobody itself and
// computes no mark: the regional rank stands beside the order, with its certainty.
//
// Who judges it:
//
//	feature                         independent judge                              input                                 tolerance  test
//	who may apply                   C37 read by hand: a table of standings         departments, valid, checked, revoked  exact      TestC37OnlyCitiesAndCountiesWithAValidNameApply
//	review, order, opinion, dispatch the sentences of C38, each step left out once two units, two people                  exact      TestC38TheListIsReviewedOrderedAndSentByTwo
//	the centre's decision           C38 by hand; the register entry                one named, one not                    exact      TestC38TheCentresDecisionStandsInTheRegister
//	forwarding of yearly reports    C41; due days counted by hand on a calendar    three years, a late report            exact      TestC41ReportsOfTheNationallyNamedAreForwarded
//	windows                         first and last moments counted by hand         Asia/Shanghai                         exact      TestC37OnlyCitiesAndCountiesWithAValidNameApply
//	the whole road                  the pages, read as a user would                the demo's named units                exact      TestC37AndC38ThroughTheDoors (cmd/minyi)
package recommendation

import (
	"slices"
	"time"

	"minyi/indicators/evidence"
	"minyi/indicators/fault"
	"minyi/indicators/naming"
	"minyi/indicators/roster"
	"minyi/indicators/supervision"
)

// Folder is a part of an application's material.
type Folder string

// The folders. The notice does not say what the centre asks for; these are what a
// first review needs, and the call's own words may ask for more.
const (
	Report  Folder = "report"  // on the building of a law-based government
	Self    Folder = "self"    // self-assessment by the national indicators
	Proof   Folder = "proof"   // evidence
	Consent Folder = "consent" // of the Party committee and the government of the area
)

// Folders returns the folders in the order of the form.
func Folders() []Folder { return []Folder{Report, Self, Proof, Consent} }

// needed are the folders that may not be empty when an application is handed in.
func needed() []Folder { return []Folder{Report, Self} }

// File is a file of the material.
type File struct {
	Folder Folder `json:"folder"`
	evidence.File
}

// Point is one point of the first review.
type Point string

// The points of the checklist.
const (
	Standing  Point = "standing"  // the regional name is valid
	Reports   Point = "reports"   // yearly reports were handed in and made public (C39, C40)
	Material  Point = "material"  // complete and readable
	Truth     Point = "truth"     // agrees with what was found
	Incidents Point = "incidents" // no grave incident, no ground of revocation (C44)
)

// Points returns the checklist in its order.
func Points() []Point { return []Point{Standing, Reports, Material, Truth, Incidents} }

// Check is what the office found on one point; a point that is not met needs words.
type Check struct {
	Met   bool   `json:"met"`
	Words string `json:"words,omitempty"`
}

// Review is the first review of one application (C38: 初审).
type Review struct {
	Checks map[Point]Check `json:"checks"`
	Passed bool            `json:"passed"`
	Reason string          `json:"reason"`
	By     string          `json:"by"`
	At     time.Time       `json:"at"`
}

// Opinion is the written opinion on one unit (C38: 推荐意见).
type Opinion struct {
	Text string    `json:"text"`
	By   string    `json:"by"`
	At   time.Time `json:"at"`
}

// Application is one unit's application to be recommended.
type Application struct {
	Unit      roster.UnitCode `json:"unit"`
	Naming    string          `json:"naming"` // id of its regional name
	Version   int             `json:"version"`
	Statement string          `json:"statement"`
	Contact   string          `json:"contact"` // an office, no person
	Files     []File          `json:"files,omitempty"`
	Submitted time.Time       `json:"submitted,omitzero"`
	By        string          `json:"by"`
	Review    *Review         `json:"review,omitempty"`
	Opinion   *Opinion        `json:"opinion,omitempty"`
	Outcome   *Outcome        `json:"outcome,omitempty"`
}

// Handed reports whether it was handed in.
func (a *Application) Handed() bool { return !a.Submitted.IsZero() }

// Passed reports whether it passed the first review.
func (a *Application) Passed() bool { return a.Review != nil && a.Review.Passed }

// In are the files of a folder.
func (a *Application) In(f Folder) (out []File) {
	for _, x := range a.Files {
		if x.Folder == f {
			out = append(out, x)
		}
	}
	return out
}

// Move is a change of a call's window.
type Move struct {
	From, To roster.Window
	Reason   string
	At       time.Time
	By       string
}

// Call opens a year's recommendation.
type Call struct {
	Window roster.Window `json:"window"`
	Words  string        `json:"words"`
	At     time.Time     `json:"at"`
	By     string        `json:"by"`
	Moves  []Move        `json:"moves,omitempty"`
}

// Listed is one place of the ordered list with its reason.
type Listed struct {
	Unit   roster.UnitCode `json:"unit"`
	Reason string          `json:"reason"`
	Rank   *Rank           `json:"rank,omitempty"` // regional, as it was known then
}

// Rank is a unit's place in the regional ranking with its certainty.
type Rank struct {
	Round    int          `json:"round"`
	Track    roster.Track `json:"track"`
	Place    int          `json:"place"`
	Of       int          `json:"of"`
	Best     int          `json:"best"`  // 95 % set of places, over all units together
	Worst    int          `json:"worst"` // both 0 where it is not known
	Snapshot string       `json:"snapshot"`
	Digest   string       `json:"digest"`
}

// List is the ordered list, decided by two people.
type List struct {
	Order     []Listed  `json:"order"`
	By        string    `json:"by"`
	At        time.Time `json:"at"`
	Confirmed string    `json:"confirmed,omitempty"`
	ConfAt    time.Time `json:"confirmed_at,omitzero"`
}

// Dispatch is the sending of the list to the centre.
type Dispatch struct {
	Number string      `json:"number"`
	Date   roster.Date `json:"date"`
	By     string      `json:"by"`
	At     time.Time   `json:"at"`
}

// Outcome is what the centre decided on one unit.
type Outcome struct {
	Named  bool        `json:"named"`
	Title  string      `json:"title,omitempty"`
	Number string      `json:"number"`
	Date   roster.Date `json:"date"`
	By     string      `json:"by"`
	At     time.Time   `json:"at"`
}

// Forwarding is the sending of one yearly report to the centre (C41).
type Forwarding struct {
	Naming string      `json:"naming"`
	Year   int         `json:"year"` // that the report is about
	Number string      `json:"number"`
	Date   roster.Date `json:"date"`
	By     string      `json:"by"`
	At     time.Time   `json:"at"`
}

// Year is all of one year's recommendation. Version counts its changes.
type Year struct {
	Year         int           `json:"year"`
	Version      int           `json:"version"`
	Call         *Call         `json:"call,omitempty"`
	Applications []Application `json:"applications,omitempty"`
	Proposed     *List         `json:"proposed,omitempty"` // waits for a second person, or confirmed
	Dropped      []Drop        `json:"dropped,omitempty"`
	Dispatch     *Dispatch     `json:"dispatch,omitempty"`
}

// Drop is a proposed list that was taken back.
type Drop struct {
	List   List      `json:"list"`
	Reason string    `json:"reason"`
	By     string    `json:"by"`
	At     time.Time `json:"at"`
}

// Of returns the application of a unit, nil for none.
func (y *Year) Of(unit roster.UnitCode) *Application {
	n := slices.IndexFunc(y.Applications, func(a Application) bool { return a.Unit == unit })
	if n < 0 {
		return nil
	}
	return &y.Applications[n]
}

// Handed are the applications that were handed in.
func (y *Year) Handed() []Application {
	return slices.DeleteFunc(slices.Clone(y.Applications), func(a Application) bool { return !a.Handed() })
}

// Confirmed reports whether the list is decided by two people.
func (y *Year) Confirmed() bool { return y.Proposed != nil && y.Proposed.Confirmed != "" }

// Place is a unit's place on the proposed list, 0 for none.
func (y *Year) Place(unit roster.UnitCode) int {
	if y.Proposed == nil {
		return 0
	}
	return 1 + slices.IndexFunc(y.Proposed.Order, func(l Listed) bool { return l.Unit == unit })
}

// Title is what the centre names a unit: 全国法治政府建设示范市 or 示范县（市、区）.
func Title(u roster.Unit) string {
	const words = "全国法治政府建设示范"
	if u.Kind == roster.City {
		return words + "市"
	}
	return words + "县（市、区）"
}

// eligible returns the name that lets a unit apply: a city's or county's that is
// valid on the day (C37). Refusals: recommendation.department, unnamed, checked,
// revoked.
func eligible(u roster.Unit, all []supervision.Record, day roster.Date) (supervision.Record, error) {
	if u.Kind == roster.Bureau {
		return supervision.Record{}, fault.New(fault.Forbidden, "recommendation.department")
	}
	code := "recommendation.unnamed"
	for _, r := range all {
		if r.Target.Unit != u.Code {
			continue
		}
		switch r.On(day) {
		case naming.Valid:
			return r, nil
		case naming.Checked:
			code = "recommendation.checked"
		case naming.Revoked:
			code = "recommendation.revoked"
		}
	}
	return supervision.Record{}, fault.New(fault.Forbidden, code)
}
