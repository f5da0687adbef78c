package rehearsal

import (
	"strconv"
	"time"
)

// Stop is a point in time to which a rehearsal can be played.
type Stop struct {
	Key string // names the sentence for it
	At  time.Time
}

// on is a time of the rehearsed round in Ningxia.
func on(year int, month time.Month, day, hour int) time.Time {
	const east = 8 * 60 * 60
	return time.Date(year, month, day, hour, 0, 0, 0, time.FixedZone("Asia/Shanghai", east))
}

// Begins is when the office sets up the round: nothing is there before.
func Begins() time.Time { return on(2020, time.July, 20, 9) }

// Fieldwork is where a rehearsal stops unless told otherwise: all dossiers are
// filed, most residents have answered, nothing is closed.
func Fieldwork() time.Time { return on(2020, time.September, 15, 9) }

// Stops returns the points to which the control page goes, in order.
func Stops() []Stop {
	return []Stop{
		{"filing", on(2020, time.August, 1, 9)},
		{"fieldwork", Fieldwork()},
		{"evaluated", on(2020, time.November, 1, 8)},
		{"notice", on(2020, time.November, 5, 9)},
		{"naming", on(2020, time.December, 20, 9)},
		{"january", on(2021, time.January, 15, 9)},
		{"february", on(2021, time.February, 10, 9)},
	}
}

// on is a time of the year of this rehearsal's round.
func (p *plan) on(month time.Month, day, hour int) time.Time { return on(p.year, month, day, hour) }

// dated writes a day of that year, given as month and day.
func (p *plan) dated(day string) string { return p.yearText() + "-" + day }

func (p *plan) yearText() string { return strconv.Itoa(p.year) }
