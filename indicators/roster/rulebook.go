package roster

import (
	"context"
	"fmt"
	"time"

	"minyi/indicators"
	"minyi/indicators/access"
	"minyi/indicators/fault"
)

// Outside is a figure from outside that the office enters for one round, such as
// the national mean of lost cases (C123). Name is how the threshold words it.
type Outside struct {
	Name   string          `json:"-"`
	Value  indicators.Mark `json:"value"`
	Source string          `json:"source"` // where it was read
	Change
}

func outsideOf(year int) string { return fmt.Sprintf("%s/%d", outsideRegister, year) }

// Outsides returns the outside figures of a round, by name.
func (s *Service) Outsides(ctx context.Context, year int) (map[string]Outside, error) {
	var all []*Outside
	err := s.kept(ctx, outsideOf(year), func(key string, version int) any {
		o := &Outside{Name: key, Change: Change{Version: version}}
		all = append(all, o)
		return o
	})
	out := map[string]Outside{}
	for _, o := range all {
		out[o.Name] = *o
	}
	return out, err
}

// KeepOutside enters an outside figure for a round, or changes it with a reason
// until the evaluation window opens; one that is still missing then can be entered,
// because such figures may be published late (C73, C123). Version is the one that
// the caller saw.
func (s *Service) KeepOutside(ctx context.Context, by access.Actor, year int, o Outside, reason string) error {
	if err := by.Require(access.Office); err != nil {
		return err
	}
	r, err := s.store.Round(ctx, year)
	if err != nil {
		return err
	}
	var list fault.List
	checkWords(&list, words{"name", o.Name, nameMost, true}, words{"source", o.Source, titleMost, true},
		words{"reason", reason, reasonMost, o.Version > 0})
	if o.Value < 0 || o.Value > indicators.Hundred {
		list.Add(fault.New(fault.Invalid, "outside.range").At("value"))
	}
	if err := list.Err(); err != nil {
		return err
	}
	if r.Settings.Evaluation.Began(s.now()) && o.Version > 0 {
		return fault.New(fault.Closed, "outside.locked", "from", r.Settings.Evaluation.From.String())
	}
	o.At, o.By, o.Reason = s.now(), by.Name, reason
	return s.keep(ctx, by, outsideOf(year), o.Name, o.Version, o, reason)
}

// Catalogue returns a system as it holds in a round: with the thresholds and the
// applicability of the newest scheme, and the outside figures of the year.
func (s *Service) Catalogue(ctx context.Context, year int, system indicators.System) (*indicators.Catalogue, error) {
	r, err := s.store.Round(ctx, year)
	if err != nil {
		return nil, err
	}
	c, err := indicators.Load(r.Edition, system)
	if err != nil {
		return nil, err
	}
	scheme, err := s.store.Scheme(ctx, year, 0)
	if fault.KindOf(err) == fault.NotFound {
		scheme, err = &indicators.Scheme{}, nil
	}
	if err != nil {
		return nil, err
	}
	figures, err := s.Outsides(ctx, year)
	if err != nil {
		return nil, err
	}
	limits := map[string]indicators.Mark{}
	for name, o := range figures {
		limits[name] = o.Value
	}
	return scheme.Under(c, limits), nil
}

// updateYears is how often the indicator systems are updated (C65).
const updateYears = 2

// Updated says when the indicator systems were updated last, and whether the next
// update is overdue.
type Updated struct {
	At      time.Time
	Due     time.Time
	Overdue bool
}

// Update returns when the indicator systems were updated last: the newest version
// of any round's scheme, or the day of the notice (C65: 每两年对指标体系进行一次更新、
// 调整和优化).
func (s *Service) Update(ctx context.Context) (Updated, error) {
	u := Updated{At: On(2019, time.December, 18).Start()} // 宁法办发〔2019〕39号
	rounds, err := s.store.Rounds(ctx)
	if err != nil {
		return u, err
	}
	for _, r := range rounds {
		versions, err := s.store.Schemes(ctx, r.Year)
		if err != nil {
			return u, err
		}
		for _, v := range versions {
			if v.MadeAt.After(u.At) {
				u.At = v.MadeAt
			}
		}
	}
	u.Due = u.At.AddDate(updateYears, 0, 0)
	u.Overdue = s.now().After(u.Due)
	return u, nil
}
