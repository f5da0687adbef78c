package indicators

import (
	"math/big"

	"minyi/indicators/fault"
)

// Score turns the marks of one unit into its evaluation total, 0.00 to 100.00:
// within a first-level heading the marks achieved over the full marks of the
// indicators that apply, then the weighted arithmetic mean over the headings,
// their shares renormalised over those that have an indicator that applies; then
// bonus and penalty items, each up to its cap. All of it is exact; the total is
// rounded once.
//
// applicable names the regular indicators that apply to the unit. One without a
// mark is refused with score.missing (C28: a missing verdict blocks closing), a
// mark below 0 or above its full marks with mark.range. Bonus and penalty items
// without a mark count nothing.
func Score(s Scheme, c *Catalogue, applicable []Number, marks map[Number]Mark) (Mark, error) {
	r, err := Reach(s, c, applicable, marks)
	if err != nil {
		return 0, err
	}
	return r.Total(s.Systems[c.System])
}

// LevelScore is the score of one heading, for reports: Achieved of Full marks.
type LevelScore struct {
	Level    string `json:"level"`
	Achieved Mark   `json:"achieved"`
	Full     Mark   `json:"full"`
}

// ScoreLevels returns achieved and full marks a heading, in the order of the
// notice, headings without an applicable indicator left out.
func ScoreLevels(s Scheme, c *Catalogue, applicable []Number, marks map[Number]Mark) ([]LevelScore, error) {
	w := s.Systems[c.System]
	byLevel := map[string]*LevelScore{}
	var list fault.List
	for _, n := range applicable {
		i, ok := c.Find(n)
		if !ok || i.Kind != Regular {
			list.Add(fault.New(fault.Invalid, "indicator.unknown", "number", clip(string(n))))
			continue
		}
		m, given := marks[n]
		if r := rangeOf(n, m, given, w.Items[n].Full); r != nil {
			list.Add(r)
			continue
		}
		if byLevel[i.Level1] == nil {
			byLevel[i.Level1] = &LevelScore{Level: i.Level1}
		}
		byLevel[i.Level1].Achieved += m
		byLevel[i.Level1].Full += w.Items[n].Full
	}
	if err := list.Err(); err != nil {
		return nil, err
	}
	var out []LevelScore
	for _, h := range c.Headings() {
		if l := byLevel[h]; l != nil {
			out = append(out, *l)
		}
	}
	return out, nil
}

func rangeOf(n Number, m Mark, given bool, full Mark) *fault.Refusal {
	switch {
	case !given:
		return fault.New(fault.Invalid, "score.missing", "number", string(n)).At(string(n))
	case m < 0 || m > full:
		return fault.New(fault.Invalid, "mark.range", "number", string(n), "full", full.String()).At(string(n))
	}
	return nil
}

func additional(s Scheme, c *Catalogue, kind Kind, marks map[Number]Mark) (Mark, error) {
	var sum Mark
	for _, i := range c.Additional() {
		m, given := marks[i.Number]
		if i.Kind != kind || !given {
			continue
		}
		if r := rangeOf(i.Number, m, true, s.Systems[c.System].Items[i.Number].Full); r != nil {
			return 0, r
		}
		sum += m
	}
	return sum, nil
}

// ScoreSingle adds up the criteria of a single project (C21), 0.00 to 100.00.
// A criterion without a mark is refused with score.missing, a mark out of range
// with mark.range; the 90 % rule does not apply.
func ScoreSingle(s Scheme, marks map[Criterion]Mark) (Mark, error) {
	var sum Mark
	var list fault.List
	for _, k := range Criteria() {
		m, given := marks[k]
		if r := rangeOf(Number(k), m, given, s.Criteria[k]); r != nil {
			list.Add(r)
		}
		sum += m
	}
	return sum, list.Err()
}

// MeanOf is the weighted arithmetic mean of marks, exact, rounded once; nothing
// weighted is refused with score.nothing.
func MeanOf(marks []Mark, shares []Share) (Mark, error) {
	exact := make([]*big.Rat, len(marks))
	for i, m := range marks {
		exact[i] = m.Rat()
	}
	return MeanOfExact(exact, shares)
}

// MeanOfExact is MeanOf for exact numbers of hundredths. naming uses it for the
// combined total, of marks between their goalposts.
func MeanOfExact(marks []*big.Rat, shares []Share) (Mark, error) {
	num, den := new(big.Rat), new(big.Rat)
	for i, m := range marks {
		w := new(big.Rat).SetInt64(int64(shares[i]))
		den.Add(den, w)
		num.Add(num, w.Mul(w, m))
	}
	if den.Sign() <= 0 {
		return 0, fault.New(fault.Invalid, "score.nothing")
	}
	return Round(num.Quo(num, den)), nil
}
