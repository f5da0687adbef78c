package ledger_test

import (
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/tlog"

	"minyi/survey/ledger"
)

func row(i int) ledger.Row {
	return ledger.Row{
		Answers: map[string][]string{"q01": {fmt.Sprint(i%5 + 1)}, "open": {"a\"b\\c\n\u2028<中>"}},
		Unit:    "640100", Stratum: "s1", Channel: "sampled", Paper: "ab", Outcome: "complete",
	}
}

// opened returns leaves and their openings, a line each.
func opened(t *testing.T, n int) ([]ledger.Commitment, []string) {
	t.Helper()
	var leaves []ledger.Commitment
	var lines []string
	for i := range n {
		salt := [ledger.SaltSize]byte{byte(i), 7}
		leaves = append(leaves, ledger.Commit(origin, salt, row(i).Canonical()))
		o := ledger.Opening{Index: int64(i), Salt: hex.EncodeToString(salt[:]), Row: row(i).Canonical(), State: ledger.Counted}
		if i == 1 {
			o.State, o.Reason = ledger.Excluded, "duplicate"
		}
		if i == 2 {
			o.State = ledger.Spoiled
		}
		var line strings.Builder
		enc := json.NewEncoder(&line)
		enc.SetEscapeHTML(false)
		if err := enc.Encode(o); err != nil {
			t.Fatal(err)
		}
		lines = append(lines, line.String())
	}
	return leaves, lines
}

func check(leaves []ledger.Commitment, lines []string) (ledger.Counts, int, error) {
	rows := 0
	c, err := ledger.CheckOpenings(origin, leaves, strings.NewReader(strings.Join(lines, "")), func(ledger.Opening) error { rows++; return nil })
	return c, rows, err
}

func TestARowIsCanonicalJSON(t *testing.T) {
	t.Parallel()
	got := string(row(3).Canonical())
	want := `{"answers":{"open":["a\"b\\c\n` + "\u2028" + `<中>"],"q01":["4"]},"channel":"sampled","outcome":"complete",` +
		`"paper":"ab","stratum":"s1","unit":"640100"}`
	if got != want {
		t.Errorf("row\n%s\nwant\n%s", got, want)
	}
	var back any
	if err := json.Unmarshal([]byte(got), &back); err != nil {
		t.Error(err)
	}
	control := ledger.Row{Answers: map[string][]string{"open": {"\x01\t\x1f"}}}
	if s := string(control.Canonical()); !strings.Contains(s, `"\u0001\t\u001f"`) {
		t.Errorf("control characters are written %s", s)
	}
}

func TestEveryLeafIsOpenedOnceByWhatWasCommittedTo(t *testing.T) {
	t.Parallel()
	leaves, lines := opened(t, 5)
	c, rows, err := check(leaves, lines)
	if err != nil || rows != 3 || c.Leaves != 5 || c.States[ledger.Counted] != 3 || c.Reasons["duplicate"] != 1 || c.States[ledger.Spoiled] != 1 {
		t.Fatalf("counts %+v, %d rows, %v", c, rows, err)
	}
	altered := slices.Clone(lines)
	altered[0] = strings.Replace(altered[0], `"q01":["1"]`, `"q01":["5"]`, 1)
	salted := slices.Clone(lines)
	salted[0] = strings.Replace(salted[0], `"salt":"00`, `"salt":"01`, 1)
	stateless := slices.Clone(lines)
	stateless[0] = strings.Replace(stateless[0], `"counted"`, `"lost"`, 1)
	short := slices.Clone(lines)
	short[0] = strings.Replace(short[0], `"salt":"00`, `"salt":"`, 1)
	for name, one := range map[string]struct {
		lines []string
		want  string
	}{
		"an answer changed": {altered, "ledger.opening"},
		"another salt":      {salted, "ledger.opening"},
		"salt too short":    {short, "ledger.opening"},
		"no such state":     {stateless, "ledger.opening"},
		"opened twice":      {append(slices.Clone(lines), lines[0]), "ledger.opening"},
		"beyond the log":    {append(slices.Clone(lines), strings.Replace(lines[0], `"index":0`, `"index":9`, 1)), "ledger.opening"},
		"one missing":       {lines[1:], "ledger.unopened"},
		"not JSON":          {append(slices.Clone(lines), "{"), "ledger.opening"},
	} {
		if _, _, err := check(leaves, one.lines); code(err) != one.want {
			t.Errorf("%s: %v, want %s", name, err, one.want)
		}
	}
}

