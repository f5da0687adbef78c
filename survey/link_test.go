package survey_test

import (
	"bytes"
	"database/sql"
	"encoding/binary"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"minyi/indicators/db"
	"minyi/survey"
	"minyi/survey/invite"
	"minyi/survey/ledger"
	"minyi/survey/questionnaire"
	"minyi/survey/store"
)

// said is the comment of the i-th resident: eleven characters that stand nowhere
// else, so that an answer can be found in the raw file.
func said(i int) string { return fmt.Sprintf("resident%03d", i) }

// spoken is a whole sheet with a comment.
func spoken(t *testing.T, q *questionnaire.Questionnaire, comment string) questionnaire.Sheet {
	t.Helper()
	base := filled(t, q, "4", "male")
	values := map[string][]string{}
	for _, one := range q.Questions() {
		values[one.ID] = q.Codes(base, one.ID)
		if one.Type == questionnaire.Words {
			values[one.ID] = []string{comment}
		}
	}
	sheet, err := q.Check(values, 0)
	if err != nil {
		t.Fatal(err)
	}
	return sheet
}

// secrets are the bytes that must not stand in the file.
type secrets map[string][]byte

// goes lets residents from to to-1 answer through their links, one after the
// other, each with a draft before and a trace.
func (h *house) goes(t *testing.T, id survey.ID, tokens []string, from, to int, seen secrets) {
	t.Helper()
	for i := from; i < to; i++ {
		token, device := tokens[i], "device-"+tokens[i]
		form, err := h.Open(t.Context(), token)
		if err != nil {
			t.Fatal(err)
		}
		key := fmt.Sprintf("form-key-of-%d", i)
		code := h.kept(t, token, key, []byte("draft of "+said(i)))
		seen["draft "+token] = h.blob(t, `SELECT id FROM draft`)
		in := survey.Submission{Token: token, Key: key, Sheet: spoken(t, form.Questionnaire, said(i)), Draft: code, Trace: &survey.Trace{
			Started: h.now(), Total: uint16(100 + i), Device: h.Hash(id, survey.Device, device), Network: h.Hash(id, survey.Network, "192.0.2.1"),
		}}
		receipt, err := h.Submit(t.Context(), in)
		if err != nil {
			t.Fatal(err)
		}
		h.receipts[receipt.Commitment] = i
		hash := h.Hash(id, survey.Device, device)
		seen["token "+token], seen["code "+code], seen["key "+key] = []byte(token), []byte(strings.ReplaceAll(code, "-", "")), []byte(key)
		seen["device "+device], seen["digest "+device] = []byte(device), hash[:]
	}
}

func (h *house) blob(t *testing.T, query string) (out []byte) {
	t.Helper()
	if err := h.half.Reader().QueryRowContext(t.Context(), query).Scan(&out); err != nil {
		t.Fatal(err)
	}
	return out
}

