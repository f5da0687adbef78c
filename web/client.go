package web

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"

	"minyi/web/view"
)

// client finds the client's address: the socket's, or, behind a named proxy,
// the right-most entry of X-Forwarded-For that is not a named proxy itself.
// Everything left of that entry is the client's own text.
func (a *App) client(c *fiber.Ctx) error {
	addr, ok := netip.AddrFromSlice(c.Context().RemoteIP())
	if !ok {
		view.SetClient(c, "")
		return c.Next()
	}
	view.SetClient(c, forwarded(addr.Unmap(), c.Get(fiber.HeaderXForwardedFor), a.cfg.Proxies).String())
	return c.Next()
}

func forwarded(socket netip.Addr, header string, proxies []netip.Prefix) netip.Addr {
	trusted := func(addr netip.Addr) bool {
		return slices.ContainsFunc(proxies, func(p netip.Prefix) bool { return p.Contains(addr) })
	}
	addr := socket
	hops := strings.Split(header, ",")
	for _, hop := range slices.Backward(hops) {
		if !trusted(addr) {
			return addr
		}
		next, err := netip.ParseAddr(strings.TrimSpace(hop))
		if err != nil {
			return addr
		}
		addr = next.Unmap()
	}
	return addr
}
