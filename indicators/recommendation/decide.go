package recommendation

import (
	"context"
	"fmt"
	"slices"
	"time"

	"minyi/indicators/access"
	"minyi/indicators/fault"
	"minyi/indicators/roster"
)

// Propose puts the ordered list together, with a reason for every place (C38: 择优):
// every application must have been reviewed, only units that passed stand on it, and
// each of them has its opinion. A second person confirms it.
func (s *Service) Propose(ctx context.Context, by access.Actor, year int, order []Listed) error {
	if err := by.Require(access.Office); err != nil {
		return err
	}
	if len(order) == 0 {
		return fault.New(fault.Invalid, "recommendation.empty_list")
	}
	if err := s.reasoned(ctx, by, year, order); err != nil {
		return err
	}
	entry := s.entry(by, "propose", year, "", "")
	return s.Store.UpdateRecommendation(ctx, year, entry, func(y *Year) error {
		if y.Call == nil {
			return fault.New(fault.NotFound, "recommendation.no_call")
		}
		if err := s.before(y); err != nil {
			return err
		}
		if err := y.mayStand(order); err != nil {
			return err
		}
		y.Proposed = &List{Order: order, By: by.Name, At: s.now()}
		entry.After = fmt.Sprint(units(order))
		return nil
	})
}

// reasoned refuses places without a reason, units of which the actor stands back, and
// those whose regional name does not count today; it notes every unit's regional rank.
func (s *Service) reasoned(ctx context.Context, by access.Actor, year int, order []Listed) error {
	var list fault.List
	for i := range order {
		list.Words(fault.Words{Field: "reason-" + string(order[i].Unit), Value: &order[i].Reason, Most: wordsMost, Needed: true, Lines: true})
		if err := s.standBack(ctx, by, year, order[i].Unit); err != nil {
			return err
		}
		if err := s.stillValid(ctx, order[i].Unit); err != nil {
			return err
		}
	}
	if err := list.Err(); err != nil {
		return err
	}
	y, err := s.Store.Recommendation(ctx, year)
	if err != nil {
		return err
	}
	for i := range order {
		if a := y.Of(order[i].Unit); a != nil {
			if order[i].Rank, err = s.rank(ctx, *a); err != nil {
				return err
			}
		}
	}
	return nil
}

func units(order []Listed) (out []roster.UnitCode) {
	for _, l := range order {
		out = append(out, l.Unit)
	}
	return out
}

// mayStand refuses a list while an application is not reviewed, and a unit that
// stands twice, did not pass, or has no opinion.
func (y *Year) mayStand(order []Listed) error {
	for _, a := range y.Handed() {
		if a.Review == nil {
			return fault.New(fault.Conflict, "recommendation.unreviewed", "unit", string(a.Unit))
		}
	}
	seen := map[roster.UnitCode]bool{}
	for _, l := range order {
		a := y.Of(l.Unit)
		switch {
		case seen[l.Unit]:
			return fault.New(fault.Invalid, "recommendation.twice")
		case a == nil || !a.Passed():
			return fault.New(fault.Conflict, "recommendation.not_passed")
		case a.Opinion == nil:
			return fault.New(fault.Conflict, "recommendation.no_opinion", "unit", string(l.Unit))
		}
		seen[l.Unit] = true
	}
	return nil
}

// Confirm confirms the list that another person proposed.
func (s *Service) Confirm(ctx context.Context, by access.Actor, year, version int) error {
	if err := by.Require(access.Office); err != nil {
		return err
	}
	y, err := s.Store.Recommendation(ctx, year)
	if err != nil {
		return err
	}
	if err := s.standsBack(ctx, by, y); err != nil {
		return err
	}
	for _, l := range y.order() {
		if err := s.stillValid(ctx, l.Unit); err != nil {
			return err
		}
	}
	second, err := by.Second(ctx, s.Store)
	if err != nil {
		return err
	}
	entry := s.entry(by, "confirm", year, "", "")
	return s.Store.UpdateRecommendation(ctx, year, entry, func(y *Year) error {
		switch {
		case y.Proposed == nil || y.Version != version:
			return fault.New(fault.Conflict, "recommendation.changed")
		case y.Proposed.Confirmed != "":
			return fault.New(fault.Conflict, "recommendation.confirmed")
		case y.Proposed.By == by.Name:
			return fault.New(fault.Forbidden, "recommendation.second_person")
		}
		if err := second.Apart(y.Proposed.By); err != nil {
			return err
		}
		y.Proposed.Confirmed, y.Proposed.ConfAt = by.Name, s.now()
		entry.After = fmt.Sprint(units(y.Proposed.Order))
		return nil
	})
}

// order is the list that was proposed, empty where none is.
func (y *Year) order() []Listed {
	if y.Proposed == nil {
		return nil
	}
	return y.Proposed.Order
}

// standsBack refuses who has declared an interest in a unit of the proposed list (C95).
func (s *Service) standsBack(ctx context.Context, by access.Actor, y *Year) error {
	for _, l := range y.order() {
		if err := s.standBack(ctx, by, y.Year, l.Unit); err != nil {
			return err
		}
	}
	return nil
}

