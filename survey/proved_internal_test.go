package survey

import (
	"crypto/ed25519"
	"errors"
	"slices"
	"testing"

	"minyi/survey/release"
)

// TestS30ADocumentIsCheckedOnceAndAnewWhereAnythingDiffers: the public's lists cost what
// one check costs; another byte, signature or key is never taken for what was checked.
func TestS30ADocumentIsCheckedOnceAndAnewWhereAnythingDiffers(t *testing.T) {
	t.Parallel()
	var p proved[string]
	asked, refuse := 0, errors.New("forged")
	verify := func(_ ed25519.PublicKey, text []byte, _ release.Signature) (*string, error) {
		asked++
		if text[0] == 'x' {
			return nil, refuse
		}
		said := string(text)
		return &said, nil
	}
	key, text, mark := ed25519.PublicKey("key"), []byte("a document"), release.Signature{KeyID: "k", Bytes: []byte("signed")}
	for range 3 {
		if got, err := p.read(key, text, mark, verify); err != nil || *got != "a document" {
			t.Fatalf("got %v, %v", got, err)
		}
	}
	if asked != 1 {
		t.Errorf("checked %d times, want once", asked)
	}
	moved := release.Signature{KeyID: "ks", Bytes: []byte("igned")} // the same bytes, cut elsewhere
	for _, other := range []struct {
		key  string
		text string
		mark release.Signature
	}{{"key", "b document", mark}, {"kez", "a document", mark}, {"key", "a document", moved}, {"key", "a document", release.Signature{KeyID: "k", Bytes: []byte("other")}}} {
		before := asked
		if _, err := p.read(ed25519.PublicKey(other.key), []byte(other.text), other.mark, verify); err != nil || asked != before+1 {
			t.Errorf("%v: got %v after %d checks, want one more", other, err, asked-before)
		}
	}
	bad := slices.Clone(text)
	bad[0] = 'x'
	for range 2 {
		if _, err := p.read(key, bad, mark, verify); !errors.Is(err, refuse) {
			t.Errorf("got %v, want what is refused refused again", err)
		}
	}
	for i := range 3 * mostProved {
		_, _ = p.read(key, []byte{'a', byte(i), byte(i >> 8)}, mark, verify)
	}
	if len(p.known) > mostProved {
		t.Errorf("%d documents are kept, want at most %d", len(p.known), mostProved)
	}
}
