package register

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators/register"
	"minyi/indicators/roster"
	"minyi/web/view"
)

const csvMedia = "text/csv; charset=utf-8"

// sheetOf writes a table as spreadsheets read it: UTF-8 with a byte order mark, lines
// that end in CR LF (RFC 4180), and no cell that a spreadsheet would take for a
// formula.
func sheetOf(rows [][]string) ([]byte, error) {
	var out bytes.Buffer
	out.WriteString("\ufeff")
	w := csv.NewWriter(&out)
	w.UseCRLF = true
	for _, row := range rows {
		cells := make([]string, len(row))
		for i, cell := range row {
			cells[i] = guarded(cell)
		}
		if err := w.Write(cells); err != nil {
			return nil, fmt.Errorf("register: table: %w", err)
		}
	}
	w.Flush()
	return out.Bytes(), w.Error()
}

// guarded puts an apostrophe before what a spreadsheet would compute (OWASP, CSV
// injection).
func guarded(cell string) string {
	if cell == "" || !strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
		return cell
	}
	if _, err := strconv.ParseFloat(cell, 64); err == nil {
		return cell
	}
	return "'" + cell
}

// CSV sends the chosen part of the register as a table.
func (d *Door) CSV(c *fiber.Ctx) error {
	day, err := d.day(c)
	if err != nil {
		return err
	}
	list, err := d.Register.List(c.UserContext(), day, filter(c))
	if err != nil {
		return err
	}
	lang := string(view.LangOf(c))
	rows := [][]string{d.columns(c, "on", "unit", "kind", "round", "track", "name", "decision", "date", "state", "since", "address")}
	for _, e := range list {
		rows = append(rows, []string{
			day.String(), e.Label(lang), d.say(c, "kind."+string(e.Kind)), strconv.Itoa(e.Round), d.say(c, "track."+string(e.Target.Track)),
			e.Title, e.Decision, e.Date.String(), d.say(c, "standing."+string(e.Standing)), e.Since.String(), e.Address,
		})
	}
	text, err := sheetOf(rows)
	if err != nil {
		return err
	}
	return file(c, "named-"+day.String()+".csv", csvMedia, text)
}

// columns are the heads of a table.
func (d *Door) columns(c *fiber.Ctx, names ...string) []string {
	out := make([]string, len(names))
	for i, name := range names {
		out[i] = d.say(c, "register."+name)
	}
	return out
}

// JSON sends the chosen part of the register as data, in the form of the interface
// for programs.
func (d *Door) JSON(c *fiber.Ctx) error {
	day, err := d.day(c)
	if err != nil {
		return err
	}
	list, err := d.Register.List(c.UserContext(), day, filter(c))
	if err != nil {
		return err
	}
	text, err := data(day, list)
	if err != nil {
		return err
	}
	return file(c, "named-"+day.String()+".json", fiber.MIMEApplicationJSONCharsetUTF8, text)
}

func data(day roster.Date, list []register.Entry) ([]byte, error) {
	if list == nil {
		list = []register.Entry{}
	}
	text, err := json.Marshal(struct {
		On    roster.Date      `json:"on"`
		Named []register.Entry `json:"named"`
	}{day, list})
	if err != nil {
		return nil, fmt.Errorf("register: data: %w", err)
	}
	return text, nil
}

// Valid sends the list of the names that stand on a day, for other offices (C56).
func (d *Door) Valid(c *fiber.Ctx) error {
	day, text, err := d.valid(c)
	if err != nil {
		return err
	}
	return file(c, "named-valid-"+day.String()+".json", fiber.MIMEApplicationJSONCharsetUTF8, text)
}

// ValidSignature sends the signature under that list: with raw=1 its 64 bytes, as
// OpenSSL reads them, else with key and digest as JSON.
func (d *Door) ValidSignature(c *fiber.Ctx) error {
	day, text, err := d.valid(c)
	if err != nil {
		return err
	}
	return d.signature(c, "named-valid-"+day.String(), text)
}

func (d *Door) valid(c *fiber.Ctx) (roster.Date, []byte, error) {
	day, err := d.day(c)
	if err != nil {
		return day, nil, err
	}
	text, err := d.Register.Valid(c.UserContext(), day)
	return day, text, err
}

// signature sends the signature under a file of this door.
func (d *Door) signature(c *fiber.Ctx, name string, text []byte) error {
	s := d.Register.Sign(text)
	if c.Query("raw") == "1" {
		return file(c, name+".sig", fiber.MIMEOctetStream, s.Signature)
	}
	out, err := json.Marshal(s)
	if err != nil {
		return fmt.Errorf("register: signature: %w", err)
	}
	return file(c, name+".sig.json", fiber.MIMEApplicationJSONCharsetUTF8, out)
}

// Key sends the public key of the door's files.
func (d *Door) Key(c *fiber.Ctx) error {
	text, err := d.Register.PEM()
	if err != nil {
		return err
	}
	return file(c, "named-key.pem", "application/x-pem-file", text)
}
