package application_test

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"minyi/indicators"
	"minyi/indicators/application"
	"minyi/indicators/audit"
	"minyi/indicators/canonical"
	"minyi/indicators/roster"
)

// manifest returns the manifest of the latest seal, its very bytes.
func (w *world) manifest(k application.Key) []byte {
	w.t.Helper()
	d := w.own(plain, k)
	text, err := w.service.ManifestOf(w.t.Context(), plain, k, d.Seals[len(d.Seals)-1].Digest)
	if err != nil {
		w.t.Fatal(err)
	}
	return text
}

func sum(text []byte) string {
	s := sha256.Sum256(text)
	return hex.EncodeToString(s[:])
}

// The digests are worked out here from the bytes alone, by SHA-256 of Go's library
// and the canonical form.
func TestC75TheManifestIsCanonicalAndNamesEverySectionAndFile(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	k := w.start(plain, roster.Comprehensive)
	w.fill(plain, k, 97)
	place := application.Placing{Indicators: []indicators.Number{"1"}, Dated: roster.On(2020, 7, 2)}
	wants(t, w.service.Attach(t.Context(), plain, k, place, "清单.pdf", pdf("list")), "")
	d := w.own(plain, k)
	head := application.Head{Leader: d.Leader, Declared: true}
	wants(t, w.service.SaveProfile(t.Context(), plain, k, d.Edits[application.Profile], head), "")
	seal, err := w.service.File(t.Context(), plain, k, 0)
	if err != nil {
		t.Fatal(err)
	}
	text := w.manifest(k)
	if again, err := canonical.JSON(text); err != nil || !bytes.Equal(again, text) {
		t.Errorf("the manifest is not canonical: %v", err)
	}
	if got := sum(text); got != seal.Digest {
		t.Errorf("digest: got %s, want %s", got, seal.Digest)
	}
	var m struct {
		Schema   string
		FiledAt  time.Time `json:"filed_at"`
		Sections []struct{ Name, Digest string }
		Files    []struct{ Name, Digest string }
		Dossier  map[string]json.RawMessage
	}
	if err := json.Unmarshal(text, &m); err != nil {
		t.Fatal(err)
	}
	named := map[string]string{}
	for _, s := range m.Sections {
		named[s.Name] = s.Digest
	}
	for name, raw := range m.Dossier {
		section, err := canonical.JSON(raw)
		if err != nil {
			t.Fatal(err)
		}
		if isKey := slices.Contains([]string{"round", "unit", "track"}, name); !isKey && named[name] != sum(section) {
			t.Errorf("section %s: got digest %q, want %s", name, named[name], sum(section))
		}
	}
	for _, must := range []string{"claims", "report", "leader", "exhibits", "declaration"} {
		if named[must] == "" {
			t.Errorf("no digest of %s, only of %v", must, slices.Sorted(maps.Keys(named)))
		}
	}
	if len(m.Files) != 1 || m.Files[0].Name != "清单.pdf" || m.Files[0].Digest != sum([]byte("%PDF-1.4\n% list\n%%EOF\n")) {
		t.Errorf("files: got %+v", m.Files)
	}
	if !m.FiledAt.Equal(seal.At) || m.Schema != application.ManifestSchema {
		t.Errorf("got %s at %s, want %s at %s", m.Schema, m.FiledAt, application.ManifestSchema, seal.At)
	}
	for _, hidden := range []string{"version", "seals", "formal", "proposed", "state", "cancellation"} {
		if _, ok := m.Dossier[hidden]; ok {
			t.Errorf("the manifest holds %s, which is no word of the unit's", hidden)
		}
	}
}

