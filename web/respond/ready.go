package respond

import (
	"bytes"
	"fmt"

	"github.com/gofiber/fiber/v2"

	"minyi/survey/invite"
)

// Marks stand where a ready page is cut: an address of the usual length, and the
// end of a form.
const (
	markAddress = "/q/000000000000000000000000"
	markEnd     = "<!---->"
)

// wordy is how many bytes of answers go out as they are: what somebody wrote at
// length is packed with the rest of the page.
const wordy = 600

// label names the ready page for the place where a visit stands; false where the
// page is the visit's own: something on it is answered, or the link was typed
// with separators.
func (d *Door) label(c *fiber.Ctx, v *visit) (label, bool) {
	if v.form.Trial || len(v.token) != invite.Length || v.toReview || v.at == review || v.at == sending {
		return label{}, false
	}
	l := label{
		paper: v.form.Version, channel: v.form.Channel, made: v.form.Rehearsal, again: v.form.Again, after: v.form.Answered,
		drafts: v.form.DraftDays, traces: v.form.TraceDays, lang: v.lang, size: v.size, coding: codingOf(c),
	}
	switch {
	case v.all:
		l.place, l.variant = viewAll, v.variant()
		return l, v.fresh
	case v.fresh:
		return l, true
	}
	one := v.flow().question(v.at)
	l.place = one.ID
	l.number, l.total = v.progress()
	if v.variant().Reversed() {
		l.variant = 1
	}
	return l, l.number > 0 && len(v.answers[one.ID]) == 0
}

// codingOf returns the best coding that the browser takes.
func codingOf(c *fiber.Ctx) coding {
	accepts := c.Request().Header.HasAcceptEncoding
	switch {
	case accepts("br"):
		return brotlied
	case accepts("gzip"):
		return gzipped
	}
	return plain
}

// sendReady sends the page that is the same for all, with this form's own parts
// spliced in.
func (d *Door) sendReady(c *fiber.Ctx, v *visit, l label) error {
	page, err := d.shelf.take(l, func() (*ready, error) { return d.make(v, l) })
	if err != nil {
		return err
	}
	asked := everywhere
	if !v.fresh {
		asked = v.at
	}
	end := d.ending(v, asked)
	if len(end) > wordy || !page.fits(v.path, end) {
		name, own := d.page(v, nil)
		return d.render(c, v, name, own)
	}
	d.sendSpliced(c, v, page, v.path, end)
	return nil
}

// sendSpliced sends a ready page with what its two gaps take in.
func (d *Door) sendSpliced(c *fiber.Ctx, v *visit, page *ready, address string, end []byte) {
	d.headers(c, v)
	if h := page.coding.header(); h != "" {
		c.Response().Header.SetCanonical([]byte(fiber.HeaderContentEncoding), []byte(h))
	}
	body := c.Response().SwapBody(nil) // the server's own memory, which it takes back
	c.Response().SwapBody(page.splice(body[:0], address, end))
}

// make renders a page without anybody's answers and packs it.
func (d *Door) make(v *visit, l label) (*ready, error) {
	blank := *v
	blank.path, blank.blank, blank.answers, blank.way = markAddress, []byte(markEnd), nil, nil
	blank.number, blank.total = l.number, l.total
	name, page := d.page(&blank, nil)
	var out bytes.Buffer
	if err := d.pages.set[v.lang].ExecuteTemplate(&out, name, page); err != nil {
		return nil, fmt.Errorf("page %s: %w", name, err)
	}
	head, rest, found := bytes.Cut(out.Bytes(), []byte(markAddress+afterAddress))
	mid, tail, ended := bytes.Cut(rest, []byte(markEnd))
	if !found || !ended || bytes.Contains(tail, []byte(markEnd)) || bytes.Contains(mid, []byte(markAddress)) {
		return nil, fmt.Errorf("page %s: cannot be cut", name)
	}
	return pack(l.coding, quick, cut{head: head, mid: mid, tail: tail, gap: len(markAddress), after: afterAddress})
}
