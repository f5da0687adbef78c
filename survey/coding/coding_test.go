package coding_test

import (
	"context"
	"errors"
	"math"
	"testing"
	"time"

	"minyi/indicators/access"
	"minyi/indicators/audit"
	"minyi/indicators/fault"
	"minyi/survey/coding"
)

// kept is what a desk keeps while a test runs; the real store is tried in its own
// package and through the browser.
type kept struct {
	texts []coding.Text
	book  coding.Book
	given []coding.Mark
}

func (k *kept) Texts(_ context.Context, by access.Actor, _ string) ([]coding.Text, error) {
	return k.texts, by.Require(access.Agency)
}

func (k *kept) CodeBook(context.Context, string) (*coding.Book, error) { return &k.book, nil }

func (k *kept) UpdateCodeBook(_ context.Context, _ string, _ audit.Entry, rule func(*coding.Book) error) (*coding.Book, error) {
	return &k.book, rule(&k.book)
}

func (k *kept) CodeMarks(context.Context, string) ([]coding.Mark, error) { return k.given, nil }

func (k *kept) GiveCodes(_ context.Context, _ string, _ audit.Entry, rule func([]coding.Mark) ([]coding.Mark, error)) error {
	fresh, err := rule(k.given)
	for _, m := range fresh {
		old := k.given[:0:0]
		for _, o := range k.given {
			if o.Text != m.Text || o.Coder != m.Coder || o.Settled != m.Settled {
				old = append(old, o)
			}
		}
		k.given = append(old, m)
	}
	return err
}

func person(name string) access.Actor { return access.Actor{Name: name, Role: access.Agency} }

// desk has texts with the words a, b, c … and two codes.
func desk(t *testing.T, counts ...int) (*coding.Service, *kept) {
	t.Helper()
	k := &kept{}
	for i, n := range counts {
		k.texts = append(k.texts, coding.Text{Question: "o1", Words: string(rune('a' + i)), N: n})
	}
	s := coding.NewService(k, k, nil, func() time.Time { return time.Unix(1, 0) })
	for _, name := range []string{"路", "水"} {
		if _, err := s.AddCode(t.Context(), person("li"), "s", coding.Code{Zh: name}); err != nil {
			t.Fatal(err)
		}
	}
	return s, k
}

func give(t *testing.T, s *coding.Service, k *kept, who, codes string) {
	t.Helper()
	all := map[string]string{}
	for i, c := range codes {
		if c != ' ' {
			all[k.texts[i].Digest()] = "c" + string(c)
		}
	}
	if err := s.Give(t.Context(), person(who), "s", all); err != nil {
		t.Fatal(err)
	}
}

func refused(t *testing.T, what string, err error, code string) {
	t.Helper()
	var r *fault.Refusal
	if !errors.As(err, &r) || r.Code != code {
		t.Errorf("%s: got %v, want %s", what, err, code)
	}
}

