package tabulate

import (
	"slices"
	"strconv"
	"strings"

	"minyi/indicators/fault"
	"minyi/survey/frame"
)

// Base says what the weighting starts from.
type Base string

// The bases: the design weights N/n of the drawn sample, or the same weight for
// everybody who was invited (a check of what the design does, never the better
// choice where the chances differed).
const (
	DesignBase Base = ""
	EqualBase  Base = "equal"
)

// Method says how the weights are brought to the margins.
type Method string

// The methods. Raking, Linear and Logit are the distances of Deville and Särndal
// (1992); Poststratify scales the cells of one margin, which may be crossed (Holt
// and Smith 1979); NoMargins scales the weights to the population only.
const (
	Raking       Method = ""
	Linear       Method = "linear"
	Logit        Method = "logit"
	Poststratify Method = "poststratify"
	NoMargins    Method = "none"
)

// Adjust says how nonresponse is made up for before the margins.
type Adjust string

// The adjustments: none (the margins do it), classes that move the weight of those
// who did not come back to those who did (Little and Rubin 2002, section 3.3), and
// a logistic response propensity on what is known of everybody invited.
const (
	NoAdjust   Adjust = ""
	ByClass    Adjust = "classes"
	Propensity Adjust = "propensity"
)

// What classes and propensities are made of: facts known of everybody invited.
const (
	Stratum = "stratum"
	PSU     = "psu"
	Size    = "size" // of the PSU, in the frame's measure; its logarithm in a propensity, fifths of the PSUs in classes
)

// Nonresponse is the adjustment: By has one fact for classes, one or more for a
// propensity. Classes 0 divides by the propensity, else the invited are cut into
// that many classes at its quantiles.
type Nonresponse struct {
	Method  Adjust   `json:"method,omitempty"`
	By      []string `json:"by,omitempty"`
	Classes int      `json:"classes,omitempty"`
}

// Trim clips the weights to multiples of their mean, in per cent (0: no limit), and
// shares out what was clipped. Strict repeats that until none lies outside. Again
// calibrates once more afterwards, so that the margins are met and weights may pass
// the limits a little.
type Trim struct {
	Low    int  `json:"low,omitempty"`
	High   int  `json:"high,omitempty"`
	Strict bool `json:"strict,omitempty"`
	Again  bool `json:"again,omitempty"`
}

// Set reports whether anything is clipped at all.
func (t *Trim) Set() bool { return t.Low != 0 || t.High != 0 }

// Blend names the way in which poster answers enter the estimates.
type Blend string

// NoBlend leaves poster answers out of every estimate. Pseudo gives them
// pseudo-weights from the odds of being a poster answer rather than a resident, and
// mixes both sources by their effective numbers (blend.go has formula, assumption
// and variance).
const (
	NoBlend Blend = ""
	Pseudo  Blend = "pseudo"
)

// Target is a margin of the agency's own: the distribution of one variable, or of
// several crossed. A variable is sex, residence or age of the census margins, the
// stratum, or the id of a question. Join says, by variable, which category counts as
// which other; what ends in no cell is not known.
type Target struct {
	Name      string              `json:"name"`
	Source    string              `json:"source"`
	Variables []string            `json:"variables"`
	Join      []map[string]string `json:"join,omitempty"`
	Cells     []TargetCell        `json:"cells"`
}

// TargetCell is one cell: its categories in the order of the variables, and its
// people. Parts compare within their own margin only.
type TargetCell struct {
	Codes []string `json:"codes"`
	Parts int64    `json:"parts"`
}

// Plan says how the weights are made, step by step: base, nonresponse, blending,
// margins, trimming. The zero Plan is the house's own: design weights, raked to all
// published margins of the unit's area that can be met. Bounds are g = new/old
// weight in per cent, 0 and 0 for none.
type Plan struct {
	Base        Base        `json:"base,omitempty"`
	Nonresponse Nonresponse `json:"nonresponse,omitzero"`
	Without     []string    `json:"without,omitempty"` // published margins left out, by variable
	Targets     []Target    `json:"targets,omitempty"`
	Method      Method      `json:"method,omitempty"`
	Low         int         `json:"low,omitempty"`
	High        int         `json:"high,omitempty"`
	Trim        Trim        `json:"trim,omitzero"`
	Blend       Blend       `json:"blend,omitempty"`
}

