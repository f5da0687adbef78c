package main

import (
	"fmt"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"minyi/cmd/internal/rehearsal"
	"minyi/indicators"
	"minyi/indicators/naming"
	"minyi/indicators/roster"
	"minyi/web/view"
)

// The units of the two rounds: each plays its part in what goes wrong.
const (
	keeper    = roster.UnitCode("640100") // named in 2020, and again in 2022
	revokee   = roster.UnitCode("640104") // named in 2020, revoked in 2021 for fraud
	cancelled = roster.UnitCode("640221") // cancelled in 2020 for untrue material (C99)
	singer    = roster.UnitCode("640302") // a single project in both rounds
	newcomer  = roster.UnitCode("640423") // a single project in 2022
)

// year is a time of a year in Ningxia.
func inYear(year int, month time.Month, day int) time.Time {
	return time.Date(year, month, day, 9, 0, 0, 0, time.FixedZone("Asia/Shanghai", 8*60*60))
}

// TestPlay2020And2022 plays the round of 2020 to its names, the year after with
// reports, a draw, a revocation and a bar, and the round of 2022, through the doors
// and as the people who do it. All totals are worked out by hand from what was sent.
func TestPlay2020And2022(t *testing.T) {
	if testing.Short() {
		t.Skip("plays two rounds, one request after the other")
	}
	t.Parallel()
	const residents = 150
	dir := t.TempDir()
	w := openCast(t, dir, inYear(2020, time.July, 20), publishBoth, rehearsal.Config{
		Residents: residents, Units: []roster.UnitCode{keeper, revokee, cancelled, singer},
	})
	k := w.watched(t)
	w.until(inYear(2020, time.October, 29))
	w.boardSays(2020, map[string]string{"visits": "", "cutoff": ""})
	t.Run("two clicks", func(t *testing.T) { w.twoClicks(t) })
	t.Run("search", func(t *testing.T) { w.searched(t) })
	w.cancel(cancelled)
	w.until(inYear(2020, time.December, 20))
	t.Run("C85 totals of 2020", func(t *testing.T) { w.totals(t, 3) })
	t.Run("C31 each unit has its own survey", func(t *testing.T) { w.surveysOf(t, keeper, revokee, singer) })
	t.Run("C101 nobody else opens a round", func(t *testing.T) { w.oneOrganiser(t) })
	w.yearAfter(t)
	k.played()
	w.everyEntrySaysWhatChanged(t)
	w.close()

	w = openCast(t, dir, inYear(2022, time.July, 23), shares2022, rehearsal.Config{
		Residents: residents, Year: 2022, Units: []roster.UnitCode{keeper, singer, newcomer},
	})
	w.boardSays(2020, map[string]string{"next": "", "catalogue": "2022-07-22"})
	w.until(inYear(2022, time.August, 3))
	t.Run("C99 who is barred is told so", func(t *testing.T) { w.barred(t) })
	w.until(inYear(2022, time.December, 20))
	t.Run("C32 totals of 2022", func(t *testing.T) { w.totals(t, 3) })
	t.Run("C13 the register on five days", func(t *testing.T) { w.register(t) })
	t.Run("S18 each role takes its columns, applicants read no assessor", func(t *testing.T) { w.fieldsAreAsReviewed(t) })
	w.sound()
}

// shares2022 gives the visits a share, so that a total has three parts.
func shares2022(path string, form url.Values) bool {
	if path == "/office/indicators" {
		form.Set("parts.evaluation", "50")
		form.Set("parts.survey", "30")
		form.Set("parts.verification", "20")
		return true
	}
	return publishBoth(path, form)
}

// words is a text in English.
func (w *world) words(key string) string {
	w.t.Helper()
	texts, err := view.LoadTexts()
	if err != nil {
		w.t.Fatal(err)
	}
	return texts.Say(view.English, key, nil)
}

// fill fills in the form of a page that posts to an address that ends so, and sends it.
func (b *browser) fill(page, suffix string, pairs ...string) reply {
	b.t.Helper()
	action, form := formTo(b.t, b.get(page).body, suffix)
	for i := 0; i+1 < len(pairs); i += 2 {
		form.Set(pairs[i], pairs[i+1])
	}
	return b.post(action, form)
}

