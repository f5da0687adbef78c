package store_test

import (
	"bytes"
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"minyi/indicators/db"
	"minyi/indicators/fault"
	"minyi/survey"
	"minyi/survey/questionnaire"
	"minyi/survey/store"
)

// An answer that could not be stored gives back its place in its cell and under
// its poster's cap: full is only what is on the disk.
func TestAnswerThatFailsGivesItsPlaceBack(t *testing.T) {
	t.Parallel()
	h := fresh(t)
	defer h.close(t)
	h.exec(t, `CREATE TRIGGER unlucky BEFORE INSERT ON intake WHEN NEW.comment = 'unlucky'
		BEGIN SELECT RAISE(ABORT, 'unlucky'); END`)
	one := func(serial uint32, comment string) survey.Entry {
		e := answer(serial)
		e.Cap, e.Limit, e.Record.Batch, e.Record.Cell, e.Record.Comment = 2, 1, 9, 4, comment
		return e
	}
	for serial := range uint32(5) {
		if _, err := h.intake.Put(t.Context(), one(serial, "unlucky")); err == nil {
			t.Error("the failed row: got no error")
		}
	}
	if got := h.intake.Taken(1, 9); got != 0 {
		t.Errorf("got %d taken, want none", got)
	}
	for _, want := range []questionnaire.Disposition{questionnaire.Complete, questionnaire.QuotaFull} {
		if got, err := h.intake.Put(t.Context(), one(uint32(10+want), "")); err != nil || got != want {
			t.Errorf("got %v, %v, want %v", got, err, want)
		}
	}
	if _, err := h.intake.Put(t.Context(), one(20, "")); !errors.Is(err, is("poster.full")) {
		t.Errorf("got %v, want poster.full", err)
	}
}

func unsent(n uint64, sealed string) survey.Unsent {
	return survey.Unsent{Survey: 1, Serial: uint32(n), OneTime: true, ID: mac(n), Day: 18500, Sealed: []byte(sealed)}
}

// Many drafts of one form under way at once: the last one stays.
func TestDraftsOfOneFormAreStoredInTheirOrder(t *testing.T) {
	t.Parallel()
	h := fresh(t)
	defer h.close(t)
	var group sync.WaitGroup
	for n := range uint64(40) {
		group.Go(func() {
			for _, text := range []string{"a", "b", "c", "d"} {
				if err := h.intake.Keep(t.Context(), unsent(n, text)); err != nil {
					t.Error(err)
				}
			}
		})
	}
	group.Wait()
	if got := h.number(t, `SELECT count(*) FROM draft WHERE sealed = CAST('d' AS BLOB)`); got != 40 {
		t.Errorf("got %d last drafts, want 40", got)
	}
}

// A draft that is under way while its answer comes never outlives the answer.
func TestDraftNeverRisesAfterItsAnswer(t *testing.T) {
	t.Parallel()
	h := fresh(t)
	defer h.close(t)
	var group sync.WaitGroup
	for serial := uint32(1); serial <= 50; serial++ {
		for _, oneTime := range []bool{true, false} {
			e := answer(serial)
			e.OneTime, e.Key = oneTime, mac(uint64(serial)<<1|1)
			e.Draft = mac(uint64(serial))
			if !oneTime {
				e.Key, e.Draft = mac(uint64(serial)<<1|1<<40), mac(uint64(serial)|1<<50)
			}
			u := unsent(uint64(serial), "x")
			u.OneTime, u.ID = oneTime, e.Draft
			group.Go(func() {
				for range 5 {
					if err := h.intake.Keep(t.Context(), u); err != nil && !errors.Is(err, is("token.spent")) {
						t.Error(err)
					}
				}
			})
			group.Go(func() {
				if _, err := h.intake.Put(t.Context(), e); err != nil {
					t.Error(err)
				}
			})
		}
	}
	group.Wait()
	if got := h.number(t, `SELECT count(*) FROM draft`); got != 0 {
		t.Errorf("got %d drafts whose answers are stored, want none", got)
	}
}

// A draft that was kept before a restart ends with its answer; drafts of others stay.
func TestDraftFromBeforeARestartEndsWithItsAnswer(t *testing.T) {
	t.Parallel()
	h := fresh(t)
	for n := range uint64(3) {
		if err := h.intake.Keep(t.Context(), unsent(n, "x")); err != nil {
			t.Fatal(err)
		}
	}
	h = h.reopen(t)
	defer h.close(t)
	e := answer(1)
	e.Draft = unsent(1, "").ID
	if _, err := h.intake.Put(t.Context(), e); err != nil {
		t.Fatal(err)
	}
	if got := h.number(t, `SELECT count(*) FROM draft`); got != 2 {
		t.Errorf("got %d drafts, want the 2 that were not sent", got)
	}
}

