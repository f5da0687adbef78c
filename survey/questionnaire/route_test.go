package questionnaire_test

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	"minyi/indicators/fault"
	"minyi/survey/questionnaire"
)

func ids(list []questionnaire.Question) string {
	var out []string
	for _, one := range list {
		out = append(out, one.ID)
	}
	return strings.Join(out, " ")
}

func TestTheRouteFollowsTheRules(t *testing.T) {
	t.Parallel()
	q := sample(t)
	const screened = "consent s1 s2 s3 s4 s5 "
	for _, c := range []struct{ name, query, want string }{
		{"nothing yet: what no rule leaves out", "", screened + "q01 q03 q02 b1 b2 b3 b4 b5 b8 i1 o1"},
		{"a grid for those who came", entry, screened + "q01 g1a g1b q03 g1c q02 b1 b2 b3 b4 b5 b8 i1 o1"},
		{"a row with a rule of its own", "s1=70%2B&s5=yes", screened + "q01 g1a g1b q03 q02 b1 b2 b3 b4 b5 b8 i1 o1"},
		{"a question behind a low point", "q03=2", screened + "q01 q03 q03a q02 b1 b2 b3 b4 b5 b8 i1 o1"},
		{"98 is no low point", "q03=98", screened + "q01 q03 q02 b1 b2 b3 b4 b5 b8 i1 o1"},
		{"a chain of questions", "q03=1&q03a=money", screened + "q01 q03 q03a q03b q02 b1 b2 b3 b4 b5 b8 i1 o1"},
		{"a broken chain", "q03=5&q03a=money", screened + "q01 q03 q02 b1 b2 b3 b4 b5 b8 i1 o1"},
		{"a jump", "b4=no", screened + "q01 q03 q02 b1 b2 b3 b4 b8 i1 o1"},
		{"a number and a date", "b4=yes&b5=2&b6=2026-1-1", screened + "q01 q03 q02 b1 b2 b3 b4 b5 b6 b7 b8 i1 o1"},
		{"a date before", "b4=yes&b5=2&b6=2025-12-31", screened + "q01 q03 q02 b1 b2 b3 b4 b5 b6 b8 i1 o1"},
		{"a number that cannot be read", "b4=yes&b5=two", screened + "q01 q03 q02 b1 b2 b3 b4 b5 b8 i1 o1"},
		{"a rank", "b8=fair&b8=near&b8=fast", screened + "q01 q03 q02 b1 b2 b3 b4 b5 b8 b9 i1 o1"},
		{"an end by option", "consent=yes&s1=u18", "consent s1"},
		{"an end by number", "consent=yes&s1=18-29&s3=5", "consent s1 s2 s3"},
		{"an end by a code that is not substantive", "s3=ref", "consent s1 s2 s3"},
	} {
		r := q.Route(0, form(t, c.query)) // row 0 of the items' design
		if got := ids(r.Questions()); got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.name, got, c.want)
		}
	}
}

func TestNextAndPreviousKeepToTheRoute(t *testing.T) {
	t.Parallel()
	q := sample(t)
	for v := range q.Variants() {
		r := q.Route(questionnaire.Variant(v), form(t, entry+"&q03=2&b4=no"))
		walk := []string{r.First()}
		for id := r.Next(r.First()); id != ""; id = r.Next(id) {
			walk = append(walk, id)
		}
		if got, want := strings.Join(walk, " "), ids(r.Questions()); got != want {
			t.Fatalf("variant %d: walked %s, want %s", v, got, want)
		}
		back := []string{}
		for id := r.Previous(""); id != ""; id = r.Previous(id) {
			back = append(back, id)
		}
		slices.Reverse(back)
		if !slices.Equal(back, walk) {
			t.Fatalf("variant %d: back %v, want %v", v, back, walk)
		}
		if place := slices.Index(walk, "q03"); walk[place+1] != "q03a" {
			t.Errorf("variant %d: %s comes behind q03, want q03a", v, walk[place+1])
		}
	}
	r := q.Route(0, form(t, entry+"&b4=no"))
	if got, want := r.Next("b5")+" "+r.Previous("b5"), "b8 b4"; got != want {
		t.Errorf("around a question that does not apply: got %s, want %s", got, want)
	}
}

