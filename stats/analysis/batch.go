package analysis

import (
	"math"
	"slices"

	"minyi/stats/estimate"
)

// batch answers many requests of kind `by` with one pass over the rows: means of
// compact columns by the same groups, each over its own domain of compact columns.
// It leaves a request out (nil) where rows or groups differ from what one pass can
// count; it is then answered on its own, with the same result.
type batch struct {
	by      estimate.Grouping
	names   []map[string]any
	items   []estimate.Item
	request []int // of each item
}

// batched returns the fields of the requests that could be answered together, by
// request.
func (r *runner) batched() map[int]map[string]any {
	out := map[int]map[string]any{}
	if r.design == nil || r.design.Replicated() {
		return out
	}
	done := make([]bool, len(r.file.Requests))
	for k := range r.file.Requests {
		if done[k] || !together(&r.file.Requests[k], &r.file.Requests[k]) {
			continue
		}
		b := &batch{}
		for j := k; j < len(r.file.Requests); j++ {
			if !done[j] && together(&r.file.Requests[k], &r.file.Requests[j]) {
				done[j] = true
				b.request = append(b.request, j)
			}
		}
		if len(b.request) > 1 {
			r.run(b, out)
		}
	}
	return out
}

// together says whether both are means of a kind that goes into one batch.
func together(a, b *Request) bool {
	plain := b.Kind == "by" && (b.Stat == "mean" || b.Stat == "") && b.NaRm && b.DF == nil && b.Deff == ""
	return plain && a.Level == b.Level && slices.Equal(a.By, b.By)
}

// run answers the requests of a batch that fit.
func (r *runner) run(b *batch, out map[int]map[string]any) {
	var err error
	if b.by, b.names, err = r.groups(r.file.Requests[b.request[0]].By, nil); err != nil || b.by.Count == 0 {
		return
	}
	var fitting []int
	for _, k := range b.request {
		if item, ok := r.item(&r.file.Requests[k]); ok {
			b.items, fitting = append(b.items, item), append(fitting, k)
		}
	}
	if len(fitting) < 2 {
		return
	}
	all, err := estimate.ItemMeans(r.design, b.items, b.by, estimate.Options{Level: r.file.Requests[fitting[0]].Level})
	if err != nil {
		return
	}
	for j, e := range all {
		if anyNaN(e.Est) {
			continue // a group without rows in the domain, which `by` does not list
		}
		fields := estimateFields(e)
		fields["groups"] = b.names
		out[fitting[j]] = fields
	}
}

func anyNaN(values []float64) bool { return slices.ContainsFunc(values, math.IsNaN) }

// item is a request as a compact column and the numbers of its codes, NaN outside
// the domain. It fails where a row of the domain may lack a value, or a condition
// reads another column than the request's.
func (r *runner) item(q *Request) (estimate.Item, bool) {
	s, err := r.data.column(q.Var, "var")
	if err != nil || !s.compact() || len(s.small) == 0 {
		return estimate.Item{}, false
	}
	inside, ok := r.insidePoints(s, q.Domain)
	if !ok {
		return estimate.Item{}, false
	}
	item := estimate.Item{Name: q.Var, Code: s.small, Value: make([]float64, len(s.points))}
	for code, v := range s.points {
		item.Value[code] = v
		if !inside[code] {
			item.Value[code] = math.NaN()
		} else if math.IsNaN(v) && slices.Contains(s.small, uint8(code)) {
			return estimate.Item{}, false
		}
	}
	return item, true
}

// insidePoints marks the codes of a compact column that meet the conditions, all of
// which must read the same codes.
func (r *runner) insidePoints(s *series, conditions []Condition) (inside []bool, ok bool) {
	inside = make([]bool, len(s.points))
	for code := range inside {
		inside[code] = true
	}
	for _, c := range conditions {
		on, err := r.data.column(c.Var, "domain")
		if err != nil || !on.compact() || &on.small[0] != &s.small[0] {
			return nil, false
		}
		test, err := on.pointTest(c, "domain")
		if err != nil {
			return nil, false
		}
		for code := range inside {
			inside[code] = inside[code] && test[code]
		}
	}
	return inside, true
}
