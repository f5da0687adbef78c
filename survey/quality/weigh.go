package quality

import (
	"math"

	"minyi/stats/careless"
)

// tally counts the answers of some people, by item and code.
type tally struct {
	people float64
	counts [][16]float32
}

// add counts person i's answers, n times (-1 takes them out again).
func (p *pairwise) add(t *tally, i int, n float32) {
	if t.counts == nil {
		t.counts = make([][16]float32, p.vectors.Items())
	}
	t.people += float64(n)
	for j := range t.counts {
		t.counts[j][p.code(i, j)] += n
	}
}

func (p *pairwise) code(i, j int) int { return int(p.vectors.Words(i)[j/16] >> (4 * (j % 16)) & 15) }

// share is how large a part of the people gave an answer, shrunk to a base as if
// that counted as so many people.
func (t *tally) share(item, code int, base float64) float64 {
	const weight = 4
	if t.counts == nil {
		return base
	}
	return (max(0, float64(t.counts[item][code])) + weight*base) / (max(0, t.people) + weight)
}

// tallies are the people of a class of level and spread, of its level, and all.
type tallies struct {
	narrow map[[2]int]*tally
	level  map[int]*tally
	all    *tally
}

func (p *pairwise) count(t *tallies, i int, n float32) {
	c := p.classOf(i)
	if t.narrow[c] == nil {
		t.narrow[c] = &tally{}
	}
	if t.level[c[0]] == nil {
		t.level[c[0]] = &tally{}
	}
	for _, one := range []*tally{t.narrow[c], t.level[c[0]], t.all} {
		p.add(one, i, n)
	}
}

// classOf sorts people by level (half points) and spread of their answers.
func (p *pairwise) classOf(i int) [2]int {
	width := p.r.high - p.r.low
	level := int(math.Round(8 * (p.r.level[i] - p.r.low) / max(1, width)))
	spread := 0
	for _, limit := range []float64{.04, .1, .16, .22, .3} {
		if p.r.spread[i] > limit*width {
			spread++
		}
	}
	return [2]int{level, spread}
}

// weigh learns how often each answer is given in each class, shrunk to the class
// of level and to all, and takes the weight of every answer. A unit's answers are
// weighed by those of the other units, so that a series of copies does not pass
// for a common opinion; one unit alone is weighed by itself.
func (p *pairwise) weigh() {
	r := p.r
	t := &tallies{narrow: map[[2]int]*tally{}, level: map[int]*tally{}, all: &tally{}}
	for i := range r.n {
		p.count(t, i, 1)
	}
	p.lose, p.most = make([][]float32, r.n), make([]float32, r.n)
	for _, members := range r.byUnit {
		apart := len(members) < r.n
		for _, i := range members {
			if apart {
				p.count(t, i, -1)
			}
		}
		for _, i := range members {
			p.weighOne(t, i)
		}
		for _, i := range members {
			if apart {
				p.count(t, i, 1)
			}
		}
	}
}

// rarest is how rare an answer counts at the most: one odd answer in common is no
// series.
const rarest = .03

// oneColumn is from what share of equal answers a person answers in one way.
const oneColumn = .75

// habit is how large a part of a person's other answers are as this one, as
// written or in its direction: who answers down one column, or is content with
// all, needs no model to do so on one item more. 0 below oneColumn.
func (p *pairwise) habit(i, j int) float64 {
	best := 0.0
	for _, c := range []careless.Columns{p.r.columns, p.r.oriented} {
		same := 0.0
		for k := range c {
			if k != j && c[k][i] == c[j][i] {
				same++
			}
		}
		best = max(best, same/float64(max(1, len(c)-1)))
	}
	if best < oneColumn {
		return 0
	}
	return best
}

func (p *pairwise) weighOne(t *tallies, i int) {
	items := p.vectors.Items()
	c := p.classOf(i)
	p.lose[i] = make([]float32, items)
	for j := range items {
		code := p.code(i, j)
		const even = .05
		base := t.all.share(j, code, even)
		share := t.narrow[c].share(j, code, t.level[c[0]].share(j, code, base))
		share = min(.995, max(rarest, share, p.habit(i, j)))
		gain := math.Log(alike / share)
		p.lose[i][j] = float32(gain - math.Log((1-alike)/(1-share)))
		p.most[i] += float32(gain)
	}
}
