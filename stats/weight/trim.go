package weight

import "math"

// maxTrimPasses bounds the passes of a strict Trim; the weight still outside
// shrinks geometrically, so that far fewer suffice.
const maxTrimPasses = 10_000

// Trim clips the weights to [lower, upper] and adds what was clipped, with its
// sign, in equal shares to the rows that were not (Potter 1990; trimWeights of
// R's survey). Without strict one pass is made, and shared weight may push a
// row over a bound; with strict, passes are repeated until none lies outside.
// It fails on crossed bounds and when nothing is left to take the clipped
// weight, which for a strict trim means that the sum does not fit the bounds.
func Trim(w []float64, lower, upper float64, strict bool) ([]float64, error) {
	if math.IsNaN(lower) || math.IsNaN(upper) || lower > upper {
		return nil, Errorf("weight.trim_bounds", "", "the bounds [%v, %v] are crossed or not numbers", lower, upper)
	}
	out := append([]float64(nil), w...)
	outside := make([]bool, len(w))
	for range maxTrimPasses {
		free, taken := clip(out, outside, lower, upper)
		if free == len(out) {
			return out, nil
		}
		if free == 0 {
			return nil, Errorf("weight.trim_all", "", "every weight lies outside [%v, %v]; widen the bounds", lower, upper)
		}
		for i := range out {
			if !outside[i] {
				out[i] += taken / float64(free)
			}
		}
		if !strict {
			return out, nil
		}
	}
	return nil, Errorf("weight.trim_all", "", "the weights cannot keep their sum within [%v, %v]; widen the bounds", lower, upper)
}

// clip moves the weights outside the bounds onto them and marks them. It
// returns how many rows lay inside and the weight taken, with its sign. What
// strays by no more than a rounding error counts as inside.
func clip(w []float64, outside []bool, lower, upper float64) (free int, taken float64) {
	const slack = 1e-14
	for i, v := range w {
		c := math.Min(math.Max(v, lower), upper)
		outside[i] = math.Abs(v-c) > slack*math.Abs(c)
		if outside[i] {
			taken += v - c
			w[i] = c
		} else {
			free++
		}
	}
	return free, taken
}
