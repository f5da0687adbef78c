// Package indicators is the rule book of the programme: the indicator systems
// by edition, the marks, weights and methods of a round by version, and exact
// arithmetic on marks. It knows no unit, no round's dates, no person and no
// database; whoever needs a number of indicators asks the catalogue, because
// shapes differ between editions.
package indicators

import (
	"math/big"
	"strconv"
	"strings"

	"minyi/indicators/fault"
)

// Mark is a mark, a full mark or a total in hundredths: 8550 is 85.50. Sums and
// comparisons are exact; only Round rounds.
type Mark int64

// Hundred is a total of 100.00.
const Hundred Mark = 10000

const markDigits = 9 // digits before the point that ParseMark takes

// ParseMark reads a decimal such as "85", "85.5" or "85.50". Full-width digits
// and points are read too, as Chinese keyboards write them. Signs, exponents and
// more than two decimals are refused with mark.form.
func ParseMark(s string) (Mark, error) {
	text := narrow(strings.TrimSpace(s))
	whole, frac, dotted := strings.Cut(text, ".")
	if !digits(whole) || len(whole) > markDigits || dotted && (!digits(frac) || len(frac) > 2) {
		return 0, fault.New(fault.Invalid, "mark.form", "value", clip(s))
	}
	for len(frac) < 2 {
		frac += "0"
	}
	n, err := strconv.ParseInt(whole+frac, 10, 64)
	if err != nil {
		return 0, fault.New(fault.Invalid, "mark.form", "value", clip(s))
	}
	return Mark(n), nil
}

// String writes the mark with two decimals, such as "85.50" or "-3.00".
func (m Mark) String() string {
	sign, n := "", int64(m)
	if n < 0 {
		sign, n = "-", -n
	}
	s := strconv.FormatInt(n, 10)
	for len(s) < 3 {
		s = "0" + s
	}
	return sign + s[:len(s)-2] + "." + s[len(s)-2:]
}

// Rat returns the mark as an exact number of hundredths.
func (m Mark) Rat() *big.Rat { return new(big.Rat).SetInt64(int64(m)) }

// Round turns an exact number of hundredths into a mark, half away from zero.
// It is the one place where a total is rounded.
func Round(hundredths *big.Rat) Mark {
	num, den := new(big.Int).Set(hundredths.Num()), hundredths.Denom()
	neg := num.Sign() < 0
	num.Abs(num)
	num.Mul(num, big.NewInt(2)).Add(num, den)
	num.Quo(num, new(big.Int).Mul(den, big.NewInt(2)))
	if neg {
		num.Neg(num)
	}
	return Mark(num.Int64())
}

// Share is a part of a whole in hundredths of a percent: 10000 is all of it.
type Share int64

// Whole is 100.00 %.
const Whole Share = 10000

// ParseShare reads a percentage such as "33.33", with or without a percent
// sign; anything else is refused with share.form.
func ParseShare(s string) (Share, error) {
	text := strings.TrimSuffix(strings.TrimSpace(strings.ReplaceAll(s, "％", "%")), "%")
	m, err := ParseMark(text)
	if err != nil {
		return 0, fault.New(fault.Invalid, "share.form", "value", clip(s))
	}
	return Share(m), nil
}

// String writes the share as a percentage with two decimals and no sign, such
// as "33.33".
func (s Share) String() string { return Mark(s).String() }

// Gate is the rule of C18, in integers: met of applicable reaches num/den
// (90 of 100, 88 of 97 at 9/10). Nothing applicable never passes. Where All is
// set, a round counts over all indicators of the system instead (90 of 100 for
// everybody); the notice does not say.
type Gate struct {
	Num int `json:"num"`
	Den int `json:"den"`
	All int `json:"-"`
}

// Passes reports whether met of applicable reaches the gate.
func (g Gate) Passes(met, applicable int) bool {
	return applicable > 0 && g.Den*met >= g.Num*g.of(applicable)
}

// Needed returns the smallest number of met indicators that passes.
func (g Gate) Needed(applicable int) int {
	return (g.Num*g.of(applicable) + g.Den - 1) / g.Den
}

func (g Gate) of(applicable int) int {
	if g.All > 0 {
		return g.All
	}
	return applicable
}

// narrow turns full-width digits and points into plain ones.
func narrow(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= '０' && r <= '９':
			return r - '０' + '0'
		case r == '．':
			return '.'
		}
		return r
	}, s)
}

func digits(s string) bool {
	for _, r := range s {
		if r < '0' || r > '9' {
			return false
		}
	}
	return s != ""
}

// clip keeps a refused value short enough for a sentence.
func clip(s string) string {
	const most = 20
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "…"
	}
	return s
}
