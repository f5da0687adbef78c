package monitor

import (
	"fmt"
	"math"
	"time"
)

// zone is where people answer: Asia/Shanghai, eight hours ahead, no summer time.
func zone() *time.Location {
	const ahead = 8 * 60 * 60
	return time.FixedZone("Asia/Shanghai", ahead)
}

// Weekday is the weekday there, 0 for Sunday.
func Weekday(at time.Time) int { return int(at.In(zone()).Weekday()) }

// Hour is the hour of the day there, 0 to 23.
func Hour(at time.Time) int { return at.In(zone()).Hour() }

// Rest is the part of a day's answers that is still to come at a moment, if they came
// evenly from 8 to 22 o'clock there.
func Rest(at time.Time) float64 {
	const from, to = 8 * time.Hour, 22 * time.Hour
	local := at.In(zone())
	y, m, d := local.Date()
	gone := local.Sub(time.Date(y, m, d, 0, 0, 0, 0, zone()))
	return min(max(float64(to-gone)/float64(to-from), 0), 1)
}

// Key names what a forecast is made from; what is left of the day counts in tenths.
func (p Pace) Key() string {
	const tenths = 10
	return fmt.Sprint(p.Counts, p.Weekday, p.Today, int(p.Rest*tenths), p.Target, p.Links, p.End)
}

// Planned is the standard error of a share that a survey was planned for: from half its
// interval in hundredths of a per cent, else from the answers aimed at, as if drawn one
// by one; 0.025 where nothing was planned.
func Planned(margin, answers int) float64 {
	const whole, z, usual, half = 10_000, 1.959963984540054, 0.025, 0.5
	switch {
	case margin > 0:
		return float64(margin) / whole / z
	case answers > 0:
		return half / math.Sqrt(float64(answers))
	}
	return usual
}
