package main_test

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path"
	"slices"
	"strings"
	"testing"
)

// listed is what `go list -json` says of one package, as far as the table needs it.
type listed struct {
	ImportPath   string
	Imports      []string
	TestImports  []string
	XTestImports []string
}

const modulePrefix = "minyi/"

// importTable is the architecture's table "who may import whom": for every
// package of ours the packages of ours that it may import. What is not listed is
// forbidden; a new package is a new row, with its reason in the commit. Rows of
// packages that do not exist yet stand here already.
func importTable() map[string][]string {
	g := []string{"indicators/fault", "indicators/audit", "indicators/access"}
	stats := []string{
		"stats/weight", "stats/design", "stats/estimate", "stats/sample",
		"stats/rank", "stats/agree", "stats/careless", "stats/regress", "stats/scale", "stats/sequence",
	}
	seven := []string{
		"survey/questionnaire", "survey/frame", "survey/invite", "survey/quality",
		"survey/tabulate", "survey/release", "survey/ledger",
	}
	application := join(g, "indicators/canonical", "indicators/scorebook", "indicators/roster", "indicators/evidence", "indicators")
	survey := join(g, append(seven, "survey/export", "survey/frame/listing", "survey/handout", "survey/library", "survey/result", "survey/coding", "survey/contact", "survey/monitor", "survey/paper", "survey/pack", "survey/scrutiny", "indicators/keyring", "indicators/roster", "indicators/scorebook", "indicators")...)
	return map[string][]string{
		"stats":        nil, // documentation only: the table of judges
		"stats/weight": nil, "stats/sample": nil, "stats/rank": nil, "stats/agree": nil, "stats/careless": nil,
		"stats/assign":   nil, // who marks whom: a plan by its own flow and search
		"stats/sequence": nil, // limits that hold at every look: its own sums, no design
		"stats/design":   {"stats/weight"},
		"stats/estimate": {"stats/design", "stats/weight"},
		"stats/regress":  {"stats/estimate", "stats/design", "stats/weight"}, // regressions on a design
		"stats/scale":    {"stats/estimate", "stats/design", "stats/weight"}, // reliability of scales
		"stats/analysis": stats,

		"indicators/fault":    nil,
		"indicators":          {"indicators/fault"},
		"indicators/audit":    {"indicators/fault"},
		"indicators/evidence": {"indicators/fault"},
		// What a browser can show of a file, made anew: pixels and plain blocks.
		"indicators/evidence/preview": {"indicators/evidence", "indicators/fault"},
		// The one form of a JSON text: of releases, and of the manifests of dossiers.
		"indicators/canonical": nil,
		"indicators/access":    {"indicators/audit", "indicators/fault"},
		"indicators/db":        {"indicators/audit", "indicators/fault"},
		// For tests: empty databases, their schema made once a process, and those of earlier schemas.
		"indicators/db/dbtest": {"indicators/audit", "indicators/db"},
		// Keys outside the database, and what is sealed under them; it knows no table.
		"indicators/keyring": {"indicators/fault"},
		"indicators/copies":  g, // who took a copy of what, and which page he read: knows no file
		"indicators/privacy": g, // the inventory of columns, and rights over what they hold

		// Working days by the State Council's notices, and the rule book as a form, as a
		// comparison of two versions and as a workbook that the office takes away and
		// brings back. Both know no round and no database.
		"indicators/workday":  nil,
		"indicators/rulebook": {"indicators", "indicators/fault"},

		// What the programme puts into the public log, through an interface: it knows no tree.
		"indicators/event": {"indicators/audit", "indicators/canonical", "indicators/fault"},
		// Messages to accounts, their copies and deliveries: knows no round and no result.
		"indicators/inbox": join(g, "indicators/keyring"),
		// What becomes due by the clock: counts and states, no mark.
		"indicators/reminder": join(g, "indicators/inbox", "indicators/roster", "indicators"),
		// The round's steps, and the announcement of what was moved.
		"indicators/calendar": join(g, "indicators/inbox", "indicators/roster", "indicators"),
		// The ways beside the inbox: a mail server, and a messaging gateway.
		"indicators/inbox/mail":    {"indicators/inbox"},
		"indicators/inbox/gateway": {"indicators/inbox"},

		"indicators/roster":      join(g, "indicators"),
		"indicators/scorebook":   join(g, "indicators/roster", "indicators"),
		"indicators/application": application,
		"indicators/evaluation":  join(application, "indicators/application", "stats/agree", "stats/assign"),
		// naming keeps the files of objections and tells who is concerned: evidence, inbox.
		"indicators/naming": join(g, "indicators/scorebook", "indicators/roster", "indicators/evidence", "indicators/inbox", "indicators/keyring", "indicators", "stats/rank"),
		// The register of the named, its papers and its signed list for other offices.
		// The record of on-site verification: the claims, the assessors' marks of single
		// indicators and the register of problems; naming knows it by what its store reads.
		"indicators/verification": join(application, "indicators/application", "indicators/evaluation", "indicators/naming", "indicators/inbox"),
		// A made-up visit for the tests of those who need a closed one.
		"indicators/verification/sample": join(g, "indicators/verification", "indicators/application", "indicators/naming", "indicators/roster"),
		"indicators/register":            join(g, "indicators/supervision", "indicators/naming", "indicators/roster", "indicators/canonical", "indicators"),
		"indicators/supervision":         join(g, "indicators/naming", "indicators/roster", "indicators/evidence", "indicators/inbox", "indicators"),
		// Where every applicant stands and what is next: facts of the steps, gathered through
		// interfaces that cmd fills, so that it imports none of those that come after filing.
		// The office's search: words and their order; the sources come from cmd.
		"indicators/search":   g,
		"indicators/progress": join(g, "indicators/application", "indicators/scorebook", "indicators/roster", "indicators"),
		// What follows a name: the library of practices, the way to the national name, and
		// records of support; they read the names and their standing, and no mark.
		"indicators/practice":       join(g, "indicators/inbox", "indicators/supervision", "indicators/naming", "indicators/roster", "indicators/evidence", "indicators"),
		"indicators/recommendation": join(g, "indicators/inbox", "indicators/supervision", "indicators/naming", "indicators/roster", "indicators/evidence", "indicators"),
		"indicators/support":        join(g, "indicators/supervision", "indicators/naming", "indicators/roster", "indicators"),
		// Feedback to each applicant after the publication: it reads sheets and findings,
		// and shows of others what a median in steps tells.
		"indicators/feedback": join(application, "indicators/inbox", "indicators/application", "indicators/evaluation"),
		"indicators/store": join(application, "indicators/application", "indicators/evaluation",
			"indicators/naming", "indicators/register", "indicators/supervision", "indicators/verification", "indicators/inbox", "indicators/event", "indicators/practice", "indicators/recommendation", "indicators/support", "indicators/feedback", "indicators/keyring", "indicators/privacy", "indicators/db"),

		"survey/questionnaire":       {"survey/questionnaire/rule", "survey/questionnaire/typed", "indicators/fault"},
		"survey/questionnaire/rule":  {"survey/questionnaire/typed"}, // conditions and their search: no paper, no refusal
		"survey/questionnaire/typed": nil,                            // numbers and dates as people type them
		// The agency's questionnaires, drafts and versions, and the two ways into a
		// draft that read what other programs write.
		"survey/library":               join(g, "survey/questionnaire"),
		"survey/questionnaire/pasted":  {"survey/questionnaire"},
		"survey/questionnaire/xlsform": {"survey/questionnaire", "survey/questionnaire/rule", "indicators/fault"},
		"survey/invite":                {"indicators/fault"},
		"survey/export":                {"survey/questionnaire", "indicators/fault"}, // files that other programs read: the rows and words come from survey and its door
		"survey/typeset":               {"survey/invite", "indicators/fault"},        // text, codes and shapes on the pages of a PDF file
		// The report of a release as blocks, and these blocks as a PDF file.
		"survey/report":        {"survey/release", "survey/questionnaire", "survey/tabulate", "survey/result/picture"},
		"survey/report/layout": {"survey/report", "survey/result/picture", "survey/typeset", "survey/invite"},
		"survey/report/sample": {"survey/report", "survey/release", "survey/questionnaire", "survey/tabulate", "survey/frame"}, // made-up figures for the tests of both
		"survey/handout":       {"survey/typeset", "survey/invite", "indicators/fault"},                                        // codes onto paper; the words come from the door
		"survey/frame":         {"indicators/fault", "stats/sample"},
		"survey/frame/listing": {"survey/frame", "indicators/fault"},                           // uploaded lists, with their mistakes by row
		"survey/job":           join(g, "indicators/keyring"),                                  // long work in the background: knows no kind of work itself; seals its files by the algorithm of the house
		"survey/quality":       {"survey/questionnaire", "stats/careless", "indicators/fault"}, // fault: a file of responses can be refused
		"survey/tabulate": {
			"survey/questionnaire", "survey/frame", "indicators/fault",
			"stats/weight", "stats/design", "stats/estimate",
		},
		// Messages, calls and what they ended with; the effect of the mode is a regression.
		"survey/contact": {"survey/tabulate", "indicators/fault", "stats/weight", "stats/design", "stats/estimate", "stats/regress"},
		// The A4 form and the rules of keying it twice: the form is typeset, with a code.
		"survey/paper": {"survey/questionnaire", "survey/questionnaire/rule", "survey/typeset", "survey/invite", "indicators/fault"},
		// The fieldwork while it runs: forecast, alarms, whom the answers leave out.
		"survey/monitor": {"survey/tabulate", "survey/frame", "indicators/fault", "stats/weight", "stats/sequence"},
		// Further tables of the same answers under the same weights: groups, comparison,
		// reliability; what is too small to be shown leaves it hidden.
		"survey/result": {
			"survey/tabulate", "indicators/fault",
			"stats/weight", "stats/design", "stats/estimate", "stats/rank", "stats/regress", "stats/scale",
		},
		"survey/result/picture": nil,                    // shapes of pictures: no survey, no language
		"survey/coding":         join(g, "stats/agree"), // open texts sorted by hand, and how far two people agree
		"survey/release":        {"survey/tabulate", "indicators/canonical", "indicators/fault"},
		"survey/ledger":         {"indicators/fault"},
		// Runs the logs: what waits, appends, checkpoints, promises, witnesses; knows no
		// survey and no answer.
		"survey/ledger/keeper": join(g, "survey/ledger"),
		// The public pack of a result: what is too small is hidden as in the tables.
		"survey/pack": {"survey/tabulate", "survey/release", "survey/result", "survey/ledger", "indicators/canonical", "indicators/fault"},
		// Outsiders' look behind a closed log: examiners, the public lot, all openings.
		"survey/scrutiny": {"survey/pack", "survey/ledger", "indicators/fault"},
		"survey":          survey,
		"survey/store":    join(g, append(seven, "survey", "survey/scrutiny", "survey/job", "survey/library", "survey/coding", "survey/ledger/keeper", "indicators/roster", "indicators/db")...),

		"web/view":  {"indicators", "indicators/fault"},
		"web/mark":  {"survey/export", "survey/typeset"},                                    // writes onto files whose they are; knows neither answer nor mark
		"web/login": {"web/view", "survey/invite", "indicators/access", "indicators/fault"}, // invite draws the code that an authenticator app scans
		"web": {
			"web/respond", "web/agency", "web/calendar", "web/inbox", "web/jobs", "web/monitor", "web/paper", "web/sample", "web/library", "web/results", "web/review", "web/weigh", "web/report", "web/rules", "web/ranking", "web/apply", "web/appoint", "web/agreement", "web/evaluate", "web/events", "web/exhibits", "web/formal", "web/seal", "web/office", "web/notice", "web/proceeding", "web/register", "web/yearly", "web/verify", "web/supervision",
			"web/contact", "web/deputies", "web/call", "web/api", "web/login", "web/view", "indicators/access", "indicators/fault", // access: the table of routes names the roles
			"web/practice", "web/feedback", "web/recommendation",
			"web/board", "web/search", "web/ledger", "web/privacy", "web/scrutiny",
			"web/mark", "indicators/copies", // what staff take away and read: one list, beside the table of routes
		},

		// The doors: what one may not see, its door cannot import by accident.
		// The applicant's door has no scorebook, survey or naming (C96, C97).
		"web/respond":         join(door("survey", "survey/questionnaire", "survey/invite", "survey/ledger", "indicators/roster"), "web/respond/deflate"),
		"web/respond/deflate": nil, // bytes onto fewer bytes: knows no page
		"web/agency":          door(append(seven, "survey", "survey/export", "survey/job", "survey/handout", "survey/library", "indicators", "indicators/roster")...),
		// The report and the release, which the office reads too: it shows the blocks
		// that survey/report makes, as a page, a file and, by layout, a PDF.
		"web/report": door("survey", "survey/report", "survey/report/layout", "survey/invite"),
		// The agency's page of work in the background.
		"web/jobs": door("survey", "survey/job"),
		// The sample: the frame's import, size, draw, reserve and its end.
		"web/sample": door("survey", "survey/frame", "survey/frame/listing", "survey/job", "indicators", "indicators/roster"),
		// The agency's door to the people of its samples, and the interviewers' desk:
		// they see one case at a time and no answer.
		"web/contact": door("survey", "survey/contact", "survey/export", "survey/questionnaire", "indicators"),
		"web/call":    door("survey", "survey/contact"),
		// The small surveys of deputies and members: their list, links, counts and release.
		"web/deputies": door("survey", "survey/tabulate", "indicators/roster"),
		// The agency's second door: the workbench of its questionnaires.
		"web/library": door("survey/library", "survey/questionnaire", "survey/questionnaire/pasted", "survey/questionnaire/xlsform"),
		// The fieldwork while it runs, live.
		"web/paper":   door("survey", "survey/job", "survey/paper", "survey/questionnaire", "indicators/roster"), // roster: the day on which forms came back
		"web/monitor": door("survey", "survey/contact", "survey/monitor"),
		// The agency's results: tables, pictures, open texts.
		"web/results": door("survey", "survey/result", "survey/result/picture", "survey/tabulate", "survey/questionnaire", "survey/coding", "indicators/roster"),
		// The agency's review of the answers' quality: what the detector says, and what two people decide.
		"web/review": door("survey", "survey/quality", "survey/tabulate"),
		// The agency's page of the weights: plans and what they do, no estimate.
		"web/weigh": door("survey", "survey/tabulate"),
		"web/apply": door("indicators/application", "indicators/supervision", "indicators/roster", "indicators/evidence", "indicators"),
		// The files of dossiers, for all who may read them: no mark, no score (C97).
		"web/exhibits": door("indicators/application", "indicators/roster", "indicators/evidence", "indicators/evidence/preview", "indicators"),
		// Seals: the applicant's own files, and the public check. The printed file is laid
		// out by the packages that lay out reports; they get words and no survey.
		"web/seal": door("indicators/application", "indicators/roster", "indicators", "survey/report", "survey/report/layout", "survey/result/picture"),
		// The office's formal check of what was filed: no mark, no score.
		"web/formal": door("indicators/application", "indicators/roster"),
		// The office's door to who evaluates, and everybody's own declarations.
		// How the evaluation goes: figures with their pictures, and lists as workbooks.
		"web/agreement": door("indicators/evaluation", "indicators/application", "indicators/roster", "indicators", "survey/export", "survey/result/picture"),
		"web/appoint":   door("indicators/evaluation", "indicators/application", "indicators/roster", "indicators"),
		"web/events":    door("indicators/event", "indicators/evaluation", "indicators/application", "indicators/roster"), // the public log of events, receipts
		"web/evaluate":  door("indicators/evaluation", "indicators/application", "indicators/roster", "indicators/evidence", "indicators"),
		// The combined ranking with its pictures, drawn by the package that draws a
		// survey's; it gets words and numbers and no survey.
		"web/ranking": door("indicators/naming", "indicators/scorebook", "indicators/roster", "indicators", "survey/result/picture"),
		// The office's rule book: indicators, units and documents.
		"web/rules": door("indicators/rulebook", "indicators/workday", "indicators/roster", "indicators"),
		// The office's first page: it shows what indicators/progress has worked out.
		// Rights over personal data: the inventory, and everybody's own record.
		"web/privacy": door("indicators/privacy", "indicators/inbox"),
		"web/search":  door("indicators/search"), // what was found, named and linked
		"web/board":   door("indicators/progress", "indicators/scorebook", "indicators/roster", "indicators"),
		"web/office": door("indicators/copies", "indicators/naming", "indicators/supervision", "indicators/evaluation", "indicators/application",
			"indicators/scorebook", "indicators/roster", "indicators/evidence", "indicators"),
		// On-site verification at the desk and at the place: no survey, no ranking's totals;
		// the printed record is laid out by the packages that lay out reports.
		"web/verify": door("indicators/verification", "indicators/evaluation", "indicators/application", "indicators/naming", "indicators/roster",
			"indicators/evidence/preview", "indicators", "survey/report", "survey/report/layout", "survey/result/picture"),
		// The library of practices; feedback, whose file is laid out by the packages that
		// lay out reports, and which suggests practices; the way to the national name.
		"web/practice": door("indicators/practice", "indicators/supervision", "indicators/roster", "indicators/evidence", "indicators"),
		"web/feedback": door("indicators/feedback", "indicators/practice", "indicators/application", "indicators/roster", "indicators", "survey/report", "survey/report/layout"),
		"web/recommendation": door("indicators/recommendation", "indicators/support", "indicators/supervision", "indicators/roster", "indicators/evidence",
			"survey/report", "survey/report/layout"),
		// The office's steps after a naming: no mark, no score.
		"web/supervision": door("indicators/supervision", "indicators/naming", "indicators/roster", "indicators/evidence", "indicators"),
		// What comes every year after a naming, for the applicant, the office and the public.
		"web/yearly": door("indicators/supervision", "indicators/roster", "indicators"),
		// The public's register and published survey results; the papers of a naming are
		// set by the package that sets the survey's, and the report of a result is its own.
		"web/register": door("web/register/sheet", "indicators/register", "indicators/naming", "indicators/scorebook", "indicators/supervision", "indicators/roster", "indicators",
			"survey", "survey/release", "survey/report", "survey/report/layout", "survey/result/picture", "survey/tabulate", "survey/questionnaire"),
		"web/register/sheet": {"indicators/register", "indicators/roster", "survey/typeset", "survey/invite"},
		// The calendar, its feeds, and the form that moves dates: it shows units' names where
		// a survey reaches beyond its step, and no result.
		"web/calendar": door("indicators/calendar", "indicators/inbox", "indicators/roster", "indicators"),
		// Everybody's messages, and the office's page of all of them: no mark, no score.
		"web/inbox":    door("indicators/inbox", "indicators/roster", "indicators"),
		"web/scrutiny": door("survey", "survey/scrutiny", "survey/ledger", "indicators/roster"),
		// The public logs of commitments: no answer, and of a survey its name.
		"web/ledger": door("survey", "survey/ledger", "survey/ledger/keeper"),
		// The door for programs: what a role may read, by a key of that role.
		"web/api": door("indicators/naming", "indicators/register", "indicators/supervision", "indicators/roster", "survey"),
		// The public's first door: the notice as a page and on paper, objections.
		"web/notice": door("indicators/naming", "indicators/roster", "indicators", "survey/typeset", "survey/invite"),
		// The office's door from the ranking to the names.
		"web/proceeding": door("indicators/naming", "indicators/scorebook", "indicators/roster", "indicators/evidence", "indicators/evidence/preview", "indicators"),
	}
}

