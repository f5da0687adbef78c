package main

import (
	"crypto/ed25519"
	"encoding/hex"
	"encoding/json"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"minyi/indicators/application"
	"minyi/indicators/audit"
	"minyi/indicators/canonical"
)

// Whoever holds the receipt of a filed dossier proves away from the server that it was
// filed: signature, manifest, and the filing in the log of events. A receipt, a manifest
// or a place in the log of another filing is answered with no (C75, C28).
func TestC75TheReceiptOfADossierIsVerifiedByTheCommand(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	front := httptest.NewServer(h.served(t))
	t.Cleanup(front.Close)
	dir := t.TempDir()
	kept := func(name, text string) string {
		t.Helper()
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	const manifest = `{"dossier":{"unit":"640104"},"format":1}`
	good := h.sealedReceipt(t, manifest)
	other := h.sealedReceipt(t, strings.Replace(manifest, "640104", "640105", 1))
	text := func(s application.Signed) string {
		t.Helper()
		raw, err := json.MarshalIndent(s, "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		return string(raw)
	}
	file, listed := kept("receipt.json", text(good)), kept("manifest.json", manifest)
	wants(t, exitNo, "is not in", "verify", "receipt", file, "--url", front.URL) // the log holds nothing yet
	if err := h.events.Tend(t.Context()); err != nil {
		t.Fatal(err)
	}
	wants(t, 0, "signature is right", "verify", "receipt", file, "--url", front.URL)
	wants(t, 0, "word for word the one that was sealed", "verify", "receipt", file, "--url", front.URL, "--manifest", listed)
	wants(t, 0, "is leaf", "verify", "receipt", file, "--url", front.URL, "--manifest", kept("spaced.json", " "+manifest+"\n"))
	wants(t, 0, "files copied", "witness", "--url", front.URL, "--log", "events", "--mirror", filepath.Join(dir, "log"))
	wants(t, 0, "is leaf", "verify", "receipt", file, "--log", filepath.Join(dir, "log"))

	bare, swapped := good, good
	bare.Event, swapped.Event = nil, other.Event
	for name, c := range map[string]struct{ receipt, manifest, not string }{
		"another time":     {strings.Replace(text(good), "2020-08-15", "2020-08-14", 1), manifest, "signature is right"},
		"no key":           {strings.Replace(text(good), good.Key, "00", 1), manifest, "signature is right"},
		"another manifest": {text(good), strings.Replace(manifest, "640104", "640105", 1), "word for word"},
		"no manifest":      {text(good), "x", "word for word"},
		"no place":         {text(bare), manifest, "is leaf"},
		"another's place":  {text(swapped), manifest, "is leaf"},
		"a changed place":  {strings.Replace(text(good), "dossier.file", "dossier.filr", 1), manifest, "is leaf"},
	} {
		status, said := command(t, "verify", "receipt", kept("changed.json", c.receipt), "--url", front.URL, "--manifest", kept("changed-manifest.json", c.manifest))
		if status != exitNo || strings.Contains(said, c.not) || strings.Contains(said, "is leaf") {
			t.Errorf("%s: got %d\n%s", name, status, said)
		}
	}
}

// sealedReceipt is the receipt of a filed dossier as its page gives it, with the filing
// in the trail.
func (h *house) sealedReceipt(t *testing.T, manifest string) (s application.Signed) {
	t.Helper()
	digest := digestOf([]byte(manifest))
	if err := h.programme.Record(t.Context(), audit.Entry{
		At: testNow(), Actor: "applicant", Role: "applicant", Action: "dossier.file", Object: "dossier/" + digest[:6], After: digest,
	}); err != nil {
		t.Fatal(err)
	}
	key := ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))
	s.Receipt = application.Receipt{
		Schema: application.ReceiptSchema, Round: 2020, Unit: "640104", Track: "comprehensive", Manifest: digest,
		FiledAt: testNow().UTC(), Local: testNow().Format("2006-01-02T15:04:05.000-07:00"),
	}
	raw, err := json.Marshal(s.Receipt)
	if err == nil {
		raw, err = canonical.JSON(raw)
	}
	if err != nil {
		t.Fatal(err)
	}
	s.Key, s.Signature = hex.EncodeToString(key.Public().(ed25519.PublicKey)), hex.EncodeToString(ed25519.Sign(key, raw))
	if s.Event, err = h.filedEvent(t.Context(), digest); err != nil {
		t.Fatal(err)
	}
	return s
}