func look(t *testing.T, s *coding.Service, who string, search coding.Search) *coding.Desk {
	t.Helper()
	d, err := s.Desk(t.Context(), person(who), "s", search)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// By hand: 8 of 10 the same; li gives code 1 six times of ten, ma four times, so
// pe = 0.6·0.4 + 0.4·0.6 = 0.48 and kappa = (0.8-0.48)/0.52.
func TestAgreementIsCohensKappa(t *testing.T) {
	t.Parallel()
	s, k := desk(t, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1)
	give(t, s, k, "li", "1111112222")
	give(t, s, k, "ma", "1111222222")
	got := look(t, s, "li", coding.Search{}).Agreements
	if len(got) != 1 || got[0].N != 10 || got[0].Same != 8 || !got[0].Known {
		t.Fatalf("got %+v, want 8 of 10 the same", got)
	}
	if want := 0.32 / 0.52; math.Abs(got[0].Kappa-want) > 1e-12 {
		t.Errorf("kappa: got %v, want %v", got[0].Kappa, want)
	}
}

func TestNobodySeesAnothersCodeBeforeGivingOne(t *testing.T) {
	t.Parallel()
	s, k := desk(t, 1, 1)
	give(t, s, k, "li", "12")
	for _, one := range look(t, s, "ma", coding.Search{}).Found {
		if len(one.Marks) > 0 || one.Code != "" {
			t.Errorf("ma sees %+v before coding", one)
		}
	}
	if got := look(t, s, "ma", coding.Search{Code: "c1"}).Found; len(got) > 0 {
		t.Errorf("a search by code tells ma: %+v", got)
	}
	give(t, s, k, "ma", "11")
	got := look(t, s, "ma", coding.Search{}).Found
	if got[0].State != coding.Agreed || got[1].State != coding.Differs || len(got[1].Marks) != 2 {
		t.Errorf("after coding: got %+v", got)
	}
	refused(t, "a third person", s.Give(t.Context(), person("zhao"), "s", map[string]string{k.texts[0].Digest(): "c1"}), "coding.full")
	if got := look(t, s, "zhao", coding.Search{ForMe: true}).Found; len(got) > 0 {
		t.Errorf("zhao is asked for %+v", got)
	}
}

func TestCountsFollowTheCodesThatStand(t *testing.T) {
	t.Parallel()
	s, k := desk(t, 3, 2, 1, 1, 5, 1)
	give(t, s, k, "li", "1122  ")
	give(t, s, k, "ma", "12 2  ")
	got := look(t, s, "li", coding.Search{}).Counts
	// a (3) agreed on 1, b (2) differs, c (1) once 2, d (1) agreed on 2, e and f (6) bare.
	if got.Codes[0].N != 3 || got.Codes[1].N != 2 || got.Open != 8 || got.Once != 1 || got.All != 13 {
		t.Errorf("before settling: got %+v", got)
	}
	refused(t, "settling what agrees", s.Settle(t.Context(), person("li"), "s", k.texts[0].Digest(), "c1"), "coding.same")
	if err := s.Settle(t.Context(), person("zhao"), "s", k.texts[1].Digest(), "c1"); err != nil {
		t.Fatal(err)
	}
	if got = look(t, s, "li", coding.Search{}).Counts; got.Codes[0].N != 5 || got.Open != 6 {
		t.Errorf("after settling: got %+v", got)
	}
	refused(t, "another code of a settled text", s.Give(t.Context(), person("li"), "s", map[string]string{k.texts[1].Digest(): "c2"}), "coding.full")
	if got := look(t, s, "li", coding.Search{Words: "B"}).Found; len(got) != 1 || got[0].State != coding.Settled {
		t.Errorf("a search for b: got %+v", got)
	}
}

func TestTheBookRefusesWhatCannotBe(t *testing.T) {
	t.Parallel()
	s, k := desk(t, 1)
	_, err := s.AddCode(t.Context(), person("li"), "s", coding.Code{Zh: " "})
	refused(t, "a code without a name", err, "coding.label")
	_, err = s.AddCode(t.Context(), person("li"), "s", coding.Code{Zh: "路"})
	refused(t, "a name twice", err, "coding.twice")
	_, err = s.AddCode(t.Context(), access.Actor{Name: "x", Role: access.Office}, "s", coding.Code{Zh: "x"})
	refused(t, "the office", err, "access.role")
	refused(t, "an unknown code", s.Give(t.Context(), person("li"), "s", map[string]string{k.texts[0].Digest(): "c9"}), "coding.unknown")
	refused(t, "an unknown text", s.Give(t.Context(), person("li"), "s", map[string]string{"x": "c1"}), "coding.unknown")
	if _, err := s.RetireCode(t.Context(), person("li"), "s", "c1"); err != nil {
		t.Fatal(err)
	}
	refused(t, "a retired code", s.Give(t.Context(), person("li"), "s", map[string]string{k.texts[0].Digest(): "c1"}), "coding.unknown")
}