func TestC75TheReceiptIsSignedAndTellsTheTime(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	k := w.start(plain, roster.Comprehensive)
	w.fill(plain, k, 97)
	w.clock = at("2020-08-10 09:00:00").Add(123 * time.Millisecond)
	seal, err := w.service.File(t.Context(), plain, k, 0)
	if err != nil {
		t.Fatal(err)
	}
	signed, ok := w.own(plain, k).Signed(seal)
	if !ok || signed.Receipt.Local != "2020-08-10T09:00:00.123+08:00" || signed.Receipt.Code != seal.Receipt() {
		t.Fatalf("got %+v, %v", signed, ok)
	}
	key := w.service.PublicKey()
	if err := signed.Verify(key); err != nil {
		t.Errorf("the right key: %v", err)
	}
	// By hand: Ed25519 over the canonical JSON of the receipt.
	raw, err := json.Marshal(signed.Receipt)
	if err != nil {
		t.Fatal(err)
	}
	text, err := canonical.JSON(raw)
	if err != nil {
		t.Fatal(err)
	}
	signature, err := hex.DecodeString(signed.Signature)
	if err != nil || !ed25519.Verify(key, text, signature) {
		t.Errorf("by hand: the signature does not verify: %v", err)
	}
	changed := signed
	changed.Receipt.Code = "0000-0000-0000"
	wants(t, changed.Verify(key), "seal.forged")
	other := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{9}, ed25519.SeedSize)).Public().(ed25519.PublicKey)
	wants(t, signed.Verify(other), "seal.other_key")
}

func TestC77TheWindowIsKeptToTheMillisecond(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	k := w.start(plain, roster.Comprehensive)
	w.fill(plain, k, 97)
	first, last := at("2020-08-01 00:00:00"), at("2020-09-01 00:00:00").Add(-time.Millisecond)
	for _, c := range []struct {
		name   string
		moment time.Time
		code   string
	}{
		{"one ms before 00:00:00 of the first day", first.Add(-time.Millisecond), "dossier.window"},
		{"00:00:00.000 of the first day", first, ""},
		{"23:59:59.999 of the last day", last, ""},
		{"one ms after 23:59:59.999 of the last day", last.Add(time.Millisecond), "dossier.window"},
	} {
		w.set("2020-08-15 12:00:00")
		if w.own(plain, k).State == application.Filed {
			wants(t, w.service.Withdraw(t.Context(), plain, k), "")
		}
		w.mu.Lock()
		w.clock = c.moment
		w.mu.Unlock()
		seal, err := w.service.File(t.Context(), plain, k, 0)
		wants(t, err, c.code)
		if c.code == "" && !seal.At.Equal(c.moment) {
			t.Errorf("%s: got the receipt's time %s, want %s", c.name, seal.At, c.moment)
		}
		entries := w.trail("dossier.file")
		got := entries[len(entries)-1]
		if refused := c.code != ""; (got.Outcome == audit.Refused) != refused || !got.At.Equal(c.moment) {
			t.Errorf("%s: got %s at %s in the trail", c.name, got.Outcome, got.At)
		}
	}
}

// A clock that moves on by a step at each look is a filing that takes that long.
func TestC77WhatBeganInTheWindowAndEndedAfterItIsRefusedAndLogged(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	k := w.start(plain, roster.Comprehensive)
	w.fill(plain, k, 97)
	looks := 0
	w.service.Now = func() time.Time {
		looks++
		return at("2020-09-01 00:00:00").Add(time.Duration(looks-3) * time.Millisecond)
	}
	_, err := w.service.File(t.Context(), plain, k, 0)
	wants(t, err, "dossier.window_passed")
	if d := w.own(plain, k); d.State != application.Draft || len(d.Seals) != 0 {
		t.Errorf("got %s with %d seals, want the draft", d.State, len(d.Seals))
	}
	got := w.trail("dossier.file")
	if len(got) != 1 || got[0].Outcome != audit.Refused || got[0].Reason != "dossier.window_passed" || got[0].After != "" {
		t.Errorf("trail: got %+v, want the refusal", got)
	}
}

