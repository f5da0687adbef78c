package questionnaire_test

import (
	"bytes"
	"encoding/hex"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"minyi/indicators/fault"
	"minyi/survey/questionnaire"
)

// sampleText is a made-up questionnaire with every type of question and every
// kind of rule.
func sampleText(t testing.TB) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", "sample.json"))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func sample(t testing.TB) *questionnaire.Questionnaire {
	t.Helper()
	q, err := questionnaire.Parse([]byte(sampleText(t)))
	if err != nil {
		t.Fatalf("sample: %v", err)
	}
	if q, err = q.Fill(filling()); err != nil {
		t.Fatalf("fill: %v", err)
	}
	return q
}

const (
	entry  = "consent=yes&s1=60-69&s2=640105&s3=%EF%BC%92%EF%BC%94%E4%B8%AA%E6%9C%88&s4=no&s5=yes" // ２４个月
	rated  = "&q01=4&g1a=5&g1b=98&g1c=3&q02=0&q03=2&q03a=time&q03a=work&q03b=%E4%BF%AE%E8%B7%AF"   // 修路
	called = "&b1=female&b2=rural&b3=service&b4=yes&b5=3&b6=2026%E5%B9%B43%E6%9C%881%E6%97%A5&b7=1.50"
	ranked = "&b8=fair&b8=fast&b8=near&b9=%E5%85%AC%0D%0A%E5%BC%80&i1=no&o1=%E5%BE%88%E5%A5%BD"
)

func TestTheSampleHasEveryTypeAndRule(t *testing.T) {
	t.Parallel()
	q := sample(t)
	types := map[questionnaire.Type]bool{}
	rules := 0
	for _, one := range q.Questions() {
		types[one.Type] = true
		rules += len(one.Relevant())
	}
	for _, want := range []questionnaire.Type{
		questionnaire.Single, questionnaire.Multiple, questionnaire.ScaleOf, questionnaire.Area,
		questionnaire.Number, questionnaire.Date, questionnaire.Rank, questionnaire.Words,
	} {
		if !types[want] {
			t.Errorf("no question of type %s", want)
		}
	}
	if types[questionnaire.Grid] {
		t.Error("a grid must become single questions")
	}
	if rules < 12 {
		t.Errorf("got %d rules, want at least 12", rules)
	}
}

func TestAGridBecomesSentencesOfItsOwn(t *testing.T) {
	t.Parallel()
	q := sample(t)
	one, ok := q.Question("g1b")
	if !ok || one.Grid != "g1" || one.Type != questionnaire.ScaleOf || !one.Scored || len(one.Choices) != 7 {
		t.Fatalf("got %+v", one)
	}
	if got, want := one.Text.Zh, "办事的时候，您对工作人员的态度满意还是不满意？"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if got, want := q.PrimaryIndicator("g1a"), "6"; got != want {
		t.Errorf("indicator: got %s, want %s", got, want)
	}
	if _, ok := q.Question("g1"); ok {
		t.Error("the grid itself is no question")
	}
}

func TestElevenPointsHaveWordsAtTheirEnds(t *testing.T) {
	t.Parallel()
	q := sample(t)
	one, _ := q.Question("q02")
	var texts []string
	for _, c := range one.Choices {
		texts = append(texts, c.Text.Zh)
	}
	want := "0 完全不愿意|1|2|3|4|5|6|7|8|9|10 非常愿意|不适用|不清楚|不想回答"
	if got := strings.Join(texts, "|"); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if !q.SatisfiedPoint("q02", 8) || q.SatisfiedPoint("q02", 7) || !q.ValidPoint("q02", 0) || q.ValidPoint("q02", -1) {
		t.Error("8 to 10 are satisfied, 0 to 10 are valid")
	}
}

