package quality

import (
	"math"

	"minyi/stats/careless"
)

// GroupEffects are the effects of batches, interviewers or other hands of one
// unit: on what was answered and on how long it took. Level is the mean of a
// person's answers, reversed items as they are, so that it serves comparison only;
// Pace is the mean log of the seconds on a page.
type GroupEffects struct {
	Names       []string // of the groups, in the order of first mention
	Level, Pace careless.Effects
}

// EffectsOf takes the effects of the groups that of names; an empty name is no
// group.
func EffectsOf(s *Survey, unit string, of func(*Response) string) GroupEffects {
	var out GroupEffects
	place := map[string]int{}
	var level, pace []float64
	var group []int
	for i := range s.Responses {
		x := &s.Responses[i]
		if x.Unit != unit {
			continue
		}
		name, at := of(x), -1
		if name != "" {
			var known bool
			if at, known = place[name]; !known {
				at = len(out.Names)
				place[name] = at
				out.Names = append(out.Names, name)
			}
		}
		group = append(group, at)
		level, pace = append(level, levelOf(x)), append(pace, paceOf(x))
	}
	out.Level, out.Pace = careless.BetweenGroups(level, group), careless.BetweenGroups(pace, group)
	return out
}

func levelOf(x *Response) float64 {
	var all sums
	for _, v := range x.Answers {
		if v != NoAnswer {
			all.add(float64(v))
		}
	}
	if all.n == 0 {
		return math.NaN()
	}
	return all.mean()
}

func paceOf(x *Response) float64 {
	var all sums
	for _, v := range x.Pages {
		if !math.IsNaN(v) {
			all.add(logSeconds(v))
		}
	}
	switch {
	case all.n > 0:
		return all.mean()
	case x.Start.IsZero() || x.Submit.IsZero():
		return math.NaN()
	}
	return logSeconds(x.Submit.Sub(x.Start).Seconds())
}
