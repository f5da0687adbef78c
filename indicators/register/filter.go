package register

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"minyi/indicators/naming"
	"minyi/indicators/roster"
)

// Filter chooses names; an empty field chooses all.
type Filter struct {
	Round    int
	Group    roster.Group
	Track    roster.Track
	City     roster.UnitCode
	Standing naming.Standing
	Text     string // part of the unit's name or of the title, in any case
}

// Any reports whether something is chosen.
func (f Filter) Any() bool { return f != Filter{} }

// List is the register as of a day: newest round first, the comprehensive track
// before the single one, cities before counties before departments, each in the
// order of their codes.
func (s *Service) List(ctx context.Context, day roster.Date, f Filter) ([]Entry, error) {
	all, err := s.all(ctx, day)
	return slices.DeleteFunc(all, func(e Entry) bool { return !f.takes(e) }), err
}

func (f Filter) takes(e Entry) bool {
	return (f.Round == 0 || f.Round == e.Round) &&
		(f.Group == "" || f.Group == e.Group()) &&
		(f.Track == "" || f.Track == e.Target.Track) &&
		(f.City == "" || f.City == e.City) &&
		(f.Standing == "" || f.Standing == e.Standing) &&
		f.says(e)
}

// says looks for all words of the text.
func (f Filter) says(e Entry) bool {
	in := strings.ToLower(strings.Join([]string{e.UnitName, e.UnitNameEN, e.Title, e.Decision, string(e.Target.Unit)}, "\n"))
	for word := range strings.FieldsSeq(strings.ToLower(f.Text)) {
		if !strings.Contains(in, word) {
			return false
		}
	}
	return true
}

// RoundsOf lists the rounds that names were given in, newest first.
func RoundsOf(all []Entry) (out []int) {
	for _, e := range all {
		if !slices.Contains(out, e.Round) {
			out = append(out, e.Round)
		}
	}
	slices.SortFunc(out, func(a, b int) int { return cmp.Compare(b, a) })
	return out
}

// CitiesOf lists the cities that names lie in, in the order of their codes.
func CitiesOf(all []Entry) (out []roster.UnitCode) {
	for _, e := range all {
		if e.City != "" && !slices.Contains(out, e.City) {
			out = append(out, e.City)
		}
	}
	slices.Sort(out)
	return out
}

func sortEntries(list []Entry) {
	slices.SortStableFunc(list, func(a, b Entry) int {
		return cmp.Or(
			cmp.Compare(b.Round, a.Round),
			cmp.Compare(slices.Index(roster.Tracks(), a.Target.Track), slices.Index(roster.Tracks(), b.Target.Track)),
			cmp.Compare(slices.Index(roster.Groups(), a.Group()), slices.Index(roster.Groups(), b.Group())),
			cmp.Compare(a.Target.Unit, b.Target.Unit),
			cmp.Compare(a.Project.Field, b.Project.Field),
			cmp.Compare(a.ID, b.ID),
		)
	})
}
