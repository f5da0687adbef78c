package naming

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"

	"minyi/indicators"
	"minyi/indicators/access"
	"minyi/indicators/audit"
	"minyi/indicators/fault"
	"minyi/indicators/roster"
	"minyi/indicators/scorebook"
)

// Category is what a member of a verification team represents (C33).
type Category string

// The six categories of C33, and others.
const (
	FromDepartment Category = "department" // 自治区政府有关部门
	Deputy         Category = "deputy"     // 人大代表
	CPPCCMember    Category = "cppcc"      // 政协委员
	Scholar        Category = "scholar"    // 专家学者
	Journalist     Category = "journalist" // 新闻记者
	Lawyer         Category = "lawyer"     // 律师
	OfficeStaff    Category = "office"     // 依法治区办
	OtherMember    Category = "other"      // others
	teamMost                = 30           // members of a team
)

// Categories returns all categories in the order of C33.
func Categories() []Category {
	return []Category{FromDepartment, Deputy, CPPCCMember, Scholar, Journalist, Lawyer, OfficeStaff, OtherMember}
}

// Member is one member of a verification team.
type Member struct {
	Name     string   `json:"name"`
	Category Category `json:"category"`
}

// Check is what the team found at one indicator.
type Check struct {
	Confirmed bool   `json:"confirmed"`
	Note      string `json:"note"`
}

// Target is whom a verification, a candidacy or an objection is about.
type Target struct {
	Unit  roster.UnitCode `json:"unit"`
	Track roster.Track    `json:"track"`
}

// String writes the target for the trail, such as "640100/comprehensive".
func (t Target) String() string { return string(t.Unit) + "/" + string(t.Track) }

// Verification is the record of an on-site verification. Once closed it never
// changes and its mark is a finding.
type Verification struct {
	Target
	Project  roster.Project              `json:"project"`
	Reason   string                      `json:"reason"` // why, for a unit outside the front group
	Snapshot string                      `json:"snapshot"`
	Team     []Member                    `json:"team"`
	Date     roster.Date                 `json:"date"`
	Checks   map[indicators.Number]Check `json:"checks"`
	Mark     *indicators.Mark            `json:"mark"` // overall, 0.00 to 100.00; nil while not given
	Opinion  string                      `json:"opinion"`
	OpenedAt time.Time                   `json:"opened_at"`
	OpenedBy string                      `json:"opened_by"`
	ClosedAt time.Time                   `json:"closed_at"` // zero while open
	ClosedBy string                      `json:"closed_by"`
}

// Closed reports whether the record is closed.
func (v Verification) Closed() bool { return !v.ClosedAt.IsZero() }

// Visit opens the record of an on-site verification for a unit of the front
// group of the newest ranking; for another unit of the ranking with a reason
// (C32).
func (s *Service) Visit(ctx context.Context, by access.Actor, round int, target Target, reason string) error {
	if err := by.Require(access.Office); err != nil {
		return err
	}
	snapshot, err := s.store.Ranking(ctx, round)
	if err != nil {
		return err
	}
	var list fault.List
	checkTexts(&list, text{"reason", &reason, textMost, false, true})
	row, ok := snapshot.Ranking.Find(target.Unit, target.Track)
	switch {
	case !ok:
		list.Add(fault.New(fault.NotFound, "verification.unknown"))
	case !row.Front && reason == "":
		list.Add(fault.New(fault.Invalid, "verification.reason").At("reason"))
	}
	if err := list.Err(); err != nil {
		return err
	}
	entry := s.entry(by, "verification.open", object("verification", round, target.String()), reason)
	return s.store.UpdateProceeding(ctx, round, entry, func(p *Proceeding, _ *audit.Entry) error {
		if p.verification(target) != nil {
			return fault.New(fault.Conflict, "verification.exists")
		}
		if p.Notice != nil {
			return fault.New(fault.Closed, "verification.late")
		}
		p.Verifications = append(p.Verifications, Verification{
			Target: target, Project: row.Project, Reason: reason, Snapshot: snapshot.ID, OpenedAt: s.now(), OpenedBy: by.Name,
		})
		return nil
	})
}

// Inspection is what a verification team writes down.
type Inspection struct {
	Team    []Member
	Date    roster.Date
	Checks  map[indicators.Number]Check
	Mark    *indicators.Mark
	Opinion string
}

