package naming

import (
	"crypto/rand"
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
	s := receiptText().EncodeToString(raw)
	return s[:4] + "-" + s[4:8] + "-" + s[8:12] + "-" + s[12:], nil
}

// receiptHash folds what people mistype (case, spaces, O for 0, I and L for 1)
// and hashes the code.
func receiptHash(code string) string {
	fold := strings.NewReplacer("-", "", " ", "", "O", "0", "I", "1", "L", "1").Replace(strings.ToUpper(code))
	return scorebook.Digest([]byte("minyi/objection/" + fold))
}
