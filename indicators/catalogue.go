package indicators

import (
	"bytes"
	"embed"
	"encoding/csv"
	"fmt"
	"io"

	"minyi/indicators/fault"
)

//go:embed data/*/*.tsv
var data embed.FS

// Edition names one version of the indicator systems, by its year (C65).
type Edition string

// Edition2019 is the edition of 宁法办发〔2019〕39号.
const Edition2019 Edition = "2019"

// System is one of the two indicator systems of an edition (C61, C62).
type System string

// The two systems.
const (
	CityCounty System = "city-county" // 附件1, cities, counties and districts
	Department System = "department"  // 附件2, departments of the autonomous region
)

// Systems returns both systems in the order of the annexes.
func Systems() []System { return []System{CityCounty, Department} }

// Number is the key of an indicator inside its system: "1", "2", …, "A1", ….
type Number string

// Kind says how an indicator counts.
type Kind string

// The kinds of an indicator.
const (
	Regular Kind = "indicator" // marked, and counted in the 90 % rule
	Bonus   Kind = "bonus"     // added after aggregation, up to a cap (C67, C68)
	Penalty Kind = "penalty"   // taken off after aggregation, up to a cap (C69, C70)
)

// Indicator is one third-level indicator with its headings.
type Indicator struct {
	Number        Number
	Level1        string
	Level2        string
	Text          string
	Kind          Kind
	Applicability string // the note of the notice; empty where it applies to all
	Applies       Applies
	Thresholds    []Threshold
	Restored      string // what is not as the notice prints it; empty where all is
}

// ruleMakers is the notice's note on indicators 23 to 25 of cities and counties.
const ruleMakers = "适用于有立法权的市"

// NeedsRuleMaking reports whether the indicator applies only to cities with the
// power to make government rules (C66).
func (i Indicator) NeedsRuleMaking() bool { return i.Applies.RuleMaking }

// Catalogue is one system of one edition, in the order of the notice. Callers
// must not change Indicators.
type Catalogue struct {
	Edition    Edition
	System     System
	Indicators []Indicator
	index      map[Number]int
}

// Level is a first-level heading with its second-level groups.
type Level struct {
	Name   string
	Groups []Group
}

// Group is a second-level heading with its indicators.
type Group struct {
	Name       string
	Indicators []Indicator
}

// Editions returns the embedded editions, oldest first.
func Editions() ([]Edition, error) {
	entries, err := data.ReadDir("data")
	if err != nil {
		return nil, fmt.Errorf("list editions: %w", err)
	}
	out := make([]Edition, 0, len(entries))
	for _, e := range entries {
		out = append(out, Edition(e.Name()))
	}
	return out, nil
}

// Load reads one system of one edition; an unknown one is refused with
// catalogue.unknown.
func Load(edition Edition, system System) (*Catalogue, error) {
	raw, err := data.ReadFile("data/" + string(edition) + "/" + string(system) + ".tsv")
	if err != nil {
		return nil, fault.New(fault.NotFound, "catalogue.unknown", "edition", clip(string(edition)))
	}
	rows, err := ReadTSV(bytes.NewReader(raw))
	if err != nil {
		return nil, fmt.Errorf("catalogue %s %s: %w", edition, system, err)
	}
	c := &Catalogue{Edition: edition, System: system, Indicators: rows, index: map[Number]int{}}
	for i, row := range rows {
		if _, twice := c.index[row.Number]; twice {
			return nil, fmt.Errorf("catalogue %s %s: number %s stands twice", edition, system, row.Number)
		}
		c.index[row.Number] = i
	}
	return c, nil
}

// ReadTSV reads a catalogue file: a header line, then one row an indicator.
func ReadTSV(r io.Reader) ([]Indicator, error) {
	cr := csv.NewReader(r)
	cr.Comma, cr.LazyQuotes, cr.FieldsPerRecord = '\t', true, 8
	records, err := cr.ReadAll()
	if err != nil {
		return nil, fmt.Errorf("read rows: %w", err)
	}
	if len(records) < 2 || records[0][0] != "number" {
		return nil, fmt.Errorf("read rows: no header or no row")
	}
	out := make([]Indicator, 0, len(records)-1)
	for _, f := range records[1:] {
		limits, err := ParseThresholds(f[6])
		if err != nil {
			return nil, fmt.Errorf("row %s: %w", f[0], err)
		}
		kind := Kind(f[4])
		if kind != Regular && kind != Bonus && kind != Penalty {
			return nil, fmt.Errorf("row %s: unknown kind %q", f[0], f[4])
		}
		out = append(out, Indicator{
			Number: Number(f[0]), Level1: f[1], Level2: f[2], Text: f[3], Kind: kind,
			Applicability: f[5], Applies: Applies{RuleMaking: f[5] == ruleMakers}, Thresholds: limits, Restored: f[7],
		})
	}
	return out, nil
}

// Find returns the indicator with that number.
func (c *Catalogue) Find(n Number) (Indicator, bool) {
	i, ok := c.index[n]
	if !ok {
		return Indicator{}, false
	}
	return c.Indicators[i], true
}

// Applicable returns the regular indicators that apply to a unit by its
// rule-making power alone, where no kind is named: see ApplicableTo.
func (c *Catalogue) Applicable(ruleMaking bool) []Indicator { return c.ApplicableTo("", ruleMaking) }

// Additional returns the bonus and penalty items.
func (c *Catalogue) Additional() []Indicator {
	var out []Indicator
	for _, i := range c.Indicators {
		if i.Kind != Regular {
			out = append(out, i)
		}
	}
	return out
}

// Levels returns the headings in order, additional items last as in the notice.
func (c *Catalogue) Levels() []Level {
	var out []Level
	for _, i := range c.Indicators {
		if n := len(out); n == 0 || out[n-1].Name != i.Level1 {
			out = append(out, Level{Name: i.Level1})
		}
		level := &out[len(out)-1]
		if n := len(level.Groups); n == 0 || level.Groups[n-1].Name != i.Level2 {
			level.Groups = append(level.Groups, Group{Name: i.Level2})
		}
		group := &level.Groups[len(level.Groups)-1]
		group.Indicators = append(group.Indicators, i)
	}
	return out
}

// Headings returns the first-level headings that have regular indicators, the
// keys of the level-1 shares of a scheme.
func (c *Catalogue) Headings() []string {
	var out []string
	for _, l := range c.Levels() {
		if l.Groups[0].Indicators[0].Kind == Regular {
			out = append(out, l.Name)
		}
	}
	return out
}
