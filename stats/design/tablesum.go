package design

// window is what the rows of one stretch have in common for all words: slots,
// weights after and before the calibration, and 1 for a row with weight.
type window struct {
	unit, cell [rowsAtATime]int32
	w, before  [rowsAtATime]float64
	counts     [rowsAtATime]uint32
	negative   bool
}

// sumRows sums the rows low to high-1, a stretch at a time that stays in the
// cache, word by word. It is false where a weight is negative.
func (t *Tables) sumRows(group []int32, words []word, out []sums, low, high int) bool {
	for j, w := range words {
		out[j].unit, out[j].cell = make([]float64, w.size*t.unit.n), make([]float64, w.size*t.cell.n)
	}
	in := &window{}
	for from := low; from < high; from += rowsAtATime {
		to := min(from+rowsAtATime, high)
		t.look(in, group, from, to)
		for j := range words {
			in.add(&words[j], &out[j], from, to)
		}
	}
	return !in.negative
}

// look fills the window with the rows from to to-1.
func (t *Tables) look(in *window, group []int32, from, to int) {
	t.unit.look(in.unit[:to-from], group, t.groups, from)
	for i, w := range t.d.weights[from:to] {
		in.w[i], in.counts[i] = w, 1
		if w <= 0 {
			in.negative = in.negative || w < 0
			in.counts[i] = 0
		}
	}
	if t.fit == nil {
		return
	}
	t.cell.look(in.cell[:to-from], group, t.groups, from)
	for i, v := range t.fit.residuals.Weights()[from:to] {
		in.before[i] = v
		if in.counts[i] == 0 {
			in.before[i] = 0
		}
	}
}

func (s *slots) look(out, group []int32, groups, from int) {
	copy(out, s.of[from:])
	if !s.nested {
		for i, u := range out {
			out[i] = u*int32(groups) + group[from+i]
		}
	}
}

// counts are rows by state, twice, so that equal neighbours need not wait for each
// other.
type counts [2][256]uint32

// add adds the rows of the window to the sums of one word.
func (in *window) add(w *word, out *sums, from, to int) {
	unit, cell, rows := out.unit, out.cell, &out.rows
	a, b := w.a.Code[from:to], w.a.Code[from:to]
	var second [256]uint8
	if w.pair {
		b, second = w.b.Code[from:to], w.b.Of
	}
	first, size := &w.a.Of, w.size
	b = b[:len(a)]
	if len(cell) == 0 {
		for i, x := range a {
			k := first[x] + second[b[i]]
			i &= rowsAtATime - 1
			rows[i&1][k] += in.counts[i]
			unit[int(in.unit[i])*size+int(k)] += in.w[i]
		}
		return
	}
	for i, x := range a {
		k := first[x] + second[b[i]]
		i &= rowsAtATime - 1
		rows[i&1][k] += in.counts[i]
		unit[int(in.unit[i])*size+int(k)] += in.w[i]
		cell[int(in.cell[i])*size+int(k)] += in.before[i]
	}
}
