package view

import "time"

// Decision is a decision as every page shows it, by the layout's template "decision":
// who decided what and when, who confirmed it, why, and what was known. Its kind is
// the text act.<Kind>.
type Decision struct {
	Kind        string
	By          string
	At          time.Time
	Alone       bool // no second person is wanted
	Confirmed   string
	ConfirmedAt time.Time
	Dropped     string // who took it back
	DroppedAt   time.Time
	Why         string // it was taken back
	Reason      string
	Snapshot    string // id of the ranking that was known; empty where none was
	Digest      string // of that ranking
	Known       string // digest of all that was known; empty where it is not kept
	Href        string // where what was known can be opened; empty for nowhere
}

// Waits reports whether the decision waits for a second person.
func (d Decision) Waits() bool { return !d.Alone && d.Confirmed == "" && d.Dropped == "" }
