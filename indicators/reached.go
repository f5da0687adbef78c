package indicators

import (
	"math/big"

	"minyi/indicators/fault"
)

// Reached is what a score sheet reached, heading by heading, so that a total can
// be made of it, and made again when an indicator comes in that no assessor marks.
// Bonus and Penalty are cut off at their caps.
type Reached struct {
	Levels  []LevelScore `json:"levels"`
	Bonus   Mark         `json:"bonus"`
	Penalty Mark         `json:"penalty"`

	// BonusAll and PenaltyAll are the sums before their caps, where those cut off.
	BonusAll   Mark `json:"bonus_all,omitempty"`
	PenaltyAll Mark `json:"penalty_all,omitempty"`
}

// Capped is the same under other caps.
func (r Reached) Capped(bonus, penalty Mark) Reached {
	all := [2]Mark{max(r.Bonus, r.BonusAll), max(r.Penalty, r.PenaltyAll)}
	r.Bonus, r.BonusAll = cut(all[0], bonus)
	r.Penalty, r.PenaltyAll = cut(all[1], penalty)
	return r
}

// cut cuts a sum off at its cap; all is 0 where nothing is cut off.
func cut(sum, most Mark) (counts, all Mark) {
	if sum <= most {
		return sum, 0
	}
	return most, sum
}

// Reach adds up the marks of one unit by heading; it refuses as Score does.
func Reach(s Scheme, c *Catalogue, applicable []Number, marks map[Number]Mark) (Reached, error) {
	levels, err := ScoreLevels(s, c, applicable, marks)
	if err != nil {
		return Reached{}, err
	}
	bonus, err := additional(s, c, Bonus, marks)
	if err != nil {
		return Reached{}, err
	}
	penalty, err := additional(s, c, Penalty, marks)
	if err != nil {
		return Reached{}, err
	}
	return Reached{Levels: levels, Bonus: bonus, Penalty: penalty}.Capped(s.BonusCap, s.PenaltyCap), nil
}

// With is what is reached together with one more indicator of a heading.
func (r Reached) With(level string, mark, full Mark) Reached {
	levels, found := make([]LevelScore, 0, len(r.Levels)+1), false
	for _, l := range r.Levels {
		if l.Level == level {
			l.Achieved, l.Full, found = l.Achieved+mark, l.Full+full, true
		}
		levels = append(levels, l)
	}
	if !found {
		levels = append(levels, LevelScore{Level: level, Achieved: mark, Full: full})
	}
	r.Levels = levels
	return r
}

// Total is the total, 0.00 to 100.00, as Score makes it; score.nothing where no
// heading that counts has full marks.
func (r Reached) Total(w Weights) (Mark, error) {
	sum, shares := new(big.Rat), new(big.Rat)
	for _, l := range r.Levels {
		if l.Full == 0 {
			continue
		}
		share := new(big.Rat).SetInt64(int64(w.Levels[l.Level]))
		shares.Add(shares, share)
		part := new(big.Rat).SetFrac64(int64(l.Achieved), int64(l.Full))
		sum.Add(sum, part.Mul(part, share))
	}
	if shares.Sign() == 0 {
		return 0, fault.New(fault.Invalid, "score.nothing")
	}
	sum.Quo(sum, shares).Mul(sum, Hundred.Rat())
	sum.Add(sum, r.Bonus.Rat())
	sum.Sub(sum, r.Penalty.Rat())
	return min(max(Round(sum), 0), Hundred), nil
}
