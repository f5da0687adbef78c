package workday_test

import (
	"encoding/csv"
	"os"
	"strconv"
	"testing"
	"time"

	"minyi/indicators"
	"minyi/indicators/workday"
)

var _ indicators.Calendar = (*workday.Calendar)(nil)

func load(t *testing.T) *workday.Calendar {
	t.Helper()
	c, err := workday.Load()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func day(t *testing.T, text string) time.Time {
	t.Helper()
	d, err := time.Parse("2006-01-02", text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestWorkingDaysOfEveryMonthAsTwoPublicTablesCountThem(t *testing.T) {
	t.Parallel()
	f, err := os.Open("testdata/workdays-by-month.tsv")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.Comma = '\t'
	rows, err := r.ReadAll()
	if err != nil || len(rows) != 9 {
		t.Fatalf("got %d rows, %v", len(rows), err)
	}
	c := load(t)
	for _, row := range rows[1:] {
		year, err := strconv.Atoi(row[0])
		if err != nil {
			t.Fatal(err)
		}
		total := 0
		for month := 1; month <= 12; month++ {
			last := time.Date(year, time.Month(month), 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, -1)
			got, known := c.Workdays(last, last.AddDate(0, 0, 1).AddDate(0, 1, -1))
			if !known || strconv.Itoa(got) != row[month+1] {
				t.Errorf("%d-%02d: got %d (known %v), want %s", year, month, got, known, row[month+1])
			}
			total += got
		}
		if strconv.Itoa(total) != row[1] {
			t.Errorf("%d: got %d, want %s", year, total, row[1])
		}
	}
}

func TestLengthsAcrossHolidaysByHand(t *testing.T) {
	t.Parallel()
	c := load(t)
	for _, s := range []struct {
		name, from, to string
		want           int
	}{
		{"the same day", "2020-06-03", "2020-06-03", 0},
		{"Wednesday to Friday", "2020-06-03", "2020-06-05", 2},
		{"over a weekend", "2020-06-05", "2020-06-08", 1},
		{"端午 2020: 25 to 27 June off, Sunday the 28th worked", "2020-06-24", "2020-06-29", 2},
		{"国庆 2020: 1 to 8 October off, Saturday the 10th worked", "2020-09-30", "2020-10-10", 2},
		{"春节 2020 prolonged: nothing from 24 January to 2 February", "2020-01-23", "2020-02-02", 0},
		{"春节 2020 prolonged: Monday 3 February worked", "2020-01-23", "2020-02-03", 1},
		{"元旦 2023 began on 31 December 2022", "2022-12-30", "2023-01-03", 1},
		{"劳动节 2019 as changed: 28 April and 5 May worked", "2019-04-26", "2019-05-06", 5},
	} {
		got, known := c.Workdays(day(t, s.from), day(t, s.to))
		if got != s.want || !known {
			t.Errorf("%s: got %d (known %v), want %d", s.name, got, known, s.want)
		}
	}
}

func TestYearsWithoutANoticeAreNotKnown(t *testing.T) {
	t.Parallel()
	c := load(t)
	for _, s := range []struct {
		from, to string
		want     int
		known    bool
	}{
		{"2018-09-28", "2018-10-08", 6, false}, // by weekends alone, the National Day forgotten
		{"2026-12-30", "2027-01-04", 3, false}, // one unknown year is enough
		{"2026-12-28", "2026-12-31", 3, true},
	} {
		got, known := c.Workdays(day(t, s.from), day(t, s.to))
		if got != s.want || known != s.known {
			t.Errorf("%s to %s: got %d, %v, want %d, %v", s.from, s.to, got, known, s.want, s.known)
		}
	}
}

func TestEveryYearNamesItsNotice(t *testing.T) {
	t.Parallel()
	for i, n := range load(t).Notices() {
		if n.Year != 2019+i || n.Numbers == "" || len(n.Off) < 5 || len(n.Work) == 0 {
			t.Errorf("got %+v", n)
		}
		for _, d := range n.Work {
			if w := d.Weekday(); w != time.Saturday && w != time.Sunday {
				t.Errorf("%s is worked anyway", d)
			}
		}
	}
}
