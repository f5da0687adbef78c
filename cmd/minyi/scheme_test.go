package main

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"minyi/indicators/access"
	"minyi/survey"
	"minyi/survey/invite"
	"minyi/survey/ledger"
	ledgerkeeper "minyi/survey/ledger/keeper"
)

// Before a survey takes its first answer everybody reads what is fixed of it, and how
// many invitations there are under which root; the digest is a leaf of the events.
func TestTheSchemeIsPublishedBeforeTheFieldwork(t *testing.T) {
	t.Parallel()
	h, people := inRound(t)
	li := people[access.Agency]
	id, at := drawn(t, h, li, 50)
	if got := li.send(at, at+"/open", url.Values{}); got.status >= 400 {
		t.Fatalf("open: got %d\n%s", got.status, got.body)
	}
	var tokens []string
	actor := access.Actor{Name: "a-agency", Role: access.Agency}
	err := h.surveys.Links(t.Context(), actor, id, invite.OneTime, func(l survey.Link) error { tokens = append(tokens, l.Token); return nil })
	if err != nil {
		t.Fatal(err)
	}
	root, err := ledger.TokenRoot(tokens)
	if err != nil {
		t.Fatal(err)
	}
	text := newBrowser(t, h).get("/ledger/" + string(id) + "/statement/0").body
	for _, want := range []string{
		"minyi/scheme/v1\nminyi.example/" + string(id) + "\n", fmt.Sprintf("\ntokens %d %s\n", len(tokens), root), "\nfieldwork 2020-09-01 2020-10-20\n",
	} {
		if !strings.Contains(text, want) || len(tokens) == 0 {
			t.Errorf("the scheme: got\n%s\nwant %q in it", text, want)
		}
	}
	if _, err := h.logs.Append(t.Context(), ledgerkeeper.Events); err != nil {
		t.Fatal(err)
	}
	if _, err := h.logs.Prove(t.Context(), ledgerkeeper.Events, ledgerkeeper.Digest([]byte(text))); err != nil {
		t.Errorf("its digest among the events: got %v, want a proof", err)
	}
}