func TestC76SelfAssessmentComesBeforeFiling(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	k := w.start(plain, roster.Comprehensive)
	w.fill(plain, k, 97)
	none := map[indicators.Number]application.Claim{}
	for n := range w.claims(k, 97) {
		none[n] = application.Claim{}
	}
	d := w.own(plain, k)
	wants(t, w.service.SaveSelf(t.Context(), plain, k, d.Edits[application.Self], none), "")
	_, err := w.service.File(t.Context(), plain, k, 0)
	wants(t, err, "dossier.claims_missing")
	if got := w.findings(k); len(got) != 0 {
		t.Errorf("got %+v in the scorebook, want nothing", got)
	}
}

func TestADoubleClickAndARetryFileOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	k := w.start(plain, roster.Comprehensive)
	w.fill(plain, k, 97)
	seen := w.own(plain, k).Version
	_, err := w.service.File(t.Context(), plain, k, seen-1)
	wants(t, err, "dossier.changed")
	first, err := w.service.File(t.Context(), plain, k, seen)
	if err != nil {
		t.Fatal(err)
	}
	w.set("2020-09-01 00:00:00") // the answer was lost, and the window has closed
	again, err := w.service.File(t.Context(), plain, k, seen)
	if err != nil || again != first {
		t.Errorf("retry: got %+v, %v, want the first receipt %s", again, err, first.Digest)
	}
	if d := w.own(plain, k); len(d.Seals) != 1 || len(w.findings(k)) != 1 || len(w.trail("dossier.file")) != 1 {
		t.Errorf("got %d seals, %d findings, %d entries, want one each", len(d.Seals), len(w.findings(k)), len(w.trail("dossier.file")))
	}
	w.set("2020-08-20 09:00:00")
	wants(t, w.service.Withdraw(t.Context(), plain, k), "")
	_, err = w.service.File(t.Context(), plain, k, seen)
	wants(t, err, "dossier.changed")
}

func TestC75SealsOfWithdrawnFilingsStayCheckable(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	ctx, k := t.Context(), w.filed(plain, roster.Comprehensive)
	first := w.own(plain, k).Seal()
	text := w.manifest(k)
	look := func(digest string, want application.SealState, since string) {
		t.Helper()
		got, err := w.service.LookUp(ctx, digest)
		if err != nil || got.State != want || !got.Signed || got.Code == "" {
			t.Errorf("got %+v, %v, want %s", got, err, want)
		}
		if since != "" && !got.Since.Equal(at(since)) {
			t.Errorf("since: got %s, want %s", got.Since, since)
		}
	}
	look(first.Digest, application.SealStands, "")
	w.set("2020-08-20 09:00:00")
	wants(t, w.service.Withdraw(ctx, plain, k), "")
	look(first.Digest, application.SealEnded, "2020-08-20 09:00:00")
	w.set("2020-08-21 09:00:00")
	second, err := w.service.File(ctx, plain, k, 0)
	if err != nil {
		t.Fatal(err)
	}
	look(first.Digest, application.SealReplaced, "2020-08-21 09:00:00")
	look(second.Digest, application.SealStands, "")
	if got, err := w.service.CheckText(ctx, text); err != nil || got.Standing.State != application.SealReplaced {
		t.Errorf("the manifest of the first: got %+v, %v", got, err)
	}
	_, err = w.service.LookUp(ctx, strings.Repeat("0", 64))
	wants(t, err, "seal.unknown")
	_, err = w.service.LookUp(ctx, "x")
	wants(t, err, "seal.unknown")
}

