package rehearsal

import (
	"context"
	"strings"
)

// The made-up team: its leader writes on the tablet, the deputy has no account.
const (
	visitDay    = "10-29"
	teamLeader  = "组长（虚构）"
	teamDeputy  = "代表（虚构）"
	teamReserve = "律师（虚构）"
)

// visits plans an on-site verification for every unit of the ranking, one after the
// other as the page offers them, and lets the team write down what it found.
func (r *Rehearsal) visits(ctx context.Context) error {
	v, err := r.person(ctx, "office", 0)
	if err != nil {
		return err
	}
	for {
		page, err := v.get(ctx, "/office/verification")
		if err != nil {
			return err
		}
		f, err := page.form("target", "reason")
		if err != nil {
			return r.writeVisits(ctx, page) // nobody is left
		}
		if err := f.set("reason", "演练：全部申报单位均实地核查"); err != nil {
			return err
		}
		if page, err = v.send(ctx, f); err != nil {
			return err
		}
		if err := r.planVisit(ctx, v, page); err != nil {
			return err
		}
	}
}

// planVisit keeps team and date with the indicators that the page proposes, and
// enters what the members declared on paper.
func (r *Rehearsal) planVisit(ctx context.Context, v *visitor, page *answer) error {
	page, err := v.submit(ctx, page, map[string]string{
		"team.1": teamLeader, "team.1.category": "office", "team.1.part": "leader", "team.1.account": r.nameOf("inspector", 0),
		"team.2": teamDeputy, "team.2.category": "deputy", "team.2.part": "member",
		"team.3": teamReserve, "team.3.category": "lawyer", "team.3.part": "reserve",
		"date": r.dated(visitDay),
	})
	if err != nil {
		return unlessGone(err)
	}
	for _, f := range page.forms() {
		if !strings.HasSuffix(f.action.Path, "/interest") || f.shown("member") == "m1" {
			continue // the leader declares with the own account
		}
		f.press("interest", "clear")
		if _, err := v.send(ctx, f); err != nil {
			return err
		}
	}
	return nil
}

// writeVisits lets the team's leader fill in, sign and close every open visit.
func (r *Rehearsal) writeVisits(ctx context.Context, list *answer) error {
	leader, err := r.person(ctx, "inspector", 0)
	if err != nil {
		return err
	}
	for _, link := range list.links("/verify/") {
		page, err := leader.get(ctx, link)
		if err != nil {
			continue // planned by people, with a team of their own
		}
		if f, err := page.form("member", "about"); err == nil && f.has("interest") {
			f.press("interest", "clear")
			if page, err = leader.send(ctx, f); err != nil {
				return err
			}
		}
		if err := r.writeVisit(ctx, leader, link, page); err != nil {
			return err
		}
	}
	return nil
}

// writeVisit writes what the team found, signs for both and closes.
func (r *Rehearsal) writeVisit(ctx context.Context, v *visitor, link string, page *answer) error {
	f, err := page.form("f.words")
	if err != nil {
		return unlessGone(err)
	}
	if f.shown("f.words") == "" {
		if err := r.findings(f, link); err != nil {
			return err
		}
		if page, err = v.send(ctx, f); err != nil {
			return err
		}
	}
	for _, name := range []string{teamLeader, teamDeputy} {
		for _, sign := range page.forms() {
			if !sign.has("typed") || sign.shown("member") != map[string]string{teamLeader: "m1", teamDeputy: "m2"}[name] {
				continue
			}
			if err := sign.set("typed", name); err != nil {
				return err
			}
			if page, err = v.send(ctx, sign); err != nil {
				return err
			}
			break
		}
	}
	end, err := page.formTo("/close")
	if err != nil {
		return unlessGone(err) // closed by somebody already
	}
	_, err = v.send(ctx, end)
	return err
}

// findings are what a made-up team found: a good unit has almost everything as it
// says, and two items at most are not.
func (r *Rehearsal) findings(f *form, link string) error {
	level := 0.0
	for _, a := range r.cast {
		if strings.Contains(link, string(a.unit.Code)) {
			level = a.level
		}
	}
	rng := chance(r.seed, "visit "+link)
	const likely, better, most = 0.85, 0.1, 2
	missed := 0
	for _, name := range f.names("f.") {
		item, ok := strings.CutSuffix(strings.TrimPrefix(name, "f."), ".result")
		if !ok {
			continue
		}
		found := "confirmed"
		if missed < most && rng.Float64() > likely+better*level {
			missed++
			found = "not"
			if err := f.set("f."+item+".remark", "演练：现场未见到申报所称的台账。"); err != nil {
				return err
			}
		}
		if err := f.set(name, found); err != nil {
			return err
		}
	}
	return f.fill(map[string]string{"f.people": "12", "f.words": "演练：实地查看了服务大厅和执法案卷，与申报材料基本一致。"})
}

// nameOf is the name of an account, empty where there is none of the role.
func (r *Rehearsal) nameOf(role string, nth int) string {
	for _, a := range r.cfg.Accounts {
		if a.Role == role {
			if nth == 0 {
				return a.Name
			}
			nth--
		}
	}
	return ""
}
