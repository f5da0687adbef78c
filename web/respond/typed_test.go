package respond_test

import (
	"net/url"
	"strings"
	"testing"

	"minyi/survey/invite"
)

// A link that was typed with what stood behind it, or in another width, opens the
// same form at once, without a redirection; and the form posts to the link itself.
func TestATypedLinkOpensWithWhatStoodAroundIt(t *testing.T) {
	h := open(t)
	link := h.oneTime[0]
	wide := strings.Map(func(r rune) rune { return r + '！' - '!' }, link)
	for name, typed := range map[string]string{
		"as printed":           link,
		"lower case":           strings.ToLower(link),
		"a blank behind":       link + " ",
		"blanks inside":        strings.ReplaceAll(invite.Spaced(link), "-", " "),
		"a dot behind":         link + ".",
		"a comma behind":       link + "，",
		"a Chinese full stop":  link + "。",
		"a bracket behind":     link + "）",
		"a quotation mark":     link + "”",
		"a full-width slash":   link + "／",
		"full width":           wide,
		"full width and stop":  wide + "．",
		"an ideographic blank": link + "\u3000",
		"what cannot be seen":  "\u200b" + link[:4] + "\u00ad" + link[4:] + "\ufeff",
		"long dashes":          link[:4] + "—" + link[4:8] + "–" + link[8:],
	} {
		for _, tail := range []string{"", "/"} {
			p := h.get("/q/" + url.PathEscape(typed) + tail)
			if p.status != 200 || !strings.Contains(p.body, "您愿意参加吗？") {
				t.Errorf("%s%s: status %d", name, tail, p.status)
				continue
			}
			if got := strings.NewReplacer("-", "", " ", "").Replace(strings.ToUpper(p.action())); got != "/Q/"+link {
				t.Errorf("%s%s: the form posts to %q", name, tail, p.action())
			}
			h.status(h.press(p, "next", "consent", "yes"), 200)
		}
	}
}

// What is no link stays none, whatever stands around it, and no answer leads away.
func TestWhatIsNoLinkOpensNothing(t *testing.T) {
	h := open(t)
	for _, odd := range []string{
		"%2F%2Fevil.example", "%5C%5Cevil.example", "%FF", "。", "..", "%2e%2e%2f", h.oneTime[0][1:], h.oneTime[0] + "X", h.oneTime[0] + "%2Fx",
		"%00", url.PathEscape("https://evil.example/q/" + h.oneTime[0]),
	} {
		p := h.get("/q/" + odd)
		if p.status != 404 && p.status != 400 || p.header.Get("Location") != "" || strings.Contains(p.body, "evil.example") {
			t.Errorf("%q: status %d, location %q\n%s", odd, p.status, p.header.Get("Location"), p.body)
		}
	}
}