// raw is all that lies on the disk of the house: the files with their freed pages, the
// logs, the keys of surveys.
func (h *house) raw(t *testing.T) []byte {
	t.Helper()
	var all []byte
	err := filepath.WalkDir(h.folder, func(path string, e os.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		part, err := os.ReadFile(path)
		all = append(all, part...)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// copied is the path of a copy of the survey half, as a backup holds it.
func (h *house) copied(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "survey.db")
	if err := db.Snapshot(t.Context(), filepath.Join(h.folder, "survey.db"), path); err != nil {
		t.Fatal(err)
	}
	if err := store.Shuffle(t.Context(), path); err != nil {
		t.Fatal(err)
	}
	return path
}

// backedUp is a copy of the survey half as a backup holds it: its bytes, and the
// residents whose answers are in it by every order of its rows, waiting and re-filed.
func (h *house) backedUp(t *testing.T) (raw []byte, waiting, filed []int) {
	t.Helper()
	path := h.copied(t)
	copied, err := openHalf(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	was := h.half
	h.half = copied
	waiting = h.residents(t, `SELECT comment FROM intake ORDER BY seq`)
	filed = h.residents(t, `SELECT comment FROM response ORDER BY id`)
	h.half = was
	if err := copied.Close(); err != nil {
		t.Fatal(err)
	}
	if raw, err = os.ReadFile(path); err != nil {
		t.Fatal(err)
	}
	return raw, waiting, filed
}

// places are the residents by the place of their answers in a copy, where an answer may
// stand twice; SQLite fills a page from its end.
func places(raw []byte, who []int) []int {
	out := slices.Clone(who)
	slices.SortFunc(out, func(a, b int) int {
		return bytes.Index(raw, []byte(said(b))) - bytes.Index(raw, []byte(said(a)))
	})
	return out
}

// joiner is what somebody does who has the file and saw who answered in which
// order: the i-th link belongs to the i-th answer, by some order of the rows.
// It returns how many he gets right within groups of that many answers.
func joiner(order []int, group int) (hits int) {
	for i, who := range order {
		if who%group == i%group && who/group == i/group {
			hits++
		}
	}
	return hits
}

// orders are all orders of the answers that the file offers: of the numbers of
// answers and of traces, and of the places where the answers stand in the file.
func (h *house) orders(t *testing.T, raw []byte, n int) map[string][]int {
	t.Helper()
	out := map[string][]int{
		"numbers": h.residents(t, `SELECT comment FROM response ORDER BY id`),
		"rows":    h.residents(t, `SELECT comment FROM response ORDER BY rowid DESC`),
		"proofs":  h.residents(t, `SELECT comment FROM response ORDER BY proof`),
		"blinds":  h.residents(t, `SELECT comment FROM response ORDER BY blind`),
		"traces":  h.residents(t, `SELECT r.comment FROM paradata AS p JOIN response AS r ON r.id = p.id ORDER BY p.id`),
		"content": h.residents(t, `SELECT r.comment FROM paradata AS p JOIN response AS r ON r.id = p.id ORDER BY p.trace`),
	}
	out["leaves"] = h.leaves(t)
	slices.Reverse(out["rows"])
	at := map[int]int{}
	places := make([]int, n)
	for i := range n {
		places[i] = bytes.Index(raw, []byte(said(i)))
		at[places[i]] = i
		if got := bytes.Count(raw, []byte(said(i))); got != 1 {
			t.Errorf("the answer of resident %d stands %d times in the file, want once", i, got)
		}
	}
	slices.Sort(places)
	slices.Reverse(places) // SQLite fills a page from its end
	for _, place := range places {
		out["places"] = append(out["places"], at[place])
	}
	return out
}

// leaves are the residents in the order of their commitments in the log's list: who
// has a receipt, or the secret and the answers, knows whose each is.
func (h *house) leaves(t *testing.T) (out []int) {
	t.Helper()
	var all []byte
	for number := range h.rows(t, "ledger_pending") {
		all = append(all, h.blob(t, fmt.Sprintf(`SELECT leaves FROM ledger_pending ORDER BY id LIMIT 1 OFFSET %d`, number))...)
	}
	for one := range slices.Chunk(all, len(ledger.Commitment{})) {
		i, ok := h.receipts[ledger.Commitment(one)]
		if !ok {
			t.Fatalf("nobody has a receipt for %x", one)
		}
		out = append(out, i)
	}
	return out
}

func (h *house) residents(t *testing.T, query string) (out []int) {
	t.Helper()
	rows, err := h.half.Reader().QueryContext(t.Context(), query)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := rows.Close(); err != nil {
			t.Error(err)
		}
	}()
	for rows.Next() {
		var text string
		var i int
		if err := rows.Scan(&text); err != nil {
			t.Fatal(err)
		}
		if _, err := fmt.Sscanf(text, "resident%03d", &i); err != nil {
			t.Fatal(err)
		}
		out = append(out, i)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return out
}

// tooMany is a number of hits that chance (one a group in the mean) passes with a
// probability below 1e-5 (Poisson; the normal bound of 4.5 deviations and 5 more).
func tooMany(groups int) int { return groups + 5 + int(4.5*math.Sqrt(float64(groups))) }

// A response cannot be joined to its invitation. What the file says once answers
// are re-filed: an answer with its batch and day, its trace under the same random
// number but sealed, and apart from them which links are spent. No token, serial,
// code, form key, draft or digest stands there, also not in freed pages or in the
// log, and who saw the order of the residents joins no more than chance does: one
// in a group in the mean, however large the group.
func TestResponseCannotBeJoinedToItsInvitation(t *testing.T) {
	if testing.Short() {
		t.Skip("one goroutine drives it")
	}
	t.Parallel()
	h := newHouse(t)
	id := h.opened(t, "640100")
	tokens := h.tokens(t, id, invite.OneTime)
	seen := secrets{}
	const group, groups = 20, 4
	for g := range groups { // in the field: re-filed in groups as they fill
		h.goes(t, id, tokens, g*group, (g+1)*group, seen)
		h.refiled(t, (g+1)*group)
	}
	for name, order := range h.orders(t, h.raw(t), group*groups) {
		if got := joiner(order, group); got >= tooMany(groups) {
			t.Errorf("in the field, by %s: %d of %d joined, want about %d", name, got, len(order), groups)
		}
	}
	_, _, earlier := h.backedUp(t)
	h.goes(t, id, tokens, group*groups, 95, seen)
	backup, waiting, filed := h.backedUp(t)
	apart(t, earlier, waiting, filed, places(backup, waiting))
	h.goes(t, id, tokens, 95, 115, seen)
	seen["resend"] = h.blob(t, `SELECT substr(form, 1, 16) FROM resend ORDER BY seq DESC LIMIT 1`)
	if _, err := h.Close(t.Context(), agent(), id); err != nil {
		t.Fatal(err)
	}
	raw := h.raw(t)
	for name, order := range h.orders(t, raw, 115) {
		if got := joiner(order, 115); len(order) != 115 || got >= tooMany(groups+1) {
			t.Errorf("after the close, by %s: %d of %d joined, want about %d", name, got, len(order), groups+1)
		}
	}
	for name, secret := range seen {
		if bytes.Contains(raw, secret) {
			t.Errorf("the file holds the %s", name)
		}
	}
	h.macs(t, raw, tokens)
	last, none, all := h.backedUp(t)
	for name, order := range map[string][]int{"numbers": all, "places": places(last, all)} {
		if got := joiner(order, 115); len(none) != 0 || got >= tooMany(groups+1) {
			t.Errorf("in a backup after the close, by %s: %d of %d joined", name, got, len(order))
		}
	}
	for name, secret := range seen {
		if bytes.Contains(last, secret) {
			t.Errorf("the last backup holds the %s", name)
		}
	}
}

// apart is the attack with two backups: the answers that are in the later one only, 15
// that wait, belong to the links that were spent between the two. They are told apart
// no further: by no order of the copy, though whoever saw the order of the residents
// would have it by their numbers in the folder itself until they are re-filed.
func apart(t *testing.T, earlier, waiting, filed, places []int) {
	t.Helper()
	var fresh []int
	for _, i := range append(slices.Clone(filed), waiting...) {
		if !slices.Contains(earlier, i) {
			fresh = append(fresh, i)
		}
	}
	if len(fresh) != 15 || len(waiting) != 15 {
		t.Errorf("%d answers are new in the later backup and %d wait, want 15", len(fresh), len(waiting))
	}
	for name, order := range map[string][]int{"numbers": waiting, "places": places} {
		hits := 0
		for i, who := range order {
			if who == 80+i {
				hits++
			}
		}
		if hits >= tooMany(1) {
			t.Errorf("between two backups, by %s: %d of %d joined, want about one", name, hits, len(order))
		}
	}
}

// refiled waits until that many answers have been re-filed and the log is cut.
func (h *house) refiled(t *testing.T, n int) {
	t.Helper()
	for range 100 {
		info, err := os.Stat(filepath.Join(h.folder, "survey.db-wal"))
		if h.rows(t, "response") == n && err == nil && info.Size() == 0 {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatalf("got %d answers re-filed, want %d", h.rows(t, "response"), n)
}

// macs looks for the binary form of the tokens: their 80 bits of MAC.
func (h *house) macs(t *testing.T, raw []byte, tokens []string) {
	t.Helper()
	const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
	for _, token := range tokens {
		var bits uint64
		for _, c := range token[8:20] { // 60 bits of the MAC, of which 56 lie on whole bytes
			bits = bits<<5 | uint64(strings.IndexRune(alphabet, c))
		}
		var word [8]byte
		binary.BigEndian.PutUint64(word[:], bits<<4)
		if bytes.Contains(raw, word[:7]) {
			t.Errorf("the file holds the MAC of %s", token)
		}
	}
}

// The columns of what is kept of an answer: a new one must be weighed against the
// promise that no answer can be joined to a link.
func TestTablesOfAnswersHoldNothingOfTheLink(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for table, want := range map[string]string{
		"intake":   "seq survey batch outcome english day answers comment cell trace proof blind commitment revise",
		"response": "id survey batch outcome english day answers comment cell proof blind revise",
		"paradata": "survey id trace",
		"spent":    "survey chunk bits",
		"resend":   "seq survey form content quota",
		"draft":    "id survey day sealed",
		"spoiled":  "commitment survey salt content",

		"superseded": "survey proof batch outcome answers",
	} {
		var got sql.NullString
		query := `SELECT group_concat(name, ' ') FROM pragma_table_info($1)`
		if err := h.half.Reader().QueryRowContext(t.Context(), query, table).Scan(&got); err != nil || got.String != want {
			t.Errorf("%s: got %q, %v, want %q", table, got.String, err, want)
		}
	}
}
