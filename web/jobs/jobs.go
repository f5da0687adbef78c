// Package jobs is the agency's page of work in the background: what waits, runs
// and has ended, its progress as it moves, cancelling, and the files that were
// made. It also gives every other page of the agency the work that was begun
// there. It begins no work itself and knows none of its kinds.
package jobs

import (
	"context"
	"embed"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators/access"
	"minyi/indicators/fault"
	"minyi/survey"
	"minyi/survey/job"
	"minyi/web/login"
	"minyi/web/view"
)

//go:embed pages/*.html
var pageFiles embed.FS

// Home is the address of the page.
const Home = "/agency/jobs"

// Surveys names the survey that work is about.
type Surveys interface {
	Fieldwork(ctx context.Context, by access.Actor, id survey.ID) (*survey.Fieldwork, error)
}

// Config is what a Door needs.
type Config struct {
	Jobs    *job.Service
	Surveys Surveys
	Texts   *view.Texts
}

// Door serves the page.
type Door struct {
	Config
	pages *view.Pages
}

// New makes the door.
func New(cfg Config) (*Door, error) {
	pages, err := view.NewPages(cfg.Texts, pageFiles)
	if err != nil {
		return nil, err
	}
	return &Door{Config: cfg, pages: pages}, nil
}

// Row is one piece of work in the list.
type Row struct {
	view.Work
	By     string
	Made   time.Time
	Ended  time.Time
	Back   string // where it was begun
	Erased time.Time
}

// ListPage lists the work: what is under way first, as a bar, then what has ended.
type ListPage struct {
	view.Frame
	Ended []Row
	Keep  int // days that a file may be fetched
}

// List shows all work.
func (d *Door) List(c *fiber.Ctx) error {
	all, err := d.Jobs.Jobs(c.UserContext(), login.Actor(c), "")
	if err != nil {
		return err
	}
	const day = 24 * time.Hour
	page := &ListPage{Keep: int(d.Jobs.Keep / day)}
	page.Work = []view.Work{}
	for _, j := range all {
		w := d.work(c, j)
		if j.Open() {
			page.Work = append(page.Work, w)
			continue
		}
		page.Ended = append(page.Ended, Row{Work: w, By: j.By.Name, Made: j.MadeAt, Ended: j.EndedAt, Back: j.Back, Erased: j.Erased})
	}
	return d.pages.Render(c, "list", page)
}

// OnePage is one piece of work.
type OnePage struct {
	view.Frame
	One  Row
	SHA  string
	Back string
}

func (d *Door) one(c *fiber.Ctx) (*OnePage, error) {
	j, err := d.Jobs.Job(c.UserContext(), login.Actor(c), c.Params("job"))
	if err != nil {
		return nil, err
	}
	w := d.work(c, j)
	page := &OnePage{One: Row{Work: w, By: j.By.Name, Made: j.MadeAt, Ended: j.EndedAt, Back: j.Back, Erased: j.Erased}}
	if j.File != nil {
		page.SHA = j.File.SHA256
	}
	page.Work = []view.Work{w}
	return page, nil
}

// One shows one piece of work.
func (d *Door) One(c *fiber.Ctx) error {
	page, err := d.one(c)
	if err != nil {
		return err
	}
	return d.pages.Render(c, "one", page)
}

// Part answers with the work alone, for the script that watches it.
func (d *Door) Part(c *fiber.Ctx) error {
	page, err := d.one(c)
	if err != nil {
		return err
	}
	return d.pages.Part(c, "one", "work", page)
}

// Cancel ends work; then the page where it was begun is shown.
func (d *Door) Cancel(c *fiber.Ctx) error {
	j, err := d.Jobs.Cancel(c.UserContext(), login.Actor(c), c.Params("job"))
	if err != nil {
		return err
	}
	to := j.Back
	if to == "" {
		to = Home
	}
	return view.See(c, to, "job.cancel")
}

// File sends what work has made, to be saved.
func (d *Door) File(c *fiber.Ctx) error {
	f, r, err := d.Jobs.Open(c.UserContext(), login.Actor(c), c.Params("job"))
	if err != nil {
		return err
	}
	return view.SendFile(c, f.Name, f.Media, f.Size, r)
}

// progress is what a page is told while work goes on.
type progress struct {
	Done    int    `json:"done"`
	Total   int    `json:"total"`
	Percent int    `json:"percent"`
	Text    string `json:"text"`
}

// lookEvery is how often work is looked at while a page watches it.
const lookEvery = 500 * time.Millisecond

