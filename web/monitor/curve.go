package monitor

import (
	"strconv"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators/fault"
	"minyi/survey"
	"minyi/web/view"
)

// Curve is a picture of bars with its table: each bar has two parts, one upon the
// other.
type Curve struct {
	Width, Height int
	Bars          []Bar
	Marks         []Mark // of the scale at the left
	Most          int
}

// Bar is one bar; Low and High are heights in units of the drawing, Label stands under
// some of them.
type Bar struct {
	X, W               int
	LowY, Low          int
	HighY, High        int
	Label, Name        string
	Sampled, Also, All int
}

// Mark is a line of the scale.
type Mark struct {
	Y    int
	Text string
}

// The drawing, in points.
const (
	wide, tall = 760, 190
	left, foot = 44, 24
	head       = 10
)

// days draws the sheets by day: those of the sample, and apart from them above those of
// the posters.
func (d *Door) days(c *fiber.Ctx, m *survey.Monitor) Curve {
	lang := view.LangOf(c)
	var bars []Bar
	for _, one := range m.Days {
		date := one.Date.String()
		bars = append(bars, Bar{Name: view.Date(lang, one.Date.Start()), Label: date[len("2006-"):], Sampled: one.Sampled, Also: one.Postered})
	}
	return drawn(bars)
}

// hours draws the sheets by the hour in which they were begun.
func (d *Door) hours(c *fiber.Ctx, m *survey.Monitor) Curve {
	if m.Traced == 0 {
		return Curve{}
	}
	var bars []Bar
	for hour, n := range m.Hours {
		name := d.Texts.Say(view.LangOf(c), "monitor.hour", fault.Params{"from": strconv.Itoa(hour), "to": strconv.Itoa(hour + 1)})
		bars = append(bars, Bar{Name: name, Label: strconv.Itoa(hour), Sampled: n})
	}
	return drawn(bars)
}

// drawn places the bars.
func drawn(bars []Bar) Curve {
	out := Curve{Width: wide, Height: tall, Bars: bars}
	if len(bars) == 0 {
		return out
	}
	for i := range bars {
		bars[i].All = bars[i].Sampled + bars[i].Also
		out.Most = max(out.Most, bars[i].All)
	}
	step := stepOf(out.Most)
	top := max((out.Most+step-1)/step*step, step)
	room, height := wide-left, tall-foot-head
	for v := 0; v <= top; v += step {
		out.Marks = append(out.Marks, Mark{Y: tall - foot - v*height/top, Text: view.Number(v)})
	}
	const labels, gap = 12, 5
	each := (len(bars) + labels - 1) / labels
	for i := range bars {
		b := &bars[i]
		from, to := left+i*room/len(bars), left+(i+1)*room/len(bars)
		b.X, b.W = from, max(to-from-(to-from)/gap, 1)
		b.Low = b.Sampled * height / top
		b.High = b.All*height/top - b.Low
		b.LowY = tall - foot - b.Low
		b.HighY = b.LowY - b.High
		if i%each != 0 {
			b.Label = ""
		}
	}
	return out
}

// stepOf is a round step that makes at most five lines.
func stepOf(most int) int {
	const lines, ten = 5, 10
	for base := 1; ; base *= ten {
		for _, k := range []int{1, 2, 5} {
			if base*k*lines >= most {
				return base * k
			}
		}
	}
}

// Mid is where the label of a bar stands.
func (b Bar) Mid() int { return b.X + b.W/2 }

// Base is where the labels stand.
func (c Curve) Base() int { return c.Height - 6 }

// Left is where the bars begin.
func (c Curve) Left() int { return left }
