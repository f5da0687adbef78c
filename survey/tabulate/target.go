package tabulate

import (
	"slices"
	"strconv"

	"minyi/indicators/fault"
	"minyi/stats/weight"
)

// Imported is the status of a margin that the agency brought.
const Imported = "imported"

// fitted is a margin on its way into a calibration: the cell of each person and the
// people of each cell, with the last cell for those of whom it is not known, if any.
type fitted struct {
	Margin
	name string
	code []uint8
}

// column is one thing known of each person: names[at(i)].
type column struct {
	at    func(i int) int
	names []string
}

// column returns what is known of a variable; false where nothing is.
func (s *Sheets) column(variable string) (column, bool) {
	if variable == Stratum {
		names := make([]string, len(s.Units))
		for u, unit := range s.Units {
			names[u] = unit.Stratum
		}
		return column{func(i int) int { return int(s.Of[i]) }, names}, true
	}
	known := s.category(variable)
	for _, other := range s.Others {
		if other.Variable == variable {
			known = other.Category
		}
	}
	return column{func(i int) int { return int(known.Code[i]) }, known.Names}, known.Code != nil
}

// Other is what is known of each person by one of the further variables, nil for one
// that there is not.
func (s *Sheets) Other(variable string) *Category {
	for k := range s.Others {
		if s.Others[k].Variable == variable {
			return &s.Others[k].Category
		}
	}
	return nil
}

// places turns the names of a column into places among the levels, -1 for what has
// none.
func (c *column) places(join map[string]string, levels map[string]int) []int {
	out := make([]int, len(c.names))
	for k, name := range c.names {
		if to, ok := join[name]; ok {
			name = to
		}
		out[k] = -1
		if at, ok := levels[name]; ok && name != "" {
			out[k] = at
		}
	}
	return out
}

// sort finds the cell of each person, the last one where it is not known.
func (t *Target) sort(s *Sheets) ([]uint8, error) {
	cells, key := map[int]int{}, make([]int, s.N)
	levels := make([]map[string]int, len(t.Variables))
	stride, strides := 1, make([]int, len(t.Variables))
	for v := range t.Variables {
		levels[v] = map[string]int{}
		for _, c := range t.Cells {
			if _, ok := levels[v][c.Codes[v]]; !ok {
				levels[v][c.Codes[v]] = len(levels[v])
			}
		}
		strides[v] = stride
		stride *= len(levels[v])
	}
	for k, c := range t.Cells {
		at := 0
		for v, code := range c.Codes {
			at += strides[v] * levels[v][code]
		}
		cells[at] = k
	}
	for v, variable := range t.Variables {
		known, ok := s.column(variable)
		if !ok {
			return nil, fault.New(fault.Invalid, "weigh.variable", "variable", variable)
		}
		var join map[string]string
		if v < len(t.Join) {
			join = t.Join[v]
		}
		place := known.places(join, levels[v])
		for i := range key {
			if p := place[known.at(i)]; p < 0 || key[i] < 0 {
				key[i] = -1
			} else {
				key[i] += strides[v] * p
			}
		}
	}
	return byCell(key, cells, len(t.Cells)), nil
}

// byCell is the cell of each key, the last one for those of none.
func byCell(key []int, cells map[int]int, last int) []uint8 {
	out := make([]uint8, len(key))
	for i, at := range key {
		k, ok := cells[at]
		if !ok || at < 0 {
			k = last
		}
		out[i] = uint8(k)
	}
	return out
}

// fit sorts the people into the cells of a target and scales its totals to the
// population; those whose cell is not known keep their weighted share of it. A cell
// that has people and no answer is refused with weigh.cell_empty, one with answers
// and no people with weigh.cell_zero.
func (t *Target) fit(s *Sheets, w []float64, population float64) (*fitted, error) {
	code, err := t.sort(s)
	if err != nil {
		return nil, err
	}
	sums, counts, all := make([]float64, len(t.Cells)+1), make([]int, len(t.Cells)+1), 0.0
	for i, k := range code {
		sums[k] += w[i]
		counts[k]++
		all += w[i]
	}
	parts := int64(0)
	for _, c := range t.Cells {
		parts += c.Parts
	}
	unknown := sums[len(t.Cells)] / all
	f := &fitted{Margin: Margin{Variable: t.Key(), Source: t.Source, Status: t.status()}, name: t.Name, code: code}
	for k, c := range t.Cells {
		if c.Parts > 0 && counts[k] == 0 {
			return nil, fault.New(fault.Conflict, "weigh.cell_empty", "margin", t.Name, "cell", label(c.Codes), "people", strconv.FormatInt(c.Parts, 10))
		}
		if c.Parts == 0 && counts[k] > 0 {
			return nil, fault.New(fault.Conflict, "weigh.cell_zero", "margin", t.Name, "cell", label(c.Codes), "answers", strconv.Itoa(counts[k]))
		}
		total := population * (1 - unknown) * float64(c.Parts) / float64(parts)
		f.Cells = append(f.Cells, MarginCell{Category: label(c.Codes), Total: Number(total), N: counts[k]})
	}
	if n := counts[len(t.Cells)]; n > 0 {
		f.Cells = append(f.Cells, MarginCell{Total: Number(population * unknown), N: n})
	}
	return f, nil
}

// status is that of a published margin, or says that the agency brought it.
func (t *Target) status() string {
	if t.Name == t.Key() {
		return "verified"
	}
	return Imported
}

// term is the margin as a factor. Cells without people and answers are left out of
// it.
func (f *fitted) term(name string) (t weight.Term, totals []float64) {
	place, seen := make([]uint8, len(f.Cells)), 0
	for k, c := range f.Cells {
		if c.N == 0 {
			continue
		}
		place[k] = uint8(seen)
		seen++
		t.Levels, totals = append(t.Levels, c.Category), append(totals, float64(c.Total))
	}
	t.Name, t.Small = name, make([]uint8, len(f.code))
	for i, k := range f.code {
		t.Small[i] = place[k]
	}
	return t, totals
}

// Counts returns how many of the sampled answers lie in each cell of a target, and how
// many in none. It refuses with weigh.variable a variable that the answers do not have.
func (s *Survey) Counts(t Target) (cells []int, none int, err error) {
	code, err := t.sort(&s.Sampled)
	if err != nil {
		return nil, 0, err
	}
	cells = make([]int, len(t.Cells)+1)
	for _, k := range code {
		cells[k]++
	}
	return cells[:len(t.Cells)], cells[len(t.Cells)], nil
}

// Label is the cell of a person of whom value tells each variable; empty where it is not
// known.
func (t *Target) Label(value func(variable string) string) string {
	codes := make([]string, len(t.Variables))
	for v, variable := range t.Variables {
		code := value(variable)
		if v < len(t.Join) {
			if to, ok := t.Join[v][code]; ok {
				code = to
			}
		}
		codes[v] = code
	}
	for _, c := range t.Cells {
		if slices.Equal(c.Codes, codes) {
			return label(codes)
		}
	}
	return ""
}
