package ledger

import (
	"fmt"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"

	"minyi/indicators/fault"
)

const promiseHead = "minyi/promise/v1"

// Promise is what a resident takes away: that the commitment will be a leaf of the
// log before a set time. It says nothing about the answer, and without its leaf it
// is signed evidence against the server.
type Promise struct {
	Origin     string
	Commitment Commitment
	Given      time.Time // when it was asked for and the answer was stored, UTC
	By         time.Time // the leaf is in the log before this
}

// Text returns the body that is signed.
func (p Promise) Text() string {
	return strings.Join([]string{
		promiseHead, p.Origin, "code " + p.Commitment.Code(), "commitment " + p.Commitment.String(),
		"given " + p.Given.UTC().Format(time.RFC3339), "in-log-by " + p.By.UTC().Format(time.RFC3339), "",
	}, "\n")
}

// Sign makes the signed note of a promise: the receipt, as a text file.
func (p Promise) Sign(signers ...note.Signer) ([]byte, error) {
	msg, err := note.Sign(&note.Note{Text: p.Text()}, signers...)
	if err != nil {
		return nil, fmt.Errorf("ledger: sign promise: %w", err)
	}
	return msg, nil
}

// OpenPromise reads a receipt that every one of the verifiers has signed. A bad
// or missing signature is ledger.signature, another text ledger.receipt.
func OpenPromise(msg []byte, verifiers ...note.Verifier) (Promise, error) {
	opened, err := openNote(msg, verifiers)
	if err != nil {
		return Promise{}, err
	}
	return parsePromise(opened.Text)
}

func parsePromise(text string) (Promise, error) {
	wrong := fault.New(fault.Invalid, "ledger.receipt")
	lines := strings.Split(text, "\n")
	if len(lines) != 7 || lines[0] != promiseHead {
		return Promise{}, wrong
	}
	c, err := ParseCommitment(strings.TrimPrefix(lines[3], "commitment "))
	if err != nil {
		return Promise{}, wrong
	}
	given, err := time.Parse(time.RFC3339, strings.TrimPrefix(lines[4], "given "))
	if err != nil {
		return Promise{}, wrong
	}
	by, err := time.Parse(time.RFC3339, strings.TrimPrefix(lines[5], "in-log-by "))
	if err != nil {
		return Promise{}, wrong
	}
	p := Promise{Origin: lines[1], Commitment: c, Given: given, By: by}
	if p.Text() != text {
		return Promise{}, wrong
	}
	return p, nil
}
