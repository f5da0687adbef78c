package main

import (
	"fmt"
	"math"
	"regexp"
	"strings"
	"testing"

	"minyi/indicators"
	"minyi/indicators/roster"
)

// fedByHand are the marks that surveys give a unit: 84 where at least 80 % of the
// residents' weight is satisfied with item q10 (C129), 72 where at least 95 % of
// the deputies who answered are (C122); all of the marks or none, as the round's
// setting stands. What nobody asked is not there.
func (w *world) fedByHand(t *testing.T, unit roster.UnitCode) map[indicators.Number]indicators.Mark {
	t.Helper()
	schemes := w.posted("/office/indicators")
	full := func(n string) indicators.Mark {
		return markOf(t, schemes[len(schemes)-1].form, string(w.unit(unit).System())+"."+n)
	}
	out := map[indicators.Number]indicators.Mark{"84": 0}
	if w.handSurvey(t, unit).dispute >= 0.80 {
		out["84"] = full("84")
	}
	if asked, _ := w.play.DeputySurvey(); asked == unit {
		out["72"] = 0
		if satisfied, all := w.deputies(); float64(satisfied) >= 0.95*float64(all) {
			out["72"] = full("72")
		}
	}
	return out
}

// deputies counts the answers to d01 that were sent: satisfied, and on the scale.
func (w *world) deputies() (satisfied, all int) {
	for _, one := range w.posted("/q/") {
		switch one.form.Get("d01") {
		case "4", "5":
			satisfied, all = satisfied+1, all+1
		case "1", "2", "3":
			all++
		}
	}
	return satisfied, all
}

// joined is a dossier's evaluation by hand with what surveys give: the mean of the
// sheets' totals, half up, each made with those indicators as if they had been
// marked.
func (w *world) joined(t *testing.T, unit roster.UnitCode) indicators.Mark {
	t.Helper()
	given, sum := w.fedByHand(t, unit), int64(0)
	for _, one := range w.posted(fmt.Sprintf("/evaluate/%d-%s-comprehensive/sheet", w.year, unit)) {
		sum += w.sheetTotal(t, one.form, w.unit(unit).System(), given)
	}
	return indicators.Mark((sum + 1) / 2)
}

// checkFed looks for what the office must see of each indicator that a survey
// gives: the share, the verdict, the mark, and where there is none that it is left
// out (C30).
func (w *world) checkFed(t *testing.T, ranking string) {
	t.Helper()
	asked, _ := w.play.DeputySurvey()
	satisfied, all := w.deputies()
	if satisfied == 0 || satisfied == all {
		t.Fatalf("%d of %d deputies are satisfied: the rehearsal lost a voice", satisfied, all)
	}
	rows := regexp.MustCompile(`(?s)<table class="fed">.*?</table>`).FindAllString(ranking, -1)
	text := strings.Join(rows, "")
	share := func(part, of float64) string { return fmt.Sprintf("%.2f", math.Floor(10000*part/of+1e-9)/100) }
	for unit, track := range w.listed() {
		if track != roster.Comprehensive {
			continue
		}
		given := w.fedByHand(t, unit)
		for _, number := range []indicators.Number{"72", "84"} {
			row := regexp.MustCompile(`(?s)class="name">` + regexp.QuoteMeta(w.label(unit)) + `</th><td class="n">` + string(number) + `</td>.*?</tr>`).FindString(text)
			mark, known := given[number]
			want := []string{"Met", mark.String() + " / 1.00"}
			switch {
			case number == "72" && unit == asked:
				want = append(want, share(float64(satisfied), float64(all))+"</strong>", "≥ 95.00 %")
			case !known:
				want = []string{"Left out", "Deputies and members not surveyed"}
			case mark == 0:
				want[0] = "Not met"
			}
			for _, words := range want {
				if !strings.Contains(row, words) {
					t.Errorf("%s, indicator %s: the page lacks %q:\n%s", w.label(unit), number, words, row)
				}
			}
		}
	}
}
