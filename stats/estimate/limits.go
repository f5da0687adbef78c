package estimate

// Limits returns the limits est ± t(df)·se of an interval at the level (0: 0.95); NaN
// without degrees of freedom.
func Limits(est, se, df, level float64) (low, high float64) {
	t := tQuantile(level, df)
	return est - t*se, est + t*se
}
