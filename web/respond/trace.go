package respond

import (
	"net/netip"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"minyi/survey"
	"minyi/web/view"
)

// trace is what the review of quality is told of this form and the notice
// announces: when it was opened, how long it took, and keyed hashes of the kind of
// device and of the network, which the service makes and nobody can turn back.
func (d *Door) trace(c *fiber.Ctx, v *visit) *survey.Trace {
	if v.form.TraceDays == 0 {
		return nil
	}
	took := d.deps.Now().Sub(v.ticket.issued) / time.Second
	const most = 1<<16 - 1
	return &survey.Trace{
		Started: v.ticket.issued, Total: uint16(min(max(took, 0), most)), Mode: survey.Self,
		Device:  d.deps.Surveys.Hash(v.form.SurveyID, survey.Device, c.Get(fiber.HeaderUserAgent)),
		Network: d.deps.Surveys.Hash(v.form.SurveyID, survey.Network, network(view.ClientOf(c))),
	}
}

// network is the part of an address that one household or office shares: all of
// an IPv4 address, the first 64 bits of an IPv6 one. Empty for what is none.
func network(address string) string {
	at, err := netip.ParseAddr(address)
	if err != nil {
		return ""
	}
	at = at.Unmap()
	if at.Is4() {
		return at.String()
	}
	const household = 64
	prefix, err := at.Prefix(household)
	if err != nil {
		return ""
	}
	return prefix.String()
}

// issuedAt reads the time of a ticket; the zero time for what is none.
func issuedAt(text string) time.Time {
	seconds, err := strconv.ParseInt(text, 36, 64)
	if err != nil {
		return time.Time{}
	}
	return time.Unix(seconds, 0).UTC()
}
