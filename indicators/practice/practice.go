// Package practice is the library of what the named did well, so that others can
// copy it (C09, C53): a named unit writes a practice down, the office edits it with
// every change kept, asks back, publishes or declines, and other units say that they
// took it over. It reads no mark and ranks nobody; whose name was revoked keeps its
// page, marked as such.
//
// Who judges it:
//
//	feature                      independent judge                             input                                tolerance  test
//	who may submit               C09, C53 read by hand: a table of standings   named, revoked, never named          exact      TestC09OnlyTheNamedSubmitAPractice
//	every change is kept         the words before and after, joined again      edits by two people, random texts    exact      TestChangesJoinToBothTexts, TestC09TheOfficeEditsWithEveryChangeKept
//	search                       a scan over the same texts by strings.Contains 60 made-up practices, 200 queries    exact      TestSearchFindsWhatAScanFinds
//	filters                      the list read by hand                          field, heading, kind, year           exact      TestC53TheLibraryIsFilteredAndLinked
//	taken over                   counted by hand                                three units, one twice, one's own    exact      TestC09OthersSayThatTheyTookItOver
//	nothing is lost              SQLite itself                                  a row, deleted                       exact      TestPracticesNeverGo (store)
//	the whole task               a browser does it and the store is read       the demo after its naming            exact      TestBrowserAPracticeAndTheFeedback (cmd/minyi)
package practice

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"minyi/indicators"
	"minyi/indicators/evidence"
	"minyi/indicators/fault"
	"minyi/indicators/naming"
	"minyi/indicators/roster"
	"minyi/indicators/supervision"
)

// State is where a practice stands.
type State string

// The states.
const (
	Draft     State = "draft"     // the unit is writing
	Submitted State = "submitted" // the office reads
	Returned  State = "returned"  // the office has asked back
	Published State = "published"
	Declined  State = "declined"
	Withdrawn State = "withdrawn" // was published
)

// States returns all states in the order in which people read them.
func States() []State { return []State{Submitted, Returned, Draft, Published, Declined, Withdrawn} }

// Words are what a practice says.
type Words struct {
	Title      string              `json:"title"`
	Project    roster.Project      `json:"project"`    // the field it belongs to (C22)
	Indicators []indicators.Number `json:"indicators"` // of the unit's own system
	Summary    string              `json:"summary"`
	Done       string              `json:"done"`       // what was done
	Results    string              `json:"results"`    // with figures
	Conditions string              `json:"conditions"` // for copying it
	Contact    string              `json:"contact"`    // the office to ask, no person
}

const (
	titleMost   = 60
	summaryMost = 300
	bodyMost    = 5000
	contactMost = 100
	reasonMost  = 1000
	noteMost    = 200
	filesMost   = 10
	numbersMost = 12
)

// check refuses words that cannot stand; a draft may still lack most of them.
func (w *Words) check(book *indicators.Catalogue, whole bool) error {
	var list fault.List
	list.Words(
		fault.Words{Field: "title", Value: &w.Title, Most: titleMost, Needed: true},
		fault.Words{Field: "summary", Value: &w.Summary, Most: summaryMost, Needed: whole, Lines: true},
		fault.Words{Field: "done", Value: &w.Done, Most: bodyMost, Needed: whole, Lines: true},
		fault.Words{Field: "results", Value: &w.Results, Most: bodyMost, Needed: whole, Lines: true},
		fault.Words{Field: "conditions", Value: &w.Conditions, Most: bodyMost, Needed: whole, Lines: true},
		fault.Words{Field: "contact", Value: &w.Contact, Most: contactMost, Needed: whole},
		fault.Words{Field: "text", Value: &w.Project.Text, Most: titleMost})
	if w.Project.Field != roster.OtherField {
		w.Project.Text = ""
	}
	if err := w.Project.Check(); err != nil && (whole || w.Project.Field != "") {
		list = append(list, fault.All(err)...)
	}
	slices.Sort(w.Indicators)
	w.Indicators = slices.Compact(w.Indicators)
	for _, n := range w.Indicators {
		if _, ok := book.Find(n); !ok {
			list.Add(fault.New(fault.Invalid, "practice.indicator", "number", clip(string(n))).At("indicators"))
		}
	}
	if n := len(w.Indicators); n > numbersMost || whole && n == 0 {
		list.Add(fault.New(fault.Invalid, "practice.indicators", "most", strconv.Itoa(numbersMost)).At("indicators"))
	}
	return list.Err()
}

func clip(s string) string {
	const most = 20
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}

