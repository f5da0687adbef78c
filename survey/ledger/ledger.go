// Package ledger is what makes a result checkable by people who do not trust the
// server: commitments to answers, the transparency log that they are appended to,
// its signed checkpoints, proofs and tiles, the promises that residents take away,
// and the lists of tokens. Logs, notes and proofs are those of RFC 6962 and of
// C2SP (tlog-tiles, tlog-checkpoint, signed-note, tlog-cosignature, tlog-proof), so
// that other people's programs read them.
//
// It is pure: bytes in, bytes out. It knows no unit and no questionnaire, stores
// nothing, and reads no clock. Who may open a commitment, and when, is survey's.
package ledger

import (
	"crypto/sha256"
	"encoding/base32"
	"encoding/hex"

	"minyi/indicators/fault"
)

const (
	domainResponse = "minyi/resp/v1\n"

	// SaltSize is the length of the random salt of a commitment, in bytes.
	SaltSize = 32
	// CodeSize is the length of a short code, in characters.
	CodeSize = 10
)

// Commitment binds a server to one answer without showing it: the SHA-256 of a
// domain, the log's origin, a random salt and the answer's row.
type Commitment [sha256.Size]byte

// Commit returns SHA-256("minyi/resp/v1" LF origin LF salt row). The row is
// canonical JSON (RFC 8785) and has nothing of device, time or token in it.
func Commit(origin string, salt [SaltSize]byte, row []byte) Commitment {
	h := sha256.New()
	h.Write([]byte(domainResponse + origin + "\n"))
	h.Write(salt[:])
	h.Write(row)
	var c Commitment
	h.Sum(c[:0])
	return c
}

// String returns all 256 bits in hexadecimal: what is compared, always whole.
func (c Commitment) String() string { return hex.EncodeToString(c[:]) }

// ParseCommitment reads what String wrote, or refuses with ledger.commitment.
func ParseCommitment(s string) (Commitment, error) {
	var c Commitment
	raw, err := hex.DecodeString(s)
	if err != nil || len(raw) != len(c) {
		return c, fault.New(fault.Invalid, "ledger.commitment")
	}
	copy(c[:], raw)
	return c, nil
}

// crockford is base 32 without the letters I, L, O and U.
func crockford() *base32.Encoding {
	return base32.NewEncoding("0123456789ABCDEFGHJKMNPQRSTVWXYZ").WithPadding(base32.NoPadding)
}

// Code returns the first 50 bits as ten characters of Crockford base32. It only
// finds a leaf and proves nothing: a server makes two commitments with one code
// in about 2^25 tries, so every proof compares the whole commitment.
func (c Commitment) Code() string { return crockford().EncodeToString(c[:7])[:CodeSize] }
