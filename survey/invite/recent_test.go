package invite_test

import (
	"testing"

	"minyi/survey/invite"
)

// A link that was read a moment ago opens again, and one that differs from it in
// any character does not.
func TestALinkThatWasJustReadVouchesForNoOther(t *testing.T) {
	t.Parallel()
	s, err := invite.NewSigner(make([]byte, 32))
	if err != nil {
		t.Fatal(err)
	}
	want := invite.Token{Survey: 7, Serial: 4711}
	text := s.Format(want)
	for range 2 {
		if got, err := s.Parse(text); err != nil || got != want {
			t.Fatalf("got %v, %v, want %v", got, err, want)
		}
	}
	for i := range text {
		other := []byte(text)
		if other[i]++; other[i] == 'I' || other[i] == 'L' || other[i] == 'O' || other[i] == 'U' || other[i] > 'Z' {
			other[i] = '0'
		}
		if got, err := s.Parse(string(other)); err == nil {
			t.Errorf("%s: got %v, want a refusal", other, got)
		}
	}
}
