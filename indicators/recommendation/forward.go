package recommendation

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"minyi/indicators/access"
	"minyi/indicators/fault"
	"minyi/indicators/inbox"
	"minyi/indicators/naming"
	"minyi/indicators/roster"
	"minyi/indicators/supervision"
)

// Duty is one yearly report that the office forwards to the centre (C41).
type Duty struct {
	National
	About     int         // the year that the report is about
	Handed    time.Time   // zero: the unit has not handed it in
	Due       roster.Date // last day of forwarding, by the round's setting
	Forwarded *Forwarding // nil: not yet
	Late      bool        // not forwarded, and the last day is over
}

// Duties lists the reports that are to be forwarded, the newest year first: of every
// nationally named area those about the year of its national name and after, up to
// the last year and as long as its name was not revoked. The office's days begin on
// 31 January, when the unit's report is due (C39); how many they are the notice does
// not say: it is a setting of the round.
func (s *Service) Duties(ctx context.Context, by access.Actor) ([]Duty, error) {
	if err := by.Require(access.Office); err != nil {
		return nil, err
	}
	return s.duties(ctx)
}

func (s *Service) duties(ctx context.Context) ([]Duty, error) {
	nationals, err := s.Nationals(ctx, s.today())
	if err != nil {
		return nil, err
	}
	names, err := s.Store.NamedRecords(ctx)
	if err != nil {
		return nil, err
	}
	sent, err := s.Store.Forwardings(ctx)
	if err != nil {
		return nil, err
	}
	var out []Duty
	for _, n := range nationals {
		at := slices.IndexFunc(names, func(r supervision.Record) bool { return r.ID == n.Naming })
		if at < 0 {
			continue
		}
		r, err := s.Units.Round(ctx, names[at].Round)
		if err != nil {
			return nil, err
		}
		owed, err := s.owed(ctx, n, names[at], sent, r.Settings.AfterNaming().ForwardDays)
		if err != nil {
			return nil, err
		}
		out = append(out, owed...)
	}
	slices.SortStableFunc(out, func(a, b Duty) int { return cmp.Or(b.About-a.About, cmp.Compare(a.Unit, b.Unit)) })
	return out, nil
}

// owed are the reports of one name, year by year.
func (s *Service) owed(ctx context.Context, n National, r supervision.Record, sent []Forwarding, days int) (out []Duty, err error) {
	for about := n.Date.Year; about < s.today().Year; about++ {
		d, owed, err := s.duty(ctx, n, r, about, days)
		if err != nil {
			return nil, err
		}
		i := slices.IndexFunc(sent, func(f Forwarding) bool { return f.Naming == n.Naming && f.Year == about })
		if i >= 0 {
			d.Forwarded, d.Late = &sent[i], false
		}
		if owed || i >= 0 {
			out = append(out, d)
		}
	}
	return out, nil
}

// duty is the report of one name about one year, and whether it is owed: not where
// the name was revoked by the day on which the report was due.
func (s *Service) duty(ctx context.Context, n National, r supervision.Record, about, days int) (Duty, bool, error) {
	const lastOfJanuary = 31
	reported := roster.On(about+1, time.January, lastOfJanuary)
	d := Duty{National: n, About: about, Due: reported.Plus(days)}
	var err error
	d.Handed, err = s.Yearly.Handed(ctx, n.Naming, about)
	d.Late = d.Due.Before(s.today())
	return d, r.On(reported) != naming.Revoked, err
}

// Forward records that the report about a year went to the centre: number and date
// of the letter (C41). It is refused where the area has no national name or its
// report is not there.
func (s *Service) Forward(ctx context.Context, by access.Actor, id string, about int, number string, date roster.Date) error {
	duties, err := s.Duties(ctx, by)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(duties, func(d Duty) bool { return d.Naming == id && d.About == about })
	if i < 0 {
		return fault.New(fault.NotFound, "forward.unknown")
	}
	d := duties[i]
	var list fault.List
	list.Words(fault.Words{Field: "number", Value: &number, Most: nameMost, Needed: true})
	switch {
	case d.Forwarded != nil:
		return fault.New(fault.Conflict, "forward.twice")
	case d.Handed.IsZero():
		return fault.New(fault.Conflict, "forward.no_report")
	case date.IsZero() || s.today().Before(date) || date.Before(roster.DateOf(d.Handed)):
		list.Add(fault.New(fault.Invalid, "forward.date", "from", roster.DateOf(d.Handed).String()).At("date"))
	}
	if err := list.Err(); err != nil {
		return err
	}
	entry := s.entry(by, "forward", about, d.Unit, "")
	entry.After = fmt.Sprintf(`{"number":%q,"date":%q}`, number, date)
	f := Forwarding{Naming: id, Year: about, Number: number, Date: date, By: by.Name, At: s.now()}
	if err := s.Store.AddForwarding(ctx, f, entry); err != nil {
		return err
	}
	return s.Poster.Settle(ctx, forwardTopic(id, about))
}

// forwardTopic names what is to be forwarded for one naming and year.
func forwardTopic(naming string, about int) string {
	return fmt.Sprintf("recommendation/forward/%s/%d", naming, about)
}

// Remind tells the office of reports that are there and not forwarded, and of those
// that are late. It is called by the clock, and says the same thing once.
func (s *Service) Remind(ctx context.Context, _ time.Time) error {
	duties, err := s.duties(ctx)
	if err != nil {
		return err
	}
	for _, d := range duties {
		code := "forward_due"
		switch {
		case d.Forwarded != nil:
			continue
		case d.Late:
			code = "forward_late"
		case d.Handed.IsZero():
			continue
		}
		key := forwardTopic(d.Naming, d.About)
		err := s.Poster.Post(ctx, inbox.Message{
			Code: "recommendation." + code, To: inbox.ToRole(access.Office), Link: "/office/national", Due: d.Due.Plus(1).Start().Add(-1),
			Params: map[string]string{"unit": string(d.Unit), "year": strconv.Itoa(d.About), "due_date": d.Due.String()},
			Key:    key + "/" + code, Topic: key,
		})
		if err != nil {
			return err
		}
	}
	return nil
}