// same reports whether two say the same.
func (w Words) same(o Words) bool {
	a, b := w, o
	a.Indicators, b.Indicators = nil, nil
	return slices.Equal(w.Indicators, o.Indicators) && a.Title == b.Title && a.Project == b.Project && a.Summary == b.Summary &&
		a.Done == b.Done && a.Results == b.Results && a.Conditions == b.Conditions && a.Contact == b.Contact
}

// ParseNumbers reads the numbers of indicators that a person typed, parted by
// commas, blanks or the Chinese signs for them.
func ParseNumbers(text string) []indicators.Number {
	var out []indicators.Number
	for _, f := range strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(" ,，、;；\t\n\r", r) }) {
		out = append(out, indicators.Number(strings.ToUpper(f)))
	}
	return out
}

// Edition is what the words were from a moment on.
type Edition struct {
	N      int       `json:"n"` // from 1
	At     time.Time `json:"at"`
	By     string    `json:"by"`
	Office bool      `json:"office"` // the office edited
	Words  Words     `json:"words"`
}

// Event is one step of a practice's way.
type Event struct {
	At    time.Time `json:"at"`
	By    string    `json:"by"`
	Act   string    `json:"act"` // the state that it led to, or taken, untaken
	Words string    `json:"words,omitempty"`
}

// Takeover says that another unit works by the practice now.
type Takeover struct {
	Unit roster.UnitCode `json:"unit"`
	Note string          `json:"note"`
	At   time.Time       `json:"at"`
	By   string          `json:"by"`
}

// Practice is one entry of the library with all that happened to it.
type Practice struct {
	ID        string          `json:"id"`
	Version   int             `json:"version"`
	Naming    string          `json:"naming"` // id of the name that the unit had
	Round     int             `json:"round"`  // in which it was named
	Unit      roster.UnitCode `json:"unit"`
	Track     roster.Track    `json:"track"`
	State     State           `json:"state"`
	Words     Words           `json:"words"`
	Files     []evidence.File `json:"files,omitempty"`
	Editions  []Edition       `json:"editions"`
	Events    []Event         `json:"events"`
	Takeovers []Takeover      `json:"takeovers,omitempty"`
	CreatedAt time.Time       `json:"created_at"`
	Published time.Time       `json:"published,omitzero"` // for the first time
}

// Open reports whether the unit may still write.
func (p *Practice) Open() bool { return p.State == Draft || p.State == Returned }

// Shown reports whether everybody may read it.
func (p *Practice) Shown() bool { return p.State == Published }

// Year is the year in which everybody could first read it, in Asia/Shanghai; 0
// before.
func (p *Practice) Year() int {
	if p.Published.IsZero() {
		return 0
	}
	return roster.DateOf(p.Published).Year
}

// Asked is what the office last asked back, declined or withdrew for.
func (p *Practice) Asked() string {
	for i := len(p.Events) - 1; i >= 0; i-- {
		if e := p.Events[i]; e.Act == string(p.State) {
			return e.Words
		}
	}
	return ""
}

// rewrite keeps new words with who wrote them; the same words change nothing.
func (p *Practice) rewrite(w Words, by string, office bool, now time.Time) {
	if len(p.Editions) > 0 && p.Words.same(w) {
		return
	}
	p.Words = w
	p.Editions = append(p.Editions, Edition{N: len(p.Editions) + 1, At: now, By: by, Office: office, Words: w})
}

// move brings the practice to a state.
func (p *Practice) move(to State, by, words string, now time.Time) {
	p.State = to
	p.Events = append(p.Events, Event{At: now, By: by, Act: string(to), Words: words})
	if to == Published && p.Published.IsZero() {
		p.Published = now
	}
}

// seen refuses a change by somebody who saw an older version.
func (p *Practice) seen(version int) error {
	if p.Version != version {
		return fault.New(fault.Conflict, "practice.changed")
	}
	return nil
}

// Entry is a practice as everybody may read it: with the name that it rests on and
// how that stands now.
type Entry struct {
	Practice
	Name     string          // the title that the unit was named with
	Standing naming.Standing // of that name now
	Kind     roster.Group
	Headings []string // first-level headings of its indicators
}

// Revoked reports whether the name was revoked since.
func (e Entry) Revoked() bool { return e.Standing == naming.Revoked }

// standing finds the name of a practice.
func standing(all []supervision.Record, id string) (supervision.Record, bool) {
	n := slices.IndexFunc(all, func(r supervision.Record) bool { return r.ID == id })
	if n < 0 {
		return supervision.Record{}, false
	}
	return all[n], true
}
