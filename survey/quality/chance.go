package quality

import "math/bits"

// chance is a small sequence of numbers from a fixed start, by which the review
// picks whom to compare with whom (SplitMix64, Steele, Lea and Flood 2014): the
// same survey always has the same result.
type chance uint64

func (c *chance) next() uint64 {
	*c += 0x9e3779b97f4a7c15
	return mix(uint64(*c))
}

// mix scatters a number's bits.
func mix(x uint64) uint64 {
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// below is a number from 0 to n-1.
func (c *chance) below(n int) int {
	hi, _ := bits.Mul64(c.next(), uint64(n))
	return int(hi)
}

// strangers picks up to size responses of other units than u, without kiosks'
// and interviewers' where there are others; none where there is one unit only.
func (r *review) strangers(u, size int, c *chance) []int {
	others := r.n - len(r.byUnit[u])
	if others == 0 {
		return nil
	}
	out := make([]int, 0, size)
	const patience = 20
	for try := 0; len(out) < min(size, others) && try < patience*size; try++ {
		if i := c.below(r.n); r.unit[i] != u && r.self[i] {
			out = append(out, i)
		}
	}
	return out
}
