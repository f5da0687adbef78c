package ledger_test

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"testing"

	"minyi/survey/ledger"
)

// A server made these two in a few minutes on one processor (Brent's search for a
// cycle, about 2^26 hashes): one short code, two answers. So a code only finds a leaf;
// what is opened, proven or promised is the whole commitment.
func TestAShortCodeOnlyFinds(t *testing.T) {
	t.Parallel()
	opens := func(point, salt string) (ledger.Commitment, ledger.Opening) {
		row := ledger.Row{
			Answers: map[string][]string{"q01": {point}},
			Unit:    "640100", Stratum: "s1", Channel: "sampled", Paper: "ab", Outcome: "complete",
		}.Canonical()
		var whole [ledger.SaltSize]byte
		if _, err := hex.Decode(whole[:], []byte(salt)); err != nil {
			t.Fatal(err)
		}
		o := ledger.Opening{Salt: hex.EncodeToString(whole[:]), Row: json.RawMessage(row), State: ledger.Counted}
		c, err := o.Commitment("minyi.example/s")
		if err != nil {
			t.Fatal(err)
		}
		return c, o
	}
	shown, _ := opens("5", "0001f6ec0bb66d37")
	kept, cheat := opens("1", "0001b4c69907e6e2")
	if shown.Code() != kept.Code() || shown == kept {
		t.Fatalf("got the codes %s and %s, want one code of two commitments", shown.Code(), kept.Code())
	}
	line, err := json.Marshal(cheat)
	if err != nil {
		t.Fatal(err)
	}
	for leaf, want := range map[ledger.Commitment]string{shown: "ledger.opening", kept: ""} {
		_, err := ledger.CheckOpenings("minyi.example/s", []ledger.Commitment{leaf}, bytes.NewReader(line), func(ledger.Opening) error { return nil })
		if err == nil && want != "" || err != nil && code(err) != want {
			t.Errorf("the leaf %s opened by the other answer: got %v, want %q", leaf, err, want)
		}
	}
}
