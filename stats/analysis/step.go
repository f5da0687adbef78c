package analysis

import (
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strings"

	"minyi/stats/design"
	"minyi/stats/weight"
)

// step runs one adjustment of the weights.
func (r *runner) step(s *Step) error {
	next, err := r.design, error(nil)
	switch s.Op {
	case "poststratify":
		return r.poststratify(s)
	case "rake":
		return r.rake(s)
	case "calibrate":
		return r.calibrate(s)
	case "trim":
		next, err = r.design.Trim(bound(s.Lower, math.Inf(-1)), bound(s.Upper, math.Inf(1)), s.Strict)
	case "replicate":
		return r.resample(s)
	case "propensity":
		return r.respond(s)
	default:
		err = weight.Errorf("analysis.op", "op", "the step %q is not known; use poststratify, rake, calibrate, trim, propensity or replicate", s.Op)
	}
	if err != nil {
		return err
	}
	r.design = next
	return nil
}

func bound(b *Bound, otherwise float64) float64 {
	if b == nil {
		return otherwise
	}
	return float64(*b)
}

// cells lines up the rows with the cells of a post-stratification.
func (r *runner) cells(s *Step) (weight.Cells, error) {
	if len(s.By) == 0 || len(s.Cells) == 0 {
		return weight.Cells{}, weight.Errorf("analysis.step", "", "poststratify needs by and cells")
	}
	var codes [][]int32
	var labels [][]string
	for _, name := range s.By {
		column, err := r.data.column(name, "by")
		if err != nil {
			return weight.Cells{}, err
		}
		c, l := column.categories()
		codes, labels = append(codes, c), append(labels, l)
	}
	out := weight.Cells{Code: make([]int32, r.data.rows)}
	cellOf := map[string]int32{}
	for k, cell := range s.Cells {
		key, name, total, err := readCell(cell, s.By)
		if err != nil {
			return out, within(fmt.Sprintf("cells[%d]", k), err)
		}
		if _, twice := cellOf[key]; twice {
			return out, weight.Errorf("analysis.cell_twice", fmt.Sprintf("cells[%d]", k), "the cell %s is named twice", name)
		}
		cellOf[key] = int32(k)
		out.Names, out.Totals = append(out.Names, name), append(out.Totals, total)
	}
	parts := make([]string, len(s.By))
	for i := range out.Code {
		out.Code[i] = -1
		for c := range codes {
			parts[c] = "\x00"
			if k := codes[c][i]; k >= 0 {
				parts[c] = labels[c][k]
			}
		}
		if k, ok := cellOf[strings.Join(parts, "\x1f")]; ok {
			out.Code[i] = k
		}
	}
	return out, nil
}

func readCell(cell map[string]json.RawMessage, by []string) (key, name string, total float64, err error) {
	raw, ok := cell["total"]
	if !ok || json.Unmarshal(raw, &total) != nil {
		return "", "", 0, weight.Errorf("analysis.cell", "", "a cell needs a total that is a number")
	}
	parts, names := make([]string, len(by)), make([]string, len(by))
	for k, column := range by {
		if parts[k], err = scalar(cell[column]); err != nil {
			return "", "", 0, weight.Errorf("analysis.cell", "", "the cell names no level of %q", column)
		}
		names[k] = column + "=" + parts[k]
	}
	return strings.Join(parts, "\x1f"), strings.Join(names, ", "), total, nil
}

// margins lines up the rows with the margins of a raking. A level of the data
// that the totals do not name leaves its rows without a category, which
// weight.Rake refuses.
func (r *runner) margins(s *Step) ([]weight.Margin, error) {
	out := make([]weight.Margin, len(s.Margins))
	for m, margin := range s.Margins {
		if slices.ContainsFunc(s.Margins[:m], func(before Margin) bool { return before.Var == margin.Var }) {
			return nil, weight.Errorf("weight.margin_twice", fmt.Sprintf("margins[%d]", m), "the margin %q is named twice; name it once", margin.Var)
		}
		column, err := r.data.column(margin.Var, fmt.Sprintf("margins[%d]", m))
		if err != nil {
			return nil, err
		}
		codes, labels := column.categories()
		keys := sortedKeys(margin.Totals)
		place := make([]int32, len(labels))
		for k, label := range labels {
			place[k] = int32(slices.Index(keys, label))
		}
		out[m] = weight.Margin{Name: margin.Var, Levels: keys, Code: make([]int32, len(codes))}
		for _, key := range keys {
			out[m].Totals = append(out[m].Totals, margin.Totals[key])
		}
		for i, k := range codes {
			out[m].Code[i] = -1
			if k >= 0 {
				out[m].Code[i] = place[k]
			}
		}
	}
	return out, nil
}

func method(word string) (weight.Method, error) {
	for _, m := range []weight.Method{weight.Linear, weight.Raking, weight.Logit} {
		if word == m.String() {
			return m, nil
		}
	}
	if word == "" {
		return weight.Linear, nil
	}
	return 0, weight.Errorf("weight.method", "method", "the method %q is not known; use linear, raking or logit", word)
}

func (r *runner) poststratify(s *Step) error {
	cells, err := r.cells(s)
	if err != nil {
		return err
	}
	cells.Code = seated(cells.Code, r.design.Weights())
	next, err := r.design.Poststratify(cells)
	if err != nil {
		return err
	}
	r.tied(next, cells.Totals, cellSums([][]int32{cells.Code}, []int{len(cells.Totals)}))
	return nil
}

func (r *runner) rake(s *Step) error {
	margins, err := r.margins(s)
	if err != nil {
		return err
	}
	codes, sizes, totals := make([][]int32, len(margins)), make([]int, len(margins)), []float64{}
	for m := range margins {
		margins[m].Code = seated(margins[m].Code, r.design.Weights())
		codes[m], sizes[m], totals = margins[m].Code, len(margins[m].Totals), append(totals, margins[m].Totals...)
	}
	next, err := r.design.Rake(margins, weight.Control{Epsilon: s.Epsilon, MaxIter: s.MaxIter})
	if err != nil {
		return err
	}
	r.tied(next, totals, cellSums(codes, sizes))
	return nil
}

// tied takes the design whose weights a step has tied to totals.
func (r *runner) tied(next *design.Design, totals []float64, sums func(w []float64) []float64) {
	r.fitted = &fitted{totals: totals, sums: sums, before: r.design.Weights(), now: next.Weights()}
	r.design = next
}

func (r *runner) calibrate(s *Step) error {
	terms, err := r.modelTerms(s.Terms)
	if err != nil {
		return err
	}
	model, err := weight.NewModel(r.data.rows, s.Intercept, terms)
	if err != nil {
		return err
	}
	c := weight.Calibration{Control: weight.Control{Epsilon: s.Epsilon, MaxIter: s.MaxIter}}
	if c.Totals, err = model.Totals(s.Totals); err != nil {
		return err
	}
	if c.Method, err = method(s.Method); err != nil {
		return err
	}
	if len(s.Bounds) != 0 {
		if len(s.Bounds) != 2 {
			return weight.Errorf("weight.bounds", "bounds", "give two bounds, the lower and the upper")
		}
		c.Bounds = weight.Bounds{Low: float64(s.Bounds[0]), High: float64(s.Bounds[1]), Const: s.BoundsConst}
	}
	next, err := r.design.Calibrate(model, c)
	if err != nil {
		return err
	}
	r.tied(next, c.Totals, modelSums(model, len(c.Totals)))
	return nil
}