// done wants what was sent to be taken.
func (w *world) done(what string, got reply) {
	w.t.Helper()
	if got.status != http.StatusSeeOther {
		said := regexp.MustCompile(`(?s)class="(?:error|problems)".*?</(?:p|section)>`).FindAllString(got.body, -1)
		w.t.Fatalf("%s: got %d\n%s", what, got.status, said)
	}
}

// boardSays looks for actions on the office's board: their sentence, and the day by
// which.
func (w *world) boardSays(year int, want map[string]string) {
	w.t.Helper()
	page := w.as("office1").get(fmt.Sprintf("/office?round=%d&lang=en", year)).body
	_, list, _ := strings.Cut(page, `<ol class="todo">`)
	list, _, _ = strings.Cut(html.UnescapeString(list), "</ol>")
	for code, day := range want {
		sentence, _, _ := strings.Cut(w.words("todo."+code), "{")
		if !strings.Contains(list, sentence) || !strings.Contains(list, day) {
			w.t.Errorf("the board lacks %q %s:\n%s", sentence, day, list)
		}
	}
}

// cancel cancelled an application for untrue material: one person proposes, another
// confirms (C99).
func (w *world) cancel(unit roster.UnitCode) {
	w.t.Helper()
	page := fmt.Sprintf("/office/formal/%d-%s-comprehensive", w.year, unit)
	w.done("cancel", w.as("office1").fill(page, "/cancel", "cancel_reason", "演练：伪造佐证材料", "cancel_evidence", "演练问题登记 1 号", "cancel_document", "宁党法办〔2020〕8号"))
	w.done("confirm the cancelling", w.as("office2").fill(page, "/cancel/confirm"))
}

// totals compares every total of the ranking with one worked out from the marks, the
// answers and the visits that were sent; want is how many have one.
func (w *world) totals(t *testing.T, want int) {
	t.Helper()
	ranking := w.as("office1").get(fmt.Sprintf("/office/ranking?round=%d&lang=en", w.year)).body
	listed := w.listed()
	if len(listed) != want {
		t.Errorf("proposed: got %v, want %d", listed, want)
	}
	schemes := w.posted("/office/indicators")
	scheme := schemes[len(schemes)-1].form
	for unit, track := range listed {
		evaluated := w.evaluated(t, unit, track)
		if track == roster.Comprehensive {
			evaluated = w.joined(t, unit)
		}
		survey, err := indicators.ParseMark(w.surveyMark(t, unit))
		if err != nil {
			t.Fatal(err)
		}
		sum, of := int64(0), int64(0)
		for part, mark := range map[string]indicators.Mark{"evaluation": evaluated, "survey": survey, "verification": w.visited(t, unit, track)} {
			share := int64(markOf(t, scheme, "parts."+part))
			sum, of = sum+share*int64(mark), of+share
		}
		total := indicators.Mark((2*sum + of) / (2 * of)) // once, half up
		if got := totalOf(t, ranking, w.label(unit)); got != total.String() {
			t.Errorf("%s: got %s, want %s by hand", unit, got, total)
		}
	}
}

// surveyMark is a unit's survey by hand, from the answers that were sent; where the
// weights were raked, the released index.
func (w *world) surveyMark(t *testing.T, unit roster.UnitCode) string {
	t.Helper()
	by := w.handSurvey(t, unit)
	if by.raked {
		by.index = w.release(t, unit).index
	}
	return by.mark()
}

// visited is the mark of a visit by hand: of the items that the team looked at, the
// share that it found confirmed, half up.
func (w *world) visited(t *testing.T, unit roster.UnitCode, track roster.Track) indicators.Mark {
	t.Helper()
	right, all := int64(0), int64(0)
	for _, one := range w.posted("/verify/") {
		if !strings.Contains(one.path, string(unit)) || !strings.Contains(one.path, string(track)) || one.form.Get("f.words") == "" {
			continue
		}
		right, all = 0, 0
		for field, values := range one.form {
			if !strings.HasPrefix(field, "f.") || !strings.HasSuffix(field, ".result") {
				continue
			}
			switch values[0] {
			case "confirmed":
				right, all = right+1, all+1
			case "not":
				all++
			}
		}
	}
	if all == 0 {
		t.Fatalf("nobody has visited %s", unit)
	}
	return indicators.Mark((2*10000*right + all) / (2 * all))
}