// Custom reports whether the plan differs from the house's own.
func (p *Plan) Custom() bool {
	return p.Base != DesignBase || p.Nonresponse.Method != NoAdjust || len(p.Without) > 0 || len(p.Targets) > 0 ||
		p.Method != Raking || p.Low != 0 || p.High != 0 || p.Trim != (Trim{}) || p.Blend != NoBlend
}

// Limits of a plan.
const (
	MaxTargets = 12
	MaxCells   = 250 // of one margin
	MaxPercent = 10_000
	maxClasses = 20
	hundred    = 100 // per cent, and the top of the index
)

// Check refuses with a fault.List what no data could make sense of: weigh.base,
// weigh.method, weigh.bounds, weigh.nonresponse, weigh.classes, weigh.trim,
// weigh.blend, weigh.targets and weigh.target.
func (p *Plan) Check() error {
	var list fault.List
	add := func(bad bool, field, code string, pairs ...string) {
		if bad {
			list.Add(fault.New(fault.Invalid, code, pairs...).At(field))
		}
	}
	add(p.Base != DesignBase && p.Base != EqualBase, "base", "weigh.base")
	add(!slices.Contains(Methods(), p.Method), "method", "weigh.method")
	add(!p.bounded(), "bounds_low", "weigh.bounds")
	add(!p.Nonresponse.sound(), "nonresponse", "weigh.nonresponse")
	add(p.Nonresponse.Classes < 0 || p.Nonresponse.Classes == 1 || p.Nonresponse.Classes > maxClasses, "classes", "weigh.classes", "max", strconv.Itoa(maxClasses))
	add(!p.Trim.sound(), "trim_low", "weigh.trim")
	add(p.Blend != NoBlend && p.Blend != Pseudo, "blend", "weigh.blend")
	add(len(p.Targets) > MaxTargets, "file", "weigh.targets", "max", strconv.Itoa(MaxTargets))
	for _, t := range p.Targets {
		add(!t.sound(), "file", "weigh.target", "margin", t.Name)
	}
	return list.Err()
}

// Methods lists the methods, the default first.
func Methods() []Method { return []Method{Raking, Linear, Logit, Poststratify, NoMargins} }

// Facts lists what is known of everybody invited.
func Facts() []string { return []string{Stratum, PSU, Size} }

func (p *Plan) bounded() bool {
	if p.Low == 0 && p.High == 0 {
		return p.Method != Logit
	}
	inside := p.Low >= 0 && p.Low < hundred && p.High > hundred && p.High <= MaxPercent
	return inside && p.Method != Poststratify && p.Method != NoMargins
}

func (n *Nonresponse) sound() bool {
	for i, by := range n.By {
		if !slices.Contains(Facts(), by) || slices.Contains(n.By[:i], by) {
			return false
		}
	}
	switch n.Method {
	case NoAdjust:
		return len(n.By) == 0 && n.Classes == 0
	case ByClass:
		return len(n.By) == 1 && n.Classes == 0
	case Propensity:
		return len(n.By) > 0 && !slices.Contains(n.By, PSU)
	}
	return false
}

func (t *Trim) sound() bool {
	if t.Low == 0 && t.High == 0 {
		return *t == Trim{}
	}
	return t.Low >= 0 && t.Low < hundred && (t.High == 0 || t.High > hundred) && t.High <= MaxPercent
}

func (t *Target) sound() bool {
	if len(t.Variables) == 0 || len(t.Cells) < 2 || len(t.Cells) > MaxCells || len(t.Join) > len(t.Variables) {
		return false
	}
	seen, all := map[string]bool{}, int64(0)
	for _, c := range t.Cells {
		key := label(c.Codes)
		if len(c.Codes) != len(t.Variables) || c.Parts < 0 || seen[key] {
			return false
		}
		seen[key] = true
		all += c.Parts
	}
	return all > 0
}

// Key names the variables of the target, crossed.
func (t *Target) Key() string { return label(t.Variables) }

// label is how crossed categories are written.
func label(codes []string) string { return strings.Join(codes, "×") }

// targets are the margins of the plan, the published ones first.
func (s *Survey) targets() []Target {
	var out []Target
	for _, m := range s.Margins {
		if !slices.Contains(s.Plan.Without, m.Variable) {
			out = append(out, published(m))
		}
	}
	return append(out, s.Plan.Targets...)
}

// published is a census margin as a target.
func published(m frame.Margin) Target {
	t := Target{Name: m.Variable, Source: m.Source, Variables: []string{m.Variable}}
	for _, c := range m.Cells {
		t.Cells = append(t.Cells, TargetCell{Codes: []string{c.Category}, Parts: c.Parts})
	}
	return t
}
