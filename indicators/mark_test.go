package indicators_test

import (
	"errors"
	"math/big"
	"testing"

	"minyi/indicators"
	"minyi/indicators/fault"
)

func TestParseMarkReadsWhatPeopleType(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		in   string
		want indicators.Mark
	}{
		{"85", 8500},
		{"85.5", 8550},
		{"85.50", 8550},
		{"0", 0},
		{"0.01", 1},
		{" 7.25 ", 725},
		{"８５．５", 8550},
		{"999999999.99", 99999999999},
	} {
		if got, err := indicators.ParseMark(c.in); err != nil || got != c.want {
			t.Errorf("%q: got %d, %v, want %d", c.in, got, err, c.want)
		}
	}
}

func TestParseMarkRefusesWhatIsNotAMark(t *testing.T) {
	t.Parallel()
	want := fault.New(fault.Invalid, "mark.form")
	for _, in := range []string{"", "-1", "+1", "1e2", "1.234", ".5", "5.", "1,5", "NaN", "0x10", "1000000000", "八十"} {
		if got, err := indicators.ParseMark(in); !errors.Is(err, want) {
			t.Errorf("%q: got %d, %v, want mark.form", in, got, err)
		}
	}
}

func TestMarkWritesTwoDecimals(t *testing.T) {
	t.Parallel()
	for m, want := range map[indicators.Mark]string{0: "0.00", 5: "0.05", 8550: "85.50", -300: "-3.00", -5: "-0.05"} {
		if got := m.String(); got != want {
			t.Errorf("%d: got %q, want %q", int64(m), got, want)
		}
	}
}

func FuzzParseMark(f *testing.F) {
	f.Add("85.5")
	f.Add("００.1")
	f.Fuzz(func(t *testing.T, in string) {
		m, err := indicators.ParseMark(in)
		if err != nil {
			return
		}
		if m < 0 {
			t.Fatalf("%q: got %d, want no negative mark", in, m)
		}
		if again, err := indicators.ParseMark(m.String()); err != nil || again != m {
			t.Fatalf("%q: wrote %s, read back %d, %v", in, m, again, err)
		}
	})
}

func TestRoundIsHalfAwayFromZero(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		num, den int64
		want     indicators.Mark
	}{{1, 2, 1}, {-1, 2, -1}, {1, 3, 0}, {2, 3, 1}, {7, 2, 4}, {10, 5, 2}, {-2, 3, -1}, {-1, 3, 0}} {
		if got := indicators.Round(big.NewRat(c.num, c.den)); got != c.want {
			t.Errorf("%d/%d: got %d, want %d", c.num, c.den, got, c.want)
		}
	}
}

func TestC18GateCountsInIntegers(t *testing.T) {
	t.Parallel()
	gate := indicators.Gate{Num: 9, Den: 10}
	for _, c := range []struct {
		met, applicable int
		want            bool
	}{{90, 100, true}, {89, 100, false}, {88, 97, true}, {87, 97, false}, {0, 0, false}, {9, 10, true}} {
		if got := gate.Passes(c.met, c.applicable); got != c.want {
			t.Errorf("%d of %d: got %v, want %v", c.met, c.applicable, got, c.want)
		}
	}
	if got := gate.Needed(97); got != 88 {
		t.Errorf("needed of 97: got %d, want 88", got)
	}
	if got := gate.Needed(100); got != 90 {
		t.Errorf("needed of 100: got %d, want 90", got)
	}
}

func TestParseShare(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]indicators.Share{"33.33": 3333, "60%": 6000, "１００％": 10000} {
		if got, err := indicators.ParseShare(in); err != nil || got != want {
			t.Errorf("%q: got %d, %v, want %d", in, got, err, want)
		}
	}
	if _, err := indicators.ParseShare("a third"); !errors.Is(err, fault.New(fault.Invalid, "share.form")) {
		t.Errorf("got %v, want share.form", err)
	}
}
