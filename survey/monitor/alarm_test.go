package monitor_test

import (
	"slices"
	"strconv"
	"testing"

	"minyi/indicators/fault"
	"minyi/survey/monitor"
)

// quietField is a fieldwork in which nothing is odd: two strata of six PSUs.
func quietField() monitor.Field {
	f := monitor.Field{Settings: monitor.Usual(), Days: 10, Networks: []int{3, 2, 4, 1, 3, 2}}
	for _, h := range []string{"a", "b"} {
		for i := range 6 {
			f.Places = append(f.Places, monitor.Place{Stratum: h, Code: strconv.Itoa(i), Links: 20, Complete: 8 + i%3, Last: i % 3})
		}
	}
	return f
}

func TestAlarmsNameWhatIsOdd(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(*monitor.Field)
		want   []monitor.Alarm
	}{
		"nothing": {func(*monitor.Field) {}, nil},
		"a PSU without a sheet since the opening": {func(f *monitor.Field) { f.Places[0].Complete, f.Places[0].Last = 0, -1 }, []monitor.Alarm{
			{Kind: monitor.OddPSU, Where: "a 0", N: "0.0", Of: "38.3"}, {Kind: monitor.Quiet, Where: "a 0", N: "10"},
		}},
		"a PSU quiet for three days": {func(f *monitor.Field) { f.Places[7].Last = 3 }, []monitor.Alarm{{Kind: monitor.Quiet, Where: "b 1", N: "3"}}},
		"a PSU that is done is not quiet": {func(f *monitor.Field) {
			f.Places[7].Last, f.Places[7].Refused = 9, f.Places[7].Links-f.Places[7].Complete
		}, nil},
		"a stratum below the rate": {func(f *monitor.Field) { f.Settings.Rate = 46 }, []monitor.Alarm{
			{Kind: monitor.LowRate, Where: "a", N: "45.0", Of: "46"}, {Kind: monitor.LowRate, Where: "b", N: "45.0", Of: "46"},
		}},
		"one network":                        {func(f *monitor.Field) { f.Networks = []int{3, 2, 2, 1, 30} }, []monitor.Alarm{{Kind: monitor.Network, N: "30", Of: "38"}}},
		"few sheets of one network are none": {func(f *monitor.Field) { f.Networks = []int{9, 1} }, nil},
		"a cell nearly full": {func(f *monitor.Field) {
			f.Cells = []monitor.CellFill{{Name: "1", Counted: 89, Limit: 100}, {Name: "2", Counted: 90, Limit: 100}}
		}, []monitor.Alarm{{Kind: monitor.Cell, Where: "2", N: "90", Of: "100"}}},
		"a poster flooded": {
			func(f *monitor.Field) {
				f.Posters = []monitor.Hanging{{Place: "hall", Most: 200}, {Place: "board", Most: 199}}
			},
			[]monitor.Alarm{{Kind: monitor.Flood, Where: "hall", N: "200", Of: "200"}},
		},
		"late":    {func(f *monitor.Field) { f.Forecast = &monitor.Forecast{InWindow: 0.07} }, []monitor.Alarm{{Kind: monitor.Late, N: "7"}}},
		"in time": {func(f *monitor.Field) { f.Forecast = &monitor.Forecast{InWindow: 0.7} }, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := quietField()
			c.change(&f)
			if got := f.Alarms(false); !slices.Equal(got, c.want) {
				t.Errorf("got %+v, want %+v", got, c.want)
			}
		})
	}
}

func TestAlarmsAfterTheEndAreThoseForTheReview(t *testing.T) {
	t.Parallel()
	f := quietField()
	f.Places[7].Last, f.Networks = 9, []int{20, 1}
	f.Forecast = &monitor.Forecast{}
	got := f.Alarms(true)
	if len(got) != 1 || got[0].Kind != monitor.Network {
		t.Errorf("got %+v, want the network alone", got)
	}
}

func TestSettingsHaveBounds(t *testing.T) {
	t.Parallel()
	if err := monitor.Usual().Check(); err != nil {
		t.Errorf("the usual settings: %v", err)
	}
	bad := monitor.Settings{Target: -1, Quiet: 0, Rate: 101, Odd: 1, Network: 0, Cell: 101, Flood: 0}
	refusals := fault.All(bad.Check())
	if len(refusals) != len(bad.Bounds()) {
		t.Errorf("%d refusals, want one for each of %d settings", len(refusals), len(bad.Bounds()))
	}
	for _, r := range refusals {
		if r.Code != "monitor.bounds" || r.Field == "" {
			t.Errorf("got %+v, want monitor.bounds at a field", r)
		}
	}
}

func TestPlacesOfAStratumAddUp(t *testing.T) {
	t.Parallel()
	a := monitor.Place{Stratum: "a", Code: "1", Links: 10, Complete: 1, Partial: 2, BreakOff: 1, Refused: 1, ScreenedOut: 2, QuotaFull: 1, Excluded: 1, Last: -1}
	b := a
	b.Code, b.Last = "2", 4
	got := monitor.ByStrata([]monitor.Place{a, b})
	if len(got) != 1 || got[0].Links != 20 || got[0].Returned() != 16 || got[0].Eligible() != 14 || got[0].Answered() != 6 || got[0].Excluded != 2 || got[0].Last != 4 {
		t.Errorf("got %+v", got)
	}
}
