package main

import (
	"encoding/json"
	"fmt"
	"math"
	"math/big"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"minyi/indicators"
	"minyi/indicators/audit"
	"minyi/indicators/roster"
)

// publishBoth lets the office publish the evaluation beside the survey.
func publishBoth(path string, form url.Values) bool {
	if path == "/office/notice/public" {
		form.Set("published.evaluation", "on")
	}
	return path == "/office/notice/public"
}

// also does one more swap.
func also(more swap) swap {
	return func(path string, form url.Values) bool {
		one, two := publishBoth(path, form), more(path, form)
		return one || two
	}
}

// TestTheWholeRoadAndWhatOneChangeDoes walks the road from the opening of the
// round to the naming through the doors, with a restart in between, and compares
// what the public sees with a calculation by hand. Then it walks it again three
// times with one answer, one mark, one weight changed on its way to the door.
func TestTheWholeRoadAndWhatOneChangeDoes(t *testing.T) {
	if testing.Short() {
		t.Skip("plays a whole round four times")
	}
	t.Parallel()
	w := openWorld(t, t.TempDir(), moment(time.July, 20, 9), nil)
	w.until(moment(time.August, 27, 9))
	beforeEvaluation, filed := w.copied(), len(w.sent)

	w = w.reopened(publishBoth)
	fieldwork := moment(time.October, 5, 12)
	w.until(fieldwork)
	inFieldwork, again, half := w.copied(), w.copied(), len(w.sent)

	w = w.reopened(publishBoth)
	w.until(moment(time.December, 20, 12))
	w.sound()
	checkFigures(t, w)
	checkPublished(t, w)
	checkTrail(t, w)

	t.Run("one answer", func(t *testing.T) {
		t.Parallel()
		oneAnswer(t, w, func(change swap) *world { return w.beside(t, inFieldwork, fieldwork, half, change) }, half)
	})
	t.Run("one mark", func(t *testing.T) {
		t.Parallel()
		oneMark(t, w, func(change swap) *world { return w.beside(t, again, fieldwork, half, change) }, half)
	})
	t.Run("one weight", func(t *testing.T) {
		t.Parallel()
		oneWeight(t, w, w.beside(t, beforeEvaluation, moment(time.August, 27, 9), filed, publishBoth))
	})
}

// checkFigures compares the public page and the ranking with what was sent.
func checkFigures(t *testing.T, w *world) {
	t.Helper()
	public := w.public()
	if got, want := len(public.named), 8; got != want {
		t.Errorf("named: got %d, want the plan's 5 and 3 of the 4 projects", got)
	}
	ranking := w.as("office1").get("/office/ranking?lang=en").body
	w.checkFed(t, ranking)
	for unit, track := range w.listed() {
		label := w.label(unit)
		if !slices.Contains(public.named, label) {
			t.Errorf("%s is on the notice and not named", label)
		}
		evaluated := w.evaluated(t, unit, track)
		if got := public.marks["Third-party evaluation"][label]; got != evaluated.String() {
			t.Errorf("%s, evaluation: got %s, want %s from the sheets", label, got, evaluated)
		}
		surveyed := w.handSurvey(t, unit)
		if surveyed.raked {
			surveyed.index, _ = strconv.ParseFloat(public.marks["Satisfaction survey"][label], 64)
		} else if got, want := public.marks["Satisfaction survey"][label], surveyed.mark(); got != want {
			t.Errorf("%s, survey: got %s, want %s from the answers and N/n", label, got, want)
		}
		survey, err := indicators.ParseMark(surveyed.mark())
		if err != nil {
			t.Fatal(err)
		}
		// The scheme's shares are 60 and 40; a total is rounded once, half up.
		joined := evaluated
		if track == roster.Comprehensive {
			joined = w.joined(t, unit)
		}
		total := indicators.Mark((60*int64(joined) + 40*int64(survey) + 50) / 100)
		if got := totalOf(t, ranking, label); got != total.String() {
			t.Errorf("%s, total: got %s, want %s", label, got, total)
		}
	}
}