func join(more []string, rest ...string) []string {
	return append(slices.Clone(more), rest...)
}

func door(domain ...string) []string {
	return join(domain, "web/view", "web/login", "indicators/fault", "indicators/audit", "indicators/access")
}

// outsideRules says where a module or package from outside may be imported:
// prefix of the import path, then the places.
func outsideRules() map[string][]string {
	return map[string][]string{
		"github.com/gofiber/":         {"web/**", "cmd/**"},
		"github.com/valyala/fasthttp": {"web/**", "cmd/**"},
		"github.com/wneessen/go-mail": {"indicators/inbox/mail"},
		"github.com/emersion/":        {"indicators/inbox/mail", "cmd/load/drill"}, // a mail server by another hand: tests, and the drill that lets it hang
		"github.com/arran4/":          {"web/calendar"},                            // a reader of calendars by another hand: tests only
		"gonum.org/":                  {"stats/**"},
		"github.com/skip2/go-qrcode":  {"survey/invite"},
		"github.com/makiuchi-d/":      {"survey/handout"}, // the decoder that the sheets are tried with: tests only
		"golang.org/x/image":          {"indicators/evidence/preview", "survey/handout", "survey/typeset"},
		"github.com/xuri/":            {"indicators/evidence/preview", "survey/export", "survey/questionnaire/xlsform", "survey/frame/listing", "indicators/rulebook"},
		"modernc.org/sqlite":          {"indicators/db", "indicators/db/dbtest"},
		"github.com/jackc/pgx":        {"indicators/db"},
		"github.com/lib/pq":           {"indicators/db"},
		"github.com/pressly/goose":    {"indicators/db", "indicators/db/dbtest"},
		"database/sql":                {"indicators/db", "indicators/db/dbtest", "indicators/store", "survey/store", "cmd/load/baseline", "cmd/load/drill"}, // the baseline of a transaction a request is raw on purpose; a drill looks into a file that it has spoilt
		"github.com/spf13/cobra":      {"cmd/**"},
		"github.com/pquerna/":         {"indicators/access", "cmd/**"}, // cmd: the app of tests
		"github.com/go-webauthn/":     {"indicators/access"},
		"filippo.io/age":              {"cmd/**"}, // what backups are encrypted with
		"github.com/prometheus/":      {"cmd/**"},
		"github.com/chromedp/":        {"cmd/**"},
		"golang.org/x/mod":            {"survey/ledger", "cmd/**"},
		"github.com/emmansun/gmsm":    {"survey/ledger", "indicators/keyring", "cmd/**"},
		"math/rand":                   {"cmd/**", "stats/**", "indicators/naming", "survey/frame", "survey/monitor"}, // seeded; never where secrets are made (S48)
	}
}

