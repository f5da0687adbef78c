package sample

import "math"

// maxJoint bounds the units whose joint probabilities are a matrix.
const maxJoint = 300

// SampfordJoint returns the joint inclusion probabilities of Sampford's method
// (Sampford 1967, equations 9 to 11): with lambda_i = p_i/(1-p_i), the sums L_m of
// products of m different lambdas, the probability of the pair i, j is
//
//	lambda_i·lambda_j·Σ_{t=2}^{n} (t - p_i - p_j)·L_{n-t}(without i, j) / Σ_{t=1}^{n} t·L_{n-t},
//
// and p_i on the diagonal (Sampford's lambdas are these over n, which cancels). A unit of probability 1 is independent of the others.
// They are what the variance of Horvitz-Thompson, Sen, Yates and Grundy needs. It
// fails for probabilities that are none or do not sum to a whole number, and for
// more than 300 units.
func SampfordJoint(probabilities []float64) ([][]float64, error) {
	if err := checkProbabilities(probabilities); err != nil {
		return nil, err
	}
	if len(probabilities) > maxJoint {
		return nil, errorf("sample.size", "", "%d units; joint probabilities are given for at most %d", len(probabilities), maxJoint)
	}
	var lot []int
	sum := 0.0
	for i, p := range probabilities {
		if p > 0 && p < 1-1e-12 {
			lot = append(lot, i)
			sum += p
		}
	}
	out := make([][]float64, len(probabilities))
	for i, p := range probabilities {
		out[i] = make([]float64, len(probabilities))
		for j, q := range probabilities {
			out[i][j] = p * q // with a certain or an impossible unit
		}
		out[i][i] = p
	}
	lambda := make([]float64, len(lot))
	for k, i := range lot {
		lambda[k] = probabilities[i] / (1 - probabilities[i])
	}
	fillJoint(out, probabilities, lot, lambda, int(math.Round(sum)))
	return out, nil
}

// fillJoint sets the pairs of the lot. The lambdas are divided by their sum over n,
// c, so that the sums of products stay within the range of a double: the term of t
// then changes by c^t.
func fillJoint(out [][]float64, p []float64, lot []int, lambda []float64, n int) {
	total := 0.0
	for _, l := range lambda {
		total += l
	}
	if n == 0 {
		return
	}
	c := total / float64(n)
	for k := range lambda {
		lambda[k] /= c
	}
	sums := make([]float64, n+1)
	products(sums, lambda, -1, -1)
	inverse := 0.0
	for t := n; t >= 1; t-- {
		inverse += float64(t) * sums[n-t] * math.Pow(c, -float64(t))
	}
	for a, i := range lot {
		for b, j := range lot[:a] {
			products(sums, lambda, a, b)
			pair := 0.0
			for t := n; t >= 2; t-- {
				pair += (float64(t) - p[i] - p[j]) * sums[n-t] * math.Pow(c, -float64(t))
			}
			out[i][j] = c * c * lambda[a] * lambda[b] * pair / inverse
			out[j][i] = out[i][j]
		}
	}
}

// products fills sums[m] with the sum of all products of m different lambdas,
// leaving out two of them.
func products(sums, lambda []float64, a, b int) {
	clear(sums)
	sums[0] = 1
	for k, l := range lambda {
		if k == a || k == b {
			continue
		}
		for m := min(k+1, len(sums)-1); m >= 1; m-- {
			sums[m] += l * sums[m-1]
		}
	}
}