// checkTrail looks for the steps in the order in which they must come.
func checkTrail(t *testing.T, w *world) {
	t.Helper()
	entries := w.trail()
	at := 0
	for _, want := range []string{
		"account.add", "round.open", "scheme.change", "dossier.start", "dossier.report", "dossier.profile", "exhibit.attach",
		"dossier.self", "dossier.file", "finding.file", "institution.add", "interest.declare", "plan.propose", "plan.confirm", "sheet.submit",
		"evaluation.close", "scorebook.close", "ranking.make", "verification.open", "verification.close", "candidates.propose",
		"notice.post", "scorebook.publish", "objection.file", "objection.answer", "naming.decide",
		"survey.create", "survey.frame", "survey.draw", "survey.poster", "survey.open", "survey.links",
		"deputies.create", "deputies.list", "deputies.open", "deputies.links", "survey.close", "deputies.close",
		"survey.propose", "survey.approve", "survey.approve", "survey.file",
		"deputies.propose", "deputies.approve", "deputies.approve", "deputies.file",
	} {
		i := slices.IndexFunc(entries[at:], func(e audit.Entry) bool { return e.Action == want && e.Outcome == "done" })
		if i < 0 {
			t.Fatalf("the trail has no %s after entry %d", want, at)
		}
		at += i + 1
	}
	by := map[string]string{}
	for _, e := range entries {
		by[e.Action] = e.Actor
	}
	if by["naming.propose"] == "" || by["naming.propose"] == by["naming.decide"] {
		t.Errorf("%q both proposed the names and decided", by["naming.propose"])
	}
}

// oneAnswer turns one satisfied resident of an unraked county into a dissatisfied
// one: the share falls by that person's weight over the sum of weights.
func oneAnswer(t *testing.T, base *world, open func(swap) *world, after int) {
	t.Helper()
	unit, who := base.unrakedResident(t, after)
	was := base.handSurvey(t, unit)
	other := open(also(func(path string, form url.Values) bool {
		if !strings.EqualFold(path, who.path) {
			return false
		}
		form.Set("q01", "2")
		return true
	}))
	other.until(moment(time.November, 2, 9))
	weight := was.weights[tokenOf(who.path)]
	point, err := strconv.Atoi(who.form.Get("q01"))
	if err != nil {
		t.Fatal(err)
	}
	wantShare := was.share - weight/was.sum
	wantIndex := was.index - 100.0/4*float64(point-2)*weight/was.sum/questions
	got := other.release(t, unit)
	// A released number has ten digits.
	if math.Abs(got.share-wantShare) > 1e-9 || math.Abs(got.index-wantIndex) > 1e-7 {
		t.Errorf("got share %v and index %v, want %v and %v", got.share, got.index, wantShare, wantIndex)
	}
	label := base.label(unit)
	before, now := base.public().marks["Satisfaction survey"], other.public().marks["Satisfaction survey"]
	if got, want := now[label], fmt.Sprintf("%.2f", math.Round(wantIndex*100)/100); got != want || got == before[label] {
		t.Errorf("%s: got %s published, want %s instead of %s", label, got, want, before[label])
	}
	for name := range before {
		if name != label && now[name] != before[name] {
			t.Errorf("%s: got %s, want %s as before: nobody there has answered otherwise", name, now[name], before[name])
		}
	}
}

// oneMark lowers one mark on one sheet.
func oneMark(t *testing.T, base *world, open func(swap) *world, after int) {
	t.Helper()
	unit, track, path, item := base.lateSheet(t, after)
	less := "0.30"
	if track == roster.Single {
		less = "3.00"
	}
	lowered := indicators.Mark(0)
	other := open(also(func(p string, form url.Values) bool {
		if p != path || form.Get("mark-"+item) == "" {
			return false
		}
		by, _ := indicators.ParseMark(less)
		full, err := indicators.ParseMark(form.Get("mark-" + item))
		if err != nil {
			t.Error(err)
		}
		lowered = full - by
		form.Set("mark-"+item, lowered.String())
		return true
	}))
	other.until(moment(time.November, 2, 9))
	label := base.label(unit)
	was, now := base.public().marks["Third-party evaluation"], other.public().marks["Third-party evaluation"]
	want := other.evaluated(t, unit, track)
	if got := now[label]; got != want.String() || got == was[label] {
		t.Errorf("%s: got %s published, want %s instead of %s", label, got, want, was[label])
	}
	if track == roster.Single {
		// By hand: one of two sheets lost three points, so their mean lost 1.50.
		before, _ := indicators.ParseMark(was[label])
		if want != before-150 {
			t.Errorf("%s: got %s, want %s less 1.50", label, want, before)
		}
	}
	for name := range was {
		if name != label && now[name] != was[name] {
			t.Errorf("%s: got %s, want %s as before", name, now[name], was[name])
		}
	}
}