// floors are the places that the tests of a floor may import, beside what
// their package may: real stores and neighbours, never a higher floor.
func floors() map[string][]string {
	return map[string][]string{
		"stats":      {"stats/**"},
		"indicators": {"indicators/**", "stats/**"},
		"survey":     {"survey/**", "indicators/**", "stats/**"},
		"web":        {"web/**", "survey/**", "indicators/**", "stats/**"},
		"cmd":        {"cmd/**", "web/**", "survey/**", "indicators/**", "stats/**"},
	}
}

// forAllTests is what a test may import wherever it stands, although its
// package may not: raw SQL to look behind a store, and seeded chance.
func forAllTests() []string {
	return []string{"database/sql", "math/rand/**", "github.com/xuri/excelize/v2"} // workbooks that pages give are opened again
}

// inside reports whether the package lies in one of the places; "web/**" means
// web and everything below it.
func inside(pkg string, places []string) bool {
	return slices.ContainsFunc(places, func(place string) bool {
		below, deep := strings.CutSuffix(place, "/**")
		return pkg == place || deep && (pkg == below || strings.HasPrefix(pkg, below+"/"))
	})
}

// broken returns a sentence for every edge and package that the table forbids.
func broken(packages []listed, table, outside, floors map[string][]string) []string {
	var found []string
	for _, p := range packages {
		name := strings.TrimPrefix(p.ImportPath, modulePrefix)
		free := inside(name, []string{"cmd/**"})
		row, known := table[name]
		if !free && !known {
			found = append(found, fmt.Sprintf("%s has no row in the import table", name))
			continue
		}
		for _, to := range p.Imports {
			own, ours := strings.CutPrefix(to, modulePrefix)
			switch {
			case !ours:
				found = append(found, misplaced(name, to, outside)...)
			case !free && !slices.Contains(row, own):
				found = append(found, fmt.Sprintf("%s must not import %s", name, own))
			}
		}
		floor, _, _ := strings.Cut(name, "/")
		for _, to := range append(slices.Clone(p.TestImports), p.XTestImports...) {
			own, ours := strings.CutPrefix(to, modulePrefix)
			switch {
			case ours && !inside(own, floors[floor]):
				found = append(found, fmt.Sprintf("a test of %s must not import %s", name, own))
			case !ours && !inside(to, forAllTests()):
				found = append(found, misplaced(name, to, outside)...)
			}
		}
	}
	return found
}