// Drop takes a list back that was not sent, with a reason; it is kept. Who has an
// interest in one of its units takes back only an own list that nobody confirmed (C95).
func (s *Service) Drop(ctx context.Context, by access.Actor, year, version int, reason string) error {
	if err := by.Require(access.Office); err != nil {
		return err
	}
	var list fault.List
	list.Words(fault.Words{Field: "drop", Value: &reason, Most: wordsMost, Needed: true, Lines: true})
	if err := list.Err(); err != nil {
		return err
	}
	y, err := s.Store.Recommendation(ctx, year)
	if err != nil {
		return err
	}
	if own := y.Proposed != nil && y.Proposed.By == by.Name && y.Proposed.Confirmed == ""; !own {
		if err := s.standsBack(ctx, by, y); err != nil {
			return err
		}
	}
	return s.Store.UpdateRecommendation(ctx, year, s.entry(by, "drop", year, "", reason), func(y *Year) error {
		switch {
		case y.Proposed == nil || y.Version != version:
			return fault.New(fault.Conflict, "recommendation.changed")
		case y.Dispatch != nil:
			return fault.New(fault.Conflict, "recommendation.sent")
		}
		y.Dropped = append(y.Dropped, Drop{List: *y.Proposed, Reason: reason, By: by.Name, At: s.now()})
		y.Proposed = nil
		return nil
	})
}

// Send records that the confirmed list went to the centre (C38: 报送), and tells every
// unit that applied whether it is on it.
func (s *Service) Send(ctx context.Context, by access.Actor, year int, number string, date roster.Date) error {
	if err := by.Require(access.Office); err != nil {
		return err
	}
	if err := s.letter(&number, date); err != nil {
		return err
	}
	var after Year
	err := s.Store.UpdateRecommendation(ctx, year, s.entry(by, "send", year, "", ""), func(y *Year) error {
		switch {
		case !y.Confirmed():
			return fault.New(fault.Conflict, "recommendation.unconfirmed")
		case y.Dispatch != nil:
			return fault.New(fault.Conflict, "recommendation.sent")
		case date.Before(roster.DateOf(y.Proposed.ConfAt)):
			return fault.New(fault.Invalid, "recommendation.date").At("date")
		}
		y.Dispatch = &Dispatch{Number: number, Date: date, By: by.Name, At: s.now()}
		after = *y
		return nil
	})
	if err != nil {
		return err
	}
	for _, a := range after.Handed() {
		code := "not_listed"
		if after.Place(a.Unit) > 0 {
			code = "listed"
		}
		if err := s.post(ctx, code, year, a.Unit, time.Time{}, ""); err != nil {
			return err
		}
	}
	return nil
}

// Conclude keeps what the centre decided on one unit of the list.
func (s *Service) Conclude(ctx context.Context, by access.Actor, year int, unit roster.UnitCode, named bool, number string, date roster.Date) error {
	if err := by.Require(access.Office); err != nil {
		return err
	}
	if err := s.letter(&number, date); err != nil {
		return err
	}
	u, err := s.Units.Unit(unit)
	if err != nil {
		return err
	}
	out := &Outcome{Named: named, Number: number, Date: date, By: by.Name, At: s.now()}
	if named {
		out.Title = Title(u)
	}
	err = s.onUnit(ctx, by, year, unit, "conclude", "", func(y *Year, a *Application) error {
		switch {
		case y.Dispatch == nil || y.Place(unit) == 0:
			return fault.New(fault.Conflict, "recommendation.unsent")
		case a.Outcome != nil:
			return fault.New(fault.Conflict, "recommendation.concluded")
		case date.Before(y.Dispatch.Date):
			return fault.New(fault.Invalid, "recommendation.date").At("date")
		}
		a.Outcome = out
		return nil
	})
	if err != nil {
		return err
	}
	code := "refused"
	if named {
		code = "named"
	}
	return s.post(ctx, code, year, unit, time.Time{}, "")
}

// letter refuses a letter without a number or of a day to come.
func (s *Service) letter(number *string, date roster.Date) error {
	var list fault.List
	list.Words(fault.Words{Field: "number", Value: number, Most: nameMost, Needed: true})
	if date.IsZero() || s.today().Before(date) {
		list.Add(fault.New(fault.Invalid, "recommendation.date").At("date"))
	}
	return list.Err()
}

// National is a national name, for the register.
type National struct {
	Naming string // id of the regional name that it rests on
	Unit   roster.UnitCode
	Year   int // of the recommendation
	Title  string
	Number string
	Date   roster.Date
}

// Nationals are the national names given up to a day, the oldest first; everybody
// may read them.
func (s *Service) Nationals(ctx context.Context, day roster.Date) ([]National, error) {
	all, err := s.Store.Recommendations(ctx)
	var out []National
	for _, y := range all {
		for _, a := range y.Applications {
			if o := a.Outcome; o != nil && o.Named && !day.Before(o.Date) {
				out = append(out, National{Naming: a.Naming, Unit: a.Unit, Year: y.Year, Title: o.Title, Number: o.Number, Date: o.Date})
			}
		}
	}
	slices.SortStableFunc(out, func(a, b National) int { return a.Date.Start().Compare(b.Date.Start()) })
	return out, err
}
