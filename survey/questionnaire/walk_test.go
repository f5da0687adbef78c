package questionnaire_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/url"
	"slices"
	"strings"
	"testing"

	"minyi/indicators/fault"
	"minyi/survey/questionnaire"
	"minyi/survey/questionnaire/rule"
)

type object = map[string]any

func text(s string) object { return object{"zh": "题" + s, "en": "text " + s} }

// maker makes random questionnaires: any type anywhere, with rules over
// questions that come before.
type maker struct {
	*rand.Rand
	before []object // questions that rules may look at, as they were made
}

func (m *maker) options(codes ...string) []any {
	var out []any
	for _, c := range codes {
		out = append(out, object{"code": c, "text": text(c)})
	}
	return append(out, object{"code": "dk", "text": text("dk"), "non_substantive": "dont_know"})
}

func (m *maker) question(id string) object {
	q := object{"id": id, "text": text(id), "required": m.IntN(2) == 0}
	switch m.IntN(8) {
	case 0, 1:
		q["type"], q["options"] = "single", m.options("a", "b", "c")
	case 2:
		q["type"], q["options"] = "multiple", m.options("a", "b", "c")
	case 3:
		q["type"], q["scale"] = "scale", []string{"five", "eleven"}[m.IntN(2)]
	case 4:
		q["type"], q["min"], q["max"], q["decimals"], q["options"] = "number", -5, 20, m.IntN(3), m.options()
	case 5:
		q["type"], q["min"], q["max"], q["options"] = "date", "2026-01-01", "2026-12-31", m.options()
	case 6:
		q["type"], q["places"], q["options"] = "rank", 1+m.IntN(3), m.options("a", "b", "c", "d")
	default:
		q["type"], q["max_chars"], q["options"] = "text", 20, m.options()
	}
	if len(m.before) > 0 && m.IntN(2) == 0 {
		q["relevant"] = m.condition(2)
	}
	m.before = append(m.before, q)
	return q
}

// condition makes a random condition over the questions made so far.
func (m *maker) condition(depth int) string {
	if depth > 0 && m.IntN(3) == 0 {
		word := []string{" and ", " or "}[m.IntN(2)]
		return "(" + m.condition(depth-1) + word + m.condition(depth-1) + ")"
	}
	if m.IntN(5) == 0 {
		return "not(" + m.condition(depth-1) + ")"
	}
	q := m.before[m.IntN(len(m.before))]
	ref := "${" + q["id"].(string) + "}"
	code := []string{"a", "b", "c"}[m.IntN(3)]
	op := []string{"=", "!=", "<", "<=", ">", ">="}[m.IntN(6)]
	if m.IntN(5) == 0 {
		return []string{"answered", "substantive"}[m.IntN(2)] + "(" + ref + ")"
	}
	switch q["type"] {
	case "single":
		return fmt.Sprintf("%s %s '%s'", ref, []string{"=", "!="}[m.IntN(2)], code)
	case "multiple", "rank":
		return fmt.Sprintf("selected(%s, '%s')", ref, code)
	case "scale":
		return fmt.Sprintf("%s %s %d", ref, op, 1+m.IntN(5))
	case "number":
		return fmt.Sprintf("%s %s %d", ref, op, m.IntN(25)-5)
	case "date":
		return fmt.Sprintf("%s %s date('2026-0%d-01')", ref, op, 1+m.IntN(9))
	}
	return ref + " != ''"
}

func (m *maker) section(name string, n int) []any {
	out := []any{}
	for i := range n {
		out = append(out, m.question(name+string(rune('a'+i))))
	}
	return out
}

