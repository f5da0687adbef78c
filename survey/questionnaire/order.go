package questionnaire

// Variant is one way to show a paper: the order of the items and the direction
// of the scales. It is stored with each sheet. There are few variants, so that
// one says next to nothing about who was shown it, and each page can be made
// ready once.
//
// The items after the first stand in the rows of a Williams design (E. J.
// Williams, Experimental designs balanced for the estimation of residual
// effects of treatments, 1949): over its rows each item stands equally often in
// each place and follows each other item equally often. An even number n of
// items needs n rows, an odd one 2n. Each row exists twice, with the scale from
// best to worst and from worst to best. Twelve items: 22 rows, 44 variants.
type Variant uint16

// Reversed reports whether scales that ask for it run from worst to best.
func (v Variant) Reversed() bool { return v&1 == 1 }

// Variants returns how many variants the paper has.
func (q *Questionnaire) Variants() int { return q.variants }

// VariantOf returns the variant that a random seed leads to; all are equally
// likely, up to one part in 2^48.
func (q *Questionnaire) VariantOf(seed uint64) Variant {
	return Variant(mix(seed) % uint64(q.Variants()))
}

// Order returns the questions as the variant shows them: consent, screening,
// the first item, the other items by the row of the variant, background,
// integrity, open. An item that stays with the one before it moves with it; what
// is said above of items then holds of such blocks. A variant that the paper
// does not have counts modulo. Rules are not looked at: see Route.
func (q *Questionnaire) Order(v Variant) []Question {
	v %= Variant(q.Variants())
	out := make([]Question, 0, len(q.questions))
	begun := false
	for _, one := range q.questions {
		switch {
		case one.Section != Items:
			out = append(out, one)
		case !begun:
			begun = true
			out = q.items(out, v)
		}
	}
	return out
}

// items appends the items in the order of the variant.
func (q *Questionnaire) items(out []Question, v Variant) []Question {
	blocks := q.blocks()
	add := func(block []Question) {
		for _, one := range block {
			out = append(out, q.turned(one, v))
		}
	}
	add(blocks[0])
	for _, place := range williams(len(blocks)-1, int(v>>1)) {
		add(blocks[1+place])
	}
	return out
}

// blocks cuts the items into what moves as a whole.
func (q *Questionnaire) blocks() [][]Question {
	var out [][]Question
	for i, one := range q.questions {
		switch {
		case one.Section != Items:
		case one.follows && len(out) > 0:
			last := len(out) - 1
			out[last] = q.questions[i-len(out[last]) : i+1]
		default:
			out = append(out, q.questions[i:i+1])
		}
	}
	return out
}

// turned reverses the points of a scale where the variant and the scale ask for
// it; 不清楚 and 不想回答 stay last.
func (q *Questionnaire) turned(one Question, v Variant) Question {
	if one.Type != ScaleOf || !v.Reversed() || !q.scales[one.Scale].ReverseForHalf {
		return one
	}
	n := 0
	for n < len(one.Choices) && !one.Choices[n].NonSubstantive {
		n++
	}
	turned := make([]Choice, 0, len(one.Choices))
	for i := n - 1; i >= 0; i-- {
		turned = append(turned, one.Choices[i])
	}
	one.Choices = append(turned, one.Choices[n:]...)
	return one
}

func williamsRows(n int) int {
	switch {
	case n < 2:
		return 1
	case n%2 == 0:
		return n
	}
	return 2 * n
}

// williams returns row r of the design for n things: the first row zigzags (0,
// 1, n-1, 2, n-2, …), the others add a constant modulo n, and for odd n the
// mirrored rows follow.
func williams(n, r int) []int {
	out := make([]int, n)
	for i := range out {
		step := (i + 1) / 2
		if i%2 == 0 {
			step = n - step
		}
		out[i] = (step + r) % n
	}
	if n%2 == 1 && r >= n {
		for i, j := 0, n-1; i < j; i, j = i+1, j-1 {
			out[i], out[j] = out[j], out[i]
		}
	}
	return out
}

// mix is the finaliser of SplitMix64 (Steele, Lea and Flood 2014), so that
// seeds that differ in one bit lead to unlike variants.
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}
