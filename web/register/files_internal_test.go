package register

import "testing"

// TestS24NoCellIsAFormula: the signs are those of OWASP's page on CSV injection.
func TestS24NoCellIsAFormula(t *testing.T) {
	t.Parallel()
	for cell, want := range map[string]string{
		"": "", "银川市": "银川市", "2020-12-20": "2020-12-20", "-0.5": "-0.5", "=1+1": "'=1+1", "+86 951": "'+86 951",
		"-cmd|x": "'-cmd|x", "@SUM(A1)": "'@SUM(A1)", "\tx": "'\tx",
	} {
		if got := guarded(cell); got != want {
			t.Errorf("%q: got %q, want %q", cell, got, want)
		}
	}
}