// oneWeight moves five points of weight from a system's first heading to its
// second, as the shares must sum to 100.
func oneWeight(t *testing.T, base, other *world) {
	t.Helper()
	unit := base.firstComprehensive(t)
	system := string(base.unit(unit).System())
	office := other.as("office1")
	action, form := formTo(t, office.get("/office/indicators").body, "/office/indicators")
	for field, by := range map[string]indicators.Share{system + ".level.1": -500, system + ".level.2": 500} {
		share, err := indicators.ParseShare(form.Get(field))
		if err != nil {
			t.Fatal(err)
		}
		form.Set(field, (share + by).String())
	}
	form.Set("reason", "演练：调整一级指标权重")
	if got := office.post(action, form); got.status != http.StatusSeeOther {
		t.Fatalf("reweigh: got %d\n%s", got.status, got.body)
	}
	other.pass(&http.Request{URL: &url.URL{Path: action}, Header: http.Header{"Content-Type": {"application/x-www-form-urlencoded"}}}, []byte(form.Encode()))
	other.until(moment(time.November, 2, 9))
	if a, b := base.posted(fmt.Sprintf("/evaluate/%d-%s", base.year, unit)), other.posted(fmt.Sprintf("/evaluate/%d-%s", base.year, unit)); !sameForms(a, b) {
		t.Fatal("the sheets differ, not the weights alone")
	}
	label := base.label(unit)
	was, got := base.public().marks["Third-party evaluation"][label], other.public().marks["Third-party evaluation"][label]
	if want := other.evaluated(t, unit, roster.Comprehensive); got != want.String() || got == was {
		t.Errorf("%s: got %s published, want %s instead of %s", label, got, want, was)
	}
	if a, b := base.public().marks["Satisfaction survey"][label], other.public().marks["Satisfaction survey"][label]; a != b {
		t.Errorf("%s: the survey's figure changed from %s to %s with the weights of the evaluation", label, a, b)
	}
}

func sameForms(a, b []sent) bool {
	return slices.EqualFunc(a, b, func(x, y sent) bool {
		for _, one := range []url.Values{x.form, y.form} {
			one.Del("csrf")
		}
		return x.path == y.path && x.form.Encode() == y.form.Encode()
	})
}

// publicPage is what everybody sees: marks by instrument and unit, the named.
type publicPage struct {
	marks map[string]map[string]string
	named []string
}

func (w *world) public() publicPage {
	page := w.as("").get("/notices/2020?lang=en").body
	out := publicPage{marks: map[string]map[string]string{}}
	for _, m := range regexp.MustCompile(`<th scope="row" class="name">([^<]*)</th><td[^>]*>([^<·]*)[^<]*</td><td class="n"[^>]*>([^<]*)</td>`).FindAllStringSubmatch(page, -1) {
		instrument := strings.TrimSpace(m[2])
		if out.marks[instrument] == nil {
			out.marks[instrument] = map[string]string{}
		}
		out.marks[instrument][m[1]] = m[3]
	}
	list := w.as("").get("/named?lang=en").body
	for _, m := range regexp.MustCompile(`class="name"><a[^>]*>([^<]*)</a></th>`).FindAllStringSubmatch(list, -1) {
		out.named = append(out.named, m[1])
	}
	return out
}

// totalOf is the total in the unit's row of the ranking: the first strong number
// after its name.
func totalOf(t *testing.T, page, label string) string {
	t.Helper()
	m := regexp.MustCompile(`class="name">(?:<a [^>]*>)?` + regexp.QuoteMeta(label) + `<(?s:.*?)<strong>([^<]*)</strong>`).FindStringSubmatch(page)
	if m == nil {
		t.Fatalf("%s is not in the ranking", label)
	}
	return m[1]
}

func (w *world) unit(code roster.UnitCode) roster.Unit {
	w.t.Helper()
	u, err := w.h.roster.Unit(code)
	if err != nil {
		w.t.Fatal(err)
	}
	return u
}

func (w *world) label(code roster.UnitCode) string { return w.unit(code).Label("en") }

// listed are the units that the office put forward, by what it sent.
func (w *world) listed() map[roster.UnitCode]roster.Track {
	out := map[roster.UnitCode]roster.Track{}
	for _, one := range w.posted("/office/notice/candidates") {
		for name := range one.form {
			if target, ok := strings.CutPrefix(name, "candidate."); ok {
				unit, track, _ := strings.Cut(target, "/")
				out[roster.UnitCode(unit)] = roster.Track(track)
			}
		}
	}
	return out
}

func (w *world) firstComprehensive(t *testing.T) roster.UnitCode {
	t.Helper()
	var all []roster.UnitCode
	for unit, track := range w.listed() {
		if track == roster.Comprehensive {
			all = append(all, unit)
		}
	}
	if len(all) == 0 {
		t.Fatal("no comprehensive applicant is listed")
	}
	return slices.Min(all)
}

