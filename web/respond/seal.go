package respond

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"html/template"
	"log/slog"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"minyi/indicators/fault"
	"minyi/survey"
	"minyi/survey/invite"
	"minyi/survey/questionnaire"
)

// Before anything is sent the resident sees what the answer is sealed with: a
// commitment that says nothing of the answer, and that the public log will have. Only
// then does the resident choose: to send it, or to have it opened as a check (抽检). The
// server cannot know which, so whoever alters a share d of what is sent is found out
// by k checks but for (1-d)^k. What was opened is never sent: the next attempt has a
// commitment of its own.

// Addresses of the public log, which another door serves.
const (
	promisePath = "/ledger/promise/"
	findPath    = "/ledger/find?code="
)

// seal is a commitment as a page shows it.
type seal struct {
	Code  string // finds it
	Text  string // all of it, in groups
	Whole string
}

func sealOf(code, whole string) seal { return seal{Code: code, Text: grouped(whole), Whole: whole} }

// grouped sets a text in groups of eight, as people compare it.
func grouped(text string) string {
	const size = 8
	var b strings.Builder
	for i := 0; i < len(text); i += size {
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(text[i:min(i+size, len(text))])
	}
	return b.String()
}

// submission is the sheet as the service takes it.
func (d *Door) submission(v *visit, sheet questionnaire.Sheet) survey.Submission {
	return survey.Submission{
		Token: v.token, Key: v.ticket.key, Sheet: sheet, Lang: string(v.lang), Given: v.screened(sheet),
		Draft: d.deps.Surveys.DraftCode(v.token, v.ticket.key), Attempt: v.attempt,
	}
}

// commit asks for the commitment that the page for sending shows. A sheet that is not
// whole has none: it leads back to the review.
func (d *Door) commit(c *fiber.Ctx, v *visit) []*fault.Refusal {
	sheet, err := v.form.Questionnaire.Check(v.answers, v.variant())
	if err != nil {
		v.at = review
		return fault.All(err)
	}
	commitment, attempt, err := d.deps.Surveys.Commit(c.UserContext(), d.submission(v, sheet))
	if err != nil {
		return fault.All(err)
	}
	v.attempt, v.seal = attempt, sealOf(commitment.Code(), commitment.String())
	return nil
}

// audit opens the commitment of this attempt and shows what it was made of. Whoever
// asks again for the same sees the same.
func (d *Door) audit(c *fiber.Ctx, v *visit) error {
	v.at = review
	sheet, err := v.form.Questionnaire.Check(v.answers, v.variant())
	if err != nil {
		return d.again(c, v, err)
	}
	v.at = sending
	opened, err := d.deps.Surveys.Audit(c.UserContext(), d.submission(v, sheet))
	switch kind := fault.KindOf(err); {
	case err == nil:
		return d.render(c, v, "audit", d.auditPage(v, opened))
	case kind == 0 || kind == fault.Unavailable:
		d.deps.Log.ErrorContext(c.UserContext(), "check not stored", slog.Any("error", err))
		return d.again(c, v, fault.New(fault.Unavailable, "store.unavailable"))
	case kind == fault.TooMany || kind == fault.Invalid:
		return d.again(c, v, err)
	}
	return d.gone(c, v, err)
}

// auditPage shows a commitment opened.
type auditPage struct {
	frame
	Seal    seal
	Salt    string
	Command string // gives the commitment on any computer
	Texts   string // gives the digest of the texts; empty where there are none
}

func (d *Door) auditPage(v *visit, c survey.Challenge) *auditPage {
	p := &auditPage{
		frame: d.frame(v, nil), Seal: sealOf(c.Commitment.Code(), c.Commitment.String()), Salt: c.Salt,
		Command: hashing(c.Salt, c.Row, "minyi/resp/v1", c.Origin),
	}
	if c.Texts != "" {
		const mark = "\x1e" // before several texts; no page may hold it
		rest, several := strings.CutPrefix(c.Texts, mark)
		if several {
			c.Blind += hex.EncodeToString([]byte(mark))
		}
		p.Texts = hashing(c.Blind, rest, "minyi/text/v1")
	}
	v.attempt++
	p.Seals = true
	p.At, p.End, p.Head = review, d.end(v, nowhere), d.say(v, "respond.audit.title", nil)
	return p
}

// hashing is a command of the POSIX shell that hashes lines, some bytes given in
// hexadecimal, and a text.
func hashing(raw, text string, lines ...string) string {
	var out strings.Builder
	out.WriteString(`{ printf '%s\n'`)
	for _, line := range lines {
		out.WriteString(" " + shell(line))
	}
	out.WriteString(`; printf '%b' '`)
	for i := 0; i+1 < len(raw); i += 2 {
		n, err := strconv.ParseUint(raw[i:i+2], 16, 8)
		if err != nil {
			return "" // the service writes nothing else
		}
		fmt.Fprintf(&out, `\0%03o`, n)
	}
	out.WriteString(`'; printf '%s' ` + shell(text) + `; } | sha256sum`)
	return out.String()
}

// shell quotes a text for the shell.
func shell(text string) string { return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'" }

// picture answers the address of a commitment's QR code: the page that finds it in
// the public log. A browser asks for it when somebody wants to see it.
func (d *Door) picture(c *fiber.Ctx, v *visit, whole string) error {
	const size, scale = 64, 4
	if len(whole) != size || strings.Trim(whole, "0123456789abcdef") != "" {
		return d.gone(c, v, fault.New(fault.Invalid, "ledger.commitment"))
	}
	code, err := invite.NewCode(d.deps.Base + findPath + whole)
	if err != nil {
		return err
	}
	var out bytes.Buffer
	if err := code.PNG(&out, scale); err != nil {
		return err
	}
	d.headers(c, v)
	c.Response().Header.SetContentType("image/png")
	return c.Send(out.Bytes())
}

// receiptEnd is what a receipt says of its commitment: all of it, the promise as a
// file, and where it is found: by all of it, for what was just sent is not in the log
// yet, and a short code finds only what is.
func (d *Door) receiptEnd(v *visit, whole string) []byte {
	out := append(make([]byte, 0, 640), `<p class="k" id="seal">`...)
	out = append(append(out, grouped(whole)...), `</p><p><a href="`+promisePath...)
	out = append(append(append(out, whole...), `">`...), template.HTMLEscapeString(d.say(v, "respond.receipt.promise", nil))...)
	out = append(append(append(out, `</a></p><p><a href="`+findPath...), whole...), `">`...)
	return append(append(out, template.HTMLEscapeString(d.say(v, "respond.receipt.find", nil))...), `</a></p>`...)
}

// spoiled reports whether an answer was not taken because its commitment was opened as
// a check.
func spoiled(err error) bool { return errors.Is(err, fault.New(fault.Conflict, "commitment.spoiled")) }
