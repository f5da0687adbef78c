// Package review is the agency's page of the quality review: which answers of a
// closed survey the detector doubts and why, what two people decided about them,
// and the end of the review, from which on the results may be seen. The unit and
// its places stand here under names that only this review gives them. It decides
// nothing itself and changes no answer.
package review

import (
	"context"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"net/url"
	"slices"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators/access"
	"minyi/survey"
	"minyi/survey/quality"
	"minyi/web/login"
	"minyi/web/view"
)

//go:embed pages/*.html pages/*.js
var pageFiles embed.FS

// Config is what a Door needs.
type Config struct {
	Surveys *survey.Service
	Texts   *view.Texts
}

// Door serves the review.
type Door struct {
	Config
	pages  *view.Pages
	script []byte
	digest string
}

// New makes the door.
func New(cfg Config) (*Door, error) {
	pages, err := view.NewPages(cfg.Texts, pageFiles)
	if err != nil {
		return nil, err
	}
	script, err := pageFiles.ReadFile("pages/review.js")
	if err != nil {
		return nil, fmt.Errorf("review: %w", err)
	}
	sum := sha256.Sum256(script)
	return &Door{Config: cfg, pages: pages, script: script, digest: hex.EncodeToString(sum[:6])}, nil
}

// ScriptPath is the address of the door's small script: keys to move by.
func (d *Door) ScriptPath() string { return "/static/" + d.digest + "/review.js" }

// Script serves it.
func (d *Door) Script(c *fiber.Ctx) error {
	c.Set(fiber.HeaderCacheControl, "public, max-age=31536000, immutable")
	c.Set(fiber.HeaderContentType, "text/javascript; charset=utf-8")
	return c.Send(d.script)
}

func id(c *fiber.Ctx) survey.ID { return survey.ID(c.Params("id")) }

// at is the address of a survey's review.
func at(id survey.ID) string { return "/agency/surveys/" + string(id) + "/review" }

// Bench is what every page of a review has.
type Bench struct {
	view.Frame
	ID     survey.ID
	Survey *survey.Survey
	*survey.Board
	*survey.Decided
	Script string
	Me     string
}

// Home is the address of the review.
func (b *Bench) Home() string { return at(b.ID) }

// Open reports whether decisions can still be made.
func (b *Bench) Open() bool { return !b.Survey.Reviewed() && b.Survey.State == survey.Closed }

// State is what stands about an answer: excluded, waiting or counts.
func (b *Bench) State(response int64) string {
	if _, waits := b.Waiting[response]; waits {
		return "waiting"
	}
	if _, out := b.Out[response]; out {
		return "excluded"
	}
	return "counts"
}

// Score writes a score.
func (b *Bench) Score(row *survey.Row) string { return view.Decimal(row.Finding.Score, 1) }

// Codes are the rules that people can name as a reason.
func (b *Bench) Codes() (out []quality.Code) {
	for _, r := range b.Rules {
		if !r.Unit {
			out = append(out, r.Code)
		}
	}
	return out
}

func (d *Door) bench(c *fiber.Ctx) (Bench, error) {
	actor := login.Actor(c)
	b := Bench{ID: id(c), Script: d.ScriptPath(), Me: actor.Name}
	var err error
	if b.Board, err = d.Surveys.Board(c.UserContext(), actor, b.ID); err != nil {
		return b, err
	}
	if b.Decided, err = d.Surveys.Decided(c.UserContext(), actor, b.ID); err != nil {
		return b, err
	}
	b.Survey, err = d.survey(c.UserContext(), actor, b.ID)
	return b, err
}

func (d *Door) survey(ctx context.Context, by access.Actor, id survey.ID) (*survey.Survey, error) {
	work, err := d.Surveys.Fieldwork(ctx, by, id)
	if err != nil {
		return nil, err
	}
	return work.Survey, nil
}

// perPage is how many answers stand on one page.
const perPage = 50

// Choice is one option of a select.
type Choice struct {
	Value, Text string
	Chosen      bool
}

