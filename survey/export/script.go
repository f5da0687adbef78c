package export

import (
	_ "embed"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"text/template"
)

// Analysis is what the script does again: the weighting and the estimates of the
// sampled answers. Without margins the weights are scaled to the population; without a
// Plan they are raked.
type Analysis struct {
	Population float64
	Plan       *Plan
	Margins    []Margin
	Items      []Item
	Estimates  []Estimate
}

// Plan says how the weights are made where that is not the usual way. Bounds are g,
// limits of the trimming multiples of the mean; 0 stands for none.
type Plan struct {
	Equal             bool   // everybody invited had the same weight
	Adjust            string // for nonresponse: "classes", "propensity" or empty
	By                []string
	Classes           int    // of the propensity; 0 divides by it
	Method            string // "raking", "linear", "logit", "poststratify" or "none"
	Low, High         float64
	TrimLow, TrimHigh float64
	Trim, Strict      bool
	Again             bool // calibrated once more after the trimming
	Blend             bool // with the poster answers
	Units             []Unit
}

// Unit is a PSU of the sample: the weight of its people, how many were invited and how
// many came back and did not belong to the population, and its size.
type Unit struct {
	Stratum, PSU string
	Weight       float64
	Invited, Out int
	Size         int64
}

// Uses reports whether the adjustment rests on a fact.
func (p *Plan) Uses(fact string) bool { return slices.Contains(p.By, fact) }

// Margin is a distribution that the weights meet: the variable that holds the
// category, and the total of each; "(unknown)" for those whose own is not known.
type Margin struct {
	Column string
	Cells  []MarginCell
}

// MarginCell is one category with its total.
type MarginCell struct {
	Code  string
	Total float64
}

// Unknown is the category of people whose own is not known.
const Unknown = "(unknown)"

// Item is a scored item: its points that count, those that are satisfied, and
// those apart with what they are called among the estimates.
type Item struct {
	ID        string
	Column    string
	Valid     []int
	Satisfied []int
	Apart     []Apart
}

// Apart is a point that is no answer on the scale.
type Apart struct {
	Measure string
	Point   int
}

// Estimate is one released number; what is not defined is NaN.
type Estimate struct {
	Table, Item, Measure   string
	N                      int
	Est, SE, Low, High, DF float64
}

//go:embed script.R
var scriptText string

//go:embed plan.R
var planText string

// Script writes the R script that reads the file data.csv, does weights and
// estimates again and compares them with estimates.csv.
func Script(w io.Writer, s Study, a *Analysis) error {
	t, err := template.New("script").Funcs(template.FuncMap{
		"num":   func(v float64) string { return strconv.FormatFloat(v, 'g', 17, 64) },
		"quote": strconv.QuoteToASCII,
		"ints":  vector,
	}).Parse(scriptText)
	if err == nil {
		t, err = t.New("plan").Parse(planText)
	}
	if err != nil {
		return fmt.Errorf("export: script: %w", err)
	}
	return t.ExecuteTemplate(w, "script", struct {
		*Analysis
		Title, Read string
	}{a, oneLine(s.Title.In(s.Lang)), oneLine(s.Read.In(s.Lang))})
}

// vector spells numbers as R reads them.
func vector(list []int) string {
	text := make([]string, len(list))
	for i, n := range list {
		text[i] = strconv.Itoa(n)
	}
	return "c(" + strings.Join(text, ", ") + ")"
}

// oneLine keeps a comment a comment.
func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }

// Estimates writes the released numbers as CSV does, with all their digits.
func Estimates(w io.Writer, list []Estimate) error {
	return lines(w, func(fn func([]string) error) error {
		if err := fn([]string{"table", "item", "measure", "n", "est", "se", "low", "high", "df"}); err != nil {
			return err
		}
		for _, e := range list {
			line := []string{e.Table, e.Item, e.Measure, strconv.Itoa(e.N)}
			for _, v := range []float64{e.Est, e.SE, e.Low, e.High, e.DF} {
				line = append(line, exact(v))
			}
			if err := fn(line); err != nil {
				return err
			}
		}
		return nil
	})
}

// exact spells a number with all its digits; empty where it is not defined.
func exact(v float64) string {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return ""
	}
	return strconv.FormatFloat(v, 'g', -1, 64)
}
