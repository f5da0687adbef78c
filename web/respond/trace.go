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
// announces: when it was opened, how long it took, with one question a page also
// at each, what the defence saw, and keyed hashes of the kind of
// device and of the network, which the service makes and nobody can turn back.
//
// The mode is always survey.Self: no device can be registered as a hall's yet. What
// such a device is known by sets it here, and its network then counts for nothing.
func (d *Door) trace(c *fiber.Ctx, v *visit, signs survey.Sign) *survey.Trace {
	if v.form.TraceDays == 0 {
		return nil
	}
	const most = 1<<16 - 1
	return &survey.Trace{
		Started: v.ticket.issued, Total: uint16(min(v.pace.shown, most)), Mode: survey.Self,
		Seconds: v.pace.seconds, Signs: signs,
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
