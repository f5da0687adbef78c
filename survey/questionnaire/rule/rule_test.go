package rule_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"minyi/survey/questionnaire/rule"
	"minyi/survey/questionnaire/typed"
)

// given holds the answers of one made-up person; what is not in it was skipped.
func given(id string) rule.Answer {
	return map[string]rule.Answer{
		"sex":    {Given: true, Codes: []string{"female"}},
		"why":    {Given: true, Codes: []string{"slow", "dear"}},
		"age":    {Given: true, Typed: true, Value: 61 * typed.One},
		"spent":  {Given: true, Typed: true, Value: 12_500_000},
		"visits": {Given: true, Apart: true, Codes: []string{"dk"}},
		"seen":   {Given: true, Typed: true, Value: 20513}, // 2026-03-01
		"q1":     {Given: true, Typed: true, Value: 2 * typed.One, Codes: []string{"2"}},
		"q2":     {Given: true, Apart: true, Typed: true, Value: 98 * typed.One, Codes: []string{"98"}},
	}[id]
}

func TestConditionsAreEvaluated(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]bool{
		`${sex} = 'female'`:              true,
		`${sex} = "female"`:              true,
		`${sex} != 'female'`:             false,
		`${sex} in ('male', 'female')`:   true,
		`${sex} in ('male')`:             false,
		`selected(${why}, 'dear')`:       true,
		`selected(${why}, 'far')`:        false,
		`not(selected(${why}, 'far'))`:   true,
		`${age} >= 60`:                   true,
		`${age} > 61`:                    false,
		`${age} < 61.5 and ${age} <= 61`: true,
		`${spent} = 12.50`:               true,
		`${spent} in (1, 12.5)`:          true,
		`${spent} != 12`:                 true,
		`${seen} = date('2026-03-01')`:   true,
		`${seen} < date('2026-03-01')`:   false,
		`${q1} <= 2`:                     true,
		`${q1} = '2'`:                    true,
		`${q2} >= 3`:                     false, // 98 is no point
		`${q2} = 98`:                     true,  // but it is a code
		`${visits} > 0`:                  false,
		`not(${visits} > 0)`:             true,
		`${visits} = 'dk'`:               true,
		`answered(${visits}) and not(substantive(${visits}))`: true,
		`substantive(${age})`:                      true,
		`${nothing} = ''`:                          true,
		`${nothing} != ''`:                         false,
		`answered(${nothing})`:                     false,
		`${nothing} < 5`:                           false,
		`${nothing} != 'a'`:                        true,
		`${sex}='male' or ${age}>60 and ${q1}=2`:   true,
		`(${sex}='male' or ${age}>60) and ${q1}=3`: false,
		`not(${sex}='male' or ${q1}=3)`:            true,
	} {
		r, err := rule.Parse(text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if got := r.Holds(given); got != want {
			t.Errorf("%s: got %v, want %v", text, got, want)
		}
	}
}

func TestSyntaxErrorsSayWhere(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]rule.SyntaxError{
		``:                             {At: 0},
		`${a}`:                         {At: 4},
		`${a} =`:                       {At: 6},
		`${a} = 'x`:                    {At: 7, Near: "'x"},
		`${a} = 'x' 'y'`:               {At: 11, Near: "y"},
		`${a} = 'x' and`:               {At: 14},
		`(${a} = 'x'`:                  {At: 11},
		`${a} < 'x'`:                   {At: 7, Near: "x"},
		`${a} = 1.2.3`:                 {At: 7, Near: "1.2.3"},
		`${a} = date('2026-02-30')`:    {At: 12, Near: "2026-02-30"},
		`selected(${a}, '')`:           {At: 15, Near: ""},
		`not ${a} = 'x'`:               {At: 4, Near: "a"},
		`a = 'x'`:                      {At: 0, Near: "a"},
		`${a b} = 'x'`:                 {At: 0, Near: "${a b} = 'x'"},
		`${a} in ()`:                   {At: 9, Near: ")"},
		`${a} = 'x' && ${b} = 'y'`:     {At: 11, Near: "&& ${b} = 'y"},
		`jr:choice-name(${a}, '${a}')`: {At: 2, Near: ":choice-name"},
	} {
		_, err := rule.Parse(text)
		var got *rule.SyntaxError
		if !errors.As(err, &got) || *got != want {
			t.Errorf("%s: got %+v, want %+v", text, err, want)
		}
	}
	if _, err := rule.Parse(strings.Repeat("(", 60) + "${a}=1" + strings.Repeat(")", 60)); err == nil {
		t.Error("sixty nested brackets were read")
	}
}

