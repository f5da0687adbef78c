package survey_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"minyi/indicators/access"
	"minyi/survey"
	"minyi/survey/invite"
	"minyi/survey/ledger"
	"minyi/survey/ledger/keeper"
	"minyi/survey/pack"
	"minyi/survey/scrutiny"
	"minyi/survey/store"
	"minyi/survey/tabulate"
)

// ends ends the logs of a house's surveys, on its own database.
type ends struct {
	h    *house
	told map[survey.ID]ledger.Counts
}

func (e ends) keeper() (*keeper.Service, error) {
	seed := sha256.Sum256([]byte("a key for tests only"))
	return keeper.New(keeper.Config{Store: store.NewLedger(e.h.half), Host: "localhost", Key: ed25519.NewKeyFromSeed(seed[:]), SM2: seed[:], Now: e.h.now})
}

func (e ends) Final(ctx context.Context, sv *survey.Survey) (out survey.Final, err error) {
	k, err := e.keeper()
	if err != nil {
		return out, err
	}
	l, err := k.Open(ctx, int64(sv.Number), string(sv.ID))
	if err != nil {
		return out, err
	}
	p, err := k.Close(ctx, string(sv.ID))
	if err != nil {
		return out, err
	}
	if out.Keys, err = k.KeyLines(l); err != nil {
		return out, err
	}
	text, _, _ := strings.Cut(string(p.Note), "\n\n")
	point, err := ledger.ParseCheckpoint(text + "\n")
	out.Checkpoint, out.Size, out.Root = p.Note, point.Size, point.Root
	return out, err
}

func (e ends) Counted(_ context.Context, _ access.Actor, sv *survey.Survey, c ledger.Counts) error {
	e.told[sv.ID] = c
	return nil
}

func examinerKey(n byte) ed25519.PrivateKey {
	return ed25519.NewKeyFromSeed(bytes.Repeat([]byte{n}, ed25519.SeedSize))
}

// examined is a released survey with its log closed, and the names of two examiners.
func examined(t *testing.T) (*house, ends, survey.ID, []byte) {
	t.Helper()
	return examinedIn(t, newHouse(t))
}

func examinedIn(t *testing.T, h *house) (*house, ends, survey.ID, []byte) {
	t.Helper()
	e := ends{h, map[survey.ID]ledger.Counts{}}
	h.Ledger, h.Scrutinies = e, store.New(h.half)
	id := h.answered(t, 30)
	return h, e, id, h.forExaminers(t, id)
}

// forExaminers releases a survey and names two examiners.
func (h *house) forExaminers(t *testing.T, id survey.ID) []byte {
	t.Helper()
	sv := h.propose(t, id)
	for _, by := range []access.Actor{agent(), other()} {
		if _, err := h.Approve(t.Context(), by, id, sv.Draft.Digest); err != nil {
			t.Fatal(err)
		}
	}
	r, err := h.Released(t.Context(), agent(), id)
	if err != nil {
		t.Fatal(err)
	}
	zip, err := r.Pack()
	if err != nil {
		t.Fatal(err)
	}
	var two []scrutiny.Examiner
	for n := range byte(2) {
		public, _ := examinerKey(n).Public().(ed25519.PublicKey)
		two = append(two, scrutiny.Examiner{Name: fmt.Sprint("查验人", n), Body: "人大", Key: hex.EncodeToString(public)})
	}
	if err := h.NameExaminers(t.Context(), officer(), 2020, two); err != nil {
		t.Fatal(err)
	}
	return zip
}

// Where the plan blends the posters' answers with the sample's, people of both stand
// behind the official figures, and the examiners find them all.
func TestOpeningsFitAPlanThatBlends(t *testing.T) {
	if testing.Short() {
		t.Skip("one goroutine drives it")
	}
	t.Parallel()
	h := newHouse(t)
	h.Ledger, h.Scrutinies = ends{h, map[survey.ID]ledger.Counts{}}, store.New(h.half)
	id := h.reviewedOf(t, 240)
	h.settled(t, id, tabulate.Plan{Blend: tabulate.Pseudo})
	zip := h.forExaminers(t, id)
	report, err := pack.Check(zip)
	if err != nil || len(report.Problems) > 0 || report.Release.Result.Weighting.Blend == nil {
		t.Fatalf("got %v and %+v, want a sound pack of a plan that blends", err, report)
	}
	basis, err := pack.BasisOf(zip)
	if err != nil {
		t.Fatal(err)
	}
	file, err := h.HandOpenings(t.Context(), agent(), id, 0)
	if err != nil {
		t.Fatal(err)
	}
	if full, err := scrutiny.Check(report, basis, bytes.NewReader(file)); err != nil || len(full.Problems) > 0 {
		t.Errorf("got %+v, %v, want as many people as the figures say", full, err)
	}
	if !bytes.Contains(file, []byte(`"channel":"poster"`)) {
		t.Error("no answer came by a poster")
	}
}

