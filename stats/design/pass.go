package design

import "slices"

// pass is what one pass over the rows sums: up to four words, each some columns whose
// states are summed together. The sums of one unit or cell have stride doubles: those
// of the words and, where words are missing, one for what the missing ones take.
type pass struct {
	t      *Tables
	from   int // the first column
	words  []word
	stride int
	luts   [][256]uint32 // by column: what a code adds to the words of a row
	codes  [][]uint8     // by column
	fill   uint32        // the words of a row without a state
}

// word is some columns from first on, with their states; its sums lie at base.
type word struct {
	first, base, size int
	states            []int
	threes            bool // three columns of three states
}

// pack takes as many columns as one pass has room for.
func (t *Tables) pack(columns []States, from int) *pass {
	p := &pass{t: t, from: from}
	for k := 0; k < len(columns) && len(p.words) < passWords; {
		w := word{first: from + k, base: p.stride, size: 1}
		shift := 8 * len(p.words)
		for ; k < len(columns) && (w.size == 1 || w.size*columns[k].N <= maxJoint); k++ {
			var lut [256]uint32
			for code, state := range columns[k].Of {
				lut[code] = uint32(int(state)*w.size) << shift
			}
			p.luts, p.codes = append(p.luts, lut), append(p.codes, columns[k].Code)
			w.size *= columns[k].N
			w.states = append(w.states, columns[k].N)
		}
		w.threes = slices.Equal(w.states, []int{3, 3, 3})
		p.words, p.stride = append(p.words, w), p.stride+w.size
		p.fill |= uint32(w.base) << shift
	}
	for k := len(p.words); k < passWords; k++ {
		p.fill |= uint32(p.stride) << (8 * k)
	}
	if len(p.words) < passWords {
		p.stride++
	}
	return p
}

// look fills in the words of the rows from `from` on.
func (p *pass) look(words []uint32, from int) {
	n, k := len(words), 0
	for i := range words {
		words[i] = p.fill
	}
	for ; k+4 <= len(p.luts); k += 4 {
		a, b := p.codes[k][from:][:n], p.codes[k+1][from:][:n]
		c, d := p.codes[k+2][from:][:n], p.codes[k+3][from:][:n]
		la, lb, lc, ld := &p.luts[k], &p.luts[k+1], &p.luts[k+2], &p.luts[k+3]
		for i := range words {
			words[i] += la[a[i]] + lb[b[i]] + lc[c[i]] + ld[d[i]]
		}
	}
	for ; k < len(p.luts); k++ {
		lut := &p.luts[k]
		for i, code := range p.codes[k][from:][:n] {
			words[i] += lut[code]
		}
	}
}

// fold takes the joint sums of a word apart into those of its columns, one a state.
// The joint sums are lost.
func (w *word) fold(sums []float64, columns []tableColumn, cell bool, slot int) {
	rest := sums[w.base:][:w.size]
	columns = columns[w.first:][:len(w.states)]
	if w.threes {
		foldThrees((*[27]float64)(rest), columns[0].at(cell, slot), columns[1].at(cell, slot), columns[2].at(cell, slot))
		return
	}
	for k := len(w.states) - 1; k >= 0; k-- {
		out := columns[k].at(cell, slot)
		size := len(rest) / len(out)
		first := rest[:size]
		out[0] = 0
		for _, v := range first {
			out[0] += v
		}
		for state := 1; state < len(out); state++ {
			sum := 0.0
			for i, v := range rest[state*size:][:size] {
				first[i] += v
				sum += v
			}
			out[state] = sum
		}
		rest = first
	}
}

// foldThrees is fold for three columns of three states, as of shares.
func foldThrees(sums *[27]float64, a, b, c []float64) {
	var of [9]float64
	none, one, two := 0.0, 0.0, 0.0
	for i := range of {
		v, x, y := sums[i], sums[9+i], sums[18+i]
		none, one, two = none+v, one+x, two+y
		of[i] = v + x + y
	}
	c[0], c[1], c[2] = none, one, two
	b[0], b[1], b[2] = of[0]+of[1]+of[2], of[3]+of[4]+of[5], of[6]+of[7]+of[8]
	a[0], a[1], a[2] = of[0]+of[3]+of[6], of[1]+of[4]+of[7], of[2]+of[5]+of[8]
}

// at are the sums of a slot by state, of a cell or of a unit.
func (c *tableColumn) at(cell bool, slot int) []float64 {
	if cell {
		return c.cell[slot*c.states:][:c.states]
	}
	return c.unit[slot*c.states:][:c.states]
}

// countRows adds the rows by joint state to those by state of the columns.
func (w *word) countRows(rows *[256]uint32, columns []tableColumn) {
	for joint := range w.size {
		rest := joint
		for k, n := range w.states {
			columns[w.first+k].rows[rest%n] += int(rows[w.base+joint])
			rest /= n
		}
	}
}
