package quality

import (
	"cmp"
	"math"
	"slices"
)

// chainGap is how long after one response on a device the next may begin to
// count as following it, in seconds.
const chainGap = 25 * 60

// familySize is how many responses of one device in a row need no explanation.
const familySize = 2

// manyTimes is from how many responses a device of one's own is more than a
// family's, whenever they were sent.
const manyTimes = 6

// devices finds phones that answered many times, in a row above all. Two are a
// couple, and three to five may be a family: they weigh little unless they were
// also answered in a hurry or alike; kiosks and interviewers' tablets are left
// out.
func (r *review) devices() {
	lists, names := r.byDevice()
	for _, name := range names {
		members := lists[name]
		if len(members) < manyTimes {
			continue
		}
		amount := min(4, 2+.3*float64(len(members)-manyTimes)) + min(2.5, r.compare(group{r.unit[members[0]], members}).strange())
		for _, i := range members {
			r.give(DeviceChain, i, amount)
		}
	}
	for _, chain := range r.chains(lists, names) {
		length := float64(len(chain.members))
		if length <= familySize {
			continue
		}
		amount := .5 + .35*(length-3)
		if length >= 6 {
			amount = min(4.5, 2.5+.5*(length-6))
		}
		amount += min(2.5, r.compare(chain).strange())
		for _, i := range chain.members {
			r.give(DeviceChain, i, min(7, amount))
		}
	}
}

// byDevice lists the responses of each device of one's own that has more than a
// couple's.
func (r *review) byDevice() (lists map[string][]int, names []string) {
	lists = map[string][]int{}
	for i, x := range r.s.Responses {
		if x.Device == "" || !r.self[i] {
			continue
		}
		lists[x.Device] = append(lists[x.Device], i)
		if len(lists[x.Device]) == familySize+1 {
			names = append(names, x.Device)
		}
	}
	return lists, names
}

// chains returns the responses of each device that follow one another.
func (r *review) chains(lists map[string][]int, names []string) []group {
	var out []group
	for _, name := range names {
		members := lists[name]
		slices.SortFunc(members, func(a, b int) int { return cmp.Compare(r.start[a], r.start[b]) })
		from := 0
		for k := 1; k <= len(members); k++ {
			if k < len(members) && r.follows(members[k-1], members[k]) {
				continue
			}
			out = append(out, group{r.unit[members[from]], members[from:k]})
			from = k
		}
	}
	return out
}

// follows reports whether b began soon after a was sent; without times all
// responses of a device follow.
func (r *review) follows(a, b int) bool {
	if math.IsNaN(r.start[a]) || math.IsNaN(r.start[b]) {
		return true
	}
	end := r.start[a]
	if x := r.s.Responses[a]; !x.Submit.IsZero() {
		end += max(0, x.Submit.Sub(x.Start).Seconds())
	}
	return r.start[b]-end <= chainGap
}