func misplaced(name, to string, outside map[string][]string) []string {
	for prefix, places := range outside {
		hit := to == prefix || strings.HasPrefix(to, strings.TrimSuffix(prefix, "/")+"/")
		if hit && !inside(name, places) {
			return []string{fmt.Sprintf("%s must not import %s: only %s", name, to, strings.Join(places, ", "))}
		}
	}
	return nil
}

func goList(t *testing.T) []listed {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "go", "list", "-json=ImportPath,Imports,TestImports,XTestImports", "./...")
	cmd.Dir = "../.."
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("go list: %v\n%s", err, stderr.String())
	}
	var packages []listed
	for d := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p listed
		if err := d.Decode(&p); err == io.EOF {
			return packages
		} else if err != nil {
			t.Fatal(err)
		}
		packages = append(packages, p)
	}
}

func TestImportTableHolds(t *testing.T) {
	t.Parallel()
	packages := goList(t)
	if len(packages) < 2 {
		t.Fatalf("go list named %d packages: the check looks at nothing", len(packages))
	}
	for _, sentence := range broken(packages, importTable(), outsideRules(), floors()) {
		t.Error(sentence)
	}
}

func TestImportTableIsAcyclicAndNamesOnlyItsRows(t *testing.T) {
	t.Parallel()
	table := importTable()
	done := map[string]int{} // 1 on the way down, 2 finished
	var walk func(string)
	walk = func(p string) {
		row, known := table[p]
		if !known {
			t.Errorf("%s is allowed to someone but has no row", p)
		}
		if done[p] == 1 {
			t.Errorf("the table turns back at %s", p)
		}
		if done[p] != 0 {
			return
		}
		done[p] = 1
		for _, to := range row {
			walk(to)
		}
		done[p] = 2
	}
	for p := range table {
		walk(p)
	}
}

