package naming

import (
	"slices"

	"minyi/indicators"
	"minyi/indicators/roster"
	"minyi/indicators/scorebook"
)

// Fed is one indicator whose mark a survey gives: what the survey says, which
// figure decides by the round's settings, and the mark that follows (C129, C122).
// Without a figure (not surveyed, or so few answers that none is shown) the
// indicator leaves the denominator; it is never 0 (C30).
type Fed struct {
	scorebook.Satisfaction
	Source scorebook.Instrument `json:"source"`
	Known  bool                 `json:"known"`
	Limit  indicators.Share     `json:"limit"` // what the notice wants
	Lower  bool                 `json:"lower"` // the lower bound decides, not the estimate
	Meets  bool                 `json:"meets"`
	Mark   indicators.Mark      `json:"mark"`
	Full   indicators.Mark      `json:"full"`

	// Rule and Floor say how the mark follows from the share, Effect by how much the
	// evaluation's mark is higher with full marks here than with none: so the survey's
	// error reaches the total.
	Rule   indicators.FedRule `json:"rule,omitempty"`
	Floor  indicators.Share   `json:"floor,omitempty"`
	Effect indicators.Mark    `json:"effect,omitempty"`
}

// Value is the share that decides.
func (f Fed) Value() indicators.Share {
	if f.Lower {
		return f.AtLeast
	}
	return f.Est
}

// joining adds to the evaluators' marks what surveys found: the one place where
// the two come together, when both are closed (C29).
type joining struct {
	scheme   indicators.Scheme
	settings roster.Settings
	byKey    map[scorebook.Key]scorebook.Finding
	books    Catalogues
}

// join puts the indicators that surveys feed, and the caps of the scheme, into the
// evaluation of a row of the comprehensive track, and makes its totals anew.
func (j joining) join(r *Row, key scorebook.Key, unit roster.Unit) error {
	if key.Track != roster.Comprehensive {
		return nil
	}
	catalogue, err := j.books(unit.System())
	if err != nil {
		return err
	}
	if r.Fed, err = j.fed(key, catalogue, unit); err != nil {
		return err
	}
	at := slices.IndexFunc(r.Parts, func(p Part) bool { return p.Instrument == scorebook.Evaluation })
	if !r.Parts[at].Present {
		return nil
	}
	key.Instrument = scorebook.Evaluation
	f := j.byKey[key]
	if len(r.Fed) > 0 {
		r.Own, r.Without = r.Parts[at].Mark, r.Total
	}
	if err := j.effects(f, r.Fed, catalogue); err != nil {
		return err
	}
	if r.Parts[at].Mark, err = j.joined(f, r.Fed, catalogue); err != nil {
		return err
	}
	r.total()
	return nil
}

// effects works out what full marks of each indicator that is fed add.
func (j joining) effects(f scorebook.Finding, fed []Fed, catalogue *indicators.Catalogue) error {
	for n := range fed {
		if !fed[n].Known {
			continue
		}
		var ends [2]indicators.Mark
		for k, mark := range []indicators.Mark{0, fed[n].Full} {
			other := slices.Clone(fed)
			other[n].Mark = mark
			var err error
			if ends[k], err = j.joined(f, other, catalogue); err != nil {
				return err
			}
		}
		fed[n].Effect = ends[1] - ends[0]
	}
	return nil
}

// fed lists the indicators that surveys feed, in the order of the notice.
func (j joining) fed(key scorebook.Key, catalogue *indicators.Catalogue, unit roster.Unit) ([]Fed, error) {
	weights := j.scheme.Systems[catalogue.System]
	var out []Fed
	for _, i := range catalogue.ApplicableTo(string(unit.Kind), unit.RuleMakingPower()) {
		if !weights.Fed(i) {
			continue
		}
		one, err := j.one(key, i)
		if err != nil {
			return nil, err
		}
		one.Full = weights.Items[i.Number].Full
		if one.Known {
			rule := indicators.Feeding{Rule: j.settings.FedRule, Floor: j.settings.FedFloor}
			one.Meets, one.Mark = one.Value() >= one.Limit, rule.Mark(one.Full, one.Value(), one.Limit)
			one.Rule, one.Floor = rule.Rule, rule.Floor
		}
		out = append(out, one)
	}
	return out, nil
}

// one finds what the survey in question says of an indicator.
func (j joining) one(key scorebook.Key, i indicators.Indicator) (Fed, error) {
	limit, _ := i.Satisfaction()
	out := Fed{Source: scorebook.Deputies, Lower: j.settings.Indicator72Lower, Limit: indicators.Share(limit.Value)}
	if i.AsksResidents() {
		out.Source, out.Lower = scorebook.Survey, j.settings.Indicator84Lower
	}
	out.Indicator = i.Number
	key.Instrument, key.Track = out.Source, ""
	found, err := j.byKey[key].Satisfactions()
	if err != nil {
		return Fed{}, err
	}
	if at := slices.IndexFunc(found, func(s scorebook.Satisfaction) bool { return s.Indicator == i.Number }); at >= 0 {
		out.Satisfaction, out.Known = found[at], !found[at].Few
	}
	return out, nil
}

// joined is the evaluation's mark with what surveys give: each sheet that counts
// is totalled again with the indicators that came in and under the scheme's caps, and
// the mark moves as the mean of these totals does. Where the finding tells no
// headings, the evaluators' mark stands.
func (j joining) joined(f scorebook.Finding, fed []Fed, catalogue *indicators.Catalogue) (indicators.Mark, error) {
	basis, err := f.Basis()
	if err != nil || len(basis) == 0 {
		return f.Mark, err
	}
	weights := j.scheme.Systems[catalogue.System]
	before, after, shares := []indicators.Mark{}, []indicators.Mark{}, []indicators.Share{}
	for _, b := range basis {
		more := b.Reached.Capped(j.scheme.BonusCap, j.scheme.PenaltyCap)
		for _, one := range fed {
			if i, ok := catalogue.Find(one.Indicator); ok && one.Known {
				more = more.With(i.Level1, one.Mark, one.Full)
			}
		}
		was, err := b.Reached.Total(weights)
		if err != nil {
			return 0, err
		}
		is, err := more.Total(weights)
		if err != nil {
			return 0, err
		}
		before, after, shares = append(before, b.Total), append(after, b.Total+is-was), append(shares, 1)
	}
	own, err := indicators.MeanOf(before, shares)
	if err != nil {
		return 0, err
	}
	all, err := indicators.MeanOf(after, shares)
	return min(max(f.Mark+all-own, 0), indicators.Hundred), err
}
