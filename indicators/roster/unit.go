// Package roster is the register of units and of rounds: who may apply, when
// each step is open, and the settings that the notice leaves to the office. It
// holds no dossier, mark or finding; a round's scheme of weights is versioned
// here because its lock depends on the round's windows.
package roster

import (
	"bytes"
	"embed"
	"encoding/csv"
	"fmt"
	"strconv"

	"minyi/indicators"
	"minyi/indicators/fault"
)

//go:embed data/areas.csv data/departments.csv data/documents.csv
var register embed.FS

// UnitCode is the key of a unit: an area's division code such as "640100", a
// department's "D01" to "D38".
type UnitCode string

// UnitKind is the kind of a unit; it decides the indicator system and the title.
type UnitKind string

// The kinds of units that may apply (C16).
const (
	City       UnitKind = "city"        // 设区的市
	County     UnitKind = "county"      // 县
	District   UnitKind = "district"    // 市辖区
	CountyCity UnitKind = "county-city" // 县级市
	Bureau     UnitKind = "department"  // 自治区政府部门
)

// Group is a set of units that are ranked and shown together.
type Group string

// The groups: tracks and kinds are ranked apart.
const (
	Cities      Group = "cities"
	Counties    Group = "counties" // counties, districts and county-level cities
	Departments Group = "departments"
)

// Groups returns all groups in order.
func Groups() []Group { return []Group{Cities, Counties, Departments} }

// Unit is one body of the register (C01).
type Unit struct {
	Code             UnitCode
	Name             string // Chinese
	NameEN           string // empty where the register has none
	Kind             UnitKind
	Parent           UnitCode // the city of a county; empty for cities and departments
	RuleMaking       bool     // may make government rules (C66)
	Population       int      // residents, census of 2020-11-01; 0 for departments
	PopulationStatus string   // verified, recalled or estimated; empty for departments
}

// System returns the indicator system that applies to the unit (C61, C62).
func (u Unit) System() indicators.System {
	if u.Kind == Bureau {
		return indicators.Department
	}
	return indicators.CityCounty
}

// RuleMakingPower reports whether indicators that need rule-making power apply.
// A department's system has none with that condition.
func (u Unit) RuleMakingPower() bool { return u.RuleMaking || u.Kind == Bureau }

// Group returns the group in which the unit is ranked.
func (u Unit) Group() Group {
	switch u.Kind {
	case City:
		return Cities
	case Bureau:
		return Departments
	case County, District, CountyCity:
		return Counties
	}
	return Counties
}

// Label returns the unit's name in the language, Chinese where it has no other.
func (u Unit) Label(lang string) string {
	if lang == "en" && u.NameEN != "" {
		return u.NameEN
	}
	return u.Name
}

// Register is the list of units, areas first.
type Register struct {
	units []Unit
	index map[UnitCode]int
	kept  map[UnitCode]record // what the office changed
}

// Load reads the embedded register.
func Load() (*Register, error) {
	r := &Register{index: map[UnitCode]int{}, kept: map[UnitCode]record{}}
	areas, err := table("data/areas.csv")
	if err != nil {
		return nil, err
	}
	for _, row := range areas {
		if row["level"] == "region" {
			continue
		}
		u, err := area(row)
		if err != nil {
			return nil, err
		}
		r.add(u)
	}
	departments, err := table("data/departments.csv")
	if err != nil {
		return nil, err
	}
	for _, row := range departments {
		seq, err := strconv.Atoi(row["seq"])
		if err != nil {
			return nil, fmt.Errorf("department %q: %w", row["name"], err)
		}
		r.add(Unit{Code: UnitCode(fmt.Sprintf("D%02d", seq)), Name: row["name"], Kind: Bureau})
	}
	return r, nil
}

func (r *Register) add(u Unit) {
	r.index[u.Code] = len(r.units)
	r.units = append(r.units, u)
}

func area(row map[string]string) (Unit, error) {
	kinds := map[string]UnitKind{"地级市": City, "市辖区": District, "县": County, "县级市": CountyCity}
	kind, ok := kinds[row["kind"]]
	if !ok {
		return Unit{}, fmt.Errorf("area %s: unknown kind %q", row["code"], row["kind"])
	}
	people, err := strconv.Atoi(row["population_2020"])
	if err != nil {
		return Unit{}, fmt.Errorf("area %s: population: %w", row["code"], err)
	}
	u := Unit{
		Code: UnitCode(row["code"]), Name: row["name"], NameEN: row["name_en"], Kind: kind,
		RuleMaking: row["has_rule_making_power"] == "yes", Population: people, PopulationStatus: row["population_status"],
	}
	if kind != City {
		u.Parent = UnitCode(row["parent_code"])
	}
	return u, nil
}

// table reads an embedded CSV into one map a row, keyed by the header.
func table(name string) ([]map[string]string, error) {
	raw, err := register.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("register: %w", err)
	}
	records, err := csv.NewReader(bytes.NewReader(raw)).ReadAll()
	if err != nil {
		return nil, fmt.Errorf("register %s: %w", name, err)
	}
	var out []map[string]string
	for _, record := range records[1:] {
		row := map[string]string{}
		for i, column := range records[0] {
			row[column] = record[i]
		}
		out = append(out, row)
	}
	return out, nil
}

// Units returns all units: cities with their counties after them, then
// departments. Those that were struck off are not among them.
func (r *Register) Units() []Unit {
	out := make([]Unit, 0, len(r.units))
	for _, u := range r.units {
		if !r.kept[u.Code].Retired {
			out = append(out, u)
		}
	}
	return out
}

// Unit returns the unit with that code; an unknown one is refused with
// unit.unknown (C16).
func (r *Register) Unit(code UnitCode) (Unit, error) {
	i, ok := r.index[code]
	if !ok {
		return Unit{}, fault.New(fault.NotFound, "unit.unknown")
	}
	return r.units[i], nil
}