func TestRefsAreEachNamedOnce(t *testing.T) {
	t.Parallel()
	r, err := rule.Parse(`${b} = 'x' and (${a} > 1 or ${b} != '')`)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := r.Refs(), []string{"b", "a"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if got, want := len(r.Atoms()), 3; got != want {
		t.Errorf("atoms: got %d, want %d", got, want)
	}
}

// Kleene, Introduction to Metamathematics (1952), section 64: the strong tables.
func TestWhatIsStillToComeMayDecide(t *testing.T) {
	t.Parallel()
	look := func(id string) (rule.Answer, bool) { return given(id), id != "later" }
	for text, want := range map[string]rule.Truth{
		`${later} = 'x'`:                         rule.Maybe,
		`not(${later} = 'x')`:                    rule.Maybe,
		`${sex} = 'female' and ${later} = 'x'`:   rule.Maybe,
		`${sex} = 'male' and ${later} = 'x'`:     rule.No,
		`${sex} = 'female' or ${later} = 'x'`:    rule.Yes,
		`${sex} = 'male' or answered(${later})`:  rule.Maybe,
		`${sex} = 'male' or ${age} < 60`:         rule.No,
		`${sex} = 'female' and ${seen} != ''`:    rule.Yes,
		`not(${sex}='male') or not(${later}>=3)`: rule.Yes,
	} {
		r, err := rule.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		if got := r.Decide(look); got != want {
			t.Errorf("%s: got %d, want %d", text, got, want)
		}
	}
}

func codes(list ...string) []rule.Answer {
	var out []rule.Answer
	for _, c := range list {
		out = append(out, rule.Answer{Given: true, Codes: []string{c}})
	}
	return out
}

func parsed(t *testing.T, texts ...string) []*rule.Rule {
	t.Helper()
	var out []*rule.Rule
	for _, text := range texts {
		r, err := rule.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, r)
	}
	return out
}

func TestSearchFindsAnswersOrShowsThereAreNone(t *testing.T) {
	t.Parallel()
	vars := []rule.Variable{
		{ID: "a", Values: codes("x", "y"), Required: true},
		{ID: "b", Values: codes("x", "y"), When: parsed(t, `${a} = 'x'`)},
		{ID: "c", Values: codes("x", "y"), Required: true, Ends: parsed(t, `${a} = 'y' and ${c} = 'y'`)[0]},
	}
	for _, c := range []struct {
		name  string
		goals []string
		want  bool
	}{
		{"an answer", []string{`${a} = 'y'`}, true},
		{"none: both at once", []string{`${a} = 'y'`, `${a} = 'x'`}, false},
		{"none: a required answer is missing", []string{`${a} = ''`}, false},
		{"an answer that may be missing", []string{`${a} = 'x' and ${b} = ''`}, true},
		{"none: not asked", []string{`${a} = 'y' and ${b} = 'x'`}, false},
		{"none: the paper has ended", []string{`${a} = 'y' and ${c} = 'y'`}, false},
		{"around the end", []string{`${b} = 'y' and ${c} = 'y'`}, true},
	} {
		got := rule.Search(vars, parsed(t, c.goals...), 100)
		if got.Found != c.want || !got.Decided {
			t.Errorf("%s: got %+v, want found %v and decided", c.name, got, c.want)
		}
	}
	if got := rule.Search(vars, parsed(t, `${a} = 'x' and ${b} = 'x' and ${c} = ''`), 2); got.Decided || got.Tried != 2 {
		t.Error("two tries cannot decide it")
	}
}

// Ten questions with three answers each, of which only one set leads on: what the
// goal implies keeps the search from trying the others.
func TestSearchUsesWhatTheGoalImplies(t *testing.T) {
	t.Parallel()
	var vars []rule.Variable
	var all []string
	for i := range 10 {
		id := string(rune('a' + i))
		vars = append(vars, rule.Variable{ID: id, Values: codes("x", "y", "z"), Required: true})
		all = append(all, "${"+id+"} = 'z'")
	}
	vars = append(vars,
		rule.Variable{ID: "k", Values: codes("x"), When: parsed(t, all...)},
		rule.Variable{ID: "l", Values: codes("x"), When: parsed(t, `${k} = 'x'`)})
	got := rule.Search(vars, parsed(t, `answered(${l})`), 1000)
	if !got.Found || got.Tried > 50 {
		t.Errorf("got %+v, want an answer within 50 tries", got)
	}
	got = rule.Search(vars, parsed(t, `answered(${l}) and ${c} = 'x'`), 1000)
	if got.Found || !got.Decided {
		t.Errorf("got %+v, want none", got)
	}
}

func FuzzParse(f *testing.F) {
	for _, s := range []string{`${a} in ('x', 2) or not(selected(${b}, 'y'))`, `${d} >= date('2026-03-01')`, `((${a}!='')`, `${a}=-1`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		r, err := rule.Parse(text)
		if err != nil {
			var syntax *rule.SyntaxError
			if !errors.As(err, &syntax) || syntax.At > len(text) {
				t.Errorf("%q: %v", text, err)
			}
			return
		}
		if r.String() != text || len(r.Refs()) == 0 {
			t.Errorf("%q: read as %q over %v", text, r, r.Refs())
		}
		if yes := r.Decide(func(string) (rule.Answer, bool) { return rule.Answer{}, true }); yes == rule.Maybe {
			t.Errorf("%q: undecided though everything is known", text)
		}
	})
}
