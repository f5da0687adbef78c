package canonical_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"minyi/indicators/canonical"
)

// The example of RFC 8785, section 3.2.2 and 3.2.3, and its number samples of
// appendix B.
func TestC75CanonicalFormFollowsRFC8785(t *testing.T) {
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
		got, err := canonical.JSON([]byte(c.in))
		if err != nil || string(got) != c.want {
			t.Errorf("%s:\ngot  %s (%v)\nwant %s", name, got, err, c.want)
		}
	}
}

func TestCanonicalFormRefusesWhatIsNotOneValue(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"nothing": "", "two values": "1 2", "a name twice": `{"a":1,"a":2}`, "too large": "1e400", "cut short": `{"a":[1`,
		"broken UTF-8": "\"\xff\"", "too deep": strings.Repeat("[", 100) + strings.Repeat("]", 100),
	} {
		if got, err := canonical.JSON([]byte(text)); err == nil {
			t.Errorf("%s: got %s, want an error", name, got)
		}
	}
}

func FuzzJSON(f *testing.F) {
	f.Add([]byte(`{"b":[1e-7,"\u2028"],"a":null}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		once, err := canonical.JSON(text)
		if err != nil {
			return
		}
		if !json.Valid(once) {
			t.Fatalf("got no JSON: %q", once)
		}
		twice, err := canonical.JSON(once)
		if err != nil || !bytes.Equal(once, twice) {
			t.Fatalf("got %q, then %q (%v)", once, twice, err)
		}
	})
}
