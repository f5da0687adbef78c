package scorebook

import "minyi/indicators/roster"

// Shared says that the error of a finding hangs together with that of another unit's
// finding of the same instrument and track: the same assessors marked both, both drew
// the same clusters, or both were weighted to the same totals. A finding names it in
// its detail as "shared".
type Shared struct {
	Unit roster.UnitCode `json:"unit"`
	// Covariance of the two marks, in hundredths squared; where Unit is the finding's
	// own, its variance before the standard error was rounded.
	Covariance int64 `json:"covariance"`
}

// Shared reads whose errors hang together with the finding's.
func (f Finding) Shared() ([]Shared, error) {
	var detail struct {
		Shared []Shared `json:"shared"`
	}
	err := f.read(&detail)
	return detail.Shared, err
}
