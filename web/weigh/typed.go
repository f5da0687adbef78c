package weigh

import (
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"minyi/survey/tabulate"
)

// Typed is the form of the settings, as it stands in the fields.
type Typed struct {
	Base, Nonresponse, ClassBy string
	By                         []string // facts of the propensity
	Classes                    string
	Without                    []string
	Census                     []string // that the form offered
	Method, Low, High          string
	TrimLow, TrimHigh          string
	Strict, Again              bool
	Blend                      string
}

// typedPlan reads the form.
func typedPlan(c *fiber.Ctx) *Typed {
	value := func(name string) string { return strings.TrimSpace(c.FormValue(name)) }
	t := &Typed{
		Base: value("base"), Nonresponse: value("nonresponse"), ClassBy: value("class_by"), Classes: value("classes"),
		Method: value("method"), Low: value("bounds_low"), High: value("bounds_high"),
		TrimLow: value("trim_low"), TrimHigh: value("trim_high"), Strict: value("trim_strict") == "yes", Again: value("trim_again") == "yes",
		Blend: value("blend"),
	}
	for _, fact := range tabulate.Facts() {
		if value("by_"+fact) == "yes" {
			t.By = append(t.By, fact)
		}
	}
	for _, name := range strings.Fields(value("census")) {
		if value("census_"+name) != "yes" {
			t.Without = append(t.Without, name)
		}
	}
	return t
}

// typedOf is the form of a plan.
func typedOf(p tabulate.Plan) *Typed {
	t := &Typed{
		Base: string(p.Base), Nonresponse: string(p.Nonresponse.Method), By: p.Nonresponse.By, Classes: spelled(p.Nonresponse.Classes), Without: p.Without,
		Method: string(p.Method), Low: spelled(p.Low), High: spelled(p.High),
		TrimLow: spelled(p.Trim.Low), TrimHigh: spelled(p.Trim.High), Strict: p.Trim.Strict, Again: p.Trim.Again, Blend: string(p.Blend),
	}
	if p.Nonresponse.Method == tabulate.ByClass {
		t.ClassBy, t.By = p.Nonresponse.By[0], nil
	}
	return t
}

// plan is what the form asks for; what is no whole number is refused by its check.
func (t *Typed) plan() tabulate.Plan {
	p := tabulate.Plan{
		Base: tabulate.Base(t.Base), Without: t.Without, Method: tabulate.Method(t.Method), Low: percent(t.Low), High: percent(t.High),
		Trim: tabulate.Trim{Low: percent(t.TrimLow), High: percent(t.TrimHigh), Strict: t.Strict, Again: t.Again}, Blend: tabulate.Blend(t.Blend),
		Nonresponse: tabulate.Nonresponse{Method: tabulate.Adjust(t.Nonresponse)},
	}
	if p.Trim.Low == 0 && p.Trim.High == 0 {
		p.Trim = tabulate.Trim{}
	}
	switch p.Nonresponse.Method {
	case tabulate.ByClass:
		p.Nonresponse.By = []string{t.ClassBy}
	case tabulate.Propensity:
		p.Nonresponse.By, p.Nonresponse.Classes = t.By, percent(t.Classes)
	case tabulate.NoAdjust:
	}
	return p
}

// percent reads a whole number, 0 for an empty field and -1 for what is none.
func percent(text string) int {
	text = strings.TrimSuffix(text, "%")
	if text == "" {
		return 0
	}
	n, err := strconv.Atoi(strings.TrimSpace(text))
	if err != nil {
		return -1
	}
	return n
}

func spelled(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// Uses reports whether the propensity rests on a fact.
func (t *Typed) Uses(fact string) bool { return slices.Contains(t.By, fact) }

// Takes reports whether a published margin is used.
func (t *Typed) Takes(census string) bool { return !slices.Contains(t.Without, census) }
