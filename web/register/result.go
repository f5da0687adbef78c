package register

import (
	"bytes"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"html/template"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators/fault"
	"minyi/indicators/register"
	"minyi/indicators/roster"
	"minyi/survey"
	"minyi/survey/report"
	"minyi/survey/report/layout"
	"minyi/survey/tabulate"
	"minyi/web/view"
)

// ResultPage is the published result of one unit with its whole report.
type ResultPage struct {
	view.Frame
	*Figures
	Name   string
	Home   string
	Blocks []Block
	Parts  []Block // headings of the first level
	Held   bool    // the signed document is not given out
	Key    string  // public key of the release, hexadecimal
	Sign   string  // its signature, hexadecimal

	Manifest string // digest of the pack's manifest; empty where there is no pack
	PackName string // the file that its link saves
}

// Check names the files of the figures or of the release.
func (p ResultPage) Check(kind string) Check {
	name := "result-" + strconv.Itoa(p.Round) + "-" + p.Unit
	if kind == "release" {
		return Check{"release-" + name + ".json", "release-" + name + ".sig", "release-key.pem"}
	}
	return Check{name + ".json", name + ".sig", "named-key.pem"}
}

// Percent writes a share with one decimal.
func (ResultPage) Percent(n tabulate.Number) string { return Percent(n) }

// Deff is the design effect as people read it.
func (p ResultPage) Deff() string { return Mark(p.Weighting.Deff) }

// Block is a block of the report as it stands in a page.
type Block struct {
	report.Block
	SVG    template.HTML
	Anchor int // from 1 for headings of the first level
}

// ask is the published result that the address names.
func (d *Door) ask(c *fiber.Ctx) (survey.Public, error) {
	year, err := round(c)
	if err != nil {
		return survey.Public{}, err
	}
	return d.Surveys.PublicOf(c.UserContext(), year, roster.UnitCode(c.Params("unit")))
}

// Result shows the published result of a unit: what came out, how sure it is, how it
// was made, what it does not tell, and every question.
func (d *Door) Result(c *fiber.Ctx) error {
	p, err := d.ask(c)
	if err != nil {
		return err
	}
	f, err := figuresOf(p)
	if err != nil {
		return err
	}
	made, err := d.report(c, p)
	if err != nil {
		return err
	}
	page := &ResultPage{
		Figures: f, Name: d.unitName(c, p.Unit), Home: home(f.Round, p.Unit), Held: p.Release.Few(),
		Key: hex.EncodeToString(p.Release.PublicKey), Sign: hex.EncodeToString(p.Release.Draft.Signature),
	}
	if pack := p.Release.Document.Pack; pack != nil {
		page.Manifest, page.PackName = pack.Digest, "pack-"+name(p, "zip")
	}
	for _, one := range made.Blocks {
		b := Block{Block: one}
		if one.Picture != nil {
			b.SVG = template.HTML(one.Picture.SVG()) //nolint:gosec // made by package picture, which escapes all words
		}
		if one.Kind == report.Heading && one.Level == 1 {
			b.Anchor = len(page.Parts) + 1
			page.Parts = append(page.Parts, b)
		}
		page.Blocks = append(page.Blocks, b)
	}
	return d.page(c, "result", page)
}

// report is the report of a published result, which names no account.
func (d *Door) report(c *fiber.Ctx, p survey.Public) (*report.Report, error) {
	paper, err := p.Release.Survey.Paper.Questionnaire()
	if err != nil {
		return nil, err
	}
	lang, r := view.LangOf(c), p.Release
	return report.Compose(report.Source{
		Document: r.Document, Paper: paper, Digest: r.Draft.Digest, State: report.InForce, Revisions: r.Draft.Number(), SignedAt: r.Draft.SignedAt,
		Key: hex.EncodeToString(r.PublicKey), Signature: hex.EncodeToString(r.Draft.Signature), Link: d.Base + home(r.Document.Round, p.Unit),
		Lang: string(lang), Words: report.Words(words(d.Texts, lang)), Public: true,
		Clock: func(at time.Time) string { return view.DateTime(lang, at) },
	}), nil
}

