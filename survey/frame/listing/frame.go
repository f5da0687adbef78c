package listing

import (
	"slices"
	"strings"

	"minyi/indicators/fault"
	"minyi/survey/frame"
)

// Frame returns the frame of the rows without a mistake. Of a list of people, each
// is called for every PSU in the order of the frame, with its people in their
// canonical order; what it is handed is given away. It refuses with listing.nothing
// a list of which no row is left.
func (r *Reading) Frame(each func(stratum, psu string, people []frame.Person) error) (frame.Frame, error) {
	if len(r.strata) == 0 {
		return frame.Frame{}, fault.New(fault.Invalid, "listing.nothing").At("file")
	}
	var f frame.Frame
	var roll frame.Roll
	for name, s := range r.strata {
		one := frame.Stratum{Name: name, Domain: s.domain}
		for code, p := range s.psus {
			one.PSUs = append(one.PSUs, frame.PSU{Code: code, Name: p.name, Size: p.size})
		}
		slices.SortFunc(one.PSUs, func(a, b frame.PSU) int { return strings.Compare(a.Code, b.Code) })
		f.Strata = append(f.Strata, one)
	}
	slices.SortFunc(f.Strata, func(a, b frame.Stratum) int { return strings.Compare(a.Name, b.Name) })
	if r.kind != People {
		return f, nil
	}
	for _, s := range f.Strata {
		for _, p := range s.PSUs {
			people := r.strata[s.Name].psus[p.Code].people
			frame.Sort(people)
			roll.Add(s.Name, p.Code, people)
			if err := each(s.Name, p.Code, people); err != nil {
				return f, err
			}
		}
	}
	f.People = &frame.People{Count: roll.Count(), Hash: roll.Hash(), Flat: r.flat}
	return f, nil
}
