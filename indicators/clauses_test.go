package indicators_test

import (
	"testing"

	"minyi/indicators"
	"minyi/indicators/workday"
)

// entered is one value typed for a threshold and what the clause makes of it:
// met, missed, warned (一般, 原则上, 有条件的), inapplicable or nolimit.
type entered struct {
	entry indicators.Entry
	want  string
}

func figure(text, want string) entered { return entered{indicators.Entry{Figure: text}, want} }
func rate(part, whole, want string) entered {
	return entered{indicators.Entry{Part: part, Whole: whole}, want}
}
func on(day, want string) entered { return entered{indicators.Entry{On: day}, want} }
func span(from, to, want string) entered {
	return entered{indicators.Entry{From: from, To: to}, want}
}

// everybody is the rate of 100 % that the notice wants where it says 全部, 均 or
// 100%: all of all, one short of all, nothing of nothing.
func everybody() []entered {
	return []entered{rate("200", "200", "met"), rate("199", "200", "missed"), rate("0", "0", "inapplicable")}
}

// clause is one clause on an indicator with a number; values are those of its
// thresholds in their order.
type clause struct {
	id         string
	number     indicators.Number
	city, dept [][]entered // dept nil: as city; empty: no number
}

func none() [][]entered { return [][]entered{} }

// clauses are C102 to C136 of the table of clauses: values on the limit and on
// both sides of it. 2020-06-01 was a Monday; 25 to 27 June 2020 were holidays and
// Sunday the 28th was worked (国办发明电〔2019〕16号).
func clauses() []clause {
	workdays := func(on, above string) []entered {
		return []entered{span("2020-06-01", on, "met"), span("2020-06-01", above, "missed")}
	}
	window := rate("4", "5", "met")
	short := rate("7999", "10000", "missed")
	return []clause{
		{id: "C102", number: "5", city: [][]entered{append(workdays("2020-06-08", "2020-06-09"), span("2020-06-01", "2020-06-05", "met"))}},
		{id: "C103", number: "6", city: [][]entered{
			{window, short, rate("0", "0", "inapplicable")},
			{window, short},
			{figure("100", "met"), figure("99", "missed"), figure("101", "missed")},
		}, dept: [][]entered{{window, short}}},
		{id: "C104", number: "23", city: [][]entered{{on("2020-03-31", "met"), on("2020-04-01", "missed"), on("2020-01-02", "met")}}},
		{id: "C105", number: "26", city: [][]entered{{span("2020-06-01", "2020-07-01", "met"), span("2020-06-01", "2020-06-30", "warned"), span("2020-06-01", "2020-07-02", "met")}}},
		{id: "C106", number: "27", city: [][]entered{{span("2020-06-01", "2020-06-10", "met"), span("2020-06-01", "2020-06-09", "warned"), span("2020-06-22", "2020-07-02", "met"), span("2020-06-22", "2020-06-30", "warned")}}},
		{id: "C107", number: "28", city: [][]entered{everybody()}},
		{id: "C108", number: "31", city: [][]entered{
			everybody(),
			{figure("5", "met"), figure("4", "warned"), figure("6", "met")},
			{figure("15", "met"), figure("16", "missed"), figure("14", "met")},
		}},
		{id: "C109", number: "33", city: [][]entered{{figure("1", "met"), figure("0", "missed"), figure("2", "met")}}},
		{id: "C110", number: "34", city: [][]entered{everybody(), everybody(), everybody()}},
		{id: "C111", number: "39", city: [][]entered{{figure("30", "met"), figure("29", "warned"), span("2020-02-01", "2020-03-02", "met"), span("2020-02-01", "2020-03-01", "warned")}}},
		{id: "C112", number: "43", city: [][]entered{{span("2020-06-01", "2020-06-08", "met"), span("2020-06-01", "2020-06-07", "missed"), figure("6", "met")}}},
		{id: "C113", number: "45", city: [][]entered{everybody()}},
		{id: "C114", number: "52", city: [][]entered{workdays("2020-06-10", "2020-06-11")}},
		{id: "C115", number: "55", city: [][]entered{{figure("2", "met"), figure("1", "missed"), figure("3", "met")}}},
		{id: "C116", number: "56", city: [][]entered{{on("2020-01-31", "met"), on("2020-02-01", "missed"), on("2020-01-30", "met")}}},
		{id: "C117", number: "57", city: [][]entered{
			{span("2020-06-01", "2020-06-30", "met"), span("2020-06-01", "2020-07-01", "missed")}, workdays("2020-06-10", "2020-06-11"),
		}},
		{id: "C118", number: "62", city: [][]entered{everybody()}},
		{id: "C119", number: "63", city: [][]entered{{rate("5", "100", "met"), rate("499", "10000", "warned"), rate("501", "10000", "met"), rate("0", "0", "inapplicable")}}},
		{id: "C120", number: "65", city: [][]entered{{figure("1", "met"), figure("0", "missed")}}},
		{id: "C121", number: "68", city: [][]entered{{figure("40", "met"), figure("39.99", "missed"), figure("40.5", "met")}}},
		{id: "C122", number: "72", city: [][]entered{{rate("95", "100", "met"), rate("9499", "10000", "missed"), figure("95.01", "met")}}},
		{id: "C123", number: "73", city: [][]entered{everybody(), {rate("1", "10", "nolimit"), rate("0", "0", "inapplicable")}}},
		{id: "C124", number: "74", city: [][]entered{everybody()}},
		{id: "C125", number: "75", city: [][]entered{everybody()}},
		{id: "C126", number: "81", city: [][]entered{everybody()}},
		{id: "C127", number: "82", city: [][]entered{
			{span("2020-06-01T08:00", "2020-06-01T13:00", "met"), span("2020-06-01T08:00", "2020-06-01T13:01", "missed"), figure("4.9", "met")},
			{span("2020-06-01T08:00", "2020-06-02T08:00", "met"), span("2020-06-01T08:00", "2020-06-02T08:01", "missed")},
		}},
		{id: "C128", number: "83", city: [][]entered{{rate("5", "100", "met"), rate("501", "10000", "missed"), rate("0", "100", "met"), rate("0", "0", "inapplicable")}}},
		{id: "C129", number: "84", city: [][]entered{{figure("80", "met"), figure("79.99", "missed"), rate("801", "1000", "met")}}},
		{id: "C130", number: "85", city: [][]entered{
			{figure("3", "met"), figure("2", "missed"), figure("4", "met")},
			{figure("2", "met"), figure("1", "missed")},
			{figure("1", "met"), figure("0", "warned")},
			{figure("2", "met"), figure("1", "missed")},
		}},
		{id: "C131", number: "88", city: [][]entered{{figure("2", "met"), figure("1", "missed")}}},
		{id: "C132", number: "92", city: [][]entered{{figure("1", "met"), figure("0", "missed")}}, dept: none()},
		{id: "C133", number: "95", city: [][]entered{{figure("4", "met"), figure("3", "missed"), figure("5", "met")}, {figure("1", "met"), figure("0", "missed")}}},
		{id: "C134", number: "97", city: [][]entered{{figure("1", "met"), figure("0", "missed")}}},
		{id: "C135", number: "98", city: [][]entered{{on("2020-03-31", "met"), on("2020-04-01", "missed"), on("2020-03-30", "met")}}},
		{id: "C136", number: "100", city: [][]entered{{figure("10", "met"), figure("9.99", "missed"), rate("10", "100", "met"), rate("99", "1000", "missed")}}, dept: none()},
	}
}

