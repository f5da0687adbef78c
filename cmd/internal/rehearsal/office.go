package rehearsal

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/html"

	"minyi/indicators"
	"minyi/indicators/roster"
)

// openRound opens the round with the notice that it rests on; its dates
// and numbers are those of the 2020 plan, which the door proposes.
func (r *Rehearsal) openRound(ctx context.Context) error {
	v, err := r.person(ctx, "office", 0)
	if err != nil {
		return err
	}
	page, err := v.at(ctx, "/office/rounds", map[string]string{
		"year": r.yearText(), "plan_number": "宁法办发〔2019〕39号", "plan_date": "2019-12-18", "plan_basis": "中法办发〔2019〕10号",
	})
	return unlessDone(page, err)
}

// setScheme sets marks, methods and shares: one mark an indicator, the survey
// with two fifths, small bonus and penalty items.
func (r *Rehearsal) setScheme(ctx context.Context) error {
	v, err := r.person(ctx, "office", 0)
	if err != nil {
		return err
	}
	page, err := v.get(ctx, "/office/indicators")
	if err != nil {
		return err
	}
	f, err := page.form("parts.evaluation", "reason")
	if err != nil {
		return err
	}
	values := map[string]string{
		"parts.evaluation": "60", "parts.survey": "40", "parts.verification": "0",
		"bonus_cap": "3", "penalty_cap": "5", "reason": "演练：首次确定分值、权重和评测方式",
	}
	for _, system := range indicators.Systems() {
		for _, item := range []string{"A1", "A2", "A3", "A4"} {
			values[string(system)+"."+item] = "2"
		}
		values[string(system)+".84.method"] = string(indicators.Surveyed)
		values[string(system)+".72.method"] = string(indicators.Surveyed)
		values[string(system)+".62.method"] = string(indicators.Sampling)
		values[string(system)+".1.method"] = string(indicators.OnSite)
	}
	if err := f.fill(values); err != nil {
		return err
	}
	_, err = v.send(ctx, f)
	return err
}

// closeInstrument closes one instrument of the round: after that it files
// nothing more, and its findings open for the ranking.
func (r *Rehearsal) closeInstrument(instrument string) func(context.Context) error {
	return func(ctx context.Context) error {
		v, err := r.person(ctx, "office", 0)
		if err != nil {
			return err
		}
		page, err := v.get(ctx, "/office")
		if err != nil {
			return err
		}
		for _, f := range page.forms() {
			if f.shown("instrument") == instrument {
				_, err := v.send(ctx, f)
				return err
			}
		}
		return nil // closed by somebody already
	}
}

// rank computes the ranking.
func (r *Rehearsal) rank(ctx context.Context) error {
	v, err := r.person(ctx, "office", 0)
	if err != nil {
		return err
	}
	page, err := v.get(ctx, "/office/ranking")
	if err != nil {
		return err
	}
	f, err := page.formTo("/office/ranking")
	if err != nil {
		return err
	}
	_, err = v.send(ctx, f)
	return err
}

// visits opens an on-site verification for every unit of the ranking, one after
// the other as the page offers them, and lets the team write down what it found.
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
			return r.closeVisits(ctx, v) // nobody is left
		}
		if err := f.set("reason", "演练：全部申报单位均实地核查"); err != nil {
			return err
		}
		if _, err := v.send(ctx, f); err != nil {
			return err
		}
	}
}

// closeVisits fills in and closes every open record.
func (r *Rehearsal) closeVisits(ctx context.Context, v *visitor) error {
	page, err := v.get(ctx, "/office/verification")
	if err != nil {
		return err
	}
	for _, link := range page.links("/office/verification/") {
		record, err := v.get(ctx, link)
		if err != nil {
			return err
		}
		f, err := record.form("opinion", "date", "mark")
		if err != nil {
			continue // closed already: nothing to fill in
		}
		if err := f.fill(r.inspection(link)); err != nil {
			return err
		}
		f.press("do", "close")
		if _, err := v.send(ctx, f); err != nil {
			return err
		}
	}
	return nil
}

// roundMark writes a mark with two decimals, between 0 and the most.
func roundMark(mark, most float64) string {
	return strconv.FormatFloat(max(0, min(most, mark)), 'f', 2, 64)
}

