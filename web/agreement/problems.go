package agreement

import (
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators/application"
	"minyi/indicators/evaluation"
	"minyi/indicators/fault"
	"minyi/indicators/roster"
	"minyi/web/login"
	"minyi/web/view"
)

// ProblemsPage is the register of problems with its filter and the form that adds
// to it.
type ProblemsPage struct {
	view.Frame
	Round      *roster.Round
	Tab        string
	Filter     evaluation.ProblemFilter
	Query      url.Values // of the filter, for the files
	All        int
	Rows       []ProblemRow
	Dossiers   []Choice
	Kinds      []evaluation.ProblemKind
	Severities []evaluation.Severity
	Results    []evaluation.OutcomeResult
	Typed      map[string]string
	At         string // problem whose form was refused
}

// Choice is a dossier in a list.
type Choice struct {
	ID   application.ID
	Name string
	Key  application.Key
}

// ProblemRow is one problem.
type ProblemRow struct {
	evaluation.Problem
	Name string
}

// FileHref is the address of the register as a file of that format, under the same
// filter.
func (p *ProblemsPage) FileHref(format string) string {
	q := maps.Clone(p.Query)
	q.Set("format", format)
	return "/office/evaluation/problems/file?" + q.Encode()
}

// Problems shows the register: to the office all of it, to an inspector what he
// found.
func (d *Door) Problems(c *fiber.Ctx) error {
	page, err := d.problems(c)
	if err != nil {
		return err
	}
	return d.pages.Render(c, "problems", page)
}

func filterOf(c *fiber.Ctx) evaluation.ProblemFilter {
	return evaluation.ProblemFilter{
		Dossier: application.ID(c.Query("dossier")), Kind: evaluation.ProblemKind(c.Query("kind")),
		Severity: evaluation.Severity(c.Query("severity")), State: c.Query("state"), Words: c.Query("words"),
	}
}

// queryOf is the query of the address; one that cannot be read is none.
func queryOf(c *fiber.Ctx) url.Values {
	q, err := url.ParseQuery(string(c.Request().URI().QueryString()))
	if err != nil {
		return url.Values{}
	}
	return q
}

func (d *Door) problems(c *fiber.Ctx) (*ProblemsPage, error) {
	r, err := d.round(c)
	if err != nil {
		return nil, err
	}
	actor := login.Actor(c)
	all, err := d.Evaluations.Problems(c.UserContext(), actor, r.Year)
	if err != nil {
		return nil, err
	}
	page := &ProblemsPage{
		Round: r, Tab: "problems", Filter: filterOf(c), Query: queryOf(c), All: len(all),
		Kinds: evaluation.ProblemKinds(), Severities: evaluation.Severities(), Results: evaluation.OutcomeResults(), Typed: map[string]string{},
	}
	for _, p := range slices.Backward(all) {
		if page.Filter.Picks(p) {
			page.Rows = append(page.Rows, ProblemRow{p, d.name(c, p.Dossier.Unit)})
		}
	}
	keys, err := d.Evaluations.FiledIn(c.UserContext(), actor, r.Year)
	for _, k := range keys {
		page.Dossiers = append(page.Dossiers, Choice{ID: k.ID(), Name: d.name(c, k.Unit), Key: k})
	}
	return page, err
}

// problemStep does one step on the register and shows it, again where it was
// refused.
func (d *Door) problemStep(c *fiber.Ctx, done string, do func() error) error {
	if err := do(); err != nil {
		page, failed := d.problems(c)
		if failed != nil {
			return failed
		}
		for _, name := range []string{"dossier", "problem", "item", "exhibit", "kind", "severity", "result", "outcome"} {
			page.Typed[name] = c.FormValue(name)
		}
		page.At = c.Params("problem")
		return d.pages.Again(c, err, "problems", page)
	}
	return view.See(c, Problems, done)
}

// AddProblem adds to the register: fields dossier, problem, item, exhibit, kind,
// severity.
func (d *Door) AddProblem(c *fiber.Ctx) error {
	return d.problemStep(c, "agreement.problem", func() error {
		k, err := application.ParseID(c.FormValue("dossier"))
		if err != nil {
			return fault.New(fault.Invalid, "problem.dossier").At("dossier")
		}
		return d.Evaluations.Find(c.UserContext(), login.Actor(c), k, evaluation.Found{
			Text: c.FormValue("problem"), Item: evaluation.Item(strings.TrimSpace(c.FormValue("item"))),
			Exhibit: application.ExhibitID(strings.TrimSpace(c.FormValue("exhibit"))),
			Kind:    evaluation.ProblemKind(c.FormValue("kind")), Severity: evaluation.Severity(c.FormValue("severity")),
		})
	})
}

// Conclude adds an outcome to a problem: fields result and outcome.
func (d *Door) Conclude(c *fiber.Ctx) error {
	return d.problemStep(c, "agreement.outcome", func() error {
		return d.Evaluations.Conclude(c.UserContext(), login.Actor(c), c.Params("problem"),
			evaluation.OutcomeResult(c.FormValue("result")), c.FormValue("outcome"))
	})
}

// ProblemsFile sends what the filter picks as a file: query format, csv or xlsx.
func (d *Door) ProblemsFile(c *fiber.Ctx) error {
	r, err := d.round(c)
	if err != nil {
		return err
	}
	list, err := d.Evaluations.ExportProblems(c.UserContext(), login.Actor(c), r.Year, filterOf(c))
	if err != nil {
		return err
	}
	lines := [][]string{d.heads(c, "found", "finder", "unit", "track", "item", "exhibit", "severity", "kind", "text", "state", "outcomes")}
	for _, p := range list {
		lines = append(lines, d.problemLine(c, p))
	}
	return send(c, "problems-"+strconv.Itoa(r.Year), lines)
}

func (d *Door) heads(c *fiber.Ctx, names ...string) []string {
	out := make([]string, len(names))
	for n, name := range names {
		out[n] = d.say(c, "agreement.head."+name)
	}
	return out
}

func (d *Door) problemLine(c *fiber.Ctx, p evaluation.Problem) []string {
	state := "closed"
	if p.Open() {
		state = "open"
	}
	var outcomes []string
	for _, o := range p.Outcomes {
		outcomes = append(outcomes, view.DateTime(view.LangOf(c), o.At)+" "+o.By+" "+d.say(c, "problem.result."+string(o.Result))+"："+o.Text)
	}
	return []string{
		view.DateTime(view.LangOf(c), p.FoundAt), p.FoundBy, d.name(c, p.Dossier.Unit), d.say(c, "track."+string(p.Dossier.Track)),
		string(p.Item), string(p.Exhibit), d.say(c, "problem.severity."+string(p.Severity)), d.say(c, "problem.kind."+string(p.Kind)),
		p.Text, d.say(c, "problem.state."+state), strings.Join(outcomes, "\n"),
	}
}