// TestNumbersOfTheNotice judges values on, above and below every limit of the
// clauses C102 to C136, in both systems.
func TestNumbersOfTheNotice(t *testing.T) {
	t.Parallel()
	calendar, err := workday.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range clauses() {
		t.Run(c.id, func(t *testing.T) {
			t.Parallel()
			if c.dept == nil {
				c.dept = c.city
			}
			judged(t, calendar, load(t, indicators.CityCounty), c.number, c.city)
			judged(t, calendar, load(t, indicators.Department), c.number, c.dept)
		})
	}
}

func judged(t *testing.T, cal indicators.Calendar, c *indicators.Catalogue, number indicators.Number, want [][]entered) {
	t.Helper()
	i, ok := c.Find(number)
	if !ok || len(i.Thresholds) != len(want) {
		t.Fatalf("%s %s: got %d thresholds, want %d", c.System, number, len(i.Thresholds), len(want))
	}
	for n, values := range want {
		for _, v := range values {
			if err := v.entry.Check(i.Thresholds[n]); err != nil {
				t.Errorf("%s %s, %+v: %v", c.System, i.Thresholds[n], v.entry, err)
			}
			j := i.Thresholds[n].Judge(v.entry, cal)
			if got := outcome(j); got != v.want || j.Weekends {
				t.Errorf("%s %s, %s with %+v: got %s (%+v), want %s", c.System, number, i.Thresholds[n], v.entry, got, j, v.want)
			}
		}
	}
}

func outcome(j indicators.Judgement) string {
	switch {
	case j.Inapplicable:
		return "inapplicable"
	case j.NoLimit:
		return "nolimit"
	case !j.Known:
		return "unknown"
	case j.Meets:
		return "met"
	case j.Warns:
		return "warned"
	}
	return "missed"
}

// TestC123TheNationalMeanIsTheLimitOfTheYear: 败诉率 ≤ the figure that the office
// entered for the year.
func TestC123TheNationalMeanIsTheLimitOfTheYear(t *testing.T) {
	t.Parallel()
	for _, system := range indicators.Systems() {
		c := load(t, system)
		i, _ := c.Find("73")
		limits := map[string]indicators.Mark{i.Thresholds[1].Raw: 1450}
		judged(t, nil, indicators.Scheme{}.Under(c, limits), "73", [][]entered{
			everybody(),
			{rate("145", "1000", "met"), rate("1451", "10000", "missed"), rate("1449", "10000", "met"), rate("0", "0", "inapplicable")},
		})
	}
}

// TestC104AsksOnlyCitiesWithRuleMakingPower: 23 leaves the denominator of others.
func TestC104AsksOnlyCitiesWithRuleMakingPower(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		rule bool
		want bool
	}{{true, true}, {false, false}} {
		found := false
		for _, i := range load(t, indicators.CityCounty).ApplicableTo("city", c.rule) {
			found = found || i.Number == "23"
		}
		if found != c.want {
			t.Errorf("rule-making %v: got %v", c.rule, found)
		}
	}
}
