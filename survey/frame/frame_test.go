package frame_test

import (
	"fmt"
	"strings"
	"testing"

	"minyi/indicators/fault"
	"minyi/survey/frame"
)

func TestFrameIsTheSameInAnyOrderOfRows(t *testing.T) {
	t.Parallel()
	a, err := frame.ReadCSV(strings.NewReader("\ufeffstratum,psu,name,size,phone\nrural,v2,乙村,300,x\nurban,c1,甲社区,900,y\nrural,v1,丙村,100,z\n"))
	if err != nil {
		t.Fatal(err)
	}
	b, err := frame.ReadCSV(strings.NewReader("size,Name,PSU,Stratum\n100,丙村,v1,rural\n300,乙村,v2,rural\n900,甲社区,c1,urban\n"))
	if err != nil {
		t.Fatal(err)
	}
	if a.Hash() != b.Hash() {
		t.Errorf("hashes differ: %s, %s", a.Hash(), b.Hash())
	}
	if got, want := a.Population(), int64(1300); got != want {
		t.Errorf("population: got %d, want %d", got, want)
	}
	if got, want := a.Strata[0].Population(), int64(400); got != want {
		t.Errorf("rural: got %d, want %d", got, want)
	}
}

func TestFrameNamesRowAndColumnOfEachMistake(t *testing.T) {
	t.Parallel()
	many := "stratum,psu,size\n" + strings.Repeat("a,b,x\n", 200)
	cases := map[string]struct {
		csv  string
		want []string // code row column
	}{
		"no header":       {"", []string{"frame.header 1 "}},
		"missing column":  {"stratum,size\na,1\n", []string{"frame.header 1 "}},
		"nothing in it":   {"stratum,psu,size\n", []string{"frame.empty  "}},
		"three mistakes":  {"stratum,psu,size\n,p1,1\na,p2,0\na,p3,2\na,p3,2\n", []string{"frame.text 2 stratum", "frame.size 3 size", "frame.twice 5 psu"}},
		"short row":       {"stratum,psu,size\na,p1\na,p2,3\n", []string{"frame.row 2 "}},
		"broken UTF-8":    {"stratum,psu,size\n\xff,p1,1\n", []string{"frame.text 2 stratum"}},
		"direction marks": {"stratum,psu,size\na,p\u202e1,1\n", []string{"frame.text 2 psu"}},
		"too long":        {"stratum,psu,size\na," + strings.Repeat("村", 61) + ",1\n", []string{"frame.text 2 psu"}},
		"a decimal size":  {"stratum,psu,size\na,p1,1.5\n", []string{"frame.size 2 size"}},
	}
	for name, c := range cases {
		_, err := frame.ReadCSV(strings.NewReader(c.csv))
		var got []string
		for _, r := range fault.All(err) {
			got = append(got, fmt.Sprintf("%s %s %s", r.Code, r.Params["row"], r.Params["column"]))
		}
		if strings.Join(got, "; ") != strings.Join(c.want, "; ") {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
	}
	if _, err := frame.ReadCSV(strings.NewReader(many)); len(fault.All(err)) != 50 {
		t.Errorf("many mistakes: got %d named, want 50", len(fault.All(err)))
	}
}

func FuzzReadCSV(f *testing.F) {
	f.Add("stratum,psu,size\na,p1,10\n")
	f.Add("stratum,psu,name,size\n\"a\nb\",p1,x,10\n")
	f.Fuzz(func(t *testing.T, text string) {
		got, err := frame.ReadCSV(strings.NewReader(text))
		if err != nil {
			return
		}
		if got.Population() < 1 || len(got.Hash()) != 64 {
			t.Errorf("a frame of %d was taken", got.Population())
		}
	})
}
