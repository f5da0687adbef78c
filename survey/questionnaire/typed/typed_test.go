package typed_test

import (
	"testing"

	"minyi/survey/questionnaire/typed"
)

func TestNumbersAreReadAsPeopleTypeThem(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		typed    string
		want     int64
		decimals int
	}{
		{"12", 12_000_000, 0},
		{"１２", 12_000_000, 0},
		{" 12 ", 12_000_000, 0},
		{"　１２．５　", 12_500_000, 1},
		{"12。5", 12_500_000, 1},
		{"-3", -3_000_000, 0},
		{"－３", -3_000_000, 0},
		{"负3", -3_000_000, 0},
		{"+3", 3_000_000, 0},
		{"1,200", 1_200_000_000, 0},
		{"1，200，000.25", 1_200_000_250_000, 2},
		{"0.10", 100_000, 2},
		{"007", 7_000_000, 0},
		{"12岁", 12_000_000, 0},
		{"12 岁", 12_000_000, 0},
		{"12 years", 12_000_000, 0},
		{"999999999999.999999", 999_999_999_999_999_999, 6},
	} {
		got, decimals, ok := typed.Number(c.typed, "岁", "years")
		if !ok || got != c.want || decimals != c.decimals {
			t.Errorf("%q: got %d with %d decimals (%v), want %d with %d", c.typed, got, decimals, ok, c.want, c.decimals)
		}
	}
}

func TestWhatCouldBeReadInTwoWaysIsNoNumber(t *testing.T) {
	t.Parallel()
	for _, s := range []string{
		"", " ", "-", ".", "1.", ".5", "1,2", "1,20", ",120", "1234,567", "12,", "1.2.3", "1e3", "0x1", "十二", "12 13",
		"12元", "--1", "1234567890123", "1.1234567", "NaN", "岁", "1\n2", "٣",
	} {
		if got, _, ok := typed.Number(s, "岁"); ok {
			t.Errorf("%q: read as %d", s, got)
		}
	}
}

func TestNumbersHaveOneSpelling(t *testing.T) {
	t.Parallel()
	for n, want := range map[int64]string{
		0: "0", 1: "0.000001", -1: "-0.000001", 12_500_000: "12.5", -12_000_000: "-12", 100_000: "0.1",
		999_999_999_999_999_999: "999999999999.999999",
	} {
		got := typed.FormatNumber(n)
		if got != want {
			t.Errorf("%d: got %s, want %s", n, got, want)
		}
		if back, _, ok := typed.Number(got); !ok || back != n {
			t.Errorf("%s reads as %d, want %d", got, back, n)
		}
	}
}

func TestDatesAreReadAsPeopleTypeThem(t *testing.T) {
	t.Parallel()
	for _, s := range []string{
		"2026-03-01", "2026-3-1", "2026/3/1", "2026.3.1", "20260301", "2026年3月1日", "2026年03月01号", "２０２６年３月１日",
		" 2026 年 3 月 1 日 ", "2026－03－01", "2026年3月1", "２０２６／３／１", "2026。3。1",
	} {
		days, ok := typed.Date(s)
		if got := typed.FormatDate(days); !ok || got != "2026-03-01" {
			t.Errorf("%q: got %s (%v), want 2026-03-01", s, got, ok)
		}
	}
	for s, want := range map[string]int64{"1970-01-01": 0, "1969-12-31": -1, "2000-02-29": 11016} {
		if got, ok := typed.Date(s); !ok || got != want {
			t.Errorf("%s: got %d, want %d days", s, got, want)
		}
	}
}

func TestWhatIsNoDayIsRefused(t *testing.T) {
	t.Parallel()
	for _, s := range []string{
		"", "2026", "2026-03", "2026年3月", "3月1日", "1.3.2026", "26-03-01", "2026-02-29", "2026-13-01", "2026-00-10",
		"2026-03-32", "1026-03-01", "9999-01-01", "2026-03-01-02", "2026/3-1", "2026030", "202603011", "2026-+3-01", "昨天",
	} {
		if days, ok := typed.Date(s); ok {
			t.Errorf("%q: read as %s", s, typed.FormatDate(days))
		}
	}
}

func FuzzTyped(f *testing.F) {
	for _, s := range []string{"１２", "1，200", "2026年3月1日", "负3", "20260301", "1.000000"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if n, _, ok := typed.Number(s, "岁"); ok {
			if back, _, again := typed.Number(typed.FormatNumber(n)); !again || back != n {
				t.Errorf("%q is %d, written as %s, which is %d", s, n, typed.FormatNumber(n), back)
			}
		}
		if d, ok := typed.Date(s); ok {
			if back, again := typed.Date(typed.FormatDate(d)); !again || back != d {
				t.Errorf("%q is %d, written as %s, which is %d", s, d, typed.FormatDate(d), back)
			}
		}
	})
}
