package calendar

import (
	"time"

	"minyi/indicators/calendar"
	"minyi/indicators/roster"
)

// aMonth is how wide a month is drawn; days share it evenly.
const aMonth = 100

// Scale is the width of the picture: whole months from the first step to the first
// yearly report.
type Scale struct {
	first  roster.Date // first day of the first month
	Months []Month
	Width  int
	Today  int // place of today; -1 where it lies outside
}

// Month is one month with its place.
type Month struct {
	At   int
	Date time.Time
}

// Bar is a window in the picture.
type Bar struct{ X, Width int }

// scale fits the steps of a round.
func scale(steps []calendar.Step, now time.Time) Scale {
	from, to := steps[0].Window.From, steps[0].Window.To
	for i, s := range steps {
		if s.Name == calendar.Reports && i > 0 && steps[i-1].Name == calendar.Reports {
			break // later years would press the rest together
		}
		for _, m := range s.Changes {
			from, to = earlier(from, m.Before.From), later(to, m.Before.To)
		}
		from, to = earlier(from, s.Window.From), later(to, s.Window.To)
	}
	out := Scale{first: roster.On(from.Year, from.Month, 1)}
	for at := out.first; !to.Before(at); at = nextMonth(at) {
		out.Months = append(out.Months, Month{At: len(out.Months) * aMonth, Date: at.Start()})
	}
	out.Width = len(out.Months) * aMonth
	out.Today = out.place(roster.DateOf(now))
	if out.Today < 0 || out.Today > out.Width {
		out.Today = -1
	}
	return out
}

func earlier(a, b roster.Date) roster.Date {
	if b.Before(a) {
		return b
	}
	return a
}

func later(a, b roster.Date) roster.Date {
	if a.Before(b) {
		return b
	}
	return a
}

func nextMonth(d roster.Date) roster.Date {
	return roster.DateOf(time.Date(d.Year, d.Month+1, 1, 0, 0, 0, 0, roster.Shanghai()))
}

// place is where a day begins.
func (s Scale) place(d roster.Date) int {
	const months = 12
	whole := (d.Year-s.first.Year)*months + int(d.Month) - int(s.first.Month)
	days := roster.Between(roster.On(d.Year, d.Month, 1), nextMonth(d).Plus(-1)).Days()
	return whole*aMonth + (d.Day-1)*aMonth/days
}

// bar is a window in the picture, at least so wide that it is seen; one outside of it
// has no width.
func (s Scale) bar(w roster.Window) Bar {
	const least = 6
	x, end := s.place(w.From), s.place(w.To.Plus(1))
	if x >= s.Width || end <= 0 {
		return Bar{}
	}
	return Bar{X: x, Width: max(least, end-x)}
}