func TestProgressFallsOnlyInItsTotalAndEndsAtIt(t *testing.T) {
	t.Parallel()
	q := sample(t)
	values := form(t, entry+rated+"&b1=female&b4=no&b8=ref&o1=x")
	given := url.Values{}
	last, number := 1000, 0
	for id := "consent"; id != ""; {
		r := q.Route(0, given)
		n, total := r.Progress(id)
		if total > last || id != "consent" && n != number+1 {
			t.Errorf("at %s: %d of %d, before %d of %d", id, n, total, number, last)
		}
		last, number = total, n
		given[id] = values[id]
		id = q.Route(0, given).Next(id)
	}
	if number != last {
		t.Errorf("the last question is %d of %d", number, last)
	}
	r := q.Route(0, values)
	if n, total := r.Progress("s1"); n != 1 || total != last {
		t.Errorf("with everything answered: s1 is %d of %d, want 1 of %d", n, total, last)
	}
	if n, _ := r.Progress("consent"); n != 0 {
		t.Errorf("consent: got %d, want 0", n)
	}
}

// Whoever goes back to the answer that ended the paper is told of as many questions
// as the first time.
func TestAnEndThatMayBeTakenBackEndsNoCount(t *testing.T) {
	t.Parallel()
	q := sample(t)
	_, first := q.Route(0, url.Values{}).Progress("consent")
	if _, total := q.Route(0, url.Values{"consent": {"no"}}).Progress("consent"); total != first || total < 5 {
		t.Errorf("after a refusal: got %d, want %d", total, first)
	}
}

func TestAnswersThatNoLongerApplyAreDropped(t *testing.T) {
	t.Parallel()
	q := sample(t)
	values := form(t, entry+rated+called+ranked)
	values["s5"], values["b4"], values["b8"] = []string{"no"}, []string{"dk"}, []string{"near", "fast", "clear"}
	values["b5"] = []string{"not a number, and never seen again"}
	r := q.Route(0, values)
	if got, want := strings.Join(r.Dropped(), " "), "g1a g1b g1c b5 b6 b7 b9"; got != want {
		t.Errorf("dropped: got %s, want %s", got, want)
	}
	s, err := q.Check(values, 0)
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range r.Dropped() {
		if got := q.Values(s, id); len(got) > 0 || q.Standing(s, id) != questionnaire.NotAsked {
			t.Errorf("%s: kept %v", id, got)
		}
	}
	if got, want := s.Outcome(), "complete"; got != want { // three items were asked and answered
		t.Errorf("outcome: got %s, want %s", got, want)
	}
}

func TestRequiredHoldsOnlyWhereAsked(t *testing.T) {
	t.Parallel()
	text := strings.Replace(sampleText(t), `"id": "b5",`, `"id": "b5", "required": true,`, 1)
	q, err := questionnaire.Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	if q, err = q.Fill(filling()); err != nil {
		t.Fatal(err)
	}
	if _, err = q.Check(form(t, entry+"&b4=no"), 0); err != nil {
		t.Errorf("not asked: %v", err)
	}
	_, err = q.Check(form(t, entry+"&b4=yes"), 0)
	if all := fault.All(err); len(all) != 1 || all[0].Code != "answer.required" || all[0].Field != "b5" {
		t.Errorf("asked: got %v, want answer.required at b5", err)
	}
	if got, want := q.Route(0, form(t, entry+"&b4=yes")).Missing(), "b5"; got != want {
		t.Errorf("missing: got %q, want %q", got, want)
	}
	if got := q.Route(0, form(t, entry+"&b4=no")).Missing(); got != "" {
		t.Errorf("missing: got %q, want none", got)
	}
	if got, want := q.Route(0, form(t, entry+"&b4=yes&b5=dk&b6=soon")).Missing(), ""; got != want {
		t.Errorf("missing: got %q, want %q: b6 is not asked of those who do not know", got, want)
	}
}

