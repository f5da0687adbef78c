package deputies

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators/fault"
	"minyi/survey"
	"minyi/survey/tabulate"
	"minyi/web/view"
)

// Page shows one survey: its list, its counts, its result.
type Page struct {
	view.Frame
	*survey.Fieldwork
	Name   string
	Over   bool
	Result *tabulate.CensusResult // nil before the close
	Mine   bool                   // the visitor has approved what is proposed

	questions map[string]string
}

// In reports whether the survey stands in a state.
func (p *Page) In(state string) bool { return string(p.Survey.State) == state }

// Question is the wording of an item, in the language of the page.
func (p *Page) Question(id string) string { return p.questions[id] }

// Percent writes a share with two decimals, cut off as the scorebook takes it; a dash
// where it is not known.
func (p *Page) Percent(n tabulate.Number) string {
	if !n.Known() {
		return "—"
	}
	const whole, hundredths, noise, decimals, bits = 10000, 100, 1e-5, 2, 64
	return strconv.FormatFloat(math.Floor(float64(n)*whole+noise)/hundredths, 'f', decimals, bits) + " %"
}

// Show shows one survey.
func (d *Door) Show(c *fiber.Ctx) error {
	page, err := d.page(c)
	if err != nil {
		return err
	}
	return d.pages.Render(c, "one", page)
}

func (d *Door) page(c *fiber.Ctx) (*Page, error) {
	work, err := d.Deputies.One(c.UserContext(), actor(c), id(c))
	if err != nil {
		return nil, err
	}
	page := &Page{Fieldwork: work, Name: in(c, work.Survey.UnitName)}
	page.Over = page.In("closed") || page.In("released")
	if !page.Over {
		return page, nil
	}
	if pending := work.Survey.Pending(); pending != nil {
		for _, a := range pending.Approvals {
			page.Mine = page.Mine || a.Account == actor(c).Name
		}
	}
	paper, err := work.Survey.Paper.Questionnaire()
	if err != nil {
		return nil, err
	}
	page.questions = map[string]string{}
	for _, one := range paper.Scored() {
		page.questions[one.ID] = one.Text.In(string(view.LangOf(c)))
	}
	page.Result, err = d.Deputies.Result(c.UserContext(), actor(c), id(c))
	return page, err
}

// step goes on to the survey's page after a step, or shows it again with what was
// refused.
func (d *Door) step(c *fiber.Ctx, err error, done string) error {
	if err == nil {
		return view.See(c, at(id(c)), "deputies."+done)
	}
	page, shown := d.page(c)
	if shown != nil {
		return shown
	}
	return d.pages.Again(c, err, "one", page)
}

// Import takes the list.
func (d *Door) Import(c *fiber.Ctx) error { return d.step(c, d.imported(c), "list") }

func (d *Door) imported(c *fiber.Ctx) error {
	head, err := c.FormFile("file")
	if err != nil {
		return fault.New(fault.Invalid, "listing.file").At("file")
	}
	file, err := head.Open()
	if err != nil {
		return fault.New(fault.Invalid, "listing.file").At("file")
	}
	_, err = d.Deputies.ImportList(c.UserContext(), actor(c), id(c), file)
	return errors.Join(err, file.Close())
}

// Open opens the survey.
func (d *Door) Open(c *fiber.Ctx) error {
	_, err := d.Deputies.Open(c.UserContext(), actor(c), id(c))
	return d.step(c, err, "open")
}

// Close ends it; the box that says so must be ticked.
func (d *Door) Close(c *fiber.Ctx) error {
	var err error = fault.New(fault.Invalid, "survey.confirm").At("sure")
	if c.FormValue("sure") == "yes" {
		_, err = d.Deputies.Close(c.UserContext(), actor(c), id(c))
	}
	return d.step(c, err, "close")
}

// Propose puts the result before the signers.
func (d *Door) Propose(c *fiber.Ctx) error {
	_, err := d.Deputies.Propose(c.UserContext(), actor(c), id(c))
	return d.step(c, err, "propose")
}

// Approve is the visitor's word for the digest that he was shown.
func (d *Door) Approve(c *fiber.Ctx) error {
	_, err := d.Deputies.Approve(c.UserContext(), actor(c), id(c), c.FormValue("digest"))
	return d.step(c, err, "approve")
}

// File brings a released result to the scorebook again.
func (d *Door) File(c *fiber.Ctx) error {
	return d.step(c, d.Deputies.File(c.UserContext(), actor(c), id(c)), "file")
}

// Links sends the list with the link of each as a CSV file. Cells that a
// spreadsheet would take for a formula are made inert (S24).
func (d *Door) Links(c *fiber.Ctx) error {
	var file bytes.Buffer
	file.WriteString("\ufeff") // so that Excel reads it as UTF-8
	out := csv.NewWriter(&file)
	err := out.Write([]string{"name", "office", "contact", "link", "spent"})
	err = errors.Join(err, d.Deputies.Links(c.UserContext(), actor(c), id(c), func(l survey.DeputyLink) error {
		return out.Write([]string{inert(l.Name), inert(l.Office), inert(l.Contact), d.Base + "/q/" + l.Token, strconv.FormatBool(l.Spent)})
	}))
	out.Flush()
	if err := errors.Join(err, out.Error()); err != nil {
		return err
	}
	return send(c, "text/csv; charset=utf-8", "deputies.csv", file.Bytes())
}

func inert(cell string) string {
	if strings.ContainsAny(cell[:min(1, len(cell))], "=+-@\t\r") {
		return "'" + cell
	}
	return cell
}

// Document sends the signed document, byte for byte.
func (d *Door) Document(c *fiber.Ctx) error {
	out, err := d.Deputies.Released(c.UserContext(), actor(c), id(c))
	if err != nil {
		return err
	}
	return send(c, fiber.MIMEApplicationJSONCharsetUTF8, "deputies.json", out.Draft.Document)
}

// Signature sends the signature with the key that checks it.
func (d *Door) Signature(c *fiber.Ctx) error {
	out, err := d.Deputies.Released(c.UserContext(), actor(c), id(c))
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
		return fmt.Errorf("deputies: signature: %w", err)
	}
	return send(c, fiber.MIMEApplicationJSONCharsetUTF8, "deputies.sig.json", text)
}

func send(c *fiber.Ctx, kind, name string, body []byte) error {
	c.Set(fiber.HeaderContentType, kind)
	c.Set(fiber.HeaderContentDisposition, `attachment; filename="`+name+`"`)
	c.Set(fiber.HeaderCacheControl, "no-store")
	return c.Send(body)
}