// The log is closed before the data are opened, its leaves are all counted, and who
// holds an unused invitation sees that nobody answered with it. One resident answered
// again: one leaf more, and no person.
func TestTheLogIsClosedCountedAndShowsUnusedInvitations(t *testing.T) {
	t.Parallel()
	h, e, id, zip := examinedIn(t, newAgainHouse(t))
	report, err := pack.Check(zip)
	if err != nil || len(report.Problems) > 0 {
		t.Fatalf("got %v and %+v, want a sound pack", err, report)
	}
	c := report.Closing
	if c == nil || c.Leaves != 62 || c.Cast != 62 || c.Counted != 61 || c.Superseded != 1 || c.Invited != 61 || c.Used != 60 || c.Tokens != 120 {
		t.Fatalf("got %+v, want 60 answers by invitation, one in whose place another came, and one by a poster", c)
	}
	if got := e.told[id]; got.Cast() != 62 || !got.Fit() {
		t.Errorf("published counts: got %+v", got)
	}
	file, err := h.HandOpenings(t.Context(), agent(), id, 0)
	if err != nil {
		t.Fatal(err)
	}
	basis, err := pack.BasisOf(zip)
	if err != nil {
		t.Fatal(err)
	}
	if full, err := scrutiny.Check(report, basis, bytes.NewReader(file)); err != nil || len(full.Problems) > 0 || full.States[ledger.Superseded] != 1 {
		t.Errorf("all openings: got %+v, %v", full, err)
	}
	r, err := h.Released(t.Context(), agent(), id)
	if err != nil {
		t.Fatal(err)
	}
	tokens := h.tokens(t, id, invite.OneTime)
	for token, want := range map[string]bool{tokens[0]: true, tokens[len(tokens)/2]: false, "https://x.example/q/" + strings.ToLower(tokens[1]): true} {
		if used, err := h.Answered(r, token); err != nil || used != want {
			t.Errorf("%s: got %v and %v, want %v", token, used, err, want)
		}
	}
	if _, err := h.Answered(r, h.tokens(t, id, invite.Poster)[0]); err == nil {
		t.Error("a poster passes for an invitation")
	}
	changed := bytes.Clone(zip)
	at := bytes.Index(changed, []byte(`"used":60`))
	changed[at+8] = '1'
	if report, err = pack.Check(changed); err == nil && !slices.ContainsFunc(report.Problems, func(p pack.Problem) bool { return p.File == pack.ClosingFile }) {
		t.Errorf("another number of used invitations: got %v, want the counts named", report.Problems)
	}
}

func TestOpeningsThatDoNotFitAreNamed(t *testing.T) {
	t.Parallel()
	h, _, id, zip := examined(t)
	report, err := pack.Check(zip)
	if err != nil {
		t.Fatal(err)
	}
	basis, err := pack.BasisOf(zip)
	if err != nil {
		t.Fatal(err)
	}
	file, err := h.HandOpenings(t.Context(), agent(), id, 0)
	if err != nil {
		t.Fatal(err)
	}
	_, err = h.HandOpenings(t.Context(), agent(), id, 0)
	refused(t, "a second time", err, "examiner.once")
	_, err = h.HandOpenings(t.Context(), officer(), id, 1)
	refused(t, "by the office", err, "access.role")
	check := func(file []byte) []pack.Problem {
		full, err := scrutiny.Check(report, basis, bytes.NewReader(file))
		if err != nil {
			t.Fatal(err)
		}
		return full.Problems
	}
	if got := check(file); len(got) > 0 {
		t.Fatalf("got %v, want openings that fit", got)
	}
	lines := bytes.Split(bytes.TrimSpace(file), []byte("\n"))
	third := func(old, with string) []byte {
		out := slices.Clone(lines)
		if out[3] = bytes.Replace(lines[3], []byte(old), []byte(with), 1); bytes.Equal(out[3], lines[3]) {
			t.Fatalf("the line has no %s: %s", old, lines[3])
		}
		return bytes.Join(out, []byte("\n"))
	}
	for name, c := range map[string]struct {
		file []byte
		code string
	}{
		"a row":           {third(`"unit":"640200"`, `"unit":"640300"`), "full.opening"},
		"a state":         {third(`"state":"counted"`, `"state":"excluded"`), "full.counts"},
		"a line":          {third(`"index":3`, `"index":4`), "full.line"},
		"one left out":    {bytes.Join(lines[:len(lines)-1], []byte("\n")), "full.root"},
		"people of items": {third(`"state":"counted"`, `"state":"superseded"`), "full.people"},
	} {
		got := check(c.file)
		if !slices.ContainsFunc(got, func(p pack.Problem) bool { return p.Code == c.code }) {
			t.Errorf("%s: got %v, want %s", name, got, c.code)
		}
	}
}

func TestExaminersSignAndTheLotOpensLeaves(t *testing.T) {
	t.Parallel()
	h, _, id, _ := examined(t)
	sv := h.survey(t, id)
	statement, err := h.ExaminersStatement(sv)
	if err != nil {
		t.Fatal(err)
	}
	sign := func(n byte) string {
		return base64.StdEncoding.EncodeToString(ed25519.Sign(examinerKey(n), []byte(statement)))
	}
	refused(t, "unseen", h.TakeSignature(t.Context(), officer(), id, 1, sign(1)), "examiner.unseen")
	if _, err := h.HandOpenings(t.Context(), agent(), id, 1); err != nil {
		t.Fatal(err)
	}
	refused(t, "the other's", h.TakeSignature(t.Context(), officer(), id, 1, sign(0)), "examiner.signature")
	if err := h.TakeSignature(t.Context(), officer(), id, 1, sign(1)); err != nil {
		t.Fatal(err)
	}
	r, err := h.Scrutiny(t.Context(), 2020)
	if err != nil || len(r.Signed) != 1 || r.Signed[0].Examiner != 1 {
		t.Errorf("got %+v and %v, want one signature", r, err)
	}
	if err := h.AnnounceLot(t.Context(), officer(), 2020, scrutiny.Lot{Lottery: "双色球", Day: "2020-12-01", Count: 5}); err != nil {
		t.Fatal(err)
	}
	h.on(2020, time.December, 2)
	if err := h.EnterLot(t.Context(), officer(), 2020, "03 08 11 19 27 30 + 06"); err != nil {
		t.Fatal(err)
	}
	_, err = h.DrawnLeaves(t.Context(), officer(), id)
	refused(t, "before the results are public", err, "published.none")
}
