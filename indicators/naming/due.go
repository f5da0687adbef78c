package naming

import (
	"context"
	"fmt"
	"slices"
	"time"

	"minyi/indicators/access"
	"minyi/indicators/audit"
	"minyi/indicators/evidence"
	"minyi/indicators/fault"
	"minyi/indicators/inbox"
	"minyi/indicators/roster"
)

// Remind tells who is concerned what has become due by the clock: the first day of a
// notice, its end, objections whose day to be answered comes or has passed.
func (s *Service) Remind(ctx context.Context, now time.Time) error {
	years, err := s.store.NoticeRounds(ctx)
	if err != nil {
		return err
	}
	for _, year := range years {
		if err := s.remind(ctx, year, now); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) remind(ctx context.Context, round int, now time.Time) error {
	p, err := s.store.Proceeding(ctx, round)
	if err != nil || p.Notice == nil || len(p.decisions()) > 0 {
		return err
	}
	if p.Notice.Window.Began(now) {
		if err := s.announce(ctx, round, p.Notice); err != nil {
			return err
		}
	}
	if p.Notice.Window.Over(now) {
		err := s.post(ctx, inbox.Message{
			Code: "notice.over", Params: map[string]string{"year": fmt.Sprint(round), "to_date": p.Notice.Window.To.String()},
			To: inbox.ToRole(access.Office), Link: "/office/notice", Key: fmt.Sprintf("notice/%d/%d/over", round, p.Notice.No()),
		})
		if err != nil {
			return err
		}
	}
	all, err := s.store.Objections(ctx, round)
	for i := range all {
		if err != nil {
			return err
		}
		err = s.remindOf(ctx, &all[i], now)
	}
	return err
}

// remindOf tells of an objection two working days before its day, and once it has
// passed.
func (s *Service) remindOf(ctx context.Context, o *Objection, now time.Time) error {
	const ahead = 2
	code := ""
	switch today := roster.DateOf(now); {
	case o.Outcome != Unanswered || o.Due.IsZero():
		return nil
	case o.Late(now):
		code = "objection.overdue"
	case !s.due(today, ahead).Before(o.Due):
		code = "objection.due"
	default:
		return nil
	}
	to := inbox.ToRole(access.Office)
	if o.Officer != "" && code == "objection.due" {
		to = inbox.ToAccount(o.Officer)
	}
	return s.post(ctx, inbox.Message{
		Code: code, Params: map[string]string{"unit": string(o.Target.Unit), "due_date": o.Due.String()}, To: to,
		Link: "/office/objections/" + o.ID, Due: o.Due.Plus(1).Start(), Key: "objection/" + o.ID + "/" + code, Topic: "objection/" + o.ID,
	})
}

// Tend deletes what people wrote in objections, who they were and what they sent, of
// rounds whose term has ended: so many days after the naming window, as the round
// says. Target, days, outcome and answer stay.
func (s *Service) Tend(ctx context.Context) error {
	years, err := s.store.ObjectionRounds(ctx)
	if err != nil {
		return err
	}
	for _, year := range years {
		r, err := s.rounds.Round(ctx, year)
		if fault.KindOf(err) == fault.NotFound {
			continue
		}
		if err != nil {
			return err
		}
		if s.now().Before(r.Settings.Naming.To.Plus(r.Settings.Road().ObjectionKeep).Start()) {
			continue
		}
		if err := s.erase(ctx, year); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) erase(ctx context.Context, round int) error {
	all, err := s.store.Objections(ctx, round)
	if err != nil {
		return err
	}
	for _, o := range all {
		if !o.Erased.IsZero() {
			continue
		}
		if err := s.box.open(&o, false); err != nil {
			return err
		}
		for _, f := range o.All() {
			if err := s.discard(ctx, f); err != nil {
				return err
			}
		}
		entry := audit.Entry{At: s.now(), Action: "objection.erase", Object: object("objection", round, o.ID)}
		err := s.store.UpdateObjection(ctx, round, o.ID, entry, func(o *Objection, _ *Proceeding, _ *audit.Entry) error {
			o.Person, o.Body, o.Files, o.Talk, o.Notes = "", "", nil, nil, nil
			o.Name, o.Contact, o.Text = "", "", ""
			o.Erased = s.now().UTC().Truncate(time.Millisecond)
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// discard deletes a file that no objection needs any more and that proves no
// appearance of a notice.
func (s *Service) discard(ctx context.Context, f evidence.File) error {
	if s.equipment.Files == nil {
		return nil
	}
	needed, err := s.needed(ctx, f.Digest)
	if err != nil || needed {
		return err
	}
	return s.equipment.Files.Remove(ctx, f.Digest)
}

// needed reports whether a file proves an appearance of a notice, or belongs to more
// than one objection that is kept: the last of them takes it along.
func (s *Service) needed(ctx context.Context, d evidence.Digest) (bool, error) {
	proofs, files, err := s.digests(ctx)
	n := 0
	for _, one := range files {
		if one == d {
			n++
		}
	}
	return n > 1 || slices.Contains(proofs, d), err
}

// Digests are the files that objections and registers of media rest on: what a check
// of the disk looks for.
func (s *Service) Digests(ctx context.Context) ([]evidence.Digest, error) {
	proofs, files, err := s.digests(ctx)
	out := append(proofs, files...)
	slices.Sort(out)
	return slices.Compact(out), err
}

func (s *Service) digests(ctx context.Context) (proofs, files []evidence.Digest, err error) {
	years, err := s.store.NoticeRounds(ctx)
	if err != nil {
		return nil, nil, err
	}
	for _, year := range years {
		p, err := s.store.Proceeding(ctx, year)
		if err != nil {
			return nil, nil, err
		}
		all := slices.Clone(p.Past)
		if p.Notice != nil {
			all = append(all, *p.Notice)
		}
		for _, n := range all {
			for _, m := range n.Media {
				proofs = append(proofs, m.Proof.Digest)
			}
		}
		list, err := s.store.Objections(ctx, year)
		if err != nil {
			return nil, nil, err
		}
		for i := range list {
			if err := s.box.open(&list[i], false); err != nil {
				return nil, nil, err
			}
			for _, f := range list[i].All() {
				files = append(files, f.Digest)
			}
		}
	}
	return proofs, files, nil
}
