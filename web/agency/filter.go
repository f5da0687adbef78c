package agency

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"minyi/survey"
	"minyi/web/view"
)

// Filter says which surveys are listed, and in what order.
type Filter struct {
	Round, State, Search, Sort string
	Attention                  bool // only those that need it
}

// The orders of the list; the newest round always comes first.
const (
	byAttention = "attention"
	byUnit      = "unit"
	byEnd       = "end"
	byRate      = "rate"
)

func filterOf(c *fiber.Ctx) Filter {
	f := Filter{
		Round: c.Query("round"), State: c.Query("state"), Search: strings.TrimSpace(c.Query("search")), Sort: c.Query("sort"),
		Attention: c.Query("attention") == "1",
	}
	if !slices.Contains([]string{byAttention, byUnit, byEnd, byRate}, f.Sort) {
		f.Sort = byUnit
	}
	return f
}

// Set reports whether anything is left out.
func (f Filter) Set() bool { return f.Round != "" || f.State != "" || f.Search != "" || f.Attention }

// Sorts are the orders, for the form.
func (f Filter) Sorts() []string { return []string{byUnit, byAttention, byEnd, byRate} }

// States are the states, for the form.
func (f Filter) States() []survey.State {
	return []survey.State{survey.Planned, survey.Open, survey.Closed, survey.Released}
}

func (f Filter) keeps(r Row) bool {
	text := strings.ToLower(f.Search)
	found := strings.Contains(strings.ToLower(r.Survey.UnitName.Zh), text) || strings.Contains(strings.ToLower(r.Survey.UnitName.En), text) ||
		strings.Contains(string(r.Survey.Unit), text)
	return found && (f.Round == "" || f.Round == strconv.Itoa(r.Survey.Round)) &&
		(f.State == "" || f.State == string(r.Survey.State)) && (!f.Attention || r.Attention != "")
}

// apply leaves out what is not asked for and sorts the rest.
func (f Filter) apply(rows []Row) []Row {
	out := slices.DeleteFunc(slices.Clone(rows), func(r Row) bool { return !f.keeps(r) })
	slices.SortStableFunc(out, func(a, b Row) int {
		return cmp.Or(cmp.Compare(b.Survey.Round, a.Survey.Round), f.compare(a, b))
	})
	return out
}

func (f Filter) compare(a, b Row) int {
	switch f.Sort {
	case byAttention:
		return cmp.Compare(flag(a.Attention == ""), flag(b.Attention == ""))
	case byEnd:
		return a.Survey.Window.End().Compare(b.Survey.Window.End())
	case byRate:
		return cmp.Compare(a.Sampled.ResponseRate(), b.Sampled.ResponseRate())
	}
	return 0 // the service sorts by unit
}

func flag(yes bool) int {
	if yes {
		return 1
	}
	return 0
}

// row is a survey in the list, with what comes next and what should not wait.
func (d *Door) row(c *fiber.Ctx, w *survey.Fieldwork) Row {
	r := Row{Fieldwork: w, Name: in(c, w.Survey.UnitName), Next: w.Survey.Next()}
	if what, days := w.Survey.Attention(view.NowOf(c)); what != "" {
		r.Attention = d.texts.Say(view.LangOf(c), "road.attention."+what, map[string]string{"days": strconv.Itoa(days)})
	}
	return r
}
