package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"minyi/indicators/canonical"
	"minyi/survey/pack"
	"minyi/survey/release"
)

// checkPack demands that a published pack is sound, and that the figures computed from
// it are those of the signed document, byte for byte.
func checkPack(t *testing.T, unit string, zip []byte, document *release.Document) {
	t.Helper()
	report, err := pack.Check(zip)
	if err != nil || len(report.Problems) > 0 {
		t.Fatalf("%s: got %v and %v, want a sound pack", unit, err, report)
	}
	published, err := json.Marshal(pack.Published(document, document.Least))
	if err != nil {
		t.Fatal(err)
	}
	if published, err = canonical.JSON(published); err != nil || !bytes.Equal(report.Figures, published) {
		t.Errorf("%s: the figures of the pack are not the published ones", unit)
	}
	if report.Release.Pack.Digest != report.Digest {
		t.Errorf("%s: the release names the pack %s, not %s", unit, report.Release.Pack.Digest, report.Digest)
	}
}

// runPack runs a command on a pack and returns its output and exit status.
func runPack(t *testing.T, zip []byte, args ...string) (out string, status int) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "pack.zip")
	if err := os.WriteFile(path, zip, 0o600); err != nil {
		t.Fatal(err)
	}
	root, said := rootCommand(), &bytes.Buffer{}
	root.SetOut(said)
	root.SetErr(said)
	root.SetArgs(append(args, path, "--lang", "en"))
	status = run(t.Context(), root)
	return said.String(), status
}

// A pack of the made-up survey of package pack's tests, as it was written once.
func TestCommandsCheckAndReproduceAPack(t *testing.T) {
	t.Parallel()
	zip, err := os.ReadFile("testdata/pack.zip")
	if err != nil {
		t.Fatal(err)
	}
	if out, status := runPack(t, zip, "verify", "pack"); status != 0 || !strings.Contains(out, "byte for byte") {
		t.Errorf("got %d and %q, want a sound pack", status, out)
	}
	files, err := pack.Open(zip)
	if err != nil {
		t.Fatal(err)
	}
	if out, status := runPack(t, zip, "reproduce"); status != 0 || !strings.HasPrefix(out, string(files[pack.FiguresFile])+"\n") {
		t.Errorf("reproduce: got %d, want the published figures byte for byte", status)
	}
	if out, status := runPack(t, zip, "verify", "pack", "--key", "0123456789abcdef"); status != exitNo || !strings.Contains(out, pack.SignatureFile) {
		t.Errorf("another key: got %d and %q, want the signature named", status, out)
	}
	at := bytes.Index(zip, []byte(`"points":`)) + len(`"points":`)
	zip[at] ^= 1
	for _, command := range [][]string{{"verify", "pack"}, {"reproduce"}} {
		if out, status := runPack(t, zip, command...); status != exitNo || !strings.Contains(out, "✗ "+pack.BasisFile) {
			t.Errorf("%v of a changed pack: got %d and %q, want %s named", command, status, out, pack.BasisFile)
		}
	}
	if _, status := runPack(t, []byte("no pack"), "verify", "pack"); status != exitNo {
		t.Errorf("no pack: got %d, want %d", status, exitNo)
	}
}
