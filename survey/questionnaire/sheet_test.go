package questionnaire_test

import (
	"bytes"
	"encoding/hex"
	"net/url"
	"strings"
	"testing"

	"minyi/indicators/fault"
	"minyi/survey/questionnaire"
)

// form parses a query string: the short way to write a filled-in form.
func form(t testing.TB, query string) map[string][]string {
	t.Helper()
	v, err := url.ParseQuery(query)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

const (
	screening = "consent=yes&s1=60-69&s2=640105&s3=ge6m&s4=no"
	scored    = "&q01=5&q02=4&q03=3&q04=2&q05=1&q06=98&q07=99&q08=5&q09=5&q10=4&q11=4&q12=4"
	rest      = "&b1=female&b2=rural&b3=service&b3=dispute&i1=yes&o1=%E5%BE%88%E5%A5%BD"
)

func TestCheckReadsAWholeSheetByRole(t *testing.T) {
	t.Parallel()
	q := filled(t)
	s, err := q.Check(form(t, screening+scored+rest), 7)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ name, got, want string }{
		{"disposition", s.Outcome(), "complete"},
		{"age margin", q.AgeMargin(s), "60+"},
		{"home area", q.RoleCode(s, questionnaire.RoleArea), "640105"},
		{"sex", q.RoleCode(s, questionnaire.RoleSex), "female"},
		{"residence", q.RoleCode(s, questionnaire.RoleResidence), "rural"},
		{"contacts", strings.Join(q.Codes(s, "b3"), " "), "service dispute"},
		{"free text", s.Open, "很好"},
	} {
		if c.got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, c.got, c.want)
		}
	}
	if !q.Flagged(s, "coached") || q.Flagged(s, "insider") {
		t.Error("flags: want coached and not insider")
	}
	for id, want := range map[string]int{"q01": 5, "q05": 1, "q06": 98, "q07": 99, "s1": 0, "nothing": 0} {
		if got := q.Point(s, id); got != want {
			t.Errorf("point of %s: got %d, want %d", id, got, want)
		}
	}
	if got, want := s.Variant, questionnaire.Variant(7); got != want {
		t.Errorf("variant: got %d, want %d", got, want)
	}
}