// Events tells a page how work goes on: "progress" with its numbers when they
// have changed, and at last "state" when it is no longer what the page shows.
func (d *Door) Events(c *fiber.Ctx) error {
	by, id, lang := login.Actor(c), c.Params("job"), view.LangOf(c)
	first, err := d.Jobs.Job(c.UserContext(), by, id)
	if err != nil {
		return err
	}
	was, told := first.State, progress{Done: -1}
	return view.Events(c, view.Watch{Every: lookEvery, Ended: d.Jobs.Ended(), Look: func(ctx context.Context, send view.Send) (bool, error) {
		j, err := d.Jobs.Job(ctx, by, id)
		if err != nil {
			return false, err
		}
		if !j.Open() || j.State != was {
			return false, send("state", string(j.State))
		}
		if now := d.progress(lang, j); now != told {
			told = now
			return true, send("progress", now)
		}
		return true, nil
	}})
}

func (d *Door) progress(lang view.Lang, j *job.Job) progress {
	p := progress{Done: j.Done, Total: j.Total, Percent: percent(j)}
	p.Text = d.Texts.Say(lang, "job.progress", fault.Params{"done": view.Number(j.Done), "total": view.Number(j.Total)})
	return p
}

// percent is how much is done, 99 at most while work goes on.
func percent(j *job.Job) int {
	const all = 100
	switch {
	case j.State == job.Finished:
		return all
	case j.Total <= 0:
		return 0
	}
	return min(max(0, int(int64(j.Done)*all/int64(j.Total))), all-1)
}

// work is a job as pages show it.
func (d *Door) work(c *fiber.Ctx, j *job.Job) view.Work {
	lang := view.LangOf(c)
	w := view.Work{ID: j.ID, Kind: j.Kind, State: string(j.State), Stop: j.Stop, Done: j.Done, Total: j.Total, Percent: percent(j)}
	if j.Survey != "" {
		if f, err := d.Surveys.Fieldwork(c.UserContext(), login.Actor(c), survey.ID(j.Survey)); err == nil { // a name is no reason to show nothing
			w.Name = f.Survey.UnitName.In(string(lang)) + " " + strconv.Itoa(f.Survey.Round)
		}
	}
	if j.Problem != nil {
		w.Problem = d.Texts.Refusal(lang, j.Problem)
	}
	if j.Ready() {
		w.File, w.Size, w.Until = j.File.Name, size(j.File.Size), view.Date(lang, j.EndedAt.Add(d.Jobs.Keep))
	}
	if j.State == job.Finished {
		w.Outcome, w.Href = d.outcome(lang, j)
	}
	return w
}

// outcome are the words for what work came back with: the text job.outcome.<kind>
// with the result's members as parameters, where there is such a text and the
// result, perhaps of an older version, has all that it names; and its member
// "href", where to go on.
func (d *Door) outcome(lang view.Lang, j *job.Job) (text, href string) {
	var members map[string]any
	if len(j.Result) == 0 || json.Unmarshal(j.Result, &members) != nil {
		return "", "" // a result that is no object has no words
	}
	params := fault.Params{}
	for name, value := range members {
		if n, ok := value.(float64); ok {
			params[name] = view.Number(int64(n))
		} else {
			params[name] = fmt.Sprint(value)
		}
	}
	if key := "job.outcome." + j.Kind; d.Texts.Has(lang, key) {
		if text = d.Texts.Say(lang, key, params); strings.Contains(text, "{") {
			text = ""
		}
	}
	href, _ = members["href"].(string)
	return text, href
}

// size writes a number of bytes as people read it.
func size(n int64) string {
	const k = 1024
	switch {
	case n < k:
		return strconv.FormatInt(n, 10) + " B"
	case n < k*k:
		return strconv.FormatInt((n+k/2)/k, 10) + " KiB"
	}
	tenths := (n*10 + k*k/2) / (k * k)
	return strconv.FormatInt(tenths/10, 10) + "." + strconv.FormatInt(tenths%10, 10) + " MiB"
}

// shown is how long work that has ended stays on the page where it was begun, and
// how many pieces of it.
const (
	shown     = 24 * time.Hour
	shownMost = 2
)

// Here is middleware for the agency's pages: it leaves the work that was begun on
// the page in the request, what is under way and what has just ended.
func (d *Door) Here(c *fiber.Ctx) error {
	view.SetWork(c, func() []view.Work {
		all, err := d.Jobs.Jobs(c.UserContext(), login.Actor(c), c.Params("id"))
		if err != nil {
			return nil // the page itself says what is wrong
		}
		var out []view.Work
		ended := 0
		for _, j := range all {
			if j.Back != c.Path() {
				continue
			}
			if !j.Open() {
				if ended++; ended > shownMost || view.NowOf(c).Sub(j.EndedAt) > shown {
					continue
				}
			}
			out = append(out, d.work(c, j))
		}
		return out
	})
	return c.Next()
}
