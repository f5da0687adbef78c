package survey

import (
	"bytes"
	"strings"
	"testing"

	"minyi/survey/invite"
)

// Every sheet shows the beginning of the paper's hash, as the residents' pages do,
// so that a letter, a label or a poster names the version that it belongs to.
func TestEverySheetShowsThePapersHash(t *testing.T) {
	t.Parallel()
	signer, err := invite.NewSigner(bytes.Repeat([]byte("k"), 32))
	if err != nil {
		t.Fatal(err)
	}
	batches, err := invite.Batches(nil).Issue(invite.Batch{Kind: invite.OneTime, Count: 2, Stratum: "城镇", PSU: "640104001"})
	if err != nil {
		t.Fatal(err)
	}
	if batches, err = batches.Issue(invite.Batch{Kind: invite.Poster, Count: 1, Place: "政务大厅"}); err != nil {
		t.Fatal(err)
	}
	s := &Service{Config: Config{Signer: signer}}
	sv := &Survey{Number: 1, Batches: batches, Paper: Paper{Hash: "b58eacbf5de8" + strings.Repeat("0", 52)}}
	for _, c := range []struct {
		name   string
		serial uint32
		note   string
	}{
		{"the first link", batches[0].First, "城镇 · 640104001 · 1 · b58eacbf5de8"},
		{"the second link", batches[0].First + 1, "城镇 · 640104001 · 2 · b58eacbf5de8"},
	} {
		if got := s.item(sv, "https://minyi.example", c.serial).Note; got != c.note {
			t.Errorf("%s: got %q, want %q", c.name, got, c.note)
		}
	}
	if got := s.item(sv, "https://minyi.example", batches[1].First).Note; !strings.HasSuffix(got, " · b58eacbf5de8") {
		t.Errorf("the poster: got %q, want the hash at its end", got)
	}
}
