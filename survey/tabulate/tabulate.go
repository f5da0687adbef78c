// Package tabulate turns the answers of one unit's survey into estimates: for
// every item the weighted share satisfied and the mean, each with standard
// error, 95 % interval, design effect and number of answers, the shares of
// 不清楚 and 不想回答, the overall index, and the response rates of AAPOR.
//
// The sampled answers carry their design weights, strata and PSUs and are raked
// to the published margins of the unit's own population; poster answers stand
// beside them, unweighted and without an interval. It stores nothing, decides
// nothing and writes no sentence: what a reader must know about the method comes
// as codes.
package tabulate

import (
	"minyi/stats/design"
	"minyi/survey/frame"
)

// Item is one scored item of the questionnaire. Valid and Satisfied list its
// points; DontKnow, NoAnswer and NotApplicable are the points of 不清楚, 不想回答
// and 不适用, 0 where there is none.
type Item struct {
	ID            string
	Indicator     string // number of the indicator that it feeds; empty when none
	Valid         []int
	Satisfied     []int
	DontKnow      int
	NoAnswer      int
	NotApplicable int
}

// Response is one person's sheet as far as estimates need it. Points are in the
// order of the items; where an item was not asked or not answered stands a number
// that is none of its points: 0, or -1 for an item from 0 to 10. A category that
// is not known is empty.
type Response struct {
	Stratum, PSU        string
	Weight              float64 // design weight N/n of the draw
	Points              []int
	Sex, Residence, Age string   // categories of the census margins
	Others              []string // of Input.Others, in their order
	Insider             bool     // works for the evaluated body
}

// Fieldwork counts what became of the invited persons of the sample: every
// one-time link is one. What is not listed is no answer.
type Fieldwork struct {
	Invited     int `json:"invited"`
	Complete    int `json:"complete"`
	Partial     int `json:"partial"`
	BreakOff    int `json:"break_off"`
	ScreenedOut int `json:"screened_out"`
	Refused     int `json:"refused"`
}

// Input is everything that one table is made of, person by person; Survey is the
// same for many. Sampled and Posters hold the
// sheets of residents who took part and belong to the population, whatever part
// of it they filled in; Population is the number of residents that the weights
// are brought to (0: not known), Margins its published distributions.
type Input struct {
	Items      []Item
	Sampled    []Response
	Posters    []Response
	Population float64
	Margins    []frame.Margin
	Fieldwork  Fieldwork

	Plan   Plan     // of the weights
	Units  []Unit   // PSUs of the sample with people invited, for a nonresponse adjustment
	Others []string // variables that the plan's own margins ask for
}

// Level is the confidence level of every interval.
const Level = 0.95

// Estimate is one number with its certainty. What is not defined is NaN, null in
// JSON: the standard error and limits without degrees of freedom, everything
// without answers.
type Estimate struct {
	Est  Number `json:"est"`
	SE   Number `json:"se"`
	Low  Number `json:"low"`
	High Number `json:"high"`
	Deff Number `json:"deff"` // against simple random sampling with replacement
	DF   Number `json:"df"`
	N    int    `json:"n"` // answers behind it
}

// ItemTable has the estimates of one item. Satisfied and Mean are over the
// answers on the scale; DontKnow, NoAnswer and NotApplicable over all answers to
// the item.
// AtLeast is the lower limit of a one-sided 95 % interval of Satisfied: the
// share that the data show to be reached, for rules such as 'at least 80 %'.
type ItemTable struct {
	ID        string   `json:"id"`
	Indicator string   `json:"indicator,omitempty"`
	Satisfied Estimate `json:"satisfied"`
	AtLeast   Number   `json:"at_least"`
	Mean      Estimate `json:"mean"`
	DontKnow  Estimate `json:"dont_know"`
	NoAnswer  Estimate `json:"no_answer"`

	NotApplicable *Estimate `json:"not_applicable,omitempty"` // nil for an item without such an answer

	// Not in the document that is signed: what stands behind the figures.
	Answers   []Answer `json:"-"` // by point, in the order of the scale, others last
	WithIndex Number   `json:"-"` // covariance of Satisfied with the table's index, for an item with an indicator
}

