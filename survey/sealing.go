package survey

import (
	"encoding/hex"

	"minyi/survey/invite"
	"minyi/survey/ledger"
)

// What follows is all that a commitment costs a form that is sent: the load program
// builds the service once more without it, to measure that.

func (l *live) seal(key *keyed, origin string, batch invite.Batch, in Submission, texts string) committed {
	out := committed{texts: texts}
	form := func(text []byte, domain string) []byte {
		text = append(text, domain...)
		return append(append(append(text, in.Key...), '\n', byte(in.Attempt)), '\n')
	}
	if texts != "" {
		blind := key.sum(func(text []byte) []byte { return append(form(text, "minyi/blind/v1\n"), texts...) })
		copy(out.blind[:], blind[:])
		out.digest = ledger.TextDigest(out.blind, texts)
	}
	out.row = l.row(batch, in.Sheet, out.digest)
	out.salt = key.sum(func(text []byte) []byte { return append(form(text, "minyi/salt/v1\n"), out.row...) })
	out.commitment = ledger.Commit(origin, out.salt, out.row)
	return out
}

// into puts what opens the commitment beside the answer.
func (c *committed) into(e *Entry) {
	e.Commitment = c.commitment
	e.Record.Proof = append(make([]byte, 0, 2*ledger.SaltSize), c.salt[:]...)
	if c.digest != "" {
		e.Record.Proof, _ = hex.AppendDecode(e.Record.Proof, []byte(c.digest)) // our own
		e.Record.Blind = c.blind[:]
	}
}
