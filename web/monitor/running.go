package monitor

import (
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators/fault"
	"minyi/survey"
	"minyi/survey/monitor"
	"minyi/web/login"
	"minyi/web/view"
)

// RunningPage is the share satisfied as it was read while the survey runs.
type RunningPage struct {
	Head
	Reason string // as typed
}

// ReadingRow is one reading.
type ReadingRow struct {
	survey.Reading
	Share, From, To float64
}

// Readings are what was read, the newest first.
func (p *RunningPage) Readings() (out []ReadingRow) {
	for _, r := range slices.Backward(p.Survey.Watched.Readings) {
		out = append(out, ReadingRow{r, float64(r.Est), float64(r.Low), float64(r.High)})
	}
	return out
}

// Running shows what was read; it reads nothing itself.
func (d *Door) Running(c *fiber.Ctx) error {
	page, err := d.running(c)
	if err != nil {
		return err
	}
	return d.pages.Render(c, "running", page)
}

func (d *Door) running(c *fiber.Ctx) (*RunningPage, error) {
	work, err := d.Surveys.Fieldwork(c.UserContext(), login.Actor(c), id(c))
	if err != nil {
		return nil, err
	}
	return &RunningPage{Head: d.head(c, work.Survey, "running")}, nil
}

// Read reads the share once more.
func (d *Door) Read(c *fiber.Ctx) error {
	_, err := d.Surveys.ReadRunning(c.UserContext(), login.Actor(c), id(c))
	return d.ran(c, err, "monitor.read", "")
}

// Allow lets the share be read, or ends that.
func (d *Door) Allow(c *fiber.Ctx) error {
	on, reason := c.FormValue("on") == "yes", c.FormValue("reason")
	_, err := d.Surveys.AllowPeek(c.UserContext(), login.Actor(c), id(c), on, reason)
	done := "monitor.closed"
	if on {
		done = "monitor.allowed"
	}
	return d.ran(c, err, done, reason)
}

func (d *Door) ran(c *fiber.Ctx, err error, done, reason string) error {
	if err == nil {
		to := at(id(c), "/running")
		return view.See(c, to, done)
	}
	page, shown := d.running(c)
	if shown != nil {
		return shown
	}
	page.Reason = reason
	return d.pages.Again(c, err, "running", page)
}

// SettingsPage holds the thresholds.
type SettingsPage struct {
	Head
	Fields     []FieldRow
	Target     int // that would hold without a setting
	TargetFrom string
}

// FieldRow is one threshold as it is typed.
type FieldRow struct {
	Name, Value string
	Min, Max    int
}

// Settings shows the thresholds.
func (d *Door) Settings(c *fiber.Ctx) error {
	page, err := d.settings(c)
	if err != nil {
		return err
	}
	return d.pages.Render(c, "settings", page)
}

func (d *Door) settings(c *fiber.Ctx) (*SettingsPage, error) {
	m, err := d.Surveys.Monitor(c.UserContext(), login.Actor(c), id(c))
	if err != nil {
		return nil, err
	}
	page := &SettingsPage{Head: d.head(c, m.Survey, "settings"), Target: m.Target, TargetFrom: m.TargetFrom}
	for _, b := range m.Settings.Bounds() {
		page.Fields = append(page.Fields, FieldRow{b.Name, strconv.Itoa(b.Value), b.Min, b.Max})
	}
	return page, nil
}

// Set saves the thresholds.
func (d *Door) Set(c *fiber.Ctx) error {
	set, err := typed(c)
	if err == nil {
		_, err = d.Surveys.SetMonitoring(c.UserContext(), login.Actor(c), id(c), set)
	}
	if err == nil {
		return view.See(c, at(id(c), ""), "monitor.set")
	}
	page, shown := d.settings(c)
	if shown != nil {
		return shown
	}
	for k := range page.Fields {
		page.Fields[k].Value = c.FormValue(page.Fields[k].Name)
	}
	return d.pages.Again(c, err, "settings", page)
}

// typed reads the thresholds; what is no number is out of every bound.
func typed(c *fiber.Ctx) (s monitor.Settings, err error) {
	var list fault.List
	number := func(name string) int {
		n, err := strconv.Atoi(strings.TrimSpace(c.FormValue(name)))
		if err != nil {
			list.Add(fault.New(fault.Invalid, "monitor.number").At(name))
		}
		return n
	}
	s = monitor.Settings{
		Target: number("target"), Quiet: number("quiet"), Rate: number("rate"), Odd: number("odd"),
		Network: number("network"), Cell: number("cell"), Flood: number("flood"),
	}
	return s, list.Err()
}