func TestClosedSurveyLeavesNoDraft(t *testing.T) {
	t.Parallel()
	h := fresh(t)
	defer h.close(t)
	var group sync.WaitGroup
	for n := range uint64(64) {
		group.Go(func() {
			if err := h.intake.Keep(t.Context(), unsent(n, "x")); err != nil && !errors.Is(err, is("survey.closed")) {
				t.Error(err)
			}
		})
	}
	if err := errors.Join(h.intake.Seal(t.Context(), 1), h.intake.Settle(t.Context(), 1)); err != nil {
		t.Fatal(err)
	}
	group.Wait()
	if got := h.number(t, `SELECT count(*) FROM draft`); got != 0 {
		t.Errorf("got %d drafts, want none", got)
	}
	if err := h.intake.Keep(t.Context(), unsent(1, "x")); !errors.Is(err, is("survey.closed")) {
		t.Errorf("got %v, want survey.closed", err)
	}
}

// synced is sqlite's error of a sync that failed.
type synced int

func (s synced) Error() string { return "sync" }
func (s synced) Code() int     { return int(s) }

// After a failed sync nothing is acknowledged any more, not even what would go
// through: nobody knows what is on the disk, and only a restart reads it anew.
func TestFailedSyncStopsTheIntakeWithoutAFalseReceipt(t *testing.T) {
	t.Parallel()
	h := fresh(t)
	defer h.close(t)
	if store.Lost(synced(1035)) || !store.Lost(errors.Join(errors.New("commit"), synced(1034))) || !store.Lost(synced(1290)) {
		t.Error("a failed sync is not told from other errors")
	}
	h.intake.Halt(synced(1034))
	h.intake.Halt(synced(1034)) // twice does no harm
	select {
	case <-h.intake.Broken():
	default:
		t.Error("the process is not told")
	}
	_, put := h.intake.Put(t.Context(), answer(1))
	for name, err := range map[string]error{"answer": put, "draft": h.intake.Keep(t.Context(), unsent(2, "x"))} {
		if fault.KindOf(err) != fault.Unavailable {
			t.Errorf("%s: got %v, want store.unavailable", name, err)
		}
	}
	if got := h.number(t, allAnswers); got != 0 || h.intake.Spent(1, 1) {
		t.Errorf("got %d answers, want none and a free link", got)
	}
}

func TestVaultMakesKeysOnceAndDestroysThem(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(t.TempDir(), "waves")
	v, err := store.OpenVault(folder)
	if err != nil {
		t.Fatal(err)
	}
	if key, err := v.Key("../a"); key != nil || err != nil {
		t.Errorf("before: got %x, %v, want none", key, err)
	}
	var group sync.WaitGroup
	keys := make([][]byte, 8)
	for i := range keys {
		group.Go(func() {
			var err error
			if keys[i], err = v.Make("../a"); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	other, err := v.Make("b")
	for i := range keys {
		if len(keys[i]) != 32 || !bytes.Equal(keys[i], keys[0]) || bytes.Equal(keys[i], other) || err != nil {
			t.Errorf("got %x, %v, want one key a name", keys[i], err)
		}
	}
	path := filepath.Join(folder, hex.EncodeToString([]byte("../a"))+".key")
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("got %v, %v, want a file for its owner only", info, err)
	}
	for range 2 {
		if err := v.Destroy("../a"); err != nil {
			t.Fatal(err)
		}
	}
	if key, err := v.Key("../a"); key != nil || err != nil {
		t.Errorf("after: got %x, %v, want none", key, err)
	}
	if err := os.WriteFile(path, []byte("short"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := v.Make("../a"); err == nil {
		t.Error("a damaged key was taken for one")
	}
}

// A data folder of the first schema opens with all that it held.
func TestOlderDatabaseIsBroughtUpToDate(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "survey.db")
	old, err := db.Open(t.Context(), db.Survey, path, store.FirstMigrations(t))
	if err != nil {
		t.Fatal(err)
	}
	h := &half{db: old}
	h.exec(t, `INSERT INTO response VALUES (7, 1, 3, 1, 0, 18500, x'010203', 'a')`)
	h.exec(t, `INSERT INTO intake VALUES (1, 1, 3, 1, 0, 18500, x'010204', 'b')`)
	h.exec(t, `INSERT INTO resend VALUES (1, 1, x'00000000000000010000000000000000', x'00000000000000020000000000000000')`)
	if err := old.Close(); err != nil {
		t.Fatal(err)
	}
	h = open(t, path)
	defer h.close(t)
	if got := h.intake.Tally(1)[3][questionnaire.Complete]; got != 2 || h.intake.Taken(1, 3) != 2 {
		t.Errorf("got %d answers, want 2", got)
	}
	e := answer(1)
	e.Key, e.Content = [16]byte{7: 1}, [16]byte{7: 2}
	if outcome, err := h.intake.Put(t.Context(), e); err != nil || outcome != questionnaire.Complete {
		t.Errorf("sent again: got %v, %v, want its receipt", outcome, err)
	}
}
