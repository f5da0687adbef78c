package frame

import "strings"

// The variables that margins were published for.
const (
	Sex       = "sex"
	Residence = "residence"
	Age       = "age"
)

// Cell is one category of a margin. Parts are persons or hundredths of a per
// cent: they compare within their own margin only.
type Cell struct {
	Category string
	Parts    int64
}

// Margin is one published distribution of an area's residents.
type Margin struct {
	Variable string // Sex, Residence or Age
	Cells    []Cell
	Status   string // "verified" for all that are embedded
	Source   string // see data/README.md
}

// children is the age group that is not surveyed and therefore not weighted to.
const children = "0-14"

// Margins returns the published margins of a unit's own area, in the order of
// the file; none where none were published (most counties): margins of a larger
// area are never put on a smaller one. A department has the region's. Age keeps
// 15-59 and 60+ only; 15-59 includes people of 15 to 17, whom the survey screens
// out.
func Margins(unit string) []Margin {
	code := AreaOf(unit).Code
	var margins []Margin
	for _, r := range embedded("data/population-margins-2020.csv") {
		if r["area_code"] != code || r["category"] == children {
			continue
		}
		if n := len(margins); n == 0 || margins[n-1].Variable != r["variable"] {
			margins = append(margins, Margin{Variable: r["variable"], Status: r["status"], Source: r["source"]})
		}
		m := &margins[len(margins)-1]
		m.Cells = append(m.Cells, Cell{Category: r["category"], Parts: parts(r["value"], r["unit"])})
	}
	return margins
}

// parts reads a count as persons and a percentage as hundredths of a per cent.
func parts(value, unit string) int64 {
	if unit == "percent" {
		return whole(strings.ReplaceAll(value, ".", ""))
	}
	return whole(value)
}