// inspection is what a made-up team found.
func (r *Rehearsal) inspection(link string) map[string]string {
	level := 0.0
	for _, a := range r.cast {
		if strings.Contains(link, string(a.unit.Code)) {
			level = a.level
		}
	}
	rng := chance(r.seed, "visit "+link)
	const middle, step, spread = 86, 5, 2
	return map[string]string{
		"team.1": "虚构组长", "team.1.category": "office", "team.2": "虚构代表", "team.2.category": "deputy",
		"team.3": "虚构律师", "team.3.category": "lawyer", "date": r.dated("10-29"),
		"mark":    roundMark(middle+step*level+spread*rng.NormFloat64(), 100),
		"opinion": "演练：实地查看了服务大厅和执法案卷，与申报材料基本一致。",
	}
}

// propose puts the best of each track forward, as many as the plan names: the
// notice's page lists who may be proposed, with place and total.
func (r *Rehearsal) propose(ctx context.Context) error {
	v, err := r.person(ctx, "office", 0)
	if err != nil {
		return err
	}
	page, err := v.get(ctx, "/office/notice")
	if err != nil {
		return err
	}
	f, err := page.formTo("/office/candidates")
	if err != nil {
		return err
	}
	names := f.names("candidate.")
	if len(names) == 0 {
		return nil // the notice is posted: the list stands
	}
	slices.SortStableFunc(names, func(a, b string) int { return cmp.Compare(page.total(b), page.total(a)) })
	left := map[roster.Track]int{roster.Comprehensive: quotaComprehensive, roster.Single: quotaSingle}
	for _, name := range names {
		track := roster.Track(name[strings.LastIndex(name, "/")+1:])
		if left[track] > 0 {
			left[track]--
			if err := f.set(name, "on"); err != nil {
				return err
			}
		}
	}
	_, err = v.send(ctx, f)
	return err
}

// How many the rehearsal proposes: the plan's five on the comprehensive track,
// and three of the four single projects.
const (
	quotaComprehensive = 5
	quotaSingle        = 3
)

// total is the last number in the table row of a candidate's box, 0 where the
// unit is not ranked.
func (a *answer) total(name string) float64 {
	boxes := find(a.doc, func(n *html.Node) bool { return attribute(n, "name") == name })
	if len(boxes) == 0 {
		return 0
	}
	row := boxes[0]
	for row.Parent != nil && row.Data != "tr" {
		row = row.Parent
	}
	total := 0.0
	for _, cell := range find(row, func(n *html.Node) bool { return n.Data == "td" && attribute(n, "class") == "n" }) {
		if v, err := strconv.ParseFloat(strings.TrimSpace(text(cell)), 64); err == nil {
			total = v
		}
	}
	return total
}

// postNotice posts the public notice.
func (r *Rehearsal) postNotice(ctx context.Context) error {
	v, err := r.person(ctx, "office", 0)
	if err != nil {
		return err
	}
	_, err = v.at(ctx, "/office/notice", map[string]string{
		"medium": "演练日报（虚构）", "from": r.dated("11-01"), "to": r.dated("11-10"), "contact": "演练联系人，0951-0000000（虚构）",
		"words": "演练：以下名单及数据均为虚构。",
	})
	return unlessGone(err)
}

// object lets somebody of the public object to the first unit on the notice.
func (r *Rehearsal) object(ctx context.Context) error {
	v := newVisitor(r.cfg.Server, r.roads)
	page, err := v.get(ctx, "/objections")
	if err != nil {
		return err
	}
	f, err := page.form("target", "text")
	if err != nil {
		return err
	}
	target := ""
	for _, offered := range f.field("target").options {
		if target == "" {
			target = offered
		}
	}
	if err := f.fill(map[string]string{"target": target, "text": "演练：反映该单位窗口办事公开的内容与实际不一致，请核实。"}); err != nil {
		return err
	}
	_, err = v.send(ctx, f)
	return err
}

// answerObjections answers what people have objected.
func (r *Rehearsal) answerObjections(ctx context.Context) error {
	v, err := r.person(ctx, "office", 1)
	if err != nil {
		return err
	}
	page, err := v.get(ctx, "/office/notice")
	if err != nil {
		return err
	}
	for _, f := range page.forms() {
		if !f.has("outcome") || !f.has("answer") || f.shown("answer") != "" {
			continue
		}
		if err := f.fill(map[string]string{"outcome": "dismissed", "answer": "演练：经核查，所反映情况与事实不符，已向反映人说明。"}); err != nil {
			return err
		}
		if _, err := v.send(ctx, f); err != nil {
			return err
		}
	}
	return nil
}

// name gives the titles; not who posted the notice, but a second person does.
func (r *Rehearsal) name(ctx context.Context) error {
	v, err := r.person(ctx, "office", 1)
	if err != nil {
		return err
	}
	_, err = v.at(ctx, "/office/notice", map[string]string{"number": "演练〔" + r.yearText() + "〕1号", "date": r.dated("12-10")})
	return unlessGone(err)
}
