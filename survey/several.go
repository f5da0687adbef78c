package survey

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"minyi/indicators/access"
	"minyi/indicators/fault"
	"minyi/indicators/roster"
)

// Applicants says which units have filed an application in a round: a survey is
// for those, as it measures what they applied for.
type Applicants interface {
	Applied(ctx context.Context, year int) ([]roster.UnitCode, error)
}

// Bounds of setting up.
const (
	maxSeveral = 50  // units at once
	maxWhy     = 300 // characters
)

// CreateAll sets up the surveys of several units at once, with the same
// questionnaire, window and terms; the unit of the order is left out of account.
// What Create refuses for one of them is refused before any is made.
func (s *Service) CreateAll(ctx context.Context, by access.Actor, o Order, units []roster.UnitCode) ([]*Survey, error) {
	if err := by.Require(access.Agency); err != nil {
		return nil, err
	}
	if len(units) == 0 || len(units) > maxSeveral {
		return nil, fault.New(fault.Invalid, "survey.several", "max", strconv.Itoa(maxSeveral)).At("unit")
	}
	if err := s.applied(ctx, &o, units...); err != nil {
		return nil, err
	}
	for _, sv := range s.all() {
		if sv.Round == o.Round && slices.Contains(units, sv.Unit) {
			return nil, fault.New(fault.Conflict, "survey.exists").At("unit")
		}
	}
	var out []*Survey
	for _, unit := range units {
		o.Unit = unit
		sv, err := s.Create(ctx, by, o)
		if err != nil {
			return out, err
		}
		out = append(out, sv)
	}
	return out, nil
}

// applied refuses with survey.notapplied units that have not applied in the round,
// unless a reason is given.
func (s *Service) applied(ctx context.Context, o *Order, units ...roster.UnitCode) error {
	o.Reason = strings.Join(strings.Fields(o.Reason), " ")
	if utf8.RuneCountInString(o.Reason) > maxWhy || !utf8.ValidString(o.Reason) {
		return fault.New(fault.Invalid, "survey.reason", "max", strconv.Itoa(maxWhy)).At("reason")
	}
	if s.Filed == nil || o.Reason != "" {
		return nil
	}
	have, err := s.Filed.Applied(ctx, o.Round)
	if err != nil {
		return err
	}
	var missing []string
	for _, code := range units {
		if slices.Contains(have, code) {
			continue
		}
		unit, err := s.Rounds.Unit(code)
		if err != nil {
			return err
		}
		missing = append(missing, unit.Name)
	}
	if len(missing) == 0 {
		return nil
	}
	return fault.New(fault.Conflict, "survey.notapplied", "units", strings.Join(missing, "、")).At("reason")
}

// Applied returns the units that have applied in a round; all is true where that
// is not known here.
func (s *Service) Applied(ctx context.Context, by access.Actor, year int) (units []roster.UnitCode, all bool, err error) {
	if err := by.Require(access.Agency); err != nil {
		return nil, false, err
	}
	if s.Filed == nil {
		return nil, true, nil
	}
	units, err = s.Filed.Applied(ctx, year)
	return units, false, err
}
