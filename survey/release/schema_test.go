package release_test

import (
	"bytes"
	"os"
	"os/exec"
	"strings"
	"testing"

	"minyi/survey/release"
)

// testdata/release-1.json was written by this package before minyi-release/2.
func TestDocumentsOfTheSchemaBeforeAreRead(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("testdata/release-1.json")
	if err != nil {
		t.Fatal(err)
	}
	d, err := release.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	if d.Schema != "minyi-release/1" || d.Unit != "640121" || d.Data != nil || d.Result.Sampled.Items[0].Satisfied.N != 5 {
		t.Errorf("got %+v, want the document of 640121 without digests of its data", d)
	}
	if got, want := release.Digest(text), "f9ab1b0bf020c5a8935194cf2c1ae3d76dc191c6da62c6171df7d60e8eb5f95b"; got != want {
		t.Errorf("digest: got %s, want %s", got, want)
	}
	signature, err := release.Sign(key(), text)
	if err != nil || len(signature.Bytes) == 0 {
		t.Errorf("sign: got %v", err)
	}
}

func TestDigestIsThatOfAnotherProgram(t *testing.T) {
	t.Parallel()
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("no python3 here")
	}
	text := canonical(t, document(t))
	run := exec.CommandContext(t.Context(), python, "testdata/digest.py")
	run.Stdin = bytes.NewReader(text)
	out, err := run.Output()
	if err != nil {
		t.Fatal(err)
	}
	if got, want := strings.Fields(string(out)), release.Digest(text); len(got) != 2 || got[0] != want || got[1] != want {
		t.Errorf("got %s, want %s for the bytes and for the text made canonical again", out, want)
	}
}

func TestSameContentLooksPastThePlaceAmongTheReleases(t *testing.T) {
	t.Parallel()
	first, second := document(t), document(t)
	second.Revision, second.Supersedes, second.Reason = 2, "ab", "a number was wrong"
	same, err := release.SameContent(canonical(t, first), canonical(t, second))
	if err != nil || !same {
		t.Errorf("got %v, %v, want the same", same, err)
	}
	second.Method = &release.Method{Version: 2}
	if same, err = release.SameContent(canonical(t, first), canonical(t, second)); err != nil || same {
		t.Errorf("with another statement: got %v, %v, want not the same", same, err)
	}
}