func TestEveryTypeIsReadAndKept(t *testing.T) {
	t.Parallel()
	q := sample(t)
	s, err := q.Check(form(t, entry+rated+called+ranked), 3)
	if err != nil {
		t.Fatal(err)
	}
	for id, want := range map[string]string{
		"s3": "24", "g1b": "98", "q02": "0", "q03a": "time work", "q03b": "修路", "b5": "3", "b6": "2026-03-01",
		"b7": "1.5", "b8": "fair fast near", "b9": "公\n开", "o1": "很好",
	} {
		if got := strings.Join(q.Values(s, id), " "); got != want {
			t.Errorf("%s: got %q, want %q", id, got, want)
		}
	}
	if got, want := q.Point(s, "q02"), 0; got != want {
		t.Errorf("point: got %d, want %d", got, want)
	}
	if n, ok := q.Amount(s, "b7"); !ok || n != 1_500_000 {
		t.Errorf("amount: got %d (%v), want 1500000 millionths", n, ok)
	}
	if day, ok := q.Day(s, "b6"); !ok || day.Format("2006-01-02 15:04 MST") != "2026-03-01 00:00 UTC" {
		t.Errorf("day: got %v (%v)", day, ok)
	}
	if got, want := s.Outcome(), "complete"; got != want {
		t.Errorf("outcome: got %s, want %s", got, want)
	}
}

// The layout of stored sheets must never change by accident: a byte a choice, a
// bit an option, numbers and dates in steps from their minimum behind the codes
// that are not substantive, a byte a place of a rank.
func TestPackedBytesOfEveryTypeStayAsTheyAre(t *testing.T) {
	t.Parallel()
	q := sample(t)
	s, err := q.Check(form(t, entry+rated+called+ranked), 3)
	if err != nil {
		t.Fatal(err)
	}
	const want = "01" + "01" + "00" + "0003" + "01" + "06" + "02" + "001b" + "02" + "01" + // consent, s1, s2, s3 (24+1+2), s4, s5
		"04" + "05" + "62" + "03" + "01" + "02" + "05" + "01" + // q01, g1a to g1c, q02 (0+1), q03, q03a, q03b (kept apart)
		"02" + "02" + "01" + "01" + "04" + "01ab" + "0012" + "020104" + "01" + "02" + "01" // b1 to b9, i1, o1
	if got := hex.EncodeToString(q.Pack(s)); got != want {
		t.Errorf("packed:\n got %s\nwant %s", got, want)
	}
	const texts = "\x1e" + `{"b9":"公\n开","o1":"很好","q03b":"修路"}`
	if got := q.PackTexts(s); got != texts {
		t.Errorf("texts: got %q, want %q", got, texts)
	}
}

func TestUnpackReturnsEveryTypeWithAndWithoutItsTexts(t *testing.T) {
	t.Parallel()
	q := sample(t)
	for _, query := range []string{
		entry + rated + called + ranked, entry, "consent=no", "consent=yes&s1=18-29&s2=640104&s3=5",
		entry + "&q02=97&b5=dk&b4=yes&b8=ref&o1=ref", "consent=yes&s1=18-29&s2=640104&s3=&s3=dk", entry + "&o1=x",
	} {
		s, err := q.Check(form(t, query), 5)
		if err != nil {
			t.Fatal(err)
		}
		back, err := q.Unpack(q.Pack(s), q.PackTexts(s))
		if err != nil {
			t.Fatalf("%s: %v", query, err)
		}
		bare, err := q.Unpack(q.Pack(s), "")
		if err != nil || !bytes.Equal(q.Pack(bare), q.Pack(s)) {
			t.Fatalf("%s: without texts: %v", query, err)
		}
		if back.Open != s.Open || !maps.Equal(back.Texts, s.Texts) || bare.Open != "" || bare.Texts != nil {
			t.Errorf("%s: texts: got %v and %v, want %v", query, back.Texts, bare.Texts, s.Texts)
		}
		for _, one := range q.Questions() {
			if a, b, c := q.Standing(s, one.ID), q.Standing(back, one.ID), q.Standing(bare, one.ID); a != b || a != c {
				t.Errorf("%s: %s stands as %s, %s and %s", query, one.ID, a, b, c)
			}
			if !slices.Equal(q.Values(back, one.ID), q.Values(s, one.ID)) {
				t.Errorf("%s: %s: got %v, want %v", query, one.ID, q.Values(back, one.ID), q.Values(s, one.ID))
			}
		}
	}
}