func TestScreeningEndsByRule(t *testing.T) {
	t.Parallel()
	q := sample(t)
	for query, want := range map[string]string{
		"consent=yes&s1=18-29&s2=640104&s3=5":                    "screened_out:s3",
		"consent=yes&s1=18-29&s2=640104&s3=dk":                   "screened_out:s3",
		"consent=yes&s1=18-29&s2=640104&s3=5&s4=no&s5=yes&q01=5": "screened_out:s3",
		"consent=yes&s1=18-29&s2=640104&s3=6&s4=no&s5=yes":       "break_off",
	} {
		s, err := q.Check(form(t, query), 0)
		if err != nil {
			t.Fatalf("%s: %v", query, err)
		}
		if got := s.Outcome(); got != want {
			t.Errorf("%s: got %s, want %s", query, got, want)
		}
	}
}

func TestCheckSaysWhatToDoOfEveryType(t *testing.T) {
	t.Parallel()
	q := sample(t)
	for _, c := range []struct{ name, query, field, want, params string }{
		{"words for a number", "&b5=%E4%B8%89", "b5", "answer.number", "max=200 min=1"},
		{"two numbers in one", "&b5=3+4", "b5", "answer.number", "max=200 min=1"},
		{"two numbers", "&b5=3&b5=4", "b5", "answer.doubled", ""},
		{"a number and a code", "&b5=3&b5=dk", "b5", "answer.exclusive", ""},
		{"too small", "&b5=0", "b5", "answer.number_range", "max=200 min=1"},
		{"too large", "&b5=201", "b5", "answer.number_range", "max=200 min=1"},
		{"no whole number", "&b5=1.5", "b5", "answer.whole", ""},
		{"too many decimals", "&b5=3&b6=2026-03-01&b7=1.25", "b7", "answer.decimals", "count=2 max=1"},
		{"no date", "&b5=3&b6=%E6%98%A8%E5%A4%A9", "b6", "answer.date", ""},
		{"no such day", "&b5=3&b6=2026-02-30", "b6", "answer.date", ""},
		{"a day too early", "&b5=3&b6=2024%E5%B9%B412%E6%9C%8831%E6%97%A5", "b6", "answer.date_range", "max=2027-12-31 min=2025-01-01"},
		{"too few places", "&b8=fast&b8=&b8=fair", "b8", "answer.rank", "count=3 given=2"},
		{"too many places", "&b8=fast&b8=fair&b8=near&b8=clear", "b8", "answer.rank", "count=3 given=4"},
		{"one thing in two places", "&b8=fast&b8=fair&b8=fast", "b8", "answer.rank_twice", ""},
		{"an order and a code", "&b8=fast&b8=fair&b8=near&b8=dk", "b8", "answer.exclusive", ""},
		{"an unknown thing", "&b8=fast&b8=fair&b8=far", "b8", "answer.unknown", "code=far"},
		{"a text too long", "&q03=1&q03a=work&q03b=" + strings.Repeat("a", 41), "q03b", "answer.too_long", "count=41 max=40"},
		{"not substantive and another", "&q03=1&q03a=work&q03a=dk", "q03a", "answer.exclusive", ""},
	} {
		_, err := q.Check(form(t, entry+"&b4=yes"+c.query), 0)
		all := fault.All(err)
		if len(all) != 1 || all[0].Code != c.want || all[0].Field != c.field {
			t.Errorf("%s: got %v, want %s at %s alone", c.name, err, c.want, c.field)
			continue
		}
		var params []string
		for k, v := range all[0].Params {
			params = append(params, fmt.Sprintf("%s=%s", k, v))
		}
		slices.Sort(params)
		if got := strings.Join(params, " "); got != c.params {
			t.Errorf("%s: parameters: got %s, want %s", c.name, got, c.params)
		}
	}
}

func TestAShortTextIsOneLine(t *testing.T) {
	t.Parallel()
	q := sample(t)
	s, err := q.Check(form(t, entry+"&q03=1&q03a=work&q03b=%20a%0D%0Ab%0A"), 0)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := s.Texts["q03b"], "a b"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
