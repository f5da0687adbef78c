package weight

import "gonum.org/v1/gonum/mat"

// place notes the columns of every group where all terms are factors, so that their
// entries are 1. What no column takes falls into one more: that is faster than to
// ask.
func (s *solver) place() {
	if s.row != nil || s.model.cells == nil {
		return
	}
	p := len(s.model.names)
	s.places = make([]int32, len(s.model.cells))
	for k, column := range s.model.cells {
		s.places[k] = column
		if column < 0 {
			s.places[k] = int32(p)
		}
	}
	s.padded = make([]float64, (p+1)*(p+3))
}

// evaluateCells is evaluate for such a model.
func (s *solver) evaluateCells(lambda, grad []float64, hess *mat.SymDense) float64 {
	p, width := len(s.totals), s.model.width
	clear(s.padded)
	beta, sum, outer := s.padded[:p+1], s.padded[p+1:][:p+1], s.padded[2*(p+1):]
	copy(beta, lambda)
	for j, t := range s.totals {
		sum[j] = -t
	}
	phi := 0.0
	for k, d := range s.d {
		if d == 0 {
			s.g[k] = 1
			continue
		}
		columns, u := s.places[k*width:][:width], 0.0
		for _, c := range columns {
			u += beta[c]
		}
		g, slope, integral := s.dist[0].at(u)
		s.g[k] = g
		phi += d * integral
		for _, c := range columns {
			sum[c] += d * g
		}
		if hess != nil {
			addPairs(outer, columns, p+1, d*slope)
		}
	}
	copy(grad, sum)
	if hess != nil {
		for j := range p {
			copy(hess.RawSymmetric().Data[j*hess.RawSymmetric().Stride:][j:p], outer[j*(p+1):][j:p])
		}
	}
	for j, t := range s.totals {
		phi -= lambda[j] * t
	}
	s.noteMisfit(grad)
	return phi
}

// addPairs adds f to the elements of the upper triangle that the columns meet in.
func addPairs(outer []float64, columns []int32, size int, f float64) {
	for a, i := range columns {
		row := outer[int(i)*size:][:size]
		for _, j := range columns[a:] {
			row[j] += f
		}
	}
}
