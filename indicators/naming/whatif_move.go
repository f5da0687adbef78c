package naming

import (
	"math"
	"slices"

	"minyi/indicators/roster"
	"minyi/indicators/scorebook"
	"minyi/stats/rank"
)

// Move says over which range of one part's share, the others keeping their
// proportions, the front group stays as it is, and who changes at its ends. An end
// of 0 or 1 changes nobody.
type Move struct {
	Instrument   scorebook.Instrument
	Share        float64 // official, of the parts that anybody has
	Low, High    float64
	Below, Above Turn
}

// Turn is what happens to the front group beyond an end of a range.
type Turn struct{ In, Out []roster.UnitCode }

// moves moves every share; with a single part there is nothing to move.
func (f frame) moves(t Table) []Move {
	if len(f.share) < 2 {
		return nil
	}
	total := 0.0
	for _, w := range f.share {
		total += w
	}
	var out []Move
	for n, w := range f.share {
		out = append(out, f.move(t, n, w/total))
	}
	return out
}

// at are the scores with part n at the share w and the others in proportion.
func (f frame) at(n int, w float64) []float64 {
	rest := 0.0
	for k, v := range f.share {
		if k != n {
			rest += v
		}
	}
	weight := make([]float64, len(f.share))
	for k, v := range f.share {
		weight[k] = (1 - w) * v / rest
	}
	weight[n] = w
	return combined(f.x, weight, rank.Arithmetic)
}

// scenes moves every share from 0 to 1 in tenths; with a single part there is nothing
// to move.
func (f frame) scenes() []Scene {
	const tenths = 10
	if len(f.share) < 2 {
		return nil
	}
	total := 0.0
	for _, w := range f.share {
		total += w
	}
	out := make([]Scene, len(f.share))
	for n := range f.share {
		out[n] = Scene{Instrument: f.instruments[n], Official: f.share[n] / total}
		for k := range tenths + 1 {
			w := float64(k) / tenths
			out[n].Shares, out[n].Places = append(out[n].Shares, w), append(out[n].Places, rank.Point(f.at(n, w)))
		}
	}
	return out
}

func (f frame) front(n int, w float64) []bool {
	out := make([]bool, len(f.x))
	for i, place := range rank.Point(f.at(n, w)) {
		out[i] = place <= f.cut
	}
	return out
}

func (f frame) move(t Table, n int, share float64) Move {
	m := Move{Instrument: f.instruments[n], Share: share, High: 1}
	cuts := append(f.swaps(n), 1)
	here, before := f.front(n, share), 0.0
	for _, cut := range cuts {
		if cut-before > 1e-12 {
			now := f.front(n, (before+cut)/2)
			if !slices.Equal(now, here) {
				if cut <= share {
					m.Low, m.Below = cut, turn(t, here, now)
				} else if before >= share {
					m.High, m.Above = before, turn(t, here, now)
					break
				}
			}
		}
		before = cut
	}
	return m
}

func turn(t Table, here, beyond []bool) (out Turn) {
	for i := range here {
		switch {
		case beyond[i] && !here[i]:
			out.In = append(out.In, t.Rows[i].Unit)
		case here[i] && !beyond[i]:
			out.Out = append(out.Out, t.Rows[i].Unit)
		}
	}
	return out
}

// swaps are the shares of part n strictly between 0 and 1 at which two units change
// their order, ascending. A score is (w a + (1-w) b) / (w m + (1-w) q), m and q being
// what of the part and of the others is there; two are equal at the roots of a
// quadratic, which is linear where nothing is missing.
func (f frame) swaps(n int) []float64 {
	var out []float64
	for i := range f.x {
		for j := range i {
			p, q := f.ratio(n, i), f.ratio(n, j)
			// With v = 1-w: (p.a w + p.b v)(q.m w + q.q v) = (q.a w + q.b v)(p.m w + p.q v).
			ww := p.a*q.m - q.a*p.m
			wv := p.a*q.q + p.b*q.m - q.a*p.q - q.b*p.m
			vv := p.b*q.q - q.b*p.q
			for _, w := range roots(ww-wv+vv, wv-2*vv, vv) {
				if w > 0 && w < 1 {
					out = append(out, w)
				}
			}
		}
	}
	slices.Sort(out)
	return out
}

type ratio struct{ a, b, m, q float64 }

func (f frame) ratio(n, i int) (r ratio) {
	rest := 0.0
	for k, w := range f.share {
		if k != n {
			rest += w
		}
	}
	for k, v := range f.x[i] {
		switch {
		case math.IsNaN(v):
		case k == n:
			r.a, r.m = v, 1
		default:
			r.b, r.q = r.b+v*f.share[k]/rest, r.q+f.share[k]/rest
		}
	}
	return r
}

// roots solves a w^2 + b w + c = 0.
func roots(a, b, c float64) []float64 {
	const nothing = 1e-12
	if math.Abs(a) < nothing {
		if math.Abs(b) < nothing {
			return nil
		}
		return []float64{-c / b}
	}
	d := b*b - 4*a*c
	if d < 0 {
		return nil
	}
	return []float64{(-b - math.Sqrt(d)) / (2 * a), (-b + math.Sqrt(d)) / (2 * a)}
}