func TestImportCheckCatchesPlantedEdges(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name string
		pkg  listed
		want string
	}{
		{"a listed edge passes", listed{ImportPath: "minyi/stats/design", Imports: []string{"math", "minyi/stats/weight"}}, ""},
		{"an arrow that turns", listed{ImportPath: "minyi/stats/weight", Imports: []string{"minyi/stats/design"}}, "stats/weight must not import stats/design"},
		{"a door into another", listed{ImportPath: "minyi/web/apply", Imports: []string{"minyi/web/office"}}, "web/apply must not import web/office"},
		{"scores in the applicant's door", listed{ImportPath: "minyi/web/apply", Imports: []string{"minyi/indicators/scorebook"}}, "web/apply must not import indicators/scorebook"},
		{"naming that reads the survey", listed{ImportPath: "minyi/indicators/naming", Imports: []string{"minyi/survey"}}, "indicators/naming must not import survey"},
		{"a package without a row", listed{ImportPath: "minyi/survey/utils"}, "survey/utils has no row in the import table"},
		{"a store in web", listed{ImportPath: "minyi/web", Imports: []string{"minyi/indicators/store"}}, "web must not import indicators/store"},
		{"a store in a test of web passes", listed{ImportPath: "minyi/web", XTestImports: []string{"minyi/indicators/store"}}, ""},
		{"a command in a test of web", listed{ImportPath: "minyi/web", XTestImports: []string{"minyi/cmd/minyi"}}, "a test of web must not import cmd/minyi"},
		{"a door in a test of the ground", listed{ImportPath: "minyi/indicators/db", TestImports: []string{"minyi/web/view"}}, "a test of indicators/db must not import web/view"},
		{"Fiber in the domain", listed{ImportPath: "minyi/survey", Imports: []string{"github.com/gofiber/fiber/v2"}}, "survey must not import github.com/gofiber/fiber/v2: only web/**, cmd/**"},
		{"Fiber in a door passes", listed{ImportPath: "minyi/web/apply", Imports: []string{"github.com/gofiber/fiber/v2"}}, ""},
		{"SQL in a rule", listed{ImportPath: "minyi/indicators/naming", Imports: []string{"database/sql"}}, "indicators/naming must not import database/sql: only indicators/db, indicators/db/dbtest, indicators/store, survey/store, cmd/load/baseline, cmd/load/drill"},
		{"SQL in a test passes", listed{ImportPath: "minyi/indicators/naming", XTestImports: []string{"database/sql", "math/rand/v2"}}, ""},
		{"a browser in a test of web", listed{ImportPath: "minyi/web", XTestImports: []string{"github.com/chromedp/chromedp"}}, "web must not import github.com/chromedp/chromedp: only cmd/**"},
		{"a driver in a store", listed{ImportPath: "minyi/survey/store", Imports: []string{"modernc.org/sqlite"}}, "survey/store must not import modernc.org/sqlite: only indicators/db, indicators/db/dbtest"},
		{"a command may import anything", listed{ImportPath: "minyi/cmd/load", Imports: []string{"minyi/web", "minyi/survey/store"}}, ""},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got := strings.Join(broken([]listed{c.pkg}, importTable(), outsideRules(), floors()), "\n")
			if got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

// strangers returns the entries of the top folder that are neither the five
// folders, the module's files and the README, nor hidden, nor named by .gitignore.
func strangers(entries, ignored []string) []string {
	allowed := []string{"cmd", "survey", "stats", "web", "indicators", "go.mod", "go.sum", "README.md"}
	var found []string
	for _, e := range entries {
		skip := slices.ContainsFunc(ignored, func(pattern string) bool {
			hit, err := path.Match(strings.TrimPrefix(pattern, "/"), e)
			return err == nil && hit
		})
		if !skip && !strings.HasPrefix(e, ".") && !slices.Contains(allowed, e) {
			found = append(found, e)
		}
	}
	return found
}

func TestTopFolderHoldsOnlyTheFiveFoldersAndTheModule(t *testing.T) {
	t.Parallel()
	dir, err := os.ReadDir("../..")
	if err != nil {
		t.Fatal(err)
	}
	var entries []string
	for _, e := range dir {
		entries = append(entries, e.Name())
	}
	ignore, err := os.ReadFile("../../.gitignore")
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	if got := strangers(entries, strings.Fields(string(ignore))); len(got) > 0 {
		t.Errorf("in the top folder: %v", got)
	}
	planted := append(entries, "utils", "Makefile", "minyi.test")
	if got, want := strangers(planted, []string{"*.test"}), []string{"utils", "Makefile"}; !slices.Equal(got[len(got)-2:], want) {
		t.Errorf("planted strangers: got %v, want %v", got, want)
	}
}
