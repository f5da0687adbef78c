package quality

import (
	"math"
	"slices"
)

// timing takes log times and the robust z of speed within mode and age band:
// first page by page, so that a pause on one page is not slowness, then of the
// mean of a person's pages.
func (r *review) timing() {
	pages := 0
	if r.n > 0 {
		pages = len(r.s.Responses[0].Pages)
	}
	group := r.timeGroups()
	if pages == 0 {
		r.speed = within(r.totalTimes(), group)
	} else {
		r.speed = within(r.pageTimes(pages, group), group)
	}
	for i, z := range r.speed {
		if math.IsNaN(z) { // an unknown speed is an ordinary one
			z = 0
		}
		const most = 8
		r.speed[i] = max(-most, min(most, z))
	}
}

// totalTimes are the log seconds from the start to the end of each response.
func (r *review) totalTimes() []float64 {
	total := make([]float64, r.n)
	for i, x := range r.s.Responses {
		total[i] = logSeconds(x.Submit.Sub(x.Start).Seconds())
		if x.Start.IsZero() || x.Submit.IsZero() {
			total[i] = math.NaN()
		}
	}
	return total
}

// pageTimes notes the log seconds of each page and returns each person's mean of
// the pages' robust z.
func (r *review) pageTimes(pages int, group []string) []float64 {
	r.pages = make([][]float64, r.n)
	for i, x := range r.s.Responses {
		r.pages[i] = make([]float64, pages)
		for k, seconds := range x.Pages {
			r.pages[i][k] = logSeconds(seconds)
		}
	}
	sum, count := make([]float64, r.n), make([]float64, r.n)
	r.pageSD, r.pageMiddle = make([]float64, pages), make([]float64, pages)
	column := make([]float64, r.n)
	for k := range pages {
		for i := range r.n {
			column[i] = r.pages[i][k]
		}
		r.pageMiddle[k], r.pageSD[k] = robust(column)
		for i, z := range within(column, group) {
			if !math.IsNaN(z) {
				const most = 4
				sum[i] += max(-most, min(most, z))
				count[i]++
			}
		}
	}
	for i := range sum {
		sum[i] /= count[i]
	}
	return sum
}

func logSeconds(seconds float64) float64 {
	if math.IsNaN(seconds) || seconds < 0 {
		return math.NaN()
	}
	return math.Log(max(seconds, .2))
}

// leastGroup is how many people a mode or age band needs for medians of its own.
const leastGroup = 40

// timeGroups names the people with whom each response's times are compared: the
// same mode and age band, the same mode, or all, whichever is large enough.
func (r *review) timeGroups() []string {
	count := map[string]int{}
	for _, x := range r.s.Responses {
		count[x.Mode]++
		count[x.Mode+"\x00"+x.Age]++
	}
	out := make([]string, r.n)
	for i, x := range r.s.Responses {
		switch narrow := x.Mode + "\x00" + x.Age; {
		case count[narrow] >= leastGroup:
			out[i] = narrow
		case count[x.Mode] >= leastGroup:
			out[i] = x.Mode
		}
	}
	return out
}

// within returns the robust z of values within their groups; groups of one name
// are one. The group "" is compared with everybody.
func within(values []float64, group []string) []float64 {
	parts := map[string][]float64{}
	for i, v := range values {
		if group[i] != "" {
			parts[group[i]] = append(parts[group[i]], v)
		}
	}
	middle, scale := map[string]float64{}, map[string]float64{}
	for name, part := range parts {
		middle[name], scale[name] = robust(part)
	}
	middle[""], scale[""] = robust(values)
	out := make([]float64, len(values))
	for i, v := range values {
		out[i] = (v - middle[group[i]]) / scale[group[i]]
	}
	return out
}

// robust returns the median and 1.4826 times the median absolute deviation (no
// less than .05), of what is not NaN.
func robust(values []float64) (middle, scale float64) {
	given := make([]float64, 0, len(values))
	for _, v := range values {
		if !math.IsNaN(v) {
			given = append(given, v)
		}
	}
	if len(given) == 0 {
		return 0, 1
	}
	slices.Sort(given)
	middle = given[len(given)/2]
	for k, v := range given {
		given[k] = math.Abs(v - middle)
	}
	slices.Sort(given)
	const least = .05
	return middle, max(least, 1.4826*given[len(given)/2])
}

// Seconds are whole seconds at some questions as times on pages: a question that
// took less than one took half of one, one with -1 was not asked, and where no
// question took a second none was measured.
func Seconds(whole []int) []float64 {
	out := make([]float64, len(whole))
	measured := false
	for k, n := range whole {
		out[k] = math.NaN()
		if n >= 0 {
			out[k] = max(.5, float64(n))
		}
		measured = measured || n > 0
	}
	if !measured {
		for k := range out {
			out[k] = math.NaN()
		}
	}
	return out
}
