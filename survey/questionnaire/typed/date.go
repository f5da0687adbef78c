package typed

import (
	"strconv"
	"strings"
	"time"
)

// The years that are read: a typing mistake in the year must not become a date.
const (
	minYear = 1800
	maxYear = 2199
)

const secondsPerDay = 24 * 60 * 60

// Date reads a day and returns it as days since 1970-01-01. It takes 2026-03-01,
// 2026/3/1, 2026.3.1, 2026年3月1日, 2026 年 3 月 1 号 and 20260301, in digits of
// either width; the year stands first, with four digits.
func Date(s string) (days int64, ok bool) {
	if len(s) > 4*maxLength {
		return 0, false
	}
	s = strings.ReplaceAll(plain(s), " ", "")
	year, month, day, ok := parts(s)
	if !ok || len(year) != 4 || len(month) > 2 || len(day) > 2 {
		return 0, false
	}
	y, m, d := small(year), small(month), small(day)
	at := time.Date(y, time.Month(m), d, 0, 0, 0, 0, time.UTC)
	if y < minYear || y > maxYear || at.Year() != y || at.Month() != time.Month(m) || at.Day() != d {
		return 0, false
	}
	return floorDays(at.Unix()), true
}

// FormatDate writes a day as 2026-03-01: the one spelling under which a date is
// kept.
func FormatDate(days int64) string {
	return time.Unix(days*secondsPerDay, 0).UTC().Format(time.DateOnly)
}

func floorDays(seconds int64) int64 {
	days := seconds / secondsPerDay
	if seconds%secondsPerDay < 0 {
		days--
	}
	return days
}

// parts cuts a date into year, month and day.
func parts(s string) (year, month, day string, ok bool) {
	if len(s) == 8 && digits(s) {
		return s[:4], s[4:6], s[6:], true
	}
	if year, rest, found := strings.Cut(s, "年"); found {
		month, day, found = strings.Cut(rest, "月")
		day = strings.TrimSuffix(strings.TrimSuffix(day, "日"), "号")
		return year, month, day, found && digits(year) && digits(month) && digits(day)
	}
	for _, by := range []string{"-", "/", "."} {
		if p := strings.Split(s, by); len(p) == 3 {
			return p[0], p[1], p[2], digits(p[0]) && digits(p[1]) && digits(p[2])
		}
	}
	return "", "", "", false
}

// small reads digits that are known to be few; 0 for anything else.
func small(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		return 0
	}
	return n
}
