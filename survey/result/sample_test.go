package result_test

import (
	"encoding/csv"
	"fmt"
	"math"
	"os"
	"strconv"
	"strings"
	"testing"

	"minyi/survey/frame"
	"minyi/survey/result"
	"minyi/survey/tabulate"
)

// people is how many answered the made-up survey, of which testdata/answers.csv is
// the copy that R read.
const people = 240

// answer is one made-up sheet: three strata of eight PSUs, three items of five
// points with 8 and 9 apart.
func answer(i int) tabulate.Response {
	psu := i / 10
	r := tabulate.Response{
		Stratum: string(rune('A' + psu/8)), PSU: strconv.Itoa(psu), Weight: float64(20 + 5*(psu/8)),
		Sex: []string{"female", "male"}[(i*7+i/3)%2], Age: []string{"15-59", "60+"}[(i*i+psu)%4/3],
		Residence: []string{"rural", "town", "urban"}[(i*5+i/7)%9/4],
	}
	base := 1 + (i*i+3*i+psu)%5
	other := 1 + (i*11+psu*psu)%5
	third := 1 + (base+other+i%3)/3
	r.Points = []int{base, other, third}
	if i%17 == 3 {
		r.Points[1] = 8
	}
	if i%23 == 5 {
		r.Points[2] = 9
	}
	return r
}

func madeSurvey() tabulate.Survey {
	s := tabulate.Survey{Population: 8000, Margins: []frame.Margin{
		{Variable: frame.Sex, Cells: []frame.Cell{{Category: "female", Parts: 49}, {Category: "male", Parts: 51}}},
		{Variable: frame.Age, Cells: []frame.Cell{{Category: "15-59", Parts: 70}, {Category: "60+", Parts: 30}}},
	}}
	for _, id := range []string{"q1", "q2", "q3"} {
		s.Items = append(s.Items, tabulate.Item{ID: id, Valid: []int{1, 2, 3, 4, 5}, Satisfied: []int{4, 5}, DontKnow: 8, NoAnswer: 9})
	}
	s.Items[1].Indicator = "84"
	list := &s.Sampled
	list.N = people
	list.Points = make([]tabulate.Points, 3)
	for k := range list.Points {
		list.Points[k].Of = []int{1, 2, 3, 4, 5, 8, 9}
	}
	names := [3][]string{{"female", "male"}, {"15-59", "60+"}, {"rural", "town", "urban"}}
	list.Sex.Names, list.Age.Names, list.Residence.Names = names[0], names[1], names[2]
	for i := range people {
		r := answer(i)
		for k, p := range r.Points {
			list.Points[k].Code = append(list.Points[k].Code, uint8(strings.Index("1234589", strconv.Itoa(p))))
		}
		for k, category := range []string{r.Sex, r.Age, r.Residence} {
			to := []*tabulate.Category{&list.Sex, &list.Age, &list.Residence}[k]
			for c, name := range names[k] {
				if name == category {
					to.Code = append(to.Code, uint8(c))
				}
			}
		}
		if i%10 == 0 {
			list.Units = append(list.Units, tabulate.Unit{Stratum: r.Stratum, PSU: r.PSU, Weight: r.Weight})
		}
		list.Of = append(list.Of, int32(len(list.Units)-1))
		list.Insider = append(list.Insider, false)
	}
	return s
}

func sampled(t *testing.T) *result.Sample {
	t.Helper()
	s, err := result.NewSample(madeSurvey(), "age")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestTheCopyForRIsTheSurvey holds the file that R read to the survey of the tests.
func TestTheCopyForRIsTheSurvey(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	b.WriteString("stratum,psu,w,sex,age,residence,q1,q2,q3\n")
	for i := range people {
		r := answer(i)
		fmt.Fprintf(&b, "%s,%s,%v,%s,%s,%s,%d,%d,%d\n", r.Stratum, r.PSU, r.Weight, r.Sex, r.Age, r.Residence, r.Points[0], r.Points[1], r.Points[2])
	}
	golden(t, "testdata/answers.csv", b.String())
}

// golden compares a text with a file, which MINYI_UPDATE=1 writes anew.
func golden(t *testing.T, file, got string) {
	t.Helper()
	if os.Getenv("MINYI_UPDATE") == "1" {
		if err := os.WriteFile(file, []byte(got), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s is not what the test makes", file)
	}
}

// fromR reads testdata/results.csv: what R says, by name.
func fromR(t *testing.T) map[string]float64 {
	t.Helper()
	f, err := os.Open("testdata/results.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]float64{}
	for _, row := range rows[1:] {
		if out[row[0]], err = strconv.ParseFloat(row[1], 64); err != nil {
			t.Fatal(err)
		}
	}
	return out
}

func near(t *testing.T, name string, got tabulate.Number, want map[string]float64) {
	t.Helper()
	v, ok := want[name]
	if !ok || math.Abs(float64(got)-v) > 1e-8*math.Max(1, math.Abs(v)) {
		t.Errorf("%s: got %v, R has %v (known: %v)", name, float64(got), v, ok)
	}
}