func TestTokensAreCommittedToBeforeAndListedAfter(t *testing.T) {
	t.Parallel()
	a, err := ledger.TokenRoot([]string{"T1", "T2", "T3"})
	if err != nil {
		t.Fatal(err)
	}
	b, _ := ledger.TokenRoot([]string{"T3", "T1", "T2"})
	c, _ := ledger.TokenRoot([]string{"T1", "T2", "T3", "T4"})
	if a != b || a == c {
		t.Errorf("roots %s, %s and with one more %s", a, b, c)
	}
	list := ledger.UsedList([]string{"T2", "T1"})
	if !ledger.Used(list, "T1") || !ledger.Used(list, "T2") || ledger.Used(list, "T3") {
		t.Errorf("list\n%s", list)
	}
	lines := strings.Split(strings.TrimSpace(string(list)), "\n")
	if len(lines) != 2 || !slices.IsSorted(lines) || strings.Contains(string(list), "T1") {
		t.Errorf("list\n%s", list)
	}
	if ledger.Used(nil, "T1") {
		t.Error("an empty list has a token")
	}
}

func TestTheLotIsDrawnByRootAndNumber(t *testing.T) {
	t.Parallel()
	root := tlog.Hash{1}
	a, err := ledger.Lot(root, "2026-08-31 03 11 18", 1000, 299)
	if err != nil || len(a) != 299 {
		t.Fatal(len(a), err)
	}
	b, _ := ledger.Lot(root, "2026-08-31 03 11 18", 1000, 299)
	c, _ := ledger.Lot(root, "2026-08-31 03 11 19", 1000, 299)
	if !slices.Equal(a, b) || slices.Equal(a, c) {
		t.Error("the lot does not follow from root and number alone")
	}
	seen := map[int64]bool{}
	for _, i := range a {
		if i < 0 || i >= 1000 || seen[i] {
			t.Fatalf("index %d", i)
		}
		seen[i] = true
	}
	all, err := ledger.Lot(root, "x", 5, 5)
	slices.Sort(all)
	if err != nil || !slices.Equal(all, []int64{0, 1, 2, 3, 4}) {
		t.Errorf("all of five: %v, %v", all, err)
	}
	for _, one := range []struct {
		size int64
		n    int
		no   string
	}{{0, 1, "x"}, {5, 6, "x"}, {5, 0, "x"}, {5, 1, ""}} {
		if _, err := ledger.Lot(root, one.no, one.size, one.n); code(err) != "ledger.lot" {
			t.Errorf("%+v: %v", one, err)
		}
	}
	// m = ln(0.05)/ln(1-d), rounded up: 299 leaves find one per cent altered with
	// 95 %, 59 find five per cent.
	for _, one := range []struct {
		permille, confidence int64
		want                 int
	}{{10, 950, 299}, {50, 950, 59}, {1, 950, 2995}, {500, 950, 5}, {0, 950, 0}, {10, 1000, 0}} {
		if got := ledger.LotSize(one.permille, one.confidence); got != one.want {
			t.Errorf("%d permille at %d: %d, want %d", one.permille, one.confidence, got, one.want)
		}
	}
}

func TestCommitmentTextIsWholeOrRefused(t *testing.T) {
	t.Parallel()
	c := made(1)[0]
	if back, err := ledger.ParseCommitment(c.String()); err != nil || back != c {
		t.Error(back, err)
	}
	for _, s := range []string{"", "00", c.String()[2:], c.String() + "00", "zz" + c.String()[2:]} {
		if _, err := ledger.ParseCommitment(s); code(err) != "ledger.commitment" {
			t.Errorf("%q: %v", s, err)
		}
	}
}
