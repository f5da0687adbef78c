package invite_test

import (
	"errors"
	"strings"
	"testing"

	"minyi/indicators/fault"
	"minyi/survey/invite"
)

func signer(t testing.TB, key string) *invite.Signer {
	t.Helper()
	s, err := invite.NewSigner([]byte(strings.Repeat(key, 32)))
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestTokenReadsBackAsPeopleTypeIt(t *testing.T) {
	t.Parallel()
	s := signer(t, "k")
	want := invite.Token{Survey: 517, Serial: 1_048_577}
	text := s.Format(want)
	if len(text) != invite.Length {
		t.Fatalf("length: got %d, want %d", len(text), invite.Length)
	}
	cases := map[string]string{
		"as printed":   text,
		"lower case":   strings.ToLower(text),
		"in groups":    invite.Spaced(text),
		"with spaces":  " " + strings.ReplaceAll(invite.Spaced(text), "-", " ") + " ",
		"l for 1":      strings.ReplaceAll(text, "1", "l"),
		"I for 1":      strings.ReplaceAll(text, "1", "I"),
		"o for 0":      strings.ReplaceAll(text, "0", "o"),
		"O for 0, low": strings.ReplaceAll(strings.ToLower(text), "0", "O"),
	}
	for name, typed := range cases {
		got, err := s.Parse(typed)
		if err != nil || got != want {
			t.Errorf("%s: got %v, %v; want %v", name, got, err, want)
		}
	}
}

func TestEveryCharacterOfATokenIsGuarded(t *testing.T) {
	t.Parallel()
	s := signer(t, "k")
	for serial := range uint32(20) {
		text := s.Format(invite.Token{Survey: 3, Serial: serial})
		for i := range text {
			for _, c := range "0123456789ABCDEFGHJKMNPQRSTVWXYZ" {
				if byte(c) == text[i] {
					continue
				}
				if got, err := s.Parse(text[:i] + string(c) + text[i+1:]); err == nil {
					t.Fatalf("serial %d, character %d as %c was accepted as %v", serial, i, c, got)
				}
			}
		}
	}
}

func TestWhatIsNoTokenIsUnknown(t *testing.T) {
	t.Parallel()
	s := signer(t, "k")
	text := s.Format(invite.Token{Survey: 1, Serial: 1})
	cases := map[string]string{
		"empty":             "",
		"too short":         text[:23],
		"too long":          text + "0",
		"U is no character": "U" + text[1:],
		"broken UTF-8":      text[:22] + "\xff\xfe",
		"full width":        "０" + text[1:],
		"very long":         strings.Repeat("-", 100) + text,
		"other key":         signer(t, "x").Format(invite.Token{Survey: 1, Serial: 1}),
	}
	for name, typed := range cases {
		_, err := s.Parse(typed)
		if !errors.Is(err, fault.New(fault.NotFound, "token.unknown")) {
			t.Errorf("%s: got %v, want token.unknown", name, err)
		}
	}
}

func TestTokensShowNeitherSerialNorSurvey(t *testing.T) {
	t.Parallel()
	s := signer(t, "k")
	first := map[byte]int{}
	for serial := range uint32(3200) {
		first[s.Format(invite.Token{Survey: 1, Serial: serial})[0]]++
	}
	if len(first) != 32 {
		t.Fatalf("first characters: got %d kinds, want 32", len(first))
	}
	for c, n := range first { // mean 100, standard deviation below 10
		if n < 50 || n > 150 {
			t.Errorf("first character %c: got %d of 3200, want about 100", c, n)
		}
	}
}

func TestShortKeyIsRefused(t *testing.T) {
	t.Parallel()
	if _, err := invite.NewSigner([]byte("short")); err == nil {
		t.Error("a key of five bytes was taken")
	}
}

func FuzzParse(f *testing.F) {
	s := signer(f, "k")
	f.Add(s.Format(invite.Token{Survey: 65535, Serial: invite.MaxSerial}))
	f.Add("0000-0000-0000-0000-0000-0000")
	f.Add("\x00\xff ilO")
	f.Fuzz(func(t *testing.T, text string) {
		got, err := s.Parse(text)
		if err != nil {
			return
		}
		again, err := s.Parse(s.Format(got))
		if err != nil || again != got {
			t.Errorf("%q reads as %v, but its own form as %v, %v", text, got, again, err)
		}
	})
}

func BenchmarkParse(b *testing.B) {
	s := signer(b, "k")
	text := s.Format(invite.Token{Survey: 7, Serial: 99})
	for b.Loop() {
		if _, err := s.Parse(text); err != nil {
			b.Fatal(err)
		}
	}
}
