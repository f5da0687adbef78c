package verify

import (
	"encoding/json"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators"
	"minyi/indicators/application"
	"minyi/indicators/fault"
	"minyi/indicators/verification"
	"minyi/web/login"
	"minyi/web/view"
)

// State is a visit as a device keeps it.
type State struct {
	Who     string              `json:"who"`
	CSRF    string              `json:"csrf"`
	Visit   string              `json:"visit"`
	Version int                 `json:"version"`
	Closed  bool                `json:"closed"`
	Record  verification.Record `json:"record"` // what members sign
	Digest  string              `json:"digest"`
	Clashes []Clash             `json:"clashes"`
	Signed  []Signed            `json:"signed"`
	Judged  map[string]string   `json:"judged"` // by item and threshold: met, unmet, warns or na
	Lacks   []string            `json:"lacks"`  // in words
	Reports int                 `json:"reports"`
}

// Clash is a field with two values.
type Clash struct {
	Field  string `json:"field"`
	Stored string `json:"stored"`
	Other  string `json:"other"`
	By     string `json:"by"`      // who wrote the stored value
	Theirs string `json:"others"`  // who wrote the other
	At     string `json:"at"`      // when the stored one was written
	On     string `json:"theirAt"` // when the other was written
}

// Signed is a signature as a device shows it.
type Signed struct {
	Member string `json:"member"`
	Path   string `json:"path"`
	Typed  string `json:"typed"`
	Digest string `json:"digest"`
	Void   bool   `json:"void"`
	At     string `json:"at"`
}

func (d *Door) state(c *fiber.Ctx, w *verification.Work) State {
	lang := view.LangOf(c)
	s := State{
		Who: login.Actor(c).Name, Visit: string(w.ID()), Version: w.Version, Closed: w.Closed(), Record: w.Record(), Digest: w.Digest,
		Clashes: []Clash{}, Signed: []Signed{}, Judged: map[string]string{}, Lacks: []string{}, Reports: len(w.Problems),
	}
	if v := view.VisitorOf(c); v.Token != nil {
		s.CSRF = v.Token()
	}
	for _, x := range w.Clashes {
		own := w.Touched[x.Field]
		s.Clashes = append(s.Clashes, Clash{
			Field: x.Field, Stored: w.Fields[x.Field], Other: x.Other.Value, By: own.By, Theirs: x.Other.By,
			At: view.DateTime(lang, own.At), On: view.DateTime(lang, x.Other.At),
		})
	}
	for _, x := range w.Signatures {
		s.Signed = append(s.Signed, Signed{x.Member, x.Path, x.Typed, x.Digest, x.Void != nil, view.DateTime(lang, x.At)})
	}
	for _, p := range w.Points {
		for n, j := range p.Judged {
			s.Judged[string(p.Item)+"."+strconv.Itoa(n)] = judgeState(j)
		}
	}
	if !w.Closed() {
		for _, r := range w.Lacks {
			s.Lacks = append(s.Lacks, d.Texts.Refusal(lang, r))
		}
	}
	return s
}

// Synced is the answer to acts that a device sent.
type Synced struct {
	Results []Result `json:"results"`
	State   *State   `json:"state,omitempty"`
	Problem string   `json:"problem,omitempty"` // why nothing was taken
}

// Result is what became of one act.
type Result struct {
	ID    string `json:"id"`
	State string `json:"state"` // kept, clash or wrong
	Text  string `json:"text,omitempty"`
}

// Current answers with the visit as it is stored.
func (d *Door) Current(c *fiber.Ctx) error {
	k, err := keyOf(c)
	if err != nil {
		return err
	}
	w, err := d.Visits.Work(c.UserContext(), login.Actor(c), k)
	if err != nil {
		return err
	}
	return c.JSON(d.state(c, w))
}

// Sync does what a device wants done, and answers in JSON.
func (d *Door) Sync(c *fiber.Ctx) error {
	k, err := keyOf(c)
	if err != nil {
		return err
	}
	var acts []verification.Act
	decoder := json.NewDecoder(strings.NewReader(c.FormValue("acts")))
	decoder.DisallowUnknownFields() // what has no effect is refused, not passed over (S15)
	if err := decoder.Decode(&acts); err != nil || decoder.More() {
		return fault.New(fault.Invalid, "request.invalid")
	}
	answers, w, err := d.Visits.Apply(c.UserContext(), login.Actor(c), k, acts)
	return d.answer(c, k, answers, w, err)
}

// answer tells a device what became of its acts, with the visit as it is now. What
// was refused as a whole is told in words, with the status of its kind.
func (d *Door) answer(c *fiber.Ctx, k application.Key, answers []verification.Answer, w *verification.Work, err error) error {
	lang, out := view.LangOf(c), Synced{Results: []Result{}}
	if kind := fault.KindOf(err); err != nil && kind == 0 {
		return err
	}
	for _, r := range fault.All(err) {
		out.Problem += d.Texts.Refusal(lang, r)
	}
	for _, a := range answers {
		one := Result{ID: a.ID, State: string(a.State)}
		for _, r := range fault.All(a.Err) {
			one.State = string(verification.Wrong)
			one.Text += d.Texts.Refusal(lang, r)
		}
		out.Results = append(out.Results, one)
	}
	if w == nil {
		if w, err = d.Visits.Work(c.UserContext(), login.Actor(c), k); fault.KindOf(err) != 0 {
			return c.JSON(out) // no longer of the team
		}
		if err != nil {
			return err
		}
	}
	s := d.state(c, w)
	out.State = &s
	return c.JSON(out)
}

// judgeState names what a value says of its threshold.
func judgeState(j indicators.Judgement) string {
	switch {
	case j.Inapplicable:
		return "na"
	case !j.Known:
		return "none"
	case j.Meets:
		return "met"
	case j.Warns:
		return "warns"
	}
	return "unmet"
}
