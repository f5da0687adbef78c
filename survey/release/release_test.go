package release_test

import (
	"bytes"
	"crypto/ed25519"
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"minyi/indicators/fault"
	"minyi/survey/release"
	"minyi/survey/tabulate"
)

func key() ed25519.PrivateKey {
	return ed25519.NewKeyFromSeed(bytes.Repeat([]byte{7}, ed25519.SeedSize))
}

func result(t *testing.T) *tabulate.Result {
	t.Helper()
	item := tabulate.Item{ID: "q01", Valid: []int{1, 2, 3, 4, 5}, Satisfied: []int{4, 5}, DontKnow: 98, NoAnswer: 99}
	in := tabulate.Input{Items: []tabulate.Item{item}, Population: 900}
	for k, point := range []int{5, 4, 2, 1, 98, 4} {
		in.Sampled = append(in.Sampled, tabulate.Response{Stratum: "a", PSU: string(rune('a' + k)), Weight: 3, Points: []int{point}})
	}
	r, err := tabulate.Tabulate(in)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func document(t *testing.T) release.Document {
	t.Helper()
	return release.Document{
		Round: 2020, Unit: "640121", UnitName: release.Name{Zh: "永宁县", En: "Yongning"}, Survey: "0190", Software: "minyi",
		ClosedAt:      time.Date(2020, 9, 30, 18, 0, 0, 5, time.FixedZone("CST", 8*3600)),
		Questionnaire: release.Questionnaire{ID: "default", Version: 1, Hash: strings.Repeat("ab", 32)},
		Sample:        &release.Sample{FrameHash: strings.Repeat("cd", 32), Seed: "42", Links: 300},
		Result:        result(t), Code: &release.Code{Version: "v1"}, Method: &release.Method{},
		Data: &release.Data{Answers: 6, Digest: strings.Repeat("ef", 32)}, Weights: &release.Weights{N: 6, Digest: strings.Repeat("01", 32)},
	}
}

func canonical(t *testing.T, d release.Document) []byte {
	t.Helper()
	text, err := d.Canonical()
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestSignedDocumentVerifiesWithThePublicKeyAlone(t *testing.T) {
	t.Parallel()
	text := canonical(t, document(t))
	signature, err := release.Sign(key(), text)
	if err != nil {
		t.Fatal(err)
	}
	public, ok := key().Public().(ed25519.PublicKey)
	if !ok {
		t.Fatal("no public key")
	}
	d, err := release.Verify(public, text, signature)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := d.Result.Sampled.Items[0].Satisfied.N, 5; got != want {
		t.Errorf("n: got %d, want %d", got, want)
	}
	if got, want := d.ClosedAt, time.Date(2020, 9, 30, 10, 0, 0, 0, time.UTC); !got.Equal(want) {
		t.Errorf("closed: got %v, want %v", got, want)
	}
}

func TestEqualResultsHaveEqualBytesAndDigest(t *testing.T) {
	t.Parallel()
	a, b := canonical(t, document(t)), canonical(t, document(t))
	if !bytes.Equal(a, b) || release.Digest(a) != release.Digest(b) {
		t.Errorf("got %s and %s", a, b)
	}
	other := document(t)
	other.Result.Sampled.Items[0].Satisfied.Est += 1e-6
	if release.Digest(canonical(t, other)) == release.Digest(a) {
		t.Error("another estimate has the same digest")
	}
}

func TestAChangedDocumentIsRefused(t *testing.T) {
	t.Parallel()
	text := canonical(t, document(t))
	signature, err := release.Sign(key(), text)
	if err != nil {
		t.Fatal(err)
	}
	public, _ := key().Public().(ed25519.PublicKey)
	stranger, _ := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{8}, ed25519.SeedSize)).Public().(ed25519.PublicKey)
	changed := bytes.Replace(text, []byte(`"round":2020`), []byte(`"round":2021`), 1)
	spaced := append([]byte(" "), text...)
	spacedSignature := release.Signature{KeyID: signature.KeyID, Bytes: ed25519.Sign(key(), spaced)}
	cases := map[string]struct {
		key       ed25519.PublicKey
		text      []byte
		signature release.Signature
		code      string
	}{
		"a changed figure":   {public, changed, signature, "release.forged"},
		"another key":        {stranger, text, signature, "release.other_key"},
		"a stranger's claim": {stranger, text, release.Signature{KeyID: release.KeyID(stranger), Bytes: signature.Bytes}, "release.forged"},
		"no key":             {nil, text, signature, "release.other_key"},
		"no signature":       {public, text, release.Signature{KeyID: signature.KeyID}, "release.forged"},
		"other bytes for it": {public, spaced, spacedSignature, "release.not_canonical"},
	}
	for name, c := range cases {
		_, err := release.Verify(c.key, c.text, c.signature)
		var refusal *fault.Refusal
		if !errors.As(err, &refusal) || refusal.Code != c.code {
			t.Errorf("%s: got %v, want %s", name, err, c.code)
		}
	}
}

func TestOnlyDocumentsAreSigned(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{"nothing": "", "no JSON": "x", "other JSON": `{"schema":"minyi-release/1"}`, "a list": "[]"} {
		if _, err := release.Sign(key(), []byte(text)); err == nil {
			t.Errorf("%s: got signed", name)
		}
	}
	if _, err := release.Sign(nil, canonical(t, document(t))); err == nil {
		t.Error("no key: got signed")
	}
}

func TestAnIncompleteDocumentIsRefused(t *testing.T) {
	t.Parallel()
	cases := map[string]func(*release.Document){
		"unit":             func(d *release.Document) { d.Unit = "" },
		"survey":           func(d *release.Document) { d.Survey = "" },
		"round":            func(d *release.Document) { d.Round = 0 },
		"questionnaire":    func(d *release.Document) { d.Questionnaire.Hash = "" },
		"closing":          func(d *release.Document) { d.ClosedAt = time.Time{} },
		"result":           func(d *release.Document) { d.Result = nil },
		"data":             func(d *release.Document) { d.Data = nil },
		"weights":          func(d *release.Document) { d.Weights = nil },
		"code":             func(d *release.Document) { d.Code = nil },
		"method":           func(d *release.Document) { d.Method = nil },
		"what it corrects": func(d *release.Document) { d.Revision, d.Reason = 2, "a number" },
		"reason":           func(d *release.Document) { d.Revision, d.Supersedes = 2, "ab" },
	}
	for name, drop := range cases {
		d := document(t)
		drop(&d)
		_, err := d.Canonical()
		if !errors.Is(err, fault.New(fault.Invalid, "release.incomplete")) {
			t.Errorf("without %s: got %v, want release.incomplete", name, err)
		}
	}
}

// What is not defined is null, and comes back as not defined.
func TestUndefinedNumbersSurviveTheJourney(t *testing.T) {
	t.Parallel()
	d := document(t)
	d.Result.Sampled.Index.SE = tabulate.Number(math.NaN())
	back, err := release.Parse(canonical(t, d))
	if err != nil {
		t.Fatal(err)
	}
	if back.Result.Sampled.Index.SE.Known() {
		t.Errorf("got %v, want null", back.Result.Sampled.Index.SE)
	}
}
