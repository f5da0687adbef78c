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

// sheetText is an open text made ready: its shingles, sorted, and their MinHash.
type sheetText struct {
	i        int
	shingles []uint64
	hashes   [textHashes]uint64
}

// texts finds series of open texts that share most of their sets of three
// characters (MinHash with banding, Broder 1997): like texts in the own unit
// against what the other units' texts predict, so that a saying that everybody
// uses weighs nothing.
func (r *review) texts() {
	var all []sheetText
	for i, x := range r.s.Responses {
		if t, ok := readyText(i, x.Text); ok {
			all = append(all, t)
		}
	}
	if len(all) < textSeries {
		return
	}
	perUnit := make([]float64, len(r.units))
	for _, t := range all {
		perUnit[r.unit[t.i]]++
	}
	own, other := r.likeTexts(all)
	for k, t := range all {
		size := perUnit[r.unit[t.i]]
		expected := other[k] * size / max(1, float64(len(all))-size)
		if own[k] >= textSeries {
			r.give(SimilarText, t.i, ramp((own[k]-expected)/math.Sqrt(expected+1), 2, 8, 3))
		}
	}
}

// readyText returns the text without spaces and signs, cut into shingles.
func readyText(i int, text string) (sheetText, bool) {
	var runes []rune
	for _, c := range text {
		if unicode.IsLetter(c) || unicode.IsDigit(c) {
			runes = append(runes, unicode.ToLower(c))
		}
	}
	t := sheetText{i: i}
	if len(runes) < leastRunes {
		return t, false
	}
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
	return t, true
}

// likeTexts counts for each text the like ones of its own and of other units.
func (r *review) likeTexts(all []sheetText) (own, other []float64) {
	own, other = make([]float64, len(all)), make([]float64, len(all))
	type pair struct{ a, b int }
	seen := map[pair]bool{}
	for band := range textBands {
		buckets := map[[textPerBand]uint64][]int{}
		for k, t := range all {
			key := [textPerBand]uint64(t.hashes[band*textPerBand : (band+1)*textPerBand])
			bucket := buckets[key]
			for _, b := range bucket[max(0, len(bucket)-textBucket):] {
				if seen[pair{b, k}] {
					continue
				}
				seen[pair{b, k}] = true
				if r.sameDevice(t.i, all[b].i) || jaccard(t.shingles, all[b].shingles) < textAlike {
					continue
				}
				count := other
				if r.unit[t.i] == r.unit[all[b].i] {
					count = own
				}
				count[k]++
				count[b]++
			}
			buckets[key] = append(bucket, k)
		}
	}
	return own, other
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
