package release_test

import (
	"bytes"
	"crypto/ed25519"
	"encoding/json"
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

// The example of RFC 8785, section 3.2.2 and 3.2.3, and its number samples of
// appendix B.
func TestCanonicalizeFollowsRFC8785(t *testing.T) {
	t.Parallel()
	cases := map[string]struct{ in, want string }{
		"section 3.2.3": {
			`{"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],` +
				`"string":"\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/","literals":[null,true,false]}`,
			`{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],` +
				`"string":"€$\u000f\nA'B\"\\\\\"/"}`,
		},
		"sorting by UTF-16": {
			`{"\u20ac":"Euro","\r":"CR","\ufb33":"Dalet","1":"One","\ud83d\ude00":"Smile","\u0080":"Ctrl","\u00f6":"o"}`,
			"{\"\\r\":\"CR\",\"1\":\"One\",\"\u0080\":\"Ctrl\",\"ö\":\"o\",\"€\":\"Euro\",\"\U0001F600\":\"Smile\",\"\ufb33\":\"Dalet\"}",
		},
		"numbers": {
			`[-0,5e-324,1.7976931348623157e308,9007199254740992,295147905179352830000,9.999999999999997e22,1e23,1e21,999999999999999900000,9.999999999999997e-7,0.000001,-1.0]`,
			`[0,5e-324,1.7976931348623157e+308,9007199254740992,295147905179352830000,9.999999999999997e+22,1e+23,1e+21,999999999999999900000,9.999999999999997e-7,0.000001,-1]`,
		},
		"no HTML escapes": {`"<&>  "`, "\"<&>  \""},
	}
	for name, c := range cases {
		got, err := release.Canonicalize([]byte(c.in))
		if err != nil || string(got) != c.want {
			t.Errorf("%s:\ngot  %s (%v)\nwant %s", name, got, err, c.want)
		}
	}
}

func TestCanonicalizeRefusesWhatIsNotOneValue(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"nothing": "", "two values": "1 2", "a name twice": `{"a":1,"a":2}`, "too large": "1e400", "cut short": `{"a":[1`,
		"broken UTF-8": "\"\xff\"", "too deep": strings.Repeat("[", 100) + strings.Repeat("]", 100),
	} {
		if got, err := release.Canonicalize([]byte(text)); err == nil {
			t.Errorf("%s: got %s, want an error", name, got)
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

func FuzzCanonicalize(f *testing.F) {
	f.Add([]byte(`{"b":[1e-7,"\u2028"],"a":null}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		once, err := release.Canonicalize(text)
		if err != nil {
			return
		}
		if !json.Valid(once) {
			t.Fatalf("got no JSON: %q", once)
		}
		twice, err := release.Canonicalize(once)
		if err != nil || !bytes.Equal(once, twice) {
			t.Fatalf("got %q, then %q (%v)", once, twice, err)
		}
	})
}
