package deflate

import "math"

const (
	shortestMatch = 3
	longestMatch  = 258
	farthest      = 32 << 10
	tries         = 100 // places looked at for one match
	hashBits      = 13
)

// match is one that may be taken: of that length or any down to the length of the
// match before it, from the nearest place where that is possible.
type match struct{ length, distance uint16 }

// matched are the matches that begin at each byte of a text.
type matched struct {
	all   []match
	until []int32 // by byte: where its matches end in all; they begin where the last byte's end
}

func (m *matched) at(i int) []match {
	if i == 0 {
		return m.all[:m.until[0]]
	}
	return m.all[m.until[i-1]:m.until[i]]
}

// places remembers where three bytes stood before: the latest place by their hash,
// and of each place the one before it.
type places struct {
	text    []byte
	latest  []int32 // place + 1, 0 for none
	earlier []int32
}

func newPlaces(text []byte) *places {
	return &places{text: text, latest: make([]int32, 1<<hashBits), earlier: make([]int32, len(text))}
}

// add enters a place and returns the one before it with the same hash, or -1.
func (p *places) add(at int) int {
	const golden = 0x9e3779b1
	three := uint32(p.text[at]) | uint32(p.text[at+1])<<8 | uint32(p.text[at+2])<<16
	h := three * golden >> (32 - hashBits)
	p.earlier[at] = p.latest[h] - 1
	p.latest[h] = int32(at + 1)
	return int(p.earlier[at])
}

// matches lists for each byte of text the matches that begin there, in before or in
// text, the shortest and nearest first.
func matches(before, text []byte) *matched {
	all := append(append(make([]byte, 0, len(before)+len(text)), before...), text...)
	known := newPlaces(all)
	out := &matched{until: make([]int32, len(text))}
	for at := range all {
		place := -1
		if at+shortestMatch <= len(all) {
			place = known.add(at)
		}
		if i := at - len(before); i >= 0 {
			out.all = known.from(at, place, out.all)
			out.until[i] = int32(len(out.all))
		}
	}
	return out
}

// from appends the matches of one place with those from another on backwards.
func (p *places) from(at, place int, out []match) []match {
	most := min(len(p.text)-at, longestMatch)
	longest := shortestMatch - 1
	for n := 0; place >= 0 && at-place <= farthest && n < tries && longest < most; n, place = n+1, int(p.earlier[place]) {
		if p.text[place+longest] != p.text[at+longest] {
			continue
		}
		length := 0
		for length < most && p.text[place+length] == p.text[at+length] {
			length++
		}
		if length > longest {
			longest = length
			out = append(out, match{uint16(length), uint16(at - place - 1)})
		}
	}
	return out
}

// costs is what each literal, length and distance takes, in bits.
type costs struct {
	literal  [256]float64
	length   [longestMatch + 1]float64
	distance [distanceCodes]float64
}

// guess is where the search begins.
func guess() *costs {
	c := &costs{}
	for i := range c.literal {
		c.literal[i] = 7
	}
	for i := shortestMatch; i <= longestMatch; i++ {
		symbol := lengthSymbol(i)
		c.length[i] = 7 + float64(lengthExtra(symbol))
	}
	for i := range c.distance {
		c.distance[i] = 5 + float64(distanceExtra(i))
	}
	return c
}

// way is the cheapest way through a text.
func (c *costs) way(text []byte, found *matched) []step {
	cost := make([]float64, len(text)+1)
	taken := make([]step, len(text)+1) // the step that leads to a place
	for i := 1; i <= len(text); i++ {
		cost[i] = math.Inf(1)
	}
	for i, letter := range text {
		if next := cost[i] + c.literal[letter]; next < cost[i+1] {
			cost[i+1], taken[i+1] = next, step{literal: letter}
		}
		length := shortestMatch
		for _, m := range found.at(i) {
			base := cost[i] + c.distance[distanceSymbol(int(m.distance)+1)]
			for ; length <= int(m.length); length++ {
				if next := base + c.length[length]; next < cost[i+length] {
					cost[i+length], taken[i+length] = next, step{length: uint16(length), distance: m.distance}
				}
			}
		}
	}
	return back(taken)
}

// back reads the steps from the end.
func back(taken []step) []step {
	n := 0
	for at := len(taken) - 1; at > 0; n++ {
		at -= max(int(taken[at].length), 1)
	}
	out := make([]step, n)
	for at := len(taken) - 1; at > 0; at -= max(int(taken[at].length), 1) {
		n--
		out[n] = taken[at]
	}
	return out
}