// lateSheet finds a sheet of a listed unit that was handed in after the given
// number of forms, and an item on it.
func (w *world) lateSheet(t *testing.T, after int) (unit roster.UnitCode, track roster.Track, path, item string) {
	t.Helper()
	listed := w.listed()
	for _, one := range w.sent[after:] {
		m := regexp.MustCompile(`^/evaluate/2020-(\w+)-(\w+)/sheet$`).FindStringSubmatch(one.path)
		if m == nil || listed[roster.UnitCode(m[1])] != roster.Track(m[2]) {
			continue
		}
		item = "5"
		if m[2] == string(roster.Single) {
			item = string(indicators.Typical)
		}
		return roster.UnitCode(m[1]), roster.Track(m[2]), one.path, item
	}
	t.Fatal("no sheet of a listed unit was handed in late")
	return "", "", "", ""
}

// evaluated is a dossier's evaluation by hand, from the sheets and the scheme
// that were sent: the mean of both totals, half up.
func (w *world) evaluated(t *testing.T, unit roster.UnitCode, track roster.Track) indicators.Mark {
	t.Helper()
	sum, sheets := int64(0), int64(0)
	for _, one := range w.posted(fmt.Sprintf("/evaluate/%d-%s-%s/sheet", w.year, unit, track)) {
		sheets++
		if track == roster.Single {
			for _, k := range indicators.Criteria() {
				sum += int64(markOf(t, one.form, "mark-"+string(k)))
			}
			continue
		}
		sum += w.sheetTotal(t, one.form, w.unit(unit).System(), nil)
	}
	if sheets != 2 {
		t.Fatalf("%s: got %d sheets, want 2", unit, sheets)
	}
	return indicators.Mark((sum + 1) / 2)
}

// sheetTotal is the total of a comprehensive sheet by hand: the share of each
// heading times what was reached of its marks, one mark an indicator, and up to
// three points of bonus.
//
// given are the indicators that surveys give: the sheet has none of them.
func (w *world) sheetTotal(t *testing.T, form url.Values, system indicators.System, given map[indicators.Number]indicators.Mark) int64 {
	t.Helper()
	catalogue, err := indicators.Load(indicators.Edition2019, system)
	if err != nil {
		t.Fatal(err)
	}
	schemes := w.posted("/office/indicators")
	scheme := schemes[len(schemes)-1].form
	total, shares := new(big.Rat), new(big.Rat)
	for n, heading := range catalogue.Headings() {
		reached, full := int64(0), int64(0)
		for _, i := range catalogue.Indicators {
			field := "mark-" + string(i.Number)
			mark, surveyed := given[i.Number]
			switch {
			case i.Kind != indicators.Regular || i.Level1 != heading:
			case surveyed && form.Has(field):
				t.Errorf("%s is on the sheet, and a survey gives it (C29)", i.Number)
			case surveyed:
				reached += int64(mark)
				full += int64(markOf(t, scheme, string(system)+"."+string(i.Number)))
			case form.Has(field):
				reached += int64(markOf(t, form, field))
				full += int64(markOf(t, scheme, string(system)+"."+string(i.Number)))
			}
		}
		share := new(big.Rat).SetInt64(int64(markOf(t, scheme, string(system)+".level."+itoa(n+1))))
		shares.Add(shares, share)
		total.Add(total, share.Mul(share, big.NewRat(reached, full)))
	}
	total.Quo(total, shares).Mul(total, big.NewRat(10000, 1))
	if bonus := form.Get("mark-A1"); bonus != "" {
		total.Add(total, new(big.Rat).SetInt64(min(300, int64(markOf(t, form, "mark-A1")))))
	}
	rounded, _ := new(big.Rat).Add(total, big.NewRat(1, 2)).Float64()
	return min(10000, int64(math.Floor(rounded)))
}

func markOf(t *testing.T, form url.Values, field string) indicators.Mark {
	t.Helper()
	m, err := indicators.ParseMark(form.Get(field))
	if err != nil {
		t.Fatalf("%s: %v", field, err)
	}
	return m
}

// questions are the scored items of the default questionnaire.
const questions = 12

// surveyed is a unit's survey by hand.
type surveyed struct {
	share   float64 // weighted share satisfied with the first item
	index   float64 // 0 to 100
	sum     float64 // of the weights behind share; all items where nobody said 不清楚
	weights map[string]float64
	raked   bool
	dispute float64 // as share, with the tenth: what indicator 84 asks
}

func (s surveyed) mark() string { return fmt.Sprintf("%.2f", math.Round(s.index*100)/100) }

