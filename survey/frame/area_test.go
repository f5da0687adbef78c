package frame_test

import (
	"testing"

	"minyi/survey/frame"
)

// The checks that data/README.md and the census bulletins promise.

func TestAreasAddUpLevelByLevel(t *testing.T) {
	t.Parallel()
	areas := frame.Areas()
	sum, kinds := map[string]int64{}, map[string]int{}
	for _, a := range areas {
		sum[a.Parent] += a.Population
		kinds[a.Level]++
	}
	for level, want := range map[string]int{"region": 1, "prefecture": 5, "county": 22} {
		if got := kinds[level]; got != want {
			t.Errorf("%s: got %d areas, want %d", level, got, want)
		}
	}
	for _, a := range areas {
		if a.Level == "county" {
			continue
		}
		if got, want := sum[a.Code], a.Population; got != want {
			t.Errorf("%s %s: its parts add up to %d, want %d", a.Code, a.Zh, got, want)
		}
	}
	if got, want := frame.AreaOf(frame.Region).Population, int64(7_202_654); got != want {
		t.Errorf("region: got %d, want %d (S2)", got, want)
	}
}

func TestMarginsAddUpToTheArea(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		code, variable string
		want           int64
	}{
		"region, sex":              {"640000", frame.Sex, 7_202_654},
		"region, residence":        {"640000", frame.Residence, 7_202_654},
		"region, age in per cent":  {"640000", frame.Age, 6609 + 1352},
		"Shizuishan, sex":          {"640200", frame.Sex, 751_389},
		"Shizuishan, age from 15":  {"640200", frame.Age, 751_389 - 115_843},
		"Wuzhong, sex":             {"640300", frame.Sex, 1_382_713},
		"Wuzhong, age from 15":     {"640300", frame.Age, 1_382_713 - 317_406},
		"a department, sex":        {"dept-03", frame.Sex, 7_202_654},
		"a department, residence":  {"dept-03", frame.Residence, 7_202_654},
		"a county, no sex at all":  {"640121", frame.Sex, 0},
		"a city without, no age":   {"640100", frame.Age, 0},
		"a city without residence": {"640300", frame.Residence, 0},
	}
	for name, c := range cases {
		var got int64
		for _, m := range frame.Margins(c.code) {
			if m.Variable == c.variable {
				for _, cell := range m.Cells {
					got += cell.Parts
				}
			}
		}
		if got != c.want {
			t.Errorf("%s: got %d, want %d", name, got, c.want)
		}
	}
}

func TestRegionTotalsAreNeverPutOnACounty(t *testing.T) {
	t.Parallel()
	for _, a := range frame.Areas() {
		got := len(frame.Margins(a.Code))
		want := map[string]int{"640000": 3, "640200": 2, "640300": 2}[a.Code]
		if got != want {
			t.Errorf("%s %s: got %d margins, want %d", a.Code, a.Zh, got, want)
		}
	}
}
