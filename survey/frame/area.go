// Package frame holds what a sample is drawn from and weighted to: the areas and
// their published population margins, the sampling frame that the agency
// imports, and the draw by seed. It computes no estimate and knows no answer.
package frame

import (
	"embed"
	"encoding/csv"
	"fmt"
	"strconv"
)

//go:embed data/*.csv
var data embed.FS

// Region is the code of the whole region; departments answer for all of it.
const Region = "640000"

// Area is one area of the region by GB/T 2260.
type Area struct {
	Code       string // six digits
	Zh, En     string
	Level      string // "region", "prefecture" or "county"
	Parent     string // code of the area above; empty for the region
	Population int64  // residents, census of 2020-11-01
	Status     string // "verified", "recalled" or "estimated": how sure the figure is
	Source     string // see data/README.md
}

// Areas returns every area, each before those it contains.
func Areas() []Area {
	rows := embedded("data/areas.csv")
	areas := make([]Area, len(rows))
	for i, r := range rows {
		areas[i] = Area{
			Code: r["code"], Zh: r["name"], En: r["name_en"], Level: r["level"], Parent: r["parent_code"],
			Population: whole(r["population_2020"]), Status: r["population_status"], Source: r["population_source"],
		}
	}
	return areas
}

// AreaOf returns the area whose residents are asked about a unit: its own, or
// the region for a unit that is no area (a department).
func AreaOf(unit string) Area {
	var region Area
	for _, a := range Areas() {
		if a.Code == unit {
			return a
		}
		if a.Code == Region {
			region = a
		}
	}
	return region
}

// embedded reads one of the files of this package; a broken one is a
// programmer's mistake.
func embedded(name string) []map[string]string {
	f, err := data.Open(name)
	if err != nil {
		panic(fmt.Errorf("frame: %w", err))
	}
	records, err := csv.NewReader(f).ReadAll()
	if err != nil {
		panic(fmt.Errorf("frame: %s: %w", name, err))
	}
	rows := make([]map[string]string, 0, len(records))
	for _, r := range records[1:] {
		row := map[string]string{}
		for i, column := range records[0] {
			row[column] = r[i]
		}
		rows = append(rows, row)
	}
	return rows
}

func whole(s string) int64 {
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		panic(fmt.Errorf("frame: %w", err))
	}
	return n
}