func TestDispositionOfASheet(t *testing.T) {
	t.Parallel()
	q := filled(t)
	for _, c := range []struct{ name, query, want string }{
		{"every item answered", screening + scored, "complete"},
		{"ten of twelve", screening + "&q01=5&q02=5&q03=5&q04=5&q05=5&q06=5&q07=5&q08=5&q09=98&q10=99", "complete"},
		{"nine of twelve", screening + "&q01=5&q02=5&q03=5&q04=5&q05=5&q06=5&q07=5&q08=5&q09=5", "partial"},
		{"six of twelve", screening + "&q01=5&q02=5&q03=5&q04=5&q05=5&q06=5", "partial"},
		{"five of twelve", screening + "&q01=5&q02=5&q03=5&q04=5&q05=5", "break_off"},
		{"all items skipped", screening, "break_off"},
		{"no wish to take part", "consent=no", "refused"},
		{"a child", "consent=yes&s1=u18", "screened_out:s1"},
		{"another region", "consent=yes&s1=70%2B&s2=outside", "screened_out:s2"},
		{"a newcomer", "consent=yes&s1=70%2B&s2=640104&s3=lt6m", "screened_out:s3"},
		{"the first end counts", "consent=yes&s1=u18&s2=outside&s3=lt6m&s4=no" + scored, "screened_out:s1"},
		{"empty values are no answers", screening + "&q01=&b1=&o1=", "break_off"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s, err := q.Check(form(t, c.query), 0)
			if err != nil {
				t.Fatal(err)
			}
			if got := s.Outcome(); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

func TestNothingIsKeptBehindTheEnd(t *testing.T) {
	t.Parallel()
	q := filled(t)
	child, err := q.Check(form(t, "consent=yes&s1=u18&s2=640104&s3=ge6m&s4=yes"+scored+rest), 0)
	if err != nil {
		t.Fatal(err)
	}
	bare, err := q.Check(form(t, "consent=yes&s1=u18"), 0)
	if err != nil {
		t.Fatal(err)
	}
	if child.Open != "" || !bytes.Equal(q.Pack(child), q.Pack(bare)) {
		t.Error("a child's answers were kept")
	}
	refused, err := q.Check(form(t, "consent=no&s1=18-29"+scored+rest), 0)
	if err != nil {
		t.Fatal(err)
	}
	if got := q.Code(refused, "s1"); got != "" || refused.Open != "" {
		t.Errorf("a refusal kept an answer: %q", got)
	}
}

func TestCheckRefuses(t *testing.T) {
	t.Parallel()
	q := filled(t)
	long := strings.Repeat("民", 501)
	for _, c := range []struct{ name, query, field, want string }{
		{"consent missing", "q01=5", "consent", "answer.required"},
		{"required question missing", "consent=yes&s1=18-29&s3=ge6m&s4=no", "s2", "answer.required"},
		{"required question empty", "consent=yes&s1=18-29&s2=&s3=ge6m&s4=no", "s2", "answer.required"},
		{"single answered twice", screening + "&q01=5&q01=4", "q01", "answer.doubled"},
		{"single answered twice alike", screening + "&q01=5&q01=5", "q01", "answer.doubled"},
		{"several with one code twice", screening + "&b3=service&b3=service", "b3", "answer.doubled"},
		{"unknown code", screening + "&q01=6", "q01", "answer.unknown"},
		{"a code of another question", screening + "&b1=urban", "b1", "answer.unknown"},
		{"scale code with a zero before it", screening + "&q01=05", "q01", "answer.unknown"},
		{"unknown code behind the end", "consent=no&q01=6", "q01", "answer.unknown"},
		{"unknown area", strings.Replace(screening, "640105", "640106", 1), "s2", "answer.unknown"},
		{"none of these and another", screening + "&b3=none&b3=service", "b3", "answer.exclusive"},
		{"unknown field", screening + "&q13=5", "q13", "sheet.unknown_field"},
		{"broken UTF-8", screening + "&o1=%ff%fe", "o1", "answer.broken"},
		{"broken UTF-8 in a code", screening + "&q01=%c3%28", "q01", "answer.broken"},
		{"control character", screening + "&o1=a%00b", "o1", "answer.control"},
		{"turned direction", screening + "&o1=a%E2%80%AEb", "o1", "answer.control"},
		{"too long", screening + "&o1=" + url.QueryEscape(long), "o1", "answer.too_long"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, err := q.Check(form(t, c.query), 0)
			for _, r := range fault.All(err) {
				if r.Code == c.want && r.Field == c.field && r.Kind == fault.Invalid {
					return
				}
			}
			t.Errorf("got %v, want %s at %s", err, c.want, c.field)
		})
	}
}

func TestTextIsCountedInCharactersWithPlainLineEnds(t *testing.T) {
	t.Parallel()
	q := filled(t)
	exact := strings.Repeat("民\r\n", 249) + "意愿"
	s, err := q.Check(form(t, screening+"&o1="+url.QueryEscape(exact)), 0)
	if err != nil {
		t.Fatalf("500 characters: %v", err)
	}
	if got, want := s.Open, strings.Repeat("民\n", 249)+"意愿"; got != want {
		t.Errorf("text: got %q", got)
	}
}

// A golden value: the layout of stored sheets must never change by accident.
func TestPackedBytesStayAsTheyAre(t *testing.T) {
	t.Parallel()
	q := filled(t)
	s, err := q.Check(form(t, screening+scored+rest), 0x1b)
	if err != nil {
		t.Fatal(err)
	}
	const want = "01" + "01" + "00" + "001b" + "0106020202" + "050403020162630505040404" + "02020901"
	if got := hex.EncodeToString(q.Pack(s)); got != want {
		t.Errorf("packed: got %s, want %s", got, want)
	}
}

func TestUnpackReturnsWhatWasPacked(t *testing.T) {
	t.Parallel()
	q := filled(t)
	for _, query := range []string{screening + scored + rest, screening, "consent=no", "consent=yes&s1=u18"} {
		s, err := q.Check(form(t, query), 5)
		if err != nil {
			t.Fatal(err)
		}
		back, err := q.Unpack(q.Pack(s), s.Open)
		if err != nil {
			t.Fatalf("%s: %v", query, err)
		}
		if back.Outcome() != s.Outcome() || back.Variant != s.Variant || !bytes.Equal(q.Pack(back), q.Pack(s)) {
			t.Errorf("%s: got %+v, want %+v", query, back, s)
		}
	}
}

func TestUnpackRefusesEveryFlippedHeadAndShortRow(t *testing.T) {
	t.Parallel()
	q := filled(t)
	s, err := q.Check(form(t, screening+scored+rest), 5)
	if err != nil {
		t.Fatal(err)
	}
	packed := q.Pack(s)
	for i := range packed[:3] {
		bad := append([]byte(nil), packed...)
		bad[i] ^= 0x40
		if _, err := q.Unpack(bad, s.Open); err == nil {
			t.Errorf("byte %d flipped: accepted", i)
		}
	}
	for n := range packed {
		if _, err := q.Unpack(packed[:n], s.Open); err == nil {
			t.Errorf("%d bytes: accepted", n)
		}
	}
}

func FuzzUnpack(f *testing.F) {
	for _, q := range []*questionnaire.Questionnaire{filled(f), sample(f)} {
		for _, query := range []string{screening + scored + rest, "consent=no", entry + rated + called + ranked, entry} {
			if s, err := q.Check(form(f, query), 3); err == nil {
				f.Add(q.Pack(s), q.PackTexts(s))
			}
		}
	}
	papers := []*questionnaire.Questionnaire{filled(f), sample(f)}
	f.Fuzz(func(t *testing.T, packed []byte, texts string) {
		for _, q := range papers {
			s, err := q.Unpack(packed, texts)
			if err != nil {
				if len(fault.All(err)) == 0 {
					t.Errorf("not a refusal: %v", err)
				}
				continue
			}
			if !bytes.Equal(q.Pack(s), packed) || texts != "" && q.PackTexts(s) != texts {
				t.Errorf("accepted %x but packs %x", packed, q.Pack(s))
			}
		}
	})
}

func FuzzCheck(f *testing.F) {
	for _, query := range []string{
		screening + scored + rest, "consent=no&q01=6", "b3=none&b3=na&%ff=1", entry + rated + called + ranked, entry + "&b8=ref&b5=dk&b6=x",
	} {
		f.Add(query)
	}
	papers := []*questionnaire.Questionnaire{filled(f), sample(f)}
	f.Fuzz(func(t *testing.T, query string) {
		values, _ := url.ParseQuery(query) // keeps what it could read
		for _, q := range papers {
			r := q.Route(9, values)
			steps := 0
			for id := r.First(); id != ""; id = r.Next(id) {
				if n, total := r.Progress(id); n != steps || n > total {
					t.Errorf("question %d has the number %d of %d", steps, n, total)
				}
				steps++
			}
			s, err := q.Check(values, 9)
			if err != nil {
				if len(fault.All(err)) == 0 {
					t.Errorf("not a refusal: %v", err)
				}
				continue
			}
			if back, err := q.Unpack(q.Pack(s), q.PackTexts(s)); err != nil || back.Outcome() != s.Outcome() {
				t.Errorf("checked but not unpacked: %v", err)
			}
		}
	})
}
