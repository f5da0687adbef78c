package roster

import (
	"slices"

	"minyi/indicators"
	"minyi/indicators/fault"
)

// VerifyRule says which findings of an on-site verification count towards its mark;
// the notice gives it no mark at all.
type VerifyRule string

// The rules. VerifyClaimed is that of rounds that name none.
const (
	VerifyClaimed VerifyRule = "claimed" // what is as the unit claims
	VerifyKept    VerifyRule = "kept"    // also what differs and still keeps its thresholds
)

// VerifyRules returns them in the order of forms.
func VerifyRules() []VerifyRule { return []VerifyRule{VerifyClaimed, VerifyKept} }

// usualSigners is how many sign the record of a visit where nothing else is said.
const usualSigners = 2

// Signers is how many members sign the record of a visit, the leader among them;
// rounds that say nothing have the default.
func (s Settings) Signers() int {
	if s.VerifySigners == 0 {
		return usualSigners
	}
	return s.VerifySigners
}

// checkVerify checks the settings of the on-site verification.
func (s Settings) checkVerify(list *fault.List) {
	for _, f := range []struct {
		field             string
		value, least, top int
	}{
		{"verify_floor", int(s.VerifyFloor), 0, int(indicators.Whole)},
		{"verify_signers", s.Signers(), 1, 30},
		{"verify_draw", s.VerifyDraw, 0, 97},
	} {
		if f.value < f.least || f.value > f.top {
			list.Add(fault.New(fault.Invalid, "round.setting_range").At(f.field))
		}
	}
	if s.VerifyRule != "" && !slices.Contains(VerifyRules(), s.VerifyRule) {
		list.Add(fault.New(fault.Invalid, "round.choice").At("verify_rule"))
	}
}
