package roster

import (
	"fmt"
	"time"

	"minyi/indicators/fault"
)

// Date is a day of the calendar in Asia/Shanghai, without a time.
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

const dateForm = "2006-01-02"

// Shanghai is the time of the programme's windows, UTC+8 without daylight
// saving since 1991.
func Shanghai() *time.Location { return time.FixedZone("Asia/Shanghai", 8*60*60) }

// On makes a date.
func On(year int, month time.Month, day int) Date { return Date{year, month, day} }

// DateOf returns the day on which the moment falls in Asia/Shanghai.
func DateOf(t time.Time) Date {
	y, m, d := t.In(Shanghai()).Date()
	return Date{y, m, d}
}

// ParseDate reads "2020-08-31"; anything else is refused with date.form.
func ParseDate(s string) (Date, error) {
	t, err := time.Parse(dateForm, s)
	if err != nil {
		return Date{}, fault.New(fault.Invalid, "date.form")
	}
	y, m, d := t.Date()
	return Date{y, m, d}, nil
}

// String writes the date as "2020-08-31", empty for no date.
func (d Date) String() string {
	if d.IsZero() {
		return ""
	}
	return fmt.Sprintf("%04d-%02d-%02d", d.Year, int(d.Month), d.Day)
}

// IsZero reports whether no date is set.
func (d Date) IsZero() bool { return d == Date{} }

// Start is the first moment of the day in Asia/Shanghai.
func (d Date) Start() time.Time {
	return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, Shanghai())
}

// Plus returns the date that many days later.
func (d Date) Plus(days int) Date { return DateOf(d.Start().AddDate(0, 0, days)) }

// Before reports whether the date is earlier than another.
func (d Date) Before(o Date) bool { return d.Start().Before(o.Start()) }

// MarshalText writes the date for JSON.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (d *Date) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*d = Date{}
		return nil
	}
	got, err := ParseDate(string(text))
	if err != nil {
		return err
	}
	*d = got
	return nil
}

// Window is a span of days, the first and the last included (C77).
type Window struct {
	From Date `json:"from"`
	To   Date `json:"to"`
}

// Between makes a window of two dates.
func Between(from, to Date) Window { return Window{From: from, To: to} }

// Open reports whether the moment lies in the window: from the first moment of
// the first day to the last of the last day, in Asia/Shanghai.
func (w Window) Open(now time.Time) bool { return w.Began(now) && !w.Over(now) }

// Began reports whether the window's first day has come.
func (w Window) Began(now time.Time) bool {
	return !w.From.IsZero() && !now.Before(w.From.Start())
}

// Over reports whether the window's last day has passed.
func (w Window) Over(now time.Time) bool {
	return !w.To.IsZero() && !now.Before(w.End())
}

// End is the first moment after the window.
func (w Window) End() time.Time { return w.To.Plus(1).Start() }

// Days counts the days of the window, both ends included.
func (w Window) Days() int {
	const day = 24 * time.Hour
	return int(w.End().Sub(w.From.Start()) / day)
}

// Refuse returns nil in the window and else a Closed refusal with the code and
// the dates, for example code "filing.closed" with parameters from and to.
func (w Window) Refuse(now time.Time, code string) error {
	if w.Open(now) {
		return nil
	}
	return fault.New(fault.Closed, code, "from", w.From.String(), "to", w.To.String())
}
