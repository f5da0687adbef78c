package naming

import (
	"minyi/indicators/roster"
	"minyi/indicators/scorebook"
)

// Shared says whose errors hang together with a part's.
type Shared = scorebook.Shared

const inPoints = 1.0 / (100 * 100) // of hundredths squared

// variance is the part's own in points squared: as it was before its root was rounded,
// where covariances stand beside it, so that all of them are of one matrix.
func (p Part) variance(own roster.UnitCode) float64 {
	if v := covarianceWith(p.Shared, own); v > 0 {
		return float64(v) * inPoints
	}
	return points(p.SE) * points(p.SE)
}

// with is the covariance with another unit's part in points squared. It counts
// where both findings say the same.
func (p Part) with(unit roster.UnitCode, other Part, own roster.UnitCode) float64 {
	a, b := covarianceWith(p.Shared, unit), covarianceWith(other.Shared, own)
	if a != b {
		return 0
	}
	return float64(a) * inPoints
}

func covarianceWith(list []Shared, unit roster.UnitCode) int64 {
	for _, s := range list {
		if s.Unit == unit {
			return s.Covariance
		}
	}
	return 0
}
