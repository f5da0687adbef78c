package web

import (
	"net/netip"
	"testing"
)

// TestS27ClientIsTheRightmostHopThatIsNoProxy covers S27: what stands left of that
// hop is the client's own text.
func TestS27ClientIsTheRightmostHopThatIsNoProxy(t *testing.T) {
	t.Parallel()
	proxies := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("127.0.0.1/32")}
	for _, c := range []struct{ name, socket, header, want string }{
		{"no proxy, no header", "203.0.113.7", "", "203.0.113.7"},
		{"no proxy, forged header", "203.0.113.7", "198.51.100.1", "203.0.113.7"},
		{"one proxy", "127.0.0.1", "203.0.113.7", "203.0.113.7"},
		{"one proxy, forged entry before", "127.0.0.1", "198.51.100.1, 203.0.113.7", "203.0.113.7"},
		{"two proxies", "127.0.0.1", "198.51.100.1, 203.0.113.7, 10.1.2.3", "203.0.113.7"},
		{"proxy without header", "127.0.0.1", "", "127.0.0.1"},
		{"rubbish", "127.0.0.1", "203.0.113.7, <script>", "127.0.0.1"},
		{"mapped IPv6", "127.0.0.1", "::ffff:203.0.113.7", "203.0.113.7"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got := forwarded(netip.MustParseAddr(c.socket), c.header, proxies).String()
			if got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}
