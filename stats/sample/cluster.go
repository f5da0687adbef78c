package sample

import "math"

// ClusterDeff is the design effect of taking m people from each PSU where answers
// within a PSU correlate by icc: 1 + (m-1)·icc (Kish 1965, Survey Sampling, equation
// 5.4.1). It fails for an m below 1 and an icc outside 0 to 1.
func ClusterDeff(m, icc float64) (float64, error) {
	if !(m >= 1) || math.IsInf(m, 0) || !(icc >= 0 && icc <= 1) {
		return 0, errorf("sample.cluster", "", "%v people a PSU with a correlation of %v; at least 1, and between 0 and 1", m, icc)
	}
	return 1 + (m-1)*icc, nil
}

// OptimalTake is the number of people from each PSU that gives the smallest
// variance for its cost, where reaching a PSU costs perPSU and an interview
// perInterview: sqrt(perPSU/perInterview·(1-icc)/icc) (Cochran 1977, equation 10.17;
// Kish 1965, equation 8.3.7), 1 at least and most at most. It fails for a cost that
// is not positive and an icc outside 0 to 1.
func OptimalTake(perPSU, perInterview, icc float64, most int) (int, error) {
	if !(perPSU > 0) || !(perInterview > 0) || !(icc >= 0 && icc <= 1) || math.IsInf(perPSU, 0) || math.IsInf(perInterview, 0) {
		return 0, errorf("sample.cluster", "", "costs of %v and %v with a correlation of %v; costs must be positive, the correlation between 0 and 1", perPSU, perInterview, icc)
	}
	if icc == 0 {
		return max(1, most), nil
	}
	m := math.Round(math.Sqrt(perPSU / perInterview * (1 - icc) / icc))
	return int(math.Max(1, math.Min(m, float64(most)))), nil
}

// SizeForBudget is how many PSUs of m answers each a budget pays for, where a PSU
// costs perPSU and an interview perInterview: budget/(perPSU+m·perInterview), rounded
// down (Cochran 1977, section 10.6). It fails for amounts that are not positive, for
// an m below 1, and for a budget that does not pay for one PSU.
func SizeForBudget(budget, perPSU, perInterview float64, m int) (psus int, err error) {
	if !(budget > 0) || !(perPSU >= 0) || !(perInterview > 0) || m < 1 || math.IsInf(budget, 0) {
		return 0, errorf("sample.budget", "", "a budget of %v with costs of %v and %v; all must be positive", budget, perPSU, perInterview)
	}
	n := math.Floor(budget / (perPSU + float64(m)*perInterview))
	if n < 1 {
		return 0, errorf("sample.budget", "", "%v does not pay for one PSU of %d interviews", budget, m)
	}
	return int(math.Min(n, math.MaxInt32)), nil
}
