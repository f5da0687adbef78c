package store_test

import (
	"context"
	"database/sql"
	"encoding/binary"
	"errors"
	"path/filepath"
	"sync"
	"testing"

	"minyi/indicators/db"
	"minyi/indicators/db/dbtest"
	"minyi/indicators/fault"
	"minyi/survey"
	"minyi/survey/questionnaire"
	"minyi/survey/store"
)

// half is an open survey database with its intake.
type half struct {
	path   string
	db     *db.DB
	intake *store.Intake
}

func open(t testing.TB, path string) *half {
	t.Helper()
	openHalf := func(ctx context.Context, path string) (*db.DB, error) {
		return db.Open(ctx, db.Survey, path, store.Migrations())
	}
	dbtest.Place(t, "survey", path, openHalf)
	d, err := openHalf(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	in, err := store.StartIntake(t.Context(), d)
	if err != nil {
		t.Fatal(err)
	}
	return &half{path: path, db: d, intake: in}
}

func (h *half) close(t testing.TB) {
	t.Helper()
	if err := errors.Join(h.intake.Close(), h.db.Close()); err != nil {
		t.Fatal(err)
	}
}

func (h *half) reopen(t *testing.T) *half {
	t.Helper()
	h.close(t)
	return open(t, h.path)
}

func fresh(t *testing.T) *half {
	t.Helper()
	return open(t, filepath.Join(t.TempDir(), "survey.db"))
}

// number is how many of something there are in the database itself.
func (h *half) number(t *testing.T, query string) int {
	t.Helper()
	var n int
	if err := h.db.Reader().QueryRowContext(t.Context(), query).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

const (
	allAnswers = `SELECT (SELECT count(*) FROM intake) + (SELECT count(*) FROM response)`
	allKeys    = `SELECT coalesce(sum(length(form)), 0) / 16 FROM resend`
)

func mac(n uint64) (out [16]byte) {
	binary.BigEndian.PutUint64(out[:], n*0x9e3779b97f4a7c15)
	return out
}

// answer is an answer through the one-time link serial, sent with its own key.
func answer(serial uint32) survey.Entry {
	return survey.Entry{
		Survey: 1, Serial: serial, OneTime: true, Key: mac(uint64(serial)), Content: mac(7),
		Record: survey.Record{Batch: serial/10 + 1, Outcome: questionnaire.Complete, Day: 18500, Answers: []byte{1, 1, byte(serial)}},
	}
}

func is(code string) error { return fault.New(fault.Conflict, code) }

func TestSixteenBrowsersOnOneLinkLeaveOneAnswer(t *testing.T) {
	t.Parallel()
	h := fresh(t)
	var group sync.WaitGroup
	results := make([]error, 16)
	for i := range results {
		group.Go(func() {
			e := answer(9)
			e.Key = mac(uint64(1000 + i))
			_, results[i] = h.intake.Put(t.Context(), e)
		})
	}
	group.Wait()
	stored := 0
	for i, err := range results {
		switch {
		case err == nil:
			stored++
		case !errors.Is(err, is("token.spent")):
			t.Errorf("browser %d: got %v, want token.spent", i, err)
		}
	}
	if got := h.number(t, allAnswers); stored != 1 || got != 1 {
		t.Errorf("got %d acknowledged and %d stored, want 1 and 1", stored, got)
	}
	h = h.reopen(t)
	defer h.close(t)
	if !h.intake.Spent(1, 9) || h.intake.Spent(1, 8) {
		t.Error("after a restart the wrong links are spent")
	}
}

func TestEqualResendIsOneAnswerAndOtherContentIsRefused(t *testing.T) {
	t.Parallel()
	h := fresh(t)
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			if _, err := h.intake.Put(t.Context(), answer(3)); err != nil {
				t.Errorf("equal resend: got %v", err)
			}
		})
	}
	group.Wait()
	changed := answer(3)
	changed.Content = mac(8)
	late := answer(3)
	late.Admit = fault.New(fault.Closed, "survey.closed")
	for name, at := range map[string]func(*half) *half{
		"at once":         func(h *half) *half { return h },
		"after a restart": func(h *half) *half { return h.reopen(t) },
	} {
		h = at(h)
		if _, err := h.intake.Put(t.Context(), changed); !errors.Is(err, is("submission.changed")) {
			t.Errorf("%s, other content: got %v, want submission.changed", name, err)
		}
		if _, err := h.intake.Put(t.Context(), late); err != nil {
			t.Errorf("%s, equal resend after the window: got %v, want its receipt", name, err)
		}
		if got := h.number(t, allAnswers); got != 1 {
			t.Errorf("%s: got %d answers, want 1", name, got)
		}
	}
	h.close(t)
}

