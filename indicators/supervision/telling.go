package supervision

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"minyi/indicators/access"
	"minyi/indicators/inbox"
	"minyi/indicators/roster"
)

// Addresses of the pages on which the reader of a message acts.
const (
	ownReports    = "/apply/reports"
	officeReports = "/office/reports"
	officeChecks  = "/office/checks"
	officeNames   = "/office/supervision"
)

// tell posts a message, where there is somebody who carries it.
func (s *Service) tell(ctx context.Context, m inbox.Message) error {
	if s.Post == nil {
		return nil
	}
	return s.Post.Post(ctx, m)
}

// settle ends the tasks of a topic.
func (s *Service) settle(ctx context.Context, topic string) error {
	if s.Post == nil {
		return nil
	}
	return s.Post.Settle(ctx, topic)
}

func toUnit(unit roster.UnitCode) inbox.Recipient { return inbox.ToUnit(string(unit)) }

func (d Duty) topic() string { return fmt.Sprintf("report/%d/%s", d.Year, d.Unit) }

// params fill the sentences about a report.
func (d Duty) params() map[string]string {
	return map[string]string{"unit": string(d.Unit), "year": strconv.Itoa(d.Year), "due_date": d.Due().String()}
}

func (d Duty) own() string { return ownReports + "/" + strconv.Itoa(d.Year) }

func (d Duty) read() string {
	return officeReports + "/" + strconv.Itoa(d.Year) + "/" + string(d.Unit)
}

// Remind tells what has become due by the clock: yearly reports before and after
// their day, measures whose time is over, and hearings that have ended. Asked again,
// it says nothing twice (C39).
func (s *Service) Remind(ctx context.Context, now time.Time) error {
	all, err := s.duties(ctx)
	if err != nil {
		return err
	}
	for _, d := range all {
		if err := s.remindReport(ctx, d, now); err != nil {
			return err
		}
	}
	if err := s.remindMeasures(ctx, now); err != nil {
		return err
	}
	return s.remindHearings(ctx, now)
}

// remindReport posts the reminder that stands on that day.
func (s *Service) remindReport(ctx context.Context, d Duty, now time.Time) error {
	if d.Report.Done() {
		return nil
	}
	rules := d.Rules.AfterNaming()
	m := inbox.Message{Params: d.params(), To: toUnit(d.Unit), Link: d.own(), Due: d.Deadline().Add(-time.Second), Topic: d.topic()}
	if d.Overdue(now) {
		late := d.LateDays(now)
		nth := (late - 1) / rules.RemindEvery
		m.Code, m.Key = "report.overdue", fmt.Sprintf("%s/late/%d", d.topic(), nth)
		if err := s.tell(ctx, m); err != nil {
			return err
		}
		return s.tell(ctx, inbox.Message{
			Code: "report.missing", Params: d.params(), To: inbox.ToRole(access.Office), Link: d.read(), Key: d.topic() + "/missing",
		})
	}
	before, err := roster.ParseDays(rules.RemindBefore)
	if err != nil {
		return err
	}
	for i := len(before) - 1; i >= 0; i-- { // the nearest that was reached
		if now.Before(d.Due().Plus(-before[i]).Start()) {
			continue
		}
		m.Code, m.Key = "report.due", fmt.Sprintf("%s/before/%d", d.topic(), before[i])
		return s.tell(ctx, m)
	}
	return nil
}

// remindMeasures tells office and unit that the time for measures is over.
func (s *Service) remindMeasures(ctx context.Context, now time.Time) error {
	checks, err := s.Store.Checks(ctx)
	if err != nil {
		return err
	}
	for _, c := range checks {
		last := c.Last()
		if last == nil || last.Result != ToMend || c.Pending() != nil || now.Before(last.Deadline.Plus(1).Start()) {
			continue
		}
		if err := s.tell(ctx, inbox.Message{
			Code: "spotcheck.again", Params: c.params(), To: inbox.ToRole(access.Office), Link: c.page(),
			Due: last.Deadline.Plus(1).Start(), Key: fmt.Sprintf("spotcheck/%s/again/%d", c.ID, last.N), Topic: "spotcheck/" + c.ID,
		}); err != nil {
			return err
		}
	}
	return nil
}

// remindHearings tells the office that it may decide.
func (s *Service) remindHearings(ctx context.Context, now time.Time) error {
	names, err := s.Store.NamedRecords(ctx)
	if err != nil {
		return err
	}
	for _, n := range names {
		all, err := s.Store.Revocations(ctx, n.ID)
		if err != nil {
			return err
		}
		for _, r := range all {
			if !r.Open() || !r.Heard(now) {
				continue
			}
			if err := s.tellDecide(ctx, n, r); err != nil {
				return err
			}
		}
	}
	return nil
}

// tellFiled tells the office that there is a report to read, and ends the unit's
// task once the report counts as done.
func (s *Service) tellFiled(ctx context.Context, d Duty) error {
	r, err := s.Store.Report(ctx, d.Unit, d.Year)
	if err != nil || r.State() != Settled {
		return err
	}
	if err := s.settle(ctx, d.topic()); err != nil {
		return err
	}
	return s.tell(ctx, inbox.Message{
		Code: "report.filed", Params: d.params(), To: inbox.ToRole(access.Office), Link: d.read(),
		Key: fmt.Sprintf("%s/filed/%d", d.topic(), len(r.Acts)),
	})
}

