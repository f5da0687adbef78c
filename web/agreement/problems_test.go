package agreement_test

import (
	"net/url"
	"testing"

	"minyi/web/agreement"
)

// The file holds what the page shows: the filter and the round go along.
func TestTheFileOfProblemsHasTheFilterOfThePage(t *testing.T) {
	t.Parallel()
	p := agreement.ProblemsPage{Query: url.Values{"round": {"2020"}, "words": {"证照 & 分离"}}}
	got, err := url.Parse(p.FileHref("xlsx"))
	if err != nil {
		t.Fatal(err)
	}
	if q := got.Query(); q.Get("format") != "xlsx" || q.Get("round") != "2020" || q.Get("words") != "证照 & 分离" {
		t.Errorf("got %s", got)
	}
	if p.Query.Has("format") {
		t.Error("the page's own filter was changed")
	}
}