func (i *Inspection) check(c *indicators.Catalogue) error {
	var list fault.List
	if len(i.Team) > teamMost {
		list.Add(fault.New(fault.Invalid, "verification.team_large").At("team"))
	}
	for n := range i.Team {
		checkTexts(&list, text{"team." + strconv.Itoa(n+1), &i.Team[n].Name, nameMost, true, false})
		if !slices.Contains(Categories(), i.Team[n].Category) {
			list.Add(fault.New(fault.Invalid, "verification.category").At("team." + strconv.Itoa(n+1)))
		}
	}
	for _, number := range slices.Sorted(maps.Keys(i.Checks)) {
		check := i.Checks[number]
		if _, ok := c.Find(number); !ok {
			list.Add(fault.New(fault.Invalid, "indicator.unknown", "number", string(number)).At("checks"))
		}
		checkTexts(&list, text{"check." + string(number), &check.Note, textMost, false, true})
		i.Checks[number] = check
	}
	if i.Mark != nil && (*i.Mark < 0 || *i.Mark > indicators.Hundred) {
		list.Add(fault.New(fault.Invalid, "verification.mark").At("mark"))
	}
	checkTexts(&list, text{"opinion", &i.Opinion, textMost, false, true})
	return list.Err()
}

// Inspect saves what the team found, as a draft that may be saved again.
func (s *Service) Inspect(ctx context.Context, by access.Actor, round int, target Target, i Inspection) error {
	if err := by.Require(access.Office, access.Inspector); err != nil {
		return err
	}
	unit, err := s.units.Unit(target.Unit)
	if err != nil {
		return err
	}
	catalogue, err := s.rounds.Catalogue(ctx, round, unit.System())
	if err != nil {
		return err
	}
	if err := i.check(catalogue); err != nil {
		return err
	}
	entry := s.entry(by, "verification.save", object("verification", round, target.String()), "")
	return s.store.UpdateProceeding(ctx, round, entry, func(p *Proceeding, _ *audit.Entry) error {
		v := p.verification(target)
		switch {
		case v == nil:
			return fault.New(fault.NotFound, "verification.unknown")
		case v.Closed():
			return fault.New(fault.Closed, "verification.closed")
		}
		v.Team, v.Date, v.Checks, v.Mark, v.Opinion = i.Team, i.Date, i.Checks, i.Mark, i.Opinion
		return nil
	})
}

// CloseVerification closes the record and files its finding. It needs a team, a
// date in the evaluation window that is not to come, a mark and an opinion. A
// filing that was cut short is made up by closing again.
func (s *Service) CloseVerification(ctx context.Context, by access.Actor, round int, target Target) error {
	if err := by.Require(access.Office, access.Inspector); err != nil {
		return err
	}
	r, err := s.rounds.Round(ctx, round)
	if err != nil {
		return err
	}
	p, err := s.store.Proceeding(ctx, round)
	if err != nil {
		return err
	}
	if v := p.verification(target); v == nil || !v.Closed() {
		entry := s.entry(by, "verification.close", object("verification", round, target.String()), "")
		err = s.store.UpdateProceeding(ctx, round, entry, func(p *Proceeding, e *audit.Entry) error {
			v := p.verification(target)
			if v == nil {
				return fault.New(fault.NotFound, "verification.unknown")
			}
			if err := v.close(r.Settings.Evaluation, by.Name, s.now()); err != nil {
				return err
			}
			e.After, err = digest(v)
			return err
		})
		if err != nil {
			return err
		}
	}
	return s.fileVerification(ctx, by, round, target)
}

func (v *Verification) close(window roster.Window, by string, now time.Time) error {
	var list fault.List
	if len(v.Team) == 0 {
		list.Add(fault.New(fault.Invalid, "verification.team_missing").At("team"))
	}
	switch {
	case v.Date.IsZero():
		list.Add(fault.New(fault.Invalid, "verification.date_missing").At("date"))
	case v.Date.Before(window.From) || window.To.Before(v.Date):
		list.Add(fault.New(fault.Invalid, "verification.date_window", "from", window.From.String(), "to", window.To.String()).At("date"))
	case v.Date.Start().After(now):
		list.Add(fault.New(fault.Invalid, "verification.date_future").At("date"))
	}
	if v.Mark == nil {
		list.Add(fault.New(fault.Invalid, "verification.mark_missing").At("mark"))
	}
	if v.Opinion == "" {
		list.Add(fault.New(fault.Invalid, "verification.opinion_missing").At("opinion"))
	}
	if v.Closed() {
		list = fault.List{fault.New(fault.Closed, "verification.closed")}
	}
	if err := list.Err(); err != nil {
		return err
	}
	v.ClosedAt, v.ClosedBy = now, by
	return nil
}

func (s *Service) fileVerification(ctx context.Context, by access.Actor, round int, target Target) error {
	p, err := s.store.Proceeding(ctx, round)
	if err != nil {
		return err
	}
	v := p.verification(target)
	if v == nil || v.Mark == nil {
		return fault.New(fault.NotFound, "verification.unknown")
	}
	sum, err := digest(v)
	if err != nil {
		return err
	}
	return s.book.File(ctx, by, scorebook.Finding{
		Key:     scorebook.Key{Round: round, Unit: target.Unit, Instrument: scorebook.Verification, Track: target.Track},
		Project: v.Project, Mark: *v.Mark, Digest: sum,
		Detail: fmt.Appendf(nil, `{"members":%d,"checks":%d}`, len(v.Team), len(v.Checks)),
	})
}
