package quality

import (
	"math"
	"math/bits"
	"slices"
	"strconv"

	"minyi/indicators/fault"
	"minyi/stats/careless"
)

// pairwise finds responses too alike to be two people's. Equal answers are
// weighed by how rare they are GIVEN the level and the spread of the person's
// answers, as indices of answer copying in examinations do (Wollack 1997; van der
// Linden and Sotaridona 2006): two people who are content with everything agree
// on everything, and that weighs nothing. Page times and the answers about the
// person add where they agree and hardly take away. What is too alike is set by
// pairs from different units (LOCAL EXCESS), which cannot be copies of a unit's.
type pairwise struct {
	r       *review
	vectors *careless.Vectors
	lose    [][]float32 // lost when the answer differs
	most    []float32   // the sum of the gains
	traits  [][4]int32  // age, sex, education, agent; 0 unknown
	rarity  [4][]float32
	// Of page times: what equal ones gain together, and what each page's squared
	// difference takes away.
	timesGain  float64
	timesLose  []float64
	mostBeside float64 // the most that times and traits can add
	heavy      float64 // the weight that few pairs of strangers have
	seen       [weightBins]float64
	pairs      float64 // of strangers
}

// The weights of strangers' pairs are counted in bins of a quarter.
const (
	weightBins = 240
	binsPerNat = 4
)

// heavyShare is how many pairs of strangers weigh as much as a heavy pair.
const heavyShare = .001

// leastHeavy is what a heavy pair weighs at least, and leastAnswers its answers
// alone.
const (
	leastHeavy   = 2
	leastAnswers = 1
)

// setHeavy finds the weight of a heavy pair; without strangers it is what chance
// alone would give among so many.
func (p *pairwise) setHeavy() {
	p.heavy = math.Log(float64(p.r.n)) + 3
	if p.pairs == 0 {
		return
	}
	above := 0.0
	for bin := weightBins - 1; bin > 0; bin-- {
		if above += p.seen[bin]; above > heavyShare*p.pairs {
			p.heavy = max(leastHeavy, float64(bin+1)/binsPerNat)
			return
		}
	}
	p.heavy = leastHeavy
}

// likes are the three heaviest others of a response, and how many are heavy.
type likes struct {
	best  [3]likeness
	heavy float64
}

// alike is the chance that a copied answer is left as it was.
const alike = .88

// mostAnswers is how many different answers an item may have (careless.Pack).
const mostAnswers = 15

// copiedTime is the standard deviation of log page times between a copy and its
// source, where times were copied at all.
const copiedTime = .1

func (r *review) duplicates() error {
	vectors, err := careless.Pack(r.columns)
	if err != nil {
		return fault.New(fault.Invalid, "quality.many_answers", "most", strconv.Itoa(mostAnswers))
	}
	p := &pairwise{r: r, vectors: vectors}
	p.weigh()
	p.describe()
	own, null := make([]likes, r.n), make([]likes, r.n)
	c := chance(1)
	for u, members := range r.byUnit {
		p.across(members, r.strangers(u, strangersPerUnit, &c), null)
	}
	p.setHeavy()
	for _, members := range r.byUnit {
		p.inside(members, own)
	}
	p.judge(own, null)
	return nil
}

// strangersPerUnit is how many responses of other units each response of a unit
// is compared with.
const strangersPerUnit = 400

// describe codes what people say of themselves, with the weight of agreeing.
func (p *pairwise) describe() {
	p.traits = make([][4]int32, p.r.n)
	for k, of := range []func(*Response) string{
		func(x *Response) string { return x.Age },
		func(x *Response) string { return x.Sex },
		func(x *Response) string { return x.Education },
		func(x *Response) string { return x.Agent },
	} {
		codes, count := map[string]int32{"": 0}, []float64{0}
		for i := range p.r.s.Responses {
			name := of(&p.r.s.Responses[i])
			code, known := codes[name]
			if !known {
				code = int32(len(codes))
				codes[name] = code
				count = append(count, 0)
			}
			count[code]++
			p.traits[i][k] = code
		}
		p.rarity[k] = make([]float32, len(count))
		for code, n := range count {
			p.rarity[k][code] = float32(-math.Log(max(.02, n/float64(p.r.n))))
		}
		p.mostBeside += -math.Log(.02)
	}
	for _, sd := range p.r.pageSD {
		p.timesGain += math.Log(sd / copiedTime)
		p.timesLose = append(p.timesLose, .25*(1/(copiedTime*copiedTime)-1/(sd*sd)))
	}
	p.mostBeside += max(0, p.timesGain)
}

// answersAlike is the weight of two responses' answers, seen from a.
func (p *pairwise) answersAlike(a, b int) float64 {
	x, y := p.vectors.Words(a), p.vectors.Words(b)
	sum, lose := p.most[a], p.lose[a]
	for w := range x {
		for differ := x[w] ^ y[w]; differ != 0; {
			place := bits.TrailingZeros64(differ) / 4
			sum -= lose[16*w+place]
			differ &^= 15 << (4 * place)
		}
	}
	return float64(sum)
}

