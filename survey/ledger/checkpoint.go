package ledger

import (
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"

	"github.com/emmansun/gmsm/sm3"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"minyi/indicators/fault"
)

const sm3Line = "sm3-root "

// Checkpoint says how far a log has got (C2SP tlog-checkpoint): its origin, the
// number of leaves, the root, and as an extension line the root with SM3.
type Checkpoint struct {
	Origin string // "<host>/<survey id>", no white space
	Size   int64
	Root   Hash
	SM3    [sm3.Size]byte
}

// Text returns the body that is signed.
func (c Checkpoint) Text() string {
	return c.Origin + "\n" + strconv.FormatInt(c.Size, 10) + "\n" + c.Root.String() + "\n" +
		sm3Line + base64.StdEncoding.EncodeToString(c.SM3[:]) + "\n"
}

// Sign makes the signed note of a checkpoint.
func (c Checkpoint) Sign(signers ...note.Signer) ([]byte, error) {
	msg, err := note.Sign(&note.Note{Text: c.Text()}, signers...)
	if err != nil {
		return nil, fmt.Errorf("ledger: sign checkpoint: %w", err)
	}
	return msg, nil
}

// OpenCheckpoint reads a signed checkpoint. Every one of the verifiers must have
// signed it: with several keys of one log, a reader trusts the weakest of them
// that he does not ask for. A bad or missing signature is ledger.signature, a text
// that is no checkpoint ledger.checkpoint.
func OpenCheckpoint(msg []byte, verifiers ...note.Verifier) (Checkpoint, error) {
	opened, err := openNote(msg, verifiers)
	if err != nil {
		return Checkpoint{}, err
	}
	return ParseCheckpoint(opened.Text)
}

// openNote reads a note that every one of the verifiers has signed, at least one.
func openNote(msg []byte, verifiers []note.Verifier) (*note.Note, error) {
	wrong := fault.New(fault.Invalid, "ledger.signature")
	if len(verifiers) == 0 {
		return nil, wrong
	}
	opened, err := note.Open(msg, note.VerifierList(verifiers...))
	if err != nil {
		return nil, wrong
	}
	for _, v := range verifiers {
		if !signed(opened, v) {
			return nil, wrong
		}
	}
	for _, s := range opened.Sigs {
		if _, err := base64.StdEncoding.Strict().DecodeString(s.Base64); err != nil {
			return nil, wrong // bits that mean nothing would give one signature several texts
		}
	}
	return opened, nil
}

// signed reports whether the key of v is among the checked signatures.
func signed(n *note.Note, v note.Verifier) bool {
	for _, s := range n.Sigs {
		if s.Name == v.Name() && s.Hash == v.KeyHash() {
			return true
		}
	}
	return false
}

// Witnessed counts the witnesses of the list whose cosignature a note carries.
func Witnessed(msg []byte, witnesses ...note.Verifier) int {
	opened, err := note.Open(msg, note.VerifierList(witnesses...))
	if err != nil {
		return 0
	}
	n := 0
	for _, v := range witnesses {
		if signed(opened, v) {
			n++
		}
	}
	return n
}

// ParseCheckpoint reads the body of a checkpoint. It takes only what Text writes:
// two texts of one tree would be two checkpoints.
func ParseCheckpoint(text string) (Checkpoint, error) {
	wrong := fault.New(fault.Invalid, "ledger.checkpoint")
	lines := strings.Split(text, "\n")
	if len(lines) != 5 || !strings.HasPrefix(lines[3], sm3Line) {
		return Checkpoint{}, wrong
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil || size < 0 {
		return Checkpoint{}, wrong
	}
	root, err := tlog.ParseHash(lines[2])
	if err != nil {
		return Checkpoint{}, wrong
	}
	second, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(lines[3], sm3Line))
	if err != nil || len(second) != sm3.Size {
		return Checkpoint{}, wrong
	}
	c := Checkpoint{Origin: lines[0], Size: size, Root: root, SM3: [sm3.Size]byte(second)}
	if c.Origin == "" || strings.ContainsAny(c.Origin, " +\t") || c.Text() != text {
		return Checkpoint{}, wrong
	}
	return c, nil
}
