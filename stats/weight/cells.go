package weight

import (
	"math"

	"gonum.org/v1/gonum/mat"
)

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
	s.padded = make([]float64, (p+1)*(p+5))
	if s.model.constant {
		s.plain = 1
	}
}

// evaluateCells is evaluate for such a model.
func (s *solver) evaluateCells(lambda, grad []float64, hess *mat.SymDense) float64 {
	p, width := len(s.totals), s.model.width
	clear(s.padded)
	beta, sum, power, curve := s.padded[:p+1], s.padded[p+1:][:p+1], s.padded[2*(p+1):][:p+1], s.padded[3*(p+1):][:p+1]
	outer := s.padded[4*(p+1):]
	copy(beta, lambda)
	byPowers, phi := s.powers(power, beta), 0.0
	for k, d := range s.d {
		if d == 0 {
			s.g[k] = 1
			continue
		}
		columns := s.places[k*width:][:width]
		var g, slope, integral float64
		if byPowers {
			g = product(power, columns)
			slope, integral = g, g
		} else {
			u := 0.0
			for _, c := range columns {
				u += beta[c]
			}
			g, slope, integral = s.dist[0].at(u)
		}
		s.g[k] = g
		phi += d * integral
		for _, c := range columns {
			sum[c] += d * g
			curve[c] += d * slope
		}
		if hess != nil {
			addPairs(outer, columns[s.plain:], p+1, d*slope)
		}
	}
	return s.finish(phi, lambda, grad, hess)
}

func product(of []float64, columns []int32) float64 {
	v := 1.0
	for _, c := range columns {
		v *= of[c]
	}
	return v
}

// maxPower bounds the coefficients whose powers may be multiplied.
const maxPower = 50

// powers fills in exp(beta) by column where that of their sum may be had from them:
// with the raking distance without bounds, and coefficients that cannot overflow.
func (s *solver) powers(power, beta []float64) bool {
	d := s.dist[0]
	if d.method != Raking || !math.IsInf(d.low, -1) || !math.IsInf(d.high, 1) {
		return false
	}
	for j, v := range beta {
		if !(math.Abs(v) < maxPower/float64(s.model.width)) {
			return false
		}
		power[j] = math.Exp(v)
	}
	return true
}

// finish hands over the sums of evaluateCells. A constant meets every column as often
// as the column occurs.
func (s *solver) finish(phi float64, lambda, grad []float64, hess *mat.SymDense) float64 {
	p := len(s.totals)
	for j, t := range s.totals {
		grad[j] = s.padded[p+1+j] - t
		phi -= lambda[j] * t
	}
	s.noteMisfit(grad)
	if hess == nil {
		return phi
	}
	raw, curve, outer := hess.RawSymmetric(), s.padded[3*(p+1):][:p+1], s.padded[4*(p+1):]
	for j := range p {
		copy(raw.Data[j*raw.Stride:][j+1:p], outer[j*(p+1):][j+1:p])
		raw.Data[j*raw.Stride+j] = curve[j]
	}
	if s.plain > 0 {
		copy(raw.Data[1:p], curve[1:p])
	}
	return phi
}

// addPairs adds f to the elements above the diagonal that the columns meet in.
func addPairs(outer []float64, columns []int32, size int, f float64) {
	for a, i := range columns {
		row := outer[int(i)*size:][:size]
		for _, j := range columns[a+1:] {
			row[j] += f
		}
	}
}
