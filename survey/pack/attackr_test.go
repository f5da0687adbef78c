package pack_test

import (
	"encoding/csv"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// attacksOfR are two of the surveys of TestS43NoHiddenCountIsToldByAllTablesOfASurveyAtOnce
// as testdata/attack.R reads them: a line an equation (its sum, and the unknown numbers
// that make it) or a count that is sought.
func attacksOfR(t *testing.T) (text string, all []*attack) {
	t.Helper()
	var b strings.Builder
	b.WriteString("attack,kind,sum,of\n")
	line := func(name, kind string, sum float64, row []float64) {
		var of []string
		for i, v := range row {
			if v != 0 {
				of = append(of, strconv.Itoa(i+1))
			}
		}
		b.WriteString(name + "," + kind + "," + strconv.FormatFloat(sum, 'f', -1, 64) + "," + strings.Join(of, " ") + "\n")
	}
	for n, seed := range []uint64{3, 8} {
		one := publish(t, surveyed(seed)).item(t, 0)
		all = append(all, one)
		for i, row := range one.a {
			line(strconv.Itoa(n), "known", one.b[i], row)
		}
		for _, secret := range one.hidden {
			line(strconv.Itoa(n), "sought", product(secret.of, one.truth), secret.of)
		}
	}
	return b.String(), all
}

// TestS43TheProgramsOfTheAttackAreThoseOfR: testdata/ranges.csv is what lpSolve says of
// the same equations, as testdata/attack.R asks it.
func TestS43TheProgramsOfTheAttackAreThoseOfR(t *testing.T) {
	if testing.Short() {
		t.Skip("one goroutine drives it")
	}
	t.Parallel()
	text, all := attacksOfR(t)
	want, err := os.ReadFile("testdata/attack.csv")
	if err != nil {
		t.Fatal(err)
	}
	if text != string(want) {
		if os.Getenv("MINYI_WRITE_ATTACK") != "" {
			if err := os.WriteFile("testdata/attack.csv", []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		t.Fatal("the attacks are others than those that R was asked: write testdata/attack.csv with MINYI_WRITE_ATTACK=1 and run attack.R")
	}
	raw, err := os.ReadFile("testdata/ranges.csv")
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(strings.NewReader(string(raw))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	rows = rows[1:]
	for n, one := range all {
		program := begin(one.a, one.b)
		for _, secret := range one.hidden {
			for e, sign := range []float64{-1, 1} {
				r, err := strconv.ParseFloat(rows[0][1+e], 64)
				if got := product(secret.of, program.most(secret.of, sign)); err != nil || math.Abs(got-r) > 1e-6 {
					t.Errorf("attack %d, %s: end %d is %v, by R %v, %v", n, secret.name, e, got, r, err)
				}
			}
			low, _ := strconv.ParseFloat(rows[0][1], 64)
			high, _ := strconv.ParseFloat(rows[0][2], 64)
			if high-low < least-1e-6 {
				t.Errorf("attack %d, %s: by R it lies between %v and %v", n, secret.name, low, high)
			}
			rows = slices.Delete(rows, 0, 1)
		}
	}
	if len(rows) != 0 {
		t.Errorf("R answered %d more questions", len(rows))
	}
}