func TestC75AChangedManifestIsToldBySection(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	ctx, k := t.Context(), w.filed(plain, roster.Comprehensive)
	text := w.manifest(k)
	var spaced bytes.Buffer
	if err := json.Indent(&spaced, text, "", "  "); err != nil {
		t.Fatal(err)
	}
	if got, err := w.service.CheckText(ctx, spaced.Bytes()); err != nil || got.Digest != sum(text) {
		t.Errorf("with other blanks: got %+v, %v", got, err)
	}
	changed := bytes.Replace(text, []byte("王一"), []byte("王二"), 1)
	got, err := w.service.CheckText(ctx, changed)
	wants(t, err, "seal.unknown")
	if !slices.Equal(got.Altered, []string{"leader"}) {
		t.Errorf("altered: got %v, want the leader", got.Altered)
	}
	for text, code := range map[string]string{"": "seal.empty", "hello": "seal.unreadable", `{"a":1}`: "seal.unreadable"} {
		_, err := w.service.CheckText(ctx, []byte(text))
		wants(t, err, code)
	}
	signed, _ := w.own(plain, k).Signed(w.own(plain, k).Seal())
	raw, err := json.Marshal(signed)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := w.service.CheckText(ctx, raw); err != nil || !got.Receipt || got.Standing.State != application.SealStands {
		t.Errorf("receipt: got %+v, %v", got, err)
	}
	_, err = w.service.CheckText(ctx, bytes.Replace(raw, []byte(`"round":2020`), []byte(`"round":2021`), 1))
	wants(t, err, "seal.forged")
}

func TestC75TheSignedScanStandsBesideTheSeal(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	ctx, k := t.Context(), w.filed(plain, roster.Comprehensive)
	digest := w.own(plain, k).Seal().Digest
	wants(t, w.service.AttachScan(ctx, lawful, k, digest, "scan.pdf", pdf("signed")), "dossier.unknown")
	wants(t, w.service.AttachScan(ctx, plain, k, strings.Repeat("0", 64), "scan.pdf", pdf("signed")), "dossier.unfiled")
	w.set("2020-08-31 23:59:59")
	wants(t, w.service.AttachScan(ctx, plain, k, digest, "scan.pdf", pdf("signed")), "")
	if got := w.own(plain, k).Seal(); got.Digest != digest || got.Scan == nil || got.Scan.File.Name != "scan.pdf" {
		t.Fatalf("got %+v", got)
	}
	file, r, err := w.service.Scan(ctx, office, k, digest)
	if err != nil {
		t.Fatal(err)
	}
	r.Close()
	if list, err := w.service.Digests(ctx); err != nil || !slices.Contains(list, file.Digest) {
		t.Errorf("doctor does not look at the scan: %v, %v", list, err)
	}
	w.set("2020-09-01 00:00:00") // the evaluation opens
	wants(t, w.service.AttachScan(ctx, plain, k, digest, "scan.pdf", pdf("later")), "seal.scan_late")
}

func TestCheckSealsNamesWhatIsNotWhatItWas(t *testing.T) {
	t.Parallel()
	w := newWorld(t, nil)
	ctx, k := t.Context(), w.filed(plain, roster.Comprehensive)
	if bad, err := w.service.CheckSeals(ctx, 2020); err != nil || len(bad) != 0 {
		t.Fatalf("got %v, %v, want nothing wrong", bad, err)
	}
	entry := &audit.Entry{Actor: "test", Action: "test"}
	change := func(f func(s *application.Seal)) []application.Problem {
		t.Helper()
		if err := w.store.UpdateDossier(ctx, k, entry, func(d *application.Dossier) error { f(&d.Seals[0]); return nil }); err != nil {
			t.Fatal(err)
		}
		bad, err := w.service.CheckSeals(ctx, 2020)
		if err != nil {
			t.Fatal(err)
		}
		return bad
	}
	was := w.own(plain, k).Seals[0]
	if bad := change(func(s *application.Seal) { s.At = s.At.Add(time.Hour) }); len(bad) != 1 || bad[0].What != "signature" {
		t.Errorf("another time: got %v, want the signature", bad)
	}
	if bad := change(func(s *application.Seal) { *s = was; s.Digest = strings.Repeat("ab", 32) }); len(bad) != 1 || bad[0].What != "manifest" {
		t.Errorf("another digest: got %v, want the manifest", bad)
	}
	if _, err := w.service.LookUp(ctx, was.Digest); err == nil {
		t.Error("a seal whose record was changed is confirmed")
	}
}
