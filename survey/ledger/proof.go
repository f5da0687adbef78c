package ledger

import (
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/tlog"

	"minyi/indicators/fault"
)

const proofHead = "c2sp.org/tlog-proof@v1"

// maxProof bounds the hashes of a proof: a tree of 2^62 leaves needs no more.
const maxProof = 62

// Proof is what anyone needs, besides the keys, to see that a leaf is in the log:
// its index, the hashes on its way to the root, and the signed checkpoint. Its
// text is that of C2SP tlog-proof.
type Proof struct {
	Index      int64
	Hashes     []Hash
	Checkpoint []byte // the signed note
}

// Text writes the proof.
func (p Proof) Text() string {
	var b strings.Builder
	b.WriteString(proofHead + "\nindex " + strconv.FormatInt(p.Index, 10) + "\n")
	for _, h := range p.Hashes {
		b.WriteString(h.String() + "\n")
	}
	b.WriteString("\n")
	b.Write(p.Checkpoint)
	return b.String()
}

// ParseProof reads what Text wrote, or refuses with ledger.proof. Nothing in it
// is checked yet.
func ParseProof(text string) (Proof, error) {
	wrong := fault.New(fault.Invalid, "ledger.proof")
	head, checkpoint, ok := strings.Cut(text, "\n\n")
	lines := strings.Split(head, "\n")
	if !ok || len(lines) < 2 || len(lines) > 2+maxProof || lines[0] != proofHead {
		return Proof{}, wrong
	}
	number, ok := strings.CutPrefix(lines[1], "index ")
	index, err := strconv.ParseInt(number, 10, 64)
	if !ok || err != nil || index < 0 || strconv.FormatInt(index, 10) != number {
		return Proof{}, wrong
	}
	p := Proof{Index: index, Checkpoint: []byte(checkpoint)}
	for _, line := range lines[2:] {
		h, err := tlog.ParseHash(line)
		if err != nil {
			return Proof{}, wrong
		}
		p.Hashes = append(p.Hashes, h)
	}
	return p, nil
}
