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
		"\nexclusions minyi/exclusions/v1 quota_full refused review/attention ", " screened_out\nanswer-again false\n",
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
	countsAreShown(t, h, string(id))
}

// countsAreShown publishes the counts of a log: its page, and that of a leaf in it, show
// them.
func countsAreShown(t *testing.T, h *house, log string) {
	t.Helper()
	leaf := digests(0, 1)[0]
	if err := h.logs.Pend(t.Context(), log, leaf); err != nil {
		t.Fatal(err)
	}
	if got := newBrowser(t, h).get("/ledger/find?lang=en&code=" + leaf.Code()); got.status != 200 || !strings.Contains(got.body, "it will stand in the log by ") || !strings.Contains(got.body, "/ledger/promise/"+leaf.String()) {
		t.Errorf("the code of one that waits: got %d\n%s", got.status, got.body)
	}
	if _, err := h.logs.Append(t.Context(), log); err != nil {
		t.Fatal(err)
	}
	counts := ledger.Counts{Leaves: 7, States: map[ledger.State]int64{ledger.Counted: 3, ledger.Superseded: 1, ledger.Excluded: 2, ledger.Spoiled: 1}, Reasons: map[string]int64{"late": 2}}
	by := access.Actor{Name: "a-agency", Role: access.Agency}
	if err := h.logs.Publish(t.Context(), by, log, ledgerkeeper.Counts, counts.Text("minyi.example/"+log)); err != nil {
		t.Fatal(err)
	}
	for _, at := range []string{"/ledger/" + log + "?lang=en", "/ledger/find?lang=en&code=" + leaf.Code(), "/ledger/find?lang=en&code=" + leaf.String()} {
		got := newBrowser(t, h).get(at)
		if want := "<dd>6 = counted 3 + superseded 1 + excluded 2</dd>"; got.status != 200 || !strings.Contains(got.body, want) {
			t.Errorf("%s: got %d, want 200 with %q\n%s", at, got.status, want, got.body)
		}
	}
}
