package contact

import (
	"math"

	"minyi/survey/tabulate"
)

// Counts are the final dispositions of a sample by class.
type Counts struct {
	I  int `json:"i"`
	P  int `json:"p"`
	R  int `json:"r"`
	NC int `json:"nc"`
	O  int `json:"o"`
	UH int `json:"uh"`
	UO int `json:"uo"`
	NE int `json:"ne"`
}

// Add counts n cases of a class.
func (c *Counts) Add(class Class, n int) {
	to := map[Class]*int{
		Interview: &c.I, PartIn: &c.P, Refused: &c.R, NonContact: &c.NC, Other: &c.O,
		UnknownHome: &c.UH, UnknownOther: &c.UO, Ineligible: &c.NE,
	}[class]
	*to += n
}

// Plus returns the sum of two samples.
func (c Counts) Plus(d Counts) Counts {
	return Counts{c.I + d.I, c.P + d.P, c.R + d.R, c.NC + d.NC, c.O + d.O, c.UH + d.UH, c.UO + d.UO, c.NE + d.NE}
}

// Cases is how many cases there are.
func (c Counts) Cases() int { return c.I + c.P + c.R + c.NC + c.O + c.UH + c.UO + c.NE }

// Rates are the outcome rates of AAPOR, Standard Definitions (10th edition,
// 2023), as shares; one with nothing below the line is not known (NaN). E is the
// estimated share eligible among the cases of unknown eligibility: CASRO's, the
// share among those whose eligibility is known, 1 where none is known.
type Rates struct {
	RR1   tabulate.Number `json:"rr1"`
	RR2   tabulate.Number `json:"rr2"`
	RR3   tabulate.Number `json:"rr3"`
	RR4   tabulate.Number `json:"rr4"`
	RR5   tabulate.Number `json:"rr5"`
	RR6   tabulate.Number `json:"rr6"`
	COOP1 tabulate.Number `json:"coop1"`
	COOP2 tabulate.Number `json:"coop2"`
	COOP3 tabulate.Number `json:"coop3"`
	COOP4 tabulate.Number `json:"coop4"`
	REF1  tabulate.Number `json:"ref1"`
	REF2  tabulate.Number `json:"ref2"`
	REF3  tabulate.Number `json:"ref3"`
	CON1  tabulate.Number `json:"con1"`
	CON2  tabulate.Number `json:"con2"`
	CON3  tabulate.Number `json:"con3"`
	E     tabulate.Number `json:"e"`
}

// Rates computes the rates of the final dispositions.
func (c Counts) Rates() Rates {
	i, took := float64(c.I), float64(c.I+c.P)
	refused, other, away := float64(c.R), float64(c.O), float64(c.NC)
	known, unknown := took+refused+other+away, float64(c.UH+c.UO)
	e := 1.0
	if known+float64(c.NE) > 0 {
		e = known / (known + float64(c.NE))
	}
	reached, guessed := took+refused+other, known+e*unknown
	return Rates{
		RR1: over(i, known+unknown), RR2: over(took, known+unknown),
		RR3: over(i, guessed), RR4: over(took, guessed),
		RR5: over(i, known), RR6: over(took, known),
		COOP1: over(i, reached), COOP2: over(took, reached),
		COOP3: over(i, took+refused), COOP4: over(took, took+refused),
		REF1: over(refused, known+unknown), REF2: over(refused, guessed), REF3: over(refused, known),
		CON1: over(reached, known+unknown), CON2: over(reached, guessed), CON3: over(reached, known),
		E: tabulate.Number(e),
	}
}

// Named is one rate with its name.
type Named struct {
	Name  string
	Value tabulate.Number
}

// List returns the rates in the order of the Standard Definitions, e last.
func (r Rates) List() []Named {
	return []Named{
		{"RR1", r.RR1},
		{"RR2", r.RR2},
		{"RR3", r.RR3},
		{"RR4", r.RR4},
		{"RR5", r.RR5},
		{"RR6", r.RR6},
		{"COOP1", r.COOP1},
		{"COOP2", r.COOP2},
		{"COOP3", r.COOP3},
		{"COOP4", r.COOP4},
		{"REF1", r.REF1},
		{"REF2", r.REF2},
		{"REF3", r.REF3},
		{"CON1", r.CON1},
		{"CON2", r.CON2},
		{"CON3", r.CON3},
		{"e", r.E},
	}
}

func over(a, b float64) tabulate.Number {
	if b == 0 {
		return tabulate.Number(math.NaN())
	}
	return tabulate.Number(a / b)
}
