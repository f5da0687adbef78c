package rehearsal

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/net/html"

	"minyi/indicators/roster"
)

// How many the rehearsal proposes: the plan's five on the comprehensive track,
// and three of the four single projects.
const (
	quotaComprehensive = 5
	quotaSingle        = 3
)

// propose puts the best of each track forward, as many as the plan names; the page
// lists who may be proposed, with place and total. A second person confirms.
func (r *Rehearsal) propose(ctx context.Context) error {
	v, err := r.person(ctx, "office", 0)
	if err != nil {
		return err
	}
	page, err := v.get(ctx, "/office/notice/candidates")
	if err != nil {
		return err
	}
	f, err := page.formTo("/notice/candidates")
	if err != nil {
		return err
	}
	names := f.names("candidate.")
	if len(names) == 0 || len(page.links("/notice/acts/")) > 0 {
		return r.confirm(ctx) // proposed already, or the notice is posted: the list stands
	}
	slices.SortStableFunc(names, func(a, b string) int { return cmp.Compare(page.total(b), page.total(a)) })
	left := map[roster.Track]int{roster.Comprehensive: quotaComprehensive, roster.Single: quotaSingle}
	for _, name := range names {
		track := roster.Track(name[strings.LastIndex(name, "/")+1:])
		passed := strings.Replace(name, "candidate.", "passed.", 1)
		left[track]--
		if left[track] >= 0 {
			err = f.set(name, "on")
		} else {
			err = f.set(passed, "演练：名额有限，与名单上末位的单位相比实地核查情况略逊")
		}
		if err != nil {
			return err
		}
	}
	if _, err := v.send(ctx, f); err != nil {
		return err
	}
	return r.confirm(ctx)
}

// confirm lets a second person of the office confirm what waits.
func (r *Rehearsal) confirm(ctx context.Context) error {
	v, err := r.person(ctx, "office", 1)
	if err != nil {
		return err
	}
	page, err := v.get(ctx, "/office/notice")
	if err != nil {
		return err
	}
	for _, f := range page.forms() {
		if strings.HasSuffix(f.action.Path, "/confirm") {
			if _, err := v.send(ctx, f); err != nil {
				return err
			}
		}
	}
	return nil
}

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

// postNotice posts the public notice, and registers the newspaper that carried it.
func (r *Rehearsal) postNotice(ctx context.Context) error {
	v, err := r.person(ctx, "office", 0)
	if err != nil {
		return err
	}
	page, err := v.get(ctx, "/office/notice/public")
	if err != nil {
		return err
	}
	if f, err := page.formTo("/notice/media"); err == nil {
		return r.carried(ctx, v, page, f)
	}
	page, err = v.submit(ctx, page, map[string]string{
		"medium": "演练日报（虚构）", "from": r.dated("11-01"), "to": r.dated("11-10"), "contact": "演练联系人，0951-0000000（虚构）",
		"words": "演练：以下名单及数据均为虚构。",
	})
	if err != nil {
		return unlessGone(err)
	}
	f, err := page.formTo("/notice/media")
	if err != nil {
		return err
	}
	return r.carried(ctx, v, page, f)
}

// carried registers an appearance with its proof, once.
func (r *Rehearsal) carried(ctx context.Context, v *visitor, page *answer, f *form) error {
	if len(page.links("/notice/media/")) > 0 {
		return nil
	}
	if err := f.fill(map[string]string{"name": "演练日报（虚构）", "kind": "newspaper", "date": r.dated("11-01"), "place": "第 3 版"}); err != nil {
		return err
	}
	proof, err := picture(r.seed, "notice", 1)
	if err != nil {
		return err
	}
	if err := f.attach("file", "演练日报.png", proof.kind, proof.body); err != nil {
		return err
	}
	_, err = v.send(ctx, f)
	return err
}

// object lets somebody of the public object to the first unit on the notice, with a
// picture.
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
	proof, err := picture(r.seed, "objection", 1)
	if err != nil {
		return err
	}
	if err := f.attach("file1", "窗口照片.png", proof.kind, proof.body); err != nil {
		return err
	}
	_, err = v.send(ctx, f)
	return err
}

// answerObjections gives every objection to the second person of the office, who
// answers it.
func (r *Rehearsal) answerObjections(ctx context.Context) error {
	v, err := r.person(ctx, "office", 1)
	if err != nil {
		return err
	}
	list, err := v.get(ctx, "/office/objections")
	if err != nil {
		return err
	}
	for _, link := range list.links("/office/objections/") {
		page, err := v.get(ctx, link)
		if err != nil {
			return err
		}
		if f, err := page.formTo("/assign"); err == nil && !page.answers() {
			if page, err = v.send(ctx, f); err != nil { // the page offers who looks at it first
				return err
			}
		}
		f, err := page.form("outcome", "answer")
		if errors.Is(err, errNoForm) || f.shown("answer") != "" {
			continue // somebody else's, or answered
		}
		if err := f.fill(map[string]string{
			"outcome": "dismissed", "reason": "演练：到窗口核对了公开栏和办事指南", "answer": "演练：经核查，所反映情况与事实不符，已向反映人说明。",
		}); err != nil {
			return err
		}
		if _, err := v.send(ctx, f); err != nil {
			return err
		}
	}
	return nil
}

// answers reports whether the page offers to answer.
func (a *answer) answers() bool {
	_, err := a.form("outcome", "answer")
	return err == nil
}

// name gives the titles to everybody on the notice; the first person confirms.
func (r *Rehearsal) name(ctx context.Context) error {
	v, err := r.person(ctx, "office", 1)
	if err != nil {
		return err
	}
	_, err = v.at(ctx, "/office/notice/naming", map[string]string{"number": "演练〔" + r.yearText() + "〕1号", "date": r.dated("12-10")})
	if err := unlessGone(err); err != nil {
		return err
	}
	if v, err = r.person(ctx, "office", 0); err != nil {
		return err
	}
	page, err := v.get(ctx, "/office/notice")
	if err != nil {
		return err
	}
	for _, f := range page.forms() {
		if strings.HasSuffix(f.action.Path, "/confirm") {
			_, err = v.send(ctx, f)
		}
	}
	return err
}
