package report

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"html/template"
	"slices"
	"time"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators/fault"
	"minyi/survey"
	"minyi/survey/invite"
	"minyi/survey/report"
	"minyi/survey/report/layout"
	"minyi/web/login"
	"minyi/web/view"
)

// Block is a block with its picture as it stands in a page, and the number of a
// section's heading.
type Block struct {
	report.Block
	SVG    template.HTML
	Anchor int
}

// Below is the level of a heading in a page, whose own title is the first.
func (b Block) Below() int { return b.Level + 1 }

// Body is a list of blocks.
type Body []Block

// Sections are the headings of the first level.
func (b Body) Sections() (out []Block) {
	for _, one := range b {
		if one.Anchor > 0 {
			out = append(out, one)
		}
	}
	return out
}

// body makes blocks ready for a page; with kinds named, of these only.
func body(blocks []report.Block, kinds ...report.Kind) Body {
	var out Body
	sections := 0
	for _, one := range blocks {
		if len(kinds) > 0 && !slices.Contains(kinds, one.Kind) {
			continue
		}
		b := Block{Block: one}
		if one.Picture != nil {
			b.SVG = template.HTML(one.Picture.SVG()) //nolint:gosec // made by package picture, which escapes all words
		}
		if one.Kind == report.Heading && one.Level == 1 {
			sections++
			b.Anchor = sections
		}
		out = append(out, b)
	}
	return out
}

// ReadPage is the report on the screen.
type ReadPage struct {
	view.Frame
	*survey.Release
	Made  *report.Report
	Cover Body
	Body  Body
	Name  string
}

// Agency reports whether the visitor is of the agency.
func (p *ReadPage) Agency() bool { return p.Is("agency") }

// Proposed reports whether two people have not signed it yet.
func (p *ReadPage) Proposed() bool { return p.Made.State == report.Proposed }

// found returns what the address asks for: a release, or with draft=1 what the
// signers have before them.
func (d *Door) found(c *fiber.Ctx) (*survey.Release, error) {
	if c.Query("draft") == "1" {
		return d.surveys.Proposal(c.UserContext(), login.Actor(c), id(c))
	}
	out, _, err := d.asked(c)
	return out, err
}

// Read shows the report.
func (d *Door) Read(c *fiber.Ctx) error {
	out, err := d.found(c)
	if err != nil {
		return err
	}
	made, err := d.report(c, out, string(view.LangOf(c)))
	if err != nil {
		return err
	}
	return d.pages.Render(c, "read", &ReadPage{Release: out, Made: made, Cover: body(made.Cover), Body: body(made.Blocks), Name: in(c, out.Survey.UnitName)})
}

// taken makes the report that is to be taken away, in the language that it is asked
// for in.
func (d *Door) taken(c *fiber.Ctx) (*survey.Release, view.Lang, *report.Report, error) {
	out, err := d.found(c)
	if err != nil {
		return nil, "", nil, err
	}
	lang := language(c)
	made, err := d.report(c, out, string(lang))
	return out, lang, made, err
}

// PDF sends the report for printing.
func (d *Door) PDF(c *fiber.Ctx) error {
	out, lang, made, err := d.taken(c)
	if err != nil {
		return err
	}
	var file bytes.Buffer
	if err := layout.Write(&file, made, d.texts.Say(lang, "report.characters", nil)); err != nil {
		return err
	}
	return send(c, "application/pdf", name(out, "report", string(lang), "pdf"), file.Bytes())
}

// HTML sends the report as a file of its own: it needs nothing beside it.
func (d *Door) HTML(c *fiber.Ctx) error {
	out, lang, made, err := d.taken(c)
	if err != nil {
		return err
	}
	text, err := d.filed(made)
	if err != nil {
		return err
	}
	return send(c, fiber.MIMETextHTMLCharsetUTF8, name(out, "report", string(lang), "html"), text)
}

// language is that of a file: of the page, unless the address asks for another.
func language(c *fiber.Ctx) view.Lang {
	if lang, ok := view.ParseLang(c.Query("in")); ok {
		return lang
	}
	return view.LangOf(c)
}

// digestChars is how much of the digest the code on a page carries.
const digestChars = 16

// report makes the report of a release or a proposal.
func (d *Door) report(_ *fiber.Ctx, r *survey.Release, lang string) (*report.Report, error) {
	paper, err := r.Survey.Paper.Questionnaire()
	if err != nil {
		return nil, err
	}
	s := report.Source{
		Document: r.Document, Paper: paper, Digest: r.Draft.Digest, State: state(r), Revisions: len(r.Survey.Releases()),
		SignedAt: r.Draft.SignedAt, Key: hex.EncodeToString(r.PublicKey), Signature: hex.EncodeToString(r.Draft.Signature),
		Link: d.base + at(r.Survey.ID) + "/release?d=" + r.Draft.Digest[:digestChars], Lang: lang,
		Words: d.words(view.Lang(lang)), Clock: func(at time.Time) string { return view.DateTime(view.Lang(lang), at) },
	}
	for _, a := range r.Draft.Approvals {
		s.Signers = append(s.Signers, report.Signer{Account: a.Account, At: a.At})
	}
	return report.Compose(s), nil
}

func state(r *survey.Release) report.State {
	switch {
	case r.Draft.SignedAt.IsZero():
		return report.Proposed
	case !r.InForce():
		return report.Superseded
	}
	return report.InForce
}

// words gives the texts of a language.
func (d *Door) words(lang view.Lang) report.Words {
	return func(key string, pairs ...string) string {
		params := fault.Params{}
		for i := 0; i+1 < len(pairs); i += 2 {
			params[pairs[i]] = pairs[i+1]
		}
		return d.texts.Say(lang, key, params)
	}
}

// fileTemplate reads the page of the file.
func fileTemplate() (*template.Template, error) {
	t, err := template.ParseFS(files, "file/report.html", "pages/_blocks.html")
	if err != nil {
		return nil, fmt.Errorf("report: file: %w", err)
	}
	return t, nil
}

// filed writes the report as a file of its own.
func (d *Door) filed(r *report.Report) ([]byte, error) {
	style, err := files.ReadFile("file/report.css")
	if err != nil {
		return nil, fmt.Errorf("report: file: %w", err)
	}
	code, err := drawn(r.Link)
	if err != nil {
		return nil, err
	}
	var out bytes.Buffer
	err = d.file.ExecuteTemplate(&out, "report.html", struct {
		*report.Report
		Style template.CSS
		Code  template.HTML
		Cover Body
		Body  Body
		Said  func(key string) string
	}{
		Report: r, Style: template.CSS(style), Code: code, Cover: body(r.Cover[1:]), Body: body(r.Blocks), //nolint:gosec // our own style sheet
		Said: func(key string) string { return d.texts.Say(view.Lang(r.Lang), key, nil) },
	})
	if err != nil {
		return nil, fmt.Errorf("report: file: %w", err)
	}
	return out.Bytes(), nil
}

// drawn is the code of a link as a picture.
func drawn(link string) (template.HTML, error) {
	code, err := invite.NewCode(link)
	if err != nil {
		return "", err
	}
	return template.HTML(code.SVG()), nil //nolint:gosec // modules of a code, no words
}
