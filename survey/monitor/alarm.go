package monitor

import (
	"cmp"
	"math"
	"slices"
	"strconv"
)

// Kind names what is odd: the text monitor.alarm.<kind>.
type Kind string

// The kinds of alarms.
const (
	Late    Kind = "late"    // the target will hardly be reached in the window
	LowRate Kind = "lowrate" // a stratum answers too little
	Quiet   Kind = "quiet"   // a PSU sent nothing for days
	OddPSU  Kind = "odd"     // a PSU answers quite otherwise than its stratum
	Network Kind = "network" // one network sent many sheets
	Cell    Kind = "cell"    // a cell of the quota is nearly full
	Flood   Kind = "flood"   // a poster is flooded
)

// Kinds lists the kinds in the order in which they are shown.
func Kinds() []Kind { return []Kind{Late, LowRate, Flood, Network, OddPSU, Quiet, Cell} }

// Alarm is one thing to look at: Where it is, with N and Of for its words.
type Alarm struct {
	Kind  Kind
	Where string
	N, Of string
}

// Field is what the alarms are made from, as it stands.
type Field struct {
	Settings Settings
	Places   []Place
	Days     int // whole days since the opening
	Forecast *Forecast
	Cells    []CellFill
	Posters  []Hanging
	Networks []int // sheets by network, of those that left a trace
}

// CellFill is how full a cell of the quota is.
type CellFill struct {
	Name           string
	Counted, Limit int
}

// Hanging is one poster with the most sheets of a day.
type Hanging struct {
	Place string
	Most  int
}

// Alarms lists what is odd, the gravest kinds first; over says that the fieldwork is,
// so that what could only be mended before is left out.
func (f Field) Alarms(over bool) []Alarm {
	out := slices.Concat(f.odd(), f.networks(), f.floods())
	if !over {
		out = slices.Concat(out, f.late(), f.low(), f.quiet(), f.full())
	}
	order := Kinds()
	slices.SortStableFunc(out, func(a, b Alarm) int {
		return cmp.Compare(slices.Index(order, a.Kind), slices.Index(order, b.Kind))
	})
	return out
}

// late is an even chance or less of reaching the target in the window.
func (f Field) late() []Alarm {
	const even = 0.5
	if f.Forecast == nil || f.Forecast.InWindow >= even {
		return nil
	}
	return []Alarm{{Kind: Late, N: strconv.Itoa(int(math.Round(100 * f.Forecast.InWindow)))}}
}

// low names the strata under the response rate, once as many days have passed as make
// a PSU quiet.
func (f Field) low() (out []Alarm) {
	if f.Days < f.Settings.Quiet {
		return nil
	}
	for _, s := range ByStrata(f.Places) {
		if e := s.Eligible(); e > 0 && s.Answered()*100 < f.Settings.Rate*e {
			out = append(out, Alarm{Kind: LowRate, Where: s.Stratum, N: percent(s.Answered(), e), Of: strconv.Itoa(f.Settings.Rate)})
		}
	}
	return out
}

func percent(part, all int) string {
	return strconv.FormatFloat(100*float64(part)/float64(all), 'f', 1, 64)
}

// quiet names the PSUs without a sheet for the set days that have links left.
func (f Field) quiet() (out []Alarm) {
	for _, p := range f.Places {
		days := p.Last
		if days < 0 {
			days = f.Days
		}
		if days >= f.Settings.Quiet && p.Returned() < p.Links {
			out = append(out, Alarm{Kind: Quiet, Where: p.Stratum + " " + p.Code, N: strconv.Itoa(days)})
		}
	}
	slices.SortStableFunc(out, func(a, b Alarm) int { return cmp.Compare(len(b.N), len(a.N)) })
	return out
}

// odd names the PSUs whose answers lie beyond the set number of standard deviations of
// what their stratum gives, by the binomial distribution widened to what the PSUs show
// (quasi-likelihood; McCullagh and Nelder 1989, section 4.5).
func (f Field) odd() (out []Alarm) {
	const least = 5 // eligible links of a PSU, and PSUs of all
	rate := map[string]float64{}
	for _, s := range ByStrata(f.Places) {
		if e := s.Eligible(); e > 0 {
			rate[s.Stratum] = float64(s.Answered()) / float64(e)
		}
	}
	z, squares, n := make([]float64, len(f.Places)), 0.0, 0
	for i, p := range f.Places {
		r, e := rate[p.Stratum], float64(p.Eligible())
		if e < least || r <= 0 || r >= 1 {
			continue
		}
		z[i] = (float64(p.Answered()) - e*r) / math.Sqrt(e*r*(1-r))
		squares += z[i] * z[i]
		n++
	}
	if n < least {
		return nil
	}
	for i, p := range f.Places {
		others := (squares - z[i]*z[i]) / float64(n-1) // a wild one does not excuse itself
		if math.Abs(z[i]) > float64(f.Settings.Odd)*math.Sqrt(max(others, 1)) {
			out = append(out, Alarm{Kind: OddPSU, Where: p.Stratum + " " + p.Code, N: percent(p.Answered(), p.Eligible()), Of: strconv.FormatFloat(100*rate[p.Stratum], 'f', 1, 64)})
		}
	}
	return out
}

// networks names a network with the set share of the sheets that left a trace, of ten
// at least.
func (f Field) networks() (out []Alarm) {
	const least = 10
	all := 0
	for _, n := range f.Networks {
		all += n
	}
	for _, n := range f.Networks {
		if n >= least && n*100 >= f.Settings.Network*all {
			out = append(out, Alarm{Kind: Network, N: strconv.Itoa(n), Of: strconv.Itoa(all)})
		}
	}
	return out
}

func (f Field) full() (out []Alarm) {
	for _, c := range f.Cells {
		if c.Limit > 0 && c.Counted*100 >= f.Settings.Cell*c.Limit {
			out = append(out, Alarm{Kind: Cell, Where: c.Name, N: strconv.Itoa(c.Counted), Of: strconv.Itoa(c.Limit)})
		}
	}
	return out
}

func (f Field) floods() (out []Alarm) {
	for _, h := range f.Posters {
		if h.Most >= f.Settings.Flood {
			out = append(out, Alarm{Kind: Flood, Where: h.Place, N: strconv.Itoa(h.Most), Of: strconv.Itoa(f.Settings.Flood)})
		}
	}
	return out
}

// ByStrata sums the places by stratum, in the order of their names.
func ByStrata(places []Place) (out []Place) {
	at := map[string]int{}
	for _, p := range places {
		k, ok := at[p.Stratum]
		if !ok {
			at[p.Stratum] = len(out)
			p.Code, p.Size, p.Weight = "", 0, 0
			out = append(out, p)
			continue
		}
		out[k] = out[k].Plus(p)
	}
	slices.SortFunc(out, func(a, b Place) int { return cmp.Compare(a.Stratum, b.Stratum) })
	return out
}
