package ledger

import (
	"crypto/ed25519"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"
)

// A witness keeps the last checkpoint that it has seen of a log and signs a newer
// one only with a proof that nothing was taken out: two histories for two people
// then need a witness that lies too.

// NewCosigner returns the signer of a witness (C2SP tlog-cosignature, version 1):
// what it signs carries the time, and says that the tree is consistent with all
// that it has signed before.
func NewCosigner(name string, private ed25519.PrivateKey, now func() time.Time) (note.Signer, string, error) {
	public, ok := private.Public().(ed25519.PublicKey)
	if !ok {
		return nil, "", fmt.Errorf("ledger: no Ed25519 key")
	}
	s := &key{name: name, hash: keyHash(name, algCosigner+string(public))}
	s.sign = func(msg []byte) ([]byte, error) {
		at := now().Unix()
		sig := binary.BigEndian.AppendUint64(nil, uint64(at))
		return append(sig, ed25519.Sign(private, cosignText(at, msg))...), nil
	}
	return s, verifierLine(s, algCosigner+string(public)), nil
}

func cosignText(at int64, msg []byte) []byte {
	return append(fmt.Appendf(nil, "cosignature/v1\ntime %d\n", at), msg...)
}

func cosigned(public ed25519.PublicKey, msg, sig []byte) bool {
	if len(sig) != 8+ed25519.SignatureSize {
		return false
	}
	at := int64(binary.BigEndian.Uint64(sig))
	return ed25519.Verify(public, cosignText(at, msg), sig[8:])
}

// Cosign checks that a checkpoint of the log follows from the last one seen and
// adds the witness's signature to it. seen is nil for a witness that has seen
// nothing. It returns the new note and the checkpoint to remember; a checkpoint
// that is older than the one seen, or of the same size with another root, or not
// consistent is ledger.consistency.
func Cosign(msg []byte, log []note.Verifier, seen *Checkpoint, proof []Hash, witness note.Signer) ([]byte, Checkpoint, error) {
	c, err := OpenCheckpoint(msg, log...)
	if err != nil {
		return nil, Checkpoint{}, err
	}
	if seen != nil {
		if err := follows(c, *seen, proof); err != nil {
			return nil, Checkpoint{}, err
		}
	}
	opened, err := note.Open(msg, note.VerifierList(log...))
	if err != nil {
		return nil, Checkpoint{}, fmt.Errorf("ledger: cosign: %w", err)
	}
	out, err := note.Sign(opened, witness)
	if err != nil {
		return nil, Checkpoint{}, fmt.Errorf("ledger: cosign: %w", err)
	}
	return out, c, nil
}

func follows(c, seen Checkpoint, proof []Hash) error {
	if c.Origin != seen.Origin {
		return inconsistent()
	}
	if c.Size == seen.Size {
		if c.Root != seen.Root || c.SM3 != seen.SM3 {
			return inconsistent()
		}
		return nil
	}
	return CheckConsistency(proof, c.Size, c.Root, seen.Size, seen.Root)
}

// SignatureOf returns the line, with its end, by which a verifier's key has signed a
// note; false where it has not, or wrongly.
func SignatureOf(msg []byte, v note.Verifier) (string, bool) {
	opened, err := note.Open(msg, note.VerifierList(v))
	if err != nil {
		return "", false
	}
	for _, s := range opened.Sigs {
		if raw, err := base64.StdEncoding.Strict().DecodeString(s.Base64); err == nil && s.Name == v.Name() && s.Hash == v.KeyHash() && len(raw) > 0 {
			return "\u2014 " + s.Name + " " + s.Base64 + "\n", true
		}
	}
	return "", false
}

// CosignedAt is the time that a line of SignatureOf was signed at by a witness, UTC;
// false where it is no cosignature. The line is not checked.
func CosignedAt(line string) (time.Time, bool) {
	parts := strings.Fields(line)
	if len(parts) == 0 {
		return time.Time{}, false
	}
	raw, err := base64.StdEncoding.DecodeString(parts[len(parts)-1])
	const hash = 4
	if err != nil || len(raw) != hash+8+ed25519.SignatureSize {
		return time.Time{}, false
	}
	return time.Unix(int64(binary.BigEndian.Uint64(raw[hash:])), 0).UTC(), true
}
