package pack_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"minyi/survey/pack"
	"minyi/survey/tabulate"
)

// An attacker knows every number of the pack, and takes what is shown from what was
// summed up with it: an item from the composites, a cell from its total, a table from
// the one beside. What is left is never the answers of fewer than may be shown, and
// never one hidden item alone.
func TestNoHiddenFigureFollowsBySubtraction(t *testing.T) {
	t.Parallel()
	dice, hidden := rand.New(rand.NewPCG(7, 7)), 0
	for round := range 40 {
		items := make([]int, 3+dice.IntN(5))
		for k := range items {
			items[k] = []int{0, 0, 4, 9, 12, 30, 60}[dice.IntN(7)]
		}
		in := made(uint64(round), 60+dice.IntN(60), items...)
		g, less := ground(t, in), in
		less.Sampled = less.Sampled[:len(less.Sampled)-dice.IntN(25)]
		b := basis(t, g, &ground(t, less).Result.Sampled)
		hidden += attacked(t, fmt.Sprintf("survey %d of %v", round, items), b, &g.Result.Sampled)
	}
	if hidden < 40 {
		t.Errorf("got %d hidden items, want many: the attack has nothing to find", hidden)
	}
}

// attacked tries each table and both together.
func attacked(t *testing.T, name string, b *pack.Basis, truth *tabulate.Table) (hidden int) {
	t.Helper()
	for _, f := range []*tabulate.Footing{b.Sampled, b.AllAnswers, b.WithoutInsiders} {
		if f == nil {
			continue
		}
		var unknowns []int
		for k, item := range f.Items {
			if !item.Hidden {
				kept(t, name, f, k)
				continue
			}
			if len(item.Sums) > 0 || item.ShareSpread.Totals != nil || item.MeanSpread.Rest != 0 {
				t.Errorf("%s: item %d is hidden and has numbers", name, k)
			}
			if truth.Items[k].Satisfied.N > 0 {
				unknowns = append(unknowns, k)
			}
		}
		hidden += len(unknowns)
		if f == b.Sampled {
			told(t, name, b, unknowns, truth)
		}
		if len(unknowns) > 0 && len(f.Index.Totals) > 0 {
			t.Errorf("%s: the index has totals by group, from which a hidden item's can be taken", name)
		}
	}
	return hidden
}

// kept demands that a shown item has enough answers in each of its cells.
func kept(t *testing.T, name string, f *tabulate.Footing, k int) {
	t.Helper()
	n := 0
	for _, s := range f.Items[k].Sums {
		if n += s.N; s.N < least {
			t.Errorf("%s: a cell of item %d has %d answers, want at least %d", name, k, s.N, least)
		}
	}
	if n < least {
		t.Errorf("%s: item %d is shown with %d answers", name, k, n)
	}
}

// told takes the shown items from the composites: the sum of all hidden ones is left.
// They must be two at least, with enough answers together, and none of them may stand
// in a table beside.
func told(t *testing.T, name string, b *pack.Basis, unknowns []int, truth *tabulate.Table) {
	t.Helper()
	if len(unknowns) == 0 {
		return
	}
	f, behind, left := b.Sampled, 0, 0.0
	for _, k := range unknowns {
		behind += truth.Items[k].Satisfied.N
		left += 25 * (float64(truth.Items[k].Mean.Est) - 1)
		for _, other := range []*tabulate.Footing{b.AllAnswers, b.WithoutInsiders} {
			if other != nil && (!other.Items[k].Hidden || !other.Apart.Withheld) {
				t.Errorf("%s: item %d is hidden and a table beside tells of it", name, k)
			}
		}
	}
	if table := f.Table(); math.Abs(float64(table.Index.Est)*float64(len(f.Items))-shownOf(table)-left) > 1e-6*left {
		t.Errorf("%s: the attack by subtraction is wrong: it finds another sum than that of the hidden items", name)
	}
	if len(unknowns) < 2 || behind < least {
		t.Errorf("%s: %d items with %d answers are left by subtraction, want two and %d", name, len(unknowns), behind, least)
	}
}

// shownOf sums the places of the shown items on the index.
func shownOf(table tabulate.Table) (sum float64) {
	for _, item := range table.Items {
		if item.Mean.N > 0 {
			sum += 25 * (float64(item.Mean.Est) - 1)
		}
	}
	return sum
}

// The place of an item on the index, which two neighbouring tables would tell if they
// differed by few: a table beside the official one has no item in which they do.
func TestTablesBesideDifferByManyOrNotAtAll(t *testing.T) {
	t.Parallel()
	for _, gone := range []int{0, 3, 9, 15, 40} {
		in := made(11, 120, 0, 0, 0)
		g, more := ground(t, in), in
		more.Sampled = append(more.Sampled[:len(more.Sampled):len(more.Sampled)], made(12, gone, 0, 0, 0).Sampled...)
		b := basis(t, g, &ground(t, more).Result.Sampled)
		if shown, want := b.AllAnswers != nil, gone == 0 || gone >= least; shown != want {
			t.Errorf("%d more answers: got a table beside %v, want %v", gone, shown, want)
		}
		for k, item := range both(b) {
			n := b.Sampled.Table().Items[k].Satisfied.N - item
			if n = max(n, -n); item > 0 && n > 0 && n < least {
				t.Errorf("%d more answers: item %d differs by %d people", gone, k, n)
			}
		}
	}
}

func both(b *pack.Basis) (n []int) {
	if b.AllAnswers == nil {
		return nil
	}
	for _, item := range b.AllAnswers.Table().Items {
		n = append(n, item.Satisfied.N)
	}
	return n
}