// paper makes a questionnaire. The items look at the screening only and at what
// they stay with, as they have no fixed order; so the first stands alone.
func (m *maker) paper() []byte {
	points := []any{}
	for i := 1; i <= 5; i++ {
		points = append(points, object{"code": i, "text": text(fmt.Sprint(i))})
	}
	apart := []any{object{"code": 98, "text": text("98")}}
	form := object{
		"schema": questionnaire.Schema, "id": "made", "version": 1, "title": text("t"), "intro": text("i"), "closing": text("c"),
		"consent": object{"id": "consent", "type": "single", "required": true, "text": text("c"), "options": []any{
			object{"code": "yes", "text": text("yes")}, object{"code": "no", "text": text("no"), "action": "end"},
		}},
		"scales": object{
			"five":   object{"points": points, "non_substantive": apart, "valid_codes": []int{1, 2, 3, 4, 5}, "reverse_order_for_half": true},
			"eleven": object{"from": 0, "to": 10, "low": text("low"), "high": text("high"), "non_substantive": apart, "valid_codes": nil},
		},
	}
	form["screening"] = m.section("s", m.IntN(4))
	if list := form["screening"].([]any); len(list) > 0 && m.IntN(2) == 0 {
		last := list[len(list)-1].(object)
		last["required"], last["end_if"] = true, m.condition(1)
	}
	screened := len(m.before)
	items := m.section("q", 1)
	for i := range 1 + m.IntN(4) {
		kept := slices.Clone(m.before[:screened+1]) // the first item is always the first
		m.before = slices.Clone(kept)
		block := m.section(fmt.Sprintf("r%d", i), 1+m.IntN(2))
		for _, one := range block[1:] {
			one.(object)["with_previous"] = true
		}
		items = append(items, block...)
		m.before = kept
	}
	form["items"] = items
	form["background"] = m.section("b", m.IntN(5))
	out, err := json.Marshal(form)
	if err != nil {
		panic(err)
	}
	return out
}

// answer makes a random answer that Read takes; none where the question may be
// left out.
func (m *maker) answer(q questionnaire.Question) []string {
	if !q.Required && m.IntN(4) == 0 {
		return nil
	}
	ticked := func() []string { return []string{q.Choices[m.IntN(len(q.Choices))].Code} }
	if len(q.Choices) > 0 && m.IntN(5) == 0 {
		return ticked()
	}
	switch q.Type {
	case questionnaire.Number:
		return []string{fmt.Sprint(m.IntN(26) - 5)}
	case questionnaire.Date:
		return []string{fmt.Sprintf("2026年%d月%d日", 1+m.IntN(12), 1+m.IntN(28))}
	case questionnaire.Rank:
		var out []string
		for _, i := range m.Perm(len(q.Choices) - 1)[:q.Places] {
			out = append(out, q.Choices[i].Code)
		}
		return out
	case questionnaire.Words:
		return []string{"说"}
	default:
		return ticked()
	}
}

// walk answers one question after the other at random. It returns the answers
// and how many questions were shown.
func (m *maker) walk(t *testing.T, q *questionnaire.Questionnaire, v questionnaire.Variant) (url.Values, int) {
	t.Helper()
	given := url.Values{}
	r := q.Route(v, given)
	shown, last := 0, len(q.Questions())
	for id := r.First(); id != ""; id = r.Next(id) {
		one, _ := r.Question(id)
		number, total := r.Progress(id)
		if shown++; number != shown-1 || total > last {
			t.Fatalf("%s is question %d of %d, the %dth shown, with %d announced before", id, number, total, shown, last)
		}
		last = total
		answer := m.answer(one)
		if _, refusal := one.Read(answer); refusal != nil {
			if one.Type != questionnaire.Rank {
				t.Fatalf("%s: %v: %v", id, answer, refusal)
			}
			answer = []string{"dk"} // one code of a rank is no order
		}
		given[id] = answer
		if r = q.Route(v, given); shown > len(q.Questions()) {
			t.Fatal("the walk does not end")
		}
	}
	if got := r.Missing(); got != "" {
		t.Fatalf("%s is missing at the end", got)
	}
	return given, shown
}

