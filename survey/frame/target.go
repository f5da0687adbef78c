package frame

import (
	"errors"
	"math"
	"strconv"

	"minyi/indicators/fault"
	"minyi/stats/sample"
)

// Goal is what a size is reckoned from.
type Goal string

// The goals: the half width of an interval; the proof that a share is at least as
// large as a threshold; a verdict either way, met or not met; what money pays for;
// and a size that is simply given.
const (
	ForMargin    Goal = "margin"
	ForThreshold Goal = "threshold"
	ForDecision  Goal = "decision"
	ForBudget    Goal = "budget"
	AsGiven      Goal = "given"
)

// Goals are all goals, the usual one first.
func Goals() []Goal { return []Goal{ForMargin, ForThreshold, ForDecision, ForBudget, AsGiven} }

// Target is what somebody wants of a sample. Shares are hundredths of a per cent,
// money is in whole yuan. Take is how many answers are wanted from each PSU that is
// drawn; 0 lets the costs choose it (ForBudget), else it is 10.
type Target struct {
	Goal      Goal  `json:"goal"`
	Expected  int   `json:"expected"`         // share satisfied that is expected
	Margin    int   `json:"margin,omitempty"` // ForMargin: half the interval
	Threshold int   `json:"threshold,omitempty"`
	Low       int   `json:"low,omitempty"` // ForDecision: a share that must be found not met; Expected is one that must be found met
	Power     int   `json:"power,omitempty"`
	Level     int   `json:"level"`    // confidence
	ICC       int   `json:"icc"`      // correlation of the answers within a PSU, in hundredths of a per cent
	Response  int   `json:"response"` // share of links that bring an answer
	Take      int   `json:"take"`
	Answers   int   `json:"answers,omitempty"` // AsGiven
	Budget    int64 `json:"budget,omitempty"`
	PerPSU    int64 `json:"cost_psu,omitempty"`
	PerAnswer int64 `json:"cost_answer,omitempty"`
	Each      bool  `json:"each,omitempty"` // in each domain, not in all together
}

// Whole is 100.00 % in hundredths of a per cent.
const Whole = 10_000

// UsualTarget is a margin of 3 percentage points at 95 %, with a correlation of 0.02
// and half of the links answered.
func UsualTarget() Target {
	return Target{
		Goal: ForMargin, Expected: 8000, Margin: 300, Threshold: 8000, Low: 7700, Power: 8000, Level: 9500,
		ICC: 200, Response: 5000, Take: usualTake, Answers: usualAnswers,
	}
}

const (
	usualTake    = 10
	usualAnswers = 400
)

// Size is a reckoned size. Deff is the design effect, in hundredths; Margin is the
// half width that the answers give at the expected share, in hundredths of a per
// cent.
type Size struct {
	Answers int   `json:"answers"`
	Links   int   `json:"links"`
	PSUs    int   `json:"psus"`
	Take    int   `json:"take"`    // answers from each PSU
	PerPSU  int   `json:"per_psu"` // links in each PSU
	Deff    int   `json:"deff"`
	Margin  int   `json:"margin"`
	Cost    int64 `json:"cost"` // 0 where no costs were given
}

// Size reckons how large a sample the target needs among so many people, by the
// functions of stats/sample, which name their sources. It refuses with a
// fault.List what is out of range, and with target.never what no size can reach.
func (t Target) Size(population int64) (Size, error) {
	if err := t.check(); err != nil {
		return Size{}, err
	}
	out := Size{Take: t.Take}
	icc := part(t.ICC)
	if out.Take == 0 {
		out.Take = usualTake
		if t.Goal == ForBudget {
			best, err := sample.OptimalTake(float64(t.PerPSU), float64(t.PerAnswer), icc, MaxPerPSU/2)
			if err != nil {
				return Size{}, never(err)
			}
			out.Take = best
		}
	}
	deff, err := sample.ClusterDeff(float64(out.Take), icc)
	if err != nil {
		return Size{}, never(err)
	}
	set := sample.Setting{Deff: deff, ResponseRate: part(t.Response), Population: float64(population), Level: part(t.Level)}
	size, err := t.reckon(out.Take, set)
	if err != nil {
		return Size{}, never(err)
	}
	return t.filled(out, size, set)
}

// filled works out what follows from the number of answers.
func (t Target) filled(out Size, size sample.Size, set sample.Setting) (Size, error) {
	out.Answers, out.Deff = size.Answers, int(math.Round(set.Deff*percent))
	out.PSUs = (out.Answers + out.Take - 1) / out.Take
	out.PerPSU = int(math.Ceil(float64(out.Take)/set.ResponseRate - tiny))
	out.Links = max(size.Invitations, out.PSUs*out.PerPSU)
	if out.Links > MaxLinks || set.Population > 0 && float64(out.Links) > set.Population {
		return out, fault.New(fault.Invalid, "target.toomany", "links", strconv.Itoa(out.Links), "max", strconv.Itoa(int(math.Min(set.Population, MaxLinks)))).At("goal")
	}
	margin, err := sample.Margin(part(t.Expected), out.Answers, set)
	if err != nil {
		return out, never(err)
	}
	out.Margin = int(math.Round(margin * Whole))
	if t.PerAnswer > 0 {
		out.Cost = int64(out.PSUs)*t.PerPSU + int64(out.Answers)*t.PerAnswer
	}
	return out, nil
}

const tiny = 1e-9

func part(hundredths int) float64 { return float64(hundredths) / Whole }

// reckon is the number of answers that the goal needs.
func (t Target) reckon(take int, set sample.Setting) (sample.Size, error) {
	expected, threshold, power := part(t.Expected), part(t.Threshold), part(t.Power)
	switch t.Goal {
	case ForThreshold:
		return sample.SizeForThreshold(threshold, expected, power, set)
	case ForDecision:
		met, err := sample.SizeForDecision(threshold, expected, power, set)
		if err != nil {
			return met, err
		}
		not, err := sample.SizeForDecision(threshold, part(t.Low), power, set)
		if not.Answers > met.Answers {
			return not, err
		}
		return met, err
	case ForBudget:
		psus, err := sample.SizeForBudget(float64(t.Budget), float64(t.PerPSU), float64(t.PerAnswer), take)
		return t.invited(min(psus, MaxLinks)*take, set), err
	case AsGiven:
		return t.invited(t.Answers, set), nil
	case ForMargin:
	}
	return sample.SizeForMargin(expected, part(t.Margin), set)
}

func (t Target) invited(answers int, set sample.Setting) sample.Size {
	return sample.Size{Answers: answers, Invitations: int(math.Ceil(float64(answers)/set.ResponseRate - tiny))}
}

// never turns what the numbers refuse into a refusal.
func never(err error) error {
	var wrong *sample.Error
	if errors.As(err, &wrong) {
		return fault.New(fault.Invalid, "target.never").At("goal")
	}
	return err
}
