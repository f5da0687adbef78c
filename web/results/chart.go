package results

import (
	"encoding/json"
	"html/template"
	"math"

	"minyi/survey/result/picture"
)

// Chart is a picture as the page has it: drawn here, so that it is there without a
// script, and as the values that the script draws it from. Both are made from the
// same rows, as is the file to take away.
type Chart struct {
	ID      string
	Title   string
	Summary string
	Drawn   template.HTML
	Spec    string // JSON
	Href    string // of the picture as a file; empty for none
	picture picture.Picture
}

// width of a picture on a page, in points.
const pictureWidth = 760

// spec is what the script reads.
type spec struct {
	Kind   string    `json:"kind"`
	Title  string    `json:"title"`
	Axis   axisSpec  `json:"axis"`
	YAxis  *axisSpec `json:"y,omitempty"`
	Names  []string  `json:"names,omitempty"`
	Rows   []rowSpec `json:"rows"`
	Cuts   []float64 `json:"cuts,omitempty"`
	Corner []string  `json:"corners,omitempty"`
}

type axisSpec struct {
	Name       string   `json:"name"`
	From       float64  `json:"from"`
	To         float64  `json:"to"`
	Percent    bool     `json:"percent"`
	Target     *float64 `json:"target,omitempty"`
	TargetText string   `json:"targetText,omitempty"`
}

// rowSpec is one row; what is not known or not shown has no number.
type rowSpec struct {
	Label  string     `json:"label"`
	Value  string     `json:"value"`
	Hidden string     `json:"hidden,omitempty"`
	At     []*float64 `json:"at,omitempty"`
}

func numbers(values ...float64) []*float64 {
	out := make([]*float64, len(values))
	for i, v := range values {
		if !math.IsNaN(v) && !math.IsInf(v, 0) {
			out[i] = &v
		}
	}
	return out
}

// chart puts a picture and its values together.
func chart(id, href string, p picture.Picture, s spec) *Chart {
	s.Title = p.Title
	text, err := json.Marshal(s)
	if err != nil {
		panic(err) // texts and numbers that are numbers
	}
	return &Chart{
		ID: id, Title: p.Title, Summary: p.Summary, Spec: string(text), Href: href, picture: p,
		Drawn: template.HTML(p.SVG()), //nolint:gosec // G203: the picture escapes every word itself
	}
}

// closer is the part of an axis that the intervals lie on, in tenths of it and two of
// them at least: units that answer much alike would be one line of dots on the whole.
func closer(a picture.Axis, rows []picture.Row) picture.Axis {
	const parts, least, most = 10, 2, 6
	low, high := math.Inf(1), math.Inf(-1)
	for _, r := range rows {
		if r.Hidden == "" && !math.IsNaN(r.Low) && !math.IsNaN(r.High) {
			low, high = min(low, r.Low), max(high, r.High)
		}
	}
	if low > high {
		return a
	}
	step := (a.To - a.From) / parts
	first, last := max(math.Floor((low-a.From)/step), 0), min(math.Ceil((high-a.From)/step), parts)
	if last-first < least {
		first, last = max(last-least, 0), max(last, least)
	}
	from := a.From
	a.From, a.To, a.Step = from+first*step, from+last*step, step
	if last-first > most {
		a.Step = 2 * step
	}
	return a
}

// intervals is a chart of estimates with their limits.
func intervals(id, href, title, summary string, a picture.Axis, percent bool, rows []picture.Row) *Chart {
	s := spec{Kind: "intervals", Axis: axisSpec{Name: a.Name, From: a.From, To: a.To, Percent: percent, Target: a.Target, TargetText: a.TargetText}}
	for _, r := range rows {
		one := rowSpec{Label: r.Label, Value: r.Value, Hidden: r.Hidden}
		if r.Hidden == "" {
			one.At = numbers(r.Est, r.Low, r.High)
		}
		s.Rows = append(s.Rows, one)
	}
	return chart(id, href, picture.Intervals(title, summary, pictureWidth, a, rows), s)
}

// stacked is a chart of shares.
func stacked(id, href, title, summary string, names []string, rows []picture.Parts) *Chart {
	s := spec{Kind: "stacked", Axis: axisSpec{To: 1, Percent: true}, Names: names}
	for _, r := range rows {
		one := rowSpec{Label: r.Label, Value: r.Value, Hidden: r.Hidden}
		if r.Hidden == "" {
			one.At = numbers(r.Shares...)
		}
		s.Rows = append(s.Rows, one)
	}
	return chart(id, href, picture.Stacked(title, summary, pictureWidth, names, rows), s)
}

// ranks is a chart of places.
func ranks(id, href, title, summary, name string, units []picture.Place) *Chart {
	s := spec{Kind: "ranks", Axis: axisSpec{Name: name, From: 1, To: float64(max(len(units), 2))}}
	for _, u := range units {
		one := rowSpec{Label: u.Label, Value: u.Value, Hidden: u.Hidden}
		if u.Hidden == "" && u.At > 0 {
			one.At = numbers(float64(u.At), float64(u.Best), float64(u.Worst), float64(u.AllBest), float64(u.AllWorst))
		}
		s.Rows = append(s.Rows, one)
	}
	return chart(id, href, picture.Ranks(title, summary, name, pictureWidth, units), s)
}

// quadrants is a chart of items by importance and performance.
func quadrants(id, href, title, summary string, f picture.Field, all []picture.Point) *Chart {
	s := spec{
		Kind: "quadrants", Axis: axisSpec{Name: f.X.Name, From: f.X.From, To: f.X.To},
		YAxis: &axisSpec{Name: f.Y.Name, From: f.Y.From, To: f.Y.To, Percent: true}, Cuts: []float64{f.CutX, f.CutY}, Corner: f.Corners[:],
	}
	for _, p := range all {
		s.Rows = append(s.Rows, rowSpec{Label: p.Label, At: numbers(p.X, p.Y, p.XLow, p.XHi, p.YLow, p.YHi)})
	}
	return chart(id, href, picture.Quadrants(title, summary, pictureWidth, f, all), s)
}
