package application_test

import (
	"testing"

	"minyi/indicators"
	"minyi/indicators/application"
	"minyi/indicators/roster"
)

// limited is an indicator with these thresholds.
func limited(t *testing.T, thresholds string) indicators.Indicator {
	t.Helper()
	all, err := indicators.ParseThresholds(thresholds)
	if err != nil {
		t.Fatal(err)
	}
	return indicators.Indicator{Number: "5", Text: "时限", Thresholds: all}
}

// TestAFigureStandsBesideTheLimitThatItWasTypedFor changes an indicator after a unit
// has filled it in, as the office may until the evaluation opens.
func TestAFigureStandsBesideTheLimitThatItWasTypedFor(t *testing.T) {
	t.Parallel()
	const then = "开办时限 ≤ 5 工作日; 网办率 ≥ 95 %"
	for name, c := range map[string]struct {
		now     string
		figures []string // by the thresholds of now
		moved   []bool   // for each thing told, whether the figure was dropped
	}{
		"nothing changed":           {then, []string{"4", "96"}, nil},
		"another order":             {"网办率 ≥ 95 %; 开办时限 ≤ 5 工作日", []string{"96", "4"}, nil},
		"a third in front":          {"窗口数 ≥ 1 个; 开办时限 ≤ 5 工作日; 网办率 ≥ 95 %", []string{"", "4", "96"}, nil},
		"another limit":             {"开办时限 ≤ 3 工作日; 网办率 ≥ 95 %", []string{"4", "96"}, []bool{false}},
		"the first is gone":         {"网办率 ≥ 95 %", []string{"96"}, []bool{true}},
		"another unit":              {"开办时限 ≤ 5 小时; 网办率 ≥ 95 %", []string{"", "96"}, []bool{true}},
		"both are gone":             {"窗口数 ≥ 1 个", []string{""}, []bool{true, true}},
		"no limit is left":          {"", nil, []bool{true, true}},
		"the other name, same rest": {"办结时限 ≤ 5 工作日; 网办率 ≥ 95 %", []string{"", "96"}, []bool{true}},
	} {
		d := application.New(key(plain, roster.Comprehensive), plain.Name, at("2020-08-01 09:00:00"))
		old, now := limited(t, then), limited(t, c.now)
		typed := application.Claim{Verdict: application.Met, Entries: []indicators.Entry{{Figure: "4"}, {Figure: "96"}}}
		wants(t, d.SetClaims(0, map[indicators.Number]application.Claim{"5": typed}, []indicators.Indicator{old}, application.Editor{By: "x"}), "")
		compared := application.Compare(now, d.Claims["5"], nil)
		if len(compared) != len(now.Thresholds) {
			t.Fatalf("%s: got %d comparisons", name, len(compared))
		}
		for n, want := range c.figures {
			if got := compared[n].Entry.Figure; got != want {
				t.Errorf("%s: beside %s got %q, want %q", name, now.Thresholds[n].Name, got, want)
			}
		}
		_, moved := d.Claims["5"].Settled(now)
		if len(moved) != len(c.moved) {
			t.Fatalf("%s: told %v, want %d things", name, moved, len(c.moved))
		}
		for n, dropped := range c.moved {
			if moved[n].Dropped != dropped {
				t.Errorf("%s: dropped %t, want %t", name, moved[n].Dropped, dropped)
			}
		}
		if got := d.Unsettled([]indicators.Indicator{now}); (len(got) > 0) != (len(c.moved) > 0) {
			t.Errorf("%s: unsettled %v", name, got)
		}
	}
}

// TestAFormMadeBeforeALimitChangedIsStillReadByItsOwnLimits saves a form that was
// open in a browser while the office changed the indicator.
func TestAFormMadeBeforeALimitChangedIsStillReadByItsOwnLimits(t *testing.T) {
	t.Parallel()
	d := application.New(key(plain, roster.Comprehensive), plain.Name, at("2020-08-01 09:00:00"))
	old, now := limited(t, "开办时限 ≤ 5 工作日; 网办率 ≥ 95 %"), limited(t, "网办率 ≥ 98 %")
	form := application.Claim{Verdict: application.Met, Entries: []indicators.Entry{{Figure: "4"}, {Figure: "96"}}, Limits: indicators.WriteThresholds(old.Thresholds)}
	save := func(c application.Claim) error {
		return d.SetClaims(d.Edits[application.Self], map[indicators.Number]application.Claim{"5": c}, []indicators.Indicator{now}, application.Editor{By: "x"})
	}
	wants(t, save(form), "")
	if got := application.Compare(now, d.Claims["5"], nil)[0]; got.Entry.Figure != "96" || got.Meets {
		t.Errorf("got %+v, want 96 that misses 98", got)
	}
	looked := application.Claim{Verdict: application.Met, Entries: []indicators.Entry{{Figure: "96"}}, Limits: indicators.WriteThresholds(now.Thresholds)}
	wants(t, save(looked), "")
	if got := d.Unsettled([]indicators.Indicator{now}); got != nil {
		t.Errorf("looked at and saved, still told of %v", got)
	}
	form.Limits = "没有比较符"
	wants(t, save(form), "claim.entries")
}
