package pack_test

import "math"

// simplex is a linear program in whole variables x >= 0 with equations, in the form of
// a tableau whose basis is feasible (Dantzig's method with Bland's rule, which does not
// cycle). Its answers need no trust: who asks tries the x that it returns.
type simplex struct {
	rows  [][]float64 // the last number of a row is its right side
	basis []int
	n     int
}

const tiny = 1e-9

// begin finds a first x >= 0 with a·x = b, by making artificial variables small.
func begin(a [][]float64, b []float64) *simplex {
	s := &simplex{n: len(a[0])}
	wide := s.n + len(a)
	cost := make([]float64, wide+1)
	for i, row := range a {
		line := make([]float64, wide+1)
		copy(line, row)
		line[s.n+i], line[wide] = 1, b[i]
		s.rows, s.basis = append(s.rows, line), append(s.basis, s.n+i)
		for j := range cost {
			if j < s.n || j == wide {
				cost[j] += line[j]
			}
		}
	}
	s.climb(cost, wide)
	kept := &simplex{n: s.n}
	for i, line := range s.rows {
		if s.basis[i] >= s.n && !s.replace(i, cost) {
			continue // an equation that follows from others
		}
		kept.rows, kept.basis = append(kept.rows, append(line[:s.n:s.n], line[wide])), append(kept.basis, s.basis[i])
	}
	return kept
}

// replace takes an artificial variable out of the basis, if anything can stand there.
func (s *simplex) replace(i int, cost []float64) bool {
	for j := range s.n {
		if math.Abs(s.rows[i][j]) > tiny {
			s.pivot(i, j, cost)
			return true
		}
	}
	return false
}

// climb makes the objective as large as it can be; cost are its reduced numbers.
func (s *simplex) climb(cost []float64, wide int) {
	for {
		in, out, least := -1, -1, math.Inf(1)
		for j := range s.n {
			if cost[j] > tiny {
				in = j
				break
			}
		}
		if in < 0 {
			return
		}
		for i, row := range s.rows {
			if row[in] <= tiny {
				continue
			}
			if step := row[wide] / row[in]; step < least-tiny || step < least+tiny && s.basis[i] < s.basis[out] {
				least, out = step, i
			}
		}
		if out < 0 {
			return // without bound
		}
		s.pivot(out, in, cost)
	}
}

func (s *simplex) pivot(out, in int, cost []float64) {
	row := s.rows[out]
	by := row[in]
	for j := range row {
		row[j] /= by
	}
	for _, other := range append(s.rows[:len(s.rows):len(s.rows)], cost) {
		if f := other[in]; f != 0 && &other[0] != &row[0] {
			for j := range row {
				other[j] -= f * row[j]
			}
		}
	}
	s.basis[out] = in
}

// most is an x for which the sum of the chosen variables is largest (of sign -1:
// smallest).
func (s *simplex) most(chosen []float64, sign float64) []float64 {
	cost := make([]float64, s.n+1)
	for j, c := range chosen {
		cost[j] = sign * c
	}
	for i, j := range s.basis {
		if f := cost[j]; f != 0 {
			for k := range cost {
				cost[k] -= f * s.rows[i][k]
			}
		}
	}
	s.climb(cost, s.n)
	x := make([]float64, s.n)
	for i, j := range s.basis {
		x[j] = s.rows[i][s.n]
	}
	return x
}
