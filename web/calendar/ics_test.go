package calendar_test

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	ics "github.com/arran4/golang-ical"

	"minyi/indicators/roster"
	"minyi/web/calendar"
)

func feed() calendar.Feed {
	return calendar.Feed{
		Name: "民意 · 示范创建日程", Lang: "zh-CN", Host: "minyi.example",
		Events: []calendar.Event{
			{
				ID: "round-2020-notice", Stamp: time.Date(2020, time.October, 12, 3, 4, 5, 0, time.UTC), Sequence: 2,
				First: roster.On(2020, time.November, 1), Last: roster.On(2020, time.November, 20), URL: "https://minyi.example/calendar",
				Summary: "2020 年示范创建：媒体公示", Text: strings.Repeat("答复异议需要更多时间，", 20) + "原为“1, 2; 3\\4”\n第二行\x00",
			},
			{
				ID: "round-2020-reports-2021", Stamp: time.Date(2020, time.July, 1, 0, 0, 0, 0, time.UTC),
				First: roster.On(2021, time.January, 31), Last: roster.On(2021, time.January, 31), Summary: "年度报告截止",
			},
		},
	}
}

// TestAFeedIsReadByAnotherProgramAsItWasMeant has a reader by another hand
// (github.com/arran4/golang-ical) read the feed.
func TestAFeedIsReadByAnotherProgramAsItWasMeant(t *testing.T) {
	t.Parallel()
	f := feed()
	read, err := ics.ParseCalendar(strings.NewReader(f.Text()))
	if err != nil {
		t.Fatal(err)
	}
	events := read.Events()
	if len(events) != len(f.Events) {
		t.Fatalf("read %d events, want %d", len(events), len(f.Events))
	}
	for i, e := range events {
		want := f.Events[i]
		first, err := e.GetAllDayStartAt()
		if err != nil {
			t.Fatal(err)
		}
		end, err := e.GetAllDayEndAt()
		if err != nil {
			t.Fatal(err)
		}
		stamp, err := e.GetDtStampTime()
		if err != nil {
			t.Fatal(err)
		}
		// The end of an all-day event is the day after (RFC 5545, 3.6.1).
		if first.Format(time.DateOnly) != want.First.String() || end.AddDate(0, 0, -1).Format(time.DateOnly) != want.Last.String() || !stamp.Equal(want.Stamp) {
			t.Errorf("%s: read %s to %s, stamped %s", want.ID, first, end, stamp)
		}
		for property, value := range map[ics.ComponentProperty]string{
			ics.ComponentPropertyUniqueId: want.ID + "@minyi.example", ics.ComponentPropertySummary: want.Summary,
		} {
			if got := e.GetProperty(property); got == nil || got.Value != value {
				t.Errorf("%s: read %v, want %q", want.ID, got, value)
			}
		}
	}
	if got := events[0].GetProperty(ics.ComponentPropertySequence).Value; got != "2" {
		t.Errorf("sequence: read %s, want 2", got)
	}
	text := events[0].GetProperty(ics.ComponentPropertyDescription).Value
	if want := strings.ReplaceAll(f.Events[0].Text, "\x00", ""); ics.FromText(text) != want && text != want {
		t.Errorf("read %q, want %q", text, want)
	}
}

// TestLinesOfAFeedAreFoldedAndEndAsTheStandardWants holds each line against RFC 5545,
// 3.1: 75 octets at most without the line break, CRLF, no character torn apart.
func TestLinesOfAFeedAreFoldedAndEndAsTheStandardWants(t *testing.T) {
	t.Parallel()
	text := feed().Text()
	if !strings.HasSuffix(text, "END:VCALENDAR\r\n") || strings.Count(text, "\n") != strings.Count(text, "\r\n") {
		t.Errorf("line ends: %q", text)
	}
	longest := 0
	for line := range strings.SplitSeq(strings.TrimSuffix(text, "\r\n"), "\r\n") {
		longest = max(longest, len(line))
		if len(line) > 75 || !utf8.ValidString(line) || line == "" || strings.ContainsAny(line, "\x00\r\n") {
			t.Errorf("%d octets: %q", len(line), line)
		}
	}
	if longest < 70 {
		t.Errorf("the longest line has %d octets: the test folds nothing", longest)
	}
	for _, needed := range []string{"METHOD:PUBLISH\r\n", "VERSION:2.0\r\n", "PRODID:", "SEQUENCE:2\r\n", "DTSTAMP:20201012T030405Z\r\n", "DTSTART;VALUE=DATE:20201101\r\n", "DTEND;VALUE=DATE:20201121\r\n"} {
		if !strings.Contains(text, needed) {
			t.Errorf("%q is missing", needed)
		}
	}
	if text != feed().Text() {
		t.Error("the same calendar is written differently")
	}
}
