package exhibits_test

import (
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"os"
	"strings"
	"testing"
)

// The library is the file of the npm package whose digest the notice gives, and its
// licences stand beside it.
func TestTheUploadLibraryIsTheOneThatTheNoticeNames(t *testing.T) {
	t.Parallel()
	f, err := os.Open("tus/tus.min.js.gz")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	r, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	notice, err := os.ReadFile("tus/NOTICE.txt")
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(raw)
	for _, want := range []string{hex.EncodeToString(sum[:]), "tus-js-client 4.3.1", "Dan Kogai", "Arnout Kazemier", "jQuery Foundation", "The MIT License"} {
		if !strings.Contains(string(notice), want) {
			t.Errorf("the notice does not have %q", want)
		}
	}
}
