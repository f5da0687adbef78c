// Package monitor judges a survey while its fieldwork runs: when it will be
// complete, whom its answers leave out, what is odd in them, and what may be said of
// the result before the end. It is given counts and columns; it reads no answer, has
// no clock, and decides nothing: an alarm is advice.
//
// How each of its figures is checked stands in README.md beside it.
package monitor

import (
	"strconv"

	"minyi/indicators/fault"
)

// Settings are the thresholds of a survey's alarms, and what it is to reach.
type Settings struct {
	Target  int `json:"target"`  // complete and partial sheets of the sample wanted; 0: what the sample was sized for
	Quiet   int `json:"quiet"`   // days without a sheet after which a PSU is named
	Rate    int `json:"rate"`    // response rate RR2 below which a stratum is named, per cent; 0: never
	Odd     int `json:"odd"`     // standard deviations from its stratum beyond which a PSU is named
	Network int `json:"network"` // share of the sheets from one network that is named, per cent
	Cell    int `json:"cell"`    // how full a cell of the quota is when it is named, per cent
	Flood   int `json:"flood"`   // sheets a day at one poster that are named
}

// Usual are the thresholds until somebody sets others.
func Usual() Settings {
	return Settings{Quiet: 3, Rate: 10, Odd: 3, Network: 20, Cell: 90, Flood: 200}
}

// MaxTarget is the largest number of sheets that may be aimed at.
const MaxTarget = 1_000_000

// Bound is a threshold with what it may be; Name is that of its form field.
type Bound struct {
	Name     string
	Value    int
	Min, Max int
}

// Bounds lists the thresholds with what each may be.
func (s Settings) Bounds() []Bound {
	const month, most, whole = 31, 10, 100
	return []Bound{
		{"target", s.Target, 0, MaxTarget},
		{"quiet", s.Quiet, 1, month},
		{"rate", s.Rate, 0, whole},
		{"odd", s.Odd, 2, most},
		{"network", s.Network, 1, whole},
		{"cell", s.Cell, 1, whole},
		{"flood", s.Flood, 1, MaxTarget},
	}
}

// Check refuses each threshold out of its bounds with monitor.bounds.
func (s Settings) Check() error {
	var list fault.List
	for _, b := range s.Bounds() {
		if b.Value < b.Min || b.Value > b.Max {
			list.Add(fault.New(fault.Invalid, "monitor.bounds", "min", strconv.Itoa(b.Min), "max", strconv.Itoa(b.Max)).At(b.Name))
		}
	}
	return list.Err()
}

// Place is one PSU of the sample as its fieldwork stands.
type Place struct {
	Stratum, Code string
	Size          int64   // in the frame's measure; 0 where it is not known
	Weight        float64 // design weight N/n of each of its links
	Links         int
	Complete      int
	Partial       int
	BreakOff      int
	Refused       int
	ScreenedOut   int
	QuotaFull     int
	Excluded      int // by the review
	Last          int // days since its last sheet; -1 for none yet
}

// Eligible counts the links that are not known to be out of scope.
func (p Place) Eligible() int { return max(p.Links-p.ScreenedOut-p.QuotaFull, 0) }

// Answered counts complete and partial sheets.
func (p Place) Answered() int { return p.Complete + p.Partial }

// Returned counts every sheet that came back.
func (p Place) Returned() int {
	return p.Answered() + p.BreakOff + p.Refused + p.ScreenedOut + p.QuotaFull
}

// Plus adds the counts of another place; Last is the more recent.
func (p Place) Plus(o Place) Place {
	p.Links += o.Links
	p.Complete += o.Complete
	p.Partial += o.Partial
	p.BreakOff += o.BreakOff
	p.Refused += o.Refused
	p.ScreenedOut += o.ScreenedOut
	p.QuotaFull += o.QuotaFull
	p.Excluded += o.Excluded
	if p.Last < 0 || o.Last >= 0 && o.Last < p.Last {
		p.Last = o.Last
	}
	return p
}
