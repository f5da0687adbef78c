package tabulate

import "minyi/indicators/fault"

// Rates are the outcome rates of AAPOR, Standard Definitions (10th edition,
// 2023), for a sample of named invitations: every link that did not come back is
// of unknown eligibility. I complete, P partial, R refused or broken off, U
// unknown, e the share eligible among those whose eligibility is known.
type Rates struct {
	RR1   Number `json:"rr1"`   // I/(I+P+R+U)
	RR2   Number `json:"rr2"`   // (I+P)/(I+P+R+U)
	RR3   Number `json:"rr3"`   // I/(I+P+R+e·U)
	RR4   Number `json:"rr4"`   // (I+P)/(I+P+R+e·U)
	RR5   Number `json:"rr5"`   // I/(I+P+R)
	RR6   Number `json:"rr6"`   // (I+P)/(I+P+R)
	COOP1 Number `json:"coop1"` // I/(I+P+R); equals RR5, as every unknown case is left out
	REF1  Number `json:"ref1"`  // R/(I+P+R+U)
	E     Number `json:"e"`     // (I+P+R)/(I+P+R+screened out), as CASRO has it
}

func (f Fieldwork) check() error {
	back := 0
	for _, n := range []int{f.Complete, f.Partial, f.BreakOff, f.ScreenedOut, f.Refused} {
		if n < 0 {
			return fault.New(fault.Invalid, "tabulate.fieldwork")
		}
		back += n
	}
	if back > f.Invited {
		return fault.New(fault.Invalid, "tabulate.fieldwork")
	}
	return nil
}

// Rates computes the rates; those with nothing below the line are null.
func (f Fieldwork) Rates() Rates {
	i, p := float64(f.Complete), float64(f.Partial)
	r := float64(f.Refused + f.BreakOff)
	u := float64(f.Invited - f.Complete - f.Partial - f.BreakOff - f.ScreenedOut - f.Refused)
	known := i + p + r
	e := over(known, known+float64(f.ScreenedOut))
	eligible := 0.0
	if e.Known() {
		eligible = float64(e) * u
	}
	return Rates{
		RR1: over(i, known+u), RR2: over(i+p, known+u),
		RR3: over(i, known+eligible), RR4: over(i+p, known+eligible),
		RR5: over(i, known), RR6: over(i+p, known),
		COOP1: over(i, known), REF1: over(r, known+u), E: e,
	}
}

func over(a, b float64) Number {
	if b == 0 {
		return nan()
	}
	return Number(a / b)
}
