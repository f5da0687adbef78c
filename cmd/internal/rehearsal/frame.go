package rehearsal

import (
	"encoding/csv"
	"fmt"
	"math"
	"strconv"
	"strings"

	"minyi/indicators/roster"
)

// urbanShare is the share of the region's residents in towns, 4,678,654 of
// 7,202,654 (census of 2020).
const urbanShare = 0.6496

// committees of each kind that a made-up frame holds in one county.
const committees = 24

// sampling frames are made up, but their sizes add up to the real population
// of each county: a committee's code tells its county and its kind (C for a
// residents' committee, V for a village), as real codes do.
func (p *plan) frame(u roster.Unit) ([]byte, error) {
	var b strings.Builder
	w := csv.NewWriter(&b)
	rows := [][]string{{"stratum", "psu", "name", "size"}}
	for _, county := range p.counties(u) {
		for _, kind := range []struct {
			letter, label string
			share         float64
		}{{"C", "城镇", urbanShare}, {"V", "农村", 1 - urbanShare}} {
			stratum := p.stratum(u, county) + kind.label
			people := int(math.Round(float64(county.Population) * kind.share))
			rows = append(rows, p.committeesOf(u, county, kind.letter, stratum, people)...)
		}
	}
	if err := w.WriteAll(rows); err != nil {
		return nil, fmt.Errorf("frame of %s: %w", u.Code, err)
	}
	return []byte(b.String()), nil
}

// counties are the counties whose residents are asked about the unit.
func (p *plan) counties(u roster.Unit) []roster.Unit {
	var out []roster.Unit
	for _, c := range p.register.Units() {
		if c.Group() != roster.Counties {
			continue
		}
		if u.Kind == roster.Bureau || c.Code == u.Code || c.Parent == u.Code {
			out = append(out, c)
		}
	}
	return out
}

// stratum names the part of the frame that a county falls into: a department's
// frame is stratified by city, a city's by county.
func (p *plan) stratum(u, county roster.Unit) string {
	switch u.Kind {
	case roster.Bureau:
		city, err := p.register.Unit(county.Parent)
		if err != nil {
			return county.Name
		}
		return city.Name
	case roster.City:
		return county.Name
	case roster.County, roster.District, roster.CountyCity:
		return ""
	}
	return ""
}

// committeesOf shares the people out among the committees of one kind in one
// county, unevenly, so that the sum is exact.
func (p *plan) committeesOf(u, county roster.Unit, letter, stratum string, people int) [][]string {
	rng := chance(p.seed, "frame "+string(county.Code)+letter)
	n := committees
	if u.Kind == roster.Bureau {
		n = committees / 3
	}
	weights := make([]float64, n)
	var total float64
	for i := range weights {
		weights[i] = math.Exp(0.5 * rng.NormFloat64())
		total += weights[i]
	}
	names := map[string]string{"C": "社区居委会", "V": "村委会"}
	rows := make([][]string, n)
	left := people
	for i := range rows {
		size := int(float64(people) * weights[i] / total)
		if i == n-1 {
			size = left
		}
		left -= size
		rows[i] = []string{
			stratum, fmt.Sprintf("%s%s%03d", county.Code, letter, i+1),
			fmt.Sprintf("%s虚构%d号%s", county.Name, i+1, names[letter]), strconv.Itoa(size),
		}
	}
	return rows
}

// homeOf reads from a committee's code where the people behind its links live.
func homeOf(unit roster.UnitCode, psu string) (home, error) {
	const digits = 6
	if len(psu) <= digits+1 {
		return home{}, fmt.Errorf("committee %q is not of this rehearsal", psu)
	}
	return home{unit: string(unit), psu: psu, county: psu[:digits], rural: psu[digits] == 'V'}, nil
}
