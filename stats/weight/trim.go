package weight

import "math"

// maxTrimPasses bounds the passes of a strict Trim; the weight still outside
// shrinks geometrically, so that far fewer suffice.
const maxTrimPasses = 10_000

// Trim clips the weights to [lower, upper] and adds what was clipped, with its
// sign, in equal shares to the rows that were not (Potter 1990; trimWeights of
// R's survey). Without strict one pass is made, and shared weight may push a
// row over a bound; with strict, passes are repeated until none lies outside, and
// a row once clipped takes no share, as in R. Where all rows have been clipped R
// gives up; here those now within the bounds take the shares. It fails on crossed
// bounds and when nothing is left to take the clipped weight, which for a strict
// trim means that the sum does not fit the bounds.
func Trim(w []float64, lower, upper float64, strict bool) ([]float64, error) {
	if math.IsNaN(lower) || math.IsNaN(upper) || lower > upper {
		return nil, Errorf("weight.trim_bounds", "", "the bounds [%v, %v] are crossed or not numbers", lower, upper)
	}
	out := append([]float64(nil), w...)
	outside, clipped := make([]bool, len(w)), make([]bool, len(w))
	for range maxTrimPasses {
		inside, taken := clip(out, outside, lower, upper)
		if inside == len(out) {
			return out, nil
		}
		if inside == 0 {
			return nil, Errorf("weight.trim_all", "", "every weight lies outside [%v, %v]; widen the bounds", lower, upper)
		}
		share(out, taken, outside, clipped)
		if !strict {
			return out, nil
		}
	}
	return nil, Errorf("weight.trim_all", "", "the weights cannot keep their sum within [%v, %v]; widen the bounds", lower, upper)
}

// share adds what was taken to the rows never clipped, or where there are none to
// those not outside now, and notes who was clipped.
func share(w []float64, taken float64, outside, clipped []bool) {
	free := 0
	for i := range w {
		clipped[i] = clipped[i] || outside[i]
		if !clipped[i] {
			free++
		}
	}
	if free == 0 {
		copy(clipped, outside)
		for _, out := range outside {
			if !out {
				free++
			}
		}
	}
	for i := range w {
		if !clipped[i] {
			w[i] += taken / float64(free)
		}
	}
}

// clip moves the weights outside the bounds onto them and marks them. It
// returns how many rows lay inside and the weight taken, with its sign. What
// strays by no more than a rounding error counts as inside.
func clip(w []float64, outside []bool, lower, upper float64) (inside int, taken float64) {
	const slack = 1e-14
	for i, v := range w {
		c := math.Min(math.Max(v, lower), upper)
		outside[i] = math.Abs(v-c) > slack*math.Abs(c)
		if outside[i] {
			taken += v - c
			w[i] = c
		} else {
			inside++
		}
	}
	return inside, taken
}
