package apply

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators/fault"
	"minyi/indicators/roster"
	"minyi/web/view"
)

// Answer is what a page's script gets when it has saved a part of the page: how
// it went, and the texts that stand in the dossier, by field.
type Answer struct {
	State  string // saved, conflict, refused, closed; empty on a whole page
	At     string // time of the saving
	Stands map[string]string
	Clash  map[string]bool // fields that somebody else has changed meanwhile
}

// Said is what is said beside a field: a refusal, and what somebody else has
// written there meanwhile.
type Said struct {
	Field, Problem, Theirs string
	Clash                  bool
}

func (a *Answer) said(field, problem string) Said {
	return Said{Field: field, Problem: problem, Clash: a.Clash[field], Theirs: a.Stands[field]}
}

// clashes returns the fields that somebody else has changed meanwhile.
func clashes(err error) map[string]bool {
	out := map[string]bool{}
	for _, r := range fault.All(err) {
		if r.Code == "field.conflict" {
			out[r.Field] = true
		}
	}
	return out
}

// Was is the stamp of what the dossier says in a field: a form that brings it
// back with the same text has not changed the field.
func (a *Answer) Was(field string) string { return stamp(a.Stands[field]) }

const wasPrefix = "was-"

// stamp names a text in a few characters.
func stamp(text string) string {
	const bytes = 6
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:bytes])
}

// conflicting reports whether somebody else has changed one of the fields.
func conflicting(err error) bool {
	return errors.Is(err, fault.New(fault.Conflict, "field.conflict"))
}

// partial is a page of which a part can be answered alone.
type partial interface {
	view.Framed
	problem(view.Problem)
}

func (d *dossier) problem(p view.Problem) { d.Problems = append(d.Problems, p) }

// answer shows the page again after a refusal, or gives its script the part that
// it asked for. A saving outside the window leaves all that was typed readable.
func (d *Door) answer(c *fiber.Ctx, err error, name string, part bool, page partial, a *Answer) error {
	if !part {
		return d.pages.Again(c, err, name, page)
	}
	if a.State = outcome(err); a.State == "" {
		return err
	}
	a.At = d.service.Now().In(roster.Shanghai()).Format("15:04:05")
	for _, r := range fault.All(err) {
		page.problem(view.Problem{Field: r.Field, Text: d.texts.Refusal(view.LangOf(c), r)})
	}
	if err != nil {
		c.Status(view.FormStatus(fault.KindOf(err)))
	}
	return d.pages.Part(c, name, name+"-answer", page)
}

// outcome says how a saving went; empty for an error that is no refusal.
func outcome(err error) string {
	switch kind := fault.KindOf(err); {
	case err == nil:
		return "saved"
	case conflicting(err):
		return "conflict"
	case kind == fault.Invalid, kind == fault.TooLarge:
		return "refused"
	case kind == fault.Closed, kind == fault.Conflict:
		return "closed"
	}
	return ""
}
