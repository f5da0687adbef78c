package seal

import (
	"bytes"
	"encoding/json"
	"fmt"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators/access"
	"minyi/indicators/application"
	"minyi/indicators/fault"
	"minyi/survey/report/layout"
	"minyi/web/login"
	"minyi/web/view"
)

// at names a seal: the applicant's own by round and track, the office's by the
// dossier's id.
func (d *Door) at(c *fiber.Ctx) (application.Key, string, error) {
	if login.Actor(c).Role == access.Office {
		k, err := application.ParseID(c.Params("dossier"))
		return k, c.Params("digest"), err
	}
	k, err := keyOf(c)
	return k, c.Params("digest"), err
}

// Manifest sends the manifest of a seal, its very bytes.
func (d *Door) Manifest(c *fiber.Ctx) error {
	k, digest, err := d.at(c)
	if err != nil {
		return err
	}
	text, err := d.Dossiers.ManifestOf(c.UserContext(), login.Actor(c), k, digest)
	if err != nil {
		return err
	}
	return view.SendFile(c, name(k, digest, "manifest.json"), fiber.MIMEApplicationJSONCharsetUTF8, int64(len(text)), bytes.NewReader(text))
}

// Receipt sends the signed receipt of a seal.
func (d *Door) Receipt(c *fiber.Ctx) error {
	k, digest, err := d.at(c)
	if err != nil {
		return err
	}
	dossier, seal, err := d.Dossiers.SealOf(c.UserContext(), login.Actor(c), k, digest)
	if err != nil {
		return err
	}
	signed, ok := dossier.Signed(seal)
	if !ok {
		return fault.New(fault.NotFound, "seal.unsigned")
	}
	text, err := json.MarshalIndent(signed, "", "  ")
	if err != nil {
		return fmt.Errorf("receipt: %w", err)
	}
	return view.SendFile(c, name(k, digest, "receipt.json"), fiber.MIMEApplicationJSONCharsetUTF8, int64(len(text)), bytes.NewReader(text))
}

// Printed sends the whole dossier as it was sealed, as a file for printing (C75).
func (d *Door) Printed(c *fiber.Ctx) error {
	k, digest, err := d.at(c)
	if err != nil {
		return err
	}
	lang := view.LangOf(c)
	if asked, ok := view.ParseLang(c.Query("in")); ok {
		lang = asked
	}
	made, err := d.printed(c, k, digest, lang)
	if err != nil {
		return err
	}
	var file bytes.Buffer
	if err := layout.Write(&file, made, d.Texts.Say(lang, "report.characters", nil)); err != nil {
		return err
	}
	return view.SendFile(c, name(k, digest, string(lang)+".pdf"), "application/pdf", int64(file.Len()), &file)
}

// Scan sends the scan of the printed file with signature and stamp.
func (d *Door) Scan(c *fiber.Ctx) error {
	k, digest, err := d.at(c)
	if err != nil {
		return err
	}
	file, r, err := d.Dossiers.Scan(c.UserContext(), login.Actor(c), k, digest)
	if err != nil {
		return err
	}
	return view.SendFile(c, file.Name, file.Kind.MediaType(), file.Size, r)
}

// name is the name of a file to save, by the dossier and the beginning of the digest.
func name(k application.Key, digest, ending string) string {
	const shown = 12
	return string(k.ID()) + "-" + digest[:min(shown, len(digest))] + "-" + ending
}
