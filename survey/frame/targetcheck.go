package frame

import (
	"slices"
	"strconv"

	"minyi/indicators/fault"
)

// Bounds of a target.
const (
	maxMoney  = 1_000_000_000
	leastOpen = 100 // hundredths of a per cent: 1 %
)

// check refuses what is out of range, each at its field.
func (t Target) check() error {
	var list fault.List
	if !slices.Contains(Goals(), t.Goal) {
		return fault.New(fault.Invalid, "target.goal").At("goal")
	}
	within := func(field string, value, low, high int) {
		if value < low || value > high {
			list.Add(fault.New(fault.Invalid, "target.share", "low", cents(low), "high", cents(high)).At(field))
		}
	}
	within("expected", t.Expected, leastOpen, Whole-leastOpen)
	within("level", t.Level, Whole/2, Whole-1)
	within("icc", t.ICC, 0, Whole/2)
	within("response", t.Response, leastOpen, Whole)
	if t.Take < 0 || t.Take > MaxPerPSU/2 || t.Take == 0 && t.Goal != ForBudget {
		list.Add(fault.New(fault.Invalid, "target.take", "max", strconv.Itoa(MaxPerPSU/2)).At("take"))
	}
	list = append(list, t.checkGoal(within)...)
	return list.Err()
}

// checkGoal checks what the one goal needs. What within refuses, it notes itself.
func (t Target) checkGoal(within func(field string, value, low, high int)) (list fault.List) {
	const widest, least = 3000, 10
	switch t.Goal {
	case ForMargin:
		within("margin", t.Margin, least, widest)
	case ForThreshold, ForDecision:
		within("threshold", t.Threshold, leastOpen, Whole-leastOpen)
		within("power", t.Power, Whole/2, Whole-leastOpen)
		if t.Expected <= t.Threshold {
			list.Add(fault.New(fault.Invalid, "target.above").At("expected"))
		}
		if t.Goal == ForDecision && (t.Low >= t.Threshold || t.Low < leastOpen) {
			list.Add(fault.New(fault.Invalid, "target.below").At("low"))
		}
	case ForBudget:
		list = append(list, t.checkMoney()...)
	case AsGiven:
		if t.Answers < 1 || t.Answers > MaxLinks {
			list.Add(fault.New(fault.Invalid, "target.answers", "max", strconv.Itoa(MaxLinks)).At("answers"))
		}
	}
	return list
}

func (t Target) checkMoney() (list fault.List) {
	for _, one := range []struct {
		field  string
		amount int64
	}{{"budget", t.Budget}, {"cost_psu", t.PerPSU}, {"cost_answer", t.PerAnswer}} {
		if one.amount < 1 || one.amount > maxMoney {
			list.Add(fault.New(fault.Invalid, "target.money", "max", strconv.Itoa(maxMoney)).At(one.field))
		}
	}
	return list
}

// cents writes hundredths of a per cent as a percentage.
func cents(n int) string {
	out := strconv.Itoa(n / percent)
	if rest := n % percent; rest != 0 {
		out += "." + strconv.Itoa(rest/10)
		if rest%10 != 0 {
			out += strconv.Itoa(rest % 10)
		}
	}
	return out
}
