// Package library is the agency's door to its questionnaires: new ones from the
// built-in form, from a file or from pasted text, the editing with a preview
// beside it, the versions that two people publish, and what changed between them.
// It decides nothing: the checks are the questionnaire's, the rules the library's.
package library

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"slices"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators/fault"
	"minyi/survey/library"
	"minyi/survey/questionnaire"
	"minyi/web/login"
	"minyi/web/view"
)

//go:embed pages/*.html pages/*.js
var pageFiles embed.FS

// Trials names the links on which a questionnaire is tried.
type Trials interface{ Token(r library.Ref) string }

// Config is what a Door needs.
type Config struct {
	Papers *library.Service
	Trials Trials
	Texts  *view.Texts
	Base   string // address of the service, without a slash at the end
}

// Door serves the pages of the library.
type Door struct {
	Config
	pages  *view.Pages
	script []byte
	digest string
}

// MaxFile is the largest questionnaire file that the door reads, in bytes.
const MaxFile = 4 << 20

// Addresses of the pages, and of the links on which questionnaires are tried.
const (
	Home       = "/agency/questionnaires"
	TrialPath  = "/try/"     // a page of its own, for a phone
	FramedPath = "/preview/" // beside the editor
)

// New makes the door.
func New(cfg Config) (*Door, error) {
	pages, err := view.NewPages(cfg.Texts, pageFiles)
	if err != nil {
		return nil, err
	}
	script, err := pageFiles.ReadFile("pages/library.js")
	if err != nil {
		return nil, fmt.Errorf("library: %w", err)
	}
	sum := sha256.Sum256(script)
	return &Door{Config: cfg, pages: pages, script: script, digest: hex.EncodeToString(sum[:6])}, nil
}

// ScriptPath is the address of the door's small script.
func (d *Door) ScriptPath() string { return "/static/" + d.digest + "/library.js" }

// Script serves it.
func (d *Door) Script(c *fiber.Ctx) error {
	c.Set(fiber.HeaderCacheControl, "public, max-age=31536000, immutable")
	c.Set(fiber.HeaderContentType, "text/javascript; charset=utf-8")
	return c.Send(d.script)
}

// at is the address of a questionnaire's page, or of one below it.
func at(id library.ID, below string) string { return Home + "/" + string(id) + below }

// id is the questionnaire that the address names.
func id(c *fiber.Ctx) library.ID { return library.ID(c.Params("id")) }

// policy lets a page frame our own pages, which no other page of the house does.
const policy = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; connect-src 'self'; " +
	"frame-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"

// Bench is what every page about one questionnaire has: the paper, what the
// checker has against it, and the preview.
type Bench struct {
	view.Frame
	Paper    *library.Paper
	Findings []Finding
	Hints    []Finding // what is worth a second look, and keeps nobody from publishing
	Version  int       // that the page was made from: what is saved must still have it
	Script   string    // address of the script
	Preview  string    // address of the preview
	Trial    string    // address of the trial, for a phone
	Shown    string    // the question that the preview shows
	Theirs   string    // who changed the questionnaire in the meantime; empty where nobody did
}

// Finding is one finding of the checker in words, at the question concerned.
type Finding struct{ Owner, Text, Href string }

// At lists the findings at a question or a scale.
func (b *Bench) At(owner string) []Finding {
	var out []Finding
	for _, f := range b.Findings {
		if f.Owner == owner {
			out = append(out, f)
		}
	}
	return out
}

// Base is the address of the questionnaire's page.
func (b *Bench) Base() string { return at(b.Paper.ID, "") }

// Framed is the address of the preview at the question shown.
func (b *Bench) Framed() string {
	if b.Shown == "" {
		return b.Preview
	}
	return b.Preview + "?at=" + b.Shown
}

// bench reads the questionnaire of the address and what is wrong with it.
func (d *Door) bench(c *fiber.Ctx) (Bench, error) {
	p, err := d.Papers.Paper(c.UserContext(), login.Actor(c), id(c))
	if err != nil {
		return Bench{}, err
	}
	draft := d.Trials.Token(library.Ref{ID: p.ID})
	b := Bench{
		Paper: p, Version: p.Version, Script: d.ScriptPath(),
		Preview: FramedPath + draft, Trial: d.Base + TrialPath + draft,
	}
	form, err := p.Draft()
	if err != nil {
		return b, err
	}
	b.Hints = d.hints(c, b.Base(), form)
	for _, r := range p.Findings() {
		if r.Field == "" && r.Params["question"] == "" && r.Params != nil {
			r.Params["question"] = d.Texts.Say(view.LangOf(c), "library.part.paper", nil)
		}
		owner := form.Owner(r.Field)
		f := Finding{Owner: owner, Text: d.Texts.Refusal(view.LangOf(c), r), Href: b.Base() + "/texts"}
		if it, _ := form.Find(owner); it != nil {
			f.Href = b.Base() + "/questions/" + owner
		} else if _, ok := form.Scales[owner]; ok {
			f.Href = b.Base() + "/scales/" + owner
		}
		if !slices.Contains(b.Findings, f) { // one sentence for several texts that lack a language
			b.Findings = append(b.Findings, f)
		}
	}
	c.Set(fiber.HeaderContentSecurityPolicy, policy)
	return b, nil
}

// hints are the questionnaire's own hints in words.
func (d *Door) hints(c *fiber.Ctx, base string, form *questionnaire.Form) (out []Finding) {
	for _, h := range form.Hints() {
		f := Finding{Owner: h.Question, Href: base + "#questions"}
		if h.Question != "" {
			f.Href = base + "/questions/" + h.Question
		}
		if kind := h.Params["kind"]; kind != "" {
			h.Params["kind"] = d.Texts.Say(view.LangOf(c), "library.sensitive."+kind, nil)
		}
		f.Text = d.Texts.Say(view.LangOf(c), h.Code, h.Params)
		out = append(out, f)
	}
	return out
}

// changed returns who changed the questionnaire meanwhile, empty for other errors.
func changed(err error) string {
	for _, r := range fault.All(err) {
		if r.Code == "paper.changed" {
			return r.Params["by"]
		}
	}
	return ""
}
