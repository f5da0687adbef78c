package login

import (
	"testing"

	"minyi/web/view"
)

func TestTheEntryOfTheNavigationThatAPageLiesUnderIsMarked(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]string{
		"/office":                "/office>/office",
		"/office/trail":          "/office>/office/trail",
		"/office/rules":          "/office/rules",
		"/office/rules/5":        "/office/rules",
		"/office/rulesofothers":  "/office>/office",
		"/office/units":          "/office/rules",
		"/office/units/640100":   "/office/rules",
		"/office/somewhere/else": "/office>/office",
		"/agency":                "",
	} {
		nav := []view.Link{{Href: "/office", Of: []view.Link{{Href: "/office"}, {Href: "/office/trail"}}}, {Href: "/office/rules", Also: []string{"/office/units"}}}
		mark(nav, path)
		got := ""
		for _, l := range nav {
			if l.Active {
				got += l.Href
			}
			for _, of := range l.Of {
				if of.Active {
					got += ">" + of.Href
				}
			}
		}
		if got != want {
			t.Errorf("%s: got %q marked, want %q", path, got, want)
		}
	}
}