func TestTextsThatCannotHaveBeenPackedAreRefused(t *testing.T) {
	t.Parallel()
	q := sample(t)
	s, err := q.Check(form(t, entry+rated+called+ranked), 3)
	if err != nil {
		t.Fatal(err)
	}
	for _, texts := range []string{
		"很好", "\x1e{}", "\x1enot JSON", "\x1e" + `{"b9":"公\n开"}`, "\x1e" + `{"b9":"公\n开","o1":"很好","q03b":"修路","b1":"x"}`,
		"\x1e" + `{"b9":"公\n开","o1":"很好","q03b":""}`, "\x1e" + `{"b9":"公\n开","o1":"很好","q03b":"\u0007"}`,
	} {
		if _, err := q.Unpack(q.Pack(s), texts); fault.KindOf(err) != fault.Invalid {
			t.Errorf("%q: got %v, want sheet.damaged", texts, err)
		}
	}
}

func TestSubstantiveAndNotAndSkippedAndNotAskedAreKeptApart(t *testing.T) {
	t.Parallel()
	q := sample(t)
	s, err := q.Check(form(t, entry+"&q01=98&g1a=5&q02=97&q03=1&q03a=dk&b4=yes&b5=dk&b8=ref&o1=ref"), 0)
	if err != nil {
		t.Fatal(err)
	}
	for id, want := range map[string]questionnaire.Standing{
		"s3": questionnaire.Substantive, "g1a": questionnaire.Substantive,
		"q01": questionnaire.Apart, "q02": questionnaire.Apart, "q03a": questionnaire.Apart,
		"b5": questionnaire.Apart, "b8": questionnaire.Apart, "o1": questionnaire.Apart,
		"g1b": questionnaire.Skipped, "b3": questionnaire.Skipped,
		"q03b": questionnaire.NotAsked, "b6": questionnaire.NotAsked, "b7": questionnaire.NotAsked, "b9": questionnaire.NotAsked,
		"nothing": questionnaire.NotAsked,
	} {
		if got := q.Standing(s, id); got != want {
			t.Errorf("%s: got %s, want %s", id, got, want)
		}
	}
	for id, want := range map[string]questionnaire.Reason{
		"q01": questionnaire.DontKnow, "q02": questionnaire.NotApplicable, "b5": questionnaire.DontKnow,
		"b8": questionnaire.NoAnswer, "o1": questionnaire.NoAnswer, "g1a": "", "b6": "",
	} {
		if got := q.Reason(s, id); got != want {
			t.Errorf("reason of %s: got %q, want %q", id, got, want)
		}
	}
	if s.Open != "" {
		t.Errorf("a code was kept as a text: %q", s.Open)
	}
	skipped, err := q.Check(form(t, entry), 0)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := q.Point(skipped, "q02"), -1; got != want {
		t.Errorf("point of a skipped scale with 0: got %d, want %d", got, want)
	}
}

// The first published form: surveys in the field have its hash, its order and
// its packed bytes, whatever is added to the schema. The hashes are those that
// the schema's first reader computed.
func TestTheFirstFormKeepsItsHashOrderAndBytes(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile(filepath.Join("testdata", "default-1.json"))
	if err != nil {
		t.Fatal(err)
	}
	q := parse(t, string(data))
	if got, want := q.Hash(), "826d68cc2bd2d81eee11fcfc8c9e1ff6e7d61c71d08b48ba9a6403c1e63180ac"; got != want {
		t.Errorf("hash: got %s, want %s", got, want)
	}
	if q, err = q.Fill(filling()); err != nil {
		t.Fatal(err)
	}
	if got, want := q.Hash(), "b39ffa4a39202aeb606ca418c81679219aad8ca9ded4ce26eece4c838e9215f7"; got != want {
		t.Errorf("hash of the filled paper: got %s, want %s", got, want)
	}
	const want = "consent s1 s2 s3 s4 q01 q10 q09 q11 q08 q12 q07 q02 q06 q03 q05 q04 b1 b2 b3 i1 o1"
	if got := ids(q.Order(0x1b)); got != want {
		t.Errorf("order: got %s, want %s", got, want)
	}
	s, err := q.Check(form(t, screening+scored+rest), 0x1b)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := hex.EncodeToString(q.Pack(s)), "010100001b010602020205040302016263050504040402020901"; got != want {
		t.Errorf("packed: got %s, want %s", got, want)
	}
	if got, want := q.PackTexts(s), "很好"; got != want {
		t.Errorf("texts: got %q, want %q", got, want)
	}
}
