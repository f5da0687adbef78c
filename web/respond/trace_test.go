package respond_test

import (
	"testing"
	"time"

	"minyi/survey"
)

// What the review of quality is told is what the notice announces: when, to the
// hour, how long, and hashes that are equal for equal devices and networks.
func TestTheReviewIsToldWhatTheNoticeAnnounces(t *testing.T) {
	h := open(t)
	h.has(h.get("/q/"+h.oneTime[0]), "只到小时", "90天内连同密钥一起销毁")
	h.clock.at = h.clock.at.Add(17 * time.Minute)
	forms := []map[string][]string{filledAll(h, h.oneTime[0]), filledAll(h, h.oneTime[1])}
	h.clock.at = h.clock.at.Add(6*time.Minute + 5*time.Second)
	h.status(h.post("/q/"+h.oneTime[0], forms[0], "User-Agent", "phone A"), 200)
	h.status(h.post("/q/"+h.oneTime[1], forms[1], "User-Agent", "phone B"), 200)
	if _, err := h.service.Close(t.Context(), agent(), "s"); err != nil {
		t.Fatal(err)
	}
	var traces []survey.Trace
	err := h.service.Traces(t.Context(), agent(), "s", func(one survey.Traced) error {
		traces = append(traces, *one.Trace)
		return nil
	})
	if err != nil || len(traces) != 2 {
		t.Fatalf("traces: got %d, %v", len(traces), err)
	}
	for _, one := range traces {
		if want := time.Date(2020, 9, 15, 1, 0, 0, 0, time.UTC); !one.Started.Equal(want) {
			t.Errorf("started: got %v, want %v", one.Started, want)
		}
		if one.Total != 365 {
			t.Errorf("seconds: got %d, want 365", one.Total)
		}
	}
	a, b := traces[0], traces[1]
	if a.Network != b.Network || a.Network == (survey.Digest{}) || a.Device == b.Device {
		t.Errorf("hashes: got %v and %v, want equal networks and different devices", a, b)
	}
}
