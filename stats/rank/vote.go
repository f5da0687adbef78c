package rank

import "math"

// Votes is what criteria say about pairs of units: Over[i][j] counts the criteria
// that put i over j, a tie as half.
type Votes struct {
	Over [][]float64
}

// maxKemeny is the largest number of units whose orders are all looked through.
const maxKemeny = 9

// Count reads criteria by units, the higher the better.
func Count(m [][]float64) (Votes, error) {
	if len(m) == 0 || len(m[0]) < 2 {
		return Votes{}, errorf("rank.length", "", "at least one criterion and two units are needed")
	}
	n := len(m[0])
	v := Votes{Over: make([][]float64, n)}
	for i := range v.Over {
		v.Over[i] = make([]float64, n)
	}
	for c, row := range m {
		if len(row) != n {
			return Votes{}, errorf("rank.length", place("criterion", c), "%d values for %d units", len(row), n)
		}
		for i := range row {
			if math.IsNaN(row[i]) {
				return Votes{}, errorf("rank.score", place("criterion", c), "unit %d has no value", i+1)
			}
			for j := range row {
				switch {
				case i == j:
				case row[i] > row[j]:
					v.Over[i][j]++
				case row[i] == row[j]:
					v.Over[i][j] += 0.5
				}
			}
		}
	}
	return v, nil
}

// Borda returns for each unit how many others it beats, summed over the criteria
// (Borda 1781).
func (v Votes) Borda() []float64 {
	out := make([]float64, len(v.Over))
	for i, row := range v.Over {
		for _, n := range row {
			out[i] += n
		}
	}
	return out
}

// Copeland returns for each unit the pairs it wins less those it loses (Copeland
// 1951).
func (v Votes) Copeland() []float64 {
	out := make([]float64, len(v.Over))
	for i := range v.Over {
		for j := range v.Over {
			switch {
			case v.Over[i][j] > v.Over[j][i]:
				out[i]++
			case v.Over[i][j] < v.Over[j][i]:
				out[i]--
			}
		}
	}
	return out
}

// Kemeny returns every order, best first, that agrees with the most votes, and how
// many (Kemeny 1959; Young 1988). It looks through all orders of at most nine
// units; more are refused with rank.many.
func (v Votes) Kemeny() (orders [][]int, agree float64, err error) {
	n := len(v.Over)
	if n > maxKemeny {
		return nil, 0, errorf("rank.many", "", "%d units; all orders can be looked through for at most %d", n, maxKemeny)
	}
	order, used := make([]int, 0, n), make([]bool, n)
	agree = math.Inf(-1)
	var walk func(score float64)
	walk = func(score float64) {
		if len(order) == n {
			switch {
			case score > agree+tieTolerance:
				orders, agree = [][]int{append([]int(nil), order...)}, score
			case score > agree-tieTolerance:
				orders = append(orders, append([]int(nil), order...))
			}
			return
		}
		for i := range n {
			if used[i] {
				continue
			}
			gain := 0.0
			for _, ahead := range order {
				gain += v.Over[ahead][i]
			}
			order, used[i] = append(order, i), true
			walk(score + gain)
			order, used[i] = order[:len(order)-1], false
		}
	}
	walk(0)
	return orders, agree, nil
}
