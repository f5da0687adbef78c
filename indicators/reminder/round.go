package reminder

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"minyi/indicators/access"
	"minyi/indicators/inbox"
	"minyi/indicators/roster"
)

// Facts says what is done in a round and what is not: counts and states, no mark and
// no result.
type Facts interface {
	// Unfiled returns the units with an account that have no dossier filed.
	Unfiled(ctx context.Context, round int) ([]string, error)
	// Sheets returns the assessors with work that is not done.
	Sheets(ctx context.Context, round int) ([]Sheets, error)
	// Surveys returns the surveys of residents.
	Surveys(ctx context.Context, round int) ([]Survey, error)
	// Visits returns the units whose on-site verification is not closed.
	Visits(ctx context.Context, round int) ([]string, error)
	// Posted reports whether a notice stands, and whether names were given.
	Posted(ctx context.Context, round int) (notice, named bool, err error)
}

// Sheets is what one assessor has not done.
type Sheets struct {
	Account   string
	Interests int // dossiers without the declaration of interests
	Sheets    int // sheets not submitted
}

// Survey is where one unit's survey stands.
type Survey struct {
	Unit     string
	Window   roster.Window
	Asking   bool // in the field
	Released bool
}

// rules are the days of a round's reminders.
type rules struct {
	round  *roster.Round
	before []int
	every  int
}

func rulesOf(r *roster.Round) (rules, error) {
	set := r.Settings.Reminders()
	days, err := roster.ParseDays(set.RemindSteps)
	return rules{round: r, before: days, every: set.RemindLate}, err
}

// matter makes one matter of the round's rules; pairs are further parameters.
func (r rules) matter(code, topic string, to inbox.Recipient, link string, due time.Time, pairs ...string) Matter {
	year := strconv.Itoa(r.round.Year)
	m := Matter{
		Code: code, Topic: year + "/" + topic, To: to, Link: link, Due: due, Before: r.before, Every: r.every,
		Params: map[string]string{"round": year},
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		m.Params[pairs[i]] = pairs[i+1]
	}
	return m
}

func (s *Service) round(ctx context.Context, r *roster.Round, now time.Time) (out []Matter, err error) {
	rule, err := rulesOf(r)
	if err != nil {
		return nil, err
	}
	for _, find := range []func(context.Context, rules, time.Time) ([]Matter, error){s.filing, s.evaluation, s.surveys, s.visits, s.names} {
		found, err := find(ctx, rule, now)
		if err != nil {
			return nil, err
		}
		out = append(out, found...)
	}
	return out, nil
}

// filing is what applicants have to do (C77). Nobody is reminded of it afterwards: the
// window does not open again.
func (s *Service) filing(ctx context.Context, r rules, now time.Time) (out []Matter, err error) {
	w := r.round.Settings.Filing
	if !w.Open(now) {
		return nil, nil
	}
	units, err := s.facts.Unfiled(ctx, r.round.Year)
	for _, unit := range units {
		m := r.matter("filing.closes", "filing/"+unit, inbox.ToUnit(unit), "/apply", w.End(), "unit", unit)
		m.Every = 0
		out = append(out, m)
	}
	return out, err
}

// evaluation is what assessors have to do, and the office with them (C84).
func (s *Service) evaluation(ctx context.Context, r rules, now time.Time) (out []Matter, err error) {
	w := r.round.Settings.Evaluation
	if !w.Began(now) {
		return nil, nil
	}
	all, err := s.facts.Sheets(ctx, r.round.Year)
	left := 0
	for _, a := range all {
		if a.Interests > 0 {
			m := r.matter("evaluation.interest", "interest/"+a.Account, inbox.ToAccount(a.Account), "/evaluate/interests", w.End())
			m.Start = w.From.Start()
			out = append(out, m)
		}
		if a.Sheets > 0 {
			left += a.Sheets
			m := r.matter("evaluation.sheet", "sheet/"+a.Account, inbox.ToAccount(a.Account), "/evaluate", w.End(), "n", strconv.Itoa(a.Sheets))
			m.Start = w.From.Start()
			out = append(out, m)
		}
	}
	if left > 0 {
		out = append(out, r.matter("evaluation.close", "sheets", inbox.ToRole(access.Office), "/office/evaluation", w.End(), "n", strconv.Itoa(left)))
	}
	return out, err
}

// surveys is what the agency has to do, in the window of the evaluation (C29, C84).
func (s *Service) surveys(ctx context.Context, r rules, now time.Time) (out []Matter, err error) {
	w := r.round.Settings.Evaluation
	if !w.Began(now) {
		return nil, nil
	}
	all, err := s.facts.Surveys(ctx, r.round.Year)
	if err == nil && len(all) == 0 && r.round.Settings.SurveyRequired {
		m := r.matter("survey.open", "surveys", inbox.ToRole(access.Agency), "/agency", w.End())
		m.Start = w.From.Start()
		out = append(out, m)
	}
	for _, sv := range all {
		switch {
		case sv.Released:
		case sv.Asking && !sv.Window.Over(now):
			out = append(out, r.matter("survey.closes", "survey/"+sv.Unit, inbox.ToRole(access.Agency), "/agency", sv.Window.End(), "unit", sv.Unit))
		case sv.Window.Over(now):
			m := r.matter("survey.release", "survey/"+sv.Unit, inbox.ToRole(access.Agency), "/agency", w.End(), "unit", sv.Unit)
			m.Start = sv.Window.End()
			out = append(out, m)
		}
	}
	return out, err
}

// visits is what the on-site teams have to do (C84, C34: no candidate without it).
func (s *Service) visits(ctx context.Context, r rules, now time.Time) (out []Matter, err error) {
	w := r.round.Settings.Evaluation
	if !w.Began(now) {
		return nil, nil
	}
	units, err := s.facts.Visits(ctx, r.round.Year)
	for _, unit := range units {
		for _, role := range []access.Role{access.Office, access.Inspector} {
			topic := fmt.Sprintf("visit/%s/%s", unit, role)
			out = append(out, r.matter("verification.close", topic, inbox.ToRole(role), visitsOf(role), w.End(), "unit", unit))
		}
	}
	return out, err
}

// names is what the office has to do after the evaluation (C86, C88).
func (s *Service) names(ctx context.Context, r rules, now time.Time) (out []Matter, err error) {
	set := r.round.Settings
	if !set.Notice.Began(now) {
		return nil, nil
	}
	notice, named, err := s.facts.Posted(ctx, r.round.Year)
	if err != nil || named {
		return nil, err
	}
	if !notice {
		m := r.matter("notice.post", "notice", inbox.ToRole(access.Office), "/office/notice", set.Notice.End(), "from_date", set.Notice.From.String())
		m.Start = set.Notice.From.Start()
		out = append(out, m)
	}
	if set.Naming.Began(now) {
		m := r.matter("naming.decide", "naming", inbox.ToRole(access.Office), "/office/notice", set.Naming.End(), "from_date", set.Naming.From.String())
		m.Start = set.Naming.From.Start()
		out = append(out, m)
	}
	return out, nil
}

// catalogue is the update of the indicator systems, which comes due every two years
// (C65).
func catalogue(u roster.Updated) Matter {
	const month, quarter = 30, 90
	return Matter{
		Code: "catalogue.update", Topic: "catalogue/" + roster.DateOf(u.Due).String(), To: inbox.ToRole(access.Office), Link: "/office/indicators",
		Due: u.Due, Before: []int{month}, Every: quarter,
	}
}

// visitsOf is where a role finds the on-site verifications.
func visitsOf(role access.Role) string {
	if role == access.Inspector {
		return "/verify"
	}
	return "/office/verification"
}
