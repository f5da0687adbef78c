// Package api is the door for programs: what a role may read, as JSON, by a key
// of that role. It writes nothing, and it opens no more than the pages do.
package api

import (
	"context"
	_ "embed" // the interface's description
	"time"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators/access"
	"minyi/indicators/naming"
	"minyi/indicators/register"
	"minyi/indicators/roster"
	"minyi/indicators/supervision"
	"minyi/survey"
	"minyi/web/view"
)

//go:embed openapi.json
var description []byte

// Keys turns an Authorization header into an actor.
type Keys interface {
	Bearer(ctx context.Context, header string) (access.Actor, error)
}

// Config is what a Door needs.
type Config struct {
	Keys        Keys
	Texts       *view.Texts
	Roster      *roster.Service
	Surveys     *survey.Service
	Naming      *naming.Service
	Supervision *supervision.Service
	Register    *register.Service
}

// Door answers programs.
type Door struct{ Config }

// New makes the door.
func New(cfg Config) *Door { return &Door{cfg} }

// Describe answers with the OpenAPI description.
func (d *Door) Describe(c *fiber.Ctx) error {
	c.Set(fiber.HeaderContentType, fiber.MIMEApplicationJSONCharsetUTF8)
	return c.Send(description)
}

// Rounds lists the rounds with their plans and settings.
func (d *Door) Rounds(c *fiber.Ctx) error {
	if _, err := d.actor(c); err != nil {
		return d.refuse(c, err)
	}
	rounds, err := d.Roster.Rounds(c.UserContext())
	return d.answer(c, fiber.Map{"rounds": emptyNotNull(rounds)}, err)
}

// unit is an entry of the register.
type unit struct {
	Code       roster.UnitCode `json:"code"`
	Name       string          `json:"name"`
	NameEN     string          `json:"name_en"`
	Kind       roster.UnitKind `json:"kind"`
	Parent     roster.UnitCode `json:"parent"`
	RuleMaking bool            `json:"rule_making"`
	Population int             `json:"population"`
}

// Units lists the register of units.
func (d *Door) Units(c *fiber.Ctx) error {
	_, err := d.actor(c)
	all := d.Roster.Units()
	list := make([]unit, len(all))
	for i, u := range all {
		list[i] = unit{u.Code, u.Name, u.NameEN, u.Kind, u.Parent, u.RuleMaking, u.Population}
	}
	return d.answer(c, fiber.Map{"units": list}, err)
}

// counts is where one survey's fieldwork stands.
type counts struct {
	ID       survey.ID       `json:"id"`
	Round    int             `json:"round"`
	Unit     roster.UnitCode `json:"unit"`
	State    survey.State    `json:"state"`
	Sampled  channel         `json:"sampled"`
	Posters  channel         `json:"posters"`
	Response string          `json:"response_rate"` // AAPOR RR2, percent with two decimals
}

type channel struct {
	Links       int `json:"links"`
	Complete    int `json:"complete"`
	Partial     int `json:"partial"`
	BreakOff    int `json:"break_off"`
	ScreenedOut int `json:"screened_out"`
	Refused     int `json:"refused"`
}

func channelOf(c survey.Counts) channel {
	return channel{c.Links, c.Complete, c.Partial, c.BreakOff, c.ScreenedOut, c.Refused}
}

// Surveys lists the surveys with their counts, for the agency.
func (d *Door) Surveys(c *fiber.Ctx) error {
	by, err := d.actor(c)
	if err != nil {
		return d.refuse(c, err)
	}
	all, err := d.Config.Surveys.Surveys(c.UserContext(), by)
	list := make([]counts, 0, len(all))
	for _, f := range all {
		list = append(list, counts{
			ID: f.Survey.ID, Round: f.Survey.Round, Unit: f.Survey.Unit, State: f.Survey.State,
			Sampled: channelOf(f.Sampled), Posters: channelOf(f.Posters), Response: f.Sampled.ResponseRate().String(),
		})
	}
	return d.answer(c, fiber.Map{"surveys": list}, err)
}

// Release gives a signed result, for the agency and the office.
func (d *Door) Release(c *fiber.Ctx) error {
	by, err := d.actor(c)
	if err != nil {
		return d.refuse(c, err)
	}
	r, err := d.Config.Surveys.Released(c.UserContext(), by, survey.ID(c.Params("id")))
	if err != nil {
		return d.refuse(c, err)
	}
	draft := r.Survey.Draft
	return d.answer(c, fiber.Map{
		"digest": draft.Digest, "document": r.Document, "key_id": draft.KeyID, "signature": draft.Signature,
		"public_key": r.PublicKey,
	}, nil)
}

// Ranking gives the newest ranking of a round, for the office.
func (d *Door) Ranking(c *fiber.Ctx) error {
	by, err := d.actor(c)
	if err != nil {
		return d.refuse(c, err)
	}
	year, err := c.ParamsInt("round")
	if err != nil {
		return d.refuse(c, unknownRound())
	}
	snapshot, err := d.Naming.Ranking(c.UserContext(), by, year)
	return d.answer(c, snapshot, err)
}

// Named gives the register of the named as of the day in the address (on), else of
// today, with the history and the papers of each name (C13, C56), as far as round,
// kind, track, city, state and q choose; it is public.
func (d *Door) Named(c *fiber.Ctx) error {
	day, err := d.Supervision.AsOf(c.Query("on"))
	if err != nil {
		return d.refuse(c, err)
	}
	named, err := d.Register.List(c.UserContext(), day, register.Filter{
		Round: c.QueryInt("round"), Group: roster.Group(c.Query("kind")), Track: roster.Track(c.Query("track")),
		City: roster.UnitCode(c.Query("city")), Standing: naming.Standing(c.Query("state")), Text: c.Query("q"),
	})
	return d.answer(c, fiber.Map{"as_of": asOf(c), "on": day, "named": emptyNotNull(named)}, err)
}

func asOf(c *fiber.Ctx) string { return view.NowOf(c).UTC().Format(time.RFC3339) }

func emptyNotNull[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}