func TestRefusedAnswerLeavesItsLinkAndItsNeighboursAlone(t *testing.T) {
	t.Parallel()
	h := fresh(t)
	defer h.close(t)
	if _, err := h.intake.Put(t.Context(), answer(1)); err != nil {
		t.Fatal(err)
	}
	damaged := answer(2)
	damaged.Record.Answers = []byte{1}
	if _, err := h.intake.Put(t.Context(), damaged); err == nil {
		t.Error("an answer of another length was taken")
	}
	early := answer(2)
	early.Admit = fault.New(fault.Closed, "survey.notyet")
	if _, err := h.intake.Put(t.Context(), early); !errors.Is(err, is("survey.notyet")) {
		t.Errorf("got %v, want survey.notyet", err)
	}
	if h.intake.Spent(1, 2) {
		t.Error("a refused answer spent its link")
	}
	if _, err := h.intake.Put(t.Context(), answer(2)); err != nil {
		t.Errorf("the right answer afterwards: got %v", err)
	}
	if got := h.intake.Tally(1)[1][questionnaire.Complete]; got != 2 {
		t.Errorf("tally: got %d, want 2", got)
	}
}

func TestPosterTakesManyAnswers(t *testing.T) {
	t.Parallel()
	h := fresh(t)
	defer h.close(t)
	for i := range uint64(5) {
		e := answer(40)
		e.OneTime, e.Key = false, mac(500+i)
		if _, err := h.intake.Put(t.Context(), e); err != nil {
			t.Fatal(err)
		}
	}
	if got := h.number(t, allAnswers); got != 5 {
		t.Errorf("got %d answers, want 5", got)
	}
	if got := h.number(t, `SELECT count(*) FROM spent`); got != 0 {
		t.Errorf("got %d rows of spent bits, want none", got)
	}
}

// fill stores n answers through links 1 to n, the answer naming its link, so
// that a test can see what order survives.
func fill(t *testing.T, h *half, n uint32) {
	t.Helper()
	for serial := uint32(1); serial <= n; serial++ {
		if _, err := h.intake.Put(t.Context(), answer(serial)); err != nil {
			t.Fatal(err)
		}
	}
}

func TestSettlingForgetsTheOrderAndTheKeys(t *testing.T) {
	t.Parallel()
	h := fresh(t)
	const n = 200
	fill(t, h, n)
	if err := h.intake.Seal(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	if _, err := h.intake.Put(t.Context(), answer(n+1)); !errors.Is(err, is("survey.closed")) {
		t.Errorf("after the seal: got %v, want survey.closed", err)
	}
	for range 2 {
		if err := h.intake.Settle(t.Context(), 1); err != nil {
			t.Fatal(err)
		}
	}
	if got := h.number(t, `SELECT count(*) FROM intake`); got != 0 {
		t.Errorf("left in the order of arrival: got %d, want 0", got)
	}
	if got := h.number(t, allKeys); got != 0 {
		t.Errorf("keys: got %d, want 0", got)
	}
	if got := h.number(t, `SELECT count(*) FROM response`); got != n {
		t.Errorf("re-filed: got %d, want %d", got, n)
	}
	h = h.reopen(t)
	defer h.close(t)
	seen := map[byte]int{}
	if err := h.intake.Answers(1, func(_ uint32, packed []byte) error {
		seen[packed[2]]++
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	if len(seen) != n {
		t.Errorf("answers after a restart: got %d kinds, want %d", len(seen), n)
	}
}

// inPlace counts answers that stand where they would if the order of the links
// were the order of the rows.
func inPlace(t *testing.T, h *half) int {
	t.Helper()
	rows, err := h.db.Reader().QueryContext(t.Context(), `SELECT answers FROM response ORDER BY id`)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := rows.Close(); err != nil {
			t.Error(err)
		}
	}()
	hits := 0
	for i := 1; rows.Next(); i++ {
		var packed sql.RawBytes
		if err := rows.Scan(&packed); err != nil {
			t.Fatal(err)
		}
		if int(packed[2]) == i {
			hits++
		}
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return hits
}

// With the links handed in one after the other, a join by order finds each with
// chance 1/n: one in the mean, and 10 or more with a probability below 2e-7
// (Poisson).
func TestJoiningLinksAndAnswersByOrderIsNoBetterThanChance(t *testing.T) {
	t.Parallel()
	h := fresh(t)
	defer h.close(t)
	fill(t, h, 200)
	if err := errors.Join(h.intake.Seal(t.Context(), 1), h.intake.Settle(t.Context(), 1)); err != nil {
		t.Fatal(err)
	}
	if got := inPlace(t, h); got >= 10 {
		t.Errorf("got %d of 200 links joined by order, want about 1", got)
	}
}

func TestIntakeSaysWhenItClosesAndStoresWhatWaits(t *testing.T) {
	t.Parallel()
	h := fresh(t)
	var group sync.WaitGroup
	var mu sync.Mutex
	acknowledged := 0
	for serial := range uint32(64) {
		group.Go(func() {
			_, err := h.intake.Put(context.WithoutCancel(t.Context()), answer(serial+1))
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				acknowledged++
			} else if fault.KindOf(err) != fault.Unavailable {
				t.Errorf("got %v, want stored or unavailable", err)
			}
		})
	}
	again := h.reopen(t)
	group.Wait()
	defer again.close(t)
	if got := again.number(t, allAnswers); got != acknowledged {
		t.Errorf("got %d stored, want the %d acknowledged", got, acknowledged)
	}
}
