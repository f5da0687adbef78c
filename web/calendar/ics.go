package calendar

import (
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"minyi/indicators/roster"
)

// Feed is a calendar that other programs read (RFC 5545), all of whole days.
type Feed struct {
	Name   string
	Lang   string
	Host   string // right part of the events' ids
	Events []Event
}

// Event is one entry of a feed.
type Event struct {
	ID       string
	Stamp    time.Time // when it was made or changed last
	Sequence int       // how often it was changed
	First    roster.Date
	Last     roster.Date // included
	Summary  string
	Text     string
	URL      string
}

const (
	maxLine   = 75 // octets of a line without its end (RFC 5545, 3.1)
	utcForm   = "20060102T150405Z"
	dayForm   = "20060102"
	mediaType = "text/calendar; charset=utf-8"
)

// Text writes the feed. An event that nobody changed is the same in every answer.
func (f Feed) Text() string {
	var w lines
	w.add("BEGIN", "VCALENDAR")
	w.add("VERSION", "2.0")
	w.add("PRODID", "-//minyi//calendar//"+strings.ToUpper(f.Lang))
	w.add("CALSCALE", "GREGORIAN")
	w.add("METHOD", "PUBLISH")
	w.add("NAME", escape(f.Name)) // RFC 7986
	w.add("X-WR-CALNAME", escape(f.Name))
	w.add("REFRESH-INTERVAL;VALUE=DURATION", "PT6H")
	for _, e := range f.Events {
		w.event(e, f.Host)
	}
	w.add("END", "VCALENDAR")
	return string(w.out)
}

// lines are content lines, folded.
type lines struct{ out []byte }

func (w *lines) event(e Event, host string) {
	w.add("BEGIN", "VEVENT")
	w.add("UID", e.ID+"@"+host)
	w.add("DTSTAMP", e.Stamp.UTC().Format(utcForm))
	w.add("LAST-MODIFIED", e.Stamp.UTC().Format(utcForm))
	w.add("SEQUENCE", strconv.Itoa(e.Sequence))
	w.add("DTSTART;VALUE=DATE", e.First.Start().Format(dayForm))
	w.add("DTEND;VALUE=DATE", e.Last.Plus(1).Start().Format(dayForm)) // not included (3.6.1)
	w.add("SUMMARY", escape(e.Summary))
	if e.Text != "" {
		w.add("DESCRIPTION", escape(e.Text))
	}
	if e.URL != "" {
		w.add("URL", e.URL)
	}
	w.add("STATUS", "CONFIRMED")
	w.add("TRANSP", "TRANSPARENT") // a window keeps nobody busy
	w.add("END", "VEVENT")
}

// add writes one property, folded so that no line is longer than 75 octets and none
// ends within a character (3.1).
func (w *lines) add(name, value string) {
	left := maxLine
	for _, r := range name + ":" + value {
		n := utf8.RuneLen(r)
		if n > left {
			w.out = append(w.out, "\r\n "...)
			left = maxLine - 1
		}
		w.out = utf8.AppendRune(w.out, r)
		left -= n
	}
	w.out = append(w.out, "\r\n"...)
}

// escape writes a text as a value (3.3.11); other control characters are left out.
func escape(s string) string {
	s = strings.NewReplacer("\\", `\\`, ";", `\;`, ",", `\,`, "\r\n", `\n`, "\n", `\n`, "\r", `\n`).Replace(s)
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\t' || r == 0x7f || r == utf8.RuneError {
			return -1
		}
		return r
	}, s)
}
