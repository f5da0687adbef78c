package ledger

import (
	"golang.org/x/mod/sumdb/tlog"

	"minyi/indicators/fault"
)

// CheckInclusion checks that leaf stands at index in the tree of size leaves with
// the root. Whatever is wrong is ledger.inclusion.
func CheckInclusion(proof []Hash, size int64, root Hash, index int64, leaf Hash) error {
	if index < 0 || index >= size || tlog.CheckRecord(proof, size, root, index, leaf) != nil {
		return fault.New(fault.Invalid, "ledger.inclusion")
	}
	return nil
}

// CheckConsistency checks that the tree of size leaves with the root begins with
// the tree of old leaves with the root oldRoot: nothing was taken out or changed.
// Whatever is wrong is ledger.consistency.
func CheckConsistency(proof []Hash, size int64, root Hash, old int64, oldRoot Hash) error {
	switch {
	case old < 0 || size < old:
		return inconsistent()
	case old == 0:
		if len(proof) > 0 {
			return inconsistent()
		}
		return nil
	case tlog.CheckTree(proof, size, root, old, oldRoot) != nil:
		return inconsistent()
	}
	return nil
}

func inconsistent() error { return fault.New(fault.Invalid, "ledger.consistency") }