// Answer is how many gave an answer and the sum of their weights. Mark is what it
// counts in the index, 0 to 100; NaN for what is not on the scale.
type Answer struct {
	Point  int
	N      int
	Weight Number
	Mark   Number
}

// Table is one set of estimates. Index is the overall result on 0 to 100:
// 100·(mean-1)/4 averaged over the items that anybody answered, for scales of
// five points; in general the place of the mean between the lowest and the
// highest point. Satisfied is the average of the items' shares.
type Table struct {
	N         int         `json:"n"`
	Index     Estimate    `json:"index"`
	Satisfied Estimate    `json:"satisfied"`
	Items     []ItemTable `json:"items"`

	footing *Footing // what the figures were computed from; nil of a table that was read
}

// PosterItem is the column of the poster answers: counts and unweighted values
// without any claim about the population.
type PosterItem struct {
	ID        string `json:"id"`
	N         int    `json:"n"`
	Satisfied Number `json:"satisfied"`
	Mean      Number `json:"mean"`
}

// Weighting says what the weights rest on.
type Weighting struct {
	Population Number   `json:"population"`
	Margins    []Margin `json:"margins"` // those that the weights were raked to
	Sum        Number   `json:"sum"`
	Min        Number   `json:"min"`
	Max        Number   `json:"max"`
	KishDeff   Number   `json:"kish_deff"`
	KishN      Number   `json:"kish_n"`

	Plan    *Plan   `json:"plan,omitempty"`    // nil for the house's own
	Classes []Class `json:"classes,omitempty"` // of the nonresponse adjustment
	Trimmed int     `json:"trimmed,omitempty"` // weights beyond the limits

	Blend *Blending `json:"blend,omitempty"` // nil: no poster answer entered the estimates
}

// Margin is a margin as it was used: the people of each category, with the
// category "" for those whose own is not known.
type Margin struct {
	Variable string       `json:"variable"`
	Source   string       `json:"source"`
	Status   string       `json:"status"`
	Cells    []MarginCell `json:"cells"`
}

// MarginCell is one category: the total that was weighted to, and the answers.
type MarginCell struct {
	Category string `json:"category"`
	Total    Number `json:"total"`
	N        int    `json:"n"`
}

// Result is the tabulation of one survey. Sampled is the official table,
// WithoutInsiders the same without those who work for the evaluated body, under
// the same weights (nil when there are none). Notes are codes such as
// "tabulate.note.margin_includes_15_17".
type Result struct {
	Sampled         Table        `json:"sampled"`
	WithoutInsiders *Table       `json:"without_insiders"`
	Insiders        int          `json:"insiders"`
	Posters         []PosterItem `json:"posters"`
	PosterN         int          `json:"poster_n"`
	Weighting       Weighting    `json:"weighting"`
	Fieldwork       Fieldwork    `json:"fieldwork"`
	Rates           Rates        `json:"rates"`
	Notes           []string     `json:"notes"`

	df   *float64 // degrees of freedom of replicate weights; nil: those of the design
	keep func(*Survey, *design.Design, *domain, *estimates)
}

// Tabulate makes all estimates of one survey. It refuses with tabulate.items a
// survey without items, with tabulate.weight a sampled answer whose design
// weight is not a positive number, with tabulate.points a sheet that does not
// fit the items, and with tabulate.fieldwork counts that exceed the invited.
// Without any answer the estimates are null and the note says so.
func Tabulate(in Input) (*Result, error) {
	s, err := in.Columns()
	if err != nil {
		return nil, err
	}
	return s.Tabulate()
}

// Columns is the same survey with its sheets as columns, the people in their order. It
// refuses with tabulate.points a sheet that does not fit.
func (in *Input) Columns() (s Survey, err error) {
	s = Survey{Items: in.Items, Population: in.Population, Margins: in.Margins, Fieldwork: in.Fieldwork, Plan: in.Plan}
	if s.Sampled, err = gather(len(in.Items), in.Sampled, in.Units, in.Others); err != nil {
		return s, err
	}
	s.Posters, err = gather(len(in.Items), in.Posters, nil, in.Others)
	return s, err
}

// note adds a code once.
func (r *Result) note(code string) {
	for _, old := range r.Notes {
		if old == code {
			return
		}
	}
	r.Notes = append(r.Notes, code)
}
