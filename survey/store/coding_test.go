package store_test

import (
	"context"
	"testing"
	"time"

	"minyi/indicators/access"
	"minyi/indicators/audit"
	"minyi/survey"
	"minyi/survey/coding"
	"minyi/survey/store"
)

// threeTexts are what a survey's residents wrote.
type threeTexts struct{}

func (threeTexts) Texts(context.Context, access.Actor, string) ([]coding.Text, error) {
	return []coding.Text{{Question: "o1", Words: "路灯坏了", N: 2}, {Question: "o1", Words: "停水", N: 1}, {Question: "o1", Words: "很好", N: 1}}, nil
}

// What two people coded and a third settled is there after a restart; the trail has
// every act, the words are nowhere in the tables.
func TestCodingsAreKept(t *testing.T) {
	t.Parallel()
	h := fresh(t)
	if err := store.New(h.db).Create(t.Context(), &survey.Survey{ID: "s1", Round: 2020, Unit: "640100", State: survey.Closed}, audit.Entry{At: time.Unix(1, 0), Action: "x"}); err != nil {
		t.Fatal(err)
	}
	desk := func() *coding.Service {
		return coding.NewService(store.New(h.db), threeTexts{}, nil, func() time.Time { return time.Unix(2, 0) })
	}
	person := func(name string) access.Actor { return access.Actor{Name: name, Role: access.Agency} }
	texts, _ := threeTexts{}.Texts(t.Context(), person("li"), "s1")
	try := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"路", "水"} {
		_, err := desk().AddCode(t.Context(), person("li"), "s1", coding.Code{Zh: name})
		try(err)
	}
	try(desk().Give(t.Context(), person("li"), "s1", map[string]string{texts[0].Digest(): "c1", texts[1].Digest(): "c1"}))
	try(desk().Give(t.Context(), person("ma"), "s1", map[string]string{texts[0].Digest(): "c1", texts[1].Digest(): "c2"}))
	for _, code := range []string{"c1", "c2"} { // the second settling takes the place of the first
		try(desk().Settle(t.Context(), person("zhao"), "s1", texts[1].Digest(), code))
	}
	h = h.reopen(t)
	defer h.close(t)
	got, err := desk().Desk(t.Context(), person("li"), "s1", coding.Search{})
	try(err)
	if len(got.Book.Codes) != 2 || got.Counts.Codes[0].N != 2 || got.Counts.Codes[1].N != 1 || got.Counts.Open != 1 {
		t.Errorf("after a restart: got %+v, want 2 texts of the first code, 1 of the second, 1 open", got.Counts)
	}
	if got.Found[1].State != coding.Settled || len(got.Found[1].Marks) != 2 || got.Agreements[0].Same != 1 {
		t.Errorf("after a restart: got %+v and %+v", got.Found[1], got.Agreements)
	}
	var words, acts int
	try(h.db.Reader().QueryRowContext(t.Context(), `SELECT count(*) FROM code_given WHERE text LIKE '%停%' OR code LIKE '%停%'`).Scan(&words))
	try(h.db.Reader().QueryRowContext(t.Context(), `SELECT count(*) FROM trail WHERE action LIKE 'coding.%'`).Scan(&acts))
	if words != 0 || acts != 6 {
		t.Errorf("got %d texts among the codes and %d acts in the trail, want none and 6", words, acts)
	}
}
