package weight

import (
	"fmt"
	"math"
)

// Method is the distance that a calibration keeps small.
type Method int

// The distances of Deville and Särndal (1992). With u = x'lambda, Linear has
// g = 1+u (clipped to the bounds), Raking g = exp(u), Logit the bounded form of
// their case 6.
const (
	Linear Method = iota + 1
	Raking
	Logit
)

// String names the method as the analysis format does.
func (m Method) String() string {
	switch m {
	case Linear:
		return "linear"
	case Raking:
		return "raking"
	case Logit:
		return "logit"
	default:
		return fmt.Sprintf("method %d", int(m))
	}
}

// Bounds limit g = new/old weight, or with Const the new weight itself. The
// zero value sets no bounds.
type Bounds struct {
	Low, High float64
	Const     bool
}

func (b Bounds) set() bool { return b != Bounds{} }

// distance evaluates F(u), its derivative and its integral, so that the dual
// of the calibration is a smooth convex function to minimize.
type distance struct {
	method    Method
	low, high float64
	a         float64 // of the logit
}

func newDistance(method Method, low, high float64) distance {
	d := distance{method: method, low: low, high: high}
	if method == Logit {
		d.a = (high - low) / ((1 - low) * (high - 1))
	}
	return d
}

// at returns g = F(u), F'(u) and the integral of F from 0 to u (up to a constant).
func (d distance) at(u float64) (g, slope, integral float64) {
	switch d.method {
	case Raking:
		return d.raking(u)
	case Logit:
		return d.logit(u)
	default:
		return d.linear(u)
	}
}

func (d distance) linear(u float64) (g, slope, integral float64) {
	switch g = 1 + u; {
	case g < d.low:
		edge := d.low - 1
		return d.low, 0, edge + edge*edge/2 + d.low*(u-edge)
	case g > d.high:
		edge := d.high - 1
		return d.high, 0, edge + edge*edge/2 + d.high*(u-edge)
	default:
		return g, 1, u + u*u/2
	}
}

func (d distance) raking(u float64) (g, slope, integral float64) {
	g = math.Exp(u)
	switch {
	case g < d.low:
		return d.low, 0, d.low + d.low*(u-math.Log(d.low))
	case g > d.high:
		return d.high, 0, d.high + d.high*(u-math.Log(d.high))
	default:
		return g, g, g
	}
}

// logit writes F as low + (high-low)·s with s the logistic function of
// a·u + ln((1-low)/(high-1)), which cannot overflow.
func (d distance) logit(u float64) (g, slope, integral float64) {
	width := d.high - d.low
	t := d.a*u + math.Log((1-d.low)/(d.high-1))
	s, rest := 0.0, 0.0
	var softplus float64
	if t >= 0 {
		e := math.Exp(-t)
		s, rest = 1/(1+e), e/(1+e)
		softplus = t + math.Log1p(e)
	} else {
		e := math.Exp(t)
		s, rest = e/(1+e), 1/(1+e)
		softplus = math.Log1p(e)
	}
	return d.low + width*s, width * d.a * s * rest, d.low*u + width/d.a*softplus
}

// checkBounds refuses bounds that the method cannot work with.
func checkBounds(method Method, b Bounds) error {
	if method < Linear || method > Logit {
		return Errorf("weight.method", "method", "the calibration method is not known; use linear, raking or logit")
	}
	if !b.set() {
		if method == Logit {
			return Errorf("weight.bounds", "bounds", "the logit method needs finite bounds, such as [0.5, 2]")
		}
		return nil
	}
	return b.fit(method)
}

// fit checks bounds that are set.
func (b Bounds) fit(method Method) error {
	if math.IsNaN(b.Low) || math.IsNaN(b.High) || b.Low >= b.High {
		return Errorf("weight.bounds", "bounds", "the bounds [%v, %v] are crossed or not numbers", b.Low, b.High)
	}
	if b.Const {
		if method == Logit {
			return Errorf("weight.bounds", "bounds", "bounds on the weights themselves go with the linear and raking methods")
		}
		return nil
	}
	if b.Low > 1 || b.High < 1 {
		return Errorf("weight.bounds", "bounds", "the bounds [%v, %v] must hold 1, where old and new weight are equal", b.Low, b.High)
	}
	if inside := b.Low < 1 && b.High > 1 && !math.IsInf(b.High-b.Low, 0); method == Logit && !inside {
		return Errorf("weight.bounds", "bounds", "the logit method needs finite bounds on both sides of 1")
	}
	return nil
}