// timesAlike weighs page times: a half chance that they were copied.
func (p *pairwise) timesAlike(a, b int) float64 {
	if p.r.pages == nil {
		return 0
	}
	sum := p.timesGain
	x, y := p.r.pages[a], p.r.pages[b]
	for k, lose := range p.timesLose {
		if d := x[k] - y[k]; !math.IsNaN(d) {
			sum -= d * d * lose
		} else {
			sum -= p.timesGain / float64(len(x))
		}
	}
	if sum < -8 {
		return math.Log(.5)
	}
	return math.Log(.5 + .5*math.Exp(min(sum, 30)))
}

// selfAlike weighs age, sex, education and browser: copied together or not.
func (p *pairwise) selfAlike(a, b int) float64 {
	var sum float32
	for k := range p.rarity {
		code := p.traits[a][k]
		if code == 0 || p.traits[b][k] == 0 {
			continue
		}
		if code != p.traits[b][k] {
			return math.Log(.5)
		}
		sum += p.rarity[k][code]
	}
	return math.Log(.5 + .5*math.Exp(float64(sum)))
}

// inside compares the responses of a unit with each other.
func (p *pairwise) inside(members []int, of []likes) {
	p.eachPair(members, func(a, b int) {
		p.keep(a, b, of)
		p.keep(b, a, of)
	})
}

// across compares a unit's responses with strangers.
func (p *pairwise) across(members, strangers []int, of []likes) {
	least := p.least()
	for _, a := range members {
		for _, b := range strangers {
			if p.vectors.Match(a, b) < least {
				continue
			}
			if x := p.keep(a, b, of); x > 0 {
				p.seen[min(weightBins-1, int(x*binsPerNat))]++
			}
		}
	}
	p.pairs += float64(len(members) * len(strangers))
}

// least is on how many items a pair must agree to be weighed.
func (p *pairwise) least() int { return int(math.Ceil(.7 * float64(p.vectors.Items()))) }

// keep notes the weight of b for a, and returns it where it was worth weighing.
// Two responses of one device are the device rule's.
func (p *pairwise) keep(a, b int, of []likes) float64 {
	if p.most[a] < leastGain || p.r.sameDevice(a, b) {
		return 0
	}
	l := &of[a]
	x := p.answersAlike(a, b)
	if x+p.mostBeside <= min(l.best[2].weight, p.heavy) {
		return 0
	}
	answers := x
	x += p.timesAlike(a, b) + p.selfAlike(a, b)
	if p.heavy > 0 && x >= p.heavy && answers >= leastAnswers {
		l.heavy++
	}
	one := likeness{x, b}
	for k := range l.best {
		if one.weight > l.best[k].weight {
			one, l.best[k] = l.best[k], one
		}
	}
	return x
}

// likeness is the weight of one other response.
type likeness struct {
	weight float64
	other  int
}

// spare is by how much the evidence of a series counts against response i: half
// where it was invited and the others were not, since the invited one is likelier
// the source that was copied than a copy.
func (r *review) spare(i int, others []int) float64 {
	open := 0
	for _, b := range others {
		if r.s.Responses[b].Channel == "open" {
			open++
		}
	}
	if r.s.Responses[i].Channel == "prob" && 2*open > len(others) {
		return .5
	}
	return 1
}

// judge compares what a response has in its own unit with what strangers give.
// One heavy pair may be chance or a couple; two or three are a series.
func (p *pairwise) judge(own, null []likes) {
	var limit [3]float64
	for k := range limit {
		column := make([]float64, 0, p.r.n)
		for i := range null {
			column = append(column, null[i].best[k].weight)
		}
		slices.Sort(column)
		limit[k] = max(math.Log(float64(p.r.n)), column[len(column)*995/1000])
	}
	for i := range own {
		best := own[i].best
		pair := best[0].weight - limit[0] - math.Log(p.pressure(i))
		series := best[1].weight - limit[1] - math.Log(p.pressure(i))/2
		amount := ramp(pair, 0, 8, 2) + ramp(series, -1, 6, 4)
		amount = min(6, max(amount, ramp(p.excess(i, own[i], null[i]), 2, 6, 4)))
		if amount > 0 {
			var others []int
			for _, one := range best {
				if one.weight > 0 {
					others = append(others, one.other)
				}
			}
			p.r.give(Duplicate, i, amount*p.r.spare(i, others))
		}
	}
}

// excess is the LOCAL EXCESS of heavy pairs, (k - lambda) / sqrt(lambda + 1):
// lambda is what strangers predict for a unit of this size, near this response
// and on the whole.
func (p *pairwise) excess(i int, own, null likes) float64 {
	if p.pairs == 0 {
		return 0
	}
	k0 := 0.0
	for _, one := range null.best {
		if one.weight >= p.heavy {
			k0++
		}
	}
	const prior = 1 / heavyShare // as if one of so many more had been heavy
	size := float64(len(p.r.byUnit[p.r.unit[i]]))
	expected := size * (k0 + 1) / (strangersPerUnit + prior)
	return (own.heavy - expected) / math.Sqrt(expected+1)
}

// pressure is how many times more pairs a response has in its unit than among
// the strangers.
func (p *pairwise) pressure(i int) float64 {
	return max(1, float64(len(p.r.byUnit[p.r.unit[i]]))/strangersPerUnit)
}