func TestARandomWalkThroughARandomPaperAlwaysEnds(t *testing.T) {
	t.Parallel()
	m := &maker{Rand: rand.New(rand.NewPCG(7, 11))}
	sound, stray := 0, 0
	for range 250 {
		m.before = nil
		q, err := questionnaire.Parse(m.paper())
		if err != nil {
			for _, r := range fault.All(err) {
				if !slices.Contains([]string{"contradiction", "unreachable", "rule_dead_end"}, strings.TrimPrefix(r.Code, "questionnaire.")) {
					t.Fatalf("a made paper: %v", r)
				}
			}
			continue
		}
		sound++
		for range 4 {
			v := q.VariantOf(m.Uint64())
			given, shown := m.walk(t, q, v)
			s, err := q.Check(given, v)
			if err != nil {
				t.Fatalf("a walked sheet: %v", err)
			}
			asked := 0
			for _, one := range q.Questions() {
				if q.Standing(s, one.ID) != questionnaire.NotAsked {
					asked++
				}
			}
			if asked != shown || s.Variant != v {
				t.Errorf("%d questions were shown and %d asked", shown, asked)
			}
			if _, err := q.Unpack(q.Pack(s), q.PackTexts(s)); err != nil {
				t.Errorf("packed: %v", err)
			}
			one := q.Questions()[m.IntN(len(q.Questions()))] // an answer given earlier is changed
			given[one.ID] = m.answer(one)
			dropped := q.Route(v, given).Dropped()
			stray += len(dropped)
			if s, err := q.Check(given, v); err == nil {
				for _, id := range dropped {
					if len(q.Values(s, id)) > 0 {
						t.Errorf("%s no longer applies and was kept", id)
					}
				}
			}
		}
	}
	if sound < 60 || stray < 60 {
		t.Errorf("only %d of 250 papers were sound, and %d answers dropped: too few to tell", sound, stray)
	}
}

// reached tries every answer of a paper of single questions with the options a
// and b, and returns the questions that anybody is asked: the judge of the
// checker, which does not look at the checker's search.
func reached(t *testing.T, list []object) map[string]bool {
	t.Helper()
	out := map[string]bool{}
	given := map[string]string{}
	look := func(id string) rule.Answer {
		if given[id] == "" {
			return rule.Answer{}
		}
		return rule.Answer{Given: true, Codes: []string{given[id]}}
	}
	var try func(i int)
	try = func(i int) {
		if i == len(list) {
			return
		}
		q := list[i]
		id := q["id"].(string)
		if text, ok := q["relevant"].(string); ok {
			r, err := rule.Parse(text)
			if err != nil {
				t.Fatal(err)
			}
			if !r.Holds(look) {
				try(i + 1)
				return
			}
		}
		out[id] = true
		for _, code := range []string{"a", "b", ""} {
			if code == "" && q["required"] == true {
				continue
			}
			given[id] = code
			if first := q["options"].([]any)[0].(object); code != "a" || first["action"] != "end" {
				try(i + 1)
			}
			delete(given, id)
		}
	}
	try(0)
	return out
}

func TestTheCheckerAgreesWithTryingEveryAnswer(t *testing.T) {
	t.Parallel()
	m := &maker{Rand: rand.New(rand.NewPCG(3, 5))}
	unreachable := 0
	for range 300 {
		m.before = nil
		list := []object{}
		for i := range 6 {
			q := object{"id": "s" + string(rune('a'+i)), "type": "single", "text": text("s"), "required": m.IntN(2) == 0}
			q["options"] = []any{object{"code": "a", "text": text("a")}, object{"code": "b", "text": text("b")}}
			if m.IntN(4) == 0 {
				q["required"], q["options"].([]any)[0].(object)["action"] = true, "end"
			}
			if i > 0 && m.IntN(3) > 0 {
				q["relevant"] = strings.ReplaceAll(m.condition(2), "'c'", "'b'")
			}
			m.before = append(m.before, q)
			list = append(list, q)
		}
		paper := object{}
		m.before = nil
		if err := json.Unmarshal(m.paper(), &paper); err != nil {
			t.Fatal(err)
		}
		paper["screening"], paper["background"] = list, []any{}
		paper["items"] = []any{object{"id": "q", "type": "scale", "scale": "five", "text": text("q")}}
		data, err := json.Marshal(paper)
		if err != nil {
			t.Fatal(err)
		}
		_, err = questionnaire.Parse(data)
		named := map[string]bool{}
		for _, r := range fault.All(err) {
			named[r.Field] = true
		}
		open := reached(t, list)
		for _, q := range list {
			id := q["id"].(string)
			if named[id] == open[id] {
				t.Fatalf("%s: named %v, reached %v, in %s\n%v", id, named[id], open[id], data, err)
			}
			if !open[id] {
				unreachable++
			}
		}
	}
	if unreachable < 25 {
		t.Errorf("only %d questions were unreachable: too few to tell", unreachable)
	}
}
