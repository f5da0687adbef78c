package naming

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"fmt"
	"strings"

	"minyi/indicators/scorebook"
)

// receiptBytes gives 80 random bits, 16 characters.
const receiptBytes = 10

func receiptText() *base32.Encoding {
	return base32.NewEncoding("0123456789ABCDEFGHJKMNPQRSTVWXYZ").WithPadding(base32.NoPadding)
}

func newReceipt() (string, error) {
	raw := make([]byte, receiptBytes)
	if _, err := rand.Read(raw); err != nil {
		return "", fmt.Errorf("receipt: %w", err)
	}
	return spaced(raw), nil
}

func spaced(raw []byte) string {
	s := receiptText().EncodeToString(raw)
	return s[:4] + "-" + s[4:8] + "-" + s[8:12] + "-" + s[12:]
}

// receiptFor is the code of a complaint. With the mark of a form it follows from that,
// from the words and from the files' names and sizes under a key of the service, so
// that a form sent again finds its objection and nobody can work out another's code.
func (s *Service) receiptFor(round int, c Complaint) (string, error) {
	if c.Form == "" || len(s.equipment.Key) == 0 {
		return newReceipt()
	}
	h := hmac.New(sha256.New, s.equipment.Key)
	_, _ = fmt.Fprintf(h, "minyi/objection/receipt/v1\n%d\n%q\n%q\n%q\n%q\n%q\n", round, c.Form, c.Target, c.Name, c.Contact, c.Text)
	for _, f := range c.Files {
		_, _ = fmt.Fprintf(h, "%q\n%d\n", f.Name, f.Size)
	}
	return spaced(h.Sum(nil)[:receiptBytes]), nil
}

// receiptHash folds what people mistype (case, spaces, O for 0, I and L for 1)
// and hashes the code.
func receiptHash(code string) string {
	fold := strings.NewReplacer("-", "", " ", "", "O", "0", "I", "1", "L", "1").Replace(strings.ToUpper(code))
	return scorebook.Digest([]byte("minyi/objection/" + fold))
}
