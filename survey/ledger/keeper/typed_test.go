package keeper_test

import (
	"crypto/sha256"
	"strings"
	"testing"

	"minyi/survey/ledger"
	"minyi/survey/ledger/keeper"
)

// A code or a commitment is found however it was pasted.
func TestWhatIsPastedIsFoundInAnyWriting(t *testing.T) {
	t.Parallel()
	c := ledger.Commitment(sha256.Sum256([]byte("pasted")))
	whole, code := c.String(), c.Code()
	wide := func(s string) string {
		return strings.Map(func(r rune) rune { return r + '！' - '!' }, s)
	}
	receipt := ledger.Promise{Origin: "minyi.example/s1", Commitment: c}.Text()
	for name, one := range map[string]struct{ typed, want string }{
		"code":                      {code, code},
		"code in groups":            {" " + code[:5] + "-" + code[5:] + "\r\n", code},
		"code full-width":           {wide(code), code},
		"code with its word":        {"回执号：" + code, code},
		"commitment":                {whole, whole},
		"commitment in capitals":    {strings.ToUpper(whole), whole},
		"commitment in lines":       {whole[:32] + "\n" + whole[32:48] + "　" + whole[48:] + "\n", whole},
		"commitment full-width":     {wide(whole), whole},
		"address of the QR code":    {"https://minyi.example/ledger/find?code=" + whole, whole},
		"address in capitals of it": {"HTTPS://MINYI.EXAMPLE/LEDGER/find?code=" + strings.ToUpper(whole), whole},
		"receipt":                   {receipt, whole},
		"receipt in one line":       {strings.ReplaceAll(receipt, "\n", ""), whole},
		"nothing of the kind":       {"满意 yes", "yes"},
	} {
		if got := keeper.Typed(one.typed); got != one.want {
			t.Errorf("%s: got %q, want %q", name, got, one.want)
		}
	}
}
