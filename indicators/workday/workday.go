// Package workday counts working days by the State Council's yearly notices of
// holidays: the days off, and the Saturdays and Sundays that are worked to make
// up for them. The table is embedded, with the number of every notice; for a year
// that has none here the count goes by weekends alone and says that it is not
// known. It does not guess holidays from the lunar calendar, because which
// weekends are worked is decided a year at a time.
//
// What is judged, and by whom:
//
//	feature                   judge                                     input                    tolerance  test
//	working days of a month   lunar-go v1.4.6 and holiday-cn, both      every day of 2019-2026   none       TestWorkingDaysOfEveryMonthAsTwoPublicTablesCountThem
//	lengths across holidays   hand count beside each case               nine spans               none       TestLengthsAcrossHolidaysByHand
//	years not in the table    hand                                      2018, 2027               none       TestYearsWithoutANoticeAreNotKnown
package workday

import (
	"bytes"
	_ "embed"
	"encoding/csv"
	"fmt"
	"strconv"
	"strings"
	"time"
)

//go:embed data/notices.tsv
var table []byte

// Notice is what the State Council's General Office published for one year.
type Notice struct {
	Year    int
	Numbers string // the notices' numbers, for example 国办发明电〔2020〕27号
	Off     []Span // days off, weekends among them
	Work    []time.Time
}

// Span is a run of days, both ends included.
type Span struct{ From, To time.Time }

// Calendar knows the working days of the years that have a notice. Days are
// moments at midnight UTC.
type Calendar struct {
	notices []Notice
	years   map[int]bool
	off     map[time.Time]bool
	work    map[time.Time]bool
}

const dayForm = "2006-01-02"

// Load reads the embedded table.
func Load() (*Calendar, error) {
	r := csv.NewReader(bytes.NewReader(table))
	r.Comma, r.FieldsPerRecord = '\t', 4
	rows, err := r.ReadAll()
	if err != nil {
		return nil, fmt.Errorf("holiday notices: %w", err)
	}
	c := &Calendar{years: map[int]bool{}, off: map[time.Time]bool{}, work: map[time.Time]bool{}}
	for _, row := range rows[1:] {
		n, err := notice(row)
		if err != nil {
			return nil, fmt.Errorf("holiday notice of %s: %w", row[0], err)
		}
		c.add(n)
	}
	return c, nil
}

func notice(row []string) (Notice, error) {
	year, err := strconv.Atoi(row[0])
	if err != nil {
		return Notice{}, fmt.Errorf("year: %w", err)
	}
	n := Notice{Year: year, Numbers: row[1]}
	for span := range strings.FieldsSeq(row[2]) {
		first, last, _ := strings.Cut(span, "/")
		from, errFrom := time.Parse(dayForm, first)
		to, errTo := time.Parse(dayForm, last)
		if errFrom != nil || errTo != nil {
			return n, fmt.Errorf("days off %q", span)
		}
		n.Off = append(n.Off, Span{from, to})
	}
	for day := range strings.FieldsSeq(row[3]) {
		at, err := time.Parse(dayForm, day)
		if err != nil {
			return n, fmt.Errorf("day worked: %w", err)
		}
		n.Work = append(n.Work, at)
	}
	return n, nil
}

func (c *Calendar) add(n Notice) {
	c.notices, c.years[n.Year] = append(c.notices, n), true
	for _, s := range n.Off {
		for d := s.From; !d.After(s.To); d = d.AddDate(0, 0, 1) {
			c.off[d] = true
		}
	}
	for _, d := range n.Work {
		c.work[d] = true
	}
}

// Notices returns the notices of all years known, oldest first. Callers must not
// change them.
func (c *Calendar) Notices() []Notice { return c.notices }

// Working reports whether the day is a working day, and whether its year has a
// notice; without one the answer goes by the weekday alone.
func (c *Calendar) Working(day time.Time) (working, known bool) {
	known = c.years[day.Year()]
	switch {
	case c.off[day]:
		return false, known
	case c.work[day]:
		return true, known
	}
	return day.Weekday() != time.Saturday && day.Weekday() != time.Sunday, known
}

// Workdays returns how many working days lie after from, up to and with to; the
// first day is not counted, as 民法典第二百零一条 counts periods of days. known is
// false where a counted day falls in a year without a notice.
func (c *Calendar) Workdays(from, to time.Time) (days int, known bool) {
	known = true
	for d := from.AddDate(0, 0, 1); !d.After(to); d = d.AddDate(0, 0, 1) {
		working, sure := c.Working(d)
		known = known && sure
		if working {
			days++
		}
	}
	return days, known
}
