package agency

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators/fault"
	"minyi/survey"
	"minyi/web/login"
	"minyi/web/view"
)

// ReleasePage shows a signed result.
type ReleasePage struct {
	view.Frame
	*survey.Release
	Tables
	Name      string
	Key       string // public, hexadecimal
	Signature string // hexadecimal
}

// Agency reports whether the visitor is of the agency: the office reads here,
// and has no other page of this door.
func (p *ReleasePage) Agency() bool { return p.Is("agency") }

// Release shows the signed result.
func (d *Door) Release(c *fiber.Ctx) error {
	out, err := d.surveys.Released(c.UserContext(), login.Actor(c), id(c))
	if err != nil {
		return err
	}
	paper, err := out.Survey.Paper.Questionnaire()
	if err != nil {
		return err
	}
	return d.pages.Render(c, "release", &ReleasePage{
		Release: out, Name: in(c, out.Survey.UnitName), Key: hex.EncodeToString(out.PublicKey),
		Signature: hex.EncodeToString(out.Survey.Draft.Signature),
		Tables:    tables(out.Document.Result, paper, string(view.LangOf(c))),
	})
}

// Document sends the signed document, byte for byte.
func (d *Door) Document(c *fiber.Ctx) error {
	out, err := d.surveys.Released(c.UserContext(), login.Actor(c), id(c))
	if err != nil {
		return err
	}
	return file(c, fmt.Sprintf("release-%d-%s.json", out.Survey.Round, out.Survey.Unit), out.Survey.Draft.Document)
}

// Signature sends what is needed to check the document: key, its name and the
// signature.
func (d *Door) Signature(c *fiber.Ctx) error {
	out, err := d.surveys.Released(c.UserContext(), login.Actor(c), id(c))
	if err != nil {
		return err
	}
	text, err := json.Marshal(struct {
		Algorithm string `json:"algorithm"`
		KeyID     string `json:"key_id"`
		PublicKey []byte `json:"public_key"`
		Digest    string `json:"sha256"`
		Signature []byte `json:"signature"`
	}{"Ed25519", out.Survey.Draft.KeyID, out.PublicKey, out.Survey.Draft.Digest, out.Survey.Draft.Signature})
	if err != nil {
		return fmt.Errorf("agency: signature: %w", err)
	}
	return file(c, fmt.Sprintf("release-%d-%s.sig.json", out.Survey.Round, out.Survey.Unit), text)
}

func file(c *fiber.Ctx, name string, body []byte) error {
	c.Set(fiber.HeaderContentType, fiber.MIMEApplicationJSONCharsetUTF8)
	c.Set(fiber.HeaderContentDisposition, `attachment; filename="`+name+`"`)
	return c.Send(body)
}

// File brings a released result to the scorebook again.
func (d *Door) File(c *fiber.Ctx) error {
	if err := d.surveys.File(c.UserContext(), login.Actor(c), id(c)); err != nil {
		return err
	}
	return view.See(c, at(id(c))+"/release", "survey.file")
}

// EndRound says that no further survey of a round will be released.
func (d *Door) EndRound(c *fiber.Ctx) error {
	var err error = fault.New(fault.Invalid, "survey.confirm")
	year, unread := strconv.Atoi(c.FormValue("end_round"))
	if c.FormValue("end_sure") == "yes" && unread == nil {
		err = d.surveys.EndRound(c.UserContext(), login.Actor(c), year)
	}
	if err == nil {
		return view.See(c, "/agency", "survey.end")
	}
	page, listed := d.listPage(c)
	if listed != nil {
		return listed
	}
	return d.pages.Again(c, err, "list", page)
}

// CommentsPage lists the free texts of a closed survey.
type CommentsPage struct {
	view.Frame
	ID       survey.ID
	Name     string
	Comments []string
}

// Comments shows the free texts.
func (d *Door) Comments(c *fiber.Ctx) error {
	actor := login.Actor(c)
	work, err := d.surveys.Fieldwork(c.UserContext(), actor, id(c))
	if err != nil {
		return err
	}
	texts, err := d.surveys.Comments(c.UserContext(), actor, id(c))
	if err != nil {
		return err
	}
	return d.pages.Render(c, "comments", &CommentsPage{ID: id(c), Name: in(c, work.Survey.UnitName), Comments: texts})
}
