package monitor_test

import (
	"encoding/csv"
	"math"
	"os"
	"strconv"
	"testing"

	"minyi/survey/frame"
	"minyi/survey/monitor"
	"minyi/survey/tabulate"
)

// table reads a file of testdata as its rows by column; judge.R beside it wrote the
// expected ones (R 4.2.2, survey 4.1.1).
func table(t *testing.T, name string) []map[string]string {
	t.Helper()
	f, err := os.Open("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	all, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var out []map[string]string
	for _, row := range all[1:] {
		one := map[string]string{}
		for k, cell := range row {
			one[all[0][k]] = cell
		}
		out = append(out, one)
	}
	return out
}

func number(t *testing.T, text string) float64 {
	t.Helper()
	v, err := strconv.ParseFloat(text, 64)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func close(t *testing.T, what string, got, want, tolerance float64) {
	t.Helper()
	if !(math.Abs(got-want) <= tolerance) {
		t.Errorf("%s: got %.12g, want %.12g", what, got, want)
	}
}

func places(t *testing.T) (out []monitor.Place) {
	t.Helper()
	for _, row := range table(t, "places.csv") {
		whole := func(name string) int { return int(number(t, row[name])) }
		out = append(out, monitor.Place{
			Stratum: row["stratum"], Code: row["psu"], Size: int64(whole("size")), Weight: number(t, row["weight"]),
			Links: whole("links"), ScreenedOut: whole("out"), Complete: whole("answered") - 1, Partial: 1, Last: 1,
		})
	}
	return out
}

func TestRIndicatorIsThatOfR(t *testing.T) {
	t.Parallel()
	want := table(t, "rindicator.csv")
	for k, sample := range [][]monitor.Place{places(t), places(t)[:10]} {
		name := want[k]["case"]
		got, ok := monitor.Represent(sample)
		if !ok {
			t.Fatalf("%s: no indicator", name)
		}
		close(t, name+": R", got.R, number(t, want[k]["R"]), 1e-9)
		close(t, name+": SE", got.SE, number(t, want[k]["SE"]), 1e-8)
		close(t, name+": rate", got.Rate, number(t, want[k]["rate"]), 1e-9)
		close(t, name+": bias", got.Bias, number(t, want[k]["bias"]), 1e-9)
	}
}

func TestRIndicatorIsOneWhereAllGroupsAnswerAlike(t *testing.T) {
	t.Parallel()
	var sample []monitor.Place
	for _, h := range []string{"a", "b"} {
		for i := range 3 {
			sample = append(sample, monitor.Place{Stratum: h, Code: h + strconv.Itoa(i), Weight: 5, Links: 10, Complete: 4})
		}
	}
	got, ok := monitor.Represent(sample)
	if !ok {
		t.Fatal("no indicator")
	}
	close(t, "R", got.R, 1, 1e-6)
	close(t, "SE", got.SE, 0, 1e-4)
}

func TestRIndicatorIsRefusedWhereItHasNoValue(t *testing.T) {
	t.Parallel()
	one := monitor.Place{Stratum: "a", Code: "1", Weight: 1, Links: 10, Complete: 5}
	none := monitor.Place{Stratum: "b", Code: "2", Weight: 1, Links: 10}
	for name, sample := range map[string][]monitor.Place{
		"nobody invited": nil, "one group": {one}, "a group without any answer": {one, none},
	} {
		if _, ok := monitor.Represent(sample); ok {
			t.Errorf("%s: there is an indicator", name)
		}
	}
}

func TestCensusShareAndItsErrorAreThoseOfR(t *testing.T) {
	t.Parallel()
	s := tabulate.Sheets{Sex: tabulate.Category{Names: []string{"", "male", "female"}}}
	units, codes := map[string]int32{}, map[string]uint8{"male": 1, "female": 2}
	empty := 0
	for _, row := range table(t, "people.csv") {
		u, ok := units[row["psu"]]
		if !ok {
			u = int32(len(s.Units))
			units[row["psu"]] = u
			s.Units = append(s.Units, tabulate.Unit{Stratum: row["stratum"], PSU: row["psu"], Weight: number(t, row["weight"])})
		}
		s.Of, s.Sex.Code = append(s.Of, u), append(s.Sex.Code, codes[row["sex"]])
		s.N++
		if row["sex"] == "" {
			empty++
		}
	}
	census := frame.Margin{Variable: frame.Sex, Cells: []frame.Cell{{Category: "male", Parts: 3}, {Category: "female", Parts: 1}}}
	got := monitor.Balances(&s, []frame.Margin{census})[0]
	want := table(t, "balance.csv")[0]
	female := got.Rows[1]
	close(t, "share", female.Share, number(t, want["share"]), 1e-12)
	close(t, "SE", female.SE, number(t, want["se"]), 1e-12)
	close(t, "census", female.Census, 0.25, 0)
	close(t, "difference", female.Difference, number(t, want["share"])-0.25, 1e-12)
	close(t, "both shares", got.Rows[0].Share+female.Share, 1, 1e-12)
	if !female.Far() || got.Unknown != empty {
		t.Errorf("far %t with %d unknown, want true with %d", female.Far(), got.Unknown, empty)
	}
}