// ListPage is the review of one survey.
type ListPage struct {
	Bench
	Pick         survey.Pick
	Shown        []*survey.Row
	Found        int
	From, To     int
	Page, Pages  int
	Places       []string
	Effects      []Effect // of the batches
	HandEffects  []Effect // of the interviewers
	HeapLines    []HeapLine
	Compared     *Compared // nil while the review goes on
	Query        string    // what was chosen, for the links of the rows
	Past         []*survey.Act
	Pending      []*survey.Act
	ExcludedHere int // of the answers that were found
}

// Hidden are what was chosen, for the form that acts on it.
func (p *ListPage) Hidden() (out []Chosen) {
	values, err := url.ParseQuery(p.Query)
	if err != nil {
		return nil // written by query
	}
	for _, name := range asked() {
		if v := values.Get(name); v != "" {
			out = append(out, Chosen{name, v})
		}
	}
	return out
}

// Turn is the address of another page of the list.
func (p *ListPage) Turn(page int) string {
	return p.Home() + "?" + p.Query + "&page=" + strconv.Itoa(page) + "#answers"
}

// List shows the review.
func (d *Door) List(c *fiber.Ctx) error {
	page, err := d.list(c)
	if err != nil {
		return err
	}
	return d.pages.Render(c, "list", page)
}

func (d *Door) list(c *fiber.Ctx) (*ListPage, error) {
	b, err := d.bench(c)
	if err != nil {
		return nil, err
	}
	p := &ListPage{Bench: b, Pick: picked(c.Query), Effects: effects(b.Groups), HandEffects: effects(b.Hands), HeapLines: heaps(c, b.Board)}
	rows, err := d.rows(c, &p.Bench, p.Pick, c.Query("act"))
	if err != nil {
		return nil, err
	}
	p.Found, p.Query = len(rows), query(c)
	p.Pages = max(1, (len(rows)+perPage-1)/perPage)
	p.Page = min(max(1, c.QueryInt("page", 1)), p.Pages)
	p.From, p.To = min(len(rows), (p.Page-1)*perPage), min(len(rows), p.Page*perPage)
	p.Shown = rows[p.From:p.To]
	for _, e := range p.Effects {
		p.Places = append(p.Places, e.Place)
	}
	slices.Sort(p.Places)
	for _, a := range p.Acts {
		if a.State == survey.ActWaiting {
			p.Pending = append(p.Pending, a)
		} else {
			p.Past = append(p.Past, a)
		}
	}
	if p.Survey.Reviewed() {
		p.Compared, err = d.compared(c)
	}
	return p, err
}

// rows are the answers that were asked for: by what was picked, or of one act.
func (d *Door) rows(c *fiber.Ctx, b *Bench, pick survey.Pick, act string) ([]*survey.Row, error) {
	rows := b.Pick(pick, b.Decided)
	if act == "" {
		return rows, nil
	}
	number, err := strconv.Atoi(act)
	if err != nil {
		number = 0
	}
	about, err := d.Surveys.ActResponses(c.UserContext(), login.Actor(c), b.ID, number)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(rows, func(r *survey.Row) bool {
		_, of := slices.BinarySearch(about, r.Response)
		return !of
	}), nil
}

// asked are the names of what can be chosen, in the address and in forms.
func asked() []string {
	return []string{"state", "rule", "place", "hand", "channel", "sort", "number", "act"}
}

// picked reads what was chosen.
func picked(get func(name string, fallback ...string) string) survey.Pick {
	p := survey.Pick{
		State: survey.PickState(get("state")), Rule: quality.Code(get("rule")), Place: get("place"), Hand: get("hand"),
		Channel: survey.Channel(get("channel")), Sort: get("sort"),
	}
	if n, err := strconv.ParseInt(get("number"), 10, 64); err == nil {
		p.Number = n
	}
	return p
}

// query is what was chosen as it stands in addresses.
func query(c *fiber.Ctx) string {
	out := url.Values{}
	for _, name := range asked() {
		if v := c.Query(name); v != "" {
			out.Set(name, v)
		}
	}
	return out.Encode()
}