func tokenOf(path string) string { return strings.ToUpper(path[strings.LastIndex(path, "/")+1:]) }

// handSurvey weights the answers that were sent by N/n of the strata: N is the
// sum of the sizes in the frame that the agency sent, n the number of links.
func (w *world) handSurvey(t *testing.T, unit roster.UnitCode) surveyed {
	t.Helper()
	signed := w.release(t, unit)
	out := surveyed{weights: map[string]float64{}, raked: signed.raked}
	if out.raked {
		out.dispute = signed.dispute
		return out
	}
	people, links := w.frame(unit)
	all, _, _ := w.progress()
	for _, l := range all {
		if l.Unit == string(unit) {
			stratum := l.PSU[:7] // the county's code and C for towns, V for villages
			out.weights[tokenOf(l.path())] = people[stratum] / links[stratum]
		}
	}
	for q := 1; q <= questions; q++ {
		var sum, satisfied, points float64
		for _, one := range w.posted("/") {
			weight, ours := out.weights[tokenOf(one.path)]
			point, err := strconv.Atoi(one.form.Get(fmt.Sprintf("q%02d", q)))
			if !ours || !strings.HasPrefix(one.path, "/q/") || err != nil || point > 5 {
				continue
			}
			sum += weight
			points += weight * float64(point)
			if point >= 4 {
				satisfied += weight
			}
		}
		if q == 1 {
			out.share, out.sum = satisfied/sum, sum
		}
		if q == 10 {
			out.dispute = satisfied / sum
		}
		out.index += 100 * (points/sum - 1) / 4 / questions
	}
	return out
}

// frame sums up a county's frame by stratum: people and links.
func (w *world) frame(unit roster.UnitCode) (people, links map[string]float64) {
	w.t.Helper()
	all, _, surveys := w.progress()
	people, links = map[string]float64{}, map[string]float64{}
	for _, one := range w.sent {
		if one.path != surveys[string(unit)]+"/frame" {
			continue
		}
		for _, m := range regexp.MustCompile(`(?m)^[^,\n]*,(\d{6}[CV])\d+,[^,]*,(\d+)\r?$`).FindAllStringSubmatch(string(one.body), -1) {
			size, _ := strconv.ParseFloat(m[2], 64)
			people[m[1]] += size
		}
	}
	for _, l := range all {
		if l.Unit == string(unit) {
			links[l.PSU[:7]]++
		}
	}
	return people, links
}

// release reads the signed document as the agency does.
func (w *world) release(t *testing.T, unit roster.UnitCode) surveyed {
	t.Helper()
	_, _, surveys := w.progress()
	got := w.as("agency1").get(surveys[string(unit)] + "/release.json")
	var document struct {
		Result struct {
			Weighting struct{ Margins []any }
			Sampled   struct {
				Index struct{ Est float64 }
				Items []struct {
					ID        string
					Satisfied struct{ Est float64 }
				}
			}
		}
	}
	if err := json.Unmarshal([]byte(got.body), &document); err != nil {
		t.Fatalf("release of %s: %d %v", unit, got.status, err)
	}
	r := document.Result
	if len(r.Sampled.Items) != questions || r.Sampled.Items[0].ID != "q01" || r.Sampled.Items[9].ID != "q10" {
		t.Fatalf("release of %s: %d items", unit, len(r.Sampled.Items))
	}
	return surveyed{share: r.Sampled.Items[0].Satisfied.Est, index: r.Sampled.Index.Est, raked: len(r.Weighting.Margins) > 0, dispute: r.Sampled.Items[9].Satisfied.Est}
}

// unrakedResident finds a resident of a listed county whose weights are those of
// the design, who answered late and was satisfied with the first item.
func (w *world) unrakedResident(t *testing.T, after int) (roster.UnitCode, sent) {
	t.Helper()
	listed := w.listed()
	all, _, _ := w.progress()
	unitOf := map[string]roster.UnitCode{}
	for _, l := range all {
		unitOf[tokenOf(l.path())] = roster.UnitCode(l.Unit)
	}
	for _, one := range w.sent[after:] {
		unit := unitOf[tokenOf(one.path)]
		if one.form == nil || listed[unit] == "" || !strings.HasPrefix(one.path, "/q/") || w.unit(unit).Group() != roster.Counties {
			continue
		}
		if q := one.form.Get("q01"); (q == "4" || q == "5") && !w.release(t, unit).raked {
			return unit, one
		}
	}
	t.Fatal("no satisfied resident of an unraked county answered late")
	return "", sent{}
}