// surveysOf looks at the release of each unit: a frame, a sample, the version of the
// paper, how many answered, and a mark with its interval (C31).
func (w *world) surveysOf(t *testing.T, units ...roster.UnitCode) {
	t.Helper()
	_, _, surveys := w.progress()
	seen := map[string]bool{}
	for _, unit := range units {
		got := w.as("office1").get(surveys[string(unit)] + "/release.json")
		for _, want := range []string{`"unit":"` + string(unit) + `"`, `"frame_hash":"`, `"sample":{`, `"questionnaire":{`, `"low":`, `"high":`} {
			if got.status != http.StatusOK || !strings.Contains(got.body, want) {
				t.Errorf("%s: got %d, want %s", unit, got.status, want)
			}
		}
		if seen[surveys[string(unit)]] {
			t.Errorf("%s shares its survey with another unit", unit)
		}
		seen[surveys[string(unit)]] = true
	}
}

// oneOrganiser: rounds are the office's alone, one a year, and no unit has its own (C101).
func (w *world) oneOrganiser(t *testing.T) {
	t.Helper()
	form := url.Values{"year": {"2021"}, "edition": {"2019"}, "plan_number": {"x"}, "plan_date": {"2020-01-01"}, "plan_basis": {"宁法办发〔2019〕39号"}, "override": {"市里自己办"}}
	for _, name := range []string{"applicant-640100", "agency1", "assessor1", "inspector1", "secadmin1", "sysadmin1", "auditor1"} {
		b := w.as(name)
		form.Set("csrf", csrfIn(b.get("/password").body))
		if got := b.post("/office/rounds", form); got.status != http.StatusForbidden {
			t.Errorf("%s opens a round: got %d, want 403", name, got.status)
		}
	}
	office := w.as("office1")
	form.Set("csrf", csrfIn(office.get("/password").body))
	form.Set("unit", "640100")
	if got := office.post("/office/rounds", form); got.status != http.StatusBadRequest {
		t.Errorf("a round of one city: got %d, want 400", got.status)
	}
	if got := office.fill("/office/rounds", "/office/rounds", "year", "2020", "plan_number", "x", "plan_date", "2019-12-18", "plan_basis", "宁法办发〔2019〕39号"); got.status == http.StatusSeeOther {
		t.Error("a second round of 2020 was opened")
	}
}

// name is the address of a unit's name of a round in the office's pages.
func (w *world) name(unit roster.UnitCode, year int) string {
	w.t.Helper()
	list, err := w.h.naming.Named(w.t.Context())
	if err != nil {
		w.t.Fatal(err)
	}
	for _, n := range list {
		if n.Target.Unit == unit && n.Round == year {
			return n.ID
		}
	}
	w.t.Fatalf("%s has no name of %d", unit, year)
	return ""
}

// yearAfter is 2021: two units report and are accepted, one does not; names are drawn
// for a spot check; one is revoked for fraud.
func (w *world) yearAfter(t *testing.T) {
	t.Helper()
	w.forward(inYear(2021, time.January, 20))
	for _, unit := range []roster.UnitCode{keeper, singer} {
		w.report(unit)
	}
	w.forward(inYear(2021, time.February, 2))
	w.boardSays(2020, map[string]string{"reports_overdue": "2021-01-31", "draw": "2021-12-31"})
	if public := w.as("").get("/reports?lang=en").body; !strings.Contains(public, w.label(keeper)) || strings.Contains(public, "演练：推进情况不完整") {
		t.Error("the public does not read the accepted report")
	}
	w.draw(t)
	w.revoke(revokee)
}

// go2 moves the clock.
func (w *world) forward(to time.Time) {
	w.t.Helper()
	if err := w.clock.Forward(to); err != nil {
		w.t.Fatal(err)
	}
}

// report writes, hands in and publishes the report of 2020, and the office accepts it.
func (w *world) report(unit roster.UnitCode) {
	w.t.Helper()
	own, page := w.as("applicant-"+string(unit)), "/apply/reports/2020"
	w.done("report", own.fill(page, page, "measures", "演练：推进措施", "results", "演练：成效", "problems", "演练：不足", "plan", "演练：打算", "do", "file"))
	action, form := formTo(w.t, own.get(page).body, page+"/publish")
	form.Set("proof_date", "2021-01-20")
	form.Set("proof_place", "演练日报（虚构）")
	w.done("proof", own.evidence(action, "截图.txt", "the page of the newspaper", form))
	w.done("accept", w.as("office1").fill("/office/reports/2020/"+string(unit), string(unit), "kind", "accepted"))
}