// ResultPDF sends the whole report for printing.
func (d *Door) ResultPDF(c *fiber.Ctx) error {
	p, err := d.ask(c)
	if err != nil {
		return err
	}
	made, err := d.report(c, p)
	if err != nil {
		return err
	}
	var out bytes.Buffer
	if err := layout.Write(&out, made, d.say(c, "report.characters")); err != nil {
		return err
	}
	return sent(c, "inline", name(p, "pdf"), "application/pdf", out.Bytes())
}

// name is the name of a file of a result.
func name(p survey.Public, ending string) string {
	return "result-" + strconv.Itoa(p.Release.Document.Round) + "-" + string(p.Unit) + "." + ending
}

// ResultCSV sends the figures of a unit as a table.
func (d *Door) ResultCSV(c *fiber.Ctx) error {
	p, err := d.ask(c)
	if err != nil {
		return err
	}
	f, err := figuresOf(p)
	if err != nil {
		return err
	}
	return d.table(c, name(p, "csv"), f.rows(string(view.LangOf(c)), words(d.Texts, view.LangOf(c))))
}

// figures are the figures of a unit as they are signed.
func (d *Door) figures(c *fiber.Ctx) (survey.Public, []byte, error) {
	p, err := d.ask(c)
	if err != nil {
		return p, nil, err
	}
	f, err := figuresOf(p)
	if err != nil {
		return p, nil, err
	}
	text, err := register.Canonical(f)
	return p, text, err
}

// ResultJSON sends the figures of a unit as data.
func (d *Door) ResultJSON(c *fiber.Ctx) error {
	p, text, err := d.figures(c)
	if err != nil {
		return err
	}
	return file(c, name(p, "json"), fiber.MIMEApplicationJSONCharsetUTF8, text)
}

// ResultSignature sends the signature under these figures.
func (d *Door) ResultSignature(c *fiber.Ctx) error {
	p, text, err := d.figures(c)
	if err != nil {
		return err
	}
	return d.signature(c, "result-"+strconv.Itoa(p.Release.Document.Round)+"-"+string(p.Unit), text)
}

// whole is the published result whose signed document may be given out.
func (d *Door) whole(c *fiber.Ctx) (survey.Public, error) {
	p, err := d.ask(c)
	if err == nil && p.Release.Few() {
		err = fault.New(fault.Forbidden, "published.held")
	}
	return p, err
}

// Release sends the signed document of a result, byte for byte. One with figures of
// few people is refused with published.held.
func (d *Door) Release(c *fiber.Ctx) error {
	p, err := d.whole(c)
	if err != nil {
		return err
	}
	return file(c, "release-"+name(p, "json"), fiber.MIMEApplicationJSONCharsetUTF8, p.Release.Draft.Document)
}

// ReleaseSignature sends what is needed to check that document; with raw=1 the 64
// bytes of the signature, with key=1 the public key, as OpenSSL reads them.
func (d *Door) ReleaseSignature(c *fiber.Ctx) error {
	p, err := d.whole(c)
	if err != nil {
		return err
	}
	r := p.Release
	if c.Query("raw") == "1" {
		return file(c, "release-"+name(p, "sig"), fiber.MIMEOctetStream, r.Draft.Signature)
	}
	if c.Query("key") == "1" {
		der, err := x509.MarshalPKIXPublicKey(r.Key())
		if err != nil {
			return fmt.Errorf("register: key: %w", err)
		}
		return file(c, "release-key.pem", "application/x-pem-file", pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))
	}
	text, err := json.Marshal(register.Signature{
		Algorithm: "Ed25519", KeyID: r.Draft.KeyID, PublicKey: r.PublicKey, Digest: r.Draft.Digest, Signature: r.Draft.Signature,
	})
	if err != nil {
		return fmt.Errorf("register: signature: %w", err)
	}
	return file(c, "release-"+name(p, "sig.json"), fiber.MIMEApplicationJSONCharsetUTF8, text)
}

// Pack sends the pack from which everybody computes the figures again. It is refused
// with pack.none where the release has none.
func (d *Door) Pack(c *fiber.Ctx) error {
	p, err := d.ask(c)
	if err != nil {
		return err
	}
	zip, err := p.Release.Pack()
	if err != nil {
		return err
	}
	if zip == nil {
		return fault.New(fault.NotFound, "pack.none")
	}
	return file(c, "pack-"+name(p, "zip"), "application/zip", zip)
}
