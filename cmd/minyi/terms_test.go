package main_test

import (
	"path/filepath"
	"strings"
	"testing"

	"minyi/indicators/privacy"
)

// erasures names for every term of the inventory the test that lets it pass and looks for
// what was there; empty where the rule is to keep.
func erasures() map[string]string {
	const people = "TestS40WhatIsPastItsTermIsGoneFromTheFiles"
	return map[string]string{
		"account": people, "session": people, "message": people,
		"upload":    "TestUploadsAreRefusedBeforeTheirBytesAndExpire",
		"objection": "TestWhatPeopleWriteIsSealedAndDeletedWhenItsTermEnds",
		"fieldwork": "TestKeysAreGoneFromTheFileAfterSettling",
		"group":     "TestResponseCannotBeJoinedToItsInvitation",
		"traces":    "TestTracesDieWithTheirKeyWhenTheReviewTermEnds",
		"drafts":    "TestAbandonedDraftIsDeletedAfterItsTermAndAtTheClose",
		"frame":     "TestPeopleOfAFrameAreSealedAndErasedInTime",
		"keyed":     "TestPaperIsAcceptedOnceAndForgotten",
		"job":       "TestS40AJobThatIsForgottenStandsInNoFile",
		"trail":     "", // never erased: the law asks for half a year at least
		"archive":   "", // the file of the round
		"ended":     "", // digests of programs' keys, for as long as the trail
		"day":       "", // digests of answers on their way into the public log, where they stay
	}
}

// TestS40EveryTermOfTheInventoryIsLetPass: a class of personal data that gets a term in
// the inventory needs a test that lets it pass.
func TestS40EveryTermOfTheInventoryIsLetPass(t *testing.T) {
	t.Parallel()
	known, used := erasures(), map[string]bool{}
	var written strings.Builder
	sources(t, filepath.Join("..", ".."), func(path, text string) {
		if strings.HasSuffix(path, "_test.go") {
			written.WriteString(text)
		}
	})
	all := written.String()
	for _, c := range privacy.Columns() {
		if c.Class == privacy.None && c.Guard == privacy.Bare {
			continue // tells of nobody
		}
		test, ok := known[c.Term.Rule]
		if used[c.Term.Rule] = true; !ok {
			t.Errorf("%s.%s.%s is kept by the term %q, which no test lets pass", c.Half, c.Table, c.Name, c.Term.Rule)
		}
		if test != "" && !strings.Contains(all, "\nfunc "+test+"(") {
			t.Errorf("there is no %s", test)
		}
	}
	for rule := range known {
		if !used[rule] {
			t.Errorf("no column is kept by the term %q", rule)
		}
	}
}
