package keeper

import (
	"strings"

	"minyi/survey/ledger"
)

// commitmentDigits is the length of a commitment in hexadecimal.
const commitmentDigits = 2 * ledger.HashSize

// Typed finds the code or the commitment in what people type or paste: with spaces,
// hyphens, line breaks and full-width characters in it, in either case, as the address
// that a QR code holds, or a receipt whole. It returns the ten characters of a code,
// 64 hexadecimal digits in lower case, or, where neither is there, the characters that
// are left.
func Typed(text string) string {
	text = strings.Map(narrow, text)
	if _, rest, ok := strings.Cut(text, "find?code="); ok {
		text = rest
	}
	if _, rest, ok := strings.Cut(strings.ToLower(text), "commitment"); ok {
		text = rest
	}
	bare := strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z' {
			return r
		}
		return -1
	}, text)
	if whole := strings.ToLower(bare); len(whole) >= commitmentDigits && strings.Trim(whole[:commitmentDigits], "0123456789abcdef") == "" {
		return whole[:commitmentDigits]
	}
	return bare
}

// narrow is the ASCII character that a full-width one stands for (U+FF01 to U+FF5E).
func narrow(r rune) rune {
	const first, last, offset = '！', '～', '！' - '!'
	if r >= first && r <= last {
		return r - offset
	}
	return r
}