// draw freezes the list, draws by a number that nobody could know, and finds at least
// one, the same for everybody (C42).
func (w *world) draw(t *testing.T) {
	t.Helper()
	office := w.as("office1")
	w.done("freeze", office.fill("/office/checks", "/office/checks", "source", "演练：2021-02-03 双色球开奖号码", "on", "2021-02-03"))
	w.forward(inYear(2021, time.February, 4))
	w.done("draw", office.fill("/office/checks", "/draw", "number", "01 09 12 21 30 33 + 07"))
	drawn := w.as("").get("/checks").body
	if !slices.ContainsFunc([]roster.UnitCode{keeper, revokee, singer}, func(u roster.UnitCode) bool { return strings.Contains(drawn, w.unit(u).Name) }) {
		t.Errorf("nobody was drawn:\n%s", drawn)
	}
}

// revoke revokee a name for fraud: proposed, heard, confirmed by a second person.
func (w *world) revoke(unit roster.UnitCode) {
	w.t.Helper()
	page := "/office/supervision/" + w.name(unit, 2020)
	w.forward(inYear(2021, time.June, 2))
	one := w.as("office1")
	action, form := formTo(w.t, one.get(page).body, page+"/revoke")
	form.Del("file")
	for k, v := range map[string]string{"text": "演练：查实", "event": "2021-05-20", "words": "演练：决定撤销", "ground-fraud": "on", "means-untrue": "on"} {
		form.Set(k, v)
	}
	w.done("propose", one.evidence(action, "证据.txt", "what was found", form))
	w.forward(inYear(2021, time.June, 30))
	w.done("confirm", w.as("office2").fill(page, "/revoke/confirm", "document", "宁党法办〔2021〕7号", "date", "2021-06-30"))
}

// barred: who was cancelled and who was revoked for fraud may not begin an
// application in 2022, on either track, and reads why (C46, C99).
func (w *world) barred(t *testing.T) {
	t.Helper()
	for unit, code := range map[roster.UnitCode]string{cancelled: "fault.dossier.barred_by", revokee: "fault.dossier.revoked_bar"} {
		b := w.as("applicant-" + string(unit))
		home := b.get("/apply?lang=en").body
		sentence, _, _ := strings.Cut(w.words(code), "{")
		for _, track := range roster.Tracks() {
			got := b.post(fmt.Sprintf("/apply/2022/%s/start?lang=en", track), url.Values{"csrf": {csrfIn(home)}})
			if got.status != http.StatusForbidden || !strings.Contains(got.body, sentence) {
				t.Errorf("%s, %s: got %d without %q\n%s", unit, track, got.status, sentence, got.body)
			}
		}
	}
}

// register reads the public register on five days.
func (w *world) register(t *testing.T) {
	t.Helper()
	for _, c := range []struct {
		day              string
		valid, revoked   int
		oldest, youngest int // rounds of the names
	}{
		{"2020-12-09", 0, 0, 0, 0},
		{"2020-12-10", 3, 0, 2020, 2020},
		{"2021-06-29", 3, 0, 2020, 2020},
		{"2021-06-30", 2, 1, 2020, 2020},
		{"2022-12-10", 5, 1, 2020, 2022},
	} {
		day, err := roster.ParseDate(c.day)
		if err != nil {
			t.Fatal(err)
		}
		records, err := w.h.supervision.Register(t.Context(), day)
		if err != nil {
			t.Fatal(err)
		}
		csv := w.as("").get("/named.csv?on=" + c.day)
		valid, revoked := 0, 0
		for _, r := range records {
			switch r.Standing {
			case naming.Valid:
				valid++
			case naming.Revoked:
				revoked++
			case naming.Checked: // neither: no check is under way
			}
			if csv.status != http.StatusOK || !strings.Contains(csv.body, w.unit(r.Target.Unit).Name) || !strings.Contains(csv.body, strconv.Itoa(r.Round)) {
				t.Errorf("%s: %s is not in the file, %d", c.day, r.Target.Unit, csv.status)
			}
		}
		if valid != c.valid || revoked != c.revoked {
			t.Errorf("%s: got %d valid, %d revoked, want %d and %d", c.day, valid, revoked, c.valid, c.revoked)
		}
	}
}
