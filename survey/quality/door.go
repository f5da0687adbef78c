package quality

import "math"

// atTheDoor is what the door saw: a hidden field that was filled in, times that
// no reader has, signed times that came back twice or not at all, a poster that
// got too many sheets from one network. Each is little by itself, since a screen
// reader fills a hidden field and an old browser loses a field; together they are
// a program's. A sign that more than half of all have says nothing.
func (r *review) atTheDoor() {
	weights := []struct {
		sign   Sign
		amount float64 // nats
	}{
		{SignHoneypot, 2.5}, {SignFast, 1.5}, {SignReplayed, 2}, {SignTiming, 1}, {SignRate, .8}, {SignWorked, .3},
	}
	var common Sign
	for _, w := range weights {
		n := 0
		for _, x := range r.s.Responses {
			if x.Signs&w.sign != 0 {
				n++
			}
		}
		if 2*n > r.n {
			common |= w.sign // what most have sets nobody apart
		}
	}
	for i, x := range r.s.Responses {
		sum := 0.0
		for _, w := range weights {
			if x.Signs&w.sign&^common != 0 {
				sum += w.amount
			}
		}
		r.give(Door, i, sum)
	}
}

// leastIssued is how many links a batch needs for its share to be compared.
const leastIssued = 8

// overFill finds batches of links of which more came back than those of the other
// batches predict: links that leaked, or were collected. The share that comes back
// is the others' median; its variance is the binomial's and the batches' own
// spread. A place where people answer gladly does the same, so it says little.
func (r *review) overFill() {
	used := map[string]float64{}
	members := map[string][]int{}
	for i, x := range r.s.Responses {
		if r.s.Issued[x.Batch] >= leastIssued {
			used[x.Batch]++
			members[x.Batch] = append(members[x.Batch], i)
		}
	}
	var names []string
	var share []float64
	for name, issued := range r.s.Issued {
		if issued >= leastIssued {
			names = append(names, name)
			share = append(share, used[name]/float64(issued))
		}
	}
	if len(names) < leastUnits {
		return
	}
	usual := newPeers(share)
	for k, name := range names {
		p, spread := usual.without(k)
		n := float64(r.s.Issued[name])
		p = min(.98, max(.5/n, p))
		z := (used[name] - n*p) / math.Sqrt(n*p*(1-p)+n*n*spread*spread)
		for _, i := range members[name] {
			r.give(OverFill, i, ramp(z, 2.5, 5, 1))
		}
	}
}
