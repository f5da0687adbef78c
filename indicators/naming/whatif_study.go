package naming

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"

	"minyi/indicators/access"
	"minyi/indicators/fault"
	"minyi/stats/rank"
)

// Bounds of a study: a request of a second at most.
const (
	LeastRuns   = 100
	MostRuns    = 2000
	DefaultRuns = 1000
	sobolPoints = 512 // base points of the Sobol indices, times the choices and two more
)

// Explore studies what other choices would make of the newest ranking, and keeps the
// study's parameters among the what-ifs; see Trial for what it shows.
func (s *Service) Explore(ctx context.Context, by access.Actor, round, runs int, seed uint64) (*Trial, error) {
	if err := by.Require(access.Office); err != nil {
		return nil, err
	}
	if runs < LeastRuns || runs > MostRuns {
		return nil, fault.New(fault.Invalid, "ranking.runs", "least", fmt.Sprint(LeastRuns), "most", fmt.Sprint(MostRuns)).At("runs")
	}
	snapshot, err := s.store.Ranking(ctx, round)
	if err != nil {
		return nil, err
	}
	t := &Trial{ID: s.newID(), Round: round, MadeAt: s.now(), MadeBy: by.Name, Snapshot: snapshot.ID, Runs: runs, Seed: seed}
	entry := s.entry(by, "ranking.explore", object("what-if", round, t.ID), "")
	entry.After = fmt.Sprintf(`{"runs":%d,"seed":%d,"digest":%q}`, runs, seed, snapshot.Digest)
	return t, s.store.AddTrial(ctx, t, entry)
}

// Studies studies every table that ranks two units or more. The same seed gives the
// same figures.
func Studies(r Ranking, runs int, seed uint64) ([]Study, error) {
	var out []Study
	for _, t := range r.Tables {
		f := frameOf(t)
		if len(f.x) < 2 || len(f.share) == 0 {
			continue
		}
		s := Study{Track: t.Track, Group: t.Group, Cut: t.Cut, Runs: runs}
		f.simulate(&s, t, runs, seed)
		s.Moves, s.Scenes = f.moves(t), f.scenes()
		if err := f.decides(&s, t, seed); err != nil {
			return nil, err
		}
		var err error
		if s.Methods, err = f.methods(); err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	return out, nil
}

// simulate makes all choices at random, each share times U(0.75, 1.25).
func (f frame) simulate(s *Study, t Table, runs int, seed uint64) {
	const stream, fifth, last = 0x72756e73, 0.05, 0.95
	source := rand.New(rand.NewPCG(seed, stream)) //nolint:gosec // a simulation must be reproducible from its seed
	places := make([][]int, len(f.x))
	u := make([]float64, len(f.share)+beyond)
	for range runs {
		for n := range u {
			u[n] = source.Float64()
			if n < len(f.share) {
				u[n] = spreadLow + u[n]*(spreadTop-spreadLow)
			}
		}
		same := true
		for i, place := range rank.Point(f.run(u)) {
			places[i] = append(places[i], place)
			same = same && (place <= f.cut) == (t.Rows[i].Place <= f.cut)
		}
		if same {
			s.Same += 1 / float64(runs)
		}
	}
	for i, all := range places {
		one := Studied{Unit: t.Rows[i].Unit, Place: t.Rows[i].Place, Places: make([]float64, len(f.x))}
		for _, p := range all {
			one.Places[p-1] += 1 / float64(runs)
			if p <= f.cut {
				one.Front += 1 / float64(runs)
			}
		}
		slices.Sort(all)
		at := func(share float64) int { return all[min(int(share*float64(runs)), runs-1)] }
		one.Low, one.Median, one.High = at(fifth), at(0.5), at(last)
		s.Units = append(s.Units, one)
	}
}

// decides finds which choice the place of the front group's last unit hangs on.
func (f frame) decides(s *Study, t Table, seed uint64) error {
	last := 0
	for i := range f.x {
		if t.Rows[i].Place <= f.cut {
			last = i
		}
	}
	names := f.names()
	lower, upper := make([]float64, len(names)), make([]float64, len(names))
	for n := range names {
		if upper[n] = 1; n < len(f.share) {
			lower[n], upper[n] = spreadLow, spreadTop
		}
	}
	found, err := rank.Sobol(func(u []float64) float64 { return float64(rank.Point(f.run(u))[last]) }, lower, upper, sobolPoints, seed)
	if err != nil {
		return err
	}
	s.Last, s.Moving = t.Rows[last].Unit, found.Variance > 0
	for n, name := range names {
		s.Decides = append(s.Decides, Choice{name, found.First[n], found.Total[n]})
	}
	slices.SortStableFunc(s.Decides, func(a, b Choice) int {
		switch {
		case a.Total > b.Total:
			return -1
		case a.Total < b.Total:
			return 1
		}
		return 0
	})
	return nil
}
