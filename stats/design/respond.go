package design

import "minyi/stats/weight"

// Respond adjusts the weights for nonresponse by response propensities
// (weight.AdjustByPropensity): rows not marked as answered get the weight 0 and keep
// their PSUs in the design. weighted fits the propensities with the weights, else
// every row counts once; s.Base is not read. The linearized variance takes the
// propensities as known, which on average overstates it (Kim and Kim 2007, Canadian
// Journal of Statistics 35, 501-514); with replicate weights made before, the model
// is fitted again on each replicate and the variance shows it. It fails as
// weight.AdjustByPropensity does, on every replicate too.
func (d *Design) Respond(answered []bool, model *weight.Model, weighted bool, s weight.PropensitySpec) (*Design, *weight.Propensity, error) {
	var full *weight.Propensity
	out, err := d.with(func(w []float64) ([]float64, error) {
		s.Base = w
		if !weighted {
			s.Base = share(w, d.weights)
		}
		fit, err := weight.AdjustByPropensity(w, answered, model, s)
		if err != nil {
			return nil, err
		}
		if full == nil {
			full = fit
		}
		return fit.Weights, nil
	})
	if err != nil {
		return nil, nil, err
	}
	return out, full, nil
}