// tellRuled tells the unit what the office says of its report.
func (s *Service) tellRuled(ctx context.Context, d Duty, x Ruling) error {
	m := inbox.Message{
		Code: "report." + string(x.Kind), Params: d.params(), To: toUnit(d.Unit), Link: d.own(),
		Key: fmt.Sprintf("%s/%s/%d", d.topic(), x.Kind, len(d.Report.Acts)),
	}
	switch x.Kind {
	case Returned, Demanded:
		m.Due, m.Topic = d.Deadline().Add(-time.Second), d.topic()
		if week := s.Now().Add(7 * 24 * time.Hour); m.Due.Before(week) {
			m.Due = week
		}
	case Waived, Accepted:
		if err := s.settle(ctx, d.topic()); err != nil {
			return err
		}
	case Filed, Published:
	}
	return s.tell(ctx, m)
}

func (c *Check) params() map[string]string {
	out := map[string]string{"unit": string(c.Unit), "year": strconv.Itoa(c.Year)}
	if o := c.Opening; o != nil {
		out["from_date"], out["to_date"], out["document"] = o.From.String(), o.To.String(), o.Document
	}
	if last := c.Last(); last != nil {
		out["document"], out["deadline_date"] = last.Document, last.Deadline.String()
	}
	return out
}

func (c *Check) page() string { return officeChecks + "/" + strconv.Itoa(c.Year) + "/" + c.ID }

// tellDrawn tells the units that they were drawn.
func (s *Service) tellDrawn(ctx context.Context, checks []Check) error {
	for i := range checks {
		c := &checks[i]
		if err := s.tell(ctx, inbox.Message{
			Code: "spotcheck.drawn", Params: c.params(), To: toUnit(c.Unit), Link: ownReports, Key: "spotcheck/" + c.ID + "/drawn",
		}); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) tellOpened(ctx context.Context, c Check) error {
	return s.tell(ctx, inbox.Message{
		Code: "spotcheck.opened", Params: c.params(), To: toUnit(c.Unit), Link: ownReports, Key: "spotcheck/" + c.ID + "/opened",
	})
}

// tellOrdered tells the agency that a survey was ordered.
func (s *Service) tellOrdered(ctx context.Context, c Check) error {
	return s.tell(ctx, inbox.Message{
		Code: "spotcheck.survey", Params: c.params(), To: inbox.ToRole(access.Agency), Link: "/agency",
		Key: fmt.Sprintf("spotcheck/%s/survey/%d", c.ID, len(c.Orders)),
	})
}

// tellOutcome tells the unit what its check ended in, or which measures are demanded.
func (s *Service) tellOutcome(ctx context.Context, c Check) error {
	if err := s.settle(ctx, "spotcheck/"+c.ID); err != nil {
		return err
	}
	last := c.Last()
	m := inbox.Message{
		Code: "spotcheck." + string(last.Result), Params: c.params(), To: toUnit(c.Unit), Link: ownReports,
		Key: fmt.Sprintf("spotcheck/%s/outcome/%d", c.ID, last.N),
	}
	if last.Result == ToMend {
		m.Due, m.Topic = last.Deadline.Plus(1).Start().Add(-time.Second), "spotcheck/"+c.ID
	}
	return s.tell(ctx, m)
}

func hearingPage(name string) string { return "/apply/hearings/" + name }

// tellProposed tells the unit that it may answer.
func (s *Service) tellProposed(ctx context.Context, n Record, r Revocation) error {
	return s.tell(ctx, inbox.Message{
		Code: "revocation.proposed", Params: map[string]string{"unit": string(n.Target.Unit), "title": n.Title, "until_date": r.Until.String()},
		To: toUnit(n.Target.Unit), Link: hearingPage(n.ID), Due: r.Until.Plus(1).Start().Add(-time.Second),
		Key: "revocation/" + r.ID + "/proposed", Topic: "revocation/" + r.ID,
	})
}

// tellStated tells the office that the unit has answered.
func (s *Service) tellStated(ctx context.Context, h Hearing) error {
	if err := s.settle(ctx, "revocation/"+h.Proposal.ID); err != nil {
		return err
	}
	return s.tellDecide(ctx, h.Record, h.Proposal)
}

func (s *Service) tellDecide(ctx context.Context, n Record, r Revocation) error {
	return s.tell(ctx, inbox.Message{
		Code: "revocation.heard", Params: map[string]string{"unit": string(n.Target.Unit), "title": n.Title},
		To: inbox.ToRole(access.Office), Link: officeNames + "/" + n.ID, Key: "revocation/" + r.ID + "/heard",
	})
}

// tellRevoked tells the unit that its name is revoked.
func (s *Service) tellRevoked(ctx context.Context, n Record, r Revocation) error {
	if err := s.settle(ctx, "revocation/"+r.ID); err != nil {
		return err
	}
	return s.tell(ctx, inbox.Message{
		Code:   "revocation.decided",
		Params: map[string]string{"unit": string(n.Target.Unit), "title": n.Title, "effect_date": r.Date.String(), "document": r.Document},
		To:     toUnit(n.Target.Unit), Link: hearingPage(n.ID), Key: "revocation/" + r.ID + "/decided",
	})
}

// tellDropped tells the unit that the proposal was taken back.
func (s *Service) tellDropped(ctx context.Context, n Record, id string) error {
	if err := s.settle(ctx, "revocation/"+id); err != nil {
		return err
	}
	return s.tell(ctx, inbox.Message{
		Code: "revocation.dropped", Params: map[string]string{"unit": string(n.Target.Unit), "title": n.Title},
		To: toUnit(n.Target.Unit), Link: hearingPage(n.ID), Key: "revocation/" + id + "/dropped",
	})
}
