package roster

import (
	"slices"

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

// checkVerify checks the rule of the mark.
func (s Settings) checkVerify(list *fault.List) {
	if s.VerifyRule != "" && !slices.Contains(VerifyRules(), s.VerifyRule) {
		list.Add(fault.New(fault.Invalid, "round.choice").At("verify_rule"))
	}
}
