package indicators_test

import (
	"encoding/csv"
	"errors"
	"os"
	"strings"
	"testing"

	"minyi/indicators"
	"minyi/indicators/fault"
)

func load(t *testing.T, system indicators.System) *indicators.Catalogue {
	t.Helper()
	c, err := indicators.Load(indicators.Edition2019, system)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// TestEveryTextIsTheNotices compares each row with a copy of the annexes of
// 宁法办发〔2019〕39号 that is kept apart.
func TestC61C62EveryTextIsTheNotices(t *testing.T) {
	t.Parallel()
	for _, system := range indicators.Systems() {
		raw, err := os.ReadFile("testdata/2019/" + string(system) + ".tsv")
		if err != nil {
			t.Fatal(err)
		}
		r := csv.NewReader(strings.NewReader(string(raw)))
		r.Comma, r.LazyQuotes = '\t', true
		rows, err := r.ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		c := load(t, system)
		if got, want := len(c.Indicators), len(rows)-1; got != want {
			t.Fatalf("%s: got %d rows, want %d", system, got, want)
		}
		for n, row := range rows[1:] {
			i := c.Indicators[n]
			got := []string{string(i.Number), i.Level1, i.Level2, i.Text, string(i.Kind), i.Applicability, i.Restored}
			want := []string{row[0], row[1], row[2], row[3], row[4], row[5], row[7]}
			if strings.Join(got, "\t") != strings.Join(want, "\t") {
				t.Errorf("%s row %d: got %q, want %q", system, n+1, got, want)
			}
		}
	}
}

// TestCounts holds the figures of the annexes: 104 rows each; level 3 per level
// 1 22, 13, 14, 22, 12, 9, 4, 4, (4); level 2 per level 1 6, 4, 6, 6, 4, 3, 2, 2,
// (2); rows with a threshold 35 and 33.
func TestCountsOfTheAnnexes(t *testing.T) {
	t.Parallel()
	thirds := []int{22, 13, 14, 22, 12, 9, 4, 4, 4}
	seconds := []int{6, 4, 6, 6, 4, 3, 2, 2, 2}
	limits := map[indicators.System]int{indicators.CityCounty: 35, indicators.Department: 33}
	for _, system := range indicators.Systems() {
		c := load(t, system)
		levels := c.Levels()
		if len(levels) != len(thirds) {
			t.Fatalf("%s: got %d levels, want %d", system, len(levels), len(thirds))
		}
		for n, l := range levels {
			count := 0
			for _, g := range l.Groups {
				count += len(g.Indicators)
			}
			if count != thirds[n] || len(l.Groups) != seconds[n] {
				t.Errorf("%s %s: got %d in %d groups, want %d in %d", system, l.Name, count, len(l.Groups), thirds[n], seconds[n])
			}
		}
		with := 0
		for _, i := range c.Indicators {
			if len(i.Thresholds) > 0 {
				with++
			}
		}
		if with != limits[system] {
			t.Errorf("%s: got %d rows with a threshold, want %d", system, with, limits[system])
		}
		if got := len(c.Headings()); got != 8 {
			t.Errorf("%s: got %d headings, want 8", system, got)
		}
	}
}

func TestC66RuleMakingIndicatorsLeaveTheDenominator(t *testing.T) {
	t.Parallel()
	city, department := load(t, indicators.CityCounty), load(t, indicators.Department)
	for _, c := range []struct {
		name string
		got  int
		want int
	}{
		{"city with rule-making power", len(city.Applicable(true)), 100},
		{"county", len(city.Applicable(false)), 97},
		{"department", len(department.Applicable(false)), 100},
	} {
		if c.got != c.want {
			t.Errorf("%s: got %d, want %d", c.name, c.got, c.want)
		}
	}
	for _, i := range city.Applicable(false) {
		if i.Number == "23" || i.Number == "24" || i.Number == "25" || i.Kind != indicators.Regular {
			t.Errorf("%s applies to a county", i.Number)
		}
	}
	if got := len(city.Additional()); got != 4 {
		t.Errorf("got %d additional items, want 4", got)
	}
}

func TestFindAndUnknownEdition(t *testing.T) {
	t.Parallel()
	c := load(t, indicators.Department)
	if i, ok := c.Find("A4"); !ok || i.Kind != indicators.Penalty {
		t.Errorf("A4: got %v, %v, want a penalty", i.Kind, ok)
	}
	if _, ok := c.Find("101"); ok {
		t.Error("101 was found")
	}
	for _, edition := range []indicators.Edition{"2018", "../2019", ""} {
		if _, err := indicators.Load(edition, indicators.CityCounty); !errors.Is(err, fault.New(fault.NotFound, "catalogue.unknown")) {
			t.Errorf("%q: got %v, want catalogue.unknown", edition, err)
		}
	}
	if all, err := indicators.Editions(); err != nil || len(all) == 0 || all[0] != indicators.Edition2019 {
		t.Errorf("editions: got %v, %v", all, err)
	}
}

func TestBrokenCatalogueIsRefused(t *testing.T) {
	t.Parallel()
	const header = "number\tlevel1\tlevel2\tlevel3_text\tkind\tapplicability\tthresholds\trestored\n"
	for name, text := range map[string]string{
		"empty":         "",
		"no row":        header,
		"no header":     "1\ta\tb\tc\tindicator\t\t\t\n2\ta\tb\tc\tindicator\t\t\t\n",
		"short row":     header + "1\ta\tb\n",
		"unknown kind":  header + "1\ta\tb\tc\textra\t\t\t\n",
		"bad threshold": header + "1\ta\tb\tc\tindicator\t\tfive days\t\n",
	} {
		if _, err := indicators.ReadTSV(strings.NewReader(text)); err == nil {
			t.Errorf("%s: got no error", name)
		}
	}
}
