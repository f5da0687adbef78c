package survey

import (
	"context"
	"slices"
	"strings"

	"minyi/indicators/access"
	"minyi/indicators/fault"
	"minyi/survey/frame"
)

// ShareSample gives the frame and the plan of a survey to others, so that several
// are set up in one go: the whole frame, or of it the domain that bears the other
// survey's unit, with the links that the plan gives to that domain. Nothing is given
// to anyone where one of them cannot take it: the refusal names the unit.
func (s *Service) ShareSample(ctx context.Context, by access.Actor, from ID, to []ID, own bool) error {
	source, f, err := s.planned(ctx, by, from)
	if err != nil {
		return err
	}
	switch {
	case len(f.Strata) == 0:
		return fault.New(fault.Conflict, "survey.noframe")
	case !source.Sampling.Erased.IsZero():
		return fault.New(fault.Conflict, "people.erased")
	case len(to) == 0:
		return fault.New(fault.Invalid, "share.nobody").At("to")
	}
	all := make([]shared, len(to))
	for i, id := range to {
		if all[i], err = s.share(by, source, f, id, own); err != nil {
			return err
		}
	}
	for _, one := range all {
		if err := s.give(ctx, by, source, f, one); err != nil {
			return err
		}
	}
	return nil
}

// shared is what one survey gets.
type shared struct {
	to    *Survey
	frame frame.Frame
	plan  *frame.Plan
}

// share works out what a survey gets, and refuses what it cannot take.
func (s *Service) share(by access.Actor, source *Survey, f frame.Frame, id ID, own bool) (shared, error) {
	to, err := s.importable(by, id)
	if err != nil {
		return shared{}, err
	}
	if to.ID == source.ID {
		return shared{}, fault.New(fault.Invalid, "share.nobody").At("to")
	}
	out := shared{to: to, frame: f}
	domain := ""
	if own {
		at := slices.IndexFunc(f.Strata, func(h frame.Stratum) bool { return to.bears(h.Domain) })
		if at < 0 {
			return out, fault.New(fault.Invalid, "share.nothing", "unit", to.UnitName.Zh).At("to")
		}
		domain = f.Strata[at].Domain
		out.frame.Strata = slices.DeleteFunc(slices.Clone(f.Strata), func(h frame.Stratum) bool { return h.Domain != domain })
	}
	if source.Sampling.Plan == nil {
		return out, nil
	}
	plan := *source.Sampling.Plan
	if own && len(plan.Domains) > 0 {
		plan.Links, plan.Domains = plan.Domains[domain], nil
	}
	out.plan = &plan
	if _, err := out.frame.Draw(plan); err != nil {
		return out, fault.New(fault.Invalid, "share.unfit", "unit", to.UnitName.Zh).At("to")
	}
	return out, nil
}

// bears reports whether a domain of a frame means the survey's unit: by its code, or
// by its name, which may leave out or add what stands before it.
func (s *Survey) bears(domain string) bool {
	if domain == "" {
		return false
	}
	return domain == string(s.Unit) || strings.EqualFold(domain, s.UnitName.En) ||
		strings.HasSuffix(s.UnitName.Zh, domain) || strings.HasSuffix(domain, s.UnitName.Zh)
}

// give stores what a survey gets: the frame with its people sealed under its own
// key, then the plan.
func (s *Service) give(ctx context.Context, by access.Actor, source *Survey, f frame.Frame, one shared) error {
	units := places(f)
	_, err := s.importList(ctx, by, one.to, 0, func(each func(string, string, []frame.Person) error) (frame.Frame, error) {
		got := one.frame
		if f.People == nil {
			return got, nil
		}
		var roll frame.Roll
		for _, h := range got.Strata {
			for _, p := range h.PSUs {
				people, err := s.rolled(ctx, source, units[[2]string{h.Name, p.Code}])
				if err != nil {
					return got, err
				}
				roll.Add(h.Name, p.Code, people)
				if err := each(h.Name, p.Code, people); err != nil {
					return got, err
				}
			}
		}
		got.People = &frame.People{Count: roll.Count(), Hash: roll.Hash(), Flat: f.People.Flat}
		return got, nil
	})
	if err != nil || one.plan == nil {
		return err
	}
	target := frame.UsualTarget()
	if source.Sampling.Target != nil {
		target = *source.Sampling.Target
	}
	_, err = s.SetPlan(ctx, by, one.to.ID, target, *one.plan)
	return err
}
