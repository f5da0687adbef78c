package rehearsal

import (
	"crypto/sha256"
	"encoding/binary"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
)

// chance returns a source of chance of its own for every name, so that nothing
// depends on the order in which people act.
func chance(seed uint64, name string) *rand.Rand {
	sum := sha256.Sum256([]byte(name))
	return rand.New(rand.NewPCG(seed, binary.BigEndian.Uint64(sum[:]))) //nolint:gosec // what is made up must be reproducible
}

// The model of an answer: a resident's opinion of an item is a sum of effects,
// cut into five points. The spreads are made up; they give design effects of 1.2
// to 2 and shares of satisfied residents between about 60 and 95 %.
const (
	spreadUnit   = 0.35
	spreadPSU    = 0.30
	spreadPerson = 0.70
	spreadItem   = 0.75

	meanOpinion   = 1.15
	meanResponse  = 0.70 // logit of the share who take part, before age
	olderRespond  = 0.35
	ruralUnsure   = 0.05
	shareRefusing = 0.012 // 不想回答, an item
)

// cuts part the points 1|2|3|4|5 of the opinion.
func cuts() []float64 { return []float64{-1.35, -0.6, 0.35, 1.45} }

// item is how residents see one of the twelve subjects: how much better or
// worse than the rest, and how many have nothing to say about it.
type item struct{ ease, unsure float64 }

// items are the twelve of the default questionnaire; a question that is not
// among them is seen like the average.
func items() map[string]item {
	return map[string]item{
		"q01": {0.10, 0.02}, "q02": {0.30, 0.06}, "q03": {-0.05, 0.09}, "q04": {-0.25, 0.20},
		"q05": {-0.30, 0.22}, "q06": {0.05, 0.18}, "q07": {-0.10, 0.16}, "q08": {0.05, 0.13},
		"q09": {-0.20, 0.19}, "q10": {0.00, 0.15}, "q11": {0.10, 0.17}, "q12": {0.10, 0.08},
	}
}

// home is where a resident was drawn: the survey of which unit, and the PSU.
type home struct {
	unit   string // code of the unit that is judged
	psu    string
	county string // division code of the county that the PSU lies in
	rural  bool
}

// resident is one made-up person.
type resident struct {
	home
	rng     *rand.Rand
	opinion float64 // unit, PSU and person effects together
	age     string
	sex     string
}

// newResident makes the person behind the link with that name.
func newResident(seed uint64, h home, name string) *resident {
	r := &resident{home: h, rng: chance(seed, "resident "+h.unit+" "+h.psu+" "+name)}
	r.opinion = meanOpinion +
		spreadUnit*chance(seed, "unit "+h.unit).NormFloat64() +
		spreadPSU*chance(seed, "psu "+h.unit+" "+h.psu).NormFloat64() +
		spreadPerson*r.rng.NormFloat64()
	// Adults of the region: 16.98 % of those of 15 and more are 60 and more
	// (census of 2020); women answer a little more often than men.
	r.age = pick(r.rng, []string{"u18", "18-29", "30-39", "40-49", "50-59", "60-69", "70+"}, []float64{1, 19, 21, 21, 20, 11, 7})
	r.sex = pick(r.rng, []string{"male", "female", "na"}, []float64{48, 51, 1})
	return r
}

// takesPart reports whether the person opens the link and answers at all.
func (r *resident) takesPart() bool {
	logit := meanResponse
	if r.age == "60-69" || r.age == "70+" {
		logit += olderRespond
	}
	return r.rng.Float64() < 1/(1+math.Exp(-logit))
}

// choose returns the codes that the person chooses of those offered by a
// question; none leaves it out.
func (r *resident) choose(id string, offered []string) []string {
	switch id {
	case "consent":
		return []string{r.either(0.985, "yes", "no")}
	case "s1":
		return []string{r.age}
	case "s2":
		return []string{r.lives(offered)}
	case "s3":
		return []string{r.either(0.985, "ge6m", "lt6m")}
	case "s4":
		return []string{pick(r.rng, []string{"no", "yes", "na"}, []float64{955, 35, 10})}
	case "b1":
		return []string{r.sex}
	case "b2":
		if r.rural {
			return []string{r.either(0.97, "rural", "na")}
		}
		return []string{r.either(0.97, "urban", "na")}
	case "b3":
		return r.contacts()
	case "i1":
		return []string{pick(r.rng, []string{"no", "yes", "na"}, []float64{965, 15, 20})}
	}
	return r.other(id, offered)
}

// other answers a scale, and any question that this model does not know.
func (r *resident) other(id string, offered []string) []string {
	const skipped = 0.01
	if len(offered) == 0 || r.rng.Float64() < skipped {
		return nil
	}
	if slices.Contains(offered, "5") && slices.Contains(offered, "1") {
		return []string{strconv.Itoa(r.point(id))}
	}
	return []string{offered[r.rng.IntN(len(offered))]}
}

// point is the person's answer on a five-point scale, 98 or 99.
func (r *resident) point(id string) int {
	it := items()[id]
	unsure := it.unsure
	if r.rural {
		unsure += ruralUnsure
	}
	switch u := r.rng.Float64(); {
	case u < shareRefusing:
		return 99
	case u < shareRefusing+unsure:
		return 98
	}
	x := r.opinion + it.ease + spreadItem*r.rng.NormFloat64()
	point := 1
	for _, cut := range cuts() {
		if x > cut {
			point++
		}
	}
	return point
}

// lives is the county that the person names: nearly always that of the link.
func (r *resident) lives(offered []string) string {
	const moved = 0.01
	if r.rng.Float64() < moved && slices.Contains(offered, "outside") {
		return "outside"
	}
	return r.county
}

// contacts are what the person had to do with the unit in the last year.
func (r *resident) contacts() []string {
	var out []string
	for _, c := range []struct {
		code  string
		share float64
	}{{"service", 0.42}, {"enforcement", 0.10}, {"complaint", 0.09}, {"dispute", 0.05}, {"consultation", 0.04}, {"information", 0.07}} {
		if r.rng.Float64() < c.share {
			out = append(out, c.code)
		}
	}
	if len(out) == 0 {
		return []string{r.either(0.93, "none", "na")}
	}
	return out
}

// says is what the person writes into the open question: mostly nothing.
func (r *resident) says() string {
	const writes = 0.08
	if r.rng.Float64() >= writes {
		return ""
	}
	said := []string{
		"办事大厅排队时间有点长，希望多开几个窗口。", "网上办事比以前方便多了。", "投诉以后希望能告诉我们处理结果。",
		"出台规定之前可以多听听居民的意见。", "社区调解员很负责。", "希望执法时把理由说清楚。",
		"法律援助的电话不太容易打通。", "公示栏的内容更新不及时。", "工作人员态度好，讲得明白。",
	}
	return said[r.rng.IntN(len(said))]
}

func (r *resident) either(share float64, yes, no string) string {
	if r.rng.Float64() < share {
		return yes
	}
	return no
}

// pick draws one of the values with the given weights.
func pick(rng *rand.Rand, values []string, weights []float64) string {
	var total float64
	for _, w := range weights {
		total += w
	}
	u := rng.Float64() * total
	for i, w := range weights {
		if u < w {
			return values[i]
		}
		u -= w
	}
	return values[len(values)-1]
}
