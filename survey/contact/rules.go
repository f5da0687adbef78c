package contact

import (
	"strconv"
	"time"

	"minyi/indicators/fault"
)

// Rules say how a survey is followed up by telephone.
type Rules struct {
	On       bool   `json:"on"`
	Attempts int    `json:"attempts"`         // most calls of a case
	From     int    `json:"from"`             // first minute of the day in which calls are made, Asia/Shanghai
	To       int    `json:"to"`               // minute at which calling ends
	Weekend  bool   `json:"weekend"`          // calls on Saturdays and Sundays too
	Pause    int    `json:"pause"`            // hours between two calls that nobody answered
	Convert  bool   `json:"convert"`          // somebody else calls once more after a refusal
	Wait     int    `json:"wait"`             // days before that
	Numbers  bool   `json:"numbers"`          // the sample is of numbers, not of people: see Disposition.In
	Share    int    `json:"share"`            // per cent of the interviews that are called back to verify
	Seed     uint64 `json:"seed"`             // of that draw, and of the order of cases
	Signed   string `json:"signed,omitempty"` // who set them
}

// DefaultRules are the rules before anybody sets others: six calls between 9:00
// and 20:30 at least three hours apart, no conversion, 5 per cent called back.
func DefaultRules() Rules {
	const (
		attempts, pause, wait, share = 6, 3, 3, 5
		nine, evening                = 9 * 60, 20*60 + 30
	)
	return Rules{Attempts: attempts, From: nine, To: evening, Weekend: true, Pause: pause, Wait: wait, Share: share, Seed: 1}
}

const (
	earliest, latest = 8 * 60, 21 * 60 // nobody is called before 8:00 or after 21:00
	maxAttempts      = 15
	maxPause         = 72
	maxWait          = 30
	leastShare       = 5
	whole            = 100
)

// Check refuses with contact.attempts, contact.hours, contact.pause, contact.wait
// and contact.share (parameters min and max) rules that are out of bounds.
func (r Rules) Check() error {
	var list fault.List
	bound := func(code, field string, v, low, high int) {
		if v < low || v > high {
			list.Add(fault.New(fault.Invalid, code, "min", strconv.Itoa(low), "max", strconv.Itoa(high)).At(field))
		}
	}
	bound("contact.attempts", "attempts", r.Attempts, 1, maxAttempts)
	bound("contact.pause", "pause", r.Pause, 0, maxPause)
	bound("contact.wait", "wait", r.Wait, 0, maxWait)
	bound("contact.share", "share", r.Share, leastShare, whole)
	if r.From < earliest || r.To > latest || r.From >= r.To {
		list.Add(fault.New(fault.Invalid, "contact.between", "from", Clock(earliest), "to", Clock(latest)).At("from"))
	}
	return list.Err()
}

// Clock writes a minute of the day as 09:05.
func Clock(minute int) string {
	const hour = 60
	return time.Date(2000, 1, 1, minute/hour, minute%hour, 0, 0, time.UTC).Format("15:04")
}

// ParseClock reads what Clock writes; false for anything else.
func ParseClock(text string) (int, bool) {
	at, err := time.Parse("15:04", text)
	return at.Hour()*60 + at.Minute(), err == nil
}

// Shanghai is the zone of calls and appointments: eight hours ahead, no summer
// time.
func Shanghai() *time.Location { return time.FixedZone("Asia/Shanghai", 8*60*60) }

// Allows reports whether calls are made at a time.
func (r Rules) Allows(at time.Time) bool {
	local := at.In(Shanghai())
	minute := local.Hour()*60 + local.Minute()
	day := local.Weekday()
	return minute >= r.From && minute < r.To && (r.Weekend || day != time.Saturday && day != time.Sunday)
}

// Slot is a calling occasion.
type Slot uint8

// The calling occasions of the Behavioral Risk Factor Surveillance System (CDC,
// BRFSS Data Collector's Protocol): weekday before 17:00, weekday evening, weekend.
const (
	Daytime Slot = iota
	Evening
	Weekend
)

// SlotOf returns the calling occasion of a time.
func SlotOf(at time.Time) Slot {
	const evening = 17
	local := at.In(Shanghai())
	switch {
	case local.Weekday() == time.Saturday || local.Weekday() == time.Sunday:
		return Weekend
	case local.Hour() >= evening:
		return Evening
	}
	return Daytime
}
