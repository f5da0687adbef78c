package analysis_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strconv"
)

const (
	bigAreas, bigTypes, bigPSUs, bigItems = 27, 3, 40, 12
	bigSeed                               = 20260615
)

// yardstick is a made-up survey of any size: respondents in 27 areas, three strata
// an area with 40 PSUs each, weights that bring a stratum to its population, and
// four published margins that the sample misses. The same size is the same survey.
type yardstick struct {
	rows    []sheet
	weights []float64 // by stratum
	margins []margin
}

// sheet is one respondent in codes from 0; the answers are the characters 1 to 5, 9
// for don't know, 0 for none.
type sheet struct {
	area, stratum, psu, age, sex, edu uint16
	answers                           [bigItems]byte
}

type margin struct {
	name   string
	levels []string
	totals []float64
}

// made is what the population is made of.
type made struct {
	population, area, share []float64
	kinds                   [][]float64
	psu, item               []float64
}

func newYardstick(n int) *yardstick {
	source := rand.New(rand.NewPCG(bigSeed, 7))
	m := newMade(source)
	out := &yardstick{rows: make([]sheet, n), weights: make([]float64, bigAreas*bigTypes)}
	for i := range out.rows {
		m.fill(source, &out.rows[i])
		out.weights[out.rows[i].stratum]++
	}
	for s, count := range out.weights {
		if area := s / bigTypes; count > 0 {
			out.weights[s] = m.population[area] * m.kinds[area][s%bigTypes] / count
		}
	}
	out.publish(m.population)
	return out
}

func newMade(source *rand.Rand) *made {
	m := &made{psu: make([]float64, bigAreas*bigTypes*bigPSUs), item: make([]float64, bigItems)}
	for range bigAreas {
		population := math.Round(120000 * math.Exp(0.8*source.NormFloat64()))
		m.population = append(m.population, population)
		m.area = append(m.area, 0.35*source.NormFloat64())
		m.share = append(m.share, math.Pow(population, 0.6))
		town := 0.2 + 0.5*source.Float64()
		m.kinds = append(m.kinds, []float64{town, (1 - town) * 0.4, (1 - town) * 0.6})
	}
	for k := range m.psu {
		m.psu[k] = 0.25 * source.NormFloat64()
	}
	for k := range m.item {
		m.item[k] = 0.4 * source.NormFloat64()
	}
	return m
}

// fill draws one respondent.
func (m *made) fill(source *rand.Rand, r *sheet) {
	area := pick(source, m.share)
	stratum := area*bigTypes + pick(source, m.kinds[area])
	psu := stratum*bigPSUs + source.IntN(bigPSUs)
	r.area, r.stratum, r.psu = uint16(area), uint16(stratum), uint16(psu)
	r.age = uint16(pick(source, []float64{0.15, 0.25, 0.24, 0.19, 0.11, 0.06}))
	r.sex = uint16(pick(source, []float64{0.55, 0.45}))
	r.edu = uint16(pick(source, []float64{0.10, 0.25, 0.22, 0.20, 0.23}))
	mood := 0.3 + m.area[area] + m.psu[psu] + 0.7*source.NormFloat64() + 0.05*float64(r.age) - 0.08*float64(r.edu)
	unsure := 0.03 + 0.01*float64(4-r.edu)
	for k := range r.answers {
		draw, z := source.Float64(), mood+m.item[k]+0.8*source.NormFloat64()
		r.answers[k] = '1'
		for _, cut := range []float64{-1.9, -1.2, -0.5, 0.6} {
			if z > cut {
				r.answers[k]++
			}
		}
		if draw < unsure {
			r.answers[k] = '9'
		} else if draw < unsure+0.005 {
			r.answers[k] = 0
		}
	}
}

func pick(source *rand.Rand, shares []float64) int {
	sum := 0.0
	for _, v := range shares {
		sum += v
	}
	u := source.Float64() * sum
	for k, v := range shares {
		if u < v {
			return k
		}
		u -= v
	}
	return len(shares) - 1
}

// publish makes the margins, whole people that add up.
func (y *yardstick) publish(population []float64) {
	areas, all := margin{name: "area", totals: population}, 0.0
	for k, v := range population {
		areas.levels = append(areas.levels, fmt.Sprintf("A%02d", k+1))
		all += v
	}
	y.margins = append(y.margins, areas)
	put := func(name string, levels []string, shares []float64) {
		m, rest := margin{name: name, levels: levels}, all
		for k, share := range shares {
			v := math.Round(all * share)
			if k == len(shares)-1 {
				v = rest
			}
			rest -= v
			m.totals = append(m.totals, v)
		}
		y.margins = append(y.margins, m)
	}
	put("age", []string{"18-24", "25-34", "35-44", "45-54", "55-64", "65+"}, []float64{0.11, 0.18, 0.20, 0.21, 0.16, 0.14})
	put("sex", []string{"F", "M"}, []float64{0.49, 0.51})
	put("edu", []string{"primary", "junior", "senior", "college", "bachelor"}, []float64{0.26, 0.33, 0.18, 0.12, 0.11})
}

// weight is a respondent's weight as the CSV text has it, in ten digits.
func (y *yardstick) weight(r *sheet) string {
	return strconv.FormatFloat(y.weights[r.stratum], 'g', 10, 64)
}

// csv writes the data as CSV text.
func (y *yardstick) csv() []byte {
	out := append([]byte{}, "id,area,stratum,psu,w,age,sex,edu"...)
	for k := range bigItems {
		out = fmt.Appendf(out, ",q%d", k+1)
	}
	out = append(out, '\n')
	for i := range y.rows {
		r := &y.rows[i]
		out = fmt.Appendf(out, "%d,A%02d,S%02d,P%04d,%s,%s,%s,%s", i+1, r.area+1, r.stratum+1, r.psu+1, y.weight(r),
			y.margins[1].levels[r.age], y.margins[2].levels[r.sex], y.margins[3].levels[r.edu])
		for _, answer := range r.answers {
			out = append(out, ',')
			if answer != 0 {
				out = append(out, answer)
			}
		}
		out = append(out, '\n')
	}
	return out
}

// totals are the published margins as totals of the calibration model, the
// intercept with them.
func (y *yardstick) totals() map[string]float64 {
	out := map[string]float64{}
	for _, v := range y.margins[0].totals {
		out["(Intercept)"] += v
	}
	for _, m := range y.margins {
		for k, level := range m.levels[1:] {
			out[m.name+"="+level] = m.totals[k+1]
		}
	}
	return out
}
