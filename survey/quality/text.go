package quality

import (
	"math"
	"slices"
	"unicode"
)

// The settings of the comparison of open texts.
const (
	leastRunes  = 12  // shorter texts are common sayings
	textAlike   = .45 // Jaccard similarity of the sets of three characters in a row
	textSeries  = 3   // so many like texts make a series
	textHashes  = 32
	textBands   = 16
	textBucket  = 200 // how many others of one bucket a text is compared with
	textPerBand = textHashes / textBands
)

// saying is one open text, however often it was written.
type saying struct {
	shingles []uint64 // sorted
	hashes   [textHashes]uint64
	by       map[int]float64 // how many in each unit
	total    float64
	members  []int
}

// texts finds series of open texts that share most of their sets of three
// characters (MinHash with banding, Broder 1997): like texts in the own unit
// against what the other units' texts predict, so that a saying that everybody
// uses weighs nothing.
func (r *review) texts() {
	sayings, perUnit, total := r.sayings()
	near := alikeSayings(sayings)
	for k, t := range sayings {
		for u := range t.by {
			own, all := 0.0, 0.0
			for _, other := range near[k] {
				own += sayings[other].by[u]
				all += sayings[other].total
			}
			expected := (all - own) * perUnit[u] / max(1, total-perUnit[u])
			amount := ramp((own-1-expected)/math.Sqrt(expected+1), 2, 8, 3)
			if own-1 < textSeries || amount == 0 {
				continue
			}
			for _, i := range t.members {
				if r.unit[i] == u {
					r.give(SimilarText, i, amount)
				}
			}
		}
	}
}

// sayings collects the texts that are long enough, without spaces and signs.
func (r *review) sayings() (out []saying, perUnit []float64, total float64) {
	place := map[string]int{}
	perUnit = make([]float64, len(r.units))
	for i, x := range r.s.Responses {
		text := plain(x.Text)
		if len(text) < leastRunes {
			continue
		}
		k, known := place[string(text)]
		if !known {
			k = len(out)
			place[string(text)] = k
			out = append(out, newSaying(text))
		}
		u := r.unit[i]
		out[k].by[u]++
		out[k].total++
		out[k].members = append(out[k].members, i)
		perUnit[u]++
		total++
	}
	return out, perUnit, total
}

// plain keeps letters and digits.
func plain(text string) []rune {
	var runes []rune
	for _, c := range text {
		if unicode.IsLetter(c) || unicode.IsDigit(c) {
			runes = append(runes, unicode.ToLower(c))
		}
	}
	return runes
}

// newSaying cuts a text into shingles and takes their MinHash.
func newSaying(runes []rune) saying {
	t := saying{by: map[int]float64{}}
	for k := 0; k+2 < len(runes); k++ {
		t.shingles = append(t.shingles, mix(uint64(runes[k])<<42^uint64(runes[k+1])<<21^uint64(runes[k+2])))
	}
	slices.Sort(t.shingles)
	t.shingles = slices.Compact(t.shingles)
	for h := range t.hashes {
		t.hashes[h] = math.MaxUint64
		salt := mix(uint64(h) + 1)
		for _, s := range t.shingles {
			t.hashes[h] = min(t.hashes[h], mix(s^salt))
		}
	}
	return t
}

// alikeSayings lists for each saying the like ones, itself among them. Two are
// compared in the first band that they share.
func alikeSayings(all []saying) [][]int {
	near := make([][]int, len(all))
	for k := range near {
		near[k] = []int{k}
	}
	for band := range textBands {
		buckets := map[[textPerBand]uint64][]int{}
		for k := range all {
			key := all[k].band(band)
			bucket := buckets[key]
			for _, b := range bucket[max(0, len(bucket)-textBucket):] {
				if all[k].sharedBefore(&all[b], band) || jaccard(all[k].shingles, all[b].shingles) < textAlike {
					continue
				}
				near[k] = append(near[k], b)
				near[b] = append(near[b], k)
			}
			buckets[key] = append(bucket, k)
		}
	}
	return near
}

func (t *saying) band(k int) [textPerBand]uint64 {
	return [textPerBand]uint64(t.hashes[k*textPerBand : (k+1)*textPerBand])
}

// sharedBefore reports whether two sayings share a band before this one.
func (t *saying) sharedBefore(o *saying, band int) bool {
	for k := range band {
		if t.band(k) == o.band(k) {
			return true
		}
	}
	return false
}

// jaccard is the share of common members of two sorted sets.
func jaccard(x, y []uint64) float64 {
	common := 0
	for a, b := 0, 0; a < len(x) && b < len(y); {
		switch {
		case x[a] == y[b]:
			common, a, b = common+1, a+1, b+1
		case x[a] < y[b]:
			a++
		default:
			b++
		}
	}
	return float64(common) / float64(len(x)+len(y)-common)
}
