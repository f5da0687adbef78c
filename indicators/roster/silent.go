package roster

import (
	"slices"

	"minyi/indicators"
	"minyi/indicators/fault"
)

// Revoker says who decides a revocation; the notice does not say.
type Revoker string

// Who may decide. OfficeRevokes is that of rounds that name none.
const (
	OfficeRevokes    Revoker = "office"
	CommitteeRevokes Revoker = "committee"
)

// Revokers returns them in the order of forms.
func Revokers() []Revoker { return []Revoker{OfficeRevokes, CommitteeRevokes} }

// Organiser says which of the notice's two names the organiser goes by.
type Organiser string

// The cover speaks of 全面依法治国委员会, the text of 全面依法治区委员会. OfRegion
// is that of rounds that name none.
const (
	OfRegion  Organiser = "region"
	OfCountry Organiser = "country"
)

// Organisers returns them in the order of forms.
func Organisers() []Organiser { return []Organiser{OfRegion, OfCountry} }

// Body returns the organiser's name for the round.
func (s Settings) Body() string {
	if s.Organiser == OfCountry {
		return "自治区党委全面依法治国委员会办公室"
	}
	return "自治区党委全面依法治区委员会办公室"
}

// checkOpen checks the choices among what the notice leaves open.
func (s Settings) checkOpen(list *fault.List) {
	if s.CountyCityTitle != TitledAsCity && s.CountyCityTitle != TitledAsCounty {
		list.Add(fault.New(fault.Invalid, "round.title_rule").At("county_city_title"))
	}
	if s.Revoker != "" && !slices.Contains(Revokers(), s.Revoker) {
		list.Add(fault.New(fault.Invalid, "round.choice").At("revoker"))
	}
	if s.Organiser != "" && !slices.Contains(Organisers(), s.Organiser) {
		list.Add(fault.New(fault.Invalid, "round.choice").At("organiser"))
	}
	if s.FedRule != "" && !slices.Contains(indicators.FedRules(), s.FedRule) {
		list.Add(fault.New(fault.Invalid, "round.fed_rule").At("fed_rule"))
	}
	fixed := indicators.Gate{Num: 9, Den: 10}
	if g := s.Gate; g.Den > 0 && g.Num <= g.Den && int64(g.Num)*int64(fixed.Den) != int64(fixed.Num)*int64(g.Den) {
		list.Add(fault.New(fault.Invalid, "round.gate_fixed").At("gate"))
	}
}

// GateFor returns the gate of C18 for a system: over the indicators that apply,
// or over all, as the round says.
func (s Settings) GateFor(c *indicators.Catalogue) indicators.Gate {
	g := s.Gate
	if s.GateOfAll {
		g.All = 0
		for _, i := range c.Indicators {
			if i.Kind == indicators.Regular {
				g.All++
			}
		}
	}
	return g
}

// Title returns the title that a unit is named with under the round's settings
// (C20, C23).
func (s Settings) Title(unit Unit, track Track, project Project) string {
	if track == Single && s.PlainSingleCity && ending(unit.Kind, s.CountyCityTitle) == cityTitle {
		return "全区" + cityTitle
	}
	return Title(unit, track, project, s.CountyCityTitle)
}
