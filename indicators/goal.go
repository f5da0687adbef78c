package indicators

import (
	"math/big"

	"minyi/indicators/fault"
)

// Goalpost says which mark of an instrument counts nothing and which counts in full:
// they are fixed with the scheme, before any mark is known, so that no unit's mark
// changes another's (C73). High 0 stands for full marks. Marks beyond the posts count
// as the posts.
type Goalpost struct {
	Low  Mark `json:"low"`
	High Mark `json:"high"`
}

// Goals are the goalposts of the instruments; the zero ones are from 0 to full marks.
type Goals struct {
	Evaluation   Goalpost `json:"evaluation,omitzero"`
	Survey       Goalpost `json:"survey,omitzero"`
	Verification Goalpost `json:"verification,omitzero"`
}

// Top is the mark that counts in full.
func (g Goalpost) Top() Mark {
	if g.High == 0 {
		return Hundred
	}
	return g.High
}

// Plain reports whether marks count as they are.
func (g Goalpost) Plain() bool { return g.Low == 0 && g.Top() == Hundred }

// Scaled is what a mark counts, an exact number of hundredths on 0.00 to 100.00.
func (g Goalpost) Scaled(m Mark) *big.Rat {
	at := min(max(m, g.Low), g.Top()) - g.Low
	out := new(big.Rat).SetFrac64(int64(at), int64(g.Top()-g.Low))
	return out.Mul(out, Hundred.Rat())
}

func (g Goals) check(list *fault.List) {
	for _, one := range []struct {
		field string
		post  Goalpost
	}{{"goals.evaluation.low", g.Evaluation}, {"goals.survey.low", g.Survey}, {"goals.verification.low", g.Verification}} {
		if one.post.Low < 0 || one.post.Low >= one.post.Top() || one.post.Top() > Hundred {
			list.Add(fault.New(fault.Invalid, "scheme.goal_range").At(one.field))
		}
	}
}
