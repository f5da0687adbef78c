package report

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"minyi/survey"
	"minyi/survey/report"
	"minyi/web/login"
	"minyi/web/view"
)

// ReleasePage shows a signed result, what it rests on and the other releases of the
// survey.
type ReleasePage struct {
	view.Frame
	*survey.Release
	Body      Body
	Name      string
	Key       string // public, hexadecimal
	Signature string // hexadecimal
	Releases  []survey.Draft
	Asked     bool // a digest was asked for, as the code on a printed page does
	Unknown   bool // no release has it
}

// Agency reports whether the visitor is of the agency: the office reads here, and
// has no other page of this survey.
func (p *ReleasePage) Agency() bool { return p.Is("agency") }

// Proposed reports whether two people have not signed it yet: never here.
func (p *ReleasePage) Proposed() bool { return false }

// Release shows the signed result in force, or the one that the address asks for by
// its number or by the beginning of its digest.
func (d *Door) Release(c *fiber.Ctx) error {
	out, asked, err := d.asked(c)
	if err != nil {
		return err
	}
	made, err := d.report(c, out, string(view.LangOf(c)))
	if err != nil {
		return err
	}
	page := &ReleasePage{
		Release: out, Body: body(made.Blocks, report.Grid), Name: in(c, out.Survey.UnitName), Key: hex.EncodeToString(out.PublicKey),
		Signature: hex.EncodeToString(out.Draft.Signature), Releases: out.Survey.Releases(), Asked: asked != "",
		Unknown: asked != "" && !strings.HasPrefix(out.Draft.Digest, asked),
	}
	slices.Reverse(page.Releases)
	return d.pages.Render(c, "release", page)
}

// asked returns the release that the address asks for, and the beginning of the
// digest where it asks by that.
func (d *Door) asked(c *fiber.Ctx) (out *survey.Release, digest string, err error) {
	n, err := revision(c)
	if err != nil {
		return nil, "", err
	}
	out, err = d.surveys.Revision(c.UserContext(), login.Actor(c), id(c), n)
	digest = strings.ToLower(c.Query("d"))
	if err != nil || digest == "" || strings.HasPrefix(out.Draft.Digest, digest) {
		return out, digest, err
	}
	for _, one := range out.Survey.Releases() {
		if strings.HasPrefix(one.Digest, digest) {
			out, err = d.surveys.Revision(c.UserContext(), login.Actor(c), id(c), one.Number())
		}
	}
	return out, digest, err
}

// Document sends the signed document, byte for byte.
func (d *Door) Document(c *fiber.Ctx) error {
	out, _, err := d.asked(c)
	if err != nil {
		return err
	}
	return send(c, fiber.MIMEApplicationJSONCharsetUTF8, name(out, "release", "", "json"), out.Draft.Document)
}

// Signature sends what is needed to check the document: key, its name and the
// signature.
func (d *Door) Signature(c *fiber.Ctx) error {
	out, _, err := d.asked(c)
	if err != nil {
		return err
	}
	text, err := json.Marshal(struct {
		Algorithm string `json:"algorithm"`
		KeyID     string `json:"key_id"`
		PublicKey []byte `json:"public_key"`
		Digest    string `json:"sha256"`
		Signature []byte `json:"signature"`
	}{"Ed25519", out.Draft.KeyID, out.PublicKey, out.Draft.Digest, out.Draft.Signature})
	if err != nil {
		return fmt.Errorf("report: signature: %w", err)
	}
	return send(c, fiber.MIMEApplicationJSONCharsetUTF8, name(out, "release", "", "sig.json"), text)
}

// name is the name of a file of a release; later ones carry their number.
func name(r *survey.Release, kind, lang, ending string) string {
	text := kind + "-" + strconv.Itoa(r.Survey.Round) + "-" + string(r.Survey.Unit)
	if n := r.Draft.Number(); n > 1 {
		text += "-" + strconv.Itoa(n)
	}
	if lang != "" {
		text += "." + lang
	}
	return text + "." + ending
}

func send(c *fiber.Ctx, media, name string, body []byte) error {
	c.Set(fiber.HeaderContentType, media)
	c.Set(fiber.HeaderContentDisposition, `attachment; filename="`+name+`"`)
	return c.Send(body)
}

// number reads a whole number; what is none is -1.
func number(text string) int {
	n, err := strconv.Atoi(text)
	if err != nil {
		return -1
	}
	return n
}
