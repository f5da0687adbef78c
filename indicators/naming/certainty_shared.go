package naming

import (
	"encoding/json"
	"fmt"

	"minyi/indicators/roster"
	"minyi/indicators/scorebook"
)

// Shared says that the error of a finding hangs together with that of another
// unit's finding of the same instrument: both drew from the same clusters, or were
// weighted to the same totals. A finding names it in its detail as "shared"; the
// surveys of this service, with a sample and weights for each unit, name none.
type Shared struct {
	Unit roster.UnitCode `json:"unit"`
	// Covariance of the two marks, in hundredths squared.
	Covariance int64 `json:"covariance"`
}

func sharedOf(f scorebook.Finding) ([]Shared, error) {
	if len(f.Detail) == 0 {
		return nil, nil
	}
	var detail struct {
		Shared []Shared `json:"shared"`
	}
	if err := json.Unmarshal(f.Detail, &detail); err != nil {
		return nil, fmt.Errorf("detail of %s: %w", f.Key, err)
	}
	return detail.Shared, nil
}

// with is the covariance with another unit's part in points squared. It counts
// where both findings say the same.
func (p Part) with(unit roster.UnitCode, other Part, own roster.UnitCode) float64 {
	const hundredths = 100 * 100
	a, b := covarianceWith(p.Shared, unit), covarianceWith(other.Shared, own)
	if a != b {
		return 0
	}
	return float64(a) / hundredths
}

func covarianceWith(list []Shared, unit roster.UnitCode) int64 {
	for _, s := range list {
		if s.Unit == unit {
			return s.Covariance
		}
	}
	return 0
}
